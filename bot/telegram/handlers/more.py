"""The button 更多: the passages that come next, a few at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler

from bot.domain.effects import Outcome
from bot.telegram.ui.answer_view import passage_pieces
from bot.telegram.ui.callback_data import Feature, Press, pages_keyboard
from bot.telegram.ui.callbacks import acknowledge, pressed
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import line, messages

if TYPE_CHECKING:
    from telegram import Update

    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler

PAGE = 3  # passages
MOST_PAGES = 5  # what comes after fifteen passages has little to do with the question


def handlers(desk: Desk) -> list[Handler]:
    """For the button and for turning pages."""
    return [CallbackQueryHandler(partial(on_more, desk), f"^{Feature.MORE}:")]


async def on_more(desk: Desk, update: Update, _context: Context) -> Outcome:
    """The next passages as a message of their own; further ones in its place."""
    found = await pressed(desk, update)
    if not found or not await acknowledge(found.query):
        return Outcome()
    page = min(max(found.press.numbers[0], 1), MOST_PAGES) if found.press.numbers else 1
    start, answer = (page - 1) * PAGE, found.answer
    passages = await desk.think(desk.answer_service.more, answer.question, answer.sources, start, PAGE + 1)
    pages = page + (len(passages) > PAGE and page < MOST_PAGES)
    heading = (line(found.texts.more if passages else found.texts.no_more),)
    pieces = [heading, *passage_pieces(passages[:PAGE], start + 1, found.texts)]
    keyboard = pages_keyboard(Press(Feature.MORE, answer.id), page, pages, found.texts)
    cites = tuple(passage.article.key for passage in passages[:PAGE])
    if found.press.numbers:
        return Outcome(messages=(found.turned(messages(pieces)[0], keyboard, cites=cites),))
    return Outcome(messages=reply(found.words, pieces, keyboard, cites=cites))
