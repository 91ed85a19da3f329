"""The folder of a library: files with checksums, and a manifest that is written last, when all files are complete.

A file whose checksum was verified once is not read again while its size, modification time and inode stay the same:
opening an index of a gigabyte must not take as long as reading it.
"""

from __future__ import annotations

import json
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
from retrieval.index.columns import Column, checksum_of, file_name, sync_and_close

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    import numpy.typing as npt

VERSION = 10  # of the files in the folder; raise it whenever what is written changes
MANIFEST = "manifest.json"
SEEN = "seen.json"  # sizes and times of the files when their checksums were last verified
DAMAGE = (
    FileNotFoundError,
    NotADirectoryError,
    IsADirectoryError,
    ValueError,
)  # other OSErrors may pass
CLOCK_TICK = 50_000_000  # ns: a file may change twice within one without changing its time


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a library that is being written; each is synced to the disk while the next one is made.

    Attributes:
        columns: the files so far, by name.
    """

    folder: Path
    columns: dict[str, Column] = field(default_factory=dict)
    _disk: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1), repr=False)
    _settling: list[Future[None]] = field(default_factory=list, repr=False)

    def column(self, name: str) -> Column:
        """Create a file in the folder, to be written as a context manager, and note it for the manifest.

        Raises:
            OSError: it is there already, or can't be created.
        """
        self.columns[name] = column = Column(self.folder / name, self._settle_later)
        return column

    def write(self, types: Mapping[str, str], arrays: Iterable[npt.NDArray[Any]]) -> None:
        """Write each array to a file of its own, converted to its type in `types`, which is part of the file's name.

        The arrays are in the order of `types` (dtype by name).

        Raises:
            OSError: a file is there already, or can't be written.
            ValueError: there are more or fewer arrays than types.
        """
        for (name, dtype), array in zip(types.items(), arrays, strict=True):
            with self.column(file_name(name, dtype)) as column:
                column.append(np.asarray(array, dtype))

    def wait(self) -> None:
        """Wait until all files are on the disk. No file can be written afterwards.

        Raises:
            OSError: one could not be written.
        """
        self._disk.shutdown()
        for settled in self._settling:
            settled.result()

    def _settle_later(self, file: BinaryIO) -> None:
        """Queue fsync and close for the thread that syncs; `wait` raises their errors."""
        self._settling.append(self._disk.submit(sync_and_close, file))


def write_manifest(files: Files, faults: Iterable[Fault], name: str = "") -> None:
    """Wait until all files are on the disk, and write the manifest, which makes the folder complete.

    Args:
        files: all but the manifest, written; none can be added afterwards.
        faults: what was found wrong when the articles were loaded.
        name: the folder's later name, see `read_manifest`; empty for any.

    Raises:
        OSError: a file could not be written.
    """
    files.wait()
    content = {
        "version": VERSION,
        "name": name,
        "files": {name: [column.size, column.checksum] for name, column in sorted(files.columns.items())},
        "faults": [asdict(fault) for fault in faults],
    }
    with Column(files.folder / MANIFEST) as file:
        file.append(json.dumps({"checksum": _checksum(content)} | content, ensure_ascii=False, indent=1).encode())
    _write_seen(files.folder, files.columns)


def read_manifest(folder: Path) -> tuple[Fault, ...]:
    """Verify that the files of a folder are as they were written, and return the faults of the load.

    Raises:
        IndexUnusable: something is missing or damaged, the version is another one, or the folder has another name than
            it was written for: it was put in the place of another library.
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
        _verify(folder, content["files"])
        return tuple(Fault(**{**fault, "code": FaultCode(fault["code"])}) for fault in content["faults"])
    except (*DAMAGE, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise IndexUnusable(folder, str(error)) from error


def _checksum(content: dict[str, Any]) -> int:
    """Return the CRC-32 of a manifest's content; the order of its keys doesn't matter."""
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def _verify(folder: Path, files: dict[str, tuple[int, int]]) -> None:
    """Compare sizes, and the checksums of files that have changed since they were last verified, and note those.

    Args:
        folder: the library's.
        files: (size, checksum) by name, from the manifest.

    Raises:
        IndexUnusable: a size or checksum differs.
        OSError: a file is missing or cannot be read.
    """
    seen = _read_seen(folder)
    is_new = False
    for name, (size, checksum) in files.items():
        state = _state_of(folder / name)
        if state[0] != size:
            raise IndexUnusable(folder, f"{name} has {state[0]} bytes instead of {size}")
        if seen.get(name) != state:
            if checksum_of(folder / name) != checksum:
                raise IndexUnusable(folder, f"{name} is damaged")
            is_new = True
    if is_new:
        _write_seen(folder, files)


def _state_of(path: Path) -> list[int]:
    """Return what changes when a file is written: size, inode, mtime, and ctime, which can't be set."""
    status = path.stat()
    return [status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns]


def _read_seen(folder: Path) -> dict[str, list[int]]:
    """Return the state of each verified file by name, but for files that changed within CLOCK_TICK of the note.

    Empty if the note is missing or damaged: all files are verified again.
    """
    try:
        seen = json.loads(folder.joinpath(SEEN).read_text("utf-8"))
        at, files = int(seen["at"]), dict(seen["files"])
        return {name: state for name, state in files.items() if max(state[2:4]) < at - CLOCK_TICK}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return {}


def _write_seen(folder: Path, names: Iterable[str]) -> None:
    """Note the state of the named files; where the folder cannot be written, they are read again the next time."""
    with suppress(OSError):
        seen = {"at": time.time_ns(), "files": {name: _state_of(folder / name) for name in names}}
        unfinished = folder / f"{SEEN}.{os.getpid()}"
        unfinished.write_text(json.dumps(seen), "utf-8")
        unfinished.replace(folder / SEEN)
