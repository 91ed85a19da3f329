"""The button 原文: the section that a source is from, in pages, with the quote marked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler

from bot.domain.effects import Outcome
from bot.telegram.ui.answer_view import original_pages
from bot.telegram.ui.callback_data import Feature, Press, pages_keyboard
from bot.telegram.ui.callbacks import acknowledge, pressed
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import messages

if TYPE_CHECKING:
    from telegram import Update

    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler


def handlers(desk: Desk) -> list[Handler]:
    """For the button and for turning pages."""
    return [CallbackQueryHandler(partial(on_original, desk), f"^{Feature.ORIGINAL}:")]


async def on_original(desk: Desk, update: Update, _context: Context) -> Outcome:
    """The page with the quote as a message of its own; another page in the place of the one before."""
    found = await pressed(desk, update)
    if not found:
        return Outcome()
    number, *turned = found.press.numbers or (0,)
    if not 1 <= number <= len(found.answer.sources):
        await acknowledge(found.query, found.texts.button_gone)
        return Outcome()
    source, asking = found.answer.sources[number - 1], desk.answer_service
    if asking.is_hidden(source):
        await acknowledge(found.query, found.texts.article_hidden)
        return Outcome()
    if not await acknowledge(found.query):
        return Outcome()
    original = await desk.think(asking.original, source)
    pages, quoted_page = original_pages(source, original, found.texts)
    page = min(max(turned[0], 1), len(pages)) if turned else quoted_page
    keyboard = pages_keyboard(Press(Feature.ORIGINAL, found.answer.id, (number,)), page, len(pages), found.texts)
    shown, cites = pages[page - 1], (source.article,)
    if turned:
        return Outcome(messages=(found.turned(messages(shown)[0], keyboard, cites=cites),))
    return Outcome(messages=reply(found.words, shown, keyboard, cites=cites))
