"""Which article a paragraph is of, when that was published and what it is about: what limits leave."""

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

UNDATED = 0  # before every day: `datetime.date.toordinal` counts from 1
ARRAYS = {"first_rows": "<i8", "days": "<i4", "places": "<i4"}  # the files, with the type of their numbers
NAMES = "places.json"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The articles, one element each.

    Attributes:
        first_rows: (articles + 1,) int64: the rows of article i are first_rows[i]:first_rows[i + 1].
        days: (articles,) int32: of publication, as ordinals.
        places: (articles,) int32: which of the sets of places it is about.
        sets: the different sets of places, by name.
    """

    first_rows: npt.NDArray[np.int64]
    days: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]
    sets: tuple[tuple[str, ...], ...]
    _view: memoryview = field(init=False, compare=False, repr=False)  # of first_rows, where one at a time is read

    def __post_init__(self) -> None:
        object.__setattr__(self, "_view", self.first_rows.data)

    def __len__(self) -> int:
        return len(self.days)

    @property
    def rows(self) -> int:
        """How many paragraphs there are."""
        return int(self.first_rows[-1])

    def article_of(self, row: int) -> int:
        """The number of the article that a row is of."""
        return bisect_right(self._view, row) - 1

    def rows_within(self, limits: Limits) -> npt.NDArray[np.bool_]:
        """Which rows of the index are of articles within the limits: (passages,) bool."""
        is_within = np.ones(len(self.days), dtype=np.bool_)
        if limits.regions:
            about = (
                any(covers(one, place) for one in limits.regions for place in filter(None, map(_region, names)))
                for names in self.sets
            )
            is_within &= np.fromiter(about, np.bool_, len(self.sets))[self.places]
        if limits.published:
            first, last = limits.published
            is_within &= self.days >= (first or datetime.date.min).toordinal()
            is_within &= self.days <= (last or datetime.date.max).toordinal()
        return np.repeat(is_within, np.diff(self.first_rows))


def write_catalogue(files: Files, cards: Iterable[dict[str, Any]]) -> None:
    """Write what the cards say of days, places and rows."""
    numbers: dict[tuple[str, ...], int] = {}
    found = [
        (
            card["rows"],
            datetime.date.fromisoformat(card["date"]).toordinal() if card["date"] else UNDATED,
            numbers.setdefault(tuple(card["regions"]), len(numbers)),
        )
        for card in cards
    ]
    columns = list(np.array(found, np.int64).reshape(-1, 3).T)
    columns[0] = np.append(0, np.cumsum(columns[0]))
    files.write(ARRAYS, columns)
    with files.column(NAMES) as file:
        file.append(json.dumps(list(numbers), ensure_ascii=False).encode())


def open_catalogue(folder: Path) -> Catalogue:
    """Open what `write_catalogue` wrote.

    Raises:
        OSError, ValueError: a file is missing, or they do not fit one another.
    """
    first_rows, days, places = map_arrays(folder, ARRAYS)
    sets = tuple(map(tuple, json.loads(bytes(map_file(folder / NAMES)))))
    if not len(first_rows) - 1 == len(days) == len(places):
        raise ValueError("the files of the catalogue do not fit one another")
    return Catalogue(first_rows, days, places, sets)


@cache
def _region(name: str) -> Region | None:
    return find_region(name)
