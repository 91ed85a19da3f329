"""Updates that came in: each is stored before Telegram hears that it arrived, and done once, in its chat's order."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, select, update

from bot.domain.messages import ClaimedUpdate, FailedUpdate, UpdateEnd
from bot.store.db.dialect import Lock, insert, take
from bot.store.db.schema import inbox, is_open, is_suspect
from bot.store.queue import chats, head_of_line
from bot.store.queue.head_of_line import heads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from bot.domain.messages import QueueLimits, ReceivedUpdate

MOST_TRIES = 3
MOST_DEATHS = 10  # all but the first three with that update alone: kill -9 by chance does not hit one so often
RETRY_SECONDS = (1, 5)  # after the first try that failed, and the second
_FIRST = heads(inbox, is_open)
# Made once: making it takes longer than running it.
_OLDEST = (
    select(_FIRST.c.head).where(_FIRST.c.next_at <= bindparam("now")).order_by(_FIRST.c.head).limit(bindparam("most"))
)


def put(
    connection: Connection, updates: Sequence[ReceivedUpdate], limits: QueueLimits, now: datetime.datetime
) -> tuple[ReceivedUpdate, ...]:
    """Store updates that are not there yet.

    Args:
        connection: in a transaction that writes.
        updates: at most some hundreds; they may have come before.
        limits: how much of one person may wait.
        now: the time.

    Returns:
        Those refused, because their sender has too much waiting: stored as ended, and never handled.
    """
    fresh = _fresh(connection, updates)
    if not fresh:
        return ()
    chats.seen(connection, {one.chat_id for one in fresh if one.is_from_person and one.chat_id}, now)
    too_many = {one.update_id for one in _beyond(connection, fresh, limits)}
    rows = [
        {
            "update_id": one.update_id,
            "chat_id": one.chat_id,
            "person_id": one.person_id,
            "raw": one.raw,
            "received_at": now,
            "next_at": now,
            "ended_at": now if one.update_id in too_many else None,
            "end": UpdateEnd.REFUSED.value if one.update_id in too_many else None,
        }
        for one in fresh
    ]
    statement = insert(connection, inbox).on_conflict_do_nothing(index_elements=["update_id"])
    stored = set(connection.scalars(statement.returning(inbox.c.update_id), rows))
    return tuple(one for one in fresh if one.update_id in too_many & stored)


def _fresh(connection: Connection, updates: Iterable[ReceivedUpdate]) -> list[ReceivedUpdate]:
    """Those not stored yet, each once, in order."""
    by_id = {one.update_id: one for one in updates}
    known = set(connection.scalars(select(inbox.c.update_id).where(inbox.c.update_id.in_(by_id))))
    return [by_id[update_id] for update_id in sorted(by_id.keys() - known)]


def _beyond(connection: Connection, fresh: Sequence[ReceivedUpdate], limits: QueueLimits) -> list[ReceivedUpdate]:
    """Those whose sender has too much waiting, in that chat and in this batch."""
    sender = (inbox.c.chat_id, inbox.c.person_id)
    counts = select(*sender, func.count()).where(is_open(inbox), inbox.c.chat_id.in_({one.chat_id for one in fresh}))
    waiting = Counter({(chat, person): count for chat, person, count in connection.execute(counts.group_by(*sender))})
    beyond = []
    for one in fresh:
        most = limits.waiting_in_group if one.chat_id < 0 else limits.waiting
        if one.is_from_person and waiting[one.chat_id, one.person_id] >= most:
            beyond.append(one)
        else:
            waiting[one.chat_id, one.person_id] += 1
    return beyond


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[ClaimedUpdate]:
    """Take on updates: the first open one of each chat that has none in hand, oldest first.

    Updates without a chat (`chat_id` 0) are a chat of their own. One that is to be tried again later holds back its
    chat. One that several processes died with is taken on alone: if the next one dies as well, it was that update.
    Claims wait for one another: two that overlap could each find a different first update in one chat.
    """
    take(connection, Lock.INBOX)
    # By number: PostgreSQL compares a subquery of this kind with every open row.
    suspects = connection.scalars(select(inbox.c.update_id).where(is_suspect(inbox))).all()
    alone = connection.scalars(_OLDEST.where(_FIRST.c.head.in_(suspects)), {"now": now, "most": 1}) if suspects else ()
    chosen = list(alone) or connection.scalars(_OLDEST, {"now": now, "most": limit}).all()
    is_busy = select(exists().where(inbox.c.process_id == process_id))
    if not chosen or (chosen[0] in suspects and connection.scalar(is_busy)):
        return []
    taken = update(inbox).where(inbox.c.update_id.in_(chosen), is_open(inbox), inbox.c.process_id.is_(None))
    columns = (inbox.c.update_id, inbox.c.chat_id, inbox.c.raw, inbox.c.received_at, inbox.c.tries, inbox.c.deaths)
    rows = connection.execute(taken.values(process_id=process_id).returning(*columns)).mappings()
    return sorted((ClaimedUpdate(**row) for row in rows), key=lambda task: task.update_id)


def release(connection: Connection, process_id: str, but: Collection[int]) -> None:
    """Let go of what a process holds without knowing, which is all but those it names."""
    head_of_line.release(connection, inbox, process_id, but)


def done(connection: Connection, task: ClaimedUpdate, process_id: str, now: datetime.datetime) -> bool:
    """End an update; False, and nothing is changed, where the process holds it no longer."""
    return _end(connection, task, process_id, ended_at=now, end=UpdateEnd.DONE)


def failed(connection: Connection, task: ClaimedUpdate, process_id: str, error: str, now: datetime.datetime) -> bool:
    """Count a try that ended in an error; True where it was the last one, and the update is set aside."""
    tries = task.tries + 1
    if tries >= MOST_TRIES or task.deaths >= MOST_DEATHS:
        return _end(connection, task, process_id, tries=tries, ended_at=now, end=UpdateEnd.SET_ASIDE, error=error)
    later = now + datetime.timedelta(seconds=RETRY_SECONDS[task.tries])
    _end(connection, task, process_id, tries=tries, next_at=later, error=error)
    return False


def _end(connection: Connection, task: ClaimedUpdate, process_id: str, **values: object) -> bool:
    """Let go of an update that the process still holds."""
    statement = update(inbox).where(inbox.c.update_id == task.update_id, inbox.c.process_id == process_id)
    return connection.execute(statement.values(process_id=None, **values)).rowcount == 1


def waiting(connection: Connection) -> int:
    """How many updates are still to be done, those in hand included."""
    return connection.scalar(select(func.count()).select_from(inbox).where(is_open(inbox))) or 0


def set_aside(connection: Connection, limit: int) -> list[FailedUpdate]:
    """Updates that were given up, the latest first."""
    columns = (inbox.c.update_id, inbox.c.chat_id, inbox.c.error, inbox.c.received_at)
    statement = select(*columns).where(inbox.c.end == UpdateEnd.SET_ASIDE, inbox.c.ended_at.is_not(None))
    return [FailedUpdate(*row) for row in connection.execute(statement.order_by(inbox.c.ended_at.desc()).limit(limit))]
