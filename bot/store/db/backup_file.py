"""The file that a backup is: lines of JSON, compressed, the same for both databases.

The first line says what it is, each further one holds a row, and the last says how many rows there were.
"""

from __future__ import annotations

import contextlib
import datetime
import gzip
import json
import os
import tempfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from bot.store.db.errors import NotRestorable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Row: TypeAlias = tuple[str, dict[str, Any]]  # the table's name, and the values by column

FORMAT = "chuwen-store-1"


def write(file: Path, revision: str, made_at: datetime.datetime, rows: Iterable[Row]) -> int:
    """Write a copy that only its owner can read, beside the file and then in its place.

    Returns:
        How many rows.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    count = 0
    with _beside(file) as whole, gzip.open(whole, "wt", encoding="ascii") as lines:
        _line(lines, {"format": FORMAT, "revision": revision, "made_at": made_at})
        for table, values in rows:
            _line(lines, {"table": table, "row": values})
            count += 1
        _line(lines, {"rows": count})
    return count


def check(file: Path) -> str:
    """Read a copy to its end; returns the revision of its tables.

    Raises:
        NotRestorable: it is damaged, not whole, or something else.
    """
    lines = _lines(file)
    header = next(lines, {})
    if header.get("format") != FORMAT or not isinstance(header.get("revision"), str):
        raise NotRestorable(file, "it is no backup of a store")
    count, last = 0, header
    for last in lines:
        count += "row" in last
    if last.get("rows") != count:
        raise NotRestorable(file, "its end is missing")
    revision: str = header["revision"]
    return revision


def rows_of(file: Path) -> Iterator[Row]:
    """The rows of a copy that was checked.

    Raises:
        NotRestorable: it has changed since.
    """
    for line in _lines(file):
        if "row" in line:
            yield line["table"], line["row"]


def _line(lines: Any, values: dict[str, Any]) -> None:
    lines.write(f"{json.dumps(values, default=datetime.datetime.isoformat)}\n")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(file, "rt", encoding="ascii") as lines:
            for line in lines:
                values = json.loads(line)
                if not isinstance(values, dict):
                    raise NotRestorable(file, "it is no backup of a store")
                yield values
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotRestorable(file, reason) from error


@contextlib.contextmanager
def _beside(file: Path) -> Iterator[IO[bytes]]:
    """A file in the same folder, in place of the other once it is whole and on the disk."""
    folder = file.absolute().parent
    with tempfile.NamedTemporaryFile(prefix=".backup-", dir=folder, delete=False) as whole:  # only its owner reads it
        try:
            yield whole
            whole.flush()
            os.fsync(whole.fileno())
            whole.close()
            Path(whole.name).replace(file)
        except BaseException:
            Path(whole.name).unlink(missing_ok=True)
            raise
    _sync(folder)


def _sync(folder: Path) -> None:
    """Have the folder know the new name after a power failure; Windows can't, and need not."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
