"""Postings: which passage holds which term with what impact; counted in batches.

    impact(f, t, d) = tf · (k1 + 1) / (tf + k1 · (1 − b + b · |d|_f / pivot_f))

is Okapi's (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with a fixed pivot
in place of the mean length, so that an impact depends on its passage alone and stays the same when others are added or
removed. Impacts are stored times IMPACT_SCALE, as integers from 1 to 255.
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

K1, B = 0.9, 0.4  # saturation, and normalisation by length: +1.0 R@1 over 1.2 and 0.75 on eight Chinese question sets
# The length, in terms, at which normalisation is 1, by field. Against the mean length of each corpus: +0.0 to +0.3 R@1
# alone on four question sets, +0.2 pooled; half as much loses 0.7, a quarter 1.6.
PIVOTS = {"word": 240.0, "character": 800.0, "word-pair": 210.0}
IMPACT_SCALE = 128  # an impact is below K1 + 1 = 1.9, so it fits in 8 bits: -0.0 R@1 against floats
BATCH_ROWS = 1 << ROW_BITS  # passages that are counted together
MOST_UNITS = 2**18  # in the cache of units: 30 MB; 20,000 articles of news have 250,000
_WORD, _CHARACTER, _WORD_PAIR = np.arange(len(FIELDS), dtype=np.uint64)[:, np.newaxis]  # as `ids` takes them
_LONG_UNIT = re.compile(r"[a-z0-9](?:[a-z0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_SEPARATOR = "\n"  # of texts that are joined: no term


class Postings(NamedTuple):
    """Postings sorted by term, then by row; the arrays may be memory maps.

    Attributes:
        terms: (t,) uint64, ascending: ids, `retrieval.index.terms.term_id`.
        starts: (t + 1,) int64: the postings of terms[i] are starts[i]:starts[i + 1].
        rows: (postings,) int32: the passage of each posting.
        impacts: (postings,) uint8: its impact, times IMPACT_SCALE.
    """

    terms: UInt64s
    starts: Int64s
    rows: npt.NDArray[np.int32]
    impacts: npt.NDArray[np.uint8]


def count_postings(texts: Sequence[str], words: Iterable[Sequence[str]], first_row: int = 0) -> Postings:
    """Count the postings of one batch.

    Args:
        texts: normalised, at most BATCH_ROWS.
        words: each text as segmented by `Segmenter.cut`.
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
    """Sort in ascending order, faster than np.sort alone.

    By the upper 16 bits first, for which NumPy uses a radix sort; the rest is nearly in order, a fast merge.
    """
    return np.sort(keys[np.argsort((keys >> np.uint64(48)).astype(np.uint16), kind="stable")], kind="stable")


def _field_and_row(keys: UInt64s) -> Int64s:
    """Return the lower bits of keys: index of the field times BATCH_ROWS, plus the row in the batch."""
    return (keys & np.uint64((1 << ROW_BITS + FIELD_BITS) - 1)).astype(np.int64)


def group_starts(ascending: UInt64s) -> Int64s:
    """Return the index at which each run of equal values in a sorted array starts; none for an empty array."""
    if not len(ascending):
        return np.zeros(0, np.int64)
    return np.concatenate([[0], np.flatnonzero(ascending[1:] != ascending[:-1]) + 1])


def _word_keys(texts: Sequence[str], words: Iterable[Sequence[str]]) -> Iterator[UInt64s]:
    """Yield keys of words, numbers in digits and pairs of words: the term's id, with the row in the lower bits.

    There is a key for each occurrence, in no order. Rows count from 0 in the batch.
    """
    unit_list: list[int] = []
    lengths: list[int] = []
    for text_words in words:
        unit_list.extend(map(_known_units.__getitem__, text_words))
        unit_list.append(0)
        lengths.append(len(text_words) + 1)
    units = np.array(unit_list, np.uint64)
    rows = np.repeat(np.arange(len(lengths), dtype=np.uint64), np.array(lengths, np.int64))
    terms = units != 0
    yield ids(_WORD, units[terms], None) | rows[terms]
    pairs = np.flatnonzero(terms[:-1] & terms[1:])
    yield ids(_WORD_PAIR, units[pairs], units[pairs + 1]) | rows[pairs]
    numbers = [(_known_units[term], row) for row, text in enumerate(texts) for term in digit_forms(text)]
    table = np.array(numbers, np.uint64).reshape(-1, 2)
    yield ids(_WORD, table[:, 0], None) | table[:, 1]


class _KnownUnits(dict[str, int]):
    """A cache of `unit_id` by word, number or run of Latin letters; 0 for what is no term."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MOST_UNITS:
            self.clear()
        unit = self[word] = unit_id(word) if is_term(word) else 0
        return unit


_known_units = _KnownUnits()


def _character_keys(texts: Sequence[str]) -> Iterator[UInt64s]:
    """Yield keys, as `_word_keys`, of what `retrieval.words.segment.units` gives, and of pairs of neighbours."""
    joined = _SEPARATOR.join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    units = np.where(_are_terms(points), points, 0).astype(np.uint64)
    ends = np.arange(1, len(points) + 1)
    long = [(match.start(), match.end(), _known_units[match[0]]) for match in _LONG_UNIT.finditer(joined)]
    table = np.array(long, np.uint64).reshape(-1, 3)
    starts, stops = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    units[starts], ends[starts] = table[:, 2], stops
    steps = np.zeros(len(points) + 1, np.int8)
    steps[starts + 1], steps[stops] = 1, -1
    is_inside = np.cumsum(steps[:-1], dtype=np.int8) == 1  # a long unit, after its first character
    lengths = np.array([len(text) + len(_SEPARATOR) for text in texts], np.int64)
    rows = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)[: len(points)]
    places = np.flatnonzero((units != 0) & ~is_inside)
    units, rows, ends = units[places], rows[places], ends[places]
    yield ids(_CHARACTER, units, None) | rows
    pairs = np.flatnonzero(ends[:-1] == places[1:])
    yield ids(_CHARACTER, units[pairs], units[pairs + 1]) | rows[pairs]


def _are_terms(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Return a mask of the code points that are terms: `is_term` is called once for each that occurs."""
    counts = np.bincount(points)
    table = np.zeros(len(counts), np.bool_)
    for point in np.flatnonzero(counts).tolist():
        table[point] = is_term(chr(point))
    return table[points]
