"""Which alerts may go now, at the pace that Telegram allows: told by what all processes have sent of late.

The outbox itself remembers, so any number of processes keep the pace together, and after a restart as well.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, func, select, update

from bot.store import outbox as messages
from bot.store.model import State
from bot.store.schema import chats, is_waiting_alert, outbox

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.store.model import Parcel

PER_SECOND = 25  # of all chats together; Telegram allows 30
CHAT_SECONDS = 1.0  # between two in one chat
PER_GROUP = 20  # in a minute
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
MOST_LOOKED_AT = 64  # alerts that are due; those of chats that have to wait are put off, and others come next
_ITSELF, _HELD = outbox.alias("itself"), outbox.alias("held")
# Made once: making a statement takes longer than running it.
_DUE = (
    select(_ITSELF.c.id, _ITSELF.c.chat_id)
    .where(
        is_waiting_alert(_ITSELF),
        _ITSELF.c.next_at <= bindparam("now"),
        _ITSELF.c.process_id.is_(None),
        ~exists().where(_HELD.c.chat_id == _ITSELF.c.chat_id, _HELD.c.process_id.is_not(None)),
        ~exists().where(chats.c.id == _ITSELF.c.chat_id, chats.c.blocked_at.is_not(None)),
    )
    .order_by(_ITSELF.c.next_at, _ITSELF.c.id)
    .limit(MOST_LOOKED_AT)
)


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[Parcel]:
    """Take on alerts that are due, one a chat, as many as may go in this second; call it after `outbox.claim`.

    A chat that has to wait is looked at again when it may be written to.
    """
    due = connection.execute(_DUE, {"now": now}).all() if limit > 0 else ()
    if not due:
        return []
    most = min(limit, PER_SECOND - _of_late(connection, now))
    waits = _waits(connection, {row.chat_id for row in due}, now)
    chosen: dict[int, int] = {}  # chat → row
    for row in due:
        if wait := waits.get(row.chat_id):
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(next_at=now + wait))
        elif len(chosen) < most:
            chosen.setdefault(row.chat_id, row.id)
    if not chosen:
        return []
    taken = update(outbox).where(outbox.c.id.in_(chosen.values()), outbox.c.process_id.is_(None))
    rows = connection.execute(taken.values(process_id=process_id).returning(outbox)).all()
    return messages.parcels(connection, rows)


def _of_late(connection: Connection, now: datetime.datetime) -> int:
    """How many messages were sent in the last second, or are on their way."""
    sent = select(func.count()).where(outbox.c.ended_at > now - SECOND, outbox.c.state == State.SENT.value)
    on_the_way = select(func.count()).where(outbox.c.process_id.is_not(None))
    return (connection.scalar(sent) or 0) + (connection.scalar(on_the_way) or 0)


def _waits(connection: Connection, chat_ids: Collection[int], now: datetime.datetime) -> dict[int, datetime.timedelta]:
    """For how long each chat has to wait that was written to just now, or too often within the last minute."""
    of_late: Any = select(outbox.c.chat_id, outbox.c.ended_at).where(
        outbox.c.ended_at > now - MINUTE, outbox.c.state == State.SENT.value, outbox.c.chat_id.in_(chat_ids)
    )
    times: dict[int, list[datetime.datetime]] = {}
    for chat_id, ended_at in connection.execute(of_late.order_by(outbox.c.ended_at)):
        times.setdefault(chat_id, []).append(ended_at)
    return {chat_id: wait for chat_id, sent in times.items() if (wait := wait_of(chat_id, sent, now))}


def wait_of(chat_id: int, sent: list[datetime.datetime], now: datetime.datetime) -> datetime.timedelta | None:
    """For how long a chat has to wait, by when it was written to within the last minute; None where it need not."""
    free_at = sent[-1] + datetime.timedelta(seconds=CHAT_SECONDS)
    if chat_id < 0 and len(sent) >= PER_GROUP:
        free_at = max(free_at, sent[-PER_GROUP] + MINUTE)
    return free_at - now if free_at > now else None
