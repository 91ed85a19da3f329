"""The outbox: messages that wait to be sent, those being sent, and those that were.

Messages of one chat are sent in order, those of different chats concurrently. Delivery is at least once: if a process
dies after Telegram accepted a message and before this is committed, another process sends the message again; no other
message can arrive twice. `rate_limit` claims alerts, this module all other messages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, func, select, update

from bot.domain.messages import ClaimedMessage, MessageState, Priority, Prompt, PromptKind
from bot.store.db.dialect import Lock, acquire_lock, insert
from bot.store.db.schema import chats, is_waiting, is_waiting_alert, is_waiting_reply, outbox
from bot.store.queue import head_of_line
from bot.store.queue.head_of_line import heads

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from bot.domain.messages import OutgoingMessage

_COPIED = (
    "chat_id",
    "payload",
    "edits",
    "answer_id",
    "asked_at",
    "key",
)  # fields of OutgoingMessage stored as they are
# Built once: building a statement takes longer than running it.
_FIRST = heads(outbox, is_waiting_reply)
_ROW = outbox.alias("itself")
_PRIORITY = select(_ROW.c.priority).where(_ROW.c.id == _FIRST.c.head).scalar_subquery()
_IS_BLOCKED = exists().where(chats.c.id == _FIRST.c.chat_id, chats.c.blocked_at.is_not(None))
_NEXT = (
    select(_FIRST.c.head)
    .where(_FIRST.c.next_at <= bindparam("now"), ~_IS_BLOCKED)
    # By next_at before the id, or messages that are retried again and again would always go first.
    .order_by(_PRIORITY, _FIRST.c.next_at, _FIRST.c.head)
    .limit(bindparam("most"))
)
_SET_PAYLOAD = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(payload=bindparam("new_payload"), cites=bindparam("new_cites"), has_payload=True)
)


def add(connection: Connection, messages: Sequence[OutgoingMessage], now: datetime.datetime) -> None:
    """Add messages, unclaimed, in order; each is due at its `not_before`, or at once.

    Those whose idempotency key is in the outbox already are skipped, and the stored message stays as it is. Messages to
    blocked chats are added too, and wait.
    """
    if not messages:
        return
    rows = [
        {
            **{name: getattr(message, name) for name in _COPIED},
            "priority": int(message.priority),
            "cites": " ".join(dict.fromkeys(message.cites)) or None,
            "prompt": message.prompt and message.prompt.kind.value,
            "prompt_subject": message.prompt and message.prompt.subject,
            "created_at": now,
            "next_at": message.not_before or now,
            "state": MessageState.WAITING.value,
        }
        for message in messages
    ]
    # RETURNING makes SQLAlchemy send all rows in one statement on both databases.
    statement = insert(connection, outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
    connection.execute(statement, rows)


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[ClaimedMessage]:
    """Claim at most `limit` messages other than alerts: the first waiting one of each chat, by priority and time due.

    A chat is skipped if a process holds one of its messages, if it blocked the bot, or if its first message is due
    later (head-of-line blocking). A lock serialises claims: two concurrent ones could otherwise each claim a
    different first message of one chat. They are returned by priority and id.
    """
    acquire_lock(connection, Lock.OUTBOX)
    ids = connection.scalars(_NEXT, {"now": now, "most": limit}).all()
    if not ids:
        return []
    claimed = update(outbox).where(outbox.c.id.in_(ids), is_waiting(outbox), outbox.c.process_id.is_(None))
    rows = connection.execute(claimed.values(process_id=process_id, tried_at=now).returning(outbox)).all()
    return claimed_messages(connection, rows)


def claimed_messages(connection: Connection, rows: Sequence[Row[Any]]) -> list[ClaimedMessage]:
    """Convert outbox rows to messages, ordered by priority and id; reads which message each edit is to change."""
    edited = [row.edits for row in rows if row.edits is not None]
    arrived = select(outbox.c.id, outbox.c.message_id).where(outbox.c.id.in_(edited), outbox.c.message_id.is_not(None))
    targets: dict[int | None, int] = {row.id: row.message_id for row in connection.execute(arrived)} if edited else {}
    return [
        ClaimedMessage(
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
            cites=tuple((row.cites or "").split()),
            has_payload=row.has_payload,
            thread_id=row.thread_id,
            is_daily=row.is_daily,
        )
        for row in sorted(rows, key=lambda row: (row.priority, row.id))
    ]


def release(connection: Connection, process_id: str, but: Collection[int]) -> None:
    """Release rows that this process claimed but never received (the claim's reply was lost), except the ids `but`."""
    head_of_line.release(connection, outbox, process_id, but)


# Results of an attempt to send: each returns False, and changes nothing, if the process no longer holds the message.
def mark_sent(
    connection: Connection, message: ClaimedMessage, process_id: str, message_id: int | None, now: datetime.datetime
) -> bool:
    """End a message that arrived; False if the process no longer holds it.

    `message_id` is Telegram's, for an edit that of the edited message; None where an edit was reported as unchanged.
    """
    return _release(connection, message, process_id, state=MessageState.SENT, message_id=message_id, ended_at=now)


def postpone(
    connection: Connection, message: ClaimedMessage, process_id: str, until: datetime.datetime, *, is_miss: bool
) -> bool:
    """Release a message, to be sent again from `until` on; False if the process no longer holds it.

    `is_miss` counts this attempt as one that did not reach Telegram, so that the backoff grows.
    """
    return _release(connection, message, process_id, next_at=until, tries=outbox.c.tries + int(is_miss))


def send_plain(connection: Connection, message: ClaimedMessage, process_id: str, now: datetime.datetime) -> bool:
    """Release a message, to be sent again at once without markup; False if the process no longer holds it."""
    return _release(connection, message, process_id, next_at=now, is_plain=True)


def mark_uncertain(connection: Connection, message: ClaimedMessage, process_id: str, until: datetime.datetime) -> bool:
    """Release a message whose request timed out, to be sent again from `until` on; it may arrive twice.

    The mark `is_uncertain` stays, so that the sender retries it only once. False if the process no longer holds it.
    """
    return _release(connection, message, process_id, next_at=until, is_uncertain=True)


def dead_letter(
    connection: Connection, message: ClaimedMessage, process_id: str, error: str, now: datetime.datetime
) -> bool:
    """Keep a message as a dead letter, which operators can requeue; False if the process no longer holds it."""
    return _release(connection, message, process_id, state=MessageState.DEAD, error=error, ended_at=now)


def cancel(
    connection: Connection, message: ClaimedMessage, process_id: str, error: str, now: datetime.datetime
) -> bool:
    """End a message that has become pointless, as an edit of a deleted one; False if the process no longer holds it."""
    return _release(connection, message, process_id, state=MessageState.CANCELLED, error=error, ended_at=now)


def discard(connection: Connection, message: ClaimedMessage, process_id: str, now: datetime.datetime) -> bool:
    """Cancel a claimed alert that has nothing to tell; False if the process no longer holds it.

    It was not sent, so it does not count for the rate limit.
    """
    dropped = {"state": MessageState.CANCELLED, "error": "nothing to tell", "ended_at": now, "tried_at": None}
    return _release(connection, message, process_id, **dropped)


def _release(connection: Connection, message: ClaimedMessage, process_id: str, **values: object) -> bool:
    """Release a message and set these columns; False, and nothing is changed, if the process no longer holds it."""
    held = update(outbox).where(outbox.c.id == message.id, outbox.c.process_id == process_id)
    return connection.execute(held.values(process_id=None, **values)).rowcount == 1


def set_payload(
    connection: Connection, message: ClaimedMessage, payload: str, cites: Collection[str]
) -> ClaimedMessage:
    """Store the payload of a claimed alert; another unfilled alert may now wait for its chat, topic and frequency.

    Args:
        connection: in the transaction that claimed it.
        message: the alert.
        payload: JSON for the sender.
        cites: keys of the quoted articles; duplicates are removed.

    Returns:
        A copy of the message with the payload; its `cites` are not updated.
    """
    keys = " ".join(dict.fromkeys(cites)) or None
    connection.execute(_SET_PAYLOAD, {"row": message.id, "new_payload": payload, "new_cites": keys})
    return replace(message, payload=payload, has_payload=True)


def rows_of_answer(connection: Connection, answer_id: str) -> tuple[int, ...]:
    """Return the outbox rows of the messages that show an answer, by id, sent or still waiting.

    Edits, cancelled messages and dead letters are left out.
    """
    lost = (MessageState.CANCELLED, MessageState.DEAD)
    rows = select(outbox.c.id).where(outbox.c.answer_id == answer_id, outbox.c.edits.is_(None))
    return tuple(connection.scalars(rows.where(outbox.c.state.not_in(lost)).order_by(outbox.c.id)))


def answer_id_of(connection: Connection, chat_id: int, message_id: int) -> str | None:
    """Return the id of the answer that a message shows now, wholly or in part; None if it shows none or is unknown."""
    ids = select(outbox.c.answer_id).where(*_is_message(chat_id, message_id), outbox.c.answer_id.is_not(None))
    return connection.scalar(ids.order_by(outbox.c.id.desc()).limit(1))


def row_of(connection: Connection, key: str) -> int | None:
    """Return the id of the outbox row with an idempotency key, in any state; None if there is none."""
    return connection.scalar(select(outbox.c.id).where(outbox.c.key == key))


def prompt_of(connection: Connection, chat_id: int, message_id: int) -> Prompt | None:
    """Return what a reply to a message means; None if the message is no prompt, or is unknown."""
    prompts = select(outbox.c.prompt, outbox.c.prompt_subject).where(*_is_message(chat_id, message_id))
    row = connection.execute(prompts.where(outbox.c.prompt.is_not(None)).limit(1)).one_or_none()
    return Prompt(PromptKind(row.prompt), row.prompt_subject) if row else None


def cited_by_message(connection: Connection, chat_id: int, message_id: int) -> tuple[str, ...]:
    """Return the keys of the articles that a message quotes since it was last edited; empty if it is unknown.

    An edit that quotes no article is ignored: the result is then that of the row before it.
    """
    cites = select(outbox.c.cites).where(*_is_message(chat_id, message_id), outbox.c.cites.is_not(None))
    return tuple((connection.scalar(cites.order_by(outbox.c.id.desc()).limit(1)) or "").split())


def articles_of(connection: Connection, chat_id: int, message_id: int) -> tuple[str, ...]:
    """Return the keys of the articles that a reply to a message asks about.

    Those are the articles of an alert, or of a prompt for a question about an article, as first sent; empty for other
    messages and unknown ones.
    """
    columns = select(outbox.c.cites, outbox.c.priority, outbox.c.prompt)
    rows = columns.where(*_is_message(chat_id, message_id), outbox.c.cites.is_not(None)).order_by(outbox.c.id)
    row = connection.execute(rows.limit(1)).one_or_none()
    is_about = row and (row.priority == Priority.ALERT or row.prompt == PromptKind.ABOUT.value)
    return tuple(row.cites.split()) if row and is_about else ()


def _is_message(chat_id: int, message_id: int) -> tuple[ColumnElement[bool], ...]:
    """Build the conditions for the rows that became a message, or edited it; the last one selects the index."""
    return outbox.c.chat_id == chat_id, outbox.c.message_id == message_id, outbox.c.message_id.is_not(None)


def is_edited_later(connection: Connection, row: int) -> bool:
    """Return whether an edit of a row's message waits to be sent, or is being sent."""
    return bool(connection.scalar(select(exists().where(is_waiting_reply(outbox), outbox.c.edits == row))))


def count_waiting(connection: Connection) -> int:
    """Count the messages and alerts that are still to be sent, including claimed ones and those of blocked chats."""
    conditions = (is_waiting_reply(outbox), is_waiting_alert(outbox))  # each has an index, their union has none
    return sum(
        connection.scalar(select(func.count()).select_from(outbox).where(is_counted)) or 0 for is_counted in conditions
    )
