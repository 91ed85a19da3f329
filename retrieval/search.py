"""Search for paragraphs: the index finds them, and a linear model reranks the best ones by their sentences."""

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

RERANKED = 20  # hits of the index that are reranked by their sentences
UNASKED = 30.0  # weight of the index's score if the query is only keywords: no sentence answers a headline
NO_SENTENCE = -5.0  # score in place of a missing sentence; the best ones have 10 to 25
LONG = 500  # characters
PASSAGE_FEATURES = (
    "score",  # of the index, divided by the best passage's
    "log score",  # its logarithm
    "best sentence",  # the ranker's score of the best sentence, for whichever part of the question it is highest
    "second sentence",  # the same of the second best
    *FEATURES,  # of the best sentence
    "length",  # of the passage in characters, divided by LONG
)


def search(library: Library, query: Query, k: int) -> tuple[Hit, ...]:
    """Return the k paragraphs that fit a query best, best first; empty if nothing fits.

    Where nothing fits within the query's limits, they are widened; `list_passages` tells it in its notes.
    """
    return list_passages(library, query, k).hits


def list_passages(library: Library, query: Query, k: int) -> Listing:
    """Return the k paragraphs that fit a query best, with notes.

    If nothing is found within the query's limits, the query with wider limits is tried; its notes say so.
    """
    hits = _search(library.within(query.limits), query, k)
    if hits or query.wider is None:
        return Listing(hits, query.notes if hits else ())
    return list_passages(library, query.wider, k)


def _search(library: Library, query: Query, k: int) -> tuple[Hit, ...]:
    """Return the k paragraphs within the query's limits that fit best, best first.

    The first RERANKED hits of the index are reranked by a linear model over their score and their sentences: +2.5 R@1
    among 81,404 paragraphs of news, in the mean of four sets, of which two were not fitted on. The other hits follow in
    the order of the index.
    """
    hits = library.search(query.terms, max(k, RERANKED))
    first, rest = hits[:RERANKED], hits[RERANKED:]
    if not first or not query.parts:
        return hits[:k]
    values = passage_features(library, query, first) @ vector(weights().passage, PASSAGE_FEATURES)
    if all(part.kind is QuestionKind.KEYWORDS for part in query.parts):
        values += UNASKED * np.array([hit.score for hit in first]) / first[0].score
    values -= values.min() - 1  # scores are positive, like those of the index
    order = np.argsort(-values, kind="stable")
    others = (Hit(hit.passage, hit.score / first[-1].score) for hit in rest)
    return (*(Hit(first[i].passage, float(values[i])) for i in order), *others)[:k]


def passage_features(library: Library, query: Query, hits: Sequence[Hit]) -> Matrix:
    """Return the features of each hit: (hits, len(PASSAGE_FEATURES)) float64.

    Args:
        library: the one that was searched.
        query: each part of it is matched with the sentences of the hits.
        hits: of the index, best first; at least one, all with scores above 0.
    """
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
