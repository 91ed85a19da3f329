"""Who operates: checked for every command and every button, in every chat; who may not is told so, and written down."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.domain.effects import Outcome, RequestJob, ResolveHeldJob, SetHidden
from bot.domain.jobs import Actor, AuditEntry, JobEnd
from bot.domain.messages import OutgoingMessage
from bot.service.heartbeat import utc_now
from bot.store import moderation
from bot.telegram.ui.callbacks import acknowledge, words_of_press
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import beginning, line
from bot.telegram.wire.payload import Act, Button, Keyboard, Payload
from bot.telegram.wire.updates import (
    LARGEST,
    MEANT,
    REPLIES,
    IncomingMessage,
    is_from_bot,
    language_for,
    message_of,
    words_of,
)
from bot.texts import texts
from bot.views.job_report import stamp

if TYPE_CHECKING:
    import datetime
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TypeAlias

    from telegram import CallbackQuery, Message, Update, User

    from bot.domain.effects import Effect
    from bot.service.publishing.live_library import LiveLibrary
    from bot.service.publishing.publish import Place
    from bot.store.db.database import Database
    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler
    from bot.telegram.wire.markup import Piece
    from bot.texts import Texts

    OnCommand: TypeAlias = "Callable[[Command], Awaitable[Outcome]]"
    OnPress: TypeAlias = "Callable[[Operation], Awaitable[Outcome]]"

MOST_NAME = 24  # units of a person's name: there is little room above a full report
MOST_DETAIL = 200  # characters of a command that the audit log keeps
_PRESS = re.compile(r"op:([a-z-]+)(?::([A-Za-z0-9_.-]{1,40}))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """What operators' handlers work with."""

    desk: Desk
    database: Database
    live_library: LiveLibrary
    place: Place
    zone: datetime.tzinfo  # of the times that operators read
    operators: Sequence[int]  # in the settings
    minutes: int | None  # of the schedule
    errors: Callable[[], int]  # logged since the start
    started_at: datetime.datetime

    def may_operate(self, person_id: int | None) -> bool:
        """Whether somebody is an operator at this moment."""
        if person_id is None:
            return False
        if person_id in self.operators:
            return True
        with self.database.reading() as connection:
            return moderation.is_operator(connection, person_id)


@dataclass(frozen=True, slots=True)
class Command:
    """An operator's command.

    Attributes:
        words: where it was said; the text is what follows the command.
    """

    room: Room
    words: IncomingMessage
    message: Message
    actor: Actor

    @property
    def texts(self) -> Texts:
        """In the operator's language."""
        return texts(self.words.language)

    def say(self, pieces: Sequence[Piece], keyboard: Keyboard = (), cites: tuple[str, ...] = ()) -> Outcome:
        """A reply; `cites` are the keys of the articles that it quotes."""
        return Outcome(messages=reply(self.words, pieces, keyboard, cites=cites))

    def say_line(self, told: str, keyboard: Keyboard = (), deeds: tuple[Effect, ...] = ()) -> Outcome:
        """A reply in one line, and what is done with it."""
        return Outcome(messages=reply(self.words, [(line(told),)], keyboard), deeds=deeds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """An operator's button that was pressed."""

    room: Room
    query: CallbackQuery
    words: IncomingMessage  # where the button is
    argument: str
    actor: Actor

    @property
    def texts(self) -> Texts:
        """In the operator's language."""
        return texts(self.words.language)

    @property
    def number(self) -> int:
        """What the button carries, as the number of a row; 0 where it is none."""
        number = int(self.argument) if self.argument.isdecimal() else 0
        return number if number <= LARGEST else 0

    def turn(self, told: str, keyboard: Keyboard = ()) -> OutgoingMessage:
        """The message below which the button is, changed; `told` is HTML."""
        payload = Payload(act=Act.EDIT, html=told, keyboard=keyboard, message_id=self.words.message_id)
        return outgoing(self.words.chat_id, payload)

    def decided(self, what: str) -> OutgoingMessage:
        """The same message with what was decided above it, by whom and when, and without buttons.

        Args:
            what: the text that says it.
        """
        time = stamp(utc_now(), self.room.zone)
        told = html.escape(what.format(actor=self.actor.name, time=time), quote=False)
        before = getattr(self.query.message, "text_html", None)  # None where Telegram shows it no more
        return self.turn(f"<b>{told}</b>\n\n{before}" if before else told)


def outgoing(chat_id: int, payload: Payload) -> OutgoingMessage:
    """A payload for a chat."""
    return OutgoingMessage(chat_id=chat_id, payload=payload.dump())


def press(verb: str, argument: object = "") -> str:
    """What an operator's button carries."""
    carried = f"op:{verb}:{argument}" if argument != "" else f"op:{verb}"
    if not _PRESS.fullmatch(carried):
        raise ValueError(f"no button can carry {carried!r}")
    return carried


def button(label: str, verb: str, argument: object = "") -> Button:
    """An operator's button."""
    return Button(label, press(verb, argument))


def on_command(room: Room, name: str, work: OnCommand) -> Handler:
    """A command for operators."""
    return CommandHandler(name, partial(_command, room, name, work), MEANT | REPLIES)


def on_press(room: Room, verb: str, work: OnPress) -> Handler:
    """A button for operators."""
    return CallbackQueryHandler(partial(_press, room, verb, work), rf"^op:{verb}(:|$)")


async def _command(room: Room, name: str, work: OnCommand, update: Update, _context: Context) -> Outcome:
    message = message_of(update)
    said = re.sub(r"^/\w+(@\w+)?", "", message.text or message.caption or "").strip()
    words = replace(words_of(message, room.desk.language), text=said)
    person = None if message.sender_chat else message.from_user
    actor = _actor(person, words.chat_id, words.person_id)
    detail = said[:MOST_DETAIL]
    if person is None or person.is_bot or not await asyncio.to_thread(room.may_operate, person.id):
        operating = texts(words.language).operating
        told = operating.refused if person else operating.refused_anonymous
        refused = AuditEntry(actor=actor, action=name, detail=detail, end=JobEnd.REFUSED)
        if is_from_bot(message):  # two that answer each other never end
            return Outcome(deeds=(refused,))
        return Outcome(
            messages=reply(words, [(line(told.format(person=person.id if person else "")),)]), deeds=(refused,)
        )
    outcome = await work(Command(room, words, message, actor))
    return _recorded(outcome, AuditEntry(actor=actor, action=name, detail=detail, end=JobEnd.DONE))


async def _press(room: Room, verb: str, work: OnPress, update: Update, _context: Context) -> Outcome:
    query = update.callback_query
    if query is None:
        return Outcome()
    language = language_for(query.from_user.language_code, "", room.desk.language)
    said, match = texts(language).operating, _PRESS.fullmatch(query.data or "")
    chat_id = query.message.chat.id if query.message else 0
    actor = _actor(query.from_user, chat_id, query.from_user.id)
    argument = match[2] or "" if match else ""
    if not await asyncio.to_thread(room.may_operate, query.from_user.id):
        await acknowledge(query, said.refused_press)
        return Outcome(deeds=(AuditEntry(actor=actor, action=verb, detail=argument, end=JobEnd.REFUSED),))
    words = words_of_press(query, language)
    if not match or words is None:
        await acknowledge(query, said.gone_press)
        return Outcome()
    outcome = await work(Operation(room=room, query=query, words=words, argument=argument, actor=actor))
    return _recorded(outcome, AuditEntry(actor=actor, action=verb, detail=argument, end=JobEnd.DONE))


def _recorded(outcome: Outcome, entry: AuditEntry) -> Outcome:
    """With an entry for the audit log, where anything is done; jobs have one when they end."""
    done = [deed for deed in outcome.deeds if not isinstance(deed, RequestJob)]
    if not done:
        return outcome
    title = next((deed.title for deed in done if isinstance(deed, SetHidden)), None)
    detail = "" if any(isinstance(deed, ResolveHeldJob) for deed in done) else title or entry.detail
    return replace(outcome, deeds=(*outcome.deeds, replace(entry, detail=detail)))


def _actor(person: User | None, chat_id: int, person_id: int | None) -> Actor:
    name = f"{beginning(person.full_name, MOST_NAME)} ({person.id})" if person else f"({person_id})"
    return Actor(name, person.id if person else person_id, chat_id)
