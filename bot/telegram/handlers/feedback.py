"""The buttons 👍 and 👎, and those that say what was wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome
from bot.domain.stored_answers import Feedback
from bot.telegram.ui.answer_view import cited
from bot.telegram.ui.callback_data import Feature, FeedbackReason
from bot.telegram.ui.guards import on_answer_button
from bot.telegram.ui.keyboards import answer_keyboard, reasons_keyboard

if TYPE_CHECKING:
    from bot.domain.stored_answers import StoredAnswer
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of the judgement and of its reason."""
    return [
        on_answer_button(context, Feature.GOOD, on_good),
        on_answer_button(context, Feature.BAD, on_bad),
        on_answer_button(context, Feature.WHY, on_reason),
    ]


async def on_good(request: Request, answer: StoredAnswer) -> Outcome:
    """Store that the answer was good, in place of the person's earlier feedback on it, and give thanks in a pop-up."""
    if not await request.acknowledge(request.texts.thanks):
        return Outcome()
    return Outcome(feedback=_feedback(request, answer, is_good=True))


async def on_bad(request: Request, answer: StoredAnswer) -> Outcome:
    """Store that the answer was bad, in place of the person's earlier feedback on it.

    The buttons below it are replaced by those that ask what was wrong.
    """
    if not await request.acknowledge(request.texts.what_is_wrong):
        return Outcome()
    outcome = request.edit_buttons(reasons_keyboard(answer, request.texts), cites=cited(answer))
    return replace(outcome, feedback=_feedback(request, answer, is_good=False))


async def on_reason(request: Request, answer: StoredAnswer) -> Outcome:
    """Store the reason that the button carries as feedback, and bring the answer's buttons back.

    Without a reason the feedback that it was bad stays as it is.
    """
    reason = request.press.verb if request.press else ""
    if reason and reason not in set(FeedbackReason):
        return await request.refuse(request.texts.button_gone)
    if not await request.acknowledge(request.texts.thanks if reason else None):
        return Outcome()
    outcome = request.edit_buttons(answer_keyboard(answer, request.texts), cites=cited(answer))
    return replace(outcome, feedback=_feedback(request, answer, is_good=False, reason=reason)) if reason else outcome


def _feedback(request: Request, answer: StoredAnswer, *, is_good: bool, reason: str | None = None) -> Feedback | None:
    """Return the feedback of whoever pressed the button; None if that is not known."""
    person_id = request.incoming.person_id
    return None if person_id is None else Feedback(answer.id, person_id, is_good, reason)
