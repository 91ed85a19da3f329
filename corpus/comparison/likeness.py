"""Similarity of texts by their longest common subsequence (LCS), without white space."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

SAME_ARTICLE = (
    0.8  # similarity from which two bodies are taken for one article; the median of two news articles is 0.11
)
# Character codes are counted modulo this. Of a million pairs of news, 64 bins let 1,075 through to the slow comparison,
# 128 bins 46, of which 36 are similar.
BINS = 128
_HIGHEST_COUNT = 32_767  # of int16; clipping never increases the difference of two counts
ROUNDING = 1e-6  # tolerance for sums and quotients of character counts
_NEAREST = 32  # texts compared with one text at most: of thousands made from one form, all are near
FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*%?")
_FEW_FIGURES = 5  # differing figures may be a correction; 2,200 pairs of reports on funds and shares differ in 9 to 40
_SHARED_FIGURES = 0.6  # share of the figures, of the text with fewer, below which two are one form; reprints have 0.8


def similarity(left: str, right: str, least: float = 0.0) -> float:
    """Return the similarity of two texts, 0..1: 2·LCS / (|left| + |right|), without white space.

    LCS is the length of the longest common subsequence. The similarity is therefore 1 minus the number of insertions
    and deletions that turn one text into the other, per character of both. It is 1.0 for two empty texts. White space
    is ignored, because formats and reprints differ in line breaks and indents.

    Args:
        left: a text.
        right: another text.
        least: a lower similarity is returned as 0.0, which is faster.
    """
    return _similarity(without_space(left), without_space(right), least)


def similar_pairs(
    lefts: Sequence[str], rights: Sequence[str], least: float = SAME_ARTICLE
) -> Iterator[tuple[float, int, int]]:
    """Yield the pairs of at least this similarity, as (similarity, index in lefts, index in rights).

    They are in the order of `lefts`. A hundred times as fast as comparing each with each, because character counts rule
    out most pairs: an insertion or deletion changes one count by one, so the summed difference of the counts is a lower
    bound of the edit distance.

    Args:
        lefts: each is compared with at most the 32 nearest texts of `rights` by that sum.
        rights: any number of texts.
        least: above 0.
    """
    by_length = sorted(enumerate(map(without_space, rights)), key=lambda numbered: len(numbered[1]))
    if not by_length:
        return
    lengths = np.array([len(text) for _, text in by_length])
    counts = np.stack([character_counts(text) for _, text in by_length])
    for i, text in enumerate(map(without_space, lefts)):
        shortest, longest = len(text) * least / (2 - least), len(text) * (2 - least) / least
        start, end = np.searchsorted(lengths, [shortest - ROUNDING, longest + ROUNDING])
        distances = count_distance(counts[start:end], character_counts(text))
        near = np.flatnonzero(distances <= (1 - least) * (lengths[start:end] + len(text)) + ROUNDING)
        for place in near[np.argsort(distances[near], kind="stable")][:_NEAREST].tolist():
            j, other = by_length[start + place]
            if score := _similarity(text, other, least):
                yield score, i, j


def is_same_form(left: str, right: str) -> bool:
    """Return True if two similar texts are one form filled in twice, like daily reports: most figures differ.

    Of the figures of the text with fewer, more than 5 and over 40% must be missing in the other.
    """
    left_figures, right_figures = Counter(FIGURE.findall(left)), Counter(FIGURE.findall(right))
    fewer = min(left_figures.total(), right_figures.total())
    shared = (left_figures & right_figures).total()
    return fewer - shared > _FEW_FIGURES and shared < _SHARED_FIGURES * fewer


def without_space(text: str) -> str:
    """Return a text without white space of any kind, ideographic space and line breaks included."""
    return "".join(text.split())


def _similarity(left: str, right: str, least: float) -> float:
    """Return the similarity of texts without white space; 0.0 if it is below `least`."""
    cutoff = max(0.0, least - ROUNDING)  # without the tolerance, 0.8 may be below 0.8
    return Indel.normalized_similarity(left, right, score_cutoff=cutoff)


def character_counts(text: str) -> npt.NDArray[np.int16]:
    """Count the characters by code point modulo 128: (128,) int16; counts are clipped at 32,767."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.minimum(np.bincount(codes % BINS, minlength=BINS), _HIGHEST_COUNT).astype(np.int16)


def count_distance(left: npt.NDArray[np.int16], right: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    """Sum the differences of character counts along the last axis: a lower bound of the insertions and deletions."""
    distances: npt.NDArray[np.int64] = np.abs(left - right).sum(axis=-1, dtype=np.int64)
    return distances
