"""Which sentence answers one thing that is asked: a linear ranker over the measured sentences."""

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
    """Sentences measured and ranked for one thing that is asked.

    Attributes:
        words, weights: the question's words and their idf.
        features: (sentences, len(FEATURES)) float64.
        scores: of the ranker, by sentence.
        order: the sentences by falling score, ties in reading order.
    """

    part: SubQuestion
    words: tuple[str, ...]
    weights: tuple[float, ...]
    sentences: Sequence[Sentence]
    features: Matrix
    scores: tuple[float, ...]
    order: tuple[int, ...]

    def context(self, number: int) -> str:
        """What is read together with a sentence: the one before, the heading and the title."""
        sentence = self.sentences[number]
        above = normalize(f"{sentence.passage.article.headline} {sentence.passage.section}").text
        return f"{above} {sentence.before} {sentence.text}"


def rank(library: Library, part: SubQuestion, sentences: Sequence[Sentence]) -> Ranked:
    """Measure sentences for one thing asked, and put the likeliest first; there must be at least one."""
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
    """A word as the index has it: a number of several words in plain digits."""
    first, *others = cached_numbers(word) or (None,)
    return digits(first) or word if first and first.scale > 1 and not others else word
