"""The buttons below answers, and those that turn pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.ui.callback_data import Feature, FeedbackReason, Press, button, subscription_button
from retrieval.model import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.stored_answers import StoredAnswer
    from bot.telegram.wire.payload import Button, Keyboard
    from bot.texts import Texts

# Reasons for no answer that an article to come can end.
WAITING_HELPS = (Reason.NOTHING_FOUND, Reason.MISSING, Reason.UNSURE, Reason.ONLY_PLANNED)


def answer_keyboard(answer: StoredAnswer, texts: Texts) -> Keyboard:
    """Return the buttons below an answer, or below the nearest passages where there is none.

    A question that has no answer yet (WAITING_HELPS) can be subscribed to. Without sources there are no other buttons,
    so that the result may be empty; only an answer can be judged.
    """
    wait: Keyboard = ()
    if answer.reason in WAITING_HELPS:
        wait = ((subscription_button(texts.subscribing.button_subscribe_question, "ask", answer.id),),)
    if not answer.sources:
        return wait
    originals = tuple(_original_button(answer, number, texts) for number in range(1, len(answer.sources) + 1))
    more = button(texts.button_more, Press(Feature.MORE, argument=answer.id))
    if answer.reason:
        return (originals, (more,), *wait)
    good = button(texts.button_good, Press(Feature.GOOD, argument=answer.id))
    bad = button(texts.button_bad, Press(Feature.BAD, argument=answer.id))
    return (originals, (more, good, bad))


def _original_button(answer: StoredAnswer, number: int, texts: Texts) -> Button:
    """Return the button that shows the original of a source, numbered from 1; the only one has no number."""
    is_only = len(answer.sources) == 1
    label = texts.button_original if is_only else texts.button_original_number.format(number=number)
    return button(label, Press(Feature.ORIGINAL, argument=answer.id, numbers=(number,)))


def reasons_keyboard(answer: StoredAnswer, texts: Texts) -> Keyboard:
    """Return the buttons that ask what is wrong with an answer, one a row, and the way back."""
    reasons = [(texts.wrong[reason], Press(Feature.WHY, reason, answer.id)) for reason in FeedbackReason]
    back = (texts.button_never_mind, Press(Feature.WHY, argument=answer.id))
    return tuple((button(label, press),) for label, press in (*reasons, back))


def page_keyboard(page: int, pages: int, to_page: Callable[[int], Press], texts: Texts) -> Keyboard:
    """Return a row with "back" and "on", each only where there is such a page; empty if there is neither.

    Args:
        page: the page shown, from 1.
        pages: how many there are.
        to_page: returns what the button to a page carries.
        texts: in the reader's language.
    """
    turns = ((page - 1, texts.button_back), (page + 1, texts.button_on))
    row = tuple(button(label, to_page(number)) for number, label in turns if 1 <= number <= pages)
    return (row,) if row else ()
