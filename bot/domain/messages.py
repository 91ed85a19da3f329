"""Values of the queues: updates that come in, and messages that go out.

An update is stored in the inbox before it is acknowledged to Telegram. A process claims it, handles it, and commits
its end together with all that follows from it; the messages among that wait in the outbox until they are sent. Both
deliver at least once: what a dead process held is released and done again, so a message that was being sent in that
moment can arrive twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime


class UpdateEnd(StrEnum):
    """How an update in the inbox ended."""

    DONE = "done"
    REFUSED = "refused"  # never handled: its sender had too many updates waiting
    SET_ASIDE = "set-aside"  # handling it failed too often


class MessageState(StrEnum):
    """State of a message in the outbox."""

    WAITING = "waiting"  # to be sent, or claimed and being sent
    SENT = "sent"
    DEAD = "dead"  # a dead letter: Telegram rejected it, or it may have arrived twice; operators can requeue it
    CANCELLED = "cancelled"  # never to be sent: nothing to tell any more, or its chat blocked the bot


class Priority(IntEnum):
    """Kind of a message; where several chats wait, a lower number is sent first."""

    REPLY = 0
    ALARM = 1
    WITHDRAWAL = 2  # replaces a message that quotes a hidden article
    ALERT = 3  # sent within Telegram's rate limits, and only when no other kind is due


class PromptKind(StrEnum):
    """What a reply to one of our prompts means."""

    ABOUT = "about"  # a question about an article
    CHANGE = "change"  # the new text of a subscription


@dataclass(frozen=True, slots=True)
class Prompt:
    """That a message asks for a reply, and what the reply refers to."""

    kind: PromptKind
    subject: str  #: key of the article, or id of the subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedUpdate:
    """An update as Telegram sent it, before it is parsed."""

    update_id: int
    chat_id: int  #: 0 if it belongs to no chat
    person_id: int | None
    raw: str  #: JSON
    #: True if a person wrote or pressed a button, which shows that the chat accepts messages; False for changes of the
    #: bot's own membership (`my_chat_member`), which are never refused
    is_from_person: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedUpdate:
    """An update that this process has claimed."""

    update_id: int
    chat_id: int
    raw: str  #: JSON
    received_at: datetime.datetime
    tries: int  #: earlier attempts that raised an error
    deaths: int = 0  #: processes that died while they held it


@dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingMessage:
    """A message to be put into the outbox."""

    chat_id: int
    payload: str  #: JSON that the sender makes a request of; the store does not parse it
    edits: int | None = None  #: outbox row whose message it replaces; None: a new message
    answer_id: str | None = None  #: the stored answer that it is part of
    asked_at: datetime.datetime | None = None  #: when the question was asked: a late answer says that it is late
    priority: Priority = Priority.REPLY
    key: str | None = None  #: idempotency key: adding a message with a known key does nothing; None: always added
    cites: tuple[str, ...] = ()  #: keys of the quoted articles: when one is hidden, the message is withdrawn
    not_before: datetime.datetime | None = None  #: None: at once
    prompt: Prompt | None = None  #: what a reply to it means


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedMessage:
    """A message that this process has claimed to send it."""

    id: int  #: the outbox row
    chat_id: int
    payload: str
    priority: Priority
    is_edit: bool
    target: int | None  #: Telegram's id of the message to edit; None if that message never arrived
    asked_at: datetime.datetime | None
    tries: int  #: earlier attempts that did not reach Telegram
    is_plain: bool  #: Telegram rejected its markup: send it without
    is_uncertain: bool  #: an earlier attempt timed out and may have arrived
    cites: tuple[str, ...] = ()  #: keys of the quoted articles
    has_payload: bool = True  #: False: an alert whose text is made now; `payload` is empty
    thread_id: int = 0  #: for alerts: the forum topic; 0 for none
    is_daily: bool = False  #: for alerts: part of the once-a-day message


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """A message that was given up, as operators see it."""

    id: int  #: the outbox row
    chat_id: int
    error: str
    created_at: datetime.datetime
    ended_at: datetime.datetime
    cites: tuple[str, ...] = ()  #: keys of the quoted articles
    has_payload: bool = True  #: False: an alert whose text could not be made


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How many updates of one person may wait; further ones are refused until some have ended."""

    waiting: int = 50  #: in a private chat
    waiting_in_group: int = 10  #: in a group, whose other members would wait for them
