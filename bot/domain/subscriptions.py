"""Values of subscriptions, of announcements, and of the alerts that are planned from both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from bot.domain.jobs import JobKind
    from bot.domain.stored_answers import CitationSnapshot

MOST_SUBSCRIPTIONS = 50  # of a chat, including those of its topics


@dataclass(frozen=True, slots=True)
class Filter:
    """What a subscription matches: an article must satisfy regions and keywords; without any, all articles match.

    Raises:
        ValueError: a question is blank or combined with regions or keywords, or one of these is empty or contains white
            space.
    """

    regions: tuple[str, ...] = ()  #: names; the article is about one of them, or about a place within
    keywords: tuple[str, ...] = ()  #: as typed; the article contains all of them
    question: str | None = None  #: matches no articles, but the answer as soon as there is one

    def __post_init__(self) -> None:
        words = (*self.regions, *self.keywords)
        if self.question is not None and (words or not self.question.strip()):
            raise ValueError(f"a question cannot be combined with regions or keywords, nor be empty, got {self}")
        if any(word.split() != [word] for word in words):
            raise ValueError(f"regions and keywords must not contain white space, got {words}")

    @property
    def is_everything(self) -> bool:
        """Return whether every article matches: there are no regions, no keywords and no question."""
        return not (self.regions or self.keywords or self.question)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A subscription of a chat or of one of its forum topics."""

    id: str  #: 8 random characters
    chat_id: int
    thread_id: int  #: the forum topic; 0 for none
    criteria: Filter
    language: str
    is_daily: bool = False  #: alerts once a day instead of at once
    is_silent: bool = False  #: alerts without a sound
    is_paused: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Return (chat id, topic id), where its alerts are sent."""
        return self.chat_id, self.thread_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """An alert to be added: a chat or topic is told of an article."""

    chat_id: int
    thread_id: int  #: the forum topic; 0 for none
    key: str  #: of the article
    subscriptions: tuple[str, ...]  #: ids of all subscriptions there that match it
    is_daily: bool = False
    questions: tuple[str, ...] = ()  #: ids of the subscriptions whose question it answers
    edition: int = 0  #: generation of the correction or answer that it tells of; 0: the article is new
    more: int = 0  #: articles of the same announcement that are counted but not listed
    is_silent: bool = False  #: all of the subscriptions are silent


@dataclass(frozen=True, slots=True)
class SentAlert:
    """An alert that is contained in a message, sent or about to be; a correction of its article follows it."""

    chat_id: int
    thread_id: int
    key: str
    subscriptions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingAlert:
    """A stored alert, as it is put into a message; for most fields see `Alert`."""

    key: str
    edition: int
    subscriptions: tuple[str, ...]
    answers: tuple[str, ...]  #: ids of stored answers to the subscribed questions
    more: int
    made_at: datetime.datetime  #: when the summary of the article was made, which is when the alert was planned
    is_there: bool = True  #: the article is published at this moment, and not hidden
    is_silent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleSummary:
    """The summary of an article that alerts show."""

    key: str  #: of the article
    generation: int  #: for whose announcement it was made
    title: str
    date: datetime.date | None
    regions: tuple[str, ...]  #: names of the places that it is about
    sources: tuple[CitationSnapshot, ...]  #: key sentences, with the key figures as spans
    changes: tuple[tuple[str, str, str], ...] = ()  #: for a correction: (part, before, after)
    digest: str = ""  #: Article.digest of the summarised version


@dataclass(frozen=True, slots=True)
class Announcement:
    """The changes of a generation, and how far alerts are planned from them."""

    generation: int
    kind: JobKind
    news: AnnouncedKeys
    done_to: int | None  #: id of the last chat that is planned, in ascending order; None: none yet


@dataclass(frozen=True, slots=True)
class AnnouncedKeys:
    """The changes of a generation that alerts are planned from, by the keys of articles."""

    added: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    #: of the corrected articles whose figures, names or dates changed: (part, before, after)
    changes: Mapping[str, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    #: of added articles: near-duplicates that were published before, or are added too and precede them
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def record(self) -> dict[str, Any]:
        """Return the fields as a dictionary that JSON can encode, as they are stored; `read` is the inverse."""
        return {"added": self.added, "corrected": self.corrected, "changes": self.changes, "copies": self.copies}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> AnnouncedKeys:
        """Build it from decoded JSON, lists as tuples; fields that older versions did not write are empty."""
        changes = {key: tuple(map(tuple, parts)) for key, parts in record.get("changes", {}).items()}
        copies = {key: tuple(twins) for key, twins in record.get("copies", {}).items()}
        return cls(tuple(record.get("added", ())), tuple(record.get("corrected", ())), changes, copies)
