"""The k best passages for some terms, exactly, without looking at most of their postings.

First the terms are looked up in the index and weighed; sums are of whole numbers, the same in any order.

Terms are added up from the one that may add most to the one that may add least. As soon as all that are left together
add less than what the k-th best passage has, no further passage can come in; then only those that still can are looked
up in the postings that are left, most of which are long and weigh little (MaxScore: Turtle and Flood, "Query
Evaluation: Strategies and Optimizations", 1995).
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
    Places = npt.NDArray[np.intp]

WEIGHT_SCALE = 1024
LARGEST_TOTAL = 2**31 - 1
AT_ONCE = 8192  # postings
FEW = 5  # times k: so many are looked up to the end, without asking which of them still can be among the best
LOOK_UP = 40  # are read in the time that one passage is looked up
WORTH = 4  # a list this many times shorter than what was touched is added without asking whether that is needed


class Table(NamedTuple):
    """Where the postings of each term are.

    Attributes:
        terms: (t,) uint64, ascending: their numbers.
        starts: (t + 1,) int64: the postings of terms[i] are starts[i]:starts[i + 1].
        peaks: (t,) uint8: the highest impact of each.
        buckets: (2ⁿ + 1,) int64: the terms of which the first n bits are b are buckets[b]:buckets[b + 1].
    """

    terms: npt.NDArray[np.uint64]
    starts: Int64s
    peaks: npt.NDArray[np.uint8]
    buckets: Int64s


class Weighed(NamedTuple):
    """The terms of a query that there are, those that may add most first.

    Attributes:
        starts, ends: (n,) int64: the postings of each.
        weights: (n,) int32, above 0: what an impact of the term is multiplied with.
        left: (n + 1,) int64: what the terms from here on add to a passage at most, in all; 0 at the end.
        scale: what the real weights were multiplied with.
    """

    starts: Int64s
    ends: Int64s
    weights: Int32s
    left: Int64s
    scale: int


class Lists(NamedTuple):
    """The postings of a query's terms, those that may add most first.

    Attributes:
        starts, ends: (n,) int64: the postings of each term, in `rows` and `impacts`.
        weights: (n,) int32, above 0: what an impact of the term is multiplied with.
        left: (n + 1,) int64: what the terms from here on add to a passage at most, in all; 0 at the end.
        rows: (p,) int32, ascending within a term.
        impacts: (p,) uint8.
    """

    starts: Int64s
    ends: Int64s
    weights: Int32s
    left: Int64s
    rows: Int32s
    impacts: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scratch:
    """What one search at a time adds up in.

    Attributes:
        totals: (passages,) int32: 0 before and after.
        touched: (passages + 1,) int32: of any value.
    """

    totals: Int32s
    touched: Int32s

    @classmethod
    def of(cls, passages: int) -> Scratch:
        """What a search among so many passages needs."""
        return cls(np.zeros(passages, np.int32), np.zeros(passages + 1, np.int32))


class Kernel(NamedTuple):
    """The two steps of a search, each made in one way."""

    weigh: Weigh
    search: Search


class Weigh(Protocol):
    """Looks up the terms of a query."""

    def __call__(self, table: Table, passages: int, ids: UInt64s, weights: npt.NDArray[np.float64], /) -> Weighed:
        """The terms that there are, by their numbers; their weights times their idf, as whole numbers."""


class Search(Protocol):
    """Finds the k best."""

    def __call__(
        self, lists: Lists, within: npt.NDArray[np.bool_] | None, scratch: Scratch, k: int, /
    ) -> tuple[Int32s, Int32s]:
        """The rows and totals of the k best passages, best first, ties in the order of rows; only rows of `within`."""


def idf(passages: int, df: int) -> float:
    """How telling a term is that stands in so many passages."""
    return math.log(1 + (passages - df + 0.5) / (df + 0.5))


def weigh(table: Table, passages: int, ids: UInt64s, weights: npt.NDArray[np.float64]) -> Weighed:
    """Look terms up with numpy, all at once."""
    places, order = _found(table, ids)
    starts, ends = table.starts[places], table.starts[places + 1]
    real = weights[order] * np.array([idf(passages, df) for df in (ends - starts).tolist()], np.float64)
    scale = min(WEIGHT_SCALE, int(LARGEST_TOTAL / max(1.0, 255 * sum(real.tolist()) + len(real))))
    whole = np.rint(real * scale).astype(np.int32)
    most = whole * table.peaks[places].astype(np.int64)
    best_first = np.argsort(-most, kind="stable")[: np.count_nonzero(most)]
    left = np.append(np.cumsum(most[best_first][::-1])[::-1], 0)
    return Weighed(starts[best_first], ends[best_first], whole[best_first], left, scale)


def _found(table: Table, ids: UInt64s) -> tuple[Int64s, Int64s]:
    """The places of those terms that there are, and which of those asked for they are."""
    buckets = (ids >> shift_of(table)).astype(np.int64)
    firsts, ends = table.buckets[buckets], table.buckets[buckets + 1]
    places = firsts[:, np.newaxis] + np.arange((ends - firsts).max(initial=0))
    there = table.terms.take(places, mode="clip") == ids[:, np.newaxis]
    hits = np.nonzero(there & (places < ends[:, np.newaxis]))
    return places[hits], hits[0]


def shift_of(table: Table) -> int:
    """By how many bits a term is shifted to have its bucket."""
    return 65 - len(table.buckets).bit_length()


def search(lists: Lists, within: npt.NDArray[np.bool_] | None, scratch: Scratch, k: int) -> tuple[Int32s, Int32s]:
    """Find them with numpy: several lists at once where they are short, because each call costs a microsecond."""
    left, sizes = lists.left.tolist(), (lists.ends - lists.starts).tolist()
    rows, least, since, place = np.zeros(0, np.intp), 0, 0, 0
    while place < len(sizes):
        if WORTH * sizes[place] >= len(rows) and left[place] < least + since:
            least, since = max(least, _kth(scratch.totals[_within(rows, within)], k)), 0
            if left[place] < least:
                break
        following, room = place + 1, max(AT_ONCE, len(rows) // WORTH) - sizes[place]
        while following < len(sizes) and room >= sizes[following] and left[following] >= least:
            room -= sizes[following]
            following += 1
        rows = np.concatenate([rows, _added(lists, slice(place, following), scratch)])
        since += left[place] - left[following]
        place = following
    rows = np.sort(_kept(rows, within, scratch, least - left[place]))
    while place < len(sizes) and len(rows) > FEW * k:
        if sizes[place] < LOOK_UP * len(rows):
            _add_to_some(lists, place, scratch)
        else:
            _look_up(lists, range(place, place + 1), rows, scratch)
        place += 1
        least = max(least, _kth(scratch.totals[rows], k))
        rows = _kept(rows, None, scratch, least - left[place])
    _look_up(lists, range(place, len(sizes)), rows, scratch)
    totals = scratch.totals[rows]
    scratch.totals[rows] = 0
    order = np.lexsort((rows, -totals))[:k]
    return rows[order].astype(np.int32), totals[order]


def _added(lists: Lists, places: slice, scratch: Scratch) -> Places:
    """Add some terms up, and return the rows that had nothing so far."""
    postings = list(map(slice, lists.starts[places].tolist(), lists.ends[places].tolist()))
    rows = np.concatenate([lists.rows[one] for one in postings]).astype(np.intp)  # numpy is slower with other types
    weights = np.repeat(lists.weights[places], lists.ends[places] - lists.starts[places])
    fresh = rows[scratch.totals[rows] == 0]
    np.add.at(scratch.totals, rows, weights * np.concatenate([lists.impacts[one] for one in postings]))
    order = np.arange(len(fresh), dtype=np.int32)
    scratch.touched[fresh] = order
    once: Places = fresh[scratch.touched[fresh] == order]
    return once


def _add_to_some(lists: Lists, place: int, scratch: Scratch) -> None:
    """Add a term where something was added before."""
    postings = slice(lists.starts[place], lists.ends[place])
    rows = lists.rows[postings].astype(np.intp)
    totals = scratch.totals[rows]
    totals += np.multiply(lists.impacts[postings], lists.weights[place], dtype=np.int32) * (totals > 0)
    scratch.totals[rows] = totals


def _look_up(lists: Lists, numbers: range, rows: Places, scratch: Scratch) -> None:
    """Add some terms to some passages, whose rows ascend."""
    wanted = rows.astype(np.int32)
    starts, ends = lists.starts[numbers.start : numbers.stop, np.newaxis], lists.ends[numbers.start : numbers.stop]
    listed = (lists.rows[lists.starts[number] : lists.ends[number]] for number in numbers)
    places = np.array([one.searchsorted(wanted) for one in listed], np.intp).reshape(len(numbers), len(rows)) + starts
    there = (lists.rows.take(places, mode="clip") == wanted) & (places < ends[:, np.newaxis])
    impacts = lists.impacts.take(places, mode="clip").astype(np.int32) * there
    scratch.totals[rows] += lists.weights[numbers.start : numbers.stop] @ impacts


def _kept(rows: Places, within: npt.NDArray[np.bool_] | None, scratch: Scratch, least: int) -> Places:
    """Those rows that have so much, and are within the limits; the others are forgotten."""
    keep = scratch.totals[rows] >= least
    if within is not None:
        keep &= within[rows]
    scratch.totals[rows[~keep]] = 0
    return rows[keep]


def _within(rows: Places, within: npt.NDArray[np.bool_] | None) -> Places:
    return rows if within is None else rows[within[rows]]


def _kth(totals: Int32s, k: int) -> int:
    """The k-th largest, 0 where there are fewer."""
    return int(np.partition(totals, len(totals) - k)[len(totals) - k]) if len(totals) >= k else 0


PLAIN = Kernel(weigh, search)
_fastest = PLAIN


def fastest() -> Kernel:
    """The kernel that searches use: `PLAIN`, until another is ready."""
    return _fastest


def use(kernel: Kernel) -> None:
    """Let all searches from now on use a kernel."""
    global _fastest
    _fastest = kernel
