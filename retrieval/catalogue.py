"""When each article was published and what places it is about: which paragraphs limits leave."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from corpus.regions import Region, covers, find

if TYPE_CHECKING:
    import numpy.typing as npt

    from retrieval.limits import Limits
    from retrieval.records import Records

UNDATED = 0  # before every day: `datetime.date.toordinal` counts from 1


@dataclass(frozen=True, slots=True)
class _Columns:
    """The articles' cards as arrays, one element an article.

    Attributes:
        days: (articles,) int32: of publication, as ordinals.
        places: the different sets of places that articles are about.
        place: (articles,) int32: which of them.
        rows: (articles,) int32: how many paragraphs.
    """

    days: npt.NDArray[np.int32]
    places: tuple[tuple[Region, ...], ...]
    place: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]


class Catalogue:
    """The articles by place and day; read from their cards when a limit is first set (0.2 s for 20,000), then kept."""

    def __init__(self, articles: Records) -> None:
        self._articles = articles

    def rows_within(self, limits: Limits) -> npt.NDArray[np.bool_]:
        """Which rows of the index are of articles within the limits: (passages,) bool."""
        columns = self._columns
        is_within = np.ones(len(columns.days), dtype=np.bool_)
        if limits.regions:
            about = (any(covers(one, place) for one in limits.regions for place in places) for places in columns.places)
            is_within &= np.fromiter(about, np.bool_, len(columns.places))[columns.place]
        if limits.published:
            first, last = limits.published
            is_within &= columns.days >= (first or datetime.date.min).toordinal()
            is_within &= columns.days <= (last or datetime.date.max).toordinal()
        return np.repeat(is_within, columns.rows)

    @cached_property
    def _columns(self) -> _Columns:
        cards = [self._articles[number] for number in range(len(self._articles))]
        days = (datetime.date.fromisoformat(card["date"]).toordinal() if card["date"] else UNDATED for card in cards)
        numbers: dict[tuple[str, ...], int] = {}
        place = [numbers.setdefault(tuple(card["regions"]), len(numbers)) for card in cards]
        return _Columns(
            np.fromiter(days, np.int32, len(cards)),
            tuple(tuple(filter(None, map(find, names))) for names in numbers),
            np.array(place, np.int32),
            np.array([card["rows"] for card in cards], np.int32),
        )
