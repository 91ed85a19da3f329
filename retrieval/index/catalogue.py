"""The article of each row, and each article's date and places: which rows are within the limits of a question."""

from __future__ import annotations

import datetime
import json
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.regions import covers, find_region
from retrieval.index.columns import map_arrays, map_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

    from corpus.regions import Region
    from retrieval.index.folder import Files
    from retrieval.limits import Limits

UNDATED = 0  # sorts before every date: `datetime.date.toordinal` counts from 1
ARRAYS = {"first_rows": "<i8", "days": "<i4", "places": "<i4"}  # dtype by file name
NAMES = "places.json"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Columns of the articles, in the order of the index.

    Attributes:
        first_rows: (articles + 1,) int64: the rows of article i are first_rows[i]:first_rows[i + 1].
        days: (articles,) int32: dates of publication as ordinals; UNDATED for none.
        places: (articles,) int32: an index into `sets` each.
        sets: the distinct sets of places that articles are about, as names of regions.
    """

    first_rows: npt.NDArray[np.int64]
    days: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]
    sets: tuple[tuple[str, ...], ...]
    _view: memoryview = field(
        init=False, compare=False, repr=False
    )  # of first_rows: faster where single elements are read

    def __post_init__(self) -> None:
        object.__setattr__(self, "_view", self.first_rows.data)

    def __len__(self) -> int:
        return len(self.days)

    @property
    def rows(self) -> int:
        """The number of rows of all articles."""
        return int(self.first_rows[-1])

    def article_of(self, row: int) -> int:
        """Return the number of the article that a row belongs to, both from 0; rows out of range are not refused."""
        return bisect_right(self._view, row) - 1

    def rows_within(self, limits: Limits) -> npt.NDArray[np.bool_]:
        """Return a mask of the rows of articles within the limits: (rows,) bool.

        Both days of a period are included; undated articles are in no period.
        """
        is_within = np.ones(len(self.days), dtype=np.bool_)
        if limits.regions:
            about = (
                any(covers(region, place) for region in limits.regions for place in filter(None, map(_region, names)))
                for names in self.sets
            )
            is_within &= np.fromiter(about, np.bool_, len(self.sets))[self.places]
        if limits.published:
            first, last = limits.published
            is_within &= self.days >= (first or datetime.date.min).toordinal()
            is_within &= self.days <= (last or datetime.date.max).toordinal()
        return np.repeat(is_within, np.diff(self.first_rows))


def write_catalogue(files: Files, cards: Iterable[dict[str, Any]]) -> None:
    """Write the dates, places and rows of the articles.

    Args:
        files: of the folder.
        cards: the record of each article, with `rows`, `date` (ISO, or None) and `regions`.
    """
    numbers: dict[tuple[str, ...], int] = {}
    records = [
        (
            card["rows"],
            datetime.date.fromisoformat(card["date"]).toordinal() if card["date"] else UNDATED,
            numbers.setdefault(tuple(card["regions"]), len(numbers)),
        )
        for card in cards
    ]
    columns = list(np.array(records, np.int64).reshape(-1, 3).T)
    columns[0] = np.append(0, np.cumsum(columns[0]))
    files.write(ARRAYS, columns)
    with files.column(NAMES) as file:
        file.append(json.dumps(list(numbers), ensure_ascii=False).encode())


def open_catalogue(folder: Path) -> Catalogue:
    """Map the files that `write_catalogue` wrote.

    Raises:
        OSError: a file cannot be opened.
        ValueError: the files don't fit one another.
    """
    first_rows, days, places = map_arrays(folder, ARRAYS)
    sets = tuple(map(tuple, json.loads(bytes(map_file(folder / NAMES)))))
    if not len(first_rows) - 1 == len(days) == len(places):
        raise ValueError("the files of the catalogue do not fit one another")
    return Catalogue(first_rows, days, places, sets)


@cache
def _region(name: str) -> Region | None:
    """Return `find_region(name)`, cached."""
    return find_region(name)
