"""The buttons 👍 and 👎, and what was wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler

from bot.domain.effects import Outcome
from bot.domain.stored_answers import Feedback
from bot.telegram.ui.callback_data import Feature, FeedbackReason, answer_keyboard, reasons_keyboard
from bot.telegram.ui.callbacks import acknowledge, pressed
from bot.telegram.wire.payload import Act

if TYPE_CHECKING:
    from telegram import Update

    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler


def handlers(desk: Desk) -> list[Handler]:
    """For the verdict and for its reason."""
    return [
        CallbackQueryHandler(partial(on_verdict, desk), f"^[{Feature.GOOD}{Feature.BAD}]:"),
        CallbackQueryHandler(partial(on_reason, desk), f"^{Feature.WHY}:"),
    ]


async def on_verdict(desk: Desk, update: Update, _context: Context) -> Outcome:
    """Thanks for a good one; a bad one is asked what was wrong."""
    found = await pressed(desk, update)
    if not found:
        return Outcome()
    is_good = found.press.feature is Feature.GOOD
    if not await acknowledge(found.query, found.texts.thanks if is_good else found.texts.what_is_wrong):
        return Outcome()
    verdict = Feedback(found.answer.id, found.query.from_user.id, is_good)
    if is_good:
        return Outcome(verdict=verdict)
    keyboard = reasons_keyboard(found.answer, found.texts)
    return Outcome(messages=(found.turned(keyboard=keyboard, act=Act.BUTTONS, cites=found.cites),), verdict=verdict)


async def on_reason(desk: Desk, update: Update, _context: Context) -> Outcome:
    """Thanks, and the buttons as they were; who thinks better of it gets them back, too."""
    found = await pressed(desk, update)
    if not found:
        return Outcome()
    word = found.press.word
    if word and word not in set(FeedbackReason):
        await acknowledge(found.query, found.texts.button_gone)
        return Outcome()
    if not await acknowledge(found.query, found.texts.thanks if word else None):
        return Outcome()
    verdict = Feedback(found.answer.id, found.query.from_user.id, is_good=False, reason=word) if word else None
    keyboard = answer_keyboard(found.answer, found.texts)
    return Outcome(messages=(found.turned(keyboard=keyboard, act=Act.BUTTONS, cites=found.cites),), verdict=verdict)
