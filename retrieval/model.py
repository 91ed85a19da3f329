"""The values that answering returns: passages, hits, citations, answers and abstentions; invalid ones are refused."""

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

_PAUSE = re.compile(r"[，；：;:]|(?<!\d),|,(?!\d)")  # ends a clause; not the comma of 2,000
OLD_NEWS = 2  # years from the event to the publication at least: a report on last year is not old news


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleCard:
    """An article without its text: what is shown and compared of it."""

    #: as the source gave it
    id: str
    #: `corpus.model.Article.key`
    key: str
    #: as published; may be empty
    title: str
    #: the title without its column tag; the first words of the text where there is no title
    headline: str
    #: of publication
    date: datetime.date | None
    #: path:line
    place: str
    #: names of the places of Hubei that it is about
    regions: tuple[str, ...]
    #: row of its first passage in the index
    first_row: int
    #: number of its passages; they are consecutive
    rows: int
    #: shared by near-duplicates, such as copies of one report: the key of one of them; empty where there are none
    group: str = ""
    #: ids of the other articles of its group
    twins: tuple[str, ...] = ()

    def is_twin_of(self, other: ArticleCard) -> bool:
        """Return whether two different articles are near-duplicates; False for an article and itself."""
        return bool(self.group) and self.group == other.group and self.key != other.key


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A paragraph of the index, with its article and section."""

    #: in the index, from 0
    row: int
    ref: ParagraphRef
    article: ArticleCard
    #: title of its section; empty in an introduction
    section: str
    #: as published
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found."""

    passage: Passage
    #: positive; comparable within one search only
    score: float


@dataclass(frozen=True, slots=True)
class Listing:
    """The hits of a search, and the notes to show above them."""

    #: best first
    hits: tuple[Hit, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote from a passage, with the words in it that answer marked; it cannot hold text that is not in the passage.

    Raises:
        ValueError: the quote is empty or outside the passage, or a span is empty or outside the quote.
    """

    passage: Passage
    #: the quote is `passage.text[start:end]`
    start: int
    end: int
    #: (start, end) of the answering words, in `passage.text` too; empty where none stand out
    spans: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.passage.text):
            raise ValueError(f"quote {self.start}:{self.end} outside a passage of {len(self.passage.text)} characters")
        for start, end in self.spans:
            if not self.start <= start < end <= self.end:
                raise ValueError(f"span {start}:{end} outside the quote {self.start}:{self.end}")

    def with_spans(self, spans: Sequence[tuple[int, int]]) -> Citation:
        """Return the same quote with further spans marked; overlapping and adjacent spans are merged.

        Args:
            spans: (start, end) in `passage.text`, in any order.

        Raises:
            ValueError: a span is outside the quote, or is empty and neither within nor next to another one.
        """
        merged: list[tuple[int, int]] = []
        for start, end in sorted({*self.spans, *spans}):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return Citation(self.passage, self.start, self.end, tuple(merged))

    def has_same_quote(self, other: Citation) -> bool:
        """Return whether two citations quote the same characters of the same passage, whatever is marked."""
        mine, theirs = (self.passage.ref, self.start, self.end), (other.passage.ref, other.start, other.end)
        return mine == theirs

    @property
    def quote(self) -> str:
        """Return the quoted text, character for character."""
        return self.passage.text[self.start : self.end]

    @property
    def span_text(self) -> str:
        """Return the answering words, several spans joined by …; the whole quote where nothing is marked."""
        return "…".join(self.passage.text[start:end] for start, end in self.spans) or self.quote

    @property
    def clause(self) -> str:
        """Return the clauses from the first marked word to the last; the whole quote where nothing is marked."""
        if not self.spans:
            return self.quote
        text, first, last = self.passage.text, self.spans[0][0], self.spans[-1][1]
        start = max((match.end() for match in _PAUSE.finditer(text, self.start, first)), default=self.start)
        end = _PAUSE.search(text, last, self.end)
        return text[start : end.start() if end else self.end]

    @property
    def event(self) -> Event | None:
        """Return when the event of the quote happened; None where its paragraph names no year."""
        return event_of(self.passage.text, self.start, self.end, self.spans)

    @property
    def status(self) -> Status:
        """Return how far the event has come; PLANNED also where its year lies after the publication.

        An inferred year does not count for that, and VIEW stays VIEW.
        """
        left, right = sentence_around(self.passage.text, self.start, self.end)
        worded = status_of(self.passage.text[left:right], [(start - left, end - left) for start, end in self.spans])
        event, date = self.event, self.passage.article.date
        is_ahead = event and date and event.key[0] > date.year and not event.is_inferred
        return weakest([worded, Status.PLANNED]) if is_ahead else worded

    @property
    def is_old_news(self) -> bool:
        """Return whether the event ended, or began if its end is open, OLD_NEWS years or more before the publication.

        False if the year or the date of publication is unknown.
        """
        event, date = self.event, self.passage.article.date
        return bool(event and date and event.key[0] <= date.year - OLD_NEWS)


class Reason(StrEnum):
    """Why there is no answer."""

    EMPTY_QUESTION = "empty-question"  # nothing to search for: no words, or only question words
    EMPTY_CORPUS = "empty-corpus"  # there are no articles
    NOTHING_FOUND = "nothing-found"  # no passage shares enough words with the question
    MISSING = "missing"  # the nearest passages say nothing of `Abstention.missing`
    ONLY_PLANNED = "only-planned"  # the question asks what is done, the articles tell a plan or work under way
    UNSURE = "unsure"  # the best sentence is near, but its confidence is below the threshold
    NOT_IN_ARTICLES = "not-in-articles"  # the question is about the present moment (weather, prices)


class NoteCode(StrEnum):
    """What a reader has to know about a result besides its words."""

    HEARD_AS = (
        "heard-as"  # `facts`: the word as typed, which no article has, and the one of the same sound searched for
    )
    LIMITED = "limited"  # the result lies within the places (`facts`) and the days (`period`) that the question sets
    UNKNOWN_PLACE = "unknown-place"  # the question limits itself to `facts`, which are no places known
    ELSEWHERE = "elsewhere"  # the articles about the places asked for (`facts`) do not answer; others do
    DISAGREE = "disagree"  # articles give different figures for the same thing
    OTHER_DATES = "other-dates"  # the articles published in the `period` asked for do not answer; others do


@dataclass(frozen=True, slots=True)
class Note:
    """A line to show above a result."""

    code: NoteCode
    #: what the code says; empty where it needs none
    facts: tuple[str, ...] = ()
    #: of LIMITED and OTHER_DATES; None where the question sets no days
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer a question.

    Raises:
        ValueError: there is no citation, or the confidence is outside 0..1.
    """

    #: the most confident first; where articles disagree, the latest event first
    citations: tuple[Citation, ...]
    #: 0..1, of the most confident citation
    confidence: float
    #: parts of the question that get no answer, in its words
    unanswered: tuple[str, ...] = ()
    #: in the order to show them
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("an answer needs a citation")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must be in 0..1, got {self.confidence}")

    @property
    def text(self) -> str:
        """Return the quotes, one a line."""
        return "\n".join(citation.quote for citation in self.citations)


@dataclass(frozen=True, kw_only=True, slots=True)
class Abstention:
    """The result where the articles do not answer a question."""

    reason: Reason
    #: sentences that come nearest, best first, shown as such and never as an answer; nothing is marked in them
    nearest: tuple[Citation, ...] = ()
    #: words of the question that the nearest sentences lack, the rarest first
    missing: tuple[str, ...] = ()
    #: 0..1, of the best sentence; 0 where there is none
    confidence: float = 0.0
    #: in the order to show them
    notes: tuple[Note, ...] = ()


Result = Answer | Abstention
