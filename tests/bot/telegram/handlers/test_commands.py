"""Every command of the menus has a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from telegram.ext import CommandHandler

from bot.telegram.handlers import handlers
from bot.telegram.ui.menus import IN_GROUPS, IN_PRIVATE
from bot.texts import Language, texts_in

if TYPE_CHECKING:
    from bot.telegram.ui.context import Context

WITH_QUESTIONS = {"ask"}  # handled with all other questions


@pytest.fixture(scope="module")
def commands() -> set[str]:
    """The commands that have a handler; making one does not use the context."""
    made = handlers(cast("Context", None))
    return {name for handler in made if isinstance(handler, CommandHandler) for name in handler.commands}


@pytest.mark.parametrize("name", sorted({*IN_PRIVATE, *IN_GROUPS, *texts_in(Language.ENGLISH).operator_commands}))
def test_every_command_of_a_menu_has_a_handler(name: str, commands: set[str]) -> None:
    """A menu that offers what the bot does not know looks broken."""
    assert name in commands | WITH_QUESTIONS
