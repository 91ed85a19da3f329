"""/start and /help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.ui.guards import on_command
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import ADDRESSED

if TYPE_CHECKING:
    from bot.domain.effects import Outcome
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of both commands."""
    return [
        on_command(context, "start", on_start, where=ADDRESSED),
        on_command(context, "help", on_help, where=ADDRESSED),
    ]


async def on_start(request: Request) -> Outcome:
    """Greet with the number of articles, and say how to ask."""
    greeting = request.texts.bot_start.format(articles=request.context.answer_service.library.articles)
    return request.reply([(line(greeting),), (line(request.texts.bot_help),)])


async def on_help(request: Request) -> Outcome:
    """Say how to ask."""
    return request.reply(request.texts.bot_help)
