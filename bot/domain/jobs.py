"""What operators do to what is published, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping


class JobKind(StrEnum):
    """Work that takes long."""

    LOAD = "load"  # the first one, into an empty store
    RELOAD = "reload"
    SCHEDULED = "scheduled"  # a reload that nobody asked for
    CHECK = "check"  # what a reload would do
    ROLLBACK = "rollback"

    @property
    def lane(self) -> str:
        """What one job at a time may use: what is published, or nothing but a reader's eyes."""
        return "checking" if self is JobKind.CHECK else "publishing"


class JobEnd(StrEnum):
    """How a job ended, or an operation."""

    DONE = "done"
    UNCHANGED = "unchanged"  # there was nothing to publish
    HELD = "held"  # an operator has to say whether it is published all the same
    FAILED = "failed"
    DROPPED = "dropped"  # its process ended, or an operator gave up what was held
    REFUSED = "refused"  # whoever asked for it is no operator


@dataclass(frozen=True, slots=True)
class Actor:
    """Who operates.

    Attributes:
        name: as it is shown and kept.
        person_id: on Telegram; None for the command line and the schedule.
    """

    name: str
    person_id: int | None = None
    chat_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRequest:
    """A job that is asked for.

    Attributes:
        approved: digests of what was held back and is to be published all the same.
        target: the generation that a rollback goes back to.
        message_key: of the outbox row whose message tells how far it is.
    """

    kind: JobKind
    actor: Actor
    language: str
    approved: tuple[str, ...] = ()
    target: int | None = None
    thread_id: int | None = None
    message_key: str | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What the store keeps as JSON."""
        return {"approved": list(self.approved), "target": self.target}


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A job in the store."""

    id: int
    request: JobRequest
    created_at: datetime.datetime
    process_id: str | None
    deaths: int
    progress: Mapping[str, Any] | None
    ended_at: datetime.datetime | None
    end: JobEnd | None
    report: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class GenerationMember:
    """An article of a generation, but for what it says.

    Attributes:
        id: of the row; 0 where there is none yet.
        digest: `Article.digest`.
        text_digest: of what the store keeps of it.
    """

    id: int
    key: str
    source_id: str
    is_named: bool
    digest: str
    text_digest: str
    path: str
    line: int

    @property
    def fact(self) -> str:
        """What tells it from every other article and version: equal facts make equal indexes."""
        return f"{self.key} {self.text_digest} {self.path}:{self.line} {int(self.is_named)}{self.source_id}"

    @property
    def order(self) -> tuple[str, int, str]:
        """Where it stands in the library."""
        return self.path, self.line, self.key


@dataclass(frozen=True, slots=True)
class MemberChanges:
    """What has to be written for a generation: rows that end, rows that begin, and texts that may be new."""

    closing: tuple[int, ...] = ()
    opening: tuple[GenerationMember, ...] = ()
    contents: Mapping[str, str] = field(default_factory=dict)  # text digest → JSON

    @property
    def is_empty(self) -> bool:
        """Whether the members stay the same."""
        return not (self.closing or self.opening)


@dataclass(frozen=True, kw_only=True, slots=True)
class Generation:
    """What was published at one time.

    Attributes:
        origin: the generation that was gone back to.
        counts: articles, paragraphs, added, corrected, removed, unchanged.
    """

    number: int  # from 1
    kind: JobKind
    made_at: datetime.datetime
    actor: str
    corpus: str
    source_digest: str
    origin: int | None
    counts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One operation, as the audit log keeps it."""

    actor: Actor
    action: str
    detail: str
    end: JobEnd
    at: datetime.datetime | None = None  # where it is read


@dataclass(frozen=True, slots=True)
class HiddenArticle:
    """An article that was taken out of sight."""

    key: str
    title: str
    actor: str
    hidden_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class QuotingMessage:
    """A message that quotes an article.

    Attributes:
        edits: the outbox row whose message it changes; None for a message of its own.
    """

    row: int  # of the outbox
    chat_id: int
    edits: int | None
    payload: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may operate, by an operator's word."""

    person_id: int
    name: str
    actor: str
    added_at: datetime.datetime
