"""Operators, hidden articles, dead letters that are decided on, and the audit log."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, or_, select

from bot.domain.jobs import Actor, AuditEntry, HiddenArticle, JobEnd, Operator, QuotingMessage
from bot.domain.messages import MessageState
from bot.store.alerts import alert_queue, alert_table
from bot.store.db.dialect import Lock, acquire_lock, insert
from bot.store.db.schema import audit, hidden, is_waiting_alert, operators, outbox
from bot.store.publishing import generation_table
from bot.store.queue import dead_letters
from bot.store.queue import outbox as messages

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.domain.effects import Resend, SetHidden, SetOperator


A_DAY = datetime.timedelta(days=1)
VISIBLE = (MessageState.WAITING.value, MessageState.SENT.value)  # states of messages that people see, or will see


def is_operator(connection: Connection, person_id: int) -> bool:
    """Return whether a person was appointed in a chat; operators of the settings are not stored."""
    return connection.scalar(select(operators.c.person_id).where(operators.c.person_id == person_id)) is not None


def list_operators(connection: Connection) -> list[Operator]:
    """Return the operators appointed in chats, the earliest first; operators of the settings are not stored."""
    rows = connection.execute(select(operators).order_by(operators.c.added_at, operators.c.person_id))
    return [Operator(*row) for row in rows]


def set_operator(connection: Connection, effect: SetOperator, now: datetime.datetime) -> None:
    """Appoint an operator, or remove one; idempotent. Bumps the counter SEEN.

    Someone who is appointed already keeps the name and the time of the first appointment.
    """
    if effect.is_operator:
        values = {"person_id": effect.person_id, "name": effect.name, "actor": effect.actor, "added_at": now}
        fresh = insert(connection, operators).values(values)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["person_id"]))
    else:
        connection.execute(delete(operators).where(operators.c.person_id == effect.person_id))
    generation_table.bump_counter(connection)


def set_hidden(connection: Connection, effect: SetHidden, now: datetime.datetime) -> None:
    """Hide an article and withdraw the messages that quote it, or show it again and send its pending alerts.

    An article that is hidden already keeps its entry. Bumps the counter SEEN. Whether the article exists is not
    checked.

    A lock orders this against replies: a reply that is committed later is made anew (see `are_hidden`), and one that
    was committed before is found here and withdrawn.
    """
    if not effect.is_hidden:
        acquire_lock(connection, Lock.OUTBOX)  # before HIDING, in the order of the sender, or both could deadlock
    acquire_lock(connection, Lock.HIDING)
    if effect.is_hidden:
        values = {"key": effect.key, "title": effect.title, "actor": effect.actor, "hidden_at": now}
        fresh = insert(connection, hidden).values(values)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["key"]))
        if effect.withdraw:
            quoting = messages_quoting(connection, effect.key)
            messages.add(connection, [effect.withdraw(message) for message in quoting], now)
    else:
        connection.execute(delete(hidden).where(hidden.c.key == effect.key))
        alert_queue.enqueue_articles(connection, [effect.key], now, effect.daily_at or now + A_DAY)
    generation_table.bump_counter(connection)


def list_hidden(connection: Connection) -> list[HiddenArticle]:
    """Return the hidden articles, the one hidden last first."""
    rows = connection.execute(select(hidden).order_by(hidden.c.hidden_at.desc(), hidden.c.key))
    return [HiddenArticle(*row) for row in rows]


def lock_hidden(connection: Connection) -> None:
    """Take a shared lock, so that no article is hidden or shown again until the commit."""
    acquire_lock(connection, Lock.HIDING, is_shared=True)


def are_hidden(connection: Connection, keys: Collection[str]) -> bool:
    """Return whether any of the articles is hidden; False without keys.

    Takes a shared lock, so that the result holds until the commit.
    """
    if not keys:
        return False
    lock_hidden(connection)
    hidden_key = select(hidden.c.key).where(hidden.c.key.in_(keys)).limit(1)
    return connection.scalar(hidden_key) is not None


def messages_quoting(connection: Connection, key: str) -> list[QuotingMessage]:
    """Return the sent and waiting messages that quote an article, by id: for each one the row that changed it last.

    A message whose last edit no longer quotes the article is left out, and so are alerts that wait unclaimed: their
    text is made anew when they are claimed. One that may have arrived is sent again as it is, so it is included.
    """
    row, later = outbox.alias("row_"), outbox.alias("later")
    is_same_message = or_(
        later.c.edits == func.coalesce(row.c.edits, row.c.id),
        (later.c.message_id == row.c.message_id) & (later.c.chat_id == row.c.chat_id),
    )
    is_changed = exists().where(later.c.id > row.c.id, later.c.state.in_(VISIBLE), is_same_message)
    is_made_anew = is_waiting_alert(row) & row.c.process_id.is_(None) & ~row.c.is_uncertain
    columns = (row.c.id, row.c.chat_id, row.c.edits, row.c.payload)
    where = (row.c.cites.contains(key, autoescape=True), row.c.state.in_(VISIBLE), ~is_changed, ~is_made_anew)
    rows = connection.execute(select(*columns).where(*where).order_by(row.c.id))
    return [QuotingMessage(*values) for values in rows]


def resend(connection: Connection, effect: Resend, now: datetime.datetime) -> bool:
    """Requeue a dead letter, or drop it; False, and nothing is changed, if it was decided on before.

    An alert without payload is not requeued: its chat's pending alerts get new messages, due at once, and it is
    dropped. A message that quotes a hidden article is dropped. With a dropped message, the alerts that it contains are
    deleted.
    """
    letter = dead_letters.get_dead_letter(connection, effect.row)
    if letter is None:
        return False
    if not effect.is_dropped and letter.has_payload and not are_hidden(connection, letter.cites):
        return dead_letters.requeue(connection, effect.row, now)
    if not effect.is_dropped and not letter.has_payload:
        alert_queue.enqueue_chat(connection, letter.chat_id, now, now)
    alert_table.remove_of_message(connection, effect.row)
    return dead_letters.drop_dead_letter(connection, effect.row, now)


def record(connection: Connection, entry: AuditEntry, now: datetime.datetime) -> None:
    """Add an entry to the audit log, dated `now` whatever its `at` is."""
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
    """Return at most `limit` entries of the audit log, the latest first, after skipping `start` of them."""
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
    """Count the entries of the audit log."""
    return connection.scalar(select(func.count()).select_from(audit)) or 0
