"""Asking: from the words somebody typed to an answer with citations, or to saying that there is none."""

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
from retrieval.search import listing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from retrieval.explanation.explain import Explanation
    from retrieval.library import Library
    from retrieval.model import Listing, Passage, Result
    from retrieval.question.query import Query

MOST_COPIES = 4  # of one report, that are looked past for something else
_ZONE = ZoneInfo(TIMEZONE)


@dataclass(frozen=True, slots=True)
class Original:
    """Where a source stands in the articles of today.

    Attributes:
        passages: its section, in reading order; empty where the article is no longer there.
        quoted: the quote in one of them; None where a correction changed it.
    """

    passages: tuple[Passage, ...] = ()
    quoted: Citation | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The result for a question, and how that was understood.

    Attributes:
        asked: the question as typed.
        understood: what it asks after the question before; None where it stands alone.
    """

    asked: str
    understood: str | None
    result: Result

    @property
    def question(self) -> str:
        """What was answered, and what the next question may follow."""
        return self.understood or self.asked


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerService:
    """Answers from one library; any number of threads may ask at once.

    Attributes:
        zone: of the clock that 最近发布的 counts from.
        day: what it counts from instead.
        generation: that the library is of; 0 where it was not published.
    """

    library: Library
    policy: Policy = WHEN_SURE
    zone: datetime.tzinfo = _ZONE
    day: datetime.date | None = None
    generation: int = 0

    @property
    def today(self) -> datetime.date:
        """The date that questions are asked on."""
        return self.day or datetime.datetime.now(self.zone).date()

    def ask(self, question: str) -> Result:
        """The answer to one question; never raises for what the question holds."""
        return answer(self.library, self._understood(question), self.policy)

    def reply(self, question: str, before: str | None) -> Reply:
        """The answer to a question in a chat, after the `question` of the reply before, if there was one."""
        understood = resolve(question, before, self.library.segmenter) if before else None
        return Reply(question, understood, self.ask(understood or question))

    def about(self, keys: Iterable[str]) -> AnswerService:
        """What answers from some of the articles alone."""
        return replace(self, library=self.library.only(keys))

    def explain(self, question: str) -> Explanation:
        """What leads to the answer to one question, or to there being none."""
        return explain(self.library, self._understood(question), self.policy)

    def search(self, question: str, k: int) -> Listing:
        """The k paragraphs that fit best; empty where nothing fits."""
        return listing(self.library, self._understood(question), k)

    def more(self, question: str, shown: Collection[CitationSnapshot], start: int, count: int) -> tuple[Passage, ...]:
        """The passages that fit best, without those already shown, from the `start`-th on, counted from 0.

        Of near-duplicates only one article's passages are listed: the one that was shown, else the one that fits best.
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
        """The paragraphs of the section that a citation is from, in reading order: the way to the original."""
        passages = self.library.article_passages(citation.passage.article)
        return _section(passages, citation.passage.section)

    def is_hidden(self, source: CitationSnapshot) -> bool:
        """Whether the article of a source that was shown before is not to be shown any more."""
        return source.article in self.library.hidden

    def original(self, source: CitationSnapshot) -> Original:
        """Where a source that was shown before stands now; the article may have been corrected, or have gone."""
        article = self.library.article(source.article)
        if article is None:
            return Original()
        passages = self.library.article_passages(article)
        quoted = _quoted(passages, source)
        section = _section(passages, quoted.passage.section if quoted else source.section)
        return Original(section or tuple(passages), quoted)

    def _understood(self, question: str) -> Query:
        return understand(self.library, question, self.today)


def sources(result: Result) -> tuple[CitationSnapshot, ...]:
    """What an answer cites, or what comes nearest, as values that outlive the library."""
    return tuple(map(source_of, result.citations if isinstance(result, Answer) else result.nearest))


def source_of(citation: Citation) -> CitationSnapshot:
    """A citation as a value that outlives the library."""
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
    return tuple(passage for passage in passages if passage.section == section)


def _quoted(passages: Sequence[Passage], source: CitationSnapshot) -> Citation | None:
    """The quote where it stood, else wherever it stands now."""
    for passage in sorted(passages, key=lambda passage: passage.ref.number != source.paragraph):
        stands = passage.text.startswith(source.quote, source.start)
        start = source.start if stands else passage.text.find(source.quote)
        if start >= 0:
            return Citation(passage, start, start + len(source.quote))
    return None
