"""What can befall a call of the bot on its way to Telegram and back."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from lo_bot_api_emulator import ApiRefusal  # type: ignore[import-untyped]  # the package carries no types

SENDS = frozenset({
    *("sendMessage", "sendDocument", "sendPhoto"),
    *("editMessageText", "editMessageCaption", "editMessageReplyMarkup"),
})  # fmt: skip


def refusal(description: str, status: int = 400, **parameters: object) -> Exception:
    """Telegram's answer to a call that it does not carry out, to be raised."""
    error: Exception = ApiRefusal(description, status, parameters or None)
    return error


class Fault:
    """Anything but the usual course of a call."""

    @property
    def refusal(self) -> Exception | None:
        """What the call is answered in place of being carried out, if so; made anew, as it keeps its traceback."""
        return None


@dataclass(frozen=True)
class RetryAfter(Fault):
    """429, flood control."""

    seconds: int = 1

    @property
    def refusal(self) -> Exception:
        """The answer."""
        return refusal(f"Too Many Requests: retry after {self.seconds}", 429, retry_after=self.seconds)


@dataclass(frozen=True)
class Refused(Fault):
    """Any refusal, word for word."""

    status: int
    description: str

    @property
    def refusal(self) -> Exception:
        """The answer."""
        return refusal(self.description, self.status)


@dataclass(frozen=True)
class Forbidden(Refused):
    """403: the person blocked the bot, or the group threw it out."""

    status: int = 403
    description: str = "Forbidden: bot was blocked by the user"


@dataclass(frozen=True)
class BadEntities(Refused):
    """400, befalls only calls with a parse_mode: the same text goes through as plain text."""

    status: int = 400
    description: str = 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'


@dataclass(frozen=True)
class BadGateway(Refused):
    """502, a page of the proxy before Telegram and no JSON."""

    status: int = 502
    description: str = "Bad Gateway"


@dataclass(frozen=True)
class Internal(Refused):
    """500."""

    status: int = 500
    description: str = "Internal Server Error"


@dataclass(frozen=True)
class Unauthorized(Refused):
    """401: the token was revoked."""

    status: int = 401
    description: str = "Unauthorized"


@dataclass(frozen=True)
class Conflict(Refused):
    """409 on getUpdates: another process polls with this token."""

    status: int = 409
    description: str = (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


@dataclass(frozen=True)
class Migrated(Fault):
    """400: the group is a supergroup now; its old id answers so for ever, the new id works."""

    new_chat_id: int


@dataclass(frozen=True)
class Reset(Fault):
    """The connection closes before the call is carried out."""


@dataclass(frozen=True)
class Hang(Fault):
    """The call is carried out at once, and its answer comes that much later."""

    seconds: float = 600.0  # longer than any test waits


@dataclass(frozen=True)
class Slow(Fault):
    """The call is carried out and answered only after that time."""

    seconds: float = 1.0


Decide: TypeAlias = Callable[[str, Mapping[str, Any]], Fault | None]  # method, parameters


def in_turn(sequence: Sequence[Fault | None]) -> Decide:
    """The first call meets the first of them, and so on; after the last everything goes well."""
    left = iter(sequence)
    return lambda _method, _parameters: next(left, None)


def faults(
    rate: float = 0.2,
    seed: int = 0,
    kinds: Collection[Fault] = (RetryAfter(1), Internal(), BadGateway(), Reset()),
) -> Decide:
    """Let each call meet, with probability `rate`, one of `kinds`; the same seed decides the same."""
    choice, sorts = random.Random(seed), tuple(kinds)
    return lambda _method, _parameters: choice.choice(sorts) if choice.random() < rate else None
