"""Removes what is kept of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, update

from bot.store import subscriptions
from bot.store.answer_table import NOBODY
from bot.store.dialect import Lock, take
from bot.store.schema import answers, chats, feedback, inbox, is_latest, is_waiting_alert, is_waiting_reply, outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection


def forget(connection: Connection, person_id: int) -> None:
    """Remove what is kept of a person and of the private chat, which has the same id.

    Questions stay, without whoever asked them. What is still to be done or sent is done; what operators did stays in
    the audit log.
    """
    take(connection, Lock.OUTBOX)  # as whoever takes on messages does before looking at alerts
    subscriptions.remove_all(connection, person_id)
    connection.execute(delete(feedback).where(feedback.c.person_id == person_id))
    asked = or_(answers.c.person_id == person_id, answers.c.chat_id == person_id)
    connection.execute(update(answers).where(asked).values(NOBODY))
    said = or_(inbox.c.person_id == person_id, inbox.c.chat_id == person_id)
    nobody = {"raw": "{}", "chat_id": 0, "person_id": None, "error": None}
    connection.execute(update(inbox).where(said, inbox.c.ended_at.is_not(None)).values(nobody))
    here = (outbox.c.chat_id == person_id, outbox.c.process_id.is_(None), ~is_latest(outbox))
    connection.execute(delete(outbox).where(*here, is_waiting_alert(outbox)))
    connection.execute(delete(outbox).where(*here, ~is_waiting_reply(outbox)))
    connection.execute(delete(chats).where(chats.c.id == person_id, chats.c.blocked_at.is_(None)))
