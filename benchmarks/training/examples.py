"""Questions with the sentences found for them, and which of those are right: what all the weights are fitted on."""

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
        right: (sentences,).
    """

    golds: tuple[Gold, ...]
    query: Query
    sentences: Sequence[Sentence]
    ranked: Ranked
    right: npt.NDArray[np.bool_]

    @property
    def accepted(self) -> tuple[str, ...]:
        """All accepted strings."""
        return tuple(text for gold in self.golds for text in gold.answers or ())


def examples(
    library: Library, groups: Iterable[tuple[Gold, ...]], *, of_right_article: bool = False
) -> Iterator[Example]:
    """Ask each question without choosing; with all sentences of the right article instead of what is found for it."""
    for golds in groups:
        query = parse_question(golds[0].question, library.segmenter)
        if not query.parts:
            continue
        hits = _right_hits(library, golds) if of_right_article else library.search(query.parts[0].terms, PASSAGES)
        if found := sentences_of(hits):
            right = np.array([is_right(golds, one) for one in found])
            yield Example(golds, query, found, rank(library, query.parts[0], found), right)


def _right_hits(library: Library, golds: tuple[Gold, ...]) -> list[Hit]:
    card = library.article(article_key(golds[0].articles[0]))
    return [Hit(passage, 1.0) for passage in library.article_passages(card)] if card else []


def is_right(golds: Iterable[Gold], sentence: Sentence) -> bool:
    """Whether a sentence is of a right article and holds an accepted string."""
    return any(
        gold.accepts_article(sentence.passage.article)
        and any(normalize(text).text in sentence.text for text in gold.answers or ())
        for gold in golds
    )
