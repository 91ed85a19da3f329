"""Answers as they were given, and what people thought of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from retrieval.facts.event import Event
    from retrieval.facts.status import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class CitationSnapshot:
    """A citation as it was shown, so that it can be shown again after the article changed or went.

    Attributes:
        event: when that happened; None where no year is written.
        status: how far it has come; None in rows from before it was told, whose event is not known either.
        twins: how many near-duplicates of the article there were.
    """

    article: str  # Article.key
    paragraph: int  # from 1
    title: str
    date: datetime.date | None
    section: str
    start: int  # of the quote in the paragraph
    quote: str
    spans: tuple[tuple[int, int], ...]  # the answering words, in the quote
    event: Event | None = None
    status: Status | None = None
    is_old_news: bool = False
    twins: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAnswer:
    """A question and what was answered; buttons carry its id."""

    id: str
    chat_id: int
    person_id: int | None
    message_id: int  # of the question; 0 where its group moved: the new one numbers its messages anew
    thread_id: int | None  # the forum topic
    question: str  # as it was understood
    language: str
    confidence: float  # 0..1
    reason: str | None  # why there was no answer; None where there was one
    sources: tuple[CitationSnapshot, ...]  # the citations, or what came nearest
    asked_at: datetime.datetime
    generation: int = 0  # that it was taken from


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person thought of an answer; a later one takes the place of an earlier one."""

    answer_id: str
    person_id: int
    is_good: bool
    reason: str | None = None  # what was wrong with it
