"""The inbox: updates are stored before they are acknowledged to Telegram, and handled once, in order within a chat."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, select, update

from bot.domain.messages import ClaimedUpdate, UpdateEnd
from bot.store.db.dialect import Lock, acquire_lock, insert
from bot.store.db.schema import inbox, is_open, is_suspect
from bot.store.queue import chats, head_of_line
from bot.store.queue.head_of_line import heads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from bot.domain.messages import QueueLimits, ReceivedUpdate

MOST_TRIES = 3
# From the third death on, the update is claimed alone; so many deaths by chance (kill -9) do not hit one update.
MOST_DEATHS = 10
RETRY_SECONDS = (1, 5)  # backoff after the first and the second attempt
_FIRST = heads(inbox, is_open)
# Built once: building it takes longer than running it.
_OLDEST = (
    select(_FIRST.c.head).where(_FIRST.c.next_at <= bindparam("now")).order_by(_FIRST.c.head).limit(bindparam("most"))
)


def put(
    connection: Connection, updates: Sequence[ReceivedUpdate], limits: QueueLimits, now: datetime.datetime
) -> tuple[ReceivedUpdate, ...]:
    """Store updates; those stored before are skipped, so that a repeated call changes nothing.

    Chats in which a person wrote are marked as accepting messages (`chats.mark_seen`), also if the update is refused.

    Args:
        connection: in a transaction that writes.
        updates: at most a few hundred, in any order.
        limits: how many updates of one person in one chat may wait.
        now: the time.

    Returns:
        The updates that this call refused, by id: too many of their sender wait in this chat. They are stored
        as ended and never handled.
    """
    fresh = _fresh(connection, updates)
    if not fresh:
        return ()
    writing_chats = {received.chat_id for received in fresh if received.is_from_person and received.chat_id}
    chats.mark_seen(connection, writing_chats, now)
    refused = {received.update_id for received in _beyond(connection, fresh, limits)}
    rows = [
        {
            "update_id": received.update_id,
            "chat_id": received.chat_id,
            "person_id": received.person_id,
            "raw": received.raw,
            "received_at": now,
            "next_at": now,
            "ended_at": now if received.update_id in refused else None,
            "end": UpdateEnd.REFUSED.value if received.update_id in refused else None,
        }
        for received in fresh
    ]
    statement = insert(connection, inbox).on_conflict_do_nothing(index_elements=["update_id"])
    stored = set(connection.scalars(statement.returning(inbox.c.update_id), rows))
    return tuple(received for received in fresh if received.update_id in refused & stored)


def _fresh(connection: Connection, updates: Iterable[ReceivedUpdate]) -> list[ReceivedUpdate]:
    """Return the updates that are not stored yet, without duplicates, by id."""
    by_id = {received.update_id: received for received in updates}
    stored = set(connection.scalars(select(inbox.c.update_id).where(inbox.c.update_id.in_(by_id))))
    return [by_id[update_id] for update_id in sorted(by_id.keys() - stored)]


def _beyond(connection: Connection, fresh: Sequence[ReceivedUpdate], limits: QueueLimits) -> list[ReceivedUpdate]:
    """Return the updates beyond the limit of their sender in their chat, in the order of `fresh`.

    Counted are the updates of that sender that have not ended, and those before it in `fresh` that are within the
    limit. Only updates sent by a person are limited. Groups are the chats with a negative id.
    """
    sender = (inbox.c.chat_id, inbox.c.person_id)
    in_chats = inbox.c.chat_id.in_({received.chat_id for received in fresh})
    rows = connection.execute(select(*sender, func.count()).where(is_open(inbox), in_chats).group_by(*sender))
    waiting = Counter({(chat_id, person_id): count for chat_id, person_id, count in rows})
    beyond = []
    for received in fresh:
        most = limits.waiting_in_group if received.chat_id < 0 else limits.waiting
        if received.is_from_person and waiting[received.chat_id, received.person_id] >= most:
            beyond.append(received)
        else:
            waiting[received.chat_id, received.person_id] += 1
    return beyond


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[ClaimedUpdate]:
    """Claim the first open update of each chat that has no claimed one, at most `limit`; they are returned by id.

    An update that is to be retried later holds back its chat (head-of-line blocking). Updates without a chat share
    `chat_id` 0 and are handled as one chat. A lock serialises claims: two concurrent ones could otherwise each claim a
    different first update of one chat.

    An update during which `SUSPECT_DEATHS` processes died is claimed alone, before all others, and only by a process
    that holds nothing else; while it is due and unclaimed, the result is empty for all other processes. If that process
    dies too, this update is the cause.
    """
    acquire_lock(connection, Lock.INBOX)
    # Fetched first: PostgreSQL would evaluate a subquery here for every open row.
    suspects = connection.scalars(select(inbox.c.update_id).where(is_suspect(inbox))).all()
    alone = connection.scalars(_OLDEST.where(_FIRST.c.head.in_(suspects)), {"now": now, "most": 1}) if suspects else ()
    chosen = list(alone) or connection.scalars(_OLDEST, {"now": now, "most": limit}).all()
    is_busy = select(exists().where(inbox.c.process_id == process_id))
    if not chosen or (chosen[0] in suspects and connection.scalar(is_busy)):
        return []
    claimed = update(inbox).where(inbox.c.update_id.in_(chosen), is_open(inbox), inbox.c.process_id.is_(None))
    columns = (inbox.c.update_id, inbox.c.chat_id, inbox.c.raw, inbox.c.received_at, inbox.c.tries, inbox.c.deaths)
    rows = connection.execute(claimed.values(process_id=process_id).returning(*columns)).mappings()
    return sorted((ClaimedUpdate(**row) for row in rows), key=lambda task: task.update_id)


def release(connection: Connection, process_id: str, but: Collection[int]) -> None:
    """Release rows that this process claimed but never received (the claim's reply was lost), except the ids `but`."""
    head_of_line.release(connection, inbox, process_id, but)


def mark_done(connection: Connection, task: ClaimedUpdate, process_id: str, now: datetime.datetime) -> bool:
    """End an update and release it; False, and nothing is changed, if the process no longer holds it."""
    return _release(connection, task, process_id, ended_at=now, end=UpdateEnd.DONE)


def mark_failed(
    connection: Connection, task: ClaimedUpdate, process_id: str, error: str, now: datetime.datetime
) -> bool:
    """Count an attempt that raised an error, and retry after a backoff or set the update aside.

    It is set aside at the attempt `MOST_TRIES`, or at the first one after `MOST_DEATHS` deaths. Nothing is changed if
    the process no longer holds the update.

    Returns:
        True if it was set aside by this call: it ended, and operators see it. False if it will be retried, or the
        process no longer holds it.
    """
    tries = task.tries + 1
    if tries >= MOST_TRIES or task.deaths >= MOST_DEATHS:
        ended = {"tries": tries, "ended_at": now, "end": UpdateEnd.SET_ASIDE, "error": error}
        return _release(connection, task, process_id, **ended)
    later = now + datetime.timedelta(seconds=RETRY_SECONDS[task.tries])
    _release(connection, task, process_id, tries=tries, next_at=later, error=error)
    return False


def _release(connection: Connection, task: ClaimedUpdate, process_id: str, **values: object) -> bool:
    """Release an update and set these columns; False, and nothing is changed, if the process no longer holds it."""
    held = update(inbox).where(inbox.c.update_id == task.update_id, inbox.c.process_id == process_id)
    return connection.execute(held.values(process_id=None, **values)).rowcount == 1


def count_waiting(connection: Connection) -> int:
    """Count the updates that have not ended, including claimed ones and those that are to be retried later."""
    return connection.scalar(select(func.count()).select_from(inbox).where(is_open(inbox))) or 0
