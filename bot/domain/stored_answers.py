"""Values of given answers: citations as they were shown, and people's feedback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from retrieval.facts.event import Event
    from retrieval.facts.status import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class CitationSnapshot:
    """A citation as it was shown, so that it can be shown again after its article was changed or removed."""

    article: str  #: Article.key
    paragraph: int  #: from 1
    title: str
    date: datetime.date | None
    section: str
    start: int  #: offset of the quote in the paragraph
    quote: str
    spans: tuple[tuple[int, int], ...]  #: (start, end) of the answering words, as offsets in the quote
    event: Event | None = None  #: when the reported event happened; None if the text names no year
    status: Status | None = None  #: planned, under way, done…; None in rows that older versions stored
    is_old_news: bool = False
    twins: int = 0  #: near-duplicates of the article


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAnswer:
    """A question and its answer, or the abstention; buttons refer to it by its id."""

    id: str
    chat_id: int
    person_id: int | None
    message_id: int  #: of the question; 0: unknown, because its group got a new id
    thread_id: int | None  #: the forum topic
    question: str  #: as it was understood, for example completed by the question before
    language: str
    confidence: float  #: 0..1
    reason: str | None  #: why there was no answer; None: there was one
    sources: tuple[CitationSnapshot, ...]  #: the citations; without an answer, the passages that came nearest
    asked_at: datetime.datetime
    generation: int = 0  #: that was searched; 0: a library without a store


@dataclass(frozen=True, slots=True)
class Feedback:
    """A person's feedback on an answer; a later one replaces an earlier one."""

    answer_id: str
    person_id: int
    is_good: bool
    reason: str | None = None  #: what was wrong with the answer
