"""Ranks sentences for one part of a question with a linear model.

    score(s) = Σ_f weight(f) x_f(s)      over the features f of `features.FEATURES`

The weights are fitted by `benchmarks.training.listwise`, so that a softmax over the scores of a question's sentences
gives the right ones the most probability (ListNet: Cao et al., "Learning to rank: from pairwise approach to listwise
approach", 2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus.numbers import cached_numbers, digits
from corpus.text import normalize
from retrieval.ranking.features import FEATURES, measure
from retrieval.ranking.weights import vector, weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.library import Library
    from retrieval.question.query import SubQuestion
    from retrieval.ranking.matching import Matrix
    from retrieval.ranking.sentences import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """Sentences measured and ranked for one part of a question.

    Attributes:
        part: what is asked.
        words: the words of the part, each once.
        weights: their idf, in the same order.
        sentences: at least one, in reading order; a sentence's number is its index here.
        features: (len(sentences), len(FEATURES)) float64; row i is sentences[i].
        scores: the score of each sentence, by number.
        order: the numbers of the sentences by falling score, ties in reading order.
    """

    part: SubQuestion
    words: tuple[str, ...]
    weights: tuple[float, ...]
    sentences: Sequence[Sentence]
    features: Matrix
    scores: tuple[float, ...]
    order: tuple[int, ...]

    def context(self, number: int) -> str:
        """Return a sentence with its surroundings: title, heading, the sentence before and itself, normalised."""
        sentence = self.sentences[number]
        above = normalize(f"{sentence.passage.article.headline} {sentence.passage.section}").text
        return f"{above} {sentence.before} {sentence.text}"


def rank(library: Library, part: SubQuestion, sentences: Sequence[Sentence]) -> Ranked:
    """Measure sentences for one part of a question and order them by score.

    Args:
        library: gives the idf of words.
        part: what is asked.
        sentences: the candidates, at least one.
    """
    words = tuple(dict.fromkeys(token.word for token in part.words))
    idfs = tuple(library.idf("word", _indexed(word)) for word in words)
    features = measure(library, part, words, np.array(idfs), sentences)
    scores = features @ vector(weights().sentence, FEATURES)
    order = np.argsort(-scores, kind="stable")
    return Ranked(
        part=part,
        words=words,
        weights=idfs,
        sentences=sentences,
        features=features,
        scores=tuple(map(float, scores)),
        order=tuple(map(int, order)),
    )


def _indexed(word: str) -> str:
    """Return a word as the index has it: a number that it splits into several words is there in plain digits."""
    first, *others = cached_numbers(word) or (None,)
    return digits(first) or word if first and first.scale > 1 and not others else word
