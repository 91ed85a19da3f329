"""Handlers of commands, messages and buttons, each with a guard: who may use it, and what others get as a reply.

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
from bot.domain.jobs import AuditEntry, JobEnd
from bot.store import answer_table
from bot.telegram.ui.callback_data import ANSWER_ID, read_press
from bot.telegram.ui.context import SIGNAL_SECONDS
from bot.telegram.ui.request import Request
from bot.telegram.wire.updates import (
    ADDRESSED,
    REPLIES_TO_BOT,
    IncomingMessage,
    incoming_message,
    language_for,
    message_in,
    storable,
)
from bot.texts import Language

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from telegram import Update
    from telegram.ext import ContextTypes
    from telegram.ext.filters import BaseFilter

    from bot.domain.stored_answers import StoredAnswer
    from bot.telegram.ui.callback_data import Feature
    from bot.telegram.ui.context import Context
    from bot.telegram.wire.handler_types import Handler

    Work: TypeAlias = Callable[[Request], Awaitable[Outcome | None]]
    AnswerWork: TypeAlias = Callable[[Request, StoredAnswer], Awaitable[Outcome]]

MOST_DETAIL = 200  # characters of a command that the audit log keeps
ADMINISTRATORS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
_COMMAND = re.compile(r"^/\w+(@\w+)?")


class Guard(Enum):
    """Who may use a command or a button."""

    ANYONE = auto()
    SUBSCRIBER = auto()  # anyone in private; administrators in a group
    OPERATOR = auto()  # what they change is written to the audit log, and so is whom the guard refuses


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
    """Return the handler of a command; what follows it is the text of the request.

    Args:
        context: passed to the work in the request.
        name: without the slash; also the action in the audit log.
        work: returns the outcome; None where the update is not for it after all.
        guard: who may use it.
        where: messages that are accepted: by default in private, with the bot's name, or in reply to the bot.
    """
    return CommandHandler(name, partial(_handle_message, context, guard, name, work), where)


def on_message(context: Context, where: BaseFilter, work: Work) -> Handler:
    """Return the handler of the messages that a filter accepts; anyone may write them.

    The text of the request is that of `incoming_message`.
    """
    return MessageHandler(where, partial(_handle_message, context, Guard.ANYONE, "", work))


def on_button(context: Context, feature: Feature, verb: str, work: Work, guard: Guard = Guard.ANYONE) -> Handler:
    """Return the handler of the buttons of a feature whose data begin with a verb; empty for every button of it.

    The verb is also the action in the audit log.
    """
    pattern = f"^{feature}:{verb}(:|$)" if verb else f"^{feature}:"
    return CallbackQueryHandler(partial(_handle_press, context, guard, verb, work), pattern)


def on_any_button(context: Context, work: Work) -> Handler:
    """Return the handler of all buttons; to be added last, so that it gets those that no other handler accepts."""
    return CallbackQueryHandler(partial(_handle_press, context, Guard.ANYONE, "", work))


def on_answer_button(context: Context, feature: Feature, work: AnswerWork, verb: str = "") -> Handler:
    """Return the handler of a button that carries the id of an answer; anyone in the answer's chat may press it.

    An empty verb stands for every button of the feature. The button is refused in other chats, or if the answer is
    gone.
    """
    return on_button(context, feature, verb, partial(_with_answer, work))


async def _handle_message(
    context: Context, guard: Guard, command: str, work: Work, update: Update, telegram: ContextTypes.DEFAULT_TYPE
) -> Outcome | None:
    """Make a request of a message, and do the work if the guard admits the sender.

    The text of the request is what follows `command`, or the whole text if that is empty.
    """
    message = message_in(update)
    incoming = incoming_message(message, context.language)
    if command:
        text = storable(message.text or message.caption or "")
        incoming = replace(incoming, text=_COMMAND.sub("", text).strip())
    request = Request(
        context=context,
        bot=telegram.bot,
        incoming=incoming,
        person=None if message.sender_chat else message.from_user,
        message=message,
        is_edited=update.edited_message is not None,
    )
    return await _guarded(request, guard, command, work)


async def _handle_press(
    context: Context, guard: Guard, verb: str, work: Work, update: Update, telegram: ContextTypes.DEFAULT_TYPE
) -> Outcome | None:
    """Make a request of a pressed button, and do the work if the guard admits who pressed it.

    Where Telegram leaves the message out, because it is too old, `chat_id` and `message_id` are 0.
    """
    query = update.callback_query
    if query is None:
        return None
    message, person = query.message, query.from_user
    is_topic = getattr(message, "is_topic_message", None)
    incoming = IncomingMessage(  # without a chat where the message is too old for Telegram to name it
        chat_id=message.chat.id if message else 0,
        person_id=person.id,
        message_id=message.message_id if message else 0,
        thread_id=getattr(message, "message_thread_id", None) if is_topic else None,
        is_private=message is not None and message.chat.type == Chat.PRIVATE,
        text="",
        language=language_for(person.language_code, "", context.language),
        sent_at=None,
    )
    press = read_press(query.data)
    request = Request(context=context, bot=telegram.bot, incoming=incoming, person=person, query=query, press=press)
    return await _guarded(request, guard, verb, work)


async def _guarded(request: Request, guard: Guard, action: str, work: Work) -> Outcome | None:
    """Do the work if whoever asks may; else say why not. Bots get no reply: two that answer each other never end.

    Buttons that are forged, of an earlier version or below a message that is too old are refused.

    Args:
        request: a message or a press.
        guard: who may.
        action: what the audit log calls the work, if it is for operators.
        work: what is asked for.

    Returns:
        The outcome of the work, with an audit entry if it is for operators; None if the work returns None.
    """
    query, texts = request.query, request.texts
    entry = AuditEntry(actor=request.actor, action=action, detail=request.argument[:MOST_DETAIL], end=JobEnd.DONE)
    if guard is Guard.OPERATOR and not await _may_operate(request):
        return await _refused_operator(request, replace(entry, end=JobEnd.REFUSED))
    if request.is_from_bot:
        return Outcome()
    if query and (request.press is None or query.message is None):
        return await request.refuse(texts.operating.gone_press if guard is Guard.OPERATOR else texts.button_gone)
    if guard is Guard.SUBSCRIBER:
        return await as_subscriber(request, work)
    outcome = await work(request)
    return _audited(outcome, entry) if outcome and guard is Guard.OPERATOR else outcome


async def _may_operate(request: Request) -> bool:
    """Return whether an operator asks: a person, not a bot, nor a group or channel that anyone may write for."""
    person = request.person
    return person is not None and not person.is_bot and await request.context.may_operate(person.id)


async def _refused_operator(request: Request, entry: AuditEntry) -> Outcome:
    """Refuse, and write it to the audit log; the reply names the id by which an operator can appoint the person.

    A bot gets no reply.
    """
    texts, person = request.texts.operating, request.person
    if request.query:
        return replace(await request.refuse(texts.refused_press), effects=(entry,))
    if request.is_from_bot:
        return Outcome(effects=(entry,))
    return request.reply(
        texts.refused.format(person=person.id) if person else texts.refused_anonymous, effects=(entry,)
    )


def _audited(outcome: Outcome, entry: AuditEntry) -> Outcome:
    """Add an entry for the audit log if the outcome has effects other than a job, which is audited when it ends.

    Its detail is the title of the article that is hidden or shown, and empty for a held job.
    """
    done = [effect for effect in outcome.effects if not isinstance(effect, RequestJob)]
    if not done:
        return outcome
    title = next((effect.title for effect in done if isinstance(effect, SetHidden)), None)
    detail = "" if any(isinstance(effect, ResolveHeldJob) for effect in done) else title or entry.detail
    return replace(outcome, effects=(*outcome.effects, replace(entry, detail=detail)))


async def as_subscriber(request: Request, work: Work) -> Outcome | None:
    """Do the work if whoever asks may change the chat's subscriptions; else say why not, and return that outcome."""
    refusal, texts = await subscriber_refusal(request), request.texts.subscribing
    if refusal is None:
        return await work(request)
    if request.query:
        is_known = refusal is SubscriberRefusal.NOT_ADMINISTRATOR
        return await request.refuse(texts.only_admins_press if is_known else texts.cannot_tell)
    return request.reply(texts.only_admins if refusal is SubscriberRefusal.NOT_ADMINISTRATOR else texts.cannot_tell)


async def subscriber_refusal(request: Request) -> SubscriberRefusal | None:
    """Return why whoever asks may not change the chat's subscriptions; None where they may.

    Anyone may in a private chat, administrators in a group, for which Telegram is asked; UNKNOWN if that fails or takes
    too long. Who writes in the name of the group itself is one of its administrators; who writes as a channel may be
    anyone.
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
