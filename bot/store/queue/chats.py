"""The chats, and whether the bot may write to them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from bot.domain.messages import MessageState
from bot.store.db.dialect import insert
from bot.store.db.schema import alerts, chats, is_waiting_alert, is_waiting_reply, outbox
from bot.store.publishing import generation_table

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

KEPT_WHILE_BLOCKED = datetime.timedelta(hours=24)  # an older answer would only surprise whoever comes back


def seen(connection: Connection, chat_ids: Collection[int], now: datetime.datetime) -> None:
    """Note that chats can be written to; what waited for a blocked one goes on, unless it is too old."""
    if not chat_ids:
        return
    blocked = select(chats.c.id).where(chats.c.id.in_(chat_ids), chats.c.blocked_at.is_not(None))
    was_blocked = connection.scalars(blocked).all()
    statement = insert(connection, chats)
    statement = statement.on_conflict_do_update(
        index_elements=["id"], set_={"seen_at": statement.excluded.seen_at, "blocked_at": None}
    )
    # One order for everybody, so that no two processes wait for each other.
    connection.execute(statement, [{"id": chat_id, "seen_at": now} for chat_id in sorted(chat_ids)])
    if was_blocked:
        cancel_late(connection, outbox.c.chat_id.in_(was_blocked), now)


def cancel_late(connection: Connection, of_chats: ColumnElement[bool], now: datetime.datetime) -> int:
    """Cancel what waited for longer than is kept, in chats that were blocked; returns how many messages."""
    statement = update(outbox).where(
        is_waiting_reply(outbox),
        of_chats,
        outbox.c.process_id.is_(None),
        outbox.c.created_at < now - KEPT_WHILE_BLOCKED,
    )
    return connection.execute(statement.values(state=MessageState.CANCELLED, ended_at=now, error="blocked")).rowcount


def block(connection: Connection, chat_id: int, now: datetime.datetime) -> None:
    """Hold back what waits for a chat until it is unblocked, but for alerts, which are dropped.

    A row in hand is to be postponed by its holder.
    """
    statement = insert(connection, chats).values(id=chat_id, seen_at=now, blocked_at=now)
    since = func.coalesce(chats.c.blocked_at, statement.excluded.blocked_at)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"blocked_at": since}))
    held = (is_waiting_alert(outbox), outbox.c.chat_id == chat_id, outbox.c.process_id.is_(None))
    dropped = {"state": MessageState.CANCELLED, "ended_at": now, "error": "blocked", "key": None}
    rows = connection.scalars(update(outbox).where(*held).values(dropped).returning(outbox.c.id)).all()
    never_told = alerts.c.outbox_id.is_(None) | alerts.c.outbox_id.in_(rows)
    connection.execute(delete(alerts).where(alerts.c.chat_id == chat_id, never_told))
    generation_table.mark(connection, generation_table.SUBSCRIBED)


def is_blocked(connection: Connection, chat_id: int) -> bool:
    """Whether what waits for a chat is held back."""
    blocked = select(chats.c.id).where(chats.c.id == chat_id, chats.c.blocked_at.is_not(None))
    return connection.scalar(blocked) is not None


def unblock(connection: Connection, chat_id: int, now: datetime.datetime) -> None:
    """Let what waits for a chat go on, unless it is too old."""
    seen(connection, (chat_id,), now)
