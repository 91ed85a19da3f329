"""/privacy and /forget: what is kept of a person, and its end."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.domain.effects import ForgetPerson, Outcome
from bot.domain.messages import OutgoingMessage
from bot.telegram.ui.callbacks import acknowledge
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import line
from bot.telegram.wire.payload import Act, Button, Payload
from bot.telegram.wire.updates import MEANT, REPLIES, is_from_bot, language_for, message_of, words_of
from bot.texts import texts

if TYPE_CHECKING:
    from telegram import Update

    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler

SURE, NOT = "forget:sure", "forget:not"  # what the buttons carry


def handlers(desk: Desk) -> list[Handler]:
    """For both commands, and the answer to whether it is meant."""
    return [
        CommandHandler("privacy", partial(on_privacy, desk), MEANT | REPLIES),
        CommandHandler("forget", partial(on_forget, desk), MEANT | REPLIES),
        CallbackQueryHandler(partial(on_decided, desk), r"^forget:"),
    ]


async def on_privacy(desk: Desk, update: Update, _context: Context) -> Outcome:
    """What is kept, and for how long."""
    message = message_of(update)
    if is_from_bot(message):
        return Outcome()
    words = words_of(message, desk.language)
    lines = texts(words.language).subscribing.privacy.split("\n")
    return Outcome(messages=reply(words, [tuple(map(line, lines))]))


async def on_forget(desk: Desk, update: Update, _context: Context) -> Outcome:
    """Ask whether it is meant; only in private, where nobody can do it in another's name."""
    message = message_of(update)
    if is_from_bot(message):
        return Outcome()
    words = words_of(message, desk.language)
    said = texts(words.language).subscribing
    if not words.is_private:
        return Outcome(messages=reply(words, [(line(said.forget_in_private),)]))
    buttons = (Button(said.button_forget_sure, SURE), Button(said.button_forget_not, NOT))
    return Outcome(messages=reply(words, [(line(said.forget_ask),)], (buttons,)))


async def on_decided(desk: Desk, update: Update, _context: Context) -> Outcome:
    """Remove it, or leave it."""
    query = update.callback_query
    if query is None:
        return Outcome()
    said = texts(language_for(query.from_user.language_code, "", desk.language))
    is_private = query.message is not None and query.message.chat.id == query.from_user.id
    if query.message is None or not is_private or query.data not in (SURE, NOT):
        await acknowledge(query, said.button_gone)
        return Outcome()
    if not await acknowledge(query):
        return Outcome()
    is_sure = query.data == SURE
    told = html.escape((said.subscribing.forgotten if is_sure else said.subscribing.kept), quote=False)
    payload = Payload(act=Act.EDIT, html=told, message_id=query.message.message_id)
    deeds = (ForgetPerson(query.from_user.id),) if is_sure else ()
    return Outcome(messages=(OutgoingMessage(chat_id=query.from_user.id, payload=payload.dump()),), deeds=deeds)
