"""Postings: which term stands in which passage with what impact, counted batch by batch and merged.

    impact(f, t, d) = tf · (k1 + 1) / (tf + k1 · (1 − b + b · |d|_f / pivot_f))

is Okapi's (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with a fixed pivot
in place of the mean length: so an impact depends on its passage alone, and stays when others come and go. Impacts are
whole numbers from 1 to 255, times IMPACT_SCALE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus.numbers import rewritten
from retrieval.columns import forget
from retrieval.segment import is_term
from retrieval.terms import FIELD_BITS, FIELDS, ROW_BITS, ids, unit_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    UInt64s = npt.NDArray[np.uint64]
    Int64s = npt.NDArray[np.int64]

K1, B = 0.9, 0.4  # saturation and length: +1.0 R@1 over 1.2 and 0.75 on eight Chinese question sets
# Lengths that count as middling, by field, in terms. Against the mean length of each corpus: +0.0 to +0.3 R@1 alone on
# four question sets, +0.2 pooled; half as much loses 0.7, a quarter 1.6.
PIVOTS = {"word": 240.0, "character": 800.0, "word-pair": 210.0}
IMPACT_SCALE = 128  # an impact is below K1 + 1 = 1.9, so it fits in 8 bits: -0.0 R@1 against real numbers
BATCH_ROWS = 1 << ROW_BITS  # passages that are counted together
PART_POSTINGS = 1 << 22  # that are merged together: 32 MB, sorted within the cache's reach
MOST_TERMS = 1 << 24  # in such a part, so that term, row and impact fit in 64 bits
MOST_WORDS = 2**18  # that are remembered: 30 MB; 20,000 articles of news have 250,000
_WORD, _CHARACTER, _WORD_PAIR = np.arange(len(FIELDS), dtype=np.uint64)[:, np.newaxis]  # as `ids` takes them
_LONG_UNIT = re.compile(r"[a-z0-9](?:[a-z0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_BETWEEN = "\n"  # texts: no term


class Postings(NamedTuple):
    """Postings sorted by term, then by row; the arrays may be memory maps.

    Attributes:
        terms: (t,) uint64, ascending: `terms.term_id`.
        starts: (t + 1,) int64: the postings of terms[i] are starts[i]:starts[i + 1].
        rows: (p,) int32: the passages of each posting.
        impacts: (p,) uint8: their impacts, times IMPACT_SCALE.
    """

    terms: UInt64s
    starts: Int64s
    rows: npt.NDArray[np.int32]
    impacts: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Source:
    """Postings to be merged, and what becomes of their rows.

    Attributes:
        moved: (rows,) int32: the new number of each row, -1 for one that goes; None where all stay.
    """

    postings: Postings
    moved: npt.NDArray[np.int32] | None = None


def count(texts: Sequence[str], words: Iterable[Sequence[str]], first_row: int = 0) -> Postings:
    """The postings of one batch.

    Args:
        texts: normalised, BATCH_ROWS at most.
        words: what each is cut into: `Segmenter.cut`.
        first_row: the row of the first text.
    """
    keys = np.concatenate([*_word_keys(texts, words), *_character_keys(texts)])
    lengths = np.bincount(_field_and_row(keys), minlength=len(FIELDS) << ROW_BITS).reshape(-1, BATCH_ROWS)
    norms = K1 * (1 - B + B * lengths / np.array([[PIVOTS[field]] for field in FIELDS]))
    keys = _sorted(keys)
    firsts = _firsts(keys)
    frequencies = np.diff(firsts, append=len(keys))
    keys = keys[firsts]
    impacts = frequencies * (K1 + 1) / (frequencies + norms.ravel()[_field_and_row(keys)]) * IMPACT_SCALE
    rows = (keys & np.uint64(BATCH_ROWS - 1)).astype(np.int32) + np.int32(first_row)
    terms = keys & ~np.uint64(BATCH_ROWS - 1)
    starts = np.append(_firsts(terms), len(terms))
    return Postings(terms[starts[:-1]], starts, rows, np.rint(impacts).clip(1, 255).astype(np.uint8))


def _sorted(keys: UInt64s) -> UInt64s:
    """Sort by the upper 16 bits first, as NumPy can by radix; merging is fast then, where most is in order."""
    return np.sort(keys[np.argsort((keys >> np.uint64(48)).astype(np.uint16), kind="stable")], kind="stable")


def _field_and_row(keys: UInt64s) -> Int64s:
    return (keys & np.uint64((1 << ROW_BITS + FIELD_BITS) - 1)).astype(np.int64)


def _firsts(ascending: UInt64s) -> Int64s:
    """Where each value of a sorted array begins."""
    if not len(ascending):
        return np.zeros(0, np.int64)
    return np.concatenate([[0], np.flatnonzero(ascending[1:] != ascending[:-1]) + 1])


def _word_keys(texts: Sequence[str], words: Iterable[Sequence[str]]) -> Iterator[UInt64s]:
    """A key for each word, number in digits and pair of words: its id, and its row in the lower bits."""
    found: list[int] = []
    lengths: list[int] = []
    for cut in words:
        found.extend(map(_known_units.__getitem__, cut))
        found.append(0)
        lengths.append(len(cut) + 1)
    units = np.array(found, np.uint64)
    rows = np.repeat(np.arange(len(lengths), dtype=np.uint64), np.array(lengths, np.int64))
    terms = units != 0
    yield ids(_WORD, units[terms], None) | rows[terms]
    pairs = np.flatnonzero(terms[:-1] & terms[1:])
    yield ids(_WORD_PAIR, units[pairs], units[pairs + 1]) | rows[pairs]
    numbers = [(_known_units[term], row) for row, text in enumerate(texts) for term in rewritten(text)]
    table = np.array(numbers, np.uint64).reshape(-1, 2)
    yield ids(_WORD, table[:, 0], None) | table[:, 1]


class _KnownUnits(dict[str, int]):
    """`unit_id` by word, 0 for what is no term; kept from batch to batch, because most words come again."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MOST_WORDS:
            self.clear()
        unit = self[word] = unit_id(word) if is_term(word) else 0
        return unit


_known_units = _KnownUnits()


def _character_keys(texts: Sequence[str]) -> Iterator[UInt64s]:
    """A key for each unit of `segment.units`, and for each pair of neighbours."""
    joined = _BETWEEN.join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    units = np.where(_are_terms(points), points, 0).astype(np.uint64)
    ends = np.arange(1, len(points) + 1)
    long = [(match.start(), match.end(), _known_units[match[0]]) for match in _LONG_UNIT.finditer(joined)]
    table = np.array(long, np.uint64).reshape(-1, 3)
    starts, stops = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    units[starts], ends[starts] = table[:, 2], stops
    steps = np.zeros(len(points) + 1, np.int8)
    steps[starts + 1], steps[stops] = 1, -1
    is_inside = np.cumsum(steps[:-1], dtype=np.int8) == 1  # a long unit, but not at its beginning
    lengths = np.array([len(text) + len(_BETWEEN) for text in texts], np.int64)
    rows = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)[: len(points)]
    places = np.flatnonzero((units != 0) & ~is_inside)
    units, rows, ends = units[places], rows[places], ends[places]
    yield ids(_CHARACTER, units, None) | rows
    pairs = np.flatnonzero(ends[:-1] == places[1:])
    yield ids(_CHARACTER, units[pairs], units[pairs + 1]) | rows[pairs]


def _are_terms(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    counts = np.bincount(points)
    table = np.zeros(len(counts), np.bool_)
    for point in np.flatnonzero(counts).tolist():
        table[point] = is_term(chr(point))
    return table[points]


def merge(
    sources: Sequence[Source], base: Source | None = None, part_postings: int = PART_POSTINGS
) -> Iterator[Postings]:
    """The postings of all sources, in parts, one after the other in the order of their terms.

    Args:
        sources: no two with the same term in the same row.
        base: one more, that has most of the postings.
        part_postings: that a part has, about.
    """
    if base and not _keeps_order(base):
        sources, base = [*sources, base], None
    is_in_order = all(map(_keeps_order, sources))
    every = [*sources, base] if base else sources
    total = sum(len(source.postings.rows) for source in every)
    bits = max(0, (total // part_postings).bit_length())
    edges = [part << (64 - bits) for part in range(1, 1 << bits)]
    cuts = [[0, *np.searchsorted(one.postings.terms, np.array(edges, np.uint64)).tolist(), None] for one in every]
    for part in range(1 << bits):
        slices = [_part(one, slice(cut[part], cut[part + 1])) for one, cut in zip(every, cuts, strict=True)]
        merged = _merged(slices[: len(sources)], is_in_order)
        if base:
            merged = _inserted(slices[-1], merged)
        for source in every:
            forget(source.postings.rows)  # or in the end all would be in memory
        if len(merged.terms):
            yield merged


def _keeps_order(source: Source) -> bool:
    """Whether the rows that stay follow one another as before."""
    return source.moved is None or bool((np.diff(source.moved[source.moved >= 0]) > 0).all())


def _part(source: Source, terms: slice) -> Postings:
    """Some terms with their postings, in their new rows; one whose postings are all gone has none."""
    ids = source.postings.terms[terms]
    starts = source.postings.starts[terms.start : terms.start + len(ids) + 1]
    where = slice(int(starts[0]), int(starts[-1]))
    starts, rows, impacts = starts - starts[0], source.postings.rows[where], source.postings.impacts[where]
    if source.moved is not None:
        rows = source.moved.take(rows)
        gone = np.flatnonzero(rows < 0)
        starts -= np.searchsorted(gone, starts)
        rows, impacts = np.delete(rows, gone), np.delete(impacts, gone)
    return Postings(ids, starts, rows, impacts)


def _inserted(base: Postings, fresh: Postings) -> Postings:
    """What a part of the base becomes, whose rows keep their order, with some postings that are new."""
    terms, counts, rows = base.terms, np.diff(base.starts), base.rows
    places = np.searchsorted(terms, fresh.terms)
    is_new = np.ones(len(places), np.bool_)
    if len(terms):
        is_new = terms.take(places, mode="clip") != fresh.terms
    counts, terms = np.insert(counts, places[is_new], 0), np.insert(terms, places[is_new], fresh.terms[is_new])
    starts, held = _starts(counts), np.searchsorted(terms, fresh.terms)
    at = [np.zeros(0, np.int64)]
    for one, start, end in zip(held.tolist(), fresh.starts.tolist(), fresh.starts[1:].tolist(), strict=False):
        first, last = starts.item(one), starts.item(one + 1)
        at.append(first + rows[first:last].searchsorted(fresh.rows[start:end]))
    counts[held] += np.diff(fresh.starts)
    inserted = np.concatenate(at)
    rows, impacts = np.insert(rows, inserted, fresh.rows), np.insert(base.impacts, inserted, fresh.impacts)
    return Postings(terms[counts > 0], _starts(counts[counts > 0]), rows, impacts)


def _starts(counts: Int64s) -> Int64s:
    return np.append(0, np.cumsum(counts))


def _merged(parts: Sequence[Postings], is_in_order: bool) -> Postings:
    """Put each posting where it belongs: behind those of the same term in the parts before.

    Args:
        parts: of the same terms.
        is_in_order: whether the rows of a term ascend in each of them.
    """
    parts = sorted((part for part in parts if len(part.rows)), key=lambda part: part.rows.min())
    ranges = [(int(part.rows.min()), int(part.rows.max())) for part in parts]
    terms = np.concatenate([np.zeros(0, np.uint64), *(part.terms for part in parts)])
    terms.sort(kind="stable")  # merges what is sorted in pieces, three times as fast as the usual sort
    terms = terms[_firsts(terms)]
    places = [np.searchsorted(terms, part.terms) for part in parts]
    counts = np.zeros(len(terms), np.int64)
    for place, part in zip(places, parts, strict=True):
        counts[place] += np.diff(part.starts)
    following, total = _starts(counts)[:-1], int(counts.sum())
    rows, impacts = np.empty(total, np.int32), np.empty(total, np.uint8)
    for place, part in zip(places, parts, strict=True):
        sizes = np.diff(part.starts)
        at = np.repeat(following[place] - part.starts[:-1], sizes) + np.arange(len(part.rows))
        rows[at], impacts[at] = part.rows, part.impacts
        following[place] += sizes
    if not is_in_order or any(last > first for (_, last), (first, _) in pairwise(ranges)):
        rows, impacts = _by_row(counts, rows, impacts)
    return Postings(terms[counts > 0], _starts(counts[counts > 0]), rows, impacts)


def _by_row(
    counts: Int64s, rows: npt.NDArray[np.int32], impacts: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Sort the postings of each term by row: all as one number, term · 2⁴⁰ + row · 2⁸ + impact."""
    if len(counts) > MOST_TERMS:
        raise OverflowError(f"{len(counts)} terms in a part of the index, at most {MOST_TERMS} fit")
    of = np.repeat(np.arange(len(counts), dtype=np.uint64) << np.uint64(40), counts)
    keys = of | rows.astype(np.uint64) << np.uint64(8) | impacts
    keys.sort(kind="stable")
    return (keys >> np.uint64(8) & np.uint64(0xFFFFFFFF)).astype(np.int32), (keys & np.uint64(0xFF)).astype(np.uint8)
