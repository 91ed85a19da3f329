"""The kernel of a search: the exact k best passages for some terms, without reading most of their postings.

The terms are looked up in the index and weighed; scores are sums of integers, the same in any order of addition.

Terms are processed from the one with the highest possible contribution to the one with the lowest. As soon as all
remaining terms together can add less than the score of the k-th best passage, no further passage can enter the result.
From then on only the candidates are looked up in the remaining postings, most of which are long and weigh little
(MaxScore: Turtle and Flood, "Query Evaluation: Strategies and Optimizations", 1995).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Int32s = npt.NDArray[np.int32]
    Int64s = npt.NDArray[np.int64]
    UInt64s = npt.NDArray[np.uint64]
    Bools = npt.NDArray[np.bool_]
    Places = npt.NDArray[np.intp]

WEIGHT_SCALE = 1024
LARGEST_TOTAL = 2**31 - 1
AT_ONCE = 8192  # postings that are added in one numpy call
LOOK_AROUND = 16  # postings are added in the time that so many passages are looked over
FEW = 5  # times k: so many are looked up to the end, without asking which of them still can be among the best
LOOK_UP = 40  # postings are added in the time that one passage is looked up


class Table(NamedTuple):
    """The terms of an index, and where the postings of each are.

    Attributes:
        terms: (t,) uint64, ascending: ids, `retrieval.index.terms.term_id`.
        starts: (t + 1,) int64: the postings of terms[i] are starts[i]:starts[i + 1].
        peaks: (t,) uint8: the highest impact of each term.
        buckets: (2ⁿ + 1,) int64: the terms whose upper n bits are b are terms[buckets[b]:buckets[b + 1]].
    """

    terms: npt.NDArray[np.uint64]
    starts: Int64s
    peaks: npt.NDArray[np.uint8]
    buckets: Int64s


class Weighed(NamedTuple):
    """The terms of a query that are in the index, by their highest possible contribution, descending.

    Attributes:
        starts, ends: (n,) int64: the postings of each term.
        weights: (n,) int32, above 0: the factor of the term's impacts.
        left: (n + 1,) int64: the most that terms[i:] together can add to a passage; 0 at the end.
        scale: the factor by which the real weights were made integers.
    """

    starts: Int64s
    ends: Int64s
    weights: Int32s
    left: Int64s
    scale: int


class Lists(NamedTuple):
    """The terms of a query as in `Weighed`, with the postings of the index.

    Attributes:
        starts, ends: (n,) int64: the postings of each term are rows[start:end] and impacts[start:end].
        weights: (n,) int32, above 0: the factor of the term's impacts.
        left: (n + 1,) int64: the most that terms[i:] together can add to a passage; 0 at the end.
        rows: (postings,) int32, ascending within a term.
        impacts: (postings,) uint8.
    """

    starts: Int64s
    ends: Int64s
    weights: Int32s
    left: Int64s
    rows: Int32s
    impacts: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scratch:
    """Buffers of a search, reused by the next one; two searches at a time need two.

    Attributes:
        totals: (passages,) int32: the scores; all 0 before and after a search.
        is_kept: (passages, rounded up to a multiple of 8) uint8: flags; 0 beyond the passages.
        kept: (that size + 1,) int32: rows; its content before and after is arbitrary.
    """

    totals: Int32s
    is_kept: npt.NDArray[np.uint8]
    kept: Int32s

    @classmethod
    def of(cls, passages: int) -> Scratch:
        """Allocate the buffers for an index of so many passages."""
        size = -(-passages // 8) * 8
        return cls(np.zeros(passages, np.int32), np.zeros(size, np.uint8), np.empty(size + 1, np.int32))


class Kernel(NamedTuple):
    """An implementation of the two steps of a search."""

    weigh: Weigh
    search: Search


class Weigh(Protocol):
    """The first step: looks up the terms of a query."""

    def __call__(self, table: Table, passages: int, ids: UInt64s, weights: npt.NDArray[np.float64], /) -> Weighed:
        """Look up terms by their ids, and scale the products of weight and idf to integers.

        Terms that the index lacks, or that cannot add to a score, are left out. The scale is the largest, up to
        WEIGHT_SCALE, at which no sum of scores exceeds LARGEST_TOTAL.

        Args:
            table: of the index.
            passages: the number of passages in the index.
            ids: (terms,) uint64.
            weights: (terms,): of the query.
        """


class Search(Protocol):
    """The second step: finds the k best passages."""

    def __call__(self, lists: Lists, within: Bools | None, scratch: Scratch, k: int, /) -> tuple[Int32s, Int32s]:
        """Return the rows and scores of the k best passages, best first, ties by row.

        Passages with a score of 0 are left out, so there may be fewer. The scores are integers: divided by the scale of
        the weights and IMPACT_SCALE they are real.

        Args:
            lists: the terms and the postings.
            within: (passages,) bool: the only rows that may be found; None for all.
            scratch: buffers that no other search uses at the time.
            k: at least 1.
        """


def idf(passages: int, df: int) -> float:
    """Return the inverse document frequency of a term that `df` passages hold: ln(1 + (N − df + ½) / (df + ½))."""
    return math.log(1 + (passages - df + 0.5) / (df + 0.5))


def weigh(table: Table, passages: int, ids: UInt64s, weights: npt.NDArray[np.float64]) -> Weighed:
    """Look up and weigh all terms at once with numpy, as `Weigh` describes."""
    places, order = _places_of(table, ids)
    starts, ends = table.starts[places], table.starts[places + 1]
    real = weights[order] * np.array([idf(passages, df) for df in (ends - starts).tolist()], np.float64)
    scale = min(WEIGHT_SCALE, int(LARGEST_TOTAL / max(1.0, 255 * sum(real.tolist()) + len(real))))
    whole = np.rint(real * scale).astype(np.int32)
    most = whole * table.peaks[places].astype(np.int64)
    best_first = np.argsort(-most, kind="stable")[: np.count_nonzero(most)]
    left = np.append(np.cumsum(most[best_first][::-1])[::-1], 0)
    return Weighed(starts[best_first], ends[best_first], whole[best_first], left, scale)


def _places_of(table: Table, ids: UInt64s) -> tuple[Int64s, Int64s]:
    """Return the places in the table of the ids that it has, and the places of these ids in `ids`, ascending."""
    buckets = (ids >> bucket_shift(table)).astype(np.int64)
    firsts, ends = table.buckets[buckets], table.buckets[buckets + 1]
    places = firsts[:, np.newaxis] + np.arange((ends - firsts).max(initial=0))
    is_equal = table.terms.take(places, mode="clip") == ids[:, np.newaxis]
    matches = np.nonzero(is_equal & (places < ends[:, np.newaxis]))
    return places[matches], matches[0]


def bucket_shift(table: Table) -> int:
    """Return by how many bits a term's id is shifted right to give its bucket."""
    return 65 - len(table.buckets).bit_length()


def search(lists: Lists, within: Bools | None, scratch: Scratch, k: int) -> tuple[Int32s, Int32s]:
    """Find the k best passages with numpy, as `Search` describes.

    Short lists are added together, because each call of numpy costs a microsecond.
    """
    totals, left, sizes = scratch.totals, lists.left.tolist(), (lists.ends - lists.starts).tolist()
    rows, place, most = np.zeros(0, np.intp), 0, 0
    while place < len(sizes):
        if LOOK_AROUND * sizes[place] >= len(totals) and left[place] < most:
            rows = _above(totals, left[place], within)
            if len(rows) >= k:
                break
            most = left[place]
        following, room = place + 1, AT_ONCE - sizes[place]
        while following < len(sizes) and sizes[following] <= room:
            room -= sizes[following]
            following += 1
        _add(lists, slice(place, following), totals)
        most += left[place] - left[following]
        place = following
    least = _kth(totals[rows], k) if place < len(sizes) else 1
    rows = _above(totals, max(0, least - left[place] - 1), within)
    while place < len(sizes) and len(rows) > FEW * k:
        if sizes[place] < LOOK_UP * len(rows):
            _add(lists, slice(place, place + 1), totals)
        else:
            _look_up(lists, range(place, place + 1), rows, totals)
        place += 1
        least = max(least, _kth(totals[rows], k))
        rows = rows[totals[rows] >= least - left[place]]
    _look_up(lists, range(place, len(sizes)), rows, totals)
    scores = totals[rows]
    totals.fill(0)
    order = np.lexsort((rows, -scores))[:k]
    return rows[order].astype(np.int32), scores[order]


def _above(totals: Int32s, least: int, within: Bools | None) -> Places:
    """Return the rows whose total is above `least`, ascending; only those in `within` unless it is None."""
    rows = np.flatnonzero(totals > least)
    return rows if within is None else rows[within[rows]]


def _add(lists: Lists, places: slice, totals: Int32s) -> None:
    """Add the impacts of some terms, times their weights, to the totals of all passages that hold them."""
    postings = list(map(slice, lists.starts[places].tolist(), lists.ends[places].tolist()))
    rows = np.concatenate([lists.rows[span] for span in postings]).astype(np.intp)  # numpy is slower with other types
    weights = np.repeat(lists.weights[places], lists.ends[places] - lists.starts[places])
    np.add.at(totals, rows, weights * np.concatenate([lists.impacts[span] for span in postings]))


def _look_up(lists: Lists, numbers: range, rows: Places, totals: Int32s) -> None:
    """Add the impacts of some terms, times their weights, to the totals of some rows only, which ascend."""
    wanted = rows.astype(np.int32)
    starts, ends = lists.starts[numbers.start : numbers.stop, np.newaxis], lists.ends[numbers.start : numbers.stop]
    listed = (lists.rows[lists.starts[number] : lists.ends[number]] for number in numbers)
    places = (
        np.array([term_rows.searchsorted(wanted) for term_rows in listed], np.intp).reshape(len(numbers), len(rows))
        + starts
    )
    is_listed = (lists.rows.take(places, mode="clip") == wanted) & (places < ends[:, np.newaxis])
    impacts = lists.impacts.take(places, mode="clip").astype(np.int32) * is_listed
    totals[rows] += lists.weights[numbers.start : numbers.stop] @ impacts


def _kth(totals: Int32s, k: int) -> int:
    """Return the k-th largest total; 0 if there are fewer than k."""
    return int(np.partition(totals, len(totals) - k)[len(totals) - k]) if len(totals) >= k else 0


PLAIN = Kernel(weigh, search)
_current = PLAIN


def current_kernel() -> Kernel:
    """Return the kernel that searches use: `PLAIN`, until `use_kernel` sets another."""
    return _current


def use_kernel(kernel: Kernel) -> None:
    """Set the kernel of all searches from now on, in all threads."""
    global _current
    _current = kernel
