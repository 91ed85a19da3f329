"""The type of handlers: they turn an update into an outcome, and change nothing themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import BaseHandler

    from bot.domain.effects import Outcome

# A handler that returns None has found, by a read that no filter may do, that the update is not for it.
Handler: TypeAlias = "BaseHandler[Update, Any, Outcome | None]"
