"""Libraries that lack something: what answers a question, or all that does not.

They are asked as any library is, so that what looks for an answer is the same code as ever.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.training.examples import is_right
from corpus.model import article_key
from retrieval.library import Library
from retrieval.model import Hit
from retrieval.ranking.sentences import sentences_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from retrieval.evaluation.gold import Gold
    from retrieval.index.terms import QueryTerm
    from retrieval.model import Passage


def without_articles(library: Library, golds: Sequence[Gold]) -> Library:
    """The library, of which searches never find a right article; what comes behind moves up."""
    return _Masked(**_fields(library), mask=~_right_rows(library, golds))


def without_sentences(library: Library, golds: Sequence[Gold]) -> Library:
    """The library, whose right articles lack every sentence with an accepted answer; they are found as before."""
    return _WithoutSentences(**_fields(library), golds=tuple(golds))


def only_articles(library: Library, golds: Sequence[Gold]) -> Library:
    """The library, of which searches find right articles only."""
    return _Masked(**_fields(library), mask=_right_rows(library, golds))


def _right_rows(library: Library, golds: Sequence[Gold]) -> npt.NDArray[np.bool_]:
    rows = np.zeros(library.passages, dtype=np.bool_)
    for name in {name for gold in golds for name in gold.articles}:
        if card := library.article(article_key(name)):
            rows[card.first_row : card.first_row + card.rows] = True
    return rows


def _fields(library: Library) -> dict[str, Any]:
    return {field.name: getattr(library, field.name) for field in fields(Library)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Masked(Library):
    """A library of which searches find some passages only, whatever a question limits itself to besides.

    Attributes:
        mask: (passages,) bool.
    """

    mask: npt.NDArray[np.bool_]

    def search(self, query: Sequence[QueryTerm], k: int) -> tuple[Hit, ...]:
        """The k best passages, best first."""
        limits = self.index.within
        index = replace(self.index, within=self.mask if limits is None else self.mask & limits)
        return tuple(Hit(self.passage(row), score) for row, score in index.search(query, k))


@dataclass(frozen=True, slots=True, kw_only=True)
class _WithoutSentences(Library):
    golds: tuple[Gold, ...]

    def passage(self, row: int) -> Passage:
        """The passage of a row of the index, without what answers."""
        passage = Library.passage(self, row)  # super() does not know a class with slots
        text = passage.text
        for sentence in reversed(sentences_of([Hit(passage, 1.0)])):
            if is_right(self.golds, sentence):
                text = text[: sentence.start] + text[sentence.end :]
        return replace(passage, text=text)
