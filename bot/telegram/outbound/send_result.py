"""Decides what to do with a message after an attempt to send it: a pure function of the error, without clock or I/O."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TimedOut

if TYPE_CHECKING:
    from telegram.error import TelegramError

    from bot.domain.messages import ClaimedMessage

SHORT_PAUSE_SECONDS = 0.3  # for all chats after a 429: it may be the limit over all chats that was hit
MOST_BACKOFF_SECONDS = 30
TOKEN_WAIT_SECONDS = 10  # until a refused token is tried again
# Parts of Telegram's error messages for a chat or topic that accepts no more messages.
CLOSED = ("chat not found", "not enough rights", "have no rights", "thread not found", "topic_closed", "topic_deleted")


class SendStatus(StrEnum):
    """What happens to a message next."""

    SENT = "sent"
    LATER = "later"  # retry after some seconds
    PLAIN = "plain"  # retry once without markup, which Telegram could not parse
    UNCERTAIN = "doubt"  # ambiguous timeout: it may have arrived; retry once
    DEAD = "dead"  # dead letter: never retried
    CANCELLED = "cancelled"  # the message that it edits no longer exists
    BLOCKED = "blocked"  # the chat blocked the bot
    MOVED = "moved"  # the group became a supergroup with another id


@dataclass(frozen=True, kw_only=True, slots=True)
class SendResult:
    """What happens to a message, and when it is retried.

    Attributes:
        seconds: until the message is retried; its chat waits as long.
        pause: seconds for which nothing is sent to any chat.
        is_miss: Telegram could not be reached; counts as a failed try, so the backoff grows.
        moved_to: the chat's new id, for MOVED.
        is_closed: the chat or topic accepts no more messages.
        reason: shown to operators and kept with a dead letter.
    """

    status: SendStatus
    seconds: float = 0
    pause: float = 0
    is_miss: bool = False
    moved_to: int = 0
    is_closed: bool = False
    reason: str = ""


def send_result_of(error: TelegramError, message: ClaimedMessage) -> SendResult:
    """Return what to do with a message whose sending raised an error.

    A timeout after which the message may have arrived is retried once, then the message is dead. A 429 and a refused
    token postpone it without counting a try, and pause all chats. Any error that is not listed here is taken as a
    failed connection: it is retried with backoff, without end.
    """
    if isinstance(error, RetryAfter):
        return SendResult(status=SendStatus.LATER, seconds=seconds_of(error), pause=SHORT_PAUSE_SECONDS)
    if isinstance(error, ChatMigrated):
        return SendResult(status=SendStatus.MOVED, moved_to=error.new_chat_id)
    if isinstance(error, Forbidden):
        return SendResult(status=SendStatus.BLOCKED, reason=error.message)
    if isinstance(error, InvalidToken):
        return SendResult(
            status=SendStatus.LATER, seconds=TOKEN_WAIT_SECONDS, pause=TOKEN_WAIT_SECONDS, reason=error.message
        )
    if isinstance(error, BadRequest):
        return _refused(error.message, message)
    if isinstance(error, TimedOut) and not isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout):
        if message.is_uncertain:
            return SendResult(status=SendStatus.DEAD, reason="no reply, twice: it may have arrived")
        return SendResult(status=SendStatus.UNCERTAIN, seconds=_wait(message))
    return SendResult(status=SendStatus.LATER, seconds=_wait(message), is_miss=True, reason=error.message)


def seconds_of(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait; a timedelta only where PTB_TIMEDELTA is set."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, datetime.timedelta) else after


def _refused(reason: str, message: ClaimedMessage) -> SendResult:
    """Return what to do after a 400, by Telegram's text for it.

    An edit that changes nothing counts as sent; one whose message is gone is cancelled; a closed chat or topic makes
    the message dead. Any other text is taken as a complaint about the markup: sent once more without it, then dead.
    """
    lowered = reason.lower()
    if "not modified" in lowered:
        return SendResult(status=SendStatus.SENT)  # an edit that changes nothing
    is_gone = any(words in lowered for words in ("to edit not found", "can't be edited"))
    if is_gone or (message.is_edit and "not found" in lowered):
        return SendResult(status=SendStatus.CANCELLED, reason=reason)
    if any(words in lowered for words in CLOSED):
        return SendResult(status=SendStatus.DEAD, reason=reason, is_closed=True)
    return (
        SendResult(status=SendStatus.DEAD, reason=reason) if message.is_plain else SendResult(status=SendStatus.PLAIN)
    )


def _wait(message: ClaimedMessage) -> float:
    """Return the exponential backoff in seconds, by earlier tries: 0.5, 1, 2 … up to MOST_BACKOFF_SECONDS."""
    return float(min(2.0 ** min(message.tries, 10) / 2, MOST_BACKOFF_SECONDS))
