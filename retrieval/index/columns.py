"""Files of numbers or bytes without a header, written in pieces with a checksum, and opened by memory map."""

from __future__ import annotations

import mmap
import os
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    import numpy.typing as npt

BLOCK = 1 << 20  # bytes


def sync_and_close(file: BinaryIO) -> None:
    """Call fsync, so that what was written is on the disk and not only in the system's cache, and close the file.

    Raises:
        OSError: fsync failed; the file is closed all the same.
    """
    with file:
        os.fsync(file.fileno())


class Column:
    """A file that is being written, as a context manager.

    After an exception inside, the file is closed without `finish`, and stays as far as it was written.

    Args:
        path: of a file that doesn't exist yet.
        finish: called with the open file once all is written; it has to close the file.

    Attributes:
        size: bytes written so far.
        checksum: CRC-32 of them: 1 GB/s; it finds files cut short by a full disk, and flipped bits.

    Raises:
        FileExistsError: there is such a file.
    """

    def __init__(self, path: Path, finish: Callable[[BinaryIO], object] = sync_and_close) -> None:
        self._file = path.open("xb")
        self._finish = finish
        self.size = 0
        self.checksum = 0

    def append(self, piece: bytes | memoryview | npt.NDArray[Any]) -> None:
        """Write bytes, or the numbers of an array as they are in memory."""
        raw = bytes_of(piece) if isinstance(piece, np.ndarray) else piece
        self._file.write(raw)
        self.size += len(raw)
        self.checksum = zlib.crc32(raw, self.checksum)

    def flush(self) -> None:
        """Pass what was written to the system, so that the file can be read by its path before it is complete."""
        self._file.flush()

    def __enter__(self) -> Column:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._file.flush()
            self._finish(self._file)
        else:
            self._file.close()


def file_name(name: str, dtype: str) -> str:
    """Return the name of a column's file: its own and the type of its numbers, as `rows.i4`."""
    return f"{name}.{dtype[1:]}"


def bytes_of(array: npt.NDArray[Any]) -> memoryview:
    """Return the bytes of an array as they are in memory; copied only if the array isn't contiguous."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def checksum_of(path: Path) -> int:
    """Return the CRC-32 of a file; 0 if it is empty.

    Raises:
        OSError: it cannot be read.
    """
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            checksum = zlib.crc32(block, checksum)
    return checksum


def map_file(path: Path) -> memoryview:
    """Map a file into memory, read-only; an empty file gives an empty view.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:  # a memory map can't be empty, a file can
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def map_array(path: Path, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Map a file of numbers as a read-only array.

    Raises:
        OSError: it cannot be opened.
        ValueError: its size is no multiple of a number's size.
    """
    return np.frombuffer(map_file(path), dtype)


def map_arrays(folder: Path, types: Mapping[str, str]) -> list[npt.NDArray[Any]]:
    """Map several files of numbers in a folder, in the order of `types` (dtype by name); raises as `map_array`."""
    return [map_array(folder / file_name(name, dtype), dtype) for name, dtype in types.items()]


def release_pages(array: npt.NDArray[Any]) -> None:
    """Drop the pages of a mapped array from memory (MADV_DONTNEED); what is used again is read from the file again.

    Does nothing to an array that isn't mapped, or on a system without madvise.
    """
    owner: Any = array
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    if isinstance(owner, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)
