"""What no other feature accepts: in private it gets a polite reply, in groups it is not meant for the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.ext import filters

from bot.telegram.ui.guards import on_any_button, on_message
from bot.telegram.wire.updates import is_other_command

if TYPE_CHECKING:
    from bot.domain.effects import Outcome
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of other private messages, and of buttons of earlier versions."""
    private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
    return [on_message(context, private, on_anything), on_any_button(context, on_unknown_button)]


async def on_anything(request: Request) -> Outcome:
    """Reply what the bot can read; to an unknown command, that there is none. A sticker is no question."""
    is_command = request.message is not None and is_other_command(request.message)
    return request.reply(request.texts.no_such_command if is_command else request.texts.only_text)


async def on_unknown_button(request: Request) -> Outcome:
    """Say in a pop-up that the button no longer works: it is one of an earlier version, or forged."""
    return await request.refuse(request.texts.button_gone)
