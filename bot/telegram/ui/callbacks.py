"""A pressed button: what it belongs to, and the end of its spinning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Chat
from telegram.error import BadRequest, TelegramError

from bot.domain.messages import OutgoingMessage
from bot.telegram.ui.callback_data import ANSWER_ID, Press, read_press
from bot.telegram.ui.context import SIGNAL_SECONDS
from bot.telegram.wire.payload import Act, Keyboard, Payload
from bot.telegram.wire.updates import IncomingMessage, language_for
from bot.texts import Language, texts

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update

    from bot.domain.stored_answers import StoredAnswer
    from bot.telegram.ui.context import Desk
    from bot.texts import Texts


async def acknowledge(query: CallbackQuery, words: str | None = None) -> bool:
    """End the spinning of a button; False where it was pressed too long ago to matter."""
    try:
        await query.answer(words, connect_timeout=SIGNAL_SECONDS, read_timeout=SIGNAL_SECONDS)
    except BadRequest as error:
        return "query" not in error.message.lower()
    except TelegramError:  # it spins on, and what was asked for is done all the same
        return True
    return True


def words_of_press(query: CallbackQuery, language: Language, text: str = "") -> IncomingMessage | None:
    """Where a button was pressed, and what it carries; None where its message is too old for Telegram to tell."""
    if query.message is None:
        return None
    chat, is_topic = query.message.chat, getattr(query.message, "is_topic_message", None)
    return IncomingMessage(
        chat_id=chat.id,
        person_id=query.from_user.id,
        message_id=query.message.message_id,
        thread_id=getattr(query.message, "message_thread_id", None) if is_topic else None,
        is_private=chat.type == Chat.PRIVATE,
        text=text,
        language=language,
        said_at=None,
    )


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that belongs to an answer given in this chat."""

    query: CallbackQuery
    press: Press
    answer: StoredAnswer
    words: IncomingMessage  # where the button is

    @property
    def texts(self) -> Texts:
        """In the language of the answer."""
        return texts(self.words.language)

    @property
    def cites(self) -> tuple[str, ...]:
        """Keys of the articles that the answer quotes."""
        return tuple(source.article for source in self.answer.sources)

    def turned(
        self, html: str = "", keyboard: Keyboard = (), act: Act = Act.EDIT, cites: tuple[str, ...] = ()
    ) -> OutgoingMessage:
        """The message below which the button is, changed; `cites` are the keys of the articles that it quotes then."""
        withdrawn = self.texts.operating.withdrawn if cites else ""
        payload = Payload(act=act, html=html, keyboard=keyboard, message_id=self.words.message_id, withdrawn=withdrawn)
        return OutgoingMessage(chat_id=self.words.chat_id, payload=payload.dump(), cites=cites)


async def pressed(desk: Desk, update: Update) -> Pressed | None:
    """What a pressed button belongs to; None, and told so, where it is forged, or its answer is gone."""
    query = update.callback_query
    press = read_press(query.data) if query else None
    found = await _answered(desk, query, press.answer_id if press else None)
    if not found or not press:
        return None
    return Pressed(found[0], press, *found[1:])


async def pressed_answer(
    desk: Desk, update: Update, prefix: str
) -> tuple[CallbackQuery, StoredAnswer, IncomingMessage] | None:
    """The answer below which a button was pressed that carries its id behind a prefix; None as above."""
    query = update.callback_query
    answer_id = (query.data or "").removeprefix(prefix) if query else ""
    return await _answered(desk, query, answer_id if ANSWER_ID.fullmatch(answer_id) else None)


async def _answered(
    desk: Desk, query: CallbackQuery | None, answer_id: str | None
) -> tuple[CallbackQuery, StoredAnswer, IncomingMessage] | None:
    if query is None:
        return None
    answer = await desk.answer(answer_id) if answer_id else None
    if not answer or not query.message or query.message.chat.id != answer.chat_id:
        language = language_for(query.from_user.language_code, "", desk.language)
        await acknowledge(query, texts(language).button_gone)
        return None
    words = IncomingMessage(
        chat_id=answer.chat_id,
        person_id=query.from_user.id,
        message_id=query.message.message_id,
        thread_id=answer.thread_id,
        is_private=answer.chat_id > 0,
        text="",
        language=Language(answer.language),
        said_at=None,
    )
    return query, answer, words
