"""Who may operate, what is hidden, and what was done by whom."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, or_, select

from bot.domain.jobs import Actor, AuditEntry, HiddenArticle, JobEnd, Operator, QuotingMessage
from bot.domain.messages import MessageState
from bot.store.alerts import alert_table
from bot.store.db.dialect import Lock, insert, take
from bot.store.db.schema import audit, hidden, is_waiting_alert, operators, outbox
from bot.store.publishing import generation_table
from bot.store.queue import outbox as messages

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.domain.effects import Resend, SetHidden, SetOperator


A_DAY = datetime.timedelta(days=1)
SHOWN = (MessageState.WAITING.value, MessageState.SENT.value)  # what stands in a chat, or will


def is_operator(connection: Connection, person_id: int) -> bool:
    """Whether an operator has said so of somebody."""
    return connection.scalar(select(operators.c.person_id).where(operators.c.person_id == person_id)) is not None


def appointed(connection: Connection) -> list[Operator]:
    """All of those, the first first."""
    rows = connection.execute(select(operators).order_by(operators.c.added_at, operators.c.person_id))
    return [Operator(*row) for row in rows]


def appoint(connection: Connection, deed: SetOperator, now: datetime.datetime) -> None:
    """Let somebody operate, or no more."""
    if deed.is_operator:
        values = {"person_id": deed.person_id, "name": deed.name, "actor": deed.actor, "added_at": now}
        fresh = insert(connection, operators).values(values)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["person_id"]))
    else:
        connection.execute(delete(operators).where(operators.c.person_id == deed.person_id))
    generation_table.mark(connection)


def hide(connection: Connection, deed: SetHidden, now: datetime.datetime) -> None:
    """Take an article out of sight, with what quotes it, or bring it back.

    An answer under way waits for this, and is made anew then; or this waits for it, and finds it.
    """
    if not deed.is_hidden:
        take(connection, Lock.OUTBOX)  # in the order in which the sender takes both
    take(connection, Lock.HIDING)
    if deed.is_hidden:
        values = {"key": deed.key, "title": deed.title, "actor": deed.actor, "hidden_at": now}
        fresh = insert(connection, hidden).values(values)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["key"]))
        if deed.withdraw:
            messages.add(connection, [deed.withdraw(one) for one in shown_with(connection, deed.key)], now)
    else:
        connection.execute(delete(hidden).where(hidden.c.key == deed.key))
        alert_table.wake(connection, [deed.key], now, deed.daily_at or now + A_DAY)
    generation_table.mark(connection)


def hidden_ones(connection: Connection) -> list[HiddenArticle]:
    """The articles that are out of sight, the latest first."""
    rows = connection.execute(select(hidden).order_by(hidden.c.hidden_at.desc(), hidden.c.key))
    return [HiddenArticle(*row) for row in rows]


def hold_hidden(connection: Connection) -> None:
    """Let nothing be hidden, or shown again, to the end of the transaction."""
    take(connection, Lock.HIDING, is_shared=True)


def are_hidden(connection: Connection, keys: Collection[str]) -> bool:
    """Whether one of some articles is out of sight, and stays so or not to the end of the transaction."""
    if not keys:
        return False
    hold_hidden(connection)
    found = select(hidden.c.key).where(hidden.c.key.in_(keys)).limit(1)
    return connection.scalar(found) is not None


def shown_with(connection: Connection, key: str) -> list[QuotingMessage]:
    """The messages that quote an article as they stand in a chat, or will: of each the row that changed it last."""
    row, later = outbox.alias("row_"), outbox.alias("later")
    same_message = or_(
        later.c.edits == func.coalesce(row.c.edits, row.c.id),
        (later.c.message_id == row.c.message_id) & (later.c.chat_id == row.c.chat_id),
    )
    is_changed = exists().where(later.c.id > row.c.id, later.c.state.in_(SHOWN), same_message)
    columns = (row.c.id, row.c.chat_id, row.c.edits, row.c.payload)
    is_still_open = is_waiting_alert(row) & row.c.process_id.is_(None) & ~row.c.is_uncertain  # it will be decided anew
    where = (row.c.cites.contains(key, autoescape=True), row.c.state.in_(SHOWN), ~is_changed, ~is_still_open)
    return [QuotingMessage(*found) for found in connection.execute(select(*columns).where(*where).order_by(row.c.id))]


def resend(connection: Connection, deed: Resend, now: datetime.datetime) -> bool:
    """Send a message once more that was given up, or drop it; False where it is not there.

    An alert that could not be made is made anew; what quotes a hidden article is dropped.
    """
    letter = messages.dead_letter(connection, deed.row)
    if letter is None:
        return False
    is_unmade = letter.payload == ""
    if deed.is_dropped or is_unmade or are_hidden(connection, letter.cites):
        if is_unmade and not deed.is_dropped:
            alert_table.enqueue(connection, letter.chat_id, now, now)
        alert_table.untell(connection, deed.row)
        return messages.drop(connection, deed.row, now)
    return messages.revive(connection, deed.row, now)


def record(connection: Connection, entry: AuditEntry, now: datetime.datetime) -> None:
    """Write an operation down."""
    values = {
        "at": now,
        "person_id": entry.actor.person_id,
        "chat_id": entry.actor.chat_id,
        "actor": entry.actor.name,
        "action": entry.action,
        "detail": entry.detail,
        "end": entry.end.value,
    }
    connection.execute(audit.insert().values(values))


def entries(connection: Connection, limit: int, start: int = 0) -> list[AuditEntry]:
    """What was done, the latest first."""
    rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit).offset(start))
    return [
        AuditEntry(
            actor=Actor(row.actor, row.person_id, row.chat_id),
            action=row.action,
            detail=row.detail,
            end=JobEnd(row.end),
            at=row.at,
        )
        for row in rows
    ]


def count_entries(connection: Connection) -> int:
    """How many there are."""
    return connection.scalar(select(func.count()).select_from(audit)) or 0
