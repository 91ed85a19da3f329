"""What adds up to a score: an index field's part of a passage's, a feature's part of a sentence's and of the odds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.index.terms import FIELDS
from retrieval.ranking.features import FEATURES
from retrieval.ranking.weights import vector, weights
from retrieval.search import RERANKED, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from retrieval.answer import RankedPassages
    from retrieval.library import Library
    from retrieval.model import Hit, Passage
    from retrieval.question.query import Query
    from retrieval.ranking.matching import Matrix
    from retrieval.ranking.rank import Ranked
    from retrieval.ranking.sentences import Sentence

MOST_PASSAGES, MOST_SENTENCES = 5, 3  # as many as one compares by eye
MOST_CONTRIBUTIONS = 6


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a feature adds to a sum; in a linear model that is its value times a weight."""

    feature: str
    value: float
    amount: float


@dataclass(frozen=True, slots=True)
class PassageScore:
    """A passage's score by field of the index.

    Attributes:
        place: in the order of the index, from 1; how it was put in order then is where it stands among others.
        fields: what each of FIELDS adds; together they are `score`.
    """

    passage: Passage
    place: int
    score: float
    fields: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """A sentence's score by feature of the ranker.

    Attributes:
        contributions: the most important ones, the largest first.
    """

    sentence: Sentence
    score: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """Why the first of two sentences comes before the second.

    Attributes:
        margin: of the scores; not above 0 where the first comes first for being the latest, or done.
        differences: what makes the most of it, each with the feature's value in either sentence.
    """

    margin: float
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one feature adds to a lead."""

    feature: str
    first: float
    second: float
    amount: float


@dataclass(frozen=True, slots=True)
class Odds:
    """The log odds that a sentence answers, by what they are the sum of.

    Attributes:
        base: what the trees say before they ask anything.
        shares: of the trees' features, the largest first.
        penalties: what is taken off besides, each negative.
        shift: of the corpus's own calibration.
    """

    base: float
    shares: tuple[Contribution, ...]
    penalties: tuple[Contribution, ...]
    shift: float

    @property
    def log_odds(self) -> float:
        """The sum."""
        return self.base + self.shift + sum(one.amount for one in (*self.shares, *self.penalties))


def passage_scores(library: Library, query: Query) -> tuple[PassageScore, ...]:
    """The best passages within a query's limits, in the order that their sentences put them in."""
    limited = library.within(query.limits)
    hits = limited.search(query.terms, RERANKED)
    places = {hit.passage.row: (place, hit.score) for place, hit in enumerate(hits, 1)}
    fields = _field_scores(library, query, hits)
    reranked = search(library, replace(query, wider=None), MOST_PASSAGES)
    return tuple(
        PassageScore(
            hit.passage, *places[hit.passage.row], {name: fields[name].get(hit.passage.row, 0.0) for name in FIELDS}
        )
        for hit in reranked
    )


def _field_scores(library: Library, query: Query, hits: Iterable[Hit]) -> dict[str, dict[int, float]]:
    """By field and row what the terms of the field alone would score."""
    rows = [hit.passage.row for hit in hits]
    within = np.zeros(library.passages, dtype=np.bool_)
    within[rows] = True
    index = replace(library.index, within=within)
    terms = {name: [term for term in query.terms if term.field == name] for name in FIELDS}
    return {name: dict(index.search(terms[name], len(rows))) if rows else {} for name in FIELDS}


def sentence_scores(ranked: Ranked) -> tuple[SentenceScore, ...]:
    """The first sentences, each with what its score is mostly made of."""
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
    """Why the first sentence comes before the second; None where there is no second."""
    if len(ranked.order) < 2:
        return None
    first, second = ranked.order[:2]
    amounts = _amounts(ranked)
    columns = zip(
        FEATURES, ranked.features[first], ranked.features[second], amounts[first] - amounts[second], strict=True
    )
    found = (
        Difference(name, float(one), float(other), float(amount)) for name, one, other, amount in columns if amount
    )
    largest = sorted(found, key=lambda one: -abs(one.amount))[:MOST_CONTRIBUTIONS]
    return Lead(ranked.scores[first] - ranked.scores[second], tuple(largest))


def odds(found: RankedPassages, shift: float) -> Odds:
    """What the confidence in a sentence is made of."""
    trees, values = weights().confidence, found.evidence.values
    shares = trees.shares(values)
    penalties = (Contribution(name, values[name], -taken) for name, taken in found.evidence.penalties.items())
    return Odds(
        trees.log_odds(values) - sum(shares.values()),
        _largest((Contribution(name, values[name], share) for name, share in shares.items()), len(shares)),
        tuple(penalties),
        shift,
    )


def _amounts(ranked: Ranked) -> Matrix:
    """(sentences, len(FEATURES)) float64: value times weight; a row's sum is the sentence's score."""
    amounts: Matrix = ranked.features * vector(weights().sentence, FEATURES)
    return amounts


def _largest(contributions: Iterable[Contribution], count: int = MOST_CONTRIBUTIONS) -> tuple[Contribution, ...]:
    return tuple(sorted((one for one in contributions if one.amount), key=lambda one: -abs(one.amount))[:count])
