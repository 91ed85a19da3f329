"""Which of the bot's answers a message is a reply to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import answer_table
from bot.store.queue import outbox
from bot.telegram.replied import replied

if TYPE_CHECKING:
    from telegram import Message

    from bot.domain.stored_answers import AnswerRow
    from bot.store.db.database import Database


def answered(database: Database, message: Message) -> AnswerRow | None:
    """The answer that a message is a reply to: told by its buttons, else by its number; None where it is none."""
    before = message.reply_to_message
    if before is None:
        return None
    known = replied(message)
    with database.reading() as connection:
        answer_id = known.answer_id if known else None
        answer_id = answer_id or outbox.answer_of(connection, message.chat.id, before.message_id)
        answer = answer_table.get(connection, answer_id) if answer_id else None
    return answer if answer and answer.chat_id == message.chat.id else None
