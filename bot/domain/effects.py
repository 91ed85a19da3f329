"""What handling an update leads to, as values: committed in one transaction with its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.domain.jobs import AuditEntry

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from bot.domain.jobs import Job, JobEnd, JobRequest, QuotingMessage
    from bot.domain.messages import OutgoingMessage
    from bot.domain.stored_answers import Feedback, StoredAnswer
    from bot.domain.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class RequestJob:
    """Begin a job, with its first message; where one is open already, its beginner is told instead."""

    request: JobRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class SetHidden:
    """Take an article out of sight, or bring it back.

    Attributes:
        withdraw: makes what takes the place of a message that quotes it.
        daily_at: when the next daily messages go, which tell of it if it is back.
    """

    key: str
    title: str
    actor: str
    is_hidden: bool = True
    withdraw: Callable[[QuotingMessage], OutgoingMessage] | None = None
    daily_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class SetOperator:
    """Let somebody operate, or no more."""

    person_id: int
    name: str
    actor: str
    is_operator: bool = True


@dataclass(frozen=True, slots=True)
class ResolveHeldJob:
    """Say what becomes of what a job held back; done once."""

    job_id: int
    end: JobEnd


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe to something, or bring a subscription back that was removed a moment ago."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class ChangeSubscription:
    """Let a subscription be another one of the same id."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Remove subscriptions of a chat."""

    chat_id: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForgetPerson:
    """Remove what is kept of a person."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Resend:
    """Send a message once more that was given up, or drop it for good."""

    row: int  # of the outbox
    is_dropped: bool = False


Effect: TypeAlias = (
    RequestJob
    | ResolveHeldJob
    | SetHidden
    | SetOperator
    | AuditEntry
    | Subscribe
    | ChangeSubscription
    | Unsubscribe
    | ForgetPerson
    | Resend
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What an update leads to: committed together, with the update's end."""

    messages: tuple[OutgoingMessage, ...] = ()
    answer: StoredAnswer | None = None  # takes the place of an earlier one of the same question
    feedback: Feedback | None = None
    is_blocked: bool = False  # whether the bot may no longer write to the chat
    moved_to: int | None = None  # the chat's new id
    effects: tuple[Effect, ...] = ()  # what else it changes
    # Instead of the messages, where the deeds cannot be done, and none is: because of that job, or since somebody has
    # decided before.
    otherwise: Callable[[Job | None], tuple[OutgoingMessage, ...]] | None = None
