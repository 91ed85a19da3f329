"""Asking: from the words somebody typed to an answer with citations, or to saying that there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answer import WHEN_SURE, Policy, answer, search
from retrieval.query import understand

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.model import Citation, Hit, Passage, Result


@dataclass(frozen=True, slots=True)
class Asking:
    """Answers from one library; any number of threads may ask at once."""

    library: Library
    policy: Policy = WHEN_SURE

    def ask(self, question: str) -> Result:
        """The answer to one question; never raises for what the question holds."""
        return answer(self.library, understand(question, self.library.segmenter), self.policy)

    def search(self, question: str, k: int) -> tuple[Hit, ...]:
        """The k paragraphs that fit best, best first; empty where nothing fits."""
        return search(self.library, understand(question, self.library.segmenter), k)

    def section(self, citation: Citation) -> tuple[Passage, ...]:
        """The paragraphs of the section that a citation is from, in reading order: the way to the original."""
        passages = self.library.article_passages(citation.passage.article)
        return tuple(passage for passage in passages if passage.section == citation.passage.section)
