"""The evidence has every feature that the trees ask for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from retrieval.confidence.confidence import PENALTIES, probability, weigh
from retrieval.confidence.evidence_features import CONFIDENCE_FEATURES, measure_evidence
from retrieval.question.query import parse_question
from retrieval.ranking.rank import rank
from retrieval.ranking.sentences import sentences_of
from retrieval.ranking.weights import weights

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.ranking.rank import Ranked

QUESTIONS = ["宝钢黄石新港二期什么时候开工？", "宜昌消耗了多少磷石膏？", "武汉2030年有多少人口？", "who built it?"]


def ranked_for(library: Library, question: str) -> Ranked:
    """The sentences that are found for a question, measured and ranked; those for 宜昌 if none is."""
    (part,) = parse_question(question, library.segmenter).parts
    hits = library.search(part.terms, 12) or library.search(parse_question("宜昌", library.segmenter).terms, 12)
    return rank(library, part, sentences_of(hits))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_feature_is_measured(sample: Library, question: str) -> None:
    """A tree that asked for one which is missing would fail in the middle of an answer."""
    ranked = ranked_for(sample, question)
    values = measure_evidence(sample, ranked, ranked.context(ranked.order[0]))
    assert set(values) == set(CONFIDENCE_FEATURES)
    assert all(map(math.isfinite, values.values()))


@pytest.mark.parametrize("question", QUESTIONS)
def test_penalties_are_taken_from_the_log_odds(sample: Library, question: str) -> None:
    """What is kept and what is lost add up: log odds are those of the trees without the penalties that apply."""
    evidence = weigh(sample, ranked_for(sample, question))
    applying = sum(amount for name, amount in PENALTIES.items() if evidence.values[name])
    assert evidence.log_odds == pytest.approx(weights().confidence.log_odds(evidence.values) - applying)
    assert 0 < probability(evidence.log_odds) < 1
