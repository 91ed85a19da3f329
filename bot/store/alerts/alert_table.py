"""Alerts of articles: planned in batches from announcements, and put into messages when these are about to be sent."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, func, literal_column, or_, select, tuple_, update

from bot.domain.subscriptions import PendingAlert
from bot.store.alerts import alert_queue
from bot.store.db import dialect
from bot.store.db.dialect import MOST_KEYS, batched
from bot.store.db.schema import alerts, answers, bulletins, hidden, subscriptions, versions
from bot.store.publishing import generation_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from bot.domain.subscriptions import Alert

MOST_PENDING = 400  # alerts that are put into one message
_LONG_AGO = datetime.datetime.min.replace(tzinfo=datetime.UTC)
_READ = [alerts.c[name] for name in ("key", "edition", "subscriptions", "answers", "more", "is_silent", "is_daily")]
# Statements are built once: building one takes longer than running it.
_MADE_AT = (
    select(bulletins.c.made_at)
    .where(bulletins.c.key == alerts.c.key, bulletins.c.generation == alerts.c.generation)
    .scalar_subquery()
    .label("made_at")
)
_ENDED = versions.c.to_generation
# The article is published and not hidden, and there is a bulletin of the version that is published. For a correction
# that is its own bulletin: one that was taken back is not told.
_IS_THERE = exists().where(
    versions.c.key == alerts.c.key,
    versions.c.from_generation <= bindparam("serving"),
    or_(_ENDED.is_(None), bindparam("serving") < _ENDED),
    bulletins.c.key == alerts.c.key,
    bulletins.c.digest == versions.c.digest,
    (alerts.c.edition == 0) | (bulletins.c.generation == alerts.c.edition),
) & ~exists().where(hidden.c.key == alerts.c.key)
_PENDING = (
    select(*_READ, _MADE_AT, _IS_THERE.label("is_there"))
    .where(
        alerts.c.chat_id == bindparam("chat"),
        alerts.c.thread_id == bindparam("thread"),
        alerts.c.outbox_id.is_(None),
        alerts.c.is_daily == bindparam("daily"),
    )
    .order_by(literal_column("is_there").desc(), alerts.c.generation, alerts.c.key)
    .limit(MOST_PENDING)
)
_OF_MESSAGE = (
    select(*_READ, _MADE_AT)
    .where(alerts.c.outbox_id == bindparam("row"), alerts.c.chat_id == bindparam("chat"))
    .order_by(alerts.c.generation, alerts.c.key)
)
_BIND = (
    update(alerts)
    .where(
        alerts.c.chat_id == bindparam("chat"),
        alerts.c.thread_id == bindparam("thread"),
        tuple_(alerts.c.key, alerts.c.edition).in_(bindparam("pairs", expanding=True)),
    )
    .values(outbox_id=bindparam("row"))
)


def existing_keys(connection: Connection, keys: Collection[str], first: int, last: int) -> set[tuple[int, int, str]]:
    """Return which chats have alerts of some articles, of any edition, sent or pending, as (chat, topic, key).

    Args:
        connection: for reading.
        keys: of the articles.
        first: lowest id of the chats, included.
        last: highest id of the chats, included.
    """
    existing: set[tuple[int, int, str]] = set()
    columns = (alerts.c.chat_id, alerts.c.thread_id, alerts.c.key)
    for batch in batched(keys, MOST_KEYS):
        rows = select(*columns).where(alerts.c.key.in_(batch), alerts.c.chat_id.between(first, last))
        existing.update((row.chat_id, row.thread_id, row.key) for row in connection.execute(rows))
    return existing


def add(
    connection: Connection,
    planned: Sequence[tuple[Alert, Sequence[str]]],
    generation: int,
    now: datetime.datetime,
    daily_at: datetime.datetime,
) -> None:
    """Add alerts as pending, and a message for each slot of them: for a chat, topic, and daily or immediate sending.

    Alerts of the same article, place and edition that exist already are kept, and slots for which a message waits to be
    filled in are skipped; so a repeated call changes nothing.

    Args:
        connection: in a transaction that writes.
        planned: alerts, each with the ids of the stored answers to its questions.
        generation: number of the announced generation.
        now: the time; messages that are not daily are due at once.
        daily_at: when the next daily messages are due.
    """
    if not planned:
        return
    rows = [
        {
            "key": alert.key,
            "chat_id": alert.chat_id,
            "thread_id": alert.thread_id,
            "edition": alert.edition,
            "generation": generation,
            "subscriptions": " ".join(alert.subscriptions),
            "is_daily": alert.is_daily,
            "answers": " ".join(answer_ids),
            "more": alert.more,
            "is_silent": alert.is_silent,
        }
        for alert, answer_ids in planned
    ]
    connection.execute(dialect.insert(connection, alerts).on_conflict_do_nothing(), rows)
    chats = [alert.chat_id for alert, _ in planned]
    batch = (alerts.c.chat_id.between(min(chats), max(chats)), alerts.c.generation == generation)
    alert_queue.enqueue(connection, batch, now, daily_at)


def pending(connection: Connection, chat_id: int, thread_id: int, *, is_daily: bool) -> list[PendingAlert]:
    """Return the alerts of a slot (chat, topic, daily or not) that no message contains, at most `MOST_PENDING`.

    They are sorted by the generation that was announced and the article's key, but those of articles that can be shown
    now (`is_there`) come first.
    """
    serving = generation_table.current_number(connection)
    slot = {"chat": chat_id, "thread": thread_id, "daily": is_daily, "serving": serving}
    return [_pending(row, is_there=bool(row.is_there)) for row in connection.execute(_PENDING, slot)]


def _pending(row: Any, *, is_there: bool) -> PendingAlert:
    return PendingAlert(
        key=row.key,
        edition=row.edition,
        subscriptions=tuple(row.subscriptions.split()),
        answers=tuple(row.answers.split()),
        more=row.more,
        made_at=row.made_at or _LONG_AGO,
        is_there=is_there,
        is_silent=row.is_silent,
    )


def bind(connection: Connection, chat_id: int, thread_id: int, chosen: Iterable[PendingAlert], outbox_id: int) -> None:
    """Record that a message contains these alerts of a chat and topic, so that they are no longer pending.

    Alerts are identified by article and edition; those that are not stored are ignored.
    """
    place = {"chat": chat_id, "thread": thread_id, "row": outbox_id}
    connection.execute(_BIND, {**place, "pairs": [(alert.key, alert.edition) for alert in chosen]})


def unbind(connection: Connection, chat_id: int, outbox_id: int) -> None:
    """Make all alerts of a message of a chat pending again, so that its text can be made anew."""
    contained = (alerts.c.outbox_id == outbox_id, alerts.c.chat_id == chat_id)
    connection.execute(update(alerts).where(*contained).values(outbox_id=None))


def of_message(connection: Connection, outbox_id: int, chat_id: int) -> tuple[list[PendingAlert], bool]:
    """Return the alerts that a message of a chat contains, by generation and article, and whether any of them is daily.

    Whether their articles can be shown now is not checked: `is_there` is True for all of them.
    """
    rows = connection.execute(_OF_MESSAGE, {"row": outbox_id, "chat": chat_id}).all()
    return [_pending(row, is_there=True) for row in rows], any(row.is_daily for row in rows)


def remove(connection: Connection, chat_id: int, thread_id: int, unwanted: Iterable[PendingAlert]) -> None:
    """Delete alerts of a chat and topic, by article and edition, sent or pending.

    Called for those that no subscription asks for any more.
    """
    place = (alerts.c.chat_id == chat_id, alerts.c.thread_id == thread_id)
    for alert in unwanted:
        connection.execute(delete(alerts).where(*place, alerts.c.key == alert.key, alerts.c.edition == alert.edition))


def remove_of_message(connection: Connection, outbox_id: int) -> None:
    """Delete the alerts that a message contains; called for one that never arrived, so that they count as not sent."""
    connection.execute(delete(alerts).where(alerts.c.outbox_id == outbox_id))


def remove_all(connection: Connection, chat_id: int) -> None:
    """Delete the alerts of a chat, sent and pending."""
    connection.execute(delete(alerts).where(alerts.c.chat_id == chat_id))


def end_answered_subscriptions(connection: Connection, chat_id: int, outbox_id: int) -> None:
    """Delete the subscriptions to questions that a message answered, unless their question was changed meanwhile.

    Changed is a question that differs in any character from that of the stored answer. Does nothing for a message
    without answers.
    """
    contained = (alerts.c.outbox_id == outbox_id, alerts.c.chat_id == chat_id, alerts.c.answers != "")
    for row in connection.execute(select(alerts.c.subscriptions, alerts.c.answers).where(*contained)).all():
        answered = select(answers.c.question).where(answers.c.id.in_(row.answers.split()))
        ids = subscriptions.c.id.in_(row.subscriptions.split())
        connection.execute(delete(subscriptions).where(ids, subscriptions.c.question.in_(answered)))


def pending_answers(connection: Connection, first: int, last: int) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the alerts with answers that wait to be sent to the chats `first` to `last`, both included; in no order.

    Returns:
        For each the key of the article, its digest when it was announced, and the ids of the subscriptions. Hidden
        articles are left out.
    """
    announced = (bulletins.c.key == alerts.c.key) & (bulletins.c.generation == alerts.c.edition)
    rows = connection.execute(
        select(alerts.c.key, bulletins.c.digest, alerts.c.subscriptions)
        .join(bulletins, announced)
        .where(alerts.c.answers != "", alerts.c.chat_id.between(first, last), alerts.c.outbox_id.is_(None))
        .where(~exists().where(hidden.c.key == alerts.c.key))
    )
    return [(row.key, row.digest, tuple(row.subscriptions.split())) for row in rows]


def count(connection: Connection, generation: int) -> int:
    """Count the alerts that were planned from the announcement of a generation so far, sent or pending."""
    of = select(func.count()).select_from(alerts).where(alerts.c.generation == generation)
    return connection.scalar(of) or 0


def prune(connection: Connection, before: datetime.datetime, most: int) -> int:
    """Delete alerts of one old bulletin, and the bulletin itself if none of its alerts is left.

    A bulletin is the summary of one article for one announcement. Each call prunes one of them, so that transactions
    stay short.

    Args:
        connection: in a transaction that writes.
        before: a bulletin made before this time is old, and so are its alerts.
        most: alerts to delete at most.

    Returns:
        How many rows were deleted; 0 if no bulletin is old. Call it again in a new transaction until it is 0.
    """
    old = select(bulletins.c.key, bulletins.c.generation).where(bulletins.c.made_at < before).limit(1)
    row = connection.execute(old).one_or_none()
    if row is None:
        return 0
    key = tuple(alerts.primary_key)
    batch = select(*key).where(alerts.c.key == row.key, alerts.c.generation == row.generation).limit(most)
    removed = connection.execute(delete(alerts).where(tuple_(*key).in_(batch))).rowcount
    if removed < most:
        is_old = (bulletins.c.key == row.key, bulletins.c.generation == row.generation)
        connection.execute(delete(bulletins).where(*is_old))
        removed += 1
    return removed


def migrate(connection: Connection, old: int, new: int) -> None:
    """Move a group's alerts to its new id.

    Of alerts of the same article, topic and edition under both ids, those of the new id are kept.
    """
    there = alerts.alias("there")
    columns = ("key", "thread_id", "edition")
    is_double = exists().where(there.c.chat_id == new, *(there.c[name] == alerts.c[name] for name in columns))
    connection.execute(delete(alerts).where(alerts.c.chat_id == old, is_double))
    connection.execute(update(alerts).where(alerts.c.chat_id == old).values(chat_id=new))
