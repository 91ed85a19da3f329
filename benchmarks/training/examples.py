"""Makes training examples: questions with the sentences found for them, and which of these are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus.model import article_key
from corpus.text import normalize
from retrieval.answer import PASSAGES
from retrieval.model import Hit
from retrieval.question.query import Query, parse_question
from retrieval.ranking.rank import Ranked, rank
from retrieval.ranking.sentences import Sentence, sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library


@dataclass(frozen=True)
class Example:
    """A question, the sentences found for it, and which of them are right.

    Attributes:
        golds: questions of the same text; any of their answers will do.
        query: the parsed question; only its first part is used.
        sentences: the candidates.
        ranked: the same, measured and ranked.
        right: (len(sentences),) bool: True if the sentence is right.
    """

    golds: tuple[Gold, ...]
    query: Query
    sentences: Sequence[Sentence]
    ranked: Ranked
    right: npt.NDArray[np.bool_]

    @property
    def accepted(self) -> tuple[str, ...]:
        """All accepted answers."""
        return tuple(text for gold in self.golds for text in gold.answers or ())


def examples(
    library: Library, groups: Iterable[tuple[Gold, ...]], *, of_right_article: bool = False
) -> Iterator[Example]:
    """Yield an example for each question that has parts and for which sentences are found.

    Args:
        library: what is asked.
        groups: the questions, grouped by text.
        of_right_article: take all sentences of the right article instead of those that a search finds.
    """
    for golds in groups:
        query = parse_question(golds[0].question, library.segmenter)
        if not query.parts:
            continue
        hits = _right_hits(library, golds) if of_right_article else library.search(query.parts[0].terms, PASSAGES)
        if sentences := sentences_of(hits):
            right = np.array([is_right(golds, sentence) for sentence in sentences])
            yield Example(golds, query, sentences, rank(library, query.parts[0], sentences), right)


def _right_hits(library: Library, golds: tuple[Gold, ...]) -> list[Hit]:
    card = library.article(article_key(golds[0].articles[0]))
    return [Hit(passage, 1.0) for passage in library.article_passages(card)] if card else []


def is_right(golds: Iterable[Gold], sentence: Sentence) -> bool:
    """Return True if a sentence is of a right article and contains an accepted answer."""
    return any(
        gold.accepts_article(sentence.passage.article)
        and any(normalize(text).text in sentence.text for text in gold.answers or ())
        for gold in golds
    )
