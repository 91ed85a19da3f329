"""Merges the postings of batches, and of an older index, into one list of postings a term."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from retrieval.index.columns import release_pages
from retrieval.index.postings import Postings, group_starts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from retrieval.index.postings import Int64s, UInt64s

PART_POSTINGS = 1 << 22  # postings that are merged at a time: 100 MB
MOST_TERMS = 1 << 24  # in a part, so that term, row and impact fit in 64 bits


@dataclass(frozen=True, slots=True)
class MergeInput:
    """Postings to be merged, and the new numbers of their rows.

    Attributes:
        moved: (rows,) int32: the new number of each row, -1 for a row that is removed; None if all keep theirs.
    """

    postings: Postings
    moved: npt.NDArray[np.int32] | None = None


def merge(
    sources: Sequence[MergeInput],
    base: MergeInput | None = None,
    part_postings: int = PART_POSTINGS,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Postings]:
    """Merge the postings of all sources, and yield them in parts: disjoint ranges of terms, ascending; none is empty.

    Rows get their new numbers; removed rows, and terms that only they have, are left out.

    Args:
        sources: no two of them have the same term in the same row.
        base: one more source, which has most of the postings.
        part_postings: the size of a part, approximately.
        progress: called with the number of parts done and of all parts, if there are several.

    Raises:
        OverflowError: a part has more than MOST_TERMS terms.
    """
    if base and not _keeps_order(base):
        sources, base = [*sources, base], None
    is_in_order = all(map(_keeps_order, {id(source.moved): source for source in sources}.values()))
    inputs = [*sources, base] if base else sources
    total = sum(len(source.postings.rows) for source in inputs)
    bits = max(0, (total // part_postings).bit_length())
    edges = np.array([part << (64 - bits) for part in range(1, 1 << bits)], np.uint64)
    cuts = [_cuts(source.postings, edges) for source in inputs]
    for part in range(1 << bits):
        if progress and bits:
            progress(part, 1 << bits)
        slices = [_part(source, slice(*cut[part : part + 2])) for source, cut in zip(inputs, cuts, strict=True)]
        merged = _merged(slices[: len(sources)], is_in_order)
        if base:
            merged = _inserted(slices[-1], merged)
        if len(merged.terms):
            yield merged
    if progress and bits:
        progress(1 << bits, 1 << bits)


def _keeps_order(source: MergeInput) -> bool:
    """Return whether the new numbers of the rows that stay ascend as the old ones do; True if all keep theirs."""
    return source.moved is None or bool((np.diff(source.moved[source.moved >= 0]) > 0).all())


def _cuts(postings: Postings, edges: UInt64s) -> list[int]:
    """Return where the terms of each part start, and the end of the last part: one more than there are parts.

    Args:
        postings: of one source.
        edges: the first possible id of each part but the first, ascending.
    """
    places = np.searchsorted(postings.terms, edges).tolist()
    _release(postings)
    return [0, *places, len(postings.terms)]


def _release(postings: Postings) -> None:
    """Drop the mapped pages: otherwise all of hundreds of files would be in memory in the end."""
    for array in postings:
        release_pages(array)


def _part(source: MergeInput, terms: slice) -> Postings:
    """Copy some terms with their postings, rows renumbered; a term whose rows are all removed stays, without any."""
    ids = source.postings.terms[terms].copy()
    starts = source.postings.starts[terms.start : terms.start + len(ids) + 1]
    span = slice(int(starts[0]), int(starts[-1]))
    starts, rows = starts - starts[0], source.postings.rows[span].copy()
    impacts = source.postings.impacts[span].copy()
    _release(source.postings)
    if source.moved is not None:
        rows = source.moved.take(rows)
        removed = np.flatnonzero(rows < 0)
        starts -= np.searchsorted(removed, starts)
        rows, impacts = np.delete(rows, removed), np.delete(impacts, removed)
    return Postings(ids, starts, rows, impacts)


def _inserted(base: Postings, fresh: Postings) -> Postings:
    """Insert new postings into a part of the base, whose rows are in order: faster than merging both.

    Terms without postings are left out. Both have the same range of terms.
    """
    terms, counts, rows = base.terms, np.diff(base.starts), base.rows
    places = np.searchsorted(terms, fresh.terms)
    is_new = np.ones(len(places), np.bool_)
    if len(terms):
        is_new = terms.take(places, mode="clip") != fresh.terms
    counts, terms = np.insert(counts, places[is_new], 0), np.insert(terms, places[is_new], fresh.terms[is_new])
    starts, held = _starts(counts), np.searchsorted(terms, fresh.terms)
    at = [np.zeros(0, np.int64)]
    for place, start, end in zip(held.tolist(), fresh.starts.tolist(), fresh.starts[1:].tolist(), strict=False):
        first, last = starts.item(place), starts.item(place + 1)
        at.append(first + rows[first:last].searchsorted(fresh.rows[start:end]))
    counts[held] += np.diff(fresh.starts)
    inserted = np.concatenate(at)
    rows, impacts = np.insert(rows, inserted, fresh.rows), np.insert(base.impacts, inserted, fresh.impacts)
    return Postings(terms[counts > 0], _starts(counts[counts > 0]), rows, impacts)


def _starts(counts: Int64s) -> Int64s:
    """Return where the postings of each term start, given their counts, and the end of the last."""
    return np.append(0, np.cumsum(counts))


def _merged(parts: Sequence[Postings], is_in_order: bool) -> Postings:
    """Concatenate the postings of each term, and sort them by row if they aren't in order then.

    Args:
        parts: of the same range of terms.
        is_in_order: whether the rows of each term ascend within each of the parts.
    """
    parts = sorted((part for part in parts if len(part.rows)), key=lambda part: part.rows.min())
    ranges = [(int(part.rows.min()), int(part.rows.max())) for part in parts]
    terms = np.concatenate([np.zeros(0, np.uint64), *(part.terms for part in parts)])
    terms.sort(kind="stable")  # merges what is sorted in pieces, three times as fast as the usual sort
    terms = terms[group_starts(terms)]
    places = [np.searchsorted(terms, part.terms) for part in parts]
    counts = np.zeros(len(terms), np.int64)
    for place, part in zip(places, parts, strict=True):
        counts[place] += np.diff(part.starts)
    free, total = _starts(counts)[:-1], sum(len(part.rows) for part in parts)
    rows, impacts = np.empty(total, np.int32), np.empty(total, np.uint8)
    for place, part in zip(places, parts, strict=True):
        sizes = np.diff(part.starts)
        at = np.repeat(free[place] - part.starts[:-1], sizes) + np.arange(len(part.rows))
        rows[at], impacts[at] = part.rows, part.impacts
        free[place] += sizes
    if not is_in_order or any(last > first for (_, last), (first, _) in pairwise(ranges)):
        rows, impacts = _by_row(counts, rows, impacts)
    return Postings(terms[counts > 0], _starts(counts[counts > 0]), rows, impacts)


def _by_row(
    counts: Int64s, rows: npt.NDArray[np.int32], impacts: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Sort the postings of each term by row, as keys term · 2⁴⁰ + row · 2⁸ + impact; return rows and impacts.

    Args:
        counts: the number of postings of each term, which follow one another.
        rows: of the postings.
        impacts: of the postings.

    Raises:
        OverflowError: there are more than MOST_TERMS terms.
    """
    if len(counts) > MOST_TERMS:
        raise OverflowError(f"{len(counts)} terms in a part of the index, at most {MOST_TERMS} fit")
    terms = np.repeat(np.arange(len(counts), dtype=np.uint64) << np.uint64(40), counts)
    keys = terms | rows.astype(np.uint64) << np.uint64(8) | impacts
    keys.sort(kind="stable")
    return (keys >> np.uint64(8) & np.uint64(0xFFFFFFFF)).astype(np.int32), (keys & np.uint64(0xFF)).astype(np.uint8)
