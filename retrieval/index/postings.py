"""Postings: which term stands in which passage with what impact, counted batch by batch.

    impact(f, t, d) = tf · (k1 + 1) / (tf + k1 · (1 − b + b · |d|_f / pivot_f))

is Okapi's (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with a fixed pivot
in place of the mean length: so an impact depends on its passage alone, and stays when others come and go. Impacts are
whole numbers from 1 to 255, times IMPACT_SCALE.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus.numbers import digit_forms
from retrieval.index.terms import FIELD_BITS, FIELDS, ROW_BITS, ids, unit_id
from retrieval.words.segment import is_term

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
MOST_UNITS = 2**18  # that are remembered: 30 MB; 20,000 articles of news have 250,000
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


def count_postings(texts: Sequence[str], words: Iterable[Sequence[str]], first_row: int = 0) -> Postings:
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
    firsts = group_starts(keys)
    frequencies = np.diff(firsts, append=len(keys))
    keys = keys[firsts]
    impacts = frequencies * (K1 + 1) / (frequencies + norms.ravel()[_field_and_row(keys)]) * IMPACT_SCALE
    rows = (keys & np.uint64(BATCH_ROWS - 1)).astype(np.int32) + np.int32(first_row)
    terms = keys & ~np.uint64(BATCH_ROWS - 1)
    starts = np.append(group_starts(terms), len(terms))
    return Postings(terms[starts[:-1]], starts, rows, np.rint(impacts).clip(1, 255).astype(np.uint8))


def _sorted(keys: UInt64s) -> UInt64s:
    """Sort by the upper 16 bits first, as NumPy can by radix; merging is fast then, where most is in order."""
    return np.sort(keys[np.argsort((keys >> np.uint64(48)).astype(np.uint16), kind="stable")], kind="stable")


def _field_and_row(keys: UInt64s) -> Int64s:
    return (keys & np.uint64((1 << ROW_BITS + FIELD_BITS) - 1)).astype(np.int64)


def group_starts(ascending: UInt64s) -> Int64s:
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
    numbers = [(_known_units[term], row) for row, text in enumerate(texts) for term in digit_forms(text)]
    table = np.array(numbers, np.uint64).reshape(-1, 2)
    yield ids(_WORD, table[:, 0], None) | table[:, 1]


class _KnownUnits(dict[str, int]):
    """`unit_id` by word, number or Latin run, 0 for what is no term; kept, because most come again."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MOST_UNITS:
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
