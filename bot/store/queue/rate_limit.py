"""Rate limiting across processes: which alerts may be sent now, computed from recent sends in the outbox.

The outbox is the only record, so any number of processes share the limits, also after a restart. Attempts that
Telegram refused count as well: they were requests.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, exists, func, select, update

from bot.store.db.schema import Moment, chats, is_waiting_alert, outbox
from bot.store.queue.outbox import claimed_messages

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.domain.messages import ClaimedMessage

PER_SECOND = 25  # messages of all chats together; Telegram allows 30
PER_BURST = 5  # a fifth of that in a fifth of a second: requests that are delayed on their way arrive together
CHAT_SECONDS = 1.0  # between two messages of one chat
PER_GROUP = 20  # messages of one group in a minute
BURST = datetime.timedelta(seconds=0.2)
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
LONGEST = datetime.timedelta(seconds=60)  # duration of a request
MOST_LOOKED_AT = 64  # due alerts in a claim; those of chats that have to wait are postponed, so that others come next
_ALERT, _HELD, _LATER = outbox.alias("itself"), outbox.alias("held"), outbox.alias("later")
# Statements are built once: building one takes longer than running it.
_DUE = (
    select(_ALERT.c.id, _ALERT.c.chat_id)
    .where(
        is_waiting_alert(_ALERT),
        _ALERT.c.next_at <= bindparam("now"),
        _ALERT.c.process_id.is_(None),
        ~exists().where(_HELD.c.chat_id == _ALERT.c.chat_id, _HELD.c.process_id.is_not(None)),
        ~exists().where(
            is_waiting_alert(_LATER),
            _LATER.c.chat_id == _ALERT.c.chat_id,
            _LATER.c.next_at > bindparam("now"),
            _LATER.c.has_payload,
        ),
        ~exists().where(chats.c.id == _ALERT.c.chat_id, chats.c.blocked_at.is_not(None)),
    )
    .order_by(_ALERT.c.next_at, _ALERT.c.id)
    .limit(MOST_LOOKED_AT)
)
_COUNT = select(func.count(), func.sum(case((outbox.c.tried_at > bindparam("lately"), 1), else_=0))).where(
    outbox.c.tried_at > bindparam("since"), outbox.c.tried_at < bindparam("until")
)
# The latest time at which Telegram can have received it: a request takes up to LONGEST.
_SENT_AT = func.coalesce(outbox.c.ended_at, outbox.c.tried_at, type_=Moment)
_TIMES = (
    select(outbox.c.chat_id, _SENT_AT)
    .where(outbox.c.tried_at > bindparam("since"), outbox.c.chat_id.in_(bindparam("chats", expanding=True)))
    .order_by(_SENT_AT)
)


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[ClaimedMessage]:
    """Claim due alerts, at most `limit` and one for each chat, as many as the rate limits leave for this moment.

    Call it after `outbox.claim` in the same transaction, which takes the lock that serialises claims.

    Those due longest come first. Blocked chats, and chats of which a process holds a message, are skipped. An alert
    that has a payload and is to be retried later holds back its chat (head-of-line blocking), as a reply does. The
    alerts of a chat that has to wait are postponed until it may be written to. Messages are returned by id.
    """
    due = connection.execute(_DUE, {"now": now}).all() if limit > 0 else ()
    if not due:
        return []
    facts = {"since": now - SECOND, "lately": now - BURST, "until": now + SECOND}
    in_second, in_burst = connection.execute(_COUNT, facts).one()
    most = min(limit, PER_SECOND - (in_second or 0), PER_BURST - (in_burst or 0))
    waits = _waits(connection, {row.chat_id for row in due}, now)
    chosen: dict[int, int] = {}  # chat → row
    for row in due:
        if wait := waits.get(row.chat_id):
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(next_at=now + wait))
        elif len(chosen) < most:
            chosen.setdefault(row.chat_id, row.id)
    if not chosen:
        return []
    claimed = update(outbox).where(outbox.c.id.in_(chosen.values()), outbox.c.process_id.is_(None))
    rows = connection.execute(claimed.values(process_id=process_id, tried_at=now).returning(outbox)).all()
    return claimed_messages(connection, rows)


def _waits(connection: Connection, chat_ids: Collection[int], now: datetime.datetime) -> dict[int, datetime.timedelta]:
    """Return by id how long each of these chats has to wait; those that need not wait are left out.

    Messages that are dated more than a second after `now` are ignored.
    """
    times: dict[int, list[datetime.datetime]] = {}
    for chat_id, at in connection.execute(_TIMES, {"since": now - MINUTE - LONGEST, "chats": list(chat_ids)}):
        if now - MINUTE < at < now + SECOND:  # a clock that was set back must not stop a chat for long
            times.setdefault(chat_id, []).append(at)
    return {chat_id: wait for chat_id, sent in times.items() if (wait := wait_of(chat_id, sent, now))}


def wait_of(chat_id: int, sent: list[datetime.datetime], now: datetime.datetime) -> datetime.timedelta | None:
    """Return how long a chat has to wait until the next message; None if it need not.

    Args:
        chat_id: negative for groups, where `PER_GROUP` a minute is a limit besides the pause of `CHAT_SECONDS`.
        sent: when messages were sent there within the last minute, in ascending order; at least one.
        now: the time.
    """
    free_at = sent[-1] + datetime.timedelta(seconds=CHAT_SECONDS)
    if chat_id < 0 and len(sent) >= PER_GROUP:
        free_at = max(free_at, sent[-PER_GROUP] + MINUTE)
    return free_at - now if free_at > now else None
