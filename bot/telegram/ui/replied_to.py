"""What a message replies to: an answer, an alert or a prompt of the bot, or another person's message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store import answer_table
from bot.store.queue import outbox
from bot.telegram.ui.callback_data import Feature, read_press
from bot.telegram.wire.updates import is_from_bot, without_address

if TYPE_CHECKING:
    from telegram import Message

    from bot.domain.stored_answers import StoredAnswer
    from bot.store.db.database import Connection
    from bot.telegram.ui.callback_data import Press
    from bot.telegram.wire.updates import IncomingMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class RepliedMessage:
    """The message replied to, as far as the update itself tells."""

    message_id: int
    #: of the bot's answer that it is, by its buttons; None where it has none of those
    answer_id: str | None
    #: what a person wrote in it; empty where the bot wrote it
    text: str
    #: keys of the articles that its buttons open, as those of an alert do
    articles: tuple[str, ...] = ()
    is_from_bot: bool = False


def replied_message(message: Message) -> RepliedMessage | None:
    """Return what a message replies to; None for no reply, or for one to a message without text, as a topic's first."""
    before = message.reply_to_message
    if before is None:
        return None
    if not is_from_bot(before):
        text = without_address(before)
        return RepliedMessage(message_id=before.message_id, answer_id=None, text=text) if text else None
    presses = _presses(before)
    articles = (press.argument for press in presses if (press.feature, press.verb) == (Feature.ALERT, "text"))
    return RepliedMessage(
        message_id=before.message_id,
        answer_id=next(filter(None, (press.answer_id for press in presses)), None),
        text="",
        articles=tuple(dict.fromkeys(articles)),
        is_from_bot=True,
    )


def _presses(message: Message) -> list[Press]:
    """Return what the buttons below a message carry."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    carried = (button.callback_data for row in rows for button in row)
    return [press for data in carried if isinstance(data, str) and (press := read_press(data))]


def answer_replied_to(connection: Connection, message: Message) -> StoredAnswer | None:
    """Return the bot's answer that a message replies to, found by its buttons or by its outbox row; None for others."""
    before = message.reply_to_message
    if before is None:
        return None
    replied = replied_message(message)
    answer_id = replied.answer_id if replied else None
    answer_id = answer_id or outbox.answer_id_of(connection, message.chat.id, before.message_id)
    answer = answer_table.get(connection, answer_id) if answer_id else None
    return answer if answer and answer.chat_id == message.chat.id else None


def antecedent(
    connection: Connection, message: Message, incoming: IncomingMessage
) -> tuple[str | None, tuple[str, ...]]:
    """Return what a question may refer back to: an earlier question, and the articles that it is about.

    The articles are those of the alert, or of the prompt below one, that it replies to; then there is no question.
    The question is that of the answer or message replied to, else the person's latest in this chat or topic.
    """
    before = replied_message(message)
    if before and before.is_from_bot and not before.answer_id:
        articles = outbox.articles_of(connection, incoming.chat_id, before.message_id) or before.articles
        if articles:
            return None, articles
    if before and before.text:
        answer = answer_table.of_message(connection, incoming.chat_id, before.message_id)
        return (answer.question if answer else before.text), ()
    answer = answer_table.get(connection, before.answer_id) if before and before.answer_id else None
    if answer and answer.chat_id == incoming.chat_id:
        return answer.question, ()
    latest = answer_table.question_before(
        connection,
        incoming.message_id,
        chat_id=incoming.chat_id,
        thread_id=incoming.thread_id,
        person_id=incoming.person_id,
        asked_at=message.date,
    )
    return latest, ()


def answer_to_edited(connection: Connection, incoming: IncomingMessage) -> tuple[StoredAnswer | None, tuple[int, ...]]:
    """Return the answer to a message before it was edited, with the outbox rows of that answer's messages."""
    answer = answer_table.of_message(connection, incoming.chat_id, incoming.message_id)
    return answer, outbox.rows_of_answer(connection, answer.id) if answer else ()
