"""Who subscribes: anybody in private, administrators in a group; checked for every command and every button."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from telegram import ChatMember
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.domain.effects import Outcome
from bot.domain.messages import OutgoingMessage
from bot.store.alerts import subscription_table
from bot.telegram.ui.callbacks import acknowledge, words_of_press
from bot.telegram.ui.context import SIGNAL_SECONDS, reply
from bot.telegram.wire.markup import line
from bot.telegram.wire.payload import Act, Button, Keyboard, Payload, load
from bot.telegram.wire.updates import (
    MEANT,
    REPLIES,
    IncomingMessage,
    is_from_bot,
    language_for,
    message_of,
    storable,
    words_of,
)
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from telegram import Bot, CallbackQuery, Message, Update

    from bot.domain.subscriptions import Subscription
    from bot.store.db.database import Database
    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler
    from bot.telegram.wire.markup import Piece
    from bot.texts import Texts
    from bot.texts.model import SubscribingTexts

    OnCommand: TypeAlias = "Callable[[Wanted], Awaitable[Outcome]]"

ADMINISTRATORS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
MOST_CARRIED = 64  # bytes of what a button carries (Bot API, InlineKeyboardButton)
_PRESS = re.compile(r"sub:([a-z-]+)(?::(.+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Counter:
    """What the handlers of subscriptions work with."""

    desk: Desk

    @property
    def database(self) -> Database:
        """The store."""
        return self.desk.database

    def of_chat(self, words: IncomingMessage) -> list[Subscription]:
        """The subscriptions of a chat; of its topic alone, in a forum."""
        with self.database.reading() as connection:
            return subscription_table.of_chat(connection, words.chat_id, words.thread_id or 0)

    def count(self, words: IncomingMessage) -> int:
        """How many the whole chat has."""
        with self.database.reading() as connection:
            return subscription_table.count(connection, words.chat_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody who may wants to do about subscriptions, by a command or by a button.

    Attributes:
        words: where; the text is what follows the command, or what the button carries.
        query: the button that was pressed; None for a command.
    """

    counter: Counter
    bot: Bot
    words: IncomingMessage
    query: CallbackQuery | None = None

    @property
    def texts(self) -> Texts:
        """In the language of whoever wants it."""
        return texts(self.words.language)

    @property
    def said(self) -> SubscribingTexts:
        """Those about subscriptions."""
        return self.texts.subscribing

    def say(self, pieces: list[Piece], keyboard: Keyboard = ()) -> tuple[OutgoingMessage, ...]:
        """A reply to a command; the message of a button, changed."""
        if self.query is None:
            return reply(self.words, pieces, keyboard)
        (first, *_) = reply(self.words, pieces, keyboard)
        payload = Payload(
            act=Act.EDIT, html=load(first.payload).html, keyboard=keyboard, message_id=self.words.message_id
        )
        return (OutgoingMessage(chat_id=self.words.chat_id, payload=payload.dump()),)

    def say_line(self, told: str, keyboard: Keyboard = ()) -> tuple[OutgoingMessage, ...]:
        """The same in lines."""
        return self.say([tuple(line(one) for one in told.split("\n"))], keyboard)

    async def acknowledge(self, told: str | None = None) -> bool:
        """End the spinning of the button; False where it was pressed too long ago to matter."""
        return self.query is None or await acknowledge(self.query, told)


def press(verb: str, argument: object = "") -> str:
    """What a button about subscriptions carries."""
    return f"sub:{verb}:{argument}" if argument != "" else f"sub:{verb}"


def button(label: str, verb: str, argument: object = "") -> Button:
    """A button about subscriptions."""
    return Button(label, press(verb, argument))


def fits(verb: str, argument: str) -> bool:
    """Whether a button can carry it."""
    return len(press(verb, argument).encode()) <= MOST_CARRIED


def on_command(counter: Counter, name: str, work: OnCommand) -> Handler:
    """A command about subscriptions."""
    return CommandHandler(name, partial(_command, counter, work), MEANT | REPLIES)


def on_press(counter: Counter, verb: str, work: OnCommand) -> Handler:
    """A button about subscriptions."""
    return CallbackQueryHandler(partial(_press, counter, work), rf"^sub:{verb}(:|$)")


async def _command(counter: Counter, work: OnCommand, update: Update, context: Context) -> Outcome:
    message = message_of(update)
    if is_from_bot(message):  # two that answer each other never end
        return Outcome()
    said = re.sub(r"^/\w+(@\w+)?", "", storable(message.text or message.caption or "")).strip()
    words = replace(words_of(message, counter.desk.language), text=said)
    return await as_subscriber(counter, work, words, context.bot, is_anonymous_administrator(message))


async def as_subscriber(
    counter: Counter, work: OnCommand, words: IncomingMessage, bot: Bot, is_administrator: bool = False
) -> Outcome:
    """Do what a message asks for, if its sender may."""
    told = None if is_administrator else await refusal(bot, words)
    if told:
        return Outcome(messages=reply(words, [(line(_refusal_text(told, texts(words.language).subscribing)),)]))
    return await work(Wanted(counter, bot, words))


def is_anonymous_administrator(message: Message) -> bool:
    """Whether it is written in the name of the group itself: only its administrators can."""
    return message.sender_chat is not None and message.sender_chat.id == message.chat.id


async def _press(counter: Counter, work: OnCommand, update: Update, context: Context) -> Outcome:
    query = update.callback_query
    if query is None:
        return Outcome()
    language = language_for(query.from_user.language_code, "", counter.desk.language)
    match = _PRESS.fullmatch(query.data or "")
    words = words_of_press(query, language, match[2] or "") if match else None
    if words is None:
        await acknowledge(query, texts(language).button_gone)
        return Outcome()
    told = await refusal(context.bot, words)
    if told:
        said = texts(language).subscribing
        await acknowledge(query, said.only_admins_press if told == "only-admins" else said.cannot_tell)
        return Outcome()
    return await work(Wanted(counter, context.bot, words, query))


def _refusal_text(refused: str, said: SubscribingTexts) -> str:
    return said.only_admins if refused == "only-admins" else said.cannot_tell


async def refusal(bot: Bot, words: IncomingMessage) -> str | None:
    """Why somebody may not subscribe there; None where they may."""
    if words.is_private:
        return None
    if words.person_id is None or words.person_id < 0:  # a channel's name
        return "only-admins"
    try:
        member = await bot.get_chat_member(
            words.chat_id, words.person_id, connect_timeout=SIGNAL_SECONDS, read_timeout=SIGNAL_SECONDS
        )
    except TelegramError:
        return "cannot-tell"
    return None if member.status in ADMINISTRATORS else "only-admins"


async def listed(wanted: Wanted) -> tuple[list[Subscription], int]:
    """The subscriptions of the place, and how many the whole chat has."""
    counter, words = wanted.counter, wanted.words
    here = await asyncio.to_thread(counter.of_chat, words)
    return here, await asyncio.to_thread(counter.count, words)
