"""Puts alerts into the outbox: one message without payload for each slot (chat, topic, daily or not) with alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, literal, select

from bot.domain.messages import MessageState, Priority
from bot.store.db import dialect
from bot.store.db.dialect import MOST_KEYS, batched
from bot.store.db.schema import Moment, alerts, is_unfilled_alert, outbox

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection

_SLOT = ("chat_id", "thread_id", "is_daily")
_COLUMNS = (*_SLOT, "has_payload", "payload", "priority", "state", "created_at", "next_at")


def lock_outbox(connection: Connection) -> None:
    """Lock out claims of messages and moves of groups until the commit; whoever adds alerts takes this lock first."""
    dialect.acquire_lock(connection, dialect.Lock.OUTBOX)


def enqueue(
    connection: Connection,
    which: tuple[ColumnElement[bool], ...],
    now: datetime.datetime,
    daily_at: datetime.datetime,
) -> None:
    """Add an empty message for each slot (chat, topic, daily or not) that some pending alerts are for; idempotent.

    Slots for which an unfilled message waits already are skipped. The payload is made when the message is claimed: by
    then there may be more to tell, or nothing any more. Runs within the database, since there may be a slot for each of
    100,000 chats.

    Args:
        connection: in a transaction that writes.
        which: conditions on the alerts, all of which must hold; those that are not pending never count.
        now: the time; messages that are not daily are due at once.
        daily_at: when daily messages are due.
    """
    lock_outbox(connection)  # or a message that is claimed at this moment could miss alerts that were just added
    for is_daily, next_at in ((False, now), (True, daily_at)):
        slots = select(
            alerts.c.chat_id,
            alerts.c.thread_id,
            literal(is_daily),
            literal(False),  # has_payload
            literal(""),
            literal(int(Priority.ALERT)),
            literal(MessageState.WAITING.value),
            literal(now, Moment),
            literal(next_at, Moment),
        ).distinct()
        slots = slots.where(*which, alerts.c.outbox_id.is_(None), alerts.c.is_daily == is_daily)
        rows = dialect.insert(connection, outbox).from_select(_COLUMNS, slots.order_by(alerts.c.chat_id))
        connection.execute(
            rows.on_conflict_do_nothing(index_elements=list(_SLOT), index_where=is_unfilled_alert(outbox))
        )


def enqueue_chat(connection: Connection, chat_id: int, now: datetime.datetime, daily_at: datetime.datetime) -> None:
    """Add messages for all pending alerts of a chat, in all its topics, as `enqueue` does."""
    enqueue(connection, (alerts.c.chat_id == chat_id,), now, daily_at)


def enqueue_rest(connection: Connection, chat_id: int, thread_id: int, is_daily: bool, now: datetime.datetime) -> None:
    """Add another message for the alerts of a chat, topic and frequency that are still pending, if there are any.

    It is due at once, also if it is daily.
    """
    slot = (alerts.c.chat_id == chat_id, alerts.c.thread_id == thread_id, alerts.c.is_daily == is_daily)
    enqueue(connection, slot, now, now)


def enqueue_articles(
    connection: Connection, keys: Iterable[str], now: datetime.datetime, daily_at: datetime.datetime
) -> None:
    """Add messages for the pending alerts of articles, in all chats, as `enqueue` does.

    Called for articles that are published again or no longer hidden.
    """
    for batch in batched(keys, MOST_KEYS):
        enqueue(connection, (alerts.c.key.in_(batch),), now, daily_at)


def merge_slots(connection: Connection, old: int, new: int) -> None:
    """Delete a group's unfilled messages for a topic and frequency for which one waits under its new id too.

    Call it before the rows get the new id, or they would violate the unique index.
    """
    there = outbox.alias("there")
    is_same = (there.c.chat_id == new, there.c.thread_id == outbox.c.thread_id, there.c.is_daily == outbox.c.is_daily)
    is_double = exists().where(is_unfilled_alert(there), *is_same)
    connection.execute(delete(outbox).where(is_unfilled_alert(outbox), outbox.c.chat_id == old, is_double))
