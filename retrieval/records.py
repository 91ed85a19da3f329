"""Small JSON records in one file, read by number through a memory map instead of being held as objects."""

from __future__ import annotations

import json
import mmap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_records(folder: Path, name: str, records: Iterable[Any]) -> None:
    """Write records as JSON, one a line, to `name.jsonl`, and where each starts to `name.npy`."""
    starts = [0]
    with (folder / f"{name}.jsonl").open("wb") as file:
        for record in records:
            starts.append(starts[-1] + file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n"))
    np.save(folder / f"{name}.npy", np.array(starts, dtype=np.int64), allow_pickle=False)


class Records:
    """The records of one file; safe to read from any thread.

    Raises:
        OSError, ValueError: the files are missing, or do not fit one another.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._starts = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        path = folder / f"{name}.jsonl"
        if path.stat().st_size != int(self._starts[-1]):
            raise ValueError(f"{path.name} has not the size that {name}.npy says")
        with path.open("rb") as file:
            self._bytes: mmap.mmap | bytes = (
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self._starts[-1] else b""
            )

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> Any:
        return json.loads(self._bytes[int(self._starts[number]) : int(self._starts[number + 1])])
