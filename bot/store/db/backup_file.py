"""The format of backup files: gzipped lines of JSON, the same for both databases.

The first line is a header, each further one is a row, and the last one is the number of rows.
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

    Row: TypeAlias = tuple[str, dict[str, Any]]  # name of the table, values by column

FORMAT = "chuwen-store-1"


def write(file: Path, revision: str, made_at: datetime.datetime, rows: Iterable[Row]) -> int:
    """Write a backup that only its owner can read; it replaces the file atomically once it is complete.

    Args:
        file: in a folder that exists.
        revision: of the tables.
        made_at: when the snapshot was made.
        rows: each with the name of its table; their values are what JSON can encode, and times.

    Returns:
        How many rows were written.

    Raises:
        OSError: it cannot be written; an existing file is unchanged.
    """
    count = 0
    with _replacing(file) as temporary, gzip.open(temporary, "wt", encoding="ascii") as lines:
        _line(lines, {"format": FORMAT, "revision": revision, "made_at": made_at})
        for table, values in rows:
            _line(lines, {"table": table, "row": values})
            count += 1
        _line(lines, {"rows": count})
    return count


def check(file: Path) -> str:
    """Read a backup to its end; returns the revision of its tables, which may be unknown to this program.

    Raises:
        NotRestorable: it is damaged, incomplete, or no backup, or cannot be read.
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
    """Yield the rows of a backup that was checked, in the order of the file; it is read as they are consumed.

    Raises:
        NotRestorable: it was changed since, or cannot be read.
    """
    for line in _lines(file):
        if "row" in line:
            yield line["table"], line["row"]


def _line(lines: Any, values: dict[str, Any]) -> None:
    """Write values as a line of JSON, times in ISO 8601."""
    lines.write(f"{json.dumps(values, default=datetime.datetime.isoformat)}\n")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file, each a JSON object; raises NotRestorable if it cannot be read or decoded."""
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
def _replacing(file: Path) -> Iterator[IO[bytes]]:
    """Provide a temporary file in the same folder; on success it is synced to disk and replaces the file.

    On an error it is deleted, and the file is unchanged.
    """
    folder = file.absolute().parent
    with tempfile.NamedTemporaryFile(prefix=".backup-", dir=folder, delete=False) as temporary:  # mode 0600
        try:
            yield temporary
            temporary.flush()
            os.fsync(temporary.fileno())
            temporary.close()
            Path(temporary.name).replace(file)
        except BaseException:
            Path(temporary.name).unlink(missing_ok=True)
            raise
    _sync(folder)


def _sync(folder: Path) -> None:
    """Sync a folder, so that the new name survives a power failure; Windows cannot, and need not."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
