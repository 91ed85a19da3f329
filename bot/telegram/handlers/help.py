"""/start and /help."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import CommandHandler

from bot.domain.effects import Outcome
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import MEANT, message_of, words_of
from bot.texts import texts

if TYPE_CHECKING:
    from telegram import Update

    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler


def handlers(desk: Desk) -> list[Handler]:
    """For both commands."""
    return [
        CommandHandler("start", partial(on_start, desk), MEANT),
        CommandHandler("help", partial(on_help, desk), MEANT),
    ]


async def on_start(desk: Desk, update: Update, _context: Context) -> Outcome:
    """A greeting, with what can be asked."""
    words = words_of(message_of(update), desk.language)
    said = texts(words.language)
    greeting = said.bot_start.format(articles=desk.answer_service.library.articles)
    return Outcome(messages=reply(words, [(line(greeting),), (line(said.bot_help),)]))


async def on_help(desk: Desk, update: Update, _context: Context) -> Outcome:
    """How to ask."""
    words = words_of(message_of(update), desk.language)
    return Outcome(messages=reply(words, [(line(texts(words.language).bot_help),)]))
