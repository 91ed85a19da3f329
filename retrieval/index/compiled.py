"""The kernel as machine code, used if numba is installed: `pip install chuwen[fast]`.

It does what `retrieval.index.kernel` describes, passage by passage, with the k best in a heap whose root is the worst.
All of it stands in one module, because numba only notices that compiled code is out of date if this file has changed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np

from retrieval.index.kernel import (
    LARGEST_TOTAL,
    LOOK_AROUND,
    WEIGHT_SCALE,
    Kernel,
    Lists,
    Scratch,
    Table,
    Weighed,
    bucket_shift,
    idf,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from retrieval.index.kernel import Bools, Int32s, Int64s, UInt64s

    Bytes = npt.NDArray[np.uint8]
    F = TypeVar("F", bound=Callable[..., Any])

FEW = 2  # times k: so many are looked up to the end, without asking which of them still can be among the best
LOOK_UP = 128  # postings are added in the time that one passage is looked up
_ALL = np.zeros(0, np.bool_)  # stands for no limits: numba compiles one type of argument


def _jit(function: F) -> F:
    """Compile at the first call, to run without the interpreter's lock; the result is cached on disk if possible."""
    try:
        compiled: F = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder to keep it in
        compiled = numba.njit(nogil=True)(function)
    return compiled


_idf = _jit(idf)


@cache
def compile_kernel() -> Kernel:
    """Return the compiled kernel: compiled now, which takes 6 s, or loaded from numba's cache, which takes 1 s.

    Later calls return the same kernel at once.
    """

    def mapped(dtype: str, *values: int) -> npt.NDArray[Any]:
        """Return a read-only array, as files are mapped: another type to numba than one that can be written to."""
        return np.frombuffer(np.array(values, dtype).tobytes(), dtype)

    table = Table(mapped("u8", 0), mapped("i8", 0, 1), mapped("u1", 1), mapped("i8", 0, 1, 1))
    terms = np.array([0]), np.array([1]), np.array([1], np.int32), np.array([1, 0])
    _weigh(table, 1, np.zeros(1, np.uint64), np.ones(1))
    _search(Lists(*terms, mapped("i4", 0), mapped("u1", 1)), None, Scratch.of(1), 1)
    return Kernel(_weigh, _search)


def _weigh(table: Table, passages: int, ids: UInt64s, weights: npt.NDArray[np.float64]) -> Weighed:
    """Do what `Weigh` describes with compiled code."""
    return Weighed(*_weighed(table, passages, bucket_shift(table), ids, weights))


def _search(lists: Lists, within: Bools | None, scratch: Scratch, k: int) -> tuple[Int32s, Int32s]:
    """Do what `Search` describes with compiled code."""
    k = min(k, len(scratch.totals))
    rows, totals = np.empty(k, np.int32), np.empty(k, np.int32)
    size = _fill(lists, _ALL if within is None else within, scratch.totals, scratch.is_kept, scratch.kept, rows, totals)
    order = np.lexsort((rows[:size], -totals[:size]))
    return rows[order], totals[order]


@_jit
def _weighed(
    table: Table, passages: int, shift: int, ids: UInt64s, weights: npt.NDArray[np.float64]
) -> tuple[Int64s, Int64s, Int32s, Int64s, int]:
    """Look up the terms of a query and weigh them, as `Weigh` describes; `shift` is `bucket_shift(table)`.

    Return the fields of `Weighed` in their order. Terms that the index lacks, or that cannot add to a score, are left
    out.
    """
    places, real = np.empty(len(ids), np.int64), np.empty(len(ids), np.float64)
    found, total = 0, 0.0
    for number in range(len(ids)):
        bucket = np.int64(ids[number] >> np.uint64(shift))
        for place in range(table.buckets[bucket], table.buckets[bucket + 1]):
            if table.terms[place] == ids[number]:
                df = table.starts[place + 1] - table.starts[place]
                places[found], real[found] = place, weights[number] * _idf(passages, df)
                total += real[found]
                found += 1
    scale = min(WEIGHT_SCALE, int(LARGEST_TOTAL / max(1.0, 255 * total + found)))
    whole, most = np.empty(found, np.int32), np.empty(found, np.int64)
    for term in range(found):
        whole[term] = np.rint(real[term] * scale)
        most[term] = -whole[term] * np.int64(table.peaks[places[term]])
    order = np.argsort(most, kind="mergesort")[: np.count_nonzero(most)]
    left = np.zeros(len(order) + 1, np.int64)
    for place in range(len(order) - 1, -1, -1):
        left[place] = left[place + 1] - most[order[place]]
    chosen = places[:found][order]
    return table.starts[chosen], table.starts[chosen + 1], whole[order], left, scale


@_jit
def _fill(
    lists: Lists, within: Bools, totals: Int32s, is_kept: Bytes, kept: Int32s, best_rows: Int32s, best_totals: Int32s
) -> int:
    """Fill `best_rows` and `best_totals` with the best passages, as a heap, and return how many there are.

    Their length is k. `within` is empty for no limits. `totals` must be 0, and is 0 again afterwards; `is_kept` and
    `kept` are buffers, see `Scratch`.
    """
    starts, ends, weights, left, rows, impacts = lists
    place, most, size, k = 0, 0, 0, len(best_rows)
    while place < len(starts):
        start, end = starts[place], ends[place]
        if LOOK_AROUND * (end - start) >= len(totals) and left[place] < most:
            size = _collect(totals, left[place] + 1, within, is_kept, kept)
            if size >= k:
                break
            most = left[place]
        _add(rows[start:end], impacts[start:end], weights[place], totals)
        most += left[place] - left[place + 1]
        place += 1
    if place == len(starts):
        size = _collect(totals, 1, within, is_kept, kept)
    found = _best(totals, kept[:size], best_rows, best_totals)
    if place < len(starts):
        size = _collect(totals, max(1, best_totals[0] - left[place]), within, is_kept, kept)
        while place < len(starts):
            start, end = starts[place], ends[place]
            if end - start < LOOK_UP * size:
                _add(rows[start:end], impacts[start:end], weights[place], totals)
            else:
                _look_up(rows[start:end], impacts[start:end], weights[place], totals, kept[:size])
            place += 1
            if size > FEW * k:
                _best(totals, kept[:size], best_rows, best_totals)
                size = _keep(totals, kept[:size], best_totals[0] - left[place])
        found = _best(totals, kept[:size], best_rows, best_totals)
    totals[:] = 0
    return found


@_jit
def _add(rows: Int32s, impacts: Bytes, weight: int, totals: Int32s) -> None:
    """Add a term's impacts to the totals of all passages that it stands in."""
    for at in range(len(rows)):
        totals[rows[at]] += weight * impacts[at]


@_jit
def _collect(totals: Int32s, least: int, within: Bools, is_kept: Bytes, kept: Int32s) -> int:
    """List the passages whose total is `least` or more in `kept`, ascending, and return how many they are.

    Only rows in `within` count, unless it is empty. The comparison runs over several passages at once (SIMD); then
    eight flags at a time are looked at.
    """
    bar = np.int32(least)
    if len(within):
        for row in range(len(totals)):
            is_kept[row] = (totals[row] >= bar) & within[row]
    else:
        for row in range(len(totals)):
            is_kept[row] = totals[row] >= bar
    size, eights = 0, is_kept.view(np.uint64)
    for eight in range(len(eights)):
        if eights[eight]:
            for row in range(8 * eight, 8 * eight + 8):
                kept[size] = row  # without a branch, which the processor could not predict
                size += is_kept[row]
    return size


@_jit
def _keep(totals: Int32s, kept: Int32s, least: int) -> int:
    """Move the passages in `kept` whose total is `least` or more to its front, in order; return their number."""
    size = 0
    for row in kept:
        if totals[row] >= least:
            kept[size] = row
            size += 1
    return size


@_jit
def _look_up(rows: Int32s, impacts: Bytes, weight: int, totals: Int32s, kept: Int32s) -> None:
    """Add a term's impacts to the totals of the passages in `kept` only."""
    for row in kept:
        at = _find(rows, row, len(totals))
        if at < len(rows) and rows[at] == row:
            totals[row] += weight * impacts[at]


@_jit
def _find(rows: Int32s, row: int, passages: int) -> int:
    """Return the index of a row, or of the first one after it: interpolation, then galloping, then binary search.

    Args:
        rows: ascending, at least one.
        row: the one to find.
        passages: the number of passages in the index, for the interpolation.
    """
    at, end, step = len(rows) * row // passages, len(rows), 1
    if rows[at] < row:
        low, high = at + 1, min(at + 2, end)
        while high < end and rows[high] < row:
            step *= 2
            low, high = high + 1, min(high + 1 + step, end)
    else:
        low, high = max(at - 1, 0), at
        while low > 0 and rows[low] >= row:
            step *= 2
            low, high = max(low - step, 0), low
    return low + int(np.searchsorted(rows[low:high], row))


@_jit
def _best(totals: Int32s, kept: Int32s, best_rows: Int32s, best_totals: Int32s) -> int:
    """Fill in the best of the passages in `kept`, as a heap with the worst at its root, and return how many there are.

    What the heap held before is overwritten.
    """
    size = 0
    for row in kept:
        if size < len(best_totals) or totals[row] >= best_totals[0]:
            size = _offer(best_rows, best_totals, size, row, totals[row])
    return size


@_jit
def _offer(rows: Int32s, totals: Int32s, size: int, row: int, total: int) -> int:
    """Put a passage into the heap of the best if it belongs there, and return the heap's new size.

    Args:
        rows: the heap's rows; its length is the most that fit.
        totals: their scores.
        size: of the heap so far; in a full heap the passage replaces the worst.
        row: the passage.
        total: its score.
    """
    place = size
    if size < len(rows):
        size += 1
        while place and _is_worse(total, row, totals[(place - 1) // 2], rows[(place - 1) // 2]):
            rows[place], totals[place] = rows[(place - 1) // 2], totals[(place - 1) // 2]
            place = (place - 1) // 2
    elif _is_worse(total, row, totals[0], rows[0]):
        return size
    else:
        place, child = 0, 1
        while child < size:
            if child + 1 < size and _is_worse(totals[child + 1], rows[child + 1], totals[child], rows[child]):
                child += 1
            if _is_worse(total, row, totals[child], rows[child]):
                break
            rows[place], totals[place] = rows[child], totals[child]
            place = child
            child = 2 * place + 1
    rows[place], totals[place] = row, total
    return size


@_jit
def _is_worse(total: int, row: int, other_total: int, other_row: int) -> bool:
    """Return True if a passage ranks behind another: a lower total or, if both are equal, a higher row."""
    return total < other_total or (total == other_total and row > other_row)
