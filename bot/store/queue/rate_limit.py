"""Which alerts may go now, at the pace that Telegram allows: told by what all processes have taken on of late.

The outbox itself remembers, so any number of processes keep the pace together, and after a restart as well. What was
refused counts, too: it was a request.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, exists, func, select, update

from bot.store.db.schema import Moment, chats, is_waiting_alert, outbox
from bot.store.queue import outbox as messages

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.domain.messages import ClaimedMessage

PER_SECOND = 25  # of all chats together; Telegram allows 30
PER_SPELL = 5  # a fifth of it in a fifth of a second: requests that are delayed on their way come together
CHAT_SECONDS = 1.0  # between two in one chat
PER_GROUP = 20  # in a minute
SPELL = datetime.timedelta(seconds=0.2)
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
LONGEST = datetime.timedelta(seconds=60)  # that a request takes
MOST_LOOKED_AT = 64  # alerts that are due; those of chats that have to wait are put off, and others come next
_ITSELF, _HELD, _LATER = outbox.alias("itself"), outbox.alias("held"), outbox.alias("later")
# Made once: making a statement takes longer than running it.
_DUE = (
    select(_ITSELF.c.id, _ITSELF.c.chat_id)
    .where(
        is_waiting_alert(_ITSELF),
        _ITSELF.c.next_at <= bindparam("now"),
        _ITSELF.c.process_id.is_(None),
        ~exists().where(_HELD.c.chat_id == _ITSELF.c.chat_id, _HELD.c.process_id.is_not(None)),
        ~exists().where(
            is_waiting_alert(_LATER),
            _LATER.c.chat_id == _ITSELF.c.chat_id,
            _LATER.c.next_at > bindparam("now"),
            _LATER.c.payload != "",
        ),
        ~exists().where(chats.c.id == _ITSELF.c.chat_id, chats.c.blocked_at.is_not(None)),
    )
    .order_by(_ITSELF.c.next_at, _ITSELF.c.id)
    .limit(MOST_LOOKED_AT)
)

_COUNT = select(func.count(), func.sum(case((outbox.c.tried_at > bindparam("lately"), 1), else_=0))).where(
    outbox.c.tried_at > bindparam("since"), outbox.c.tried_at < bindparam("until")
)
_AT = func.coalesce(outbox.c.ended_at, outbox.c.tried_at, type_=Moment)  # at the latest: it may have taken its time
_TIMES = (
    select(outbox.c.chat_id, _AT)
    .where(outbox.c.tried_at > bindparam("since"), outbox.c.chat_id.in_(bindparam("chats", expanding=True)))
    .order_by(_AT)
)


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[ClaimedMessage]:
    """Take on alerts that are due, one a chat, as many as may go in this second; call it after `outbox.claim`.

    One that is to be sent later, with its words decided, holds back its chat, as a message does that answers.

    A chat that has to wait is looked at again when it may be written to.
    """
    due = connection.execute(_DUE, {"now": now}).all() if limit > 0 else ()
    if not due:
        return []
    last, just_now = _of_late(connection, now)
    most = min(limit, PER_SECOND - last, PER_SPELL - just_now)
    waits = _waits(connection, {row.chat_id for row in due}, now)
    chosen: dict[int, int] = {}  # chat → row
    for row in due:
        if wait := waits.get(row.chat_id):
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(next_at=now + wait))
        elif len(chosen) < most:
            chosen.setdefault(row.chat_id, row.id)
    if not chosen:
        return []
    taken = update(outbox).where(outbox.c.id.in_(chosen.values()), outbox.c.process_id.is_(None))
    rows = connection.execute(taken.values(process_id=process_id, tried_at=now).returning(outbox)).all()
    return messages.parcels(connection, rows)


def _of_late(connection: Connection, now: datetime.datetime) -> tuple[int, int]:
    """How many messages were taken on in the last second, and in the last fifth of it."""
    last, just_now = connection.execute(
        _COUNT, {"since": now - SECOND, "lately": now - SPELL, "until": now + SECOND}
    ).one()
    return last or 0, just_now or 0


def _waits(connection: Connection, chat_ids: Collection[int], now: datetime.datetime) -> dict[int, datetime.timedelta]:
    """For how long each chat has to wait that was written to just now, or too often within the last minute."""
    times: dict[int, list[datetime.datetime]] = {}
    for chat_id, at in connection.execute(_TIMES, {"since": now - MINUTE - LONGEST, "chats": list(chat_ids)}):
        if now - MINUTE < at < now + SECOND:
            times.setdefault(chat_id, []).append(at)
    return {chat_id: wait for chat_id, sent in times.items() if (wait := wait_of(chat_id, sent, now))}


def wait_of(chat_id: int, sent: list[datetime.datetime], now: datetime.datetime) -> datetime.timedelta | None:
    """For how long a chat has to wait, by when it was written to within the last minute; None where it need not."""
    free_at = sent[-1] + datetime.timedelta(seconds=CHAT_SECONDS)
    if chat_id < 0 and len(sent) >= PER_GROUP:
        free_at = max(free_at, sent[-PER_GROUP] + MINUTE)
    return free_at - now if free_at > now else None
