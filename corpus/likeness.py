"""How alike two texts are, and which of many are: by the longest common subsequence, whatever the white space."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from corpus.model import Article

SAME = 0.8  # from here on two bodies are one article's; two articles of the news are 0.11 alike in the median
_BINS = 128  # 64 let 1,075 of a million pairs of news through to the slow comparison, 128 let 46, 36 of them rightly
_HIGHEST_COUNT = 32_767  # of int16; clipping never makes two counts differ by more
_ROUNDING = 1e-6  # in sums and quotients of numbers of characters
_NEAREST = 32  # compared for one text: where thousands are made from one form, all of them are near
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*%?")
_FEW_FIGURES = 5  # that differ make a correction; 2,200 pairs of reports on funds and shares differ in 9 to 40
_SHARED_FIGURES = 0.6  # of the text that has fewer; a reprint shares 0.8 and more
_CLAUSE_END = re.compile(r"[。！？；：，!?;:,]+")  # finer than sentences: a corrected figure spoils less
_TELLING_LENGTH = 10  # characters; shorter clauses are phrases that anybody writes
_HOLDERS = 20  # a clause in more bodies is a stock phrase; one in 20 suggests 190 pairs


def alike(one: str, other: str, least: float = 0.0) -> float:
    """Tell how much of two texts is the same in the same order: 2·LCS / (|one| + |other|), 0..1, white space aside.

    LCS is the length of the longest common subsequence, so this is one minus the insertions and deletions that turn
    one text into the other, for each character of both. It is 1.0 for two empty texts. White space doesn't count,
    because formats and reprints break lines and indent as they like.

    What is less than `least` alike counts as 0.0, and is found out sooner.
    """
    return _alike(_bare(one), _bare(other), least)


def alike_pairs(ones: Sequence[str], others: Sequence[str], least: float = SAME) -> Iterator[tuple[float, int, int]]:
    """Find the pairs that are at least so much alike, as (likeness, index in ones, index in others).

    A hundred times as fast as comparing each with each, because most pairs differ in too many characters, counted
    without their order: what is inserted or deleted changes one count by one, so the sum of the differences of the
    counts is at most the distance that the likeness is made of.

    Args:
        ones: each is compared with the 32 nearest of the others by that sum.
        others: any number of texts.
        least: above 0.
    """
    seconds = sorted(enumerate(map(_bare, others)), key=lambda second: len(second[1]))
    if not seconds:
        return
    lengths = np.array([len(text) for _, text in seconds])
    counts = np.stack([_counts(text) for _, text in seconds])
    for i, text in enumerate(map(_bare, ones)):
        shortest, longest = len(text) * least / (2 - least), len(text) * (2 - least) / least
        start, end = np.searchsorted(lengths, [shortest - _ROUNDING, longest + _ROUNDING])
        distances = _distance(counts[start:end], _counts(text))
        near = np.flatnonzero(distances <= (1 - least) * (lengths[start:end] + len(text)) + _ROUNDING)
        for place in near[np.argsort(distances[near], kind="stable")][:_NEAREST].tolist():
            j, second = seconds[start + place]
            if likeness := _alike(text, second, least):
                yield likeness, i, j


def is_refilled(one: str, other: str) -> bool:
    """Whether two alike texts are one form filled in twice, as daily reports are: most of many figures differ."""
    firsts, seconds = Counter(_FIGURE.findall(one)), Counter(_FIGURE.findall(other))
    fewer = min(firsts.total(), seconds.total())
    shared = (firsts & seconds).total()
    return fewer - shared > _FEW_FIGURES and shared < _SHARED_FIGURES * fewer


def near_duplicates(articles: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """Group the articles of which the bodies are at least 80 % alike: reprints, and the same from two sources.

    In time about linear in the corpus: compared are only bodies that share a clause that few have. Who is like a
    second and the second like a third is in one group with both. Reports made from one form are no duplicates.

    Returns:
        Groups of two or more, in the order of their first articles; within a group in the given order.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for index, article in enumerate(articles):
        holders[_bare(article.body)].append(index)
    bodies = list(holders)
    counts = [_counts(body) for body in bodies]
    parents = list(range(len(bodies)))
    for one, other in _suspects(bodies):
        first, second = sorted((_root(parents, one), _root(parents, other)))
        allowed = (1 - SAME) * (len(bodies[one]) + len(bodies[other])) + _ROUNDING
        if (
            first != second
            and _distance(counts[one], counts[other]) <= allowed
            and _is_same(bodies[one], bodies[other])
            and not _are_numbered(articles[holders[bodies[one]][0]], articles[holders[bodies[other]][0]])
        ):
            parents[second] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for number, indices in enumerate(holders.values()):
        groups[_root(parents, number)].extend(indices)
    found = sorted(sorted(indices) for indices in groups.values() if len(indices) > 1)
    return tuple(tuple(articles[index] for index in indices) for indices in found)


def _are_numbered(one: Article, other: Article) -> bool:
    """Whether two titles are told apart by their figures, as notices of one series are, and the texts as well."""
    titles = [Counter(_FIGURE.findall(article.title)) for article in (one, other)]
    bodies = [Counter(_FIGURE.findall(article.body)) for article in (one, other)]
    return titles[0] != titles[1] and bodies[0] != bodies[1]


def _bare(text: str) -> str:
    return "".join(text.split())


def _alike(one: str, other: str, least: float) -> float:
    return Indel.normalized_similarity(one, other, score_cutoff=max(0.0, least - _ROUNDING))  # else 0.8 is below 0.8


def _is_same(one: str, other: str) -> bool:
    return _alike(one, other, SAME) > 0 and not is_refilled(one, other)


def _counts(text: str) -> npt.NDArray[np.int16]:
    """Count the characters by code point modulo 128: an array of shape (128,)."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.minimum(np.bincount(codes % _BINS, minlength=_BINS), _HIGHEST_COUNT).astype(np.int16)


def _distance(some: npt.NDArray[np.int16], one: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    """Sum the differences of counts along the last axis: at most the insertions and deletions between the texts."""
    distances: npt.NDArray[np.int64] = np.abs(some - one).sum(axis=-1, dtype=np.int64)
    return distances


def _suspects(bodies: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The pairs that share a telling clause, by index, the lower first; some more than once."""
    for holders in _clauses(bodies).values():
        if 1 < len(holders) <= _HOLDERS:
            yield from combinations(holders, 2)


def _clauses(bodies: Iterable[str]) -> Mapping[int, Sequence[int]]:
    """Which bodies hold a clause, by its hash: two clauses of one hash cost a comparison, not a mistake."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, body in enumerate(bodies):
        for clause in {hash(clause) for clause in _CLAUSE_END.split(body) if len(clause) >= _TELLING_LENGTH}:
            holders[clause].append(number)
    return holders


def _root(parents: list[int], number: int) -> int:
    """The first of a group (union-find, halving the path)."""
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number
