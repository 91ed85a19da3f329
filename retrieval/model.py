"""Questions, passages, citations and answers as values that refuse the impossible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.text import sentence_around
from retrieval.facts.event import event_of
from retrieval.facts.status import Status, status_of, weakest

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from corpus.model import ParagraphRef
    from retrieval.facts.event import Event
    from retrieval.periods import Period

_PAUSE = re.compile(r"[，；：;:]|(?<!\d),|,(?!\d)")
OLD_NEWS = 2  # years from the event to the publication; a report on last year is no news of long ago


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleCard:
    """What a source line says of an article.

    Attributes:
        group: the same for near-duplicates, as two sources' copies of one report are; the key of one of them.
        twins: the ids of the others in its group.
    """

    id: str  # as the source gave it
    key: str  # Article.key
    title: str  # as published; may be empty
    headline: str  # without the column tag; the first words where there is no title
    date: datetime.date | None  # of publication
    place: str  # path:line
    regions: tuple[str, ...]  # what it is about
    first_row: int
    rows: int
    group: str = ""
    twins: tuple[str, ...] = ()

    def is_twin_of(self, other: ArticleCard) -> bool:
        """Whether two articles are near-duplicates."""
        return bool(self.group) and self.group == other.group and self.key != other.key


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A paragraph as the index knows it, with its article and section."""

    row: int
    ref: ParagraphRef
    article: ArticleCard
    section: str  # its title; empty in an introduction
    text: str  # as published


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Listing:
    """What a search found, best first."""

    hits: tuple[Hit, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A slice of a passage, and in it the words that answer.

    Attributes:
        start, end: the quote in the passage's text.
        spans: the answering words, likewise in the passage's text; empty where none stand out.

    Raises:
        ValueError: the quote is empty or outside the passage, or a span outside the quote.
    """

    passage: Passage
    start: int
    end: int
    spans: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.passage.text):
            raise ValueError(f"quote {self.start}:{self.end} outside a passage of {len(self.passage.text)} characters")
        for start, end in self.spans:
            if not self.start <= start < end <= self.end:
                raise ValueError(f"span {start}:{end} outside the quote {self.start}:{self.end}")

    def marking(self, spans: Sequence[tuple[int, int]]) -> Citation:
        """The same quote with further words marked; words marked twice are marked once."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted({*self.spans, *spans}):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return Citation(self.passage, self.start, self.end, tuple(merged))

    def has_quote_of(self, other: Citation) -> bool:
        """Whether two citations quote the same words of the same passage."""
        mine, theirs = (self.passage.ref, self.start, self.end), (other.passage.ref, other.start, other.end)
        return mine == theirs

    @property
    def quote(self) -> str:
        """The quoted words, character for character."""
        return self.passage.text[self.start : self.end]

    @property
    def span_text(self) -> str:
        """The answering words; the whole quote where none stand out."""
        return "…".join(self.passage.text[start:end] for start, end in self.spans) or self.quote

    @property
    def clause(self) -> str:
        """The clauses that hold what is marked; the whole quote where nothing is."""
        if not self.spans:
            return self.quote
        text, first, last = self.passage.text, self.spans[0][0], self.spans[-1][1]
        start = max((match.end() for match in _PAUSE.finditer(text, self.start, first)), default=self.start)
        end = _PAUSE.search(text, last, self.end)
        return text[start : end.start() if end else self.end]

    @property
    def event(self) -> Event | None:
        """When what the quote tells happened; None where its paragraph names no year."""
        return event_of(self.passage.text, self.start, self.end, self.spans)

    @property
    def status(self) -> Status:
        """How far that has come; what its article could only foresee is planned, whatever the words."""
        left, right = sentence_around(self.passage.text, self.start, self.end)
        said = status_of(self.passage.text[left:right], [(start - left, end - left) for start, end in self.spans])
        event, date = self.event, self.passage.article.date
        is_ahead = event and date and event.key[0] > date.year and not event.is_inferred
        return weakest([said, Status.PLANNED]) if is_ahead else said

    @property
    def is_old_news(self) -> bool:
        """Whether it was published long after it happened, or began."""
        event, date = self.event, self.passage.article.date
        return bool(event and date and event.key[0] <= date.year - OLD_NEWS)


class Reason(StrEnum):
    """Why there is no answer."""

    EMPTY_QUESTION = "empty-question"  # nothing to search for: no words, or only question words
    EMPTY_CORPUS = "empty-corpus"
    NOTHING_FOUND = "nothing-found"  # no passage shares enough words with the question
    MISSING = "missing"  # the nearest passages say nothing of `Abstention.missing`
    ONLY_PLANNED = "only-planned"  # it is asked what is done, and the articles tell what is planned or under way
    UNSURE = "unsure"  # something is near, but not sure enough to be called an answer
    NOT_IN_ARTICLES = "not-in-articles"  # asks about today, the weather …: no article can know


class NoteCode(StrEnum):
    """What a reader has to know of an answer besides its words."""

    HEARD_AS = "heard-as"  # no article has the first of the `facts`: the second, which sounds the same, was sought
    LIMITED = "limited"  # found within the places (`facts`) and days (`period`) that the question limits itself to
    UNKNOWN_PLACE = "unknown-place"  # the question limits itself to `facts`, which are no places known
    ELSEWHERE = "elsewhere"  # the articles about the places asked for (`facts`) do not answer; others do
    DISAGREE = "disagree"  # articles tell different figures of one thing
    OTHER_DATES = "other-dates"  # what was published in the `period` asked for does not answer; the rest does


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be told above an answer; the code says which facts belong to it."""

    code: NoteCode
    facts: tuple[str, ...] = ()
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer, the best first.

    Attributes:
        unanswered: of a question that asks several things, those without an answer, in its words.

    Raises:
        ValueError: there is no citation, or the confidence is no probability.
    """

    citations: tuple[Citation, ...]
    confidence: float  # 0..1
    unanswered: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("an answer needs a citation")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must be in 0..1, got {self.confidence}")

    @property
    def text(self) -> str:
        """The quotes, one a line."""
        return "\n".join(citation.quote for citation in self.citations)


@dataclass(frozen=True, kw_only=True, slots=True)
class Abstention:
    """That the articles do not say, why, and what comes nearest.

    Attributes:
        missing: words of the question that the nearest passages lack.
        nearest: sentences that come nearest, shown as such, never as an answer.
    """

    reason: Reason
    nearest: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    confidence: float = 0.0  # 0..1
    notes: tuple[Note, ...] = ()


Result = Answer | Abstention
