"""Effects of an update: everything that handling it changes, committed in one transaction with its end."""

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
    """Add a job; not applicable while another job of its lane is open."""

    request: JobRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class SetHidden:
    """Hide an article, or show it again."""

    key: str
    title: str
    actor: str
    is_hidden: bool = True
    #: makes the edit that replaces a message that quotes the article; None: messages stay as they are
    withdraw: Callable[[QuotingMessage], OutgoingMessage] | None = None
    #: when the next daily messages are due, which tell of an article that is shown again; None: in a day
    daily_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class SetOperator:
    """Appoint an operator, or remove one."""

    person_id: int
    name: str
    actor: str
    is_operator: bool = True


@dataclass(frozen=True, slots=True)
class ResolveHeldJob:
    """Decide on the result of a job that was held back; not applicable if it was decided before."""

    job_id: int
    end: JobEnd


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Add a subscription, or restore one with its old id; nothing changes if it exists."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class ChangeSubscription:
    """Replace a subscription by another one with the same id; nothing changes if it was removed."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Remove subscriptions of a chat; ids of other chats are ignored."""

    chat_id: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForgetPerson:
    """Delete what is stored of a person and of the private chat."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Resend:
    """Requeue a dead letter, or drop it; not applicable if it was decided on before."""

    row: int  #: of the outbox
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
    """Everything that an update leads to; `commit_outcome` commits it together with the update's end."""

    messages: tuple[OutgoingMessage, ...] = ()
    answer: StoredAnswer | None = None  #: replaces an earlier one with the same id
    feedback: Feedback | None = None
    is_blocked: bool = False  #: the chat rejects messages from now on
    moved_to: int | None = None  #: the chat's new id, if the group became a supergroup
    effects: tuple[Effect, ...] = ()  #: applied all together, or none of them
    #: makes the messages to send instead if an effect is not applicable, and so none was applied; its argument is the
    #: open job that prevents a RequestJob, else None
    otherwise: Callable[[Job | None], tuple[OutgoingMessage, ...]] | None = None
