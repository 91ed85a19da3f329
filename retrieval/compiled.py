"""The kernel as machine code, for where numba is installed: `pip install chuwen[fast]`.

What it does is told in `retrieval.kernel`; here passage by passage, with the k best in a heap whose root is the worst.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np

from retrieval.kernel import LARGEST_TOTAL, WEIGHT_SCALE, WORTH, Kernel, Lists, Scratch, Table, Weighed, shift_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from retrieval.kernel import Int32s, Int64s, UInt64s

    Bools = npt.NDArray[np.bool_]
    Bytes = npt.NDArray[np.uint8]
    F = TypeVar("F", bound=Callable[..., Any])


LOOK_UP = 64  # postings are read in the time that one passage is looked up


def _jit(function: F) -> F:
    """Compile at the first call, without the interpreter's lock, and keep what was compiled, if anywhere."""
    try:
        compiled: F = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder to keep it in
        compiled = numba.njit(nogil=True)(function)
    return compiled


@cache
def compile_kernel() -> Kernel:
    """The kernel, compiled now or loaded as it was compiled before: 6 seconds or 1."""
    _weigh(_TABLE, 1, np.zeros(1, np.uint64), np.ones(1))
    _search(_LISTS, None, Scratch.of(1), 1)
    return Kernel(_weigh, _search)


def _weigh(table: Table, passages: int, ids: UInt64s, weights: npt.NDArray[np.float64]) -> Weighed:
    return Weighed(*_weighed(*table, passages, shift_of(table), ids, weights))


def _search(lists: Lists, within: Bools | None, scratch: Scratch, k: int) -> tuple[Int32s, Int32s]:
    k = min(k, len(scratch.totals))
    rows, totals = np.empty(k, np.int32), np.empty(k, np.int32)
    limits = _UNLIMITED if within is None else within
    found = _fill(*lists, limits, scratch.totals, scratch.touched, rows, totals)
    order = np.lexsort((rows[:found], -totals[:found]))
    return rows[order], totals[order]


@_jit
def _weighed(
    terms: UInt64s,
    starts: Int64s,
    peaks: Bytes,
    buckets: Int64s,
    passages: int,
    shift: int,
    ids: UInt64s,
    weights: npt.NDArray[np.float64],
) -> tuple[Int64s, Int64s, Int32s, Int64s, int]:
    places, real = np.empty(len(ids), np.int64), np.empty(len(ids), np.float64)
    found, total = 0, 0.0
    for number in range(len(ids)):
        bucket = np.int64(ids[number] >> np.uint64(shift))
        for place in range(buckets[bucket], buckets[bucket + 1]):
            if terms[place] == ids[number]:
                df = starts[place + 1] - starts[place]
                places[found], real[found] = place, weights[number] * math.log(1 + (passages - df + 0.5) / (df + 0.5))
                total += real[found]
                found += 1
    scale = min(WEIGHT_SCALE, int(LARGEST_TOTAL / max(1.0, 255 * total + found)))
    whole, most = np.empty(found, np.int32), np.empty(found, np.int64)
    for term in range(found):
        whole[term] = np.rint(real[term] * scale)
        most[term] = -whole[term] * np.int64(peaks[places[term]])
    order = np.argsort(most, kind="mergesort")[: np.count_nonzero(most)]
    left = np.zeros(len(order) + 1, np.int64)
    for place in range(len(order) - 1, -1, -1):
        left[place] = left[place + 1] - most[order[place]]
    chosen = places[:found][order]
    return starts[chosen], starts[chosen + 1], whole[order], left, scale


@_jit
def _fill(
    starts: Int64s,
    ends: Int64s,
    weights: Int32s,
    left: Int64s,
    rows: Int32s,
    impacts: Bytes,
    within: Bools,
    totals: Int32s,
    touched: Int32s,
    best_rows: Int32s,
    best_totals: Int32s,
) -> int:
    """Fill in the best, in the order of a heap, and return how many there are."""
    size, place, least, since = 0, 0, 0, 0
    while place < len(starts):
        start, end = starts[place], ends[place]
        if WORTH * (end - start) >= size and left[place] < least + since:
            if _best(totals, touched[:size], within, best_rows, best_totals) == len(best_rows):
                least = max(least, best_totals[0])
            since = 0
            if left[place] < least:
                break
        size = _add(rows[start:end], impacts[start:end], weights[place], totals, touched, size)
        since += left[place] - left[place + 1]
        place += 1
    size = _keep(totals, touched[:size], within, least - left[place])
    while place < len(starts):
        start, end = starts[place], ends[place]
        if end - start < LOOK_UP * size:
            _add_to_some(rows[start:end], impacts[start:end], weights[place], totals)
        else:
            _look_up(rows[start:end], impacts[start:end], weights[place], totals, touched[:size])
        place += 1
        if size > len(best_rows):
            _best(totals, touched[:size], within, best_rows, best_totals)
            least = max(least, best_totals[0])
            size = _keep(totals, touched[:size], within, least - left[place])
    found = _best(totals, touched[:size], within, best_rows, best_totals)
    for row in touched[:size]:
        totals[row] = 0
    return found


@_jit
def _add(rows: Int32s, impacts: Bytes, weight: int, totals: Int32s, touched: Int32s, size: int) -> int:
    """Add a term up, note which rows had nothing so far, and return how many have something now."""
    for at in range(len(rows)):
        row = rows[at]
        total = totals[row]
        touched[size] = row  # without a branch: nobody can foresee which rows were touched
        size += total == 0
        totals[row] = total + weight * impacts[at]
    return size


@_jit
def _add_to_some(rows: Int32s, impacts: Bytes, weight: int, totals: Int32s) -> None:
    """Add a term where something was added before."""
    for at in range(len(rows)):
        total = totals[rows[at]]
        if total:
            totals[rows[at]] = total + weight * impacts[at]


@_jit
def _look_up(rows: Int32s, impacts: Bytes, weight: int, totals: Int32s, touched: Int32s) -> None:
    """Add a term to some passages."""
    for row in touched:
        at = _find(rows, row, len(totals))
        if at < len(rows) and rows[at] == row:
            totals[row] += weight * impacts[at]


@_jit
def _find(rows: Int32s, row: int, passages: int) -> int:
    """Where a row stands, or the first after it: near where it would if rows were spread evenly."""
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
    while low < high:
        middle = (low + high) // 2
        if rows[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low


@_jit
def _keep(totals: Int32s, touched: Int32s, within: Bools, least: int) -> int:
    """Move those to the front that still can be among the best, forget the others, and return how many are kept."""
    size = 0
    for row in touched:
        if totals[row] >= least and (not len(within) or within[row]):
            touched[size] = row
            size += 1
        else:
            totals[row] = 0
    return size


@_jit
def _best(totals: Int32s, touched: Int32s, within: Bools, best_rows: Int32s, best_totals: Int32s) -> int:
    """Fill in the best of some passages, in the order of a heap, and return how many there are."""
    found = 0
    for row in touched:
        total = totals[row]
        if found == len(best_totals) and total < best_totals[0]:
            continue
        if not len(within) or within[row]:
            found = _offer(best_rows, best_totals, found, row, total)
    return found


@_jit
def _offer(rows: Int32s, totals: Int32s, size: int, row: int, total: int) -> int:
    """Put a passage among the best if it belongs there, and return how many they are: a heap, the worst at its root."""
    place = size
    if size < len(rows):
        size += 1
        while place and _is_worse(total, row, totals[(place - 1) // 2], rows[(place - 1) // 2]):
            rows[place], totals[place] = rows[(place - 1) // 2], totals[(place - 1) // 2]
            place = (place - 1) // 2
    elif _is_worse(total, row, totals[0], rows[0]):
        return size
    else:
        place = 0
        child = 1
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
    return total < other_total or (total == other_total and row > other_row)


_UNLIMITED = np.zeros(0, np.bool_)


def _read_only(values: list[int], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    array = np.array(values, dtype)
    array.setflags(write=False)
    return array


# Postings are mapped from files that cannot be written to, which is another type to a compiler.
_TABLE = Table(
    _read_only([0], np.uint64), _read_only([0, 1], np.int64), _read_only([1], np.uint8), _read_only([0, 1, 1], np.int64)
)
_LISTS = Lists(
    np.array([0]),
    np.array([1]),
    np.array([1], np.int32),
    np.array([1, 0]),
    _read_only([0], np.int32),
    _read_only([1], np.uint8),
)
