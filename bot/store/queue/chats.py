"""Chats, and whether they accept the bot's messages."""

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

KEPT_WHILE_BLOCKED = datetime.timedelta(hours=24)  # for replies: an older one would only surprise whoever unblocks


def mark_seen(connection: Connection, chat_ids: Collection[int], now: datetime.datetime) -> None:
    """Record that chats accept messages, which also unblocks them; chats that are new are added.

    Replies that waited for a blocked chat are sent, except those older than `KEPT_WHILE_BLOCKED`, which are cancelled.
    Does nothing for no ids.
    """
    if not chat_ids:
        return
    blocked = select(chats.c.id).where(chats.c.id.in_(chat_ids), chats.c.blocked_at.is_not(None))
    was_blocked = connection.scalars(blocked).all()
    statement = insert(connection, chats)
    statement = statement.on_conflict_do_update(
        index_elements=["id"], set_={"seen_at": statement.excluded.seen_at, "blocked_at": None}
    )
    # All processes lock rows in this order, so that no two wait for each other (deadlock).
    connection.execute(statement, [{"id": chat_id, "seen_at": now} for chat_id in sorted(chat_ids)])
    if was_blocked:
        cancel_late(connection, outbox.c.chat_id.in_(was_blocked), now)


def cancel_late(connection: Connection, of_chats: ColumnElement[bool], now: datetime.datetime) -> int:
    """Cancel the unclaimed replies to some chats that were added more than `KEPT_WHILE_BLOCKED` ago.

    Args:
        connection: in a transaction that writes.
        of_chats: condition on the outbox that selects these chats; whether they are blocked is not checked.
        now: the time.

    Returns:
        How many messages were cancelled.
    """
    statement = update(outbox).where(
        is_waiting_reply(outbox),
        of_chats,
        outbox.c.process_id.is_(None),
        outbox.c.created_at < now - KEPT_WHILE_BLOCKED,
    )
    return connection.execute(statement.values(state=MessageState.CANCELLED, ended_at=now, error="blocked")).rowcount


def block(connection: Connection, chat_id: int, now: datetime.datetime) -> None:
    """Record that a chat rejects messages: its replies wait until it is unblocked, its unsent alerts are deleted.

    A chat that is new is added; one that is blocked already keeps the time of its first block. A message that is
    claimed at this moment is left alone, with its alerts; the process that holds it postpones it. Bumps the counter
    `generation_table.SUBSCRIBED`.
    """
    statement = insert(connection, chats).values(id=chat_id, seen_at=now, blocked_at=now)
    since = func.coalesce(chats.c.blocked_at, statement.excluded.blocked_at)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"blocked_at": since}))
    unclaimed = (is_waiting_alert(outbox), outbox.c.chat_id == chat_id, outbox.c.process_id.is_(None))
    dropped = {"state": MessageState.CANCELLED, "ended_at": now, "error": "blocked"}
    rows = connection.scalars(update(outbox).where(*unclaimed).values(dropped).returning(outbox.c.id)).all()
    is_unsent = alerts.c.outbox_id.is_(None) | alerts.c.outbox_id.in_(rows)
    connection.execute(delete(alerts).where(alerts.c.chat_id == chat_id, is_unsent))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def is_blocked(connection: Connection, chat_id: int) -> bool:
    """Return whether a chat rejects messages; False for a chat that is unknown."""
    blocked = select(chats.c.id).where(chats.c.id == chat_id, chats.c.blocked_at.is_not(None))
    return connection.scalar(blocked) is not None


def unblock(connection: Connection, chat_id: int, now: datetime.datetime) -> None:
    """Record that a chat accepts messages again, as `mark_seen` does."""
    mark_seen(connection, (chat_id,), now)
