"""How alike two texts are, and which of many are: by the longest common subsequence, whatever the white space."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

SAME_ARTICLE = 0.8  # from here on two bodies are one article's; two articles of the news are 0.11 alike in the median
BINS = 128  # 64 let 1,075 of a million pairs of news through to the slow comparison, 128 let 46, 36 of them rightly
_HIGHEST_COUNT = 32_767  # of int16; clipping never makes two counts differ by more
ROUNDING = 1e-6  # in sums and quotients of numbers of characters
_NEAREST = 32  # compared for one text: where thousands are made from one form, all of them are near
FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*%?")
_FEW_FIGURES = 5  # that differ make a correction; 2,200 pairs of reports on funds and shares differ in 9 to 40
_SHARED_FIGURES = 0.6  # of the text that has fewer; a reprint shares 0.8 and more


def similarity(one: str, other: str, least: float = 0.0) -> float:
    """Tell how much of two texts is the same in the same order: 2·LCS / (|one| + |other|), 0..1, white space aside.

    LCS is the length of the longest common subsequence, so this is one minus the insertions and deletions that turn
    one text into the other, for each character of both. It is 1.0 for two empty texts. White space doesn't count,
    because formats and reprints break lines and indent as they like.

    What is less than `least` alike counts as 0.0, and is found out sooner.
    """
    return _alike(without_space(one), without_space(other), least)


def similar_pairs(
    ones: Sequence[str], others: Sequence[str], least: float = SAME_ARTICLE
) -> Iterator[tuple[float, int, int]]:
    """Find the pairs that are at least so much alike, as (likeness, index in ones, index in others).

    A hundred times as fast as comparing each with each, because most pairs differ in too many characters, counted
    without their order: what is inserted or deleted changes one count by one, so the sum of the differences of the
    counts is at most the distance that the likeness is made of.

    Args:
        ones: each is compared with the 32 nearest of the others by that sum.
        others: any number of texts.
        least: above 0.
    """
    seconds = sorted(enumerate(map(without_space, others)), key=lambda second: len(second[1]))
    if not seconds:
        return
    lengths = np.array([len(text) for _, text in seconds])
    counts = np.stack([character_counts(text) for _, text in seconds])
    for i, text in enumerate(map(without_space, ones)):
        shortest, longest = len(text) * least / (2 - least), len(text) * (2 - least) / least
        start, end = np.searchsorted(lengths, [shortest - ROUNDING, longest + ROUNDING])
        distances = count_distance(counts[start:end], character_counts(text))
        near = np.flatnonzero(distances <= (1 - least) * (lengths[start:end] + len(text)) + ROUNDING)
        for place in near[np.argsort(distances[near], kind="stable")][:_NEAREST].tolist():
            j, second = seconds[start + place]
            if likeness := _alike(text, second, least):
                yield likeness, i, j


def is_same_form(one: str, other: str) -> bool:
    """Whether two alike texts are one form filled in twice, as daily reports are: most of many figures differ."""
    firsts, seconds = Counter(FIGURE.findall(one)), Counter(FIGURE.findall(other))
    fewer = min(firsts.total(), seconds.total())
    shared = (firsts & seconds).total()
    return fewer - shared > _FEW_FIGURES and shared < _SHARED_FIGURES * fewer


def without_space(text: str) -> str:
    """A text without its white space."""
    return "".join(text.split())


def _alike(one: str, other: str, least: float) -> float:
    return Indel.normalized_similarity(one, other, score_cutoff=max(0.0, least - ROUNDING))  # else 0.8 is below 0.8


def character_counts(text: str) -> npt.NDArray[np.int16]:
    """Count the characters by code point modulo 128: an array of shape (128,)."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.minimum(np.bincount(codes % BINS, minlength=BINS), _HIGHEST_COUNT).astype(np.int16)


def count_distance(some: npt.NDArray[np.int16], one: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    """Sum the differences of counts along the last axis: at most the insertions and deletions between the texts."""
    distances: npt.NDArray[np.int64] = np.abs(some - one).sum(axis=-1, dtype=np.int64)
    return distances
