"""Features of sentences are shares, in the order in which the weights name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.question.query import parse_question
from retrieval.ranking.features import FEATURES
from retrieval.ranking.rank import rank
from retrieval.ranking.sentences import sentences_of
from retrieval.ranking.weights import vector, weights

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.ranking.rank import Ranked

QUESTIONS = ["宝钢黄石新港二期什么时候开工？", "宜昌消耗了多少磷石膏？", "谁主持会议？", "磷石膏", "2019年有几个项目？"]


def ranked_for(library: Library, question: str) -> Ranked:
    """The sentences that are found for a question, measured and ranked."""
    (part,) = parse_question(question, library.segmenter).parts
    return rank(library, part, sentences_of(library.search(part.terms, 12)))


@pytest.mark.parametrize("question", QUESTIONS)
def test_features_are_shares(sample: Library, question: str) -> None:
    """Weights fitted on one corpus would mean nothing in another if the scale of a feature depended on it."""
    ranked = ranked_for(sample, question)
    assert ranked.features.shape == (len(ranked.sentences), len(FEATURES))
    assert np.isfinite(ranked.features).all()
    assert ranked.features.min() >= 0
    assert ranked.features.max() <= 1 + 1e-12


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_are_weighted_sums_of_features(sample: Library, question: str) -> None:
    """The explanation of an answer adds them up again."""
    ranked = ranked_for(sample, question)
    table = weights().sentence
    for number, score in enumerate(ranked.scores):
        by_name = dict(zip(FEATURES, ranked.features[number], strict=True))
        assert score == pytest.approx(sum(table.get(name, 0.0) * value for name, value in by_name.items()))
    assert vector(table, FEATURES).shape == (len(FEATURES),)


def test_words_are_weighted_by_how_rare_they_are(sample: Library) -> None:
    """The share is Σ idf m / Σ idf: 1 for a sentence that has all words, however many others it has."""
    ranked = ranked_for(sample, "宜昌磷石膏")
    for sentence, share in zip(ranked.sentences, ranked.features[:, FEATURES.index("words")], strict=True):
        idfs = [idf for word, idf in zip(ranked.words, ranked.weights, strict=True) if word in sentence.text]
        assert share >= sum(idfs) / sum(ranked.weights) - 1e-12
        assert share < 1 or len(idfs) == len(ranked.words)
