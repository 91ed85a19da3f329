"""The rows of the store as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime


class UpdateEnd(StrEnum):
    """How an update in the inbox ended."""

    DONE = "done"
    REFUSED = "refused"  # its sender had too much waiting already
    SET_ASIDE = "set-aside"  # handling it failed again and again


class MessageState(StrEnum):
    """Where a message in the outbox stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # Telegram will not take it, or may have got it twice
    CANCELLED = "cancelled"  # its chat blocked the bot for too long


class Priority(IntEnum):
    """Which message goes first where several chats wait."""

    REPLY = 0
    ALARM = 1
    WITHDRAWAL = 2  # of what was sent before
    ALERT = 3  # at the pace that Telegram allows


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedUpdate:
    """An update as it came in, before anybody looked into it.

    Attributes:
        is_from_person: somebody wrote or pressed, so the chat can be written to; False for what happens to the bot
            itself (`my_chat_member`), which is never refused.
    """

    update_id: int
    chat_id: int  # 0 where it has none
    person_id: int | None
    raw: str  # JSON
    is_from_person: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedUpdate:
    """An update that a process has taken on."""

    update_id: int
    chat_id: int
    raw: str  # JSON
    received_at: datetime.datetime
    tries: int  # that failed before
    deaths: int = 0  # of processes that had it in hand


@dataclass(frozen=True, slots=True)
class FailedUpdate:
    """An update that nobody will try again, for operators."""

    update_id: int
    chat_id: int
    error: str
    received_at: datetime.datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingMessage:
    """A message to be sent.

    Attributes:
        payload: what the sender makes a request of; the store does not look into it.
        edits: the outbox row whose message it replaces; None for a message of its own.
        answer_id: the answer it is part of.
        asked_at: when the question was asked, if it answers one: a late answer says so.
        key: there is never more than one row of a key; None for any number.
        cites: keys of the articles that it quotes: when one is hidden, the message is withdrawn.
        not_before: None for at once.
    """

    chat_id: int
    payload: str
    edits: int | None = None
    answer_id: str | None = None
    asked_at: datetime.datetime | None = None
    priority: Priority = Priority.REPLY
    key: str | None = None
    cites: tuple[str, ...] = ()
    not_before: datetime.datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedMessage:
    """A message that a process has taken on to send."""

    id: int
    chat_id: int
    payload: str
    priority: Priority
    is_edit: bool
    target: int | None  # the message id that an edit goes to; None where that message never arrived
    asked_at: datetime.datetime | None
    tries: int  # that found nobody there
    is_plain: bool  # its markup was refused: send it without
    is_uncertain: bool  # it may have arrived already
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """A message that never arrived, or may have arrived twice, for operators."""

    id: int
    chat_id: int
    error: str
    created_at: datetime.datetime
    ended_at: datetime.datetime
    cites: tuple[str, ...] = ()  # keys of the articles that it quotes
    payload: str = ""  # nothing where an alert could not be made


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How much may wait.

    Attributes:
        waiting: updates of one person in a private chat; further ones are refused until some are done.
        waiting_in_group: likewise of one person in a group, whose other members would wait for them.
    """

    waiting: int = 50
    waiting_in_group: int = 10
