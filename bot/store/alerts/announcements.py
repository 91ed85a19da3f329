"""What a generation brought, and how far everybody is told of it."""

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
    """The first one that is not planned to the end."""
    is_open = announcements.c.planned_at.is_(None)
    first = select(announcements).where(is_open).order_by(announcements.c.generation).limit(1)
    row = connection.execute(first).one_or_none()
    if row is None:
        return None
    return Announcement(row.generation, JobKind(row.kind), AnnouncedKeys.read(json.loads(row.changes)), row.done_to)


def advance(connection: Connection, announcement: Announcement, chat_id: int) -> bool:
    """Note up to which chat an announcement is planned; False, and nothing is changed, where another process did."""
    before = announcements.c.done_to
    is_same = before.is_(None) if announcement.done_to is None else before == announcement.done_to
    here = (announcements.c.generation == announcement.generation, announcements.c.planned_at.is_(None), is_same)
    return connection.execute(update(announcements).where(*here).values(done_to=chat_id)).rowcount == 1


def mark_announced(connection: Connection, keys: Sequence[str], now: datetime.datetime) -> None:
    """Note that everybody who wanted to hear of some articles has an alert, or that nobody is to."""
    connection.execute(update(articles).where(articles.c.key.in_(keys)).values(told_at=now))


def complete(connection: Connection, announcement: Announcement, now: datetime.datetime) -> None:
    """End an announcement."""
    here = announcements.c.generation == announcement.generation
    connection.execute(update(announcements).where(here).values(planned_at=now))


def already_announced(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Of some articles those that everybody was told of already who wanted to hear of them."""
    found: set[str] = set()
    for some in batched(keys, MOST_KEYS):
        is_told = articles.c.told_at.is_not(None)
        found.update(connection.scalars(select(articles.c.key).where(articles.c.key.in_(some), is_told)))
    return found


def sent_alerts(connection: Connection, keys: Collection[str], first: int, last: int) -> list[SentAlert]:
    """To which chats of a range some articles were sent, the first alert of each."""
    found: dict[tuple[int, int, str], SentAlert] = {}
    columns = (alerts.c.chat_id, alerts.c.thread_id, alerts.c.key, alerts.c.subscriptions)
    for some in batched(keys, MOST_KEYS):
        where = (alerts.c.key.in_(some), alerts.c.chat_id.between(first, last), alerts.c.outbox_id.is_not(None))
        for row in connection.execute(select(*columns).where(*where).order_by(alerts.c.edition)):
            place = (row.chat_id, row.thread_id, row.key)
            found.setdefault(place, SentAlert(*place, tuple(row.subscriptions.split())))
    return list(found.values())
