"""The button 更多: the next passages, a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.effects import Outcome
from bot.telegram.ui.answer_view import passage_pieces
from bot.telegram.ui.callback_data import Feature, Press
from bot.telegram.ui.guards import on_answer_button
from bot.telegram.ui.keyboards import page_keyboard
from bot.telegram.wire.markup import line

if TYPE_CHECKING:
    from bot.domain.stored_answers import StoredAnswer
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler

PAGE = 3  # passages
MOST_PAGES = 5  # passages beyond the fifteenth have little to do with the question


def handlers(context: Context) -> list[Handler]:
    """Return the handler of the button, and of those that turn pages."""
    return [on_answer_button(context, Feature.MORE, on_more)]


async def on_more(request: Request, answer: StoredAnswer) -> Outcome:
    """Send the next passages as a new message; a button that turns pages replaces them by others.

    Passages that the answer quotes are left out, and of near-duplicates all but one. There are at most MOST_PAGES pages
    of PAGE passages; if none is left, the message says so.
    """
    if not await request.acknowledge():
        return Outcome()
    context, texts = request.context, request.texts
    page = min(max(request.numbers[0], 1), MOST_PAGES) if request.numbers else 1
    start = (page - 1) * PAGE
    passages = await context.think(context.answer_service.more, answer.question, answer.sources, start, PAGE + 1)
    pages = page + (len(passages) > PAGE and page < MOST_PAGES)
    heading = (line(texts.more if passages else texts.no_more),)
    pieces = [heading, *passage_pieces(passages[:PAGE], start + 1, texts)]
    keyboard = page_keyboard(page, pages, Press(Feature.MORE, argument=answer.id).with_page, texts)
    show = request.edit if request.numbers else request.reply
    return show(pieces, keyboard, cites=tuple(passage.article.key for passage in passages[:PAGE]))
