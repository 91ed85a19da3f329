"""Small JSON records in one file, read by number through a memory map instead of being held as objects."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.index.columns import mapped, numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from retrieval.index.folder import Files

PIECE = 1 << 16  # bytes that are written at once


def write_records(files: Files, name: str, pieces: Iterable[tuple[bytes | memoryview, npt.ArrayLike]]) -> None:
    """Write records to `name.jsonl`, and where each starts to `name.i8`.

    Args:
        files: of the folder.
        name: of the two files, without their endings.
        pieces: one or more records, each as JSON on a line of its own, and the length of each.
    """
    with files.column(f"{name}.jsonl") as records, files.column(f"{name}.i8") as starts:
        starts.append(np.zeros(1, np.int64))
        for piece, lengths in pieces:
            starts.append(records.size + np.cumsum(lengths, dtype=np.int64))
            records.append(piece)


def one_by_one(records: Iterable[Any]) -> Iterator[tuple[bytes, list[int]]]:
    """Records as `write_records` takes them, some at once."""
    lines: list[bytes] = []
    size = 0
    for record in records:
        lines.append(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        size += len(lines[-1])
        if size > PIECE:
            yield b"".join(lines), list(map(len, lines))
            lines, size = [], 0
    if lines:
        yield b"".join(lines), list(map(len, lines))


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one file; safe to read from any thread.

    Attributes:
        lines: the bytes of all, one after the other.
        starts: (records + 1,) int64: where each begins in them.
    """

    lines: memoryview
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Any:
        return json.loads(bytes(self.lines[self.starts.item(number) : self.starts.item(number + 1)]))


def open_records(folder: Path, name: str) -> Records:
    """Open what `write_records` wrote.

    Raises:
        OSError, ValueError: the files are missing, or do not fit one another.
    """
    records = Records(mapped(folder / f"{name}.jsonl"), numbers_in(folder / f"{name}.i8", "<i8"))
    if not len(records.starts) or len(records.lines) != int(records.starts[-1]):
        raise ValueError(f"{name}.jsonl has not the size that {name}.i8 says")
    return records
