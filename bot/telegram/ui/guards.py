"""Handlers of commands, messages and buttons, each with a guard: who may use it, and what others are told.

The guard is checked for every update, in every chat: rights may have changed since a button was shown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

from telegram import Chat, ChatMember
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler

from bot.domain.effects import Outcome, RequestJob, ResolveHeldJob, SetHidden
from bot.domain.jobs import Actor, AuditEntry, JobEnd
from bot.store import answer_table
from bot.telegram.ui.callback_data import ANSWER_ID, read_press
from bot.telegram.ui.context import SIGNAL_SECONDS
from bot.telegram.ui.request import Request, acknowledge
from bot.telegram.wire.markup import beginning
from bot.telegram.wire.updates import (
    ADDRESSED,
    REPLIES_TO_BOT,
    IncomingMessage,
    incoming_message,
    is_from_bot,
    language_for,
    message_in,
    storable,
)
from bot.texts import Language, texts_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from telegram import CallbackQuery, Update, User
    from telegram.ext import ContextTypes
    from telegram.ext.filters import BaseFilter

    from bot.domain.stored_answers import StoredAnswer
    from bot.telegram.ui.callback_data import Feature
    from bot.telegram.ui.context import Context
    from bot.telegram.wire.handler_types import Handler

    Work: TypeAlias = Callable[[Request], Awaitable[Outcome | None]]
    AnswerWork: TypeAlias = Callable[[Request, StoredAnswer], Awaitable[Outcome]]

MOST_NAME = 24  # units of a person's name in the audit log and in reports, which have little room above them
MOST_DETAIL = 200  # characters of a command that the audit log keeps
ADMINISTRATORS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
_COMMAND = re.compile(r"^/\w+(@\w+)?")


class Guard(Enum):
    """Who may use a command or a button."""

    ANYONE = auto()
    SUBSCRIBER = auto()  # anyone in private; administrators in a group
    OPERATOR = auto()  # what they do is written to the audit log, and so is whom the guard refuses


class SubscriberRefusal(Enum):
    """Why somebody may not change the subscriptions of a group."""

    NOT_ADMINISTRATOR = auto()
    UNKNOWN = auto()  # Telegram did not say whether they are one


def on_command(
    context: Context,
    name: str,
    work: Work,
    guard: Guard = Guard.ANYONE,
    where: BaseFilter = ADDRESSED | REPLIES_TO_BOT,
) -> Handler:
    """Return the handler of a command."""
    return CommandHandler(name, partial(_handle_message, context, work, guard, name), where)


def on_message(context: Context, where: BaseFilter, work: Work) -> Handler:
    """Return the handler of messages that are no commands; anyone may write them."""
    return MessageHandler(where, partial(_handle_message, context, work, Guard.ANYONE, ""))


def on_button(context: Context, feature: Feature, verb: str, work: Work, guard: Guard = Guard.ANYONE) -> Handler:
    """Return the handler of a button; an empty verb stands for every button of the feature."""
    pattern = f"^{feature}:{verb}(:|$)" if verb else f"^{feature}:"
    return CallbackQueryHandler(partial(_handle_press, context, work, guard, verb), pattern)


def on_unknown_button(context: Context) -> Handler:
    """Return the handler that says of every other button that it no longer works."""

    async def refuse(request: Request) -> Outcome:
        return await request.refuse(request.texts.button_gone)

    return CallbackQueryHandler(partial(_handle_press, context, refuse, Guard.ANYONE, ""))


def on_answer_button(context: Context, feature: Feature, work: AnswerWork, verb: str = "") -> Handler:
    """Return the handler of a button that carries the id of an answer; anyone in the answer's chat may press it."""
    return on_button(context, feature, verb, partial(_with_answer, work))


async def _handle_message(
    context: Context, work: Work, guard: Guard, command: str, update: Update, telegram: ContextTypes.DEFAULT_TYPE
) -> Outcome | None:
    message = message_in(update)
    incoming = incoming_message(message, context.language)
    if command:
        text = storable(message.text or message.caption or "")
        incoming = replace(incoming, text=_COMMAND.sub("", text).strip())
    person = None if message.sender_chat else message.from_user
    request = Request(
        context=context,
        bot=telegram.bot,
        incoming=incoming,
        actor=_actor(person, incoming.person_id, incoming.chat_id),
        message=message,
        is_edited=update.edited_message is not None,
    )
    if guard is Guard.OPERATOR:
        entry = AuditEntry(actor=request.actor, action=command, detail=request.argument[:MOST_DETAIL], end=JobEnd.DONE)
        if person is None or person.is_bot or not await context.may_operate(person.id):
            return _refused_operator(request, person, entry)
        return _audited(await work(request), entry)
    if is_from_bot(message):  # two bots that answer each other would never end
        return Outcome()
    return await as_subscriber(request, work) if guard is Guard.SUBSCRIBER else await work(request)


async def _handle_press(
    context: Context, work: Work, guard: Guard, verb: str, update: Update, telegram: ContextTypes.DEFAULT_TYPE
) -> Outcome | None:
    query = update.callback_query
    if query is None:
        return Outcome()
    language, press = language_for(query.from_user.language_code, "", context.language), read_press(query.data)
    said, is_for_operators = texts_in(language), guard is Guard.OPERATOR
    actor = _actor(query.from_user, query.from_user.id, query.message.chat.id if query.message else 0)
    entry = AuditEntry(actor=actor, action=verb, detail=press.argument if press else "", end=JobEnd.DONE)
    if is_for_operators and not await context.may_operate(query.from_user.id):
        await acknowledge(query, said.operating.refused_press)
        return Outcome(effects=(replace(entry, end=JobEnd.REFUSED),))
    incoming = _place_of(query, language)
    if press is None or incoming is None:
        await acknowledge(query, said.operating.gone_press if is_for_operators else said.button_gone)
        return Outcome()
    request = Request(context=context, bot=telegram.bot, incoming=incoming, actor=actor, query=query, press=press)
    if guard is Guard.SUBSCRIBER:
        return await as_subscriber(request, work)
    outcome = await work(request)
    return _audited(outcome, entry) if is_for_operators else outcome


def _place_of(query: CallbackQuery, language: Language) -> IncomingMessage | None:
    """Return the message that a pressed button is below; None where it is too old for Telegram to name it."""
    message = query.message
    if message is None:
        return None
    is_topic = getattr(message, "is_topic_message", None)
    return IncomingMessage(
        chat_id=message.chat.id,
        person_id=query.from_user.id,
        message_id=message.message_id,
        thread_id=getattr(message, "message_thread_id", None) if is_topic else None,
        is_private=message.chat.type == Chat.PRIVATE,
        text="",
        language=language,
        sent_at=None,
    )


async def _with_answer(work: AnswerWork, request: Request) -> Outcome:
    """Do the work in the answer's language and topic; refuse where the answer is gone or was given in another chat."""
    answer = None
    if ANSWER_ID.fullmatch(request.argument):
        answer = await request.context.read(answer_table.get, request.argument)
    if answer is None or answer.chat_id != request.incoming.chat_id:
        return await request.refuse(request.texts.button_gone)
    incoming = replace(
        request.incoming,
        thread_id=answer.thread_id,
        is_private=answer.chat_id > 0,
        language=Language(answer.language),
    )
    return await work(replace(request, incoming=incoming), answer)


async def as_subscriber(request: Request, work: Work) -> Outcome | None:
    """Do the work if whoever asks may change the chat's subscriptions; else tell them why not."""
    refusal = await subscriber_refusal(request)
    if refusal is None:
        return await work(request)
    said = request.texts.subscribing
    if refusal is SubscriberRefusal.UNKNOWN:
        reason = said.cannot_tell
    else:
        reason = said.only_admins_press if request.query else said.only_admins
    return await request.refuse(reason) if request.query else request.reply_line(reason)


async def subscriber_refusal(request: Request) -> SubscriberRefusal | None:
    """Return why whoever asks may not change the chat's subscriptions; None where they may. Asks Telegram in a group.

    Who writes in the name of the group itself is one of its administrators; who writes as a channel may be anyone.
    """
    incoming = request.incoming
    sender = request.message.sender_chat if request.message else None
    if incoming.is_private or (sender is not None and sender.id == incoming.chat_id):
        return None
    if incoming.person_id is None or incoming.person_id < 0:
        return SubscriberRefusal.NOT_ADMINISTRATOR
    try:
        member = await request.bot.get_chat_member(
            incoming.chat_id, incoming.person_id, connect_timeout=SIGNAL_SECONDS, read_timeout=SIGNAL_SECONDS
        )
    except TelegramError:
        return SubscriberRefusal.UNKNOWN
    return None if member.status in ADMINISTRATORS else SubscriberRefusal.NOT_ADMINISTRATOR


def _refused_operator(request: Request, person: User | None, entry: AuditEntry) -> Outcome:
    """Tell a person the id by which an operator can appoint them; a bot gets no reply: two would never end."""
    effects = (replace(entry, end=JobEnd.REFUSED),)
    if request.message and is_from_bot(request.message):
        return Outcome(effects=effects)
    said = request.texts.operating
    return request.reply_line(
        said.refused.format(person=person.id) if person else said.refused_anonymous, effects=effects
    )


def _audited(outcome: Outcome | None, entry: AuditEntry) -> Outcome | None:
    """Add an entry for the audit log where anything is changed; a job is audited when it ends."""
    done = [effect for effect in outcome.effects if not isinstance(effect, RequestJob)] if outcome else []
    if outcome is None or not done:
        return outcome
    title = next((effect.title for effect in done if isinstance(effect, SetHidden)), None)
    detail = "" if any(isinstance(effect, ResolveHeldJob) for effect in done) else title or entry.detail
    return replace(outcome, effects=(*outcome.effects, replace(entry, detail=detail)))


def _actor(person: User | None, person_id: int | None, chat_id: int) -> Actor:
    """Return who asks, as the audit log names them: "王明 (5)", or the id alone of a group or channel."""
    name = f"{beginning(person.full_name, MOST_NAME)} ({person.id})" if person else f"({person_id})"
    return Actor(name, person.id if person else person_id, chat_id)
