"""What Telegram shows of the bot: the commands beside the message field, and a description, by language."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot.texts import Language, texts

if TYPE_CHECKING:
    from telegram import Bot

IN_PRIVATE = ("ask", "help", "start")
IN_GROUPS = ("ask", "help")
_log = logging.getLogger(__name__)


async def set_menus(bot: Bot, language: Language) -> None:
    """Set it all; a bot without menus answers all the same, so a failure is only logged.

    Telegram tells languages by two letters, so there is one menu for all who read Chinese.
    """
    scopes = ((BotCommandScopeAllPrivateChats(), IN_PRIVATE), (BotCommandScopeAllGroupChats(), IN_GROUPS))
    spoken_here = ((language, None), (Language.SIMPLIFIED, "zh"), (Language.ENGLISH, "en"))
    try:
        for scope, names in scopes:
            for spoken, code in spoken_here:
                said = texts(spoken).commands
                commands = [BotCommand(name, said[name]) for name in names]
                await bot.set_my_commands(commands, scope, language_code=code)
        for spoken, code in spoken_here:
            await bot.set_my_description(texts(spoken).description, language_code=code)
            await bot.set_my_short_description(texts(spoken).about, language_code=code)
    except TelegramError as error:
        _log.warning("the command menus could not be set: %s", error)
