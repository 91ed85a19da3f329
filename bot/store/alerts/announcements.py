"""Announcements: the changes of published generations, and how far alerts are planned from them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.domain.jobs import JobKind
from bot.domain.subscriptions import AnnouncedKeys, Announcement, SentAlert
from bot.store.db.dialect import MOST_KEYS, batched
from bot.store.db.schema import alerts, announcements, articles

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection


def open_announcement(connection: Connection) -> Announcement | None:
    """Return the oldest announcement whose planning is not finished; None if there is none."""
    is_open = announcements.c.planned_at.is_(None)
    first = select(announcements).where(is_open).order_by(announcements.c.generation).limit(1)
    row = connection.execute(first).one_or_none()
    if row is None:
        return None
    return Announcement(row.generation, JobKind(row.kind), AnnouncedKeys.read(json.loads(row.changes)), row.done_to)


def advance(connection: Connection, announcement: Announcement, chat_id: int) -> bool:
    """Record that an announcement is planned for the chats up to `chat_id`, included.

    Returns:
        False, and nothing is changed, if another process has recorded progress, or completed it, since `announcement`
        was read.
    """
    before = announcements.c.done_to
    is_same = before.is_(None) if announcement.done_to is None else before == announcement.done_to
    expected = (announcements.c.generation == announcement.generation, announcements.c.planned_at.is_(None), is_same)
    return connection.execute(update(announcements).where(*expected).values(done_to=chat_id)).rowcount == 1


def mark_announced(connection: Connection, keys: Sequence[str], now: datetime.datetime) -> None:
    """Record that all subscribers have an alert of these articles, or that none is to get one.

    At most `MOST_KEYS` keys at a time; articles that were never published are ignored.
    """
    connection.execute(update(articles).where(articles.c.key.in_(keys)).values(told_at=now))


def complete(connection: Connection, announcement: Announcement, now: datetime.datetime) -> None:
    """Record that planning an announcement is finished, so that `open_announcement` returns the next one."""
    row = announcements.c.generation == announcement.generation
    connection.execute(update(announcements).where(row).values(planned_at=now))


def already_announced(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Return the keys of those articles for which `mark_announced` was called."""
    announced: set[str] = set()
    for batch in batched(keys, MOST_KEYS):
        is_announced = articles.c.told_at.is_not(None)
        announced.update(connection.scalars(select(articles.c.key).where(articles.c.key.in_(batch), is_announced)))
    return announced


def sent_alerts(connection: Connection, keys: Collection[str], first: int, last: int) -> list[SentAlert]:
    """Return for each article and place (chat and topic) the first alert that is not pending any more.

    The first has the lowest edition. Such an alert is contained in a message that was sent or is about to be; edition
    0, as a new article, comes before corrections and answers. Articles and places without one are left out.

    Args:
        connection: for reading.
        keys: of the articles.
        first: lowest id of the chats, included.
        last: highest id of the chats, included.
    """
    sent: dict[tuple[int, int, str], SentAlert] = {}
    columns = (alerts.c.chat_id, alerts.c.thread_id, alerts.c.key, alerts.c.subscriptions)
    for batch in batched(keys, MOST_KEYS):
        where = (alerts.c.key.in_(batch), alerts.c.chat_id.between(first, last), alerts.c.outbox_id.is_not(None))
        for row in connection.execute(select(*columns).where(*where).order_by(alerts.c.edition)):
            place = (row.chat_id, row.thread_id, row.key)
            sent.setdefault(place, SentAlert(*place, tuple(row.subscriptions.split())))
    return list(sent.values())
