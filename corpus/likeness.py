"""How alike two texts are, and which of many are: by the longest common subsequence, whatever the white space."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
_CLAUSE_ENDS = "。！？；：，!?;:,"  # finer than sentences: a corrected figure spoils less
_ENDS_CLAUSE = np.zeros(sys.maxunicode + 1, np.bool_)  # by code point
_ENDS_CLAUSE[[ord(character) for character in _CLAUSE_ENDS]] = True
_TELLING_LENGTH = 10  # characters; shorter clauses are phrases that anybody writes
_HOLDERS = 20  # a clause in more bodies is a stock phrase; one in 20 suggests 190 pairs
_BASE = 0x9E3779B97F4A7C15  # of the clauses' hashes: any large odd number; this one is the golden ratio's
_BATCH = 1 << 17  # characters whose arrays stay in the processor's cache: 4 million at a time take five times as long
_PAIRS = 8_192  # of which the counts are compared at once: 2 MB


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
    counts = _counts([text for _, text in seconds])
    for i, text in enumerate(map(_bare, ones)):
        shortest, longest = len(text) * least / (2 - least), len(text) * (2 - least) / least
        start, end = np.searchsorted(lengths, [shortest - _ROUNDING, longest + _ROUNDING])
        distances = _distance(counts[start:end], _counts([text]))
        near = np.flatnonzero(distances <= (1 - least) * (lengths[start:end] + len(text)) + _ROUNDING)
        for place in near[np.argsort(distances[near], kind="stable")][:_NEAREST].tolist():
            j, second = seconds[start + place]
            if likeness := _alike(text, second, least):
                yield likeness, i, j


def is_refilled(one: str, other: str) -> bool:
    """Whether two alike texts are one form filled in twice, as daily reports are: most of many figures differ."""
    firsts, seconds = _figures(one), _figures(other)
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
    parents = list(range(len(bodies)))
    for one, other in _near(bodies):
        first, second = sorted((_root(parents, one), _root(parents, other)))
        if (
            first != second
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
    return _figures(one.title) != _figures(other.title) and _figures(one.body) != _figures(other.body)


@lru_cache(maxsize=256)  # a body is compared with several, one after the other
def _figures(text: str) -> Counter[str]:
    return Counter(_FIGURE.findall(text))


def _bare(text: str) -> str:
    return "".join(text.split())


def _alike(one: str, other: str, least: float) -> float:
    return Indel.normalized_similarity(one, other, score_cutoff=max(0.0, least - _ROUNDING))  # else 0.8 is below 0.8


def _is_same(one: str, other: str) -> bool:
    return _alike(one, other, SAME) > 0 and not is_refilled(one, other)


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut into runs, as (start, end), of 131,072 characters and one text at most, counting one more for each text."""
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
    yield from pairwise([*np.flatnonzero(np.diff(ends // _BATCH, prepend=-1)).tolist(), len(texts)])


def _counts(texts: Sequence[str]) -> npt.NDArray[np.int16]:
    """Count each text's characters by code point modulo 128: an array of shape (texts, 128)."""
    counts = np.empty((len(texts), _BINS), np.int16)
    for start, end in _batches(texts):
        rows = np.repeat(np.arange(end - start), [len(text) for text in texts[start:end]])
        bins = rows * _BINS + _codes("".join(texts[start:end])) % _BINS
        found = np.bincount(bins, minlength=(end - start) * _BINS).reshape(-1, _BINS)
        counts[start:end] = np.minimum(found, _HIGHEST_COUNT)
    return counts


def _distance(some: npt.NDArray[np.int16], others: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    """Sum the differences of counts along the last axis: at most the insertions and deletions between the texts."""
    distances: npt.NDArray[np.int64] = np.abs(some - others).sum(axis=-1, dtype=np.int64)
    return distances


def _near(bodies: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The suspects that their characters, counted without their order, don't tell apart."""
    lengths, counts = np.array([len(body) for body in bodies]), _counts(bodies)
    suspects = _suspects(bodies)
    for start in range(0, len(suspects), _PAIRS):
        ones, others = np.divmod(suspects[start : start + _PAIRS], len(bodies))
        allowed = (1 - SAME) * (lengths[ones] + lengths[others]) + _ROUNDING
        is_near = _distance(counts[ones], counts[others]) <= allowed
        yield from zip(ones[is_near].tolist(), others[is_near].tolist(), strict=True)


def _suspects(bodies: Sequence[str]) -> npt.NDArray[np.int64]:
    """The pairs that share a telling clause, each once and as one number: the lower index · len(bodies) + the higher."""
    bits = len(bodies).bit_length()
    clauses = _distinct(_clauses(bodies, bits))
    hashes, holders = clauses >> bits, (clauses & ((1 << bits) - 1)).astype(np.int64)
    starts = np.flatnonzero(np.diff(hashes, prepend=~hashes[:1]))
    sizes = np.diff(starts, append=len(hashes))
    few = np.repeat(sizes <= _HOLDERS, sizes)
    hashes, holders = hashes[few], holders[few]
    pairs = [np.empty(0, np.int64)]
    for step in range(1, _HOLDERS):
        is_shared = hashes[step:] == hashes[:-step]
        pairs.append(holders[:-step][is_shared] * len(bodies) + holders[step:][is_shared])
    return _distinct(np.concatenate(pairs))


def _clauses(bodies: Sequence[str], bits: int) -> npt.NDArray[np.uint64]:
    """Each telling clause as its hash, of which the lowest bits give way to its body's index.

    The hash is Σ code point · base ** place, modulo 2 ** 64: the sum up to the clause's end less that up to its start,
    moved to one place. Two clauses of one hash cost a comparison, not a mistake.
    """
    powers = np.cumprod(np.full(_BATCH + max(map(len, bodies), default=0) + 1, _BASE, np.uint64))
    found = [np.empty(0, np.uint64)]
    for start, end in _batches(bodies):
        codes = _codes(_CLAUSE_ENDS[0].join(["", *bodies[start:end], ""]))
        marks = np.flatnonzero(_ENDS_CLAUSE[codes])
        is_telling = np.diff(marks) > _TELLING_LENGTH
        before, after = marks[:-1][is_telling], marks[1:][is_telling]
        sums = np.cumsum(codes * powers[: len(codes)])
        hashes = (sums[after - 1] - sums[before]) * powers[-1 - before]
        openings = np.cumsum([0, *(len(body) + 1 for body in bodies[start : end - 1])])
        holders = start + np.searchsorted(openings, before, side="right") - 1
        found.append(hashes >> bits << bits | holders.astype(np.uint64))
    return np.concatenate(found)


def _distinct(numbers: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """Sort and drop what comes again; `np.unique` hashes, and takes ten times as long."""
    ordered = np.sort(numbers)
    return ordered[np.diff(ordered, prepend=~ordered[:1]) != 0]


def _root(parents: list[int], number: int) -> int:
    """The first of a group (union-find, halving the path)."""
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number
