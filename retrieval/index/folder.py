"""The folder of a library: its files with their checksums, and a manifest that is written when all is well.

What was read once and found to be as its checksum says is not read again while its size, its time of change and its
place on the disk stay: to open an index of a gigabyte must not take as long as to read it.
"""

from __future__ import annotations

import json
import math
import os
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from corpus.errors import Fault, FaultCode
from retrieval.errors import IndexUnusable
from retrieval.index.columns import Column, checksum_of, file_name, settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    import numpy.typing as npt

VERSION = 9  # of the files in the folder; raise it whenever what is written changes
MANIFEST = "manifest.json"
SEEN = "seen.json"  # how the files stood when they were last read and found to be whole
DAMAGE = (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError)  # other errors of the system may pass
CLOCK_TICK = 50_000_000  # ns: a file may change twice within one without changing its time


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a library besides its files."""

    faults: tuple[Fault, ...]
    shift: float


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a library that is being written; the disk takes each while the next one is made."""

    folder: Path
    columns: dict[str, Column] = field(default_factory=dict)
    _disk: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1), repr=False)
    _settling: list[Future[None]] = field(default_factory=list, repr=False)

    def column(self, name: str) -> Column:
        """A new file."""
        self.columns[name] = column = Column(self.folder / name, self._settle_later)
        return column

    def write(self, types: Mapping[str, str], arrays: Iterable[npt.NDArray[Any]]) -> None:
        """A new file for each array, named with the type that its numbers are written in."""
        for (name, dtype), array in zip(types.items(), arrays, strict=True):
            with self.column(file_name(name, dtype)) as column:
                column.append(np.asarray(array, dtype))

    def wait(self) -> None:
        """Wait until all are on the disk.

        Raises:
            OSError: one is not.
        """
        self._disk.shutdown()
        for settled in self._settling:
            settled.result()

    def _settle_later(self, file: BinaryIO) -> None:
        self._settling.append(self._disk.submit(settle, file))


def write_manifest(files: Files, manifest: Manifest, name: str = "") -> None:
    """Say that the folder is whole, when it is, and by which name it goes; empty for any.

    Raises:
        OSError: the disk did not take all of it.
    """
    files.wait()
    content = {
        "version": VERSION,
        "name": name,
        "files": {name: [column.size, column.checksum] for name, column in sorted(files.columns.items())},
        "faults": [asdict(fault) for fault in manifest.faults],
        "shift": manifest.shift,
    }
    with Column(files.folder / MANIFEST) as file:
        file.append(json.dumps({"checksum": _checksum(content)} | content, ensure_ascii=False, indent=1).encode())
    _write_seen(files.folder, files.columns)


def read_manifest(folder: Path) -> Manifest:
    """Read what a folder holds, and make sure that its files are as they were written.

    Raises:
        IndexUnusable: something is missing, damaged, of another version or made under another name.
        OSError: the system cannot read it now.
    """
    try:
        content = json.loads(folder.joinpath(MANIFEST).read_text("utf-8"))
        if content["version"] != VERSION:
            raise IndexUnusable(folder, f"version {content['version']}, this program reads {VERSION}")
        if content.pop("checksum") != _checksum(content):
            raise IndexUnusable(folder, f"{MANIFEST} is damaged")
        if (name := str(content["name"])) not in ("", folder.name):
            raise IndexUnusable(folder, f"it was made as {name}")
        _check(folder, content["files"])
        faults = tuple(Fault(**{**fault, "code": FaultCode(fault["code"])}) for fault in content["faults"])
        shift = float(content["shift"])
    except (*DAMAGE, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise IndexUnusable(folder, str(error)) from error
    if not math.isfinite(shift):
        raise IndexUnusable(folder, f"shift {shift}")
    return Manifest(faults, shift)


def _checksum(content: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def _check(folder: Path, files: dict[str, tuple[int, int]]) -> None:
    seen = _read_seen(folder)
    is_new = False
    for name, (size, checksum) in files.items():
        look = _look(folder / name)
        if look[0] != size:
            raise IndexUnusable(folder, f"{name} has {look[0]} bytes instead of {size}")
        if seen.get(name) != look:
            if checksum_of(folder / name) != checksum:
                raise IndexUnusable(folder, f"{name} is damaged")
            is_new = True
    if is_new:
        _write_seen(folder, files)


def _look(path: Path) -> list[int]:
    """What changes with a file: its size, its number on the disk, its times; the last is nobody's to set."""
    status = path.stat()
    return [status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns]


def _read_seen(folder: Path) -> dict[str, list[int]]:
    try:
        seen = json.loads(folder.joinpath(SEEN).read_text("utf-8"))
        at, files = int(seen["at"]), dict(seen["files"])
        return {name: look for name, look in files.items() if max(look[2:4]) < at - CLOCK_TICK}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return {}


def _write_seen(folder: Path, names: Any) -> None:
    """Note how the files stand; where the folder cannot be written, they are read again the next time."""
    with suppress(OSError):
        seen = {"at": time.time_ns(), "files": {name: _look(folder / name) for name in names}}
        unfinished = folder / f"{SEEN}.{os.getpid()}"
        unfinished.write_text(json.dumps(seen), "utf-8")
        unfinished.replace(folder / SEEN)
