"""A group that gets a new id: all that is kept of it moves, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.store.alerts import subscription_table
from bot.store.db.dialect import Lock, insert, take
from bot.store.db.schema import announcements, answers, chats, inbox, is_open, outbox

if TYPE_CHECKING:
    import datetime

    from sqlalchemy import Connection


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
    subscription_table.migrate(connection, old, new)
    is_passed = announcements.c.planned_at.is_(None) & (announcements.c.done_to >= new)  # or it would be left out
    connection.execute(update(announcements).where(is_passed).values(done_to=new - 1))
    connection.execute(update(answers).where(answers.c.chat_id == old).values(chat_id=new, message_id=0))
