"""Messages to be sent: each chat's in order, many chats at once; none is lost, and at most the one in hand doubles.

Alerts are taken on by `pacing`, all others here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, func, select, update

from bot.domain.messages import ClaimedMessage, DeadLetter, MessageState, Priority
from bot.store.db.dialect import Lock, insert, take
from bot.store.db.schema import chats, is_waiting, is_waiting_alert, is_waiting_reply, outbox
from bot.store.queue import head_of_line
from bot.store.queue.chats import block as block
from bot.store.queue.chats import unblock as unblock
from bot.store.queue.head_of_line import heads

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from bot.domain.messages import OutgoingMessage

_GIVEN = ("chat_id", "payload", "edits", "answer_id", "asked_at", "key")  # what a row has of an Outgoing as it is
# The first of each chat that may be written to, but for alerts. Made once: making it takes longer than running it.
_FIRST = heads(outbox, is_waiting_reply)
_ROW = outbox.alias("itself")
_PRIORITY = select(_ROW.c.priority).where(_ROW.c.id == _FIRST.c.head).scalar_subquery()
_MAY = ~exists().where(chats.c.id == _FIRST.c.chat_id, chats.c.blocked_at.is_not(None))
_NEXT = (
    select(_FIRST.c.head)
    .where(_FIRST.c.next_at <= bindparam("now"), _MAY)
    .order_by(_PRIORITY, _FIRST.c.next_at, _FIRST.c.head)  # or those tried again and again would go first
    .limit(bindparam("most"))
)

_FILL = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(payload=bindparam("words"), cites=bindparam("keys"), key=None)
)
_LETTERS = select(outbox).where(outbox.c.state == MessageState.DEAD, outbox.c.ended_at.is_not(None))


def add(connection: Connection, messages: Sequence[OutgoingMessage], now: datetime.datetime) -> None:
    """Put messages in, in order; one whose key is there already is left out."""
    if not messages:
        return
    given = {"created_at": now, "state": MessageState.WAITING.value}
    rows = [
        {
            **{name: getattr(one, name) for name in _GIVEN},
            "priority": int(one.priority),
            "cites": " ".join(dict.fromkeys(one.cites)) or None,
            "next_at": one.not_before or now,
            **given,
        }
        for one in messages
    ]
    # RETURNING makes it one statement on both databases.
    statement = insert(connection, outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
    connection.execute(statement, rows)


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[ClaimedMessage]:
    """Take on messages but alerts: the first one of each chat that has none in hand and is not blocked.

    By priority and age. A message that is to be sent later holds back its chat. Claims wait for one another, as those
    of updates do.
    """
    take(connection, Lock.OUTBOX)
    chosen = connection.scalars(_NEXT, {"now": now, "most": limit}).all()
    if not chosen:
        return []
    taken = update(outbox).where(outbox.c.id.in_(chosen), is_waiting(outbox), outbox.c.process_id.is_(None))
    rows = connection.execute(taken.values(process_id=process_id, tried_at=now).returning(outbox)).all()
    return parcels(connection, rows)


def parcels(connection: Connection, rows: Sequence[Row[Any]]) -> list[ClaimedMessage]:
    """Rows of the outbox as what is sent, by priority and age."""
    targets = _targets(connection, {row.edits for row in rows if row.edits is not None})
    return [_parcel(row, targets) for row in sorted(rows, key=lambda row: (row.priority, row.id))]


def _parcel(row: Row[Any], targets: Mapping[int, int]) -> ClaimedMessage:
    return ClaimedMessage(
        id=row.id,
        chat_id=row.chat_id,
        payload=row.payload,
        priority=Priority(row.priority),
        is_edit=row.edits is not None,
        target=targets.get(row.edits),
        asked_at=row.asked_at,
        tries=row.tries,
        is_plain=row.is_plain,
        is_uncertain=row.is_uncertain,
        key=row.key,
    )


def release(connection: Connection, process_id: str, but: Collection[int]) -> None:
    """Let go of what a process holds without knowing, which is all but those it names."""
    head_of_line.release(connection, outbox, process_id, but)


def _targets(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """The messages that rows became."""
    if not ids:
        return {}
    sent_ones = select(outbox.c.id, outbox.c.message_id).where(outbox.c.id.in_(ids), outbox.c.message_id.is_not(None))
    return {row.id: row.message_id for row in connection.execute(sent_ones)}


def sent(
    connection: Connection, parcel: ClaimedMessage, process_id: str, message_id: int | None, now: datetime.datetime
) -> bool:
    """It arrived; None where Telegram had nothing to change.

    Here and below: False, and nothing is changed, where the process holds it no longer.
    """
    return _let_go(connection, parcel, process_id, state=MessageState.SENT, message_id=message_id, ended_at=now)


def postpone(
    connection: Connection, parcel: ClaimedMessage, process_id: str, until: datetime.datetime, *, is_miss: bool
) -> bool:
    """Send it later; a miss is counted."""
    return _let_go(connection, parcel, process_id, next_at=until, tries=outbox.c.tries + int(is_miss))


def send_plain(connection: Connection, parcel: ClaimedMessage, process_id: str, now: datetime.datetime) -> bool:
    """Send it at once without its markup."""
    return _let_go(connection, parcel, process_id, next_at=now, is_plain=True)


def doubt(connection: Connection, parcel: ClaimedMessage, process_id: str, until: datetime.datetime) -> bool:
    """Send it once more, though it may have arrived."""
    return _let_go(connection, parcel, process_id, next_at=until, is_uncertain=True)


def bury(connection: Connection, parcel: ClaimedMessage, process_id: str, error: str, now: datetime.datetime) -> bool:
    """Give it up, and keep it for operators."""
    return _let_go(connection, parcel, process_id, state=MessageState.DEAD, error=error, ended_at=now)


def cancel(connection: Connection, parcel: ClaimedMessage, process_id: str, error: str, now: datetime.datetime) -> bool:
    """Drop it: nobody misses it."""
    return _let_go(connection, parcel, process_id, state=MessageState.CANCELLED, error=error, ended_at=now)


def fill(connection: Connection, parcel: ClaimedMessage, payload: str, cites: Collection[str]) -> ClaimedMessage:
    """Decide what an alert says that is about to go; another one may wait for its place from now on."""
    values = {"row": parcel.id, "words": payload, "keys": " ".join(dict.fromkeys(cites)) or None}
    connection.execute(_FILL, values)
    return replace(parcel, payload=payload, key=None)


def revive(connection: Connection, row: int, now: datetime.datetime) -> bool:
    """Send a message once more that was given up; False where it is not."""
    statement = update(outbox).where(outbox.c.id == row, outbox.c.state == MessageState.DEAD)
    anew = {
        "state": MessageState.WAITING,
        "next_at": now,
        "ended_at": None,
        "tries": 0,
        "is_uncertain": False,
        "error": None,
    }
    return connection.execute(statement.values(**anew, is_plain=False)).rowcount == 1


def drop(connection: Connection, row: int, now: datetime.datetime) -> bool:
    """Let a message be that was given up; False where it is not."""
    statement = update(outbox).where(outbox.c.id == row, outbox.c.state == MessageState.DEAD)
    return connection.execute(statement.values(state=MessageState.CANCELLED, ended_at=now)).rowcount == 1


def spare(connection: Connection, parcel: ClaimedMessage, process_id: str, now: datetime.datetime) -> bool:
    """Drop an alert that has nothing to tell; nothing was sent."""
    values = {"state": MessageState.CANCELLED, "error": "nothing to tell", "ended_at": now, "tried_at": None}
    return _let_go(connection, parcel, process_id, **values)


def _let_go(connection: Connection, parcel: ClaimedMessage, process_id: str, **values: object) -> bool:
    if parcel.priority is Priority.ALERT and "ended_at" in values:  # another one may wait for its place
        values["key"] = None
    statement = update(outbox).where(outbox.c.id == parcel.id, outbox.c.process_id == process_id)
    return connection.execute(statement.values(process_id=None, **values)).rowcount == 1


def parts(connection: Connection, answer_id: str) -> tuple[int, ...]:
    """The rows that are messages of their own of an answer, in order."""
    lost = (MessageState.CANCELLED, MessageState.DEAD)
    statement = select(outbox.c.id).where(outbox.c.answer_id == answer_id, outbox.c.edits.is_(None))
    return tuple(connection.scalars(statement.where(outbox.c.state.not_in(lost)).order_by(outbox.c.id)))


def answer_of(connection: Connection, chat_id: int, message_id: int) -> str | None:
    """The answer that a message of the bot is, or is a part of."""
    of = select(outbox.c.answer_id).where(*_became(chat_id, message_id))
    return connection.scalar(of.where(outbox.c.answer_id.is_not(None)).order_by(outbox.c.id.desc()).limit(1))


def row_of(connection: Connection, key: str) -> int | None:
    """The row of a key."""
    return connection.scalar(select(outbox.c.id).where(outbox.c.key == key))


def key_of(connection: Connection, chat_id: int, message_id: int) -> str | None:
    """The key of the row that became a message."""
    of = select(outbox.c.key).where(*_became(chat_id, message_id), outbox.c.key.is_not(None))
    return connection.scalar(of.limit(1))


def cites(connection: Connection, row: int) -> tuple[str, ...]:
    """Keys of the articles that a row quotes."""
    return tuple((connection.scalar(select(outbox.c.cites).where(outbox.c.id == row)) or "").split())


def articles_of(connection: Connection, chat_id: int, message_id: int, prefix: str) -> tuple[str, ...]:
    """Keys of the articles that a message tells of: an alert, or one whose key begins with a prefix."""
    columns = (outbox.c.cites, outbox.c.priority, outbox.c.key)
    of = select(*columns).where(*_became(chat_id, message_id), outbox.c.cites.is_not(None)).order_by(outbox.c.id)
    row = connection.execute(of.limit(1)).one_or_none()
    is_telling = row and (row.priority == Priority.ALERT or (row.key or "").startswith(f"{prefix}:"))
    return tuple(row.cites.split()) if row and is_telling else ()


def cites_of(connection: Connection, chat_id: int, message_id: int) -> tuple[str, ...]:
    """Keys of the articles that a message quotes, as far as it is known."""
    of = select(outbox.c.cites).where(*_became(chat_id, message_id), outbox.c.cites.is_not(None))
    return tuple((connection.scalar(of.order_by(outbox.c.id.desc()).limit(1)) or "").split())


def _became(chat_id: int, message_id: int) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.chat_id == chat_id, outbox.c.message_id == message_id, outbox.c.message_id.is_not(None)


def is_edited_later(connection: Connection, row: int) -> bool:
    """Whether an edit of a row's message still waits to be sent."""
    waiting_edit = select(outbox.c.id).where(is_waiting_reply(outbox), outbox.c.edits == row).limit(1)
    return connection.scalar(waiting_edit) is not None


def dead_letters(connection: Connection, limit: int) -> list[DeadLetter]:
    """Messages that were given up, the latest first."""
    return [_letter(row) for row in connection.execute(_LETTERS.order_by(outbox.c.ended_at.desc()).limit(limit))]


def dead_letter(connection: Connection, row: int) -> DeadLetter | None:
    """A message that was given up, by its row."""
    found = connection.execute(_LETTERS.where(outbox.c.id == row)).one_or_none()
    return _letter(found) if found else None


def _letter(row: Any) -> DeadLetter:
    cites = tuple((row.cites or "").split())
    return DeadLetter(
        id=row.id,
        chat_id=row.chat_id,
        error=row.error,
        created_at=row.created_at,
        ended_at=row.ended_at,
        cites=cites,
        payload=row.payload,
    )


def count_dead(connection: Connection) -> int:
    """How many messages were given up."""
    return connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.state == MessageState.DEAD)) or 0


def waiting(connection: Connection) -> int:
    """How many messages are still to be sent, those in hand and of blocked chats included."""
    both = (is_waiting_reply(outbox), is_waiting_alert(outbox))
    return sum(connection.scalar(select(func.count()).select_from(outbox).where(where)) or 0 for where in both)
