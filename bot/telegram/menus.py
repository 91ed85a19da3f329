"""The commands that Telegram shows beside the message field, by language and kind of chat."""

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
    """Set them; a bot without menus answers all the same, so a failure is only logged.

    Telegram tells languages by two letters, so there is one menu for all who read Chinese.
    """
    scopes = ((BotCommandScopeAllPrivateChats(), IN_PRIVATE), (BotCommandScopeAllGroupChats(), IN_GROUPS))
    try:
        for scope, names in scopes:
            for spoken, code in ((language, None), (Language.SIMPLIFIED, "zh"), (Language.ENGLISH, "en")):
                said = texts(spoken).commands
                commands = [BotCommand(name, said[name]) for name in names]
                await bot.set_my_commands(commands, scope, language_code=code)
    except TelegramError as error:
        _log.warning("the command menus could not be set: %s", error)
