"""What chats are to be told of: planned from announcements in batches, put into messages when these are about to go."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    String,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.messages import MessageState, Priority
from bot.domain.subscriptions import PendingAlert
from bot.store.db import dialect
from bot.store.db.dialect import MOST_KEYS, portions
from bot.store.db.schema import Moment, alerts, bulletins, hidden, subscriptions, versions
from bot.store.db.schema import answers as given
from bot.store.db.schema import outbox as messages
from bot.store.publishing import generation_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.subscriptions import Alert

MOST_PENDING = 400  # alerts that are put into one message
_PREFIX = "alerts"
_LONG_AGO = datetime.datetime.min.replace(tzinfo=datetime.UTC)
_TOLD = [alerts.c[name] for name in ("key", "edition", "subscriptions", "answers", "more", "is_silent", "is_daily")]
# Made once: making a statement takes longer than running it.
_MADE_AT = (
    select(bulletins.c.made_at)
    .where(bulletins.c.key == alerts.c.key, bulletins.c.generation == alerts.c.generation)
    .scalar_subquery()
    .label("made_at")
)
_ENDED = versions.c.to_generation
# There is what is published, shown, and told of as it is published: a correction that was taken back is not.
_IS_THERE = exists().where(
    versions.c.key == alerts.c.key,
    versions.c.from_generation <= bindparam("serving"),
    or_(_ENDED.is_(None), bindparam("serving") < _ENDED),
    bulletins.c.key == alerts.c.key,
    bulletins.c.digest == versions.c.digest,
    (alerts.c.edition == 0) | (bulletins.c.generation == alerts.c.edition),
) & ~exists().where(hidden.c.key == alerts.c.key)
_PENDING = (
    select(*_TOLD, _MADE_AT, _IS_THERE.label("is_there"))
    .where(
        alerts.c.chat_id == bindparam("chat"),
        alerts.c.thread_id == bindparam("thread"),
        alerts.c.outbox_id.is_(None),
        alerts.c.is_daily == bindparam("daily"),
    )
    .order_by(literal_column("is_there").desc(), alerts.c.generation, alerts.c.key)  # what is not there comes last
    .limit(MOST_PENDING)
)
_TOLD_IN = (
    select(*_TOLD, _MADE_AT)
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


def held(connection: Connection, keys: Collection[str], first: int, last: int) -> set[tuple[int, int, str]]:
    """The chats of a range that have an alert of some articles, as (chat, topic, key)."""
    found: set[tuple[int, int, str]] = set()
    columns = (alerts.c.chat_id, alerts.c.thread_id, alerts.c.key)
    for some in portions(keys, MOST_KEYS):
        where = (alerts.c.key.in_(some), alerts.c.chat_id.between(first, last))
        found.update(
            (row.chat_id, row.thread_id, row.key) for row in connection.execute(select(*columns).where(*where))
        )
    return found


def hold(connection: Connection) -> None:
    """Let nobody take on messages, or move a group, to the end of the transaction: all take this lock first."""
    dialect.take(connection, dialect.Lock.OUTBOX)


def put(
    connection: Connection,
    planned: Sequence[tuple[Alert, Sequence[str]]],
    generation: int,
    now: datetime.datetime,
    daily_at: datetime.datetime,
) -> None:
    """Keep alerts, and let a message go to each place that has any; what is there already is left out.

    Args:
        connection: in a transaction that writes.
        planned: alerts, each with the ids of the answers to its questions.
        generation: that is announced.
        now: the time.
        daily_at: when the next daily messages go.
    """
    if not planned:
        return
    rows = [
        {
            "key": one.key,
            "chat_id": one.chat_id,
            "thread_id": one.thread_id,
            "edition": one.edition,
            "generation": generation,
            "subscriptions": " ".join(one.subscriptions),
            "is_daily": one.is_daily,
            "answers": " ".join(answers),
            "more": one.more,
            "is_silent": one.is_silent,
        }
        for one, answers in planned
    ]
    connection.execute(dialect.insert(connection, alerts).on_conflict_do_nothing(), rows)
    chats = [one.chat_id for one, _ in planned]
    here = (alerts.c.chat_id.between(min(chats), max(chats)), alerts.c.generation == generation)
    _enqueue(connection, here, now, daily_at)


def _enqueue(
    connection: Connection,
    which: tuple[ColumnElement[bool], ...],
    now: datetime.datetime,
    daily_at: datetime.datetime,
) -> None:
    """Let a message go to each place that some pending alerts are for, where none waits yet.

    What it says is decided when it is about to go: by then it may be more, or no longer wanted. In the database alone,
    as there may be one for each of 100,000 chats.
    """
    hold(connection)  # or one that is taken on just now would not tell what was put in
    for is_daily, next_at in ((False, now), (True, daily_at)):
        place = literal(f"{_PREFIX}:") + cast(alerts.c.chat_id, String)
        key = place + ":" + cast(alerts.c.thread_id, String) + (":daily" if is_daily else ":now")
        moments = (literal(now, Moment), literal(next_at, Moment))
        facts = (literal(""), literal(int(Priority.ALERT)), literal(MessageState.WAITING.value))
        places = select(alerts.c.chat_id, key, *moments, *facts).distinct()
        places = places.where(*which, alerts.c.outbox_id.is_(None), alerts.c.is_daily == is_daily)
        columns = ["chat_id", "key", "created_at", "next_at", "payload", "priority", "state"]
        rows = dialect.insert(connection, messages).from_select(columns, places.order_by(alerts.c.chat_id))
        connection.execute(rows.on_conflict_do_nothing(index_elements=["key"]))


def enqueue(connection: Connection, chat_id: int, now: datetime.datetime, daily_at: datetime.datetime) -> None:
    """Let messages go for all that is pending of a chat."""
    _enqueue(connection, (alerts.c.chat_id == chat_id,), now, daily_at)


def go_on(connection: Connection, chat_id: int, thread_id: int, is_daily: bool, now: datetime.datetime) -> None:
    """Let another message go for what is still pending at a place."""
    place = (alerts.c.chat_id == chat_id, alerts.c.thread_id == thread_id, alerts.c.is_daily == is_daily)
    _enqueue(connection, place, now, now)


def place_of(key: str | None) -> tuple[int, bool] | None:
    """The topic that a waiting message goes to, and whether it is the daily one; None where its words are decided."""
    prefix, *parts = (key or "").split(":")
    return (int(parts[1]), parts[2] == "daily") if prefix == _PREFIX else None


def pending(connection: Connection, chat_id: int, thread_id: int, *, is_daily: bool) -> list[PendingAlert]:
    """What is to be told at a place, at most so much as one message holds: what can be told first, then the oldest."""
    place = {"chat": chat_id, "thread": thread_id, "daily": is_daily, "serving": generation_table.number(connection)}
    return [_pending(row, is_there=bool(row.is_there)) for row in connection.execute(_PENDING, place)]


def _pending(row: Any, *, is_there: bool) -> PendingAlert:
    named, answers = tuple(row.subscriptions.split()), tuple(row.answers.split())
    return PendingAlert(
        key=row.key,
        edition=row.edition,
        subscriptions=named,
        answers=answers,
        more=row.more,
        made_at=row.made_at or _LONG_AGO,
        is_there=is_there,
        is_silent=row.is_silent,
    )


def bind(connection: Connection, chat_id: int, thread_id: int, chosen: Iterable[PendingAlert], outbox_id: int) -> None:
    """Put alerts into a message."""
    place = {"chat": chat_id, "thread": thread_id, "row": outbox_id}
    connection.execute(_BIND, {**place, "pairs": [(one.key, one.edition) for one in chosen]})


def unbind(connection: Connection, chat_id: int, outbox_id: int) -> None:
    """Take alerts out of a message again, which did not arrive."""
    here = (alerts.c.outbox_id == outbox_id, alerts.c.chat_id == chat_id)
    connection.execute(update(alerts).where(*here).values(outbox_id=None))


def drop(connection: Connection, chat_id: int, thread_id: int, unwanted: Iterable[PendingAlert]) -> None:
    """Let alerts be that nobody wants any more."""
    place = (alerts.c.chat_id == chat_id, alerts.c.thread_id == thread_id)
    for one in unwanted:
        connection.execute(delete(alerts).where(*place, alerts.c.key == one.key, alerts.c.edition == one.edition))


def fulfil(connection: Connection, chat_id: int, outbox_id: int) -> None:
    """End the subscriptions to questions whose answers a message brought, unless they ask something else by now."""
    here = (alerts.c.outbox_id == outbox_id, alerts.c.chat_id == chat_id, alerts.c.answers != "")
    for row in connection.execute(select(alerts.c.subscriptions, alerts.c.answers).where(*here)).all():
        asked = select(given.c.question).where(given.c.id.in_(row.answers.split()))
        ids = subscriptions.c.id.in_(row.subscriptions.split())
        connection.execute(delete(subscriptions).where(ids, subscriptions.c.question.in_(asked)))


def answered(connection: Connection, first: int, last: int) -> set[str]:
    """The subscriptions of chats of a range to which an answer is about to be told."""
    where = (alerts.c.answers != "", alerts.c.chat_id.between(first, last), alerts.c.outbox_id.is_(None))
    facts = {"serving": generation_table.number(connection)}
    rows = connection.execute(select(alerts.c.subscriptions).where(*where, _IS_THERE), facts)
    return {name for row in rows for name in row.subscriptions.split()}


def untell(connection: Connection, outbox_id: int) -> None:
    """Forget what a message told that never arrived."""
    connection.execute(delete(alerts).where(alerts.c.outbox_id == outbox_id))


def told_in(connection: Connection, outbox_id: int, chat_id: int) -> tuple[list[PendingAlert], bool]:
    """What a message in a chat tells, in its order, and whether it is a daily one."""
    rows = connection.execute(_TOLD_IN, {"row": outbox_id, "chat": chat_id}).all()
    return [_pending(row, is_there=True) for row in rows], any(row.is_daily for row in rows)


def wake(connection: Connection, keys: Iterable[str], now: datetime.datetime, daily_at: datetime.datetime) -> None:
    """Let messages go for what is pending of articles that are published again, or shown."""
    for some in portions(keys, MOST_KEYS):
        _enqueue(connection, (alerts.c.key.in_(some),), now, daily_at)


def count(connection: Connection, generation: int) -> int:
    """How many alerts an announcement led to so far."""
    of = select(func.count()).select_from(alerts).where(alerts.c.generation == generation)
    return connection.scalar(of) or 0


def prune(connection: Connection, before: datetime.datetime, most: int) -> int:
    """Remove some of the alerts about an article of which something was made before that; returns how many rows."""
    old = select(bulletins.c.key, bulletins.c.generation).where(bulletins.c.made_at < before).limit(1)
    row = connection.execute(old).one_or_none()
    if row is None:
        return 0
    some = select(*alerts.primary_key).where(alerts.c.key == row.key, alerts.c.generation == row.generation).limit(most)
    removed = connection.execute(delete(alerts).where(tuple_(*alerts.primary_key).in_(some))).rowcount
    if removed < most:
        here = (bulletins.c.key == row.key, bulletins.c.generation == row.generation)
        connection.execute(delete(bulletins).where(*here))
        removed += 1
    return removed


def migrate(connection: Connection, old: int, new: int) -> None:
    """Move what a group was and is to be told to its new id, and the messages that wait to tell it."""
    there = alerts.alias("there")
    columns = ("key", "thread_id", "edition")
    is_double = exists().where(there.c.chat_id == new, *(there.c[name] == alerts.c[name] for name in columns))
    connection.execute(delete(alerts).where(alerts.c.chat_id == old, is_double))
    connection.execute(update(alerts).where(alerts.c.chat_id == old).values(chat_id=new))
    waiting = select(messages.c.id, messages.c.key, messages.c.next_at).where(
        messages.c.chat_id.in_((old, new)), messages.c.key.startswith(f"{_PREFIX}:{old}:")
    )
    rows = connection.execute(waiting).all()
    connection.execute(delete(messages).where(messages.c.id.in_([row.id for row in rows])))
    if rows:
        daily = [row.next_at for row in rows if (place_of(row.key) or (0, False))[1]]
        enqueue(connection, new, min(row.next_at for row in rows), max(daily, default=rows[0].next_at))


def remove_all(connection: Connection, chat_id: int) -> None:
    """Remove what a chat was and is to be told."""
    connection.execute(delete(alerts).where(alerts.c.chat_id == chat_id))
