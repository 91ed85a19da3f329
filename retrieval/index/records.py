"""Small JSON records in one file, read by number through a memory map instead of being held in memory as objects."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.index.columns import map_array, map_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from retrieval.index.folder import Files

PIECE = 1 << 16  # bytes that are written at once


def write_records(files: Files, name: str, pieces: Iterable[tuple[bytes | memoryview, npt.ArrayLike]]) -> None:
    """Write records to `name.jsonl`, and the offset of each, and the end of the last, to `name.i8`.

    Args:
        files: of the folder.
        name: of the two files, without their endings.
        pieces: some records each, as lines of JSON, and the length of each line in bytes, its line end included.
    """
    with files.column(f"{name}.jsonl") as records, files.column(f"{name}.i8") as starts:
        starts.append(np.zeros(1, np.int64))
        for piece, lengths in pieces:
            starts.append(records.size + np.cumsum(lengths, dtype=np.int64))
            records.append(piece)


def encode_records(records: Iterable[Any]) -> Iterator[tuple[bytes, list[int]]]:
    """Yield records as `write_records` takes them, in pieces of about PIECE bytes."""
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
    """The records of one file; thread-safe.

    Attributes:
        lines: the bytes of all records.
        starts: (records + 1,) int64: record i is lines[starts[i]:starts[i + 1]].
    """

    lines: memoryview
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Any:
        return json.loads(bytes(self.lines[self.starts.item(number) : self.starts.item(number + 1)]))


def open_records(folder: Path, name: str) -> Records:
    """Map the files that `write_records` wrote.

    Raises:
        OSError: a file cannot be opened.
        ValueError: the files don't fit one another.
    """
    records = Records(map_file(folder / f"{name}.jsonl"), map_array(folder / f"{name}.i8", "<i8"))
    if not len(records.starts) or len(records.lines) != int(records.starts[-1]):
        raise ValueError(f"{name}.jsonl has another size than {name}.i8 says")
    return records
