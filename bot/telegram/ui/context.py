"""What handlers work with, and how they put a reply together."""

from __future__ import annotations

import asyncio
import html
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from telegram.constants import ChatAction

from bot.domain.messages import OutgoingMessage
from bot.store import answer_table
from bot.store.queue import outbox
from bot.telegram.ui.replied_to import replied
from bot.telegram.wire.markup import MOST_UNITS, line, messages
from bot.telegram.wire.payload import Act, Keyboard, Payload
from bot.texts import Language, texts

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable

    from telegram import Bot, CallbackQuery, Message

    from bot.domain.stored_answers import StoredAnswer
    from bot.service.answers import AnswerService
    from bot.service.publishing.live_library import LiveLibrary
    from bot.store.db.database import Database
    from bot.telegram.ui.replied_to import RepliedMessage
    from bot.telegram.wire.markup import Piece
    from bot.telegram.wire.updates import IncomingMessage


ROOM = MOST_UNITS - 96  # of a message: the line that says that it is late is added when it is sent
ABOUT = "about"  # begins the key of the message whose reply is a question about an article
SIGNAL_SECONDS = 3  # for what is worth nothing later: "typing…", the end of a button's spinning
MOST_SIGNALS = 16  # under way at once
THOUGHTS = 4  # at once: answering is work for the processor, and more of it at once would only hold up the rest
P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """The services, by argument, and what is the same for every reply."""

    def __init__(self, shelf: LiveLibrary, database: Database, language: Language) -> None:
        self._shelf = shelf
        self.language = language  # for who writes in none
        self.database = database
        self._signals: set[asyncio.Task[bool]] = set()
        self._thinking = asyncio.Semaphore(THOUGHTS)

    @property
    def answer_service(self) -> AnswerService:
        """What answers now: to be taken once for each update, or an answer could be of two generations."""
        return self._shelf.answer_service

    async def think(self, work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
        """Do some work for the processor, in a thread."""
        async with self._thinking:
            return await asyncio.to_thread(work, *arguments, **options)

    async def answer(self, answer_id: str) -> StoredAnswer | None:
        """An answer that was given."""
        return await asyncio.to_thread(self._answer, answer_id)

    async def answer_to(self, words: IncomingMessage) -> tuple[StoredAnswer | None, tuple[int, ...]]:
        """The answer that was given to a message, and the outbox rows of its messages."""
        return await asyncio.to_thread(self._answer_to, words)

    async def question_before(self, message: Message, words: IncomingMessage) -> str | None:
        """The question that a message may follow: of the answer or message replied to, else the person's latest."""
        return await asyncio.to_thread(self._question_before, words, replied(message), message.date)

    async def articles_of(self, message: Message, words: IncomingMessage) -> tuple[str, ...]:
        """Keys of the articles that a message is about because it replies to an alert, or to what such a one asked."""
        before = replied(message)
        if before is None or not before.is_from_bot or before.answer_id:
            return ()
        found = await asyncio.to_thread(self._told_in, words.chat_id, before.message_id)
        return found or before.articles

    def _told_in(self, chat_id: int, message_id: int) -> tuple[str, ...]:
        with self.database.reading() as connection:
            return outbox.articles_of(connection, chat_id, message_id, ABOUT)

    def typing(self, bot: Bot, words: IncomingMessage) -> None:
        """Show that the bot is at work; nobody waits for it, and it may fail."""
        if len(self._signals) >= MOST_SIGNALS:
            return
        action = bot.send_chat_action(
            words.chat_id,
            ChatAction.TYPING,
            message_thread_id=words.thread_id,
            connect_timeout=SIGNAL_SECONDS,
            read_timeout=SIGNAL_SECONDS,
        )
        signal = asyncio.get_running_loop().create_task(action)
        self._signals.add(signal)
        signal.add_done_callback(self._forget)

    def _forget(self, signal: asyncio.Task[bool]) -> None:
        self._signals.discard(signal)
        if not signal.cancelled():
            signal.exception()  # looked at, so that asyncio does not report it

    def _answer(self, answer_id: str) -> StoredAnswer | None:
        with self.database.reading() as connection:
            return answer_table.get(connection, answer_id)

    def _answer_to(self, words: IncomingMessage) -> tuple[StoredAnswer | None, tuple[int, ...]]:
        with self.database.reading() as connection:
            answer = answer_table.of_message(connection, words.chat_id, words.message_id)
            return answer, outbox.parts(connection, answer.id) if answer else ()

    def _question_before(
        self, words: IncomingMessage, before: RepliedMessage | None, asked_at: datetime.datetime
    ) -> str | None:
        with self.database.reading() as connection:
            if before and before.text:
                answer = answer_table.of_message(connection, words.chat_id, before.message_id)
                return answer.question if answer else before.text
            answer = answer_table.get(connection, before.answer_id) if before and before.answer_id else None
            if answer and answer.chat_id == words.chat_id:
                return answer.question
            return answer_table.question_before(
                connection,
                words.message_id,
                chat_id=words.chat_id,
                thread_id=words.thread_id,
                person_id=words.person_id,
                asked_at=asked_at,
            )


def reply(
    words: IncomingMessage,
    pieces: Iterable[Piece],
    keyboard: Keyboard = (),
    answer_id: str | None = None,
    parts: tuple[int, ...] = (),
    cites: tuple[str, ...] = (),
) -> tuple[OutgoingMessage, ...]:
    """A reply in as many messages as it needs, the buttons below the last.

    Args:
        words: what is replied to.
        pieces: the text.
        keyboard: the buttons.
        answer_id: the answer that this is.
        parts: outbox rows whose messages it takes the place of, as far as they go.
        cites: keys of the articles that it quotes.
    """
    said = texts(words.language)
    shown = messages(pieces, ROOM)
    shown += messages([(line(said.see_above),)]) * (len(parts) - len(shown))
    last = len(shown) - 1
    return tuple(
        OutgoingMessage(
            chat_id=words.chat_id,
            payload=Payload(
                act=Act.EDIT if number < len(parts) else Act.SEND,
                html=html,
                keyboard=keyboard if number == last else (),
                late=said.late if number == 0 else "",
                reply_to=words.message_id,
                thread_id=words.thread_id,
                withdrawn=said.operating.withdrawn if cites else "",
            ).dump(),
            edits=parts[number] if number < len(parts) else None,
            answer_id=answer_id,
            asked_at=words.said_at,
            cites=cites,
        )
        for number, html in enumerate(shown)
    )


def answered(database: Database, message: Message) -> StoredAnswer | None:
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


MOST_HINT = 64  # characters of what stands in the empty field (Bot API, ForceReply)


def prompt(
    words: IncomingMessage, query: CallbackQuery, told: str, hint: str, *, key: str, cites: tuple[str, ...] = ()
) -> OutgoingMessage:
    """Ask for a reply.

    Args:
        words: where the button is.
        query: its press; in a group its presser is named, or nobody's application would open the reply.
        told: what is asked.
        hint: what stands in the empty field.
        key: by which the reply is known again, but for the id of the press.
        cites: keys of the articles that it names.
    """
    person = html.escape(query.from_user.full_name, quote=False)
    named = "" if words.is_private else f'<a href="tg://user?id={query.from_user.id}">{person}</a> '
    payload = Payload(
        html=named + html.escape(told, quote=False),
        reply_to=words.message_id,
        thread_id=words.thread_id,
        is_prompt=True,
        hint=hint[:MOST_HINT],
    )
    return OutgoingMessage(chat_id=words.chat_id, payload=payload.dump(), key=f"{key}:{query.id}", cites=cites)
