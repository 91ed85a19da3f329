"""What chats are to be told of: planned from announcements in batches, put into messages when these are about to go."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, func, or_, select, tuple_, update

from bot.store import dialect, generations, outbox
from bot.store.answers import read_source, to_json
from bot.store.dialect import portions
from bot.store.model import Outgoing, Priority
from bot.store.operations import JobKind
from bot.store.schema import alerts, announcements, articles, bulletins, hidden, versions
from bot.store.schema import outbox as messages
from bot.store.subscribing import Announcement, Bulletin, News, Pending, Told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from bot.store.subscribing import Alert

MOST_KEYS = 1_000  # in one statement
MOST_PENDING = 400  # alerts that are put into one message
_PREFIX = "alerts"
_TOLD = ("key", "edition", "subscriptions", "answers", "more", "made_at", "is_silent")  # what a row has of a Pending


def open_announcement(connection: Connection) -> Announcement | None:
    """The first one that is not planned to the end."""
    is_open = announcements.c.planned_at.is_(None)
    first = select(announcements).where(is_open).order_by(announcements.c.generation).limit(1)
    row = connection.execute(first).one_or_none()
    if row is None:
        return None
    return Announcement(row.generation, JobKind(row.kind), News.read(json.loads(row.changes)), row.done_to)


def advance(connection: Connection, announcement: Announcement, chat_id: int) -> bool:
    """Note up to which chat an announcement is planned; False, and nothing is changed, where another process did."""
    before = announcements.c.done_to
    is_same = before.is_(None) if announcement.done_to is None else before == announcement.done_to
    here = (announcements.c.generation == announcement.generation, announcements.c.planned_at.is_(None), is_same)
    return connection.execute(update(announcements).where(*here).values(done_to=chat_id)).rowcount == 1


def tell(connection: Connection, keys: Sequence[str], now: datetime.datetime) -> None:
    """Note that everybody who wanted to hear of some articles has an alert, or that nobody is to."""
    connection.execute(update(articles).where(articles.c.key.in_(keys)).values(told_at=now))


def finish(connection: Connection, announcement: Announcement, now: datetime.datetime) -> None:
    """End an announcement."""
    here = announcements.c.generation == announcement.generation
    connection.execute(update(announcements).where(here).values(planned_at=now))


def known(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Of some articles those that everybody was told of already who wanted to hear of them."""
    found: set[str] = set()
    for some in portions(keys, MOST_KEYS):
        is_told = articles.c.told_at.is_not(None)
        found.update(connection.scalars(select(articles.c.key).where(articles.c.key.in_(some), is_told)))
    return found


def told(connection: Connection, keys: Collection[str], first: int, last: int) -> list[Told]:
    """To which chats of a range some articles were sent, the first alert of each."""
    found: dict[tuple[int, int, str], Told] = {}
    columns = (alerts.c.chat_id, alerts.c.thread_id, alerts.c.key, alerts.c.subscriptions)
    for some in portions(keys, MOST_KEYS):
        where = (alerts.c.key.in_(some), alerts.c.chat_id.between(first, last), alerts.c.outbox_id.is_not(None))
        for row in connection.execute(select(*columns).where(*where).order_by(alerts.c.edition)):
            place = (row.chat_id, row.thread_id, row.key)
            found.setdefault(place, Told(*place, tuple(row.subscriptions.split())))
    return list(found.values())


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
            "made_at": now,
        }
        for one, answers in planned
    ]
    connection.execute(dialect.insert(connection, alerts).on_conflict_do_nothing(), rows)
    enqueue(connection, {(one.chat_id, one.thread_id, one.is_daily) for one, _ in planned}, now, daily_at)


def enqueue(
    connection: Connection,
    places: Iterable[tuple[int, int, bool]],
    now: datetime.datetime,
    daily_at: datetime.datetime,
) -> None:
    """Let a message go to places, as (chat, topic, whether once a day), where none waits yet.

    What it says is decided when it is about to go: by then it may be more, or no longer wanted.
    """
    rows = [
        Outgoing(
            chat_id,
            "",
            priority=Priority.ALERT,
            key=f"{_PREFIX}:{chat_id}:{thread_id}:{'daily' if is_daily else 'now'}",
            not_before=daily_at if is_daily else None,
        )
        for chat_id, thread_id, is_daily in sorted(places)
    ]
    dialect.take(connection, dialect.Lock.OUTBOX)  # or one that is taken on just now would not tell what was put in
    outbox.add(connection, rows, now)


def place_of(key: str | None) -> tuple[int, bool] | None:
    """The topic that a waiting message goes to, and whether it is the daily one; None where its words are decided."""
    prefix, *parts = (key or "").split(":")
    return (int(parts[1]), parts[2] == "daily") if prefix == _PREFIX else None


def pending(connection: Connection, chat_id: int, thread_id: int, *, is_daily: bool) -> list[Pending]:
    """What is to be told at a place, at most so much as one message holds: what can be told first, then the oldest."""
    serving = generations.number(connection)
    ended = versions.c.to_generation
    is_serving = (versions.c.from_generation <= serving) & or_(ended.is_(None), ended > serving)
    version = exists().where(versions.c.key == alerts.c.key, is_serving)
    is_hidden = exists().where(hidden.c.key == alerts.c.key)
    is_of_edition = (alerts.c.edition == 0) | (bulletins.c.generation == alerts.c.edition)
    is_there = version & ~is_hidden & exists().where(bulletins.c.key == alerts.c.key, is_of_edition)
    columns = [alerts.c[name] for name in _TOLD]
    where = (
        alerts.c.chat_id == chat_id,
        alerts.c.thread_id == thread_id,
        alerts.c.outbox_id.is_(None),
        alerts.c.is_daily == is_daily,
    )
    statement = select(*columns, is_there.label("is_there")).where(*where)
    order = (is_there.desc(), alerts.c.generation, alerts.c.made_at, alerts.c.key)  # what is not there holds up nothing
    rows = connection.execute(statement.order_by(*order).limit(MOST_PENDING))
    return [_pending(row, is_there=bool(row.is_there)) for row in rows]


def _pending(row: Any, *, is_there: bool) -> Pending:
    named, answers = tuple(row.subscriptions.split()), tuple(row.answers.split())
    return Pending(row.key, row.edition, named, answers, row.more, row.made_at, is_there, row.is_silent)


def bind(
    connection: Connection, chat_id: int, thread_id: int, chosen: Iterable[Pending], outbox_id: int | None
) -> None:
    """Put alerts into a message; without one they are dropped."""
    for one in chosen:
        here = (
            alerts.c.key == one.key,
            alerts.c.chat_id == chat_id,
            alerts.c.thread_id == thread_id,
            alerts.c.edition == one.edition,
        )
        if outbox_id is None:
            connection.execute(delete(alerts).where(*here))
        else:
            connection.execute(update(alerts).where(*here).values(outbox_id=outbox_id))


def told_in(connection: Connection, outbox_id: int, chat_id: int) -> tuple[list[Pending], bool]:
    """What a message in a chat tells, in its order, and whether it is a daily one."""
    there: Any = select(alerts).where(alerts.c.outbox_id == outbox_id, alerts.c.chat_id == chat_id)
    rows = connection.execute(there.order_by(alerts.c.generation, alerts.c.made_at, alerts.c.key)).all()
    return [_pending(row, is_there=True) for row in rows], any(row.is_daily for row in rows)


def wake(connection: Connection, keys: Iterable[str], now: datetime.datetime, daily_at: datetime.datetime) -> None:
    """Let messages go for what is pending of articles that are published again."""
    columns = (alerts.c.chat_id, alerts.c.thread_id, alerts.c.is_daily)
    for some in portions(keys, MOST_KEYS):
        waiting = select(*columns).where(alerts.c.key.in_(some), alerts.c.outbox_id.is_(None)).distinct()
        enqueue(connection, [tuple(row) for row in connection.execute(waiting)], now, daily_at)


def wake_chat(connection: Connection, chat_id: int, now: datetime.datetime) -> None:
    """Let messages go at once for all that is pending of a chat."""
    columns = (alerts.c.chat_id, alerts.c.thread_id, alerts.c.is_daily)
    waiting = select(*columns).where(alerts.c.chat_id == chat_id, alerts.c.outbox_id.is_(None)).distinct()
    enqueue(connection, [(row.chat_id, row.thread_id, row.is_daily) for row in connection.execute(waiting)], now, now)


def keep(connection: Connection, made: Iterable[Bulletin], now: datetime.datetime) -> None:
    """Keep what alerts say of articles; what is there already stays."""
    rows = [{"key": one.key, "generation": one.generation, "content": _content(one), "made_at": now} for one in made]
    if rows:
        connection.execute(dialect.insert(connection, bulletins).on_conflict_do_nothing(), rows)


def bulletin(connection: Connection, key: str, edition: int = 0) -> Bulletin | None:
    """What alerts say of an article: of the correction of that generation, else what was made last."""
    statement = select(bulletins).where(bulletins.c.key == key)
    if edition:
        statement = statement.where(bulletins.c.generation == edition)
    row = connection.execute(statement.order_by(bulletins.c.generation.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    said = json.loads(row.content)
    return Bulletin(
        row.key,
        row.generation,
        said["title"],
        datetime.date.fromisoformat(said["date"]) if said["date"] else None,
        tuple(said["regions"]),
        tuple(read_source(source) for source in said["sources"]),
        tuple(tuple(change) for change in said["changes"]),
        said["digest"],
    )


def _content(one: Bulletin) -> str:
    said = {name: value for name, value in dataclasses.asdict(one).items() if name not in ("key", "generation")}
    return to_json(said)


def last_told(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """What was told last of each of some articles, by `Article.digest`."""
    found: dict[str, str] = {}
    for some in portions(keys, MOST_KEYS):
        rows = select(bulletins.c.key, bulletins.c.content).where(bulletins.c.key.in_(some))
        for row in connection.execute(rows.order_by(bulletins.c.generation)):
            found[row.key] = json.loads(row.content)["digest"]
    return found


def has_bulletin(connection: Connection, keys: Collection[str], generation: int) -> set[str]:
    """The articles of which something is kept for that announcement."""
    found: set[str] = set()
    for some in portions(keys, MOST_KEYS):
        where = (bulletins.c.key.in_(some), bulletins.c.generation == generation)
        found.update(connection.scalars(select(bulletins.c.key).where(*where)))
    return found


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
    for row in connection.execute(waiting).all():
        thread_id, is_daily = place_of(row.key) or (0, False)
        connection.execute(delete(messages).where(messages.c.id == row.id))
        enqueue(connection, [(new, thread_id, is_daily)], row.next_at, row.next_at)


def remove_all(connection: Connection, chat_id: int) -> None:
    """Remove what a chat was and is to be told."""
    connection.execute(delete(alerts).where(alerts.c.chat_id == chat_id))
