"""What becomes of a message, from how sending it went. No clock and no I/O: a table, with its reasons."""

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

SHORT_PAUSE_SECONDS = 0.3  # for everybody after a 429: the limit may be that of all chats together
LONGEST_WAIT_SECONDS = 30
TOKEN_WAIT_SECONDS = 10  # until a token that was refused is tried again


CLOSED = ("chat not found", "not enough rights", "have no rights", "thread not found", "topic_closed", "topic_deleted")


class SendStatus(StrEnum):
    """What becomes of a message."""

    SENT = "sent"
    LATER = "later"
    PLAIN = "plain"  # once more without markup
    DOUBT = "doubt"  # it may have arrived; once more
    DEAD = "dead"
    CANCELLED = "cancelled"  # what it was to change is gone
    BLOCKED = "blocked"
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True, slots=True)
class SendResult:
    """What becomes of a message, and when it is tried again.

    Attributes:
        pause: for how long nobody is sent anything.
        is_miss: nobody was there, which counts: the waits grow.
    """

    end: SendStatus
    seconds: float = 0  # until it is tried again
    pause: float = 0  # seconds
    is_miss: bool = False
    moved_to: int = 0
    is_closed: bool = False  # that place takes no messages any more
    reason: str = ""


def fate_of(error: TelegramError, parcel: ClaimedMessage) -> SendResult:
    """What becomes of a message whose sending ended in an error.

    BadRequest and TimedOut are NetworkErrors by inheritance, so they are looked for first.
    """
    if isinstance(error, RetryAfter):
        return SendResult(end=SendStatus.LATER, seconds=seconds_of(error), pause=SHORT_PAUSE_SECONDS)
    if isinstance(error, ChatMigrated):
        return SendResult(end=SendStatus.MOVED, moved_to=error.new_chat_id)
    if isinstance(error, Forbidden):
        return SendResult(end=SendStatus.BLOCKED, reason=error.message)
    if isinstance(error, InvalidToken):
        return SendResult(
            end=SendStatus.LATER, seconds=TOKEN_WAIT_SECONDS, pause=TOKEN_WAIT_SECONDS, reason=error.message
        )
    if isinstance(error, BadRequest):
        return _refused(error.message, parcel)
    if isinstance(error, TimedOut) and not isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout):
        if parcel.is_uncertain:
            return SendResult(end=SendStatus.DEAD, reason="no reply, twice: it may have arrived")
        return SendResult(end=SendStatus.DOUBT, seconds=_wait(parcel))
    return SendResult(end=SendStatus.LATER, seconds=_wait(parcel), is_miss=True, reason=error.message)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait: a number, whole or not, unless PTB_TIMEDELTA is set."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, datetime.timedelta) else after


def _refused(message: str, parcel: ClaimedMessage) -> SendResult:
    said = message.lower()
    if "not modified" in said:
        return SendResult(end=SendStatus.SENT)
    is_gone = any(words in said for words in ("to edit not found", "can't be edited"))  # a turned page's, too
    if is_gone or (parcel.is_edit and "not found" in said):
        return SendResult(end=SendStatus.CANCELLED, reason=message)
    if any(words in said for words in CLOSED):
        return SendResult(end=SendStatus.DEAD, reason=message, is_closed=True)
    return SendResult(end=SendStatus.DEAD, reason=message) if parcel.is_plain else SendResult(end=SendStatus.PLAIN)


def _wait(parcel: ClaimedMessage) -> float:
    """Twice as long each time."""
    return float(min(2.0 ** min(parcel.tries, 10) / 2, LONGEST_WAIT_SECONDS))
