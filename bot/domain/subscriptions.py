"""What people want to be told of, and what they are to be told, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from bot.domain.jobs import JobKind
    from bot.domain.stored_answers import CitationSnapshot

MOST_SUBSCRIPTIONS = 50  # of a chat, its topics included


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody wants to be told of: everything, where nothing is said.

    Attributes:
        regions: articles about one of these places, or a place within; by name.
        keywords: articles that hold all of these words, as typed.
        question: not of articles, but of its answer, as soon as there is one.

    Raises:
        ValueError: a question comes with something else, or a word holds white space.
    """

    regions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    question: str | None = None

    def __post_init__(self) -> None:
        words = (*self.regions, *self.keywords)
        if self.question is not None and (words or not self.question.strip()):
            raise ValueError(f"a question stands alone, got {self}")
        if any(word.split() != [word] for word in words):
            raise ValueError(f"words hold no white space, got {words}")

    @property
    def is_everything(self) -> bool:
        """Whether it is of every article."""
        return not (self.regions or self.keywords or self.question)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A wish of a chat, and how it is to be fulfilled."""

    id: str  # 8 characters, not to be guessed
    chat_id: int
    thread_id: int  # the forum topic; 0 for none
    criteria: Filter
    language: str
    is_daily: bool = False  # once a day, not at once
    is_silent: bool = False
    is_paused: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Where its alerts go."""
        return self.chat_id, self.thread_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """That a chat is to be told of an article.

    Attributes:
        key: of the article.
        subscriptions: ids of all that it matches.
        questions: those of them that it answers.
        edition: the generation that corrected the article; 0 where it is new.
        more: how many further articles came with it that are not listed.
        is_silent: whether all of the subscriptions are.
    """

    chat_id: int
    thread_id: int
    key: str
    subscriptions: tuple[str, ...]
    is_daily: bool = False
    questions: tuple[str, ...] = ()
    edition: int = 0
    more: int = 0
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class SentAlert:
    """An alert that was sent, or is about to be, as far as a correction needs it."""

    chat_id: int
    thread_id: int
    key: str
    subscriptions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingAlert:
    """An alert that waits to be put into a message.

    Attributes:
        is_there: whether its article is published at this moment, and not hidden.
    """

    key: str
    edition: int
    subscriptions: tuple[str, ...]
    answers: tuple[str, ...]  # ids
    more: int
    made_at: datetime.datetime
    is_there: bool = True
    is_silent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleSummary:
    """What alerts say of an article.

    Attributes:
        regions: names of the places that it is about.
        sources: its most telling sentences, with the key figures marked.
        changes: what a correction changed, as (part, before, after).
        digest: `Article.digest` of what it was made of.
    """

    key: str
    generation: int  # for whose announcement it was made
    title: str
    date: datetime.date | None
    regions: tuple[str, ...]
    sources: tuple[CitationSnapshot, ...]
    changes: tuple[tuple[str, str, str], ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a generation brought, and how far everybody has been told.

    Attributes:
        done_to: the last chat that is planned for; None before the first.
    """

    generation: int
    kind: JobKind
    news: AnnouncedKeys
    done_to: int | None


@dataclass(frozen=True, slots=True)
class AnnouncedKeys:
    """What a generation brings that somebody may want to be told of, by the keys of articles.

    Attributes:
        corrected: all that were.
        changes: of those of them where figures, names or dates changed, what: (part, before, after).
        copies: of new ones, their near-duplicates that were there before, or are new as well and come before.
    """

    added: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    changes: Mapping[str, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def record(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"added": self.added, "corrected": self.corrected, "changes": self.changes, "copies": self.copies}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> AnnouncedKeys:
        """From `record`."""
        changes = {key: tuple(tuple(one) for one in some) for key, some in record.get("changes", {}).items()}
        copies = {key: tuple(some) for key, some in record.get("copies", {}).items()}
        return cls(tuple(record.get("added", ())), tuple(record.get("corrected", ())), changes, copies)
