"""What a handler is: it turns an update into an outcome, and changes nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from telegram.ext import BaseHandler, ContextTypes

if TYPE_CHECKING:
    from telegram import Update

    from bot.domain.effects import Outcome

Context: TypeAlias = ContextTypes.DEFAULT_TYPE
Handler: TypeAlias = "BaseHandler[Update, Any, Outcome]"
