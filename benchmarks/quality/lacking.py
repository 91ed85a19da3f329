"""Wraps libraries to hide articles or sentences: those that answer a question, or all others.

They are asked like any library, so that the answering code is the one that is shipped.
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
    """Return the library with the right articles hidden from searches; the other hits move up."""
    return _Masked(**_fields(library), mask=~_right_rows(library, golds))


def without_sentences(library: Library, golds: Sequence[Gold]) -> Library:
    """Return the library without sentences of right articles with an accepted answer; the hits stay the same."""
    return _WithoutSentences(**_fields(library), golds=tuple(golds))


def only_articles(library: Library, golds: Sequence[Gold]) -> Library:
    """Return the library with all articles but the right ones hidden from searches."""
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
    """A library whose searches find only some passages, in addition to the limits in a question.

    Attributes:
        mask: (passages,) bool: True for passages that may be found.
    """

    mask: npt.NDArray[np.bool_]

    def search(self, query: Sequence[QueryTerm], k: int) -> tuple[Hit, ...]:
        """Return the k best passages, best first."""
        limits = self.index.within
        index = replace(self.index, within=self.mask if limits is None else self.mask & limits)
        return tuple(Hit(self.passage(row), score) for row, score in index.search(query, k))


@dataclass(frozen=True, slots=True, kw_only=True)
class _WithoutSentences(Library):
    golds: tuple[Gold, ...]

    def passage(self, row: int) -> Passage:
        """Return the passage of a row of the index, without the sentences that answer."""
        passage = Library.passage(self, row)  # super() does not know a class with slots
        text = passage.text
        for sentence in reversed(sentences_of([Hit(passage, 1.0)])):
            if is_right(self.golds, sentence):
                text = text[: sentence.start] + text[sentence.end :]
        return replace(passage, text=text)
