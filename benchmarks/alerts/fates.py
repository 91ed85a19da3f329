"""What befalls the messages to each chat, by its number, and what is to come of it."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from bot.telegram.outbound.sender import READ_SECONDS
from tests.support import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.faults import Fault

ALWAYS = 10**9
SUPERGROUP = -1_002_000_000_000  # and so on downwards: the new numbers of groups that moved


class End(Enum):
    """What is to come of the first story for a chat, and what of its subscriptions."""

    ONCE = "one message"
    TWICE = "two messages: the first one arrived, and nobody could know"
    DOUBTED = "two messages, and a dead letter"
    BLOCKED = "no message, blocked, the waiting message cancelled"
    MOVED = "one message, in the new group"
    PLAIN = "one message, as plain text"
    PAUSED = "no message, a dead letter, paused"
    DEAD = "no message, a dead letter, not paused"


@dataclass(frozen=True, slots=True)
class Lot:
    """What the first messages to a chat meet."""

    name: str
    faults: tuple[Fault, ...]
    end: End
    times: int = 1  # how often the last of them comes
    is_group: bool = False
    is_unblocked: bool = False  # by a person, before the second story


def _refused(description: str, status: int = 400) -> tuple[Fault, ...]:
    return (faults.Refused(status, description),)


HANG = faults.Hang(READ_SECONDS + 3)
KICKED = "Forbidden: bot was kicked from the supergroup chat"
LOTS = (
    *(Lot(f"429, retry after {seconds}", (faults.RetryAfter(seconds),), End.ONCE) for seconds in range(1, 6)),
    Lot("429, 1 s, three times", (faults.RetryAfter(1),), End.ONCE, times=3),
    Lot("500", (faults.Internal(),), End.ONCE),
    Lot("500, four times", (faults.Internal(),), End.ONCE, times=4),
    Lot("502, a page", (faults.BadGateway(),), End.ONCE),
    Lot("connection reset", (faults.Reset(),), End.ONCE),
    Lot("accepted, then hung", (HANG,), End.TWICE),
    Lot("accepted, then hung, twice", (HANG,), End.DOUBTED, times=2),
    Lot("403, for good", (faults.Forbidden(),), End.BLOCKED, times=ALWAYS),
    Lot("403, then unblocked", (faults.Forbidden(),), End.BLOCKED, is_unblocked=True),
    Lot("403, kicked out of a group", _refused(KICKED, 403), End.BLOCKED, times=ALWAYS, is_group=True),
    Lot("403 after a 429", (faults.RetryAfter(1), faults.Forbidden()), End.BLOCKED, times=ALWAYS),
    Lot("became a supergroup", (faults.Migrated(0),), End.MOVED, is_group=True),
    Lot("400, markup", (faults.BadEntities(),), End.PLAIN, times=ALWAYS),
    Lot("400, chat not found", _refused("Bad Request: chat not found"), End.PAUSED, times=ALWAYS),
    Lot(
        "400, no rights",
        _refused("Bad Request: not enough rights to send text messages to the chat"),
        End.PAUSED,
        times=ALWAYS,
        is_group=True,
    ),
    Lot(
        "400, have no rights",
        _refused("Bad Request: have no rights to send a message"),
        End.PAUSED,
        times=ALWAYS,
        is_group=True,
    ),
    Lot("400, whatever else", _refused("Bad Request: PEER_ID_INVALID"), End.DEAD, times=ALWAYS),
)
NORMAL = Lot("nothing", (), End.ONCE)


@dataclass(slots=True)
class Fates:
    """Decides for each message; may be asked by many threads."""

    lots: Mapping[int, Lot]  # by chat
    met: Counter[str] = field(default_factory=Counter)  # by lot
    moved: dict[int, int] = field(default_factory=dict)  # old group → new one
    mended: set[int] = field(default_factory=set)  # chats to which nothing happens any more
    _tries: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def decide(self, _method: str, parameters: Mapping[str, Any]) -> Fault | None:
        """What befalls a message."""
        chat = int(str(parameters["chat_id"]))
        lot = self.lots.get(chat, NORMAL)
        with self._lock:
            fault = self._fault(chat, lot)
            if isinstance(fault, faults.BadEntities) and not parameters.get("parse_mode"):
                fault = None
            self.met[lot.name] += fault is not None
            return fault

    def _fault(self, chat: int, lot: Lot) -> Fault | None:
        if not lot.faults or chat in self.mended:
            return None
        place = self._tries[chat]
        self._tries[chat] += 1
        if isinstance(lot.faults[0], faults.Migrated):
            self.moved.setdefault(chat, SUPERGROUP - len(self.moved))
            return faults.Migrated(self.moved[chat])
        if place >= len(lot.faults) - 1 + lot.times:
            return None
        return lot.faults[min(place, len(lot.faults) - 1)]
