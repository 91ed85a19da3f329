"""What scores are the sum of: a passage's by index field, a sentence's by feature, and the log odds by evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from retrieval.index.terms import FIELDS
from retrieval.ranking.features import FEATURES
from retrieval.ranking.weights import vector, weights
from retrieval.search import RERANKED, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from retrieval.confidence.confidence import Evidence
    from retrieval.library import Library
    from retrieval.model import Hit, Passage
    from retrieval.question.query import Query
    from retrieval.ranking.matching import Matrix
    from retrieval.ranking.rank import Ranked
    from retrieval.ranking.sentences import Sentence

MOST_PASSAGES, MOST_SENTENCES = 5, 3  # as many as a reader compares
MOST_CONTRIBUTIONS = 6  # of a sentence's score, and of a lead


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature adds to a sum: in a linear model its value times its weight."""

    feature: str
    value: float
    amount: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What one feature adds to the lead of one sentence over another."""

    feature: str
    #: the feature's value in the first sentence
    first: float
    #: the feature's value in the second sentence
    second: float
    amount: float


_Part = TypeVar("_Part", Contribution, Difference)


@dataclass(frozen=True, slots=True)
class PassageScore:
    """The index's score of a passage by field."""

    passage: Passage
    #: in the order of the index, from 1, before the passages were put in order by their sentences
    index_rank: int
    score: float
    #: by FIELDS; they add up to `score`
    fields: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """The ranker's score of a sentence by feature."""

    sentence: Sentence
    score: float
    #: the MOST_CONTRIBUTIONS largest ones, the largest first
    contributions: tuple[Contribution, ...]

    @property
    def quote(self) -> str:
        """Return the sentence as published, with the white space around it."""
        return self.sentence.passage.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Lead:
    """Why one sentence comes before another."""

    #: of their scores; 0 or negative if the first comes first for being the latest, or done
    margin: float
    #: the MOST_CONTRIBUTIONS largest ones, the largest first
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Odds:
    """The log odds that a sentence answers, by what they are the sum of."""

    #: of the trees before they ask for any feature
    base: float
    #: of the trees' features, the largest first
    contributions: tuple[Contribution, ...]
    #: `confidence.PENALTIES` that apply; each amount is negative
    penalties: tuple[Contribution, ...]
    #: of the corpus, see `retrieval.confidence.calibration`
    shift: float

    @property
    def log_odds(self) -> float:
        """Return the sum."""
        return self.base + self.shift + sum(each.amount for each in (*self.contributions, *self.penalties))


def passage_scores(library: Library, query: Query) -> tuple[PassageScore, ...]:
    """Return the best passages within a query's limits, at most MOST_PASSAGES, in the order of `search.search`.

    `query.wider` is not tried; empty if nothing is found.
    """
    hits = library.within(query.limits).search(query.terms, RERANKED)
    index_ranks = {hit.passage.row: (index_rank, hit.score) for index_rank, hit in enumerate(hits, 1)}
    fields = _field_scores(library, query, hits)
    return tuple(
        PassageScore(
            hit.passage,
            *index_ranks[hit.passage.row],
            {name: fields[name].get(hit.passage.row, 0.0) for name in FIELDS},
        )
        for hit in search(library, replace(query, wider=None), MOST_PASSAGES)
    )


def _field_scores(library: Library, query: Query, hits: Iterable[Hit]) -> dict[str, dict[int, float]]:
    """Return by field and row what the terms of that field alone score; rows that none of them finds are missing."""
    rows = [hit.passage.row for hit in hits]
    within = np.zeros(library.passages, dtype=np.bool_)
    within[rows] = True
    index = replace(library.index, within=within)
    terms = {name: [term for term in query.terms if term.field == name] for name in FIELDS}
    return {name: dict(index.search(terms[name], len(rows))) if rows else {} for name in FIELDS}


def sentence_scores(ranked: Ranked) -> tuple[SentenceScore, ...]:
    """Return the first MOST_SENTENCES sentences, best first, with the largest contributions to their scores."""
    amounts = _amounts(ranked)
    return tuple(
        SentenceScore(
            ranked.sentences[number],
            ranked.scores[number],
            _largest(map(Contribution, FEATURES, map(float, ranked.features[number]), map(float, amounts[number]))),
        )
        for number in ranked.order[:MOST_SENTENCES]
    )


def lead(ranked: Ranked) -> Lead | None:
    """Return why the first sentence comes before the second; None where there is no second.

    Each difference is what a feature adds to the first score minus what it adds to the second.
    """
    if len(ranked.order) < 2:
        return None
    first, second = ranked.order[:2]
    amounts = _amounts(ranked)
    columns = (ranked.features[first], ranked.features[second], amounts[first] - amounts[second])
    differences = map(Difference, FEATURES, *(map(float, column) for column in columns))
    return Lead(ranked.scores[first] - ranked.scores[second], _largest(differences))


def odds(evidence: Evidence, shift: float) -> Odds:
    """Return what the log odds of a sentence are made of.

    Args:
        evidence: of the sentence.
        shift: of the corpus.
    """
    trees, values = weights().confidence, evidence.values
    shares = trees.shares(values)
    contributions = (Contribution(name, values[name], share) for name, share in shares.items())
    penalties = (Contribution(name, values[name], -penalty) for name, penalty in evidence.penalties.items())
    return Odds(
        trees.log_odds(values) - sum(shares.values()),
        _largest(contributions, len(shares)),
        tuple(penalties),
        shift,
    )


def _amounts(ranked: Ranked) -> Matrix:
    """Return value times weight, (sentences, len(FEATURES)) float64; a row's sum is the sentence's score."""
    amounts: Matrix = ranked.features * vector(weights().sentence, FEATURES)
    return amounts


def _largest(parts: Iterable[_Part], count: int = MOST_CONTRIBUTIONS) -> tuple[_Part, ...]:
    """Return the parts of a sum with the largest amounts, whatever their sign; those that add nothing are left out."""
    return tuple(sorted((part for part in parts if part.amount), key=lambda part: -abs(part.amount))[:count])
