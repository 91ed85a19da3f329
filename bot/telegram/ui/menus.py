"""The menus of commands that Telegram shows beside the message field, and the bot's description, by language."""

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
POLL_SECONDS = 5  # between two reads of the list of operators
RETRY_SECONDS = 600  # after an operator's menu could not be set: who never wrote to the bot has no chat for it
_log = logging.getLogger(__name__)


class Menus:
    """Sets the menus at the start, and those of operators whenever the list of operators changes.

    Telegram distinguishes languages by two letters, so Simplified and Traditional Chinese share a menu.
    """

    def __init__(self, bot: Bot, database: Database, operators: Sequence[int], language: Language) -> None:
        self._bot = bot
        self._database = database
        self._operators = operators
        self._languages = ((language, None), (Language.SIMPLIFIED, "zh"), (Language.ENGLISH, "en"))
        self._shown: set[int] = set()  # operators whose menu is set
        self._failed_at: dict[int, float] = {}

    async def run(self) -> None:
        """Set all menus and the bot's description once, and keep the menus of operators up to date until cancelled.

        Errors of Telegram are logged: the menus of operators are tried again after RETRY_SECONDS, the others at the
        next start. While the store cannot be read, the menus stay as they are.
        """
        await self._set_for_all()
        while True:
            with suppress(SQLAlchemyError):
                await self._set_for_operators(await asyncio.to_thread(self._read_operators))
            await asyncio.sleep(POLL_SECONDS)

    def _read_operators(self) -> set[int]:
        """Return the ids of the operators of the settings and of those appointed by others."""
        with self._database.reading() as connection:
            return {*self._operators, *(operator.person_id for operator in moderation.list_operators(connection))}

    async def _set_for_all(self) -> None:
        """Set the menus of private chats and groups, and the description; stop at the first error, which is logged."""
        scopes = ((BotCommandScopeAllPrivateChats(), IN_PRIVATE), (BotCommandScopeAllGroupChats(), IN_GROUPS))
        try:
            for scope, names in scopes:
                for language, code in self._languages:
                    await self._bot.set_my_commands(_commands(language, names), scope, language_code=code)
            for language, code in self._languages:
                await self._bot.set_my_description(texts_in(language).description, language_code=code)
                await self._bot.set_my_short_description(texts_in(language).about, language_code=code)
        except TelegramError as error:
            _log.warning("the command menus could not be set: %s", error)

    async def _set_for_operators(self, operators: set[int]) -> None:
        """Set the menus in the private chats of new operators, and remove those of dismissed ones.

        Those that failed less than RETRY_SECONDS ago are skipped.
        """
        now = time.monotonic()
        for person in operators ^ self._shown:
            if now - self._failed_at.get(person, -RETRY_SECONDS) < RETRY_SECONDS:
                continue
            scope = BotCommandScopeChat(person)
            try:
                for language, code in self._languages:
                    if person in operators:
                        commands = [*_commands(language, IN_PRIVATE), *_for_operators(language)]
                        await self._bot.set_my_commands(commands, scope, language_code=code)
                    else:
                        await self._bot.delete_my_commands(scope, language_code=code)
            except TelegramError as error:
                self._failed_at[person] = now
                _log.info("the menu of operator %s could not be set: %s", person, error)
            else:
                self._shown ^= {person}


def _commands(language: Language, names: Iterable[str]) -> list[BotCommand]:
    """Return the entries of a menu in this order, with their descriptions."""
    descriptions = texts_in(language).commands
    return [BotCommand(name, descriptions[name]) for name in names]


def _for_operators(language: Language) -> list[BotCommand]:
    """Return the entries that operators see besides."""
    return [BotCommand(name, description) for name, description in texts_in(language).operator_commands.items()]
