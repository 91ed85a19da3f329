"""Two senders that take on what waits by a clock of their own, and whether they keep the pace that Telegram allows."""

from __future__ import annotations

import datetime
import heapq
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.domain.messages import Priority
from bot.store.db.schema import is_waiting_alert
from bot.store.db.schema import outbox as rows
from bot.store.queue import outbox, processes
from bot.store.queue.rate_limit import CHAT_SECONDS, PER_GROUP, PER_SECOND
from bot.telegram.outbound import claim
from bot.telegram.outbound.sender import AT_ONCE

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from bot.domain.messages import ClaimedMessage
    from bot.store.db.database import Database

TICK_SECONDS = 0.1  # of the simulated clock: from one claim to the next
ROUND_TRIP = (0.03, 0.3)  # seconds that a request takes
SENDERS = ("a", "b")
LONGEST_WAIT = datetime.timedelta(minutes=5)  # of a group; daily messages wait for longer, unless it is nearly nine
ROUNDING = 1e-6  # in differences of times


@dataclass(slots=True)
class Drained:
    """What was sent, by the simulated clock, and what taking it on cost by the real one."""

    sent: list[tuple[float, int]] = field(default_factory=list)  # seconds since the beginning, chat
    begun: list[float] = field(default_factory=list)  # when each was taken on
    claims: list[float] = field(default_factory=list)  # real seconds
    seconds: float = 0.0  # simulated, to the end

    def broken(self) -> Iterator[str]:
        """The limits of Telegram that were not kept: of all when requests went out, of a chat when they arrived."""
        if (most := most_within(self.begun, 1.0)) > PER_SECOND:
            yield f"{most} messages in one second"
        by_chat: defaultdict[int, list[float]] = defaultdict(list)
        for moment, chat in self.sent:
            by_chat[chat].append(moment)
        for chat, moments in by_chat.items():
            if (most := most_within(moments, CHAT_SECONDS)) > 1:
                yield f"{most} messages in one second in chat {chat}"
            if chat < 0 and (most := most_within(moments, 60.0)) > PER_GROUP:
                yield f"{most} messages in one minute in group {chat}"

    def fastest(self) -> tuple[int, int, int]:
        """The most messages: of all in a second, of a chat in a second, of a group in a minute."""
        by_chat: defaultdict[int, list[float]] = defaultdict(list)
        for moment, chat in self.sent:
            by_chat[chat].append(moment)
        groups = [moments for chat, moments in by_chat.items() if chat < 0]
        return (
            most_within(self.begun, 1.0),
            max((most_within(moments, CHAT_SECONDS) for moments in by_chat.values()), default=0),
            max((most_within(moments, 60.0) for moments in groups), default=0),
        )

    def counts(self) -> Counter[int]:
        """Messages by chat."""
        return Counter(chat for _, chat in self.sent)


def most_within(moments: Sequence[float], seconds: float) -> int:
    """The most moments that lie in any window of that length, whose end does not belong to it."""
    most = start = 0
    ordered = sorted(moments)
    for end, moment in enumerate(ordered):
        while moment - ordered[start] >= seconds - ROUNDING:
            start += 1
        most = max(most, end - start + 1)
    return most


@dataclass(slots=True)
class Senders:
    """Two processes that send, for as long as they are asked to."""

    database: Database
    now: datetime.datetime
    chance: random.Random
    began: datetime.datetime = field(init=False)
    _ids: list[str] = field(default_factory=list)
    _under_way: list[tuple[float, int, str, ClaimedMessage]] = field(default_factory=list)  # by when it arrives

    def __post_init__(self) -> None:
        self.began = self.now
        with self.database.writing() as connection:  # of another machine, and seen for long
            later = self.now + datetime.timedelta(days=30)
            self._ids = [processes.register(connection, f"simulated-{name}", 1, later) for name in SENDERS]

    def drain(self, drained: Drained, most_messages: int | None = None) -> None:
        """Send until nothing is due for a while, or so many were sent."""
        turn = 0
        while most_messages is None or len(drained.sent) < most_messages:
            self.now += datetime.timedelta(seconds=TICK_SECONDS)
            self._arrive(drained)
            turn = 1 - turn
            if not self._claim(self._ids[turn], drained) and not self._under_way and not self._is_due_soon():
                break
        drained.seconds = self._elapsed()

    def _is_due_soon(self) -> bool:
        """Whether anything waits but the daily messages."""
        with self.database.reading() as connection:
            first = connection.scalar(select(func.min(rows.c.next_at)).where(is_waiting_alert(rows)))
        return first is not None and first < self.now + LONGEST_WAIT

    def _elapsed(self) -> float:
        return (self.now - self.began).total_seconds()

    def _claim(self, process_id: str, drained: Drained) -> int:
        room = AT_ONCE - sum(holder == process_id for _, _, holder, _ in self._under_way)
        if room <= 0:
            return 0
        begun = time.perf_counter()
        with self.database.writing() as connection:
            parcels = claim.claim(connection, process_id, room, self.now)
        drained.claims.append(time.perf_counter() - begun)
        for parcel in parcels:
            if parcel.priority is Priority.ALERT:
                drained.begun.append(self._elapsed())
                arrives = self._elapsed() + self.chance.uniform(*ROUND_TRIP)
                heapq.heappush(self._under_way, (arrives, parcel.id, process_id, parcel))
        return len(parcels)

    def _arrive(self, drained: Drained) -> None:
        """Mark what has arrived by now."""
        arrived = []
        while self._under_way and self._under_way[0][0] <= self._elapsed():
            arrived.append(heapq.heappop(self._under_way))
        if not arrived:
            return
        with self.database.writing() as connection:
            for moment, row, holder, parcel in arrived:
                at = self.began + datetime.timedelta(seconds=moment)
                if not outbox.mark_sent(connection, parcel, holder, row, at):
                    raise RuntimeError(f"row {row} was taken away")
                drained.sent.append((moment, parcel.chat_id))
