"""Deletes rows that are older than they need to be kept, and what is stored of a person."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, literal_column, or_, select, true, update

from bot.domain.messages import MessageState, UpdateEnd
from bot.store.alerts import alert_table, subscription_table
from bot.store.answer_table import NOBODY
from bot.store.db.dialect import Lock, acquire_lock
from bot.store.db.schema import (
    answers,
    audit,
    chats,
    feedback,
    inbox,
    is_latest,
    is_waiting_alert,
    is_waiting_reply,
    jobs,
    outbox,
)
from bot.store.queue.chats import cancel_late

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

MOST_ROWS = 2_000  # in a transaction: other writers wait for about 10 ms
KEPT_UPDATES = datetime.timedelta(days=2)  # Telegram delivers an update again for a day at most
KEPT_MESSAGES = datetime.timedelta(days=3)  # a question can be edited for 48 hours, and its answer is edited with it
KEPT_FAILURES = datetime.timedelta(days=30)  # dead letters, updates set aside and jobs, for operators
KEPT_ALERTS = datetime.timedelta(days=30)  # so that nobody is told twice, and corrections reach those who were told
KEPT_ASKERS = datetime.timedelta(days=30)  # who asked, for answers without feedback
KEPT_ENTRIES = datetime.timedelta(days=365)  # of the audit log


def prune(connection: Connection, now: datetime.datetime) -> int:
    """Delete or anonymise rows that are older than the `KEPT_…` constants say, at most `MOST_ROWS` of each kind.

    Replies that wait for chats that blocked the bot long ago are cancelled, without that limit.

    Returns:
        How many rows were changed; call it again in a new transaction until it is 0.
    """
    blocked = select(chats.c.id).where(chats.c.blocked_at < now - KEPT_MESSAGES)
    is_set_aside, is_dead = inbox.c.end == UpdateEnd.SET_ASIDE, outbox.c.state == MessageState.DEAD
    return (
        cancel_late(connection, outbox.c.chat_id.in_(blocked), now)
        + _remove(connection, inbox, inbox.c.update_id, ~is_set_aside, now - KEPT_UPDATES)
        + _remove(connection, inbox, inbox.c.update_id, is_set_aside, now - KEPT_FAILURES)
        + _remove(connection, outbox, outbox.c.id, ~is_dead & ~is_latest(outbox), now - KEPT_MESSAGES)
        + _remove(connection, outbox, outbox.c.id, is_dead, now - KEPT_FAILURES)
        + _remove(connection, jobs, jobs.c.id, true(), now - KEPT_FAILURES)
        + _forget(connection, now - KEPT_ENTRIES)
        + _forget_askers(connection, now - KEPT_ASKERS)
        + alert_table.prune(connection, now - KEPT_ALERTS, MOST_ROWS)
    )


def _forget(connection: Connection, before: datetime.datetime) -> int:
    """Delete old entries of the audit log; returns how many."""
    old = select(audit.c.id).where(audit.c.at < before).limit(MOST_ROWS)
    return connection.execute(delete(audit).where(audit.c.id.in_(old))).rowcount


def _forget_askers(connection: Connection, before: datetime.datetime) -> int:
    """Anonymise old answers without feedback; returns how many. The question stays, who asked it is deleted."""
    is_judged = exists().where(feedback.c.answer_id == answers.c.id)
    where = (answers.c.asked_at < before, answers.c.chat_id != literal_column("0"), ~is_judged)
    old = select(answers.c.id).where(*where).limit(MOST_ROWS)
    return connection.execute(update(answers).where(answers.c.id.in_(old)).values(NOBODY)).rowcount


def _remove(
    connection: Connection, table: Table, key: ColumnElement[int], which: ColumnElement[bool], before: datetime.datetime
) -> int:
    """Delete rows of a table that satisfy `which` and ended before a time, at most `MOST_ROWS`; returns how many."""
    old = select(key).where(which, table.c.ended_at.is_not(None), table.c.ended_at < before).limit(MOST_ROWS)
    return connection.execute(delete(table).where(key.in_(old))).rowcount


def forget_person(connection: Connection, person_id: int) -> None:
    """Delete what is stored of a person and of the private chat, which has the same id; idempotent.

    Deleted are the private chat's subscriptions, alerts and ended messages, and the person's feedback in any chat.
    Answers, in any chat, are anonymised, and updates that have ended are emptied. Updates that are open are still
    handled and replies that wait are still sent; messages that are claimed at this moment are left alone. The audit log
    is kept, and that the chat blocked the bot. The row with the highest id stays in the outbox, so that its id is not
    assigned again.
    """
    acquire_lock(connection, Lock.OUTBOX)  # in the order of the sender, which takes it before it reads alerts
    subscription_table.remove_all(connection, person_id)
    connection.execute(delete(feedback).where(feedback.c.person_id == person_id))
    asked = or_(answers.c.person_id == person_id, answers.c.chat_id == person_id)
    connection.execute(update(answers).where(asked).values(NOBODY))
    sent = or_(inbox.c.person_id == person_id, inbox.c.chat_id == person_id)
    nobody = {"raw": "{}", "chat_id": 0, "person_id": None, "error": None}
    connection.execute(update(inbox).where(sent, inbox.c.ended_at.is_not(None)).values(nobody))
    unclaimed = (outbox.c.chat_id == person_id, outbox.c.process_id.is_(None), ~is_latest(outbox))
    connection.execute(delete(outbox).where(*unclaimed, is_waiting_alert(outbox)))
    connection.execute(delete(outbox).where(*unclaimed, ~is_waiting_reply(outbox)))
    connection.execute(delete(chats).where(chats.c.id == person_id, chats.c.blocked_at.is_(None)))
