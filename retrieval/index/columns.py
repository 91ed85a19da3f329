"""Files of numbers or bytes without header, written piece by piece with their checksums, opened by memory map."""

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


def settle(file: BinaryIO) -> None:
    """Have what was written on the disk, not only in the system's memory, and close the file."""
    with file:
        os.fsync(file.fileno())


class Column:
    """A file that is being written.

    Args:
        path: must not be there.
        settle: is given the open file when all is written, and closes it.
    """

    def __init__(self, path: Path, settle: Callable[[BinaryIO], object] = settle) -> None:
        self._file = path.open("xb")
        self._settle = settle
        self.size = 0
        self.checksum = 0  # CRC-32: 1 GB/s, against disks that were full and bits that fell over

    def append(self, piece: bytes | memoryview | npt.NDArray[Any]) -> None:
        """Write bytes, or the numbers of an array."""
        raw = bytes_of(piece) if isinstance(piece, np.ndarray) else piece
        self._file.write(raw)
        self.size += len(raw)
        self.checksum = zlib.crc32(raw, self.checksum)

    def flush(self) -> None:
        """Let others read what was written so far."""
        self._file.flush()

    def __enter__(self) -> Column:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._file.flush()
            self._settle(self._file)
        else:
            self._file.close()


def file_name(name: str, dtype: str) -> str:
    """The name of a column's file: its own and the type of its numbers, as `rows.i4`."""
    return f"{name}.{dtype[1:]}"


def bytes_of(array: npt.NDArray[Any]) -> memoryview:
    """The bytes of an array, as they are in memory."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def checksum_of(path: Path) -> int:
    """The CRC-32 of a file."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            checksum = zlib.crc32(block, checksum)
    return checksum


def mapped(path: Path) -> memoryview:
    """The bytes of a file, mapped.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:  # a memory map can't be empty, a file can
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def numbers_in(path: Path, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """The numbers of a file, mapped: an array that cannot be written to.

    Raises:
        OSError: it cannot be opened.
        ValueError: its size is no multiple of a number's.
    """
    return np.frombuffer(mapped(path), dtype)


def arrays_in(folder: Path, types: Mapping[str, str]) -> list[npt.NDArray[Any]]:
    """The numbers of several files, named with the type of their numbers; raises as `numbers_in`."""
    return [numbers_in(folder / file_name(name, dtype), dtype) for name, dtype in types.items()]


def forget(array: npt.NDArray[Any]) -> None:
    """Let the system have the memory back of a file that is mapped; what is needed again is read again."""
    owner: Any = array
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    if isinstance(owner, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)
