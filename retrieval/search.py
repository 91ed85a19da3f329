"""The paragraphs that fit a question best: those the index finds, put in order by what their sentences say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.model import Hit, Listing
from retrieval.question.kinds import QuestionKind
from retrieval.ranking.features import FEATURES
from retrieval.ranking.rank import rank
from retrieval.ranking.sentences import sentences_of
from retrieval.ranking.weights import vector, weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.library import Library
    from retrieval.question.query import Query
    from retrieval.ranking.matching import Matrix

RERANKED = 20  # hits whose sentences are looked at when they are put in order
UNASKED = 30.0  # weight of the index's own score where nothing is asked: no sentence answers a headline
NO_SENTENCE = -5.0  # what a sentence scores that is not there; the best ones have 10 to 25
LONG = 500  # characters
PASSAGE_FEATURES = (
    "score",  # of the index, relative to the best passage's
    "log score",  # its logarithm
    "best sentence",  # the ranker's score, the highest of any part of the question
    "second sentence",  # likewise
    *FEATURES,  # of the best sentence
    "length",  # characters of the passage, of LONG
)


def search(library: Library, query: Query, k: int) -> tuple[Hit, ...]:
    """The k paragraphs that fit best, best first; empty where nothing fits."""
    return listing(library, query, k).hits


def listing(library: Library, query: Query, k: int) -> Listing:
    """The k paragraphs that fit best; where none does under the question's limits, under fewer, and that is told."""
    hits = _search(library.within(query.limits), query, k)
    if hits or query.wider is None:
        return Listing(hits, query.notes if hits else ())
    return listing(library, query.wider, k)


def _search(library: Library, query: Query, k: int) -> tuple[Hit, ...]:
    """The k paragraphs that fit best, best first.

    The index's best are put in order by a linear model over their score and their sentences: +2.5 R@1 among 81,404
    paragraphs of news, in the mean of four sets, of which two were not fitted on. The others follow as they are.
    """
    hits = library.search(query.terms, max(k, RERANKED))
    first, rest = hits[:RERANKED], hits[RERANKED:]
    if not first or not query.parts:
        return hits[:k]
    values = passage_features(library, query, first) @ vector(weights().passage, PASSAGE_FEATURES)
    if all(part.kind is QuestionKind.KEYWORDS for part in query.parts):
        values += UNASKED * np.array([hit.score for hit in first]) / first[0].score
    values -= values.min() - 1  # scores are positive, as the index's are
    order = np.argsort(-values, kind="stable")
    following = (Hit(hit.passage, hit.score / first[-1].score) for hit in rest)
    return (*(Hit(first[i].passage, float(values[i])) for i in order), *following)[:k]


def passage_features(library: Library, query: Query, hits: Sequence[Hit]) -> Matrix:
    """What is measured of each hit: (hits, len(PASSAGE_FEATURES)) float64."""
    scores = np.array([hit.score for hit in hits]) / hits[0].score
    sentences = np.column_stack([np.full((len(hits), 2), NO_SENTENCE), np.zeros((len(hits), len(FEATURES)))])
    places = {hit.passage.row: place for place, hit in enumerate(hits)}
    found = sentences_of(hits)
    for part in query.parts if found else ():
        ranked = rank(library, part, found)
        for sentence, score, features in zip(found, ranked.scores, ranked.features, strict=True):
            row = sentences[places[sentence.passage.row]]
            if score > row[0]:
                row[:] = [score, row[0], *features]
            elif score > row[1]:
                row[1] = score
    lengths = np.array([len(hit.passage.text) for hit in hits]) / LONG
    return np.column_stack([scores, np.log(scores), sentences, lengths])
