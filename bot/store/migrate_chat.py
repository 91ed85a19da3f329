"""Moves everything that is kept of a group to the id that it got when it became a supergroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.store.alerts import alert_queue, subscription_table
from bot.store.db.dialect import Lock, acquire_lock, insert
from bot.store.db.schema import announcements, answers, chats, inbox, is_open, outbox

if TYPE_CHECKING:
    import datetime

    from sqlalchemy import Connection


def migrate(connection: Connection, old: int, new: int, now: datetime.datetime) -> None:
    """Move what is kept of a group to its new id, in one transaction; does nothing if both ids are equal.

    That is open updates, messages, answers, subscriptions, alerts, and whether it blocked the bot; if the new id is
    stored already, its own state is kept. The new group numbers its messages from 1 again. So Telegram's ids of the old
    messages are deleted: with them, an edit would change another message.
    """
    if old == new:
        return
    acquire_lock(connection, Lock.INBOX)  # a concurrent claim has read the old chat id
    acquire_lock(connection, Lock.OUTBOX)
    before = connection.execute(select(chats).where(chats.c.id == old)).one_or_none()
    if before:
        moved = insert(connection, chats).values(id=new, seen_at=now, blocked_at=before.blocked_at)
        connection.execute(moved.on_conflict_do_nothing(index_elements=["id"]))
        connection.execute(delete(chats).where(chats.c.id == old))
    connection.execute(update(inbox).where(inbox.c.chat_id == old, is_open(inbox)).values(chat_id=new))
    alert_queue.merge_slots(connection, old, new)
    connection.execute(update(outbox).where(outbox.c.chat_id == old).values(chat_id=new, message_id=None))
    subscription_table.migrate(connection, old, new)
    # An announcement that has already passed the new id would skip the group.
    is_passed = announcements.c.planned_at.is_(None) & (announcements.c.done_to >= new)
    connection.execute(update(announcements).where(is_passed).values(done_to=new - 1))
    connection.execute(update(answers).where(answers.c.chat_id == old).values(chat_id=new, message_id=0))
