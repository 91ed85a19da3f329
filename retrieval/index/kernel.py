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
    Bools = npt.NDArray[np.bool_]
    Places = npt.NDArray[np.intp]

WEIGHT_SCALE = 1024
LARGEST_TOTAL = 2**31 - 1
AT_ONCE = 8192  # postings
LOOK_AROUND = 16  # postings are added in the time that so many passages are looked over
FEW = 5  # times k: so many are looked up to the end, without asking which of them still can be among the best
LOOK_UP = 40  # postings are added in the time that one passage is looked up


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
        is_kept: (passages or more, a multiple of 8) uint8: 0 beyond the passages.
        kept: (as many + 1,) int32: of any value.
    """

    totals: Int32s
    is_kept: npt.NDArray[np.uint8]
    kept: Int32s

    @classmethod
    def of(cls, passages: int) -> Scratch:
        """What a search among so many passages needs."""
        size = -(-passages // 8) * 8
        return cls(np.zeros(passages, np.int32), np.zeros(size, np.uint8), np.empty(size + 1, np.int32))


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

    def __call__(self, lists: Lists, within: Bools | None, scratch: Scratch, k: int, /) -> tuple[Int32s, Int32s]:
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
    buckets = (ids >> bucket_shift(table)).astype(np.int64)
    firsts, ends = table.buckets[buckets], table.buckets[buckets + 1]
    places = firsts[:, np.newaxis] + np.arange((ends - firsts).max(initial=0))
    there = table.terms.take(places, mode="clip") == ids[:, np.newaxis]
    hits = np.nonzero(there & (places < ends[:, np.newaxis]))
    return places[hits], hits[0]


def bucket_shift(table: Table) -> int:
    """By how many bits a term is shifted to have its bucket."""
    return 65 - len(table.buckets).bit_length()


def search(lists: Lists, within: Bools | None, scratch: Scratch, k: int) -> tuple[Int32s, Int32s]:
    """Find them with numpy: several lists at once where they are short, because each call costs a microsecond."""
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
    found = totals[rows]
    totals.fill(0)
    order = np.lexsort((rows, -found))[:k]
    return rows[order].astype(np.int32), found[order]


def _above(totals: Int32s, least: int, within: Bools | None) -> Places:
    """The rows that have more, ascending."""
    rows = np.flatnonzero(totals > least)
    return rows if within is None else rows[within[rows]]


def _add(lists: Lists, places: slice, totals: Int32s) -> None:
    """Add some terms up."""
    postings = list(map(slice, lists.starts[places].tolist(), lists.ends[places].tolist()))
    rows = np.concatenate([lists.rows[one] for one in postings]).astype(np.intp)  # numpy is slower with other types
    weights = np.repeat(lists.weights[places], lists.ends[places] - lists.starts[places])
    np.add.at(totals, rows, weights * np.concatenate([lists.impacts[one] for one in postings]))


def _look_up(lists: Lists, numbers: range, rows: Places, totals: Int32s) -> None:
    """Add some terms to some passages, whose rows ascend."""
    wanted = rows.astype(np.int32)
    starts, ends = lists.starts[numbers.start : numbers.stop, np.newaxis], lists.ends[numbers.start : numbers.stop]
    listed = (lists.rows[lists.starts[number] : lists.ends[number]] for number in numbers)
    places = np.array([one.searchsorted(wanted) for one in listed], np.intp).reshape(len(numbers), len(rows)) + starts
    there = (lists.rows.take(places, mode="clip") == wanted) & (places < ends[:, np.newaxis])
    impacts = lists.impacts.take(places, mode="clip").astype(np.int32) * there
    totals[rows] += lists.weights[numbers.start : numbers.stop] @ impacts


def _kth(totals: Int32s, k: int) -> int:
    """The k-th largest, 0 where there are fewer."""
    return int(np.partition(totals, len(totals) - k)[len(totals) - k]) if len(totals) >= k else 0


PLAIN = Kernel(weigh, search)
_fastest = PLAIN


def current_kernel() -> Kernel:
    """The kernel that searches use: `PLAIN`, until another is ready."""
    return _fastest


def use_kernel(kernel: Kernel) -> None:
    """Let all searches from now on use a kernel."""
    global _fastest
    _fastest = kernel
