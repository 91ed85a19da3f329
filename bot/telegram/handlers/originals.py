"""The button 原文: the section that a source is from, in pages, with the quote in bold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.effects import Outcome
from bot.telegram.ui.answer_view import original_pages
from bot.telegram.ui.callback_data import Feature, Press
from bot.telegram.ui.guards import on_answer_button
from bot.telegram.ui.keyboards import page_keyboard

if TYPE_CHECKING:
    from bot.domain.stored_answers import StoredAnswer
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler


def handlers(context: Context) -> list[Handler]:
    """Return the handler of the button, and of those that turn pages."""
    return [on_answer_button(context, Feature.ORIGINAL, on_original)]


async def on_original(request: Request, answer: StoredAnswer) -> Outcome:
    """Send the page with the quote as a new message; a button that turns pages replaces the page by another one.

    Refused if the article is hidden; if it was removed or changed, the page says so. A page out of range is the
    nearest.
    """
    number, *turned = request.numbers or (0,)
    if not 1 <= number <= len(answer.sources):
        return await request.refuse(request.texts.button_gone)
    source, answers = answer.sources[number - 1], request.context.answer_service
    if answers.is_hidden(source):
        return await request.refuse(request.texts.article_hidden)
    if not await request.acknowledge():
        return Outcome()
    original = await request.context.think(answers.original, source)
    pages, quoted_page = original_pages(source, original, request.texts)
    page = min(max(turned[0], 1), len(pages)) if turned else quoted_page
    press = Press(Feature.ORIGINAL, argument=answer.id, numbers=(number,))
    keyboard = page_keyboard(page, len(pages), press.with_page, request.texts)
    show = request.edit if turned else request.reply
    return show(pages[page - 1], keyboard, cites=(source.article,))
