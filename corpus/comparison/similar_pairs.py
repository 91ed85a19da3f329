"""Finds pairs of articles with similar bodies, without comparing each with each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from corpus.comparison.likeness import (
    BINS,
    FIGURE,
    ROUNDING,
    SAME_ARTICLE,
    character_counts,
    count_distance,
    is_same_form,
    without_space,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from corpus.model import Article

    UInt64s = npt.NDArray[np.uint64]
    Int64s = npt.NDArray[np.int64]
    Pairs = npt.NDArray[np.int32]

HOLDERS = 20  # a clause in more bodies is a stock phrase; one in 20 bodies suggests 190 pairs
_PAIRS_COUNTED = 1 << 16  # pairs whose character counts are compared at once: 32 MB
_PAIRS_COMPARED = 1 << 12  # pairs whose texts are compared at once
NO_PAIRS: Pairs = np.zeros((0, 2), np.int32)


class ClausePostings(NamedTuple):
    """The distinctive clauses of articles, by their hashes; entry i says that an article has a clause."""

    #: (n,) uint64
    clauses: UInt64s
    #: (n,) int64, ascending: the number of the article
    articles: Int64s


def find_pairs(articles: Sequence[Article], postings: ClausePostings) -> Pairs:
    """Return (p, 2) int32, ascending: the pairs of articles that share a clause and whose bodies are similar.

    The smaller number stands first. A clause in more than HOLDERS articles is ignored. A pair is similar from
    `SAME_ARTICLE` on, unless it is one form filled in twice or two issues of a numbered series.

    Args:
        articles: all articles.
        postings: the clauses by which pairs are found.
    """
    similar_pairs = [NO_PAIRS]
    pairs = sorted_pairs(np.concatenate([NO_PAIRS, *_candidate_pairs(articles, postings)]))
    for start in range(0, len(pairs), _PAIRS_COMPARED):
        batch = pairs[start : start + _PAIRS_COMPARED]
        bodies = {number: without_space(articles[number].body) for number in np.unique(batch).tolist()}
        lefts, rights = ([bodies[number] for number in column] for column in batch.T.tolist())
        cutoff = SAME_ARTICLE - ROUNDING
        similarity = cpdist(lefts, rights, scorer=Indel.normalized_similarity, score_cutoff=cutoff, workers=-1)
        similar = batch[similarity > 0]
        is_different = [
            is_same_form(bodies[left], bodies[right]) or _is_numbered_series(articles[left], articles[right])
            for left, right in similar.tolist()
        ]
        similar_pairs.append(similar[~np.array(is_different, np.bool_)])
    return np.concatenate(similar_pairs)


def sorted_pairs(pairs: Pairs) -> Pairs:
    """Return the pairs in ascending order, without duplicates; (1, 2) and (2, 1) are different pairs."""
    keys = np.unique(pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1])
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1).astype(np.int32)


def _candidate_pairs(articles: Sequence[Article], postings: ClausePostings) -> Iterator[Pairs]:
    """Yield pairs that share a clause and whose character counts, in any order, are close; some more than once."""
    groups = list(_sharing_articles(postings))
    numbers = np.unique(np.concatenate([NO_PAIRS.ravel(), *(group.ravel() for group in groups)]))
    lengths, counts = np.zeros(len(numbers), np.int64), np.zeros((len(numbers), BINS), np.int16)
    for row, number in enumerate(numbers.tolist()):
        body = without_space(articles[number].body)
        lengths[row], counts[row] = len(body), character_counts(body)
    for group in groups:
        left, right = np.triu_indices(group.shape[1], 1)
        pairs = sorted_pairs(np.stack([group[:, left].ravel(), group[:, right].ravel()], axis=1))
        lefts, rights = np.searchsorted(numbers, pairs).T
        allowed = (1 - SAME_ARTICLE) * (lengths[lefts] + lengths[rights]) + ROUNDING
        fits = np.flatnonzero(np.abs(lengths[lefts] - lengths[rights]) <= allowed)  # lengths rule out most, and fast
        yield pairs[fits[count_distance(counts[lefts[fits]], counts[rights[fits]]) <= allowed[fits]]]


def _sharing_articles(postings: ClausePostings) -> Iterator[Int64s]:
    """Yield (clauses, k) arrays: in each row, the k articles that share a clause, for k from 2 to HOLDERS.

    An array makes at most _PAIRS_COUNTED pairs.
    """
    order = np.argsort(postings.clauses, kind="stable")
    clauses, articles = postings.clauses[order], postings.articles[order]
    edges = np.flatnonzero(np.concatenate([[True], clauses[1:] != clauses[:-1], [True]])) if len(clauses) else order
    sizes = np.diff(edges)
    for size in range(2, HOLDERS + 1):
        runs = edges[:-1][sizes == size]
        batch_size = 2 * _PAIRS_COUNTED // (size * (size - 1))
        for start in range(0, len(runs), batch_size):
            yield articles[runs[start : start + batch_size, np.newaxis] + np.arange(size)]


def _is_numbered_series(left: Article, right: Article) -> bool:
    """Return True if both the titles and the bodies differ in figures, as notices of one series do."""
    titles = [Counter(FIGURE.findall(article.title)) for article in (left, right)]
    bodies = [Counter(FIGURE.findall(article.body)) for article in (left, right)]
    return titles[0] != titles[1] and bodies[0] != bodies[1]
