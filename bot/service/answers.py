"""Answers questions from a library: from the text of a question to an answer with citations, or an abstention."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.stored_answers import CitationSnapshot
from bot.settings import TIMEZONE
from retrieval.answer import WHEN_SURE, Policy, answer
from retrieval.explanation.explain import explain
from retrieval.model import Answer, Citation
from retrieval.question.follow_up import resolve
from retrieval.question.understand import understand
from retrieval.search import list_passages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from retrieval.explanation.explain import Explanation
    from retrieval.library import Library
    from retrieval.model import Listing, Passage, Result
    from retrieval.question.query import Query

MOST_COPIES = 4  # hits read for each passage that is wanted, as some are near-duplicates of passages shown before
_ZONE = ZoneInfo(TIMEZONE)


@dataclass(frozen=True, slots=True)
class Original:
    """The place of an earlier citation in the current version of its article."""

    #: its section, in reading order; the whole article if that section is gone, empty if the article is removed or
    #: hidden
    passages: tuple[Passage, ...] = ()
    #: the quote in one of them; None if a correction changed it
    quoted: Citation | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The result for a question in a chat, and how the question was understood."""

    #: the question as typed
    asked: str
    #: the question completed from the one before it; None if it is complete by itself
    understood: str | None
    result: Result

    @property
    def question(self) -> str:
        """The question that was answered, which the next question may follow up."""
        return self.understood or self.asked


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerService:
    """Answers questions from one library; thread-safe."""

    library: Library
    policy: Policy = WHEN_SURE
    #: time zone of the current date, from which 最近发布的 counts
    zone: datetime.tzinfo = _ZONE
    #: a fixed date that takes its place
    day: datetime.date | None = None
    #: the number of the generation that the library holds; 0 if it was not published
    generation: int = 0

    @property
    def today(self) -> datetime.date:
        """The date that relative dates in questions count from."""
        return self.day or datetime.datetime.now(self.zone).date()

    def ask(self, question: str) -> Result:
        """Answer one question from the articles that are not hidden, or abstain; no text raises an error."""
        return answer(self.library, self._understood(question), self.policy)

    def reply(self, question: str, before: str | None) -> Reply:
        """Answer a question in a chat, which may follow up the previous one.

        Args:
            question: as typed.
            before: the previous question (`Reply.question` of the previous reply); None or empty if there was none.
        """
        understood = resolve(question, before, self.library.segmenter) if before else None
        return Reply(question, understood, self.ask(understood or question))

    def about(self, keys: Iterable[str]) -> AnswerService:
        """Return a service that answers from these articles alone, given by key; ignore unknown and hidden ones."""
        return replace(self, library=self.library.only(keys))

    def explain(self, question: str) -> Explanation:
        """Explain how the answer to one question, or the abstention, comes about; the result is that of `ask`."""
        return explain(self.library, self._understood(question), self.policy)

    def search(self, question: str, k: int) -> Listing:
        """Return the k best passages for a question, best first; empty if none matches.

        If none lies within the places and dates that the question names, wider limits are tried; a note says so.
        """
        return list_passages(self.library, self._understood(question), k)

    def more(self, question: str, shown: Collection[CitationSnapshot], start: int, count: int) -> tuple[Passage, ...]:
        """Return a page of the best passages for a question that were not shown yet, best first.

        Of near-duplicate articles only one is listed: the one that was shown, else the one with the best passage.

        Args:
            question: as it was answered.
            shown: citations whose paragraphs are left out.
            start: how many of the remaining passages to skip.
            count: how many to return at most; fewer if there are no more.
        """
        hits = self.search(question, MOST_COPIES * (len(shown) + start + count)).hits
        seen = {(source.article, source.paragraph) for source in shown}
        articles = [card for source in shown if (card := self.library.article(source.article))]
        fresh = []
        for passage in (hit.passage for hit in hits):
            is_copy = any(passage.article.is_twin_of(other) for other in articles)
            if (passage.ref.article, passage.ref.number) not in seen and not is_copy:
                fresh.append(passage)
                articles.append(passage.article)
        return tuple(fresh[start : start + count])

    def section(self, citation: Citation) -> tuple[Passage, ...]:
        """Return the paragraphs of the section that a citation of this library is from, in reading order."""
        passages = self.library.article_passages(citation.passage.article)
        return _section(passages, citation.passage.section)

    def is_hidden(self, source: CitationSnapshot) -> bool:
        """Return whether the article of an earlier citation is hidden now."""
        return source.article in self.library.hidden

    def original(self, source: CitationSnapshot) -> Original:
        """Find an earlier citation in the current articles; its article may have been changed, removed or hidden."""
        article = self.library.article(source.article)
        if article is None:
            return Original()
        passages = self.library.article_passages(article)
        quoted = _quoted(passages, source)
        section = _section(passages, quoted.passage.section if quoted else source.section)
        return Original(section or tuple(passages), quoted)

    def _understood(self, question: str) -> Query:
        """Parse a question; its relative dates count from `today`."""
        return understand(self.library, question, self.today)


def sources(result: Result) -> tuple[CitationSnapshot, ...]:
    """Return the citations of an answer, or the nearest sentences of an abstention, independent of the library."""
    return tuple(map(source_of, result.citations if isinstance(result, Answer) else result.nearest))


def source_of(citation: Citation) -> CitationSnapshot:
    """Return a citation as a value that does not refer to the library; its spans become offsets in the quote."""
    passage, start = citation.passage, citation.start
    return CitationSnapshot(
        article=passage.ref.article,
        paragraph=passage.ref.number,
        title=passage.article.title or passage.article.headline,
        date=passage.article.date,
        section=passage.section,
        start=start,
        quote=citation.quote,
        spans=tuple((left - start, right - start) for left, right in citation.spans),
        event=citation.event,
        status=citation.status,
        is_old_news=citation.is_old_news,
        twins=len(passage.article.twins),
    )


def _section(passages: Sequence[Passage], section: str) -> tuple[Passage, ...]:
    """Return the passages whose section has a title, in their order."""
    return tuple(passage for passage in passages if passage.section == section)


def _quoted(passages: Sequence[Passage], source: CitationSnapshot) -> Citation | None:
    """Find an earlier quote: at its old position, else in its old paragraph, else in any of the passages.

    The result has no spans. None if the quote is gone.
    """
    for passage in sorted(passages, key=lambda passage: passage.ref.number != source.paragraph):
        stands = passage.text.startswith(source.quote, source.start)
        start = source.start if stands else passage.text.find(source.quote)
        if start >= 0:
            return Citation(passage, start, start + len(source.quote))
    return None
