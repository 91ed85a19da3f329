"""What Telegram shows of the bot: the commands beside the message field, and a description, by language."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot.store import moderation
from bot.texts import Language, texts_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from telegram import Bot

    from bot.store.db.database import Database

IN_PRIVATE = ("ask", "subscribe", "subscriptions", "unsubscribe", "help", "privacy", "forget", "start")
IN_GROUPS = ("ask", "subscribe", "subscriptions", "unsubscribe", "help", "privacy")
LOOK_SECONDS = 5  # for other operators
RETRY_SECONDS = 600  # after an operator's menu could not be set: one who never wrote to the bot has no chat for it
_log = logging.getLogger(__name__)


class Menus:
    """Sets the menus, and those of operators again whenever there are others.

    Telegram tells languages by two letters, so there is one menu for all who read Chinese.
    """

    def __init__(self, bot: Bot, database: Database, operators: Sequence[int], language: Language) -> None:
        self._bot = bot
        self._database = database
        self._operators = operators
        self._spoken_here = ((language, None), (Language.SIMPLIFIED, "zh"), (Language.ENGLISH, "en"))
        self._shown: set[int] = set()  # operators who have their menu
        self._failed_at: dict[int, float] = {}

    async def run(self) -> None:
        """Set it all, and go on until cancelled; a bot without menus answers all the same."""
        await self._set_for_all()
        while True:
            with suppress(SQLAlchemyError):
                await self._set_for_operators(await asyncio.to_thread(self._who))
            await asyncio.sleep(LOOK_SECONDS)

    def _who(self) -> set[int]:
        with self._database.reading() as connection:
            return {*self._operators, *(one.person_id for one in moderation.list_operators(connection))}

    async def _set_for_all(self) -> None:
        scopes = ((BotCommandScopeAllPrivateChats(), IN_PRIVATE), (BotCommandScopeAllGroupChats(), IN_GROUPS))
        try:
            for scope, names in scopes:
                for spoken, code in self._spoken_here:
                    await self._bot.set_my_commands(_commands(spoken, names), scope, language_code=code)
            for spoken, code in self._spoken_here:
                await self._bot.set_my_description(texts_in(spoken).description, language_code=code)
                await self._bot.set_my_short_description(texts_in(spoken).about, language_code=code)
        except TelegramError as error:
            _log.warning("the command menus could not be set: %s", error)

    async def _set_for_operators(self, who: set[int]) -> None:
        """In their private chats."""
        now = time.monotonic()
        for person in who ^ self._shown:
            if now - self._failed_at.get(person, -RETRY_SECONDS) < RETRY_SECONDS:
                continue
            scope = BotCommandScopeChat(person)
            try:
                for spoken, code in self._spoken_here:
                    if person in who:
                        commands = [*_commands(spoken, IN_PRIVATE), *_for_operators(spoken)]
                        await self._bot.set_my_commands(commands, scope, language_code=code)
                    else:
                        await self._bot.delete_my_commands(scope, language_code=code)
            except TelegramError as error:
                self._failed_at[person] = now
                _log.info("the menu of operator %s could not be set: %s", person, error)
            else:
                self._shown ^= {person}


def _commands(spoken: Language, names: Iterable[str]) -> list[BotCommand]:
    said = texts_in(spoken).commands
    return [BotCommand(name, said[name]) for name in names]


def _for_operators(spoken: Language) -> list[BotCommand]:
    return [BotCommand(name, said) for name, said in texts_in(spoken).operator_commands.items()]
