"""What a message replies to: an answer, an alert or a prompt of the bot, or another person's message."""

from __future__ import annotations

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


def answer_replied_to(connection: Connection, message: Message) -> StoredAnswer | None:
    """Return the bot's answer that a message replies to, found by its buttons or by its outbox row.

    None if it replies to nothing or to another message, or if the answer is no longer stored or was given in another
    chat.
    """
    before = message.reply_to_message
    if before is None:
        return None
    answer_id = _answer_id(_presses(before)) or outbox.answer_id_of(connection, message.chat.id, before.message_id)
    answer = answer_table.get(connection, answer_id) if answer_id else None
    return answer if answer and answer.chat_id == message.chat.id else None


def antecedent(
    connection: Connection, message: Message, incoming: IncomingMessage
) -> tuple[str | None, tuple[str, ...]]:
    """Return what a question may refer back to: an earlier question or None, and the articles that it is about.

    In reply to an alert, or to a prompt for a question about an article, it is about those articles (keys), and there
    is no earlier question. In all other cases the articles are empty and it may refer back to the question of the
    answer that it replies to; to the question in a person's message that was answered, or else that message's text;
    otherwise to the person's latest question in this chat and topic (`answer_table.question_before`).
    """
    before = message.reply_to_message
    if before and is_from_bot(before):
        presses = _presses(before)
        if answer_id := _answer_id(presses):
            answer = answer_table.get(connection, answer_id)
            if answer and answer.chat_id == incoming.chat_id:
                return answer.question, ()
        elif articles := outbox.articles_of(connection, incoming.chat_id, before.message_id) or _articles(presses):
            return None, articles
    elif before and (text := without_address(before)):  # the first message of a topic has none
        answer = answer_table.of_message(connection, incoming.chat_id, before.message_id)
        return (answer.question if answer else text), ()
    latest = answer_table.question_before(
        connection,
        incoming.message_id,
        chat_id=incoming.chat_id,
        thread_id=incoming.thread_id,
        person_id=incoming.person_id,
        asked_at=message.date,
    )
    return latest, ()


def _presses(message: Message) -> list[Press]:
    """Return what the buttons below a message of a bot carry, in order; unreadable data are left out."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup and is_from_bot(message) else ()
    carried = (button.callback_data for row in rows for button in row)
    return [press for data in carried if isinstance(data, str) and (press := read_press(data))]


def _answer_id(presses: list[Press]) -> str | None:
    """Return the id of the answer that a message with these buttons shows; None if it shows none."""
    return next(filter(None, (press.answer_id for press in presses)), None)


def _articles(presses: list[Press]) -> tuple[str, ...]:
    """Return the keys of the articles that these buttons open, as those of an alert do; each once, in order."""
    opened = (press.argument for press in presses if (press.feature, press.verb) == (Feature.ALERT, "text"))
    return tuple(dict.fromkeys(opened))


def answer_to_edited(connection: Connection, incoming: IncomingMessage) -> tuple[StoredAnswer | None, tuple[int, ...]]:
    """Return the answer to a message before it was edited, with the outbox rows of that answer's messages.

    (None, ()) if the message was not answered.
    """
    answer = answer_table.of_message(connection, incoming.chat_id, incoming.message_id)
    return answer, outbox.rows_of_answer(connection, answer.id) if answer else ()
