"""What no other feature wants: in private it is answered politely, in groups it is not meant for the bot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.domain.effects import Outcome
from bot.telegram.ui.callbacks import pressed
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import is_from_bot, is_other_command, message_of, words_of
from bot.texts import texts

if TYPE_CHECKING:
    from telegram import Update

    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler


def handlers(desk: Desk) -> list[Handler]:
    """For everything else that somebody says to the bot alone."""
    private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
    return [
        MessageHandler(private, partial(on_anything, desk)),
        CallbackQueryHandler(partial(on_unknown_button, desk)),
    ]


async def on_anything(desk: Desk, update: Update, _context: Context) -> Outcome:
    """What the bot can read: a sticker is no question, and there are few commands."""
    message = message_of(update)
    if is_from_bot(message):
        return Outcome()
    words = words_of(message, desk.language)
    said = texts(words.language)
    told = said.no_such_command if is_other_command(message) else said.only_text
    return Outcome(messages=reply(words, [(line(told),)]))


async def on_unknown_button(desk: Desk, update: Update, _context: Context) -> Outcome:
    """A button of an earlier version, or none of ours."""
    await pressed(desk, update)
    return Outcome()
