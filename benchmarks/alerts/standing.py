"""What is known of every chat: what arrived there, and what the store says of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.alerts.stories import numbers_in
from bot.domain.messages import MessageState, Priority
from bot.store.db.schema import chats, outbox, subscriptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.alerts.bots import Bots
    from bot.store.db.database import Database


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of every chat after a story."""

    arrived: Mapping[int, Sequence[str]]  # chat → parse mode of each message that tells of the story; empty for plain
    rows: Mapping[int, Counter[MessageState]]  # chat → messages in the outbox
    subscribed: Mapping[int, tuple[int, int]]  # chat → subscriptions, and how many of them are paused
    blocked: frozenset[int]

    @classmethod
    def of(cls, here: Bots, number: int) -> Standing:
        """After the story of a round."""
        arrived: dict[int, list[str]] = {}
        for call in here.telegram.calls("sendMessage"):
            if call.accepted and number in numbers_in(call.text):
                arrived.setdefault(int(call.parameters["chat_id"]), []).append(call.parameters.get("parse_mode", ""))
        return cls(arrived, _rows(here.database), _subscribed(here.database), _blocked(here.database))


def _rows(database: Database) -> dict[int, Counter[MessageState]]:
    found: dict[int, Counter[MessageState]] = {}
    with database.reading() as connection:
        statement = select(outbox.c.chat_id, outbox.c.state).where(outbox.c.priority == Priority.ALERT)
        for row in connection.execute(statement):
            found.setdefault(row.chat_id, Counter())[MessageState(row.state)] += 1
    return found


def _subscribed(database: Database) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    with database.reading() as connection:
        for row in connection.execute(select(subscriptions.c.chat_id, subscriptions.c.is_paused)):
            count, paused = found.get(row.chat_id, (0, 0))
            found[row.chat_id] = count + 1, paused + row.is_paused
    return found


def _blocked(database: Database) -> frozenset[int]:
    with database.reading() as connection:
        return frozenset(connection.scalars(select(chats.c.id).where(chats.c.blocked_at.is_not(None))))
