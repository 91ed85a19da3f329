"""The chats, and whether the bot may write to them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from bot.store.dialect import Lock, insert, take
from bot.store.model import State
from bot.store.schema import answers, chats, inbox, is_open, is_waiting, outbox

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
        is_waiting(outbox), of_chats, outbox.c.process_id.is_(None), outbox.c.created_at < now - KEPT_WHILE_BLOCKED
    )
    return connection.execute(statement.values(state=State.CANCELLED, ended_at=now, error="blocked")).rowcount


def block(connection: Connection, chat_id: int, now: datetime.datetime) -> None:
    """Hold back what waits for a chat until it is unblocked; a row in hand is to be postponed by its holder."""
    statement = insert(connection, chats).values(id=chat_id, seen_at=now, blocked_at=now)
    since = func.coalesce(chats.c.blocked_at, statement.excluded.blocked_at)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"blocked_at": since}))


def is_blocked(connection: Connection, chat_id: int) -> bool:
    """Whether what waits for a chat is held back."""
    blocked = select(chats.c.id).where(chats.c.id == chat_id, chats.c.blocked_at.is_not(None))
    return connection.scalar(blocked) is not None


def unblock(connection: Connection, chat_id: int, now: datetime.datetime) -> None:
    """Let what waits for a chat go on, unless it is too old."""
    seen(connection, (chat_id,), now)


def migrate(connection: Connection, old: int, new: int, now: datetime.datetime) -> None:
    """Move what is kept of a group to its new id.

    The new group numbers its messages anew, so what was said of messages of the old one is forgotten: an edit would
    change another message.
    """
    if old == new:
        return
    take(connection, Lock.INBOX)  # a claim under way has seen the old chat
    take(connection, Lock.OUTBOX)
    before = connection.execute(select(chats).where(chats.c.id == old)).one_or_none()
    if before:
        there = insert(connection, chats).values(id=new, seen_at=now, blocked_at=before.blocked_at)
        connection.execute(there.on_conflict_do_nothing(index_elements=["id"]))
        connection.execute(delete(chats).where(chats.c.id == old))
    connection.execute(update(inbox).where(inbox.c.chat_id == old, is_open(inbox)).values(chat_id=new))
    connection.execute(update(outbox).where(outbox.c.chat_id == old).values(chat_id=new, message_id=None))
    connection.execute(update(answers).where(answers.c.chat_id == old).values(chat_id=new, message_id=0))
