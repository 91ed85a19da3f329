"""Values of publishing and moderation: jobs, generations and their members, operators, the audit log."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping


class JobKind(StrEnum):
    """Kind of a job, and of the generation that it publishes."""

    LOAD = "load"  # the first publishing, into an empty store
    RELOAD = "reload"
    SCHEDULED = "scheduled"  # a reload by the schedule
    CHECK = "check"  # reports what a reload would change, without publishing
    ROLLBACK = "rollback"

    @property
    def lane(self) -> str:
        """Return the lane, "checking" or "publishing"; at most one job of each is open.

        So a check can run beside a publishing job.
        """
        return "checking" if self is JobKind.CHECK else "publishing"


class JobEnd(StrEnum):
    """How a job or an operation ended."""

    DONE = "done"
    UNCHANGED = "unchanged"  # there was nothing to publish
    HELD = "held"  # not published until an operator approves it
    FAILED = "failed"
    DROPPED = "dropped"  # its process ended, or an operator rejected what was held
    REFUSED = "refused"  # requested by someone who is no operator


@dataclass(frozen=True, slots=True)
class Actor:
    """Who requested an operation."""

    name: str  #: as it is shown and stored
    person_id: int | None = None  #: Telegram's; None for the command line and the schedule
    chat_id: int | None = None  #: where it was requested


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRequest:
    """A job to be added to the queue."""

    kind: JobKind
    actor: Actor
    language: str  #: of the messages about it
    approved: tuple[str, ...] = ()  #: digests of held results that an operator approved
    target: int | None = None  #: for a rollback, the generation to return to
    thread_id: int | None = None  #: the forum topic of its messages
    message_key: str | None = None  #: idempotency key of the message that shows its progress

    @property
    def options(self) -> dict[str, Any]:
        """Return the part that has no columns of its own and is stored as JSON: `approved` and `target`."""
        return {"approved": list(self.approved), "target": self.target}


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A job in the queue."""

    id: int
    request: JobRequest
    created_at: datetime.datetime
    process_id: str | None  #: the process that claimed it; None: unclaimed, or ended
    deaths: int  #: processes that died while they held it
    progress: Mapping[str, Any] | None  #: step, done, of
    ended_at: datetime.datetime | None
    end: JobEnd | None
    report: Mapping[str, Any] | None  #: JSON of the JobReport


@dataclass(frozen=True, kw_only=True, slots=True)
class GenerationMember:
    """An article of a generation, without its content."""

    id: int  #: of the row in `versions`; 0: not stored yet
    key: str  #: Article.key
    source_id: str  #: Article.id
    is_named: bool  #: Article.is_named
    digest: str  #: Article.digest
    text_digest: str  #: of the stored content
    path: str
    line: int  #: from 1

    @property
    def fact(self) -> str:
        """Return a string that identifies article, stored content and place; equal facts give equal indexes.

        The row's `id` and `digest` are not part of it.
        """
        return f"{self.key} {self.text_digest} {self.path}:{self.line} {int(self.is_named)}{self.source_id}"

    @property
    def order(self) -> tuple[str, int, str]:
        """Return the sort key of the library's order: path, line, key."""
        return self.path, self.line, self.key


@dataclass(frozen=True, slots=True)
class MemberChanges:
    """The rows to write for a generation."""

    closing: tuple[int, ...] = ()  #: ids of rows that end with it
    opening: tuple[GenerationMember, ...] = ()  #: rows that begin with it
    contents: Mapping[str, str] = field(default_factory=dict)  #: text digest → JSON; some may be stored already

    @property
    def is_empty(self) -> bool:
        """Return whether the members stay the same: no row begins or ends, whatever `contents` has."""
        return not (self.closing or self.opening)


@dataclass(frozen=True, kw_only=True, slots=True)
class Generation:
    """A published state of the library."""

    number: int  #: from 1
    kind: JobKind
    made_at: datetime.datetime
    actor: str
    corpus: str  #: the folder
    source_digest: str  #: of the files in it
    origin: int | None  #: for a rollback, the generation whose members it has again
    counts: Mapping[str, int]  #: articles, paragraphs, added, corrected, removed, unchanged


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """An entry of the audit log: one operation."""

    actor: Actor
    action: str
    detail: str
    end: JobEnd
    at: datetime.datetime | None = None  #: None in an entry that is to be added


@dataclass(frozen=True, slots=True)
class HiddenArticle:
    """An article that is excluded from answers and alerts."""

    key: str
    title: str
    actor: str
    hidden_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class QuotingMessage:
    """A message that quotes an article."""

    row: int  #: of the outbox
    chat_id: int
    edits: int | None  #: outbox row whose message it replaced; None: a new message
    payload: str


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator who was appointed by another one."""

    person_id: int
    name: str
    actor: str
    added_at: datetime.datetime
