"""What buttons carry: a feature, the id of an answer, and numbers; and how it is read when one is pressed."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.telegram.wire.payload import Button, Keyboard
from retrieval.model import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.stored_answers import StoredAnswer
    from bot.texts import Texts

WAITING_HELPS = (Reason.NOTHING_FOUND, Reason.MISSING, Reason.UNSURE, Reason.ONLY_PLANNED)  # for an article to come
ANSWER_ID = re.compile(r"[A-Za-z0-9_-]{12}")
_PRESS = re.compile(r"([a-z]):([A-Za-z0-9_-]{12})((?::[0-9]{1,4})*)(?::([a-z]+))?")


class Feature(StrEnum):
    """What a button does."""

    ORIGINAL = "o"  # number of the source; and of the page, where it turns one
    MORE = "m"  # number of the page, where it turns one
    GOOD = "g"
    BAD = "b"
    WHY = "w"  # what was wrong; without a word, nothing after all


class FeedbackReason(StrEnum):
    """What a person finds wrong with an answer."""

    NO_ANSWER = "answer"
    SOURCE = "source"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button, read."""

    feature: Feature
    answer_id: str
    numbers: tuple[int, ...] = ()
    word: str = ""

    def __str__(self) -> str:
        return ":".join([self.feature, self.answer_id, *map(str, self.numbers), *filter(None, [self.word])])


def read_press(carried: str | None) -> Press | None:
    """What a button carried; None where it is none of ours."""
    match = _PRESS.fullmatch(carried or "")
    if not match or match[1] not in set(Feature):
        return None
    numbers = tuple(int(number) for number in match[3].split(":")[1:])
    return Press(Feature(match[1]), match[2], numbers, match[4] or "")


def new_answer_id() -> str:
    """An id that cannot be guessed, of 12 characters."""
    return secrets.token_urlsafe(9)


def answer_keyboard(answer: StoredAnswer, texts: Texts) -> Keyboard:
    """The buttons below an answer, or below what came nearest; a question that has none can be waited for."""
    wait = _wait_row(answer, texts)
    if not answer.sources:
        return wait
    numbers = range(1, len(answer.sources) + 1)
    originals = tuple(_original_button(answer, number, texts) for number in numbers)
    more = Button(texts.button_more, str(Press(Feature.MORE, answer.id)))
    if answer.reason:
        return (originals, (more,), *wait)
    good = Button(texts.button_good, str(Press(Feature.GOOD, answer.id)))
    bad = Button(texts.button_bad, str(Press(Feature.BAD, answer.id)))
    return (originals, (more, good, bad))


def _wait_row(answer: StoredAnswer, texts: Texts) -> Keyboard:
    if answer.reason not in WAITING_HELPS:
        return ()
    return ((Button(texts.subscribing.button_subscribe_question, f"sub:ask:{answer.id}"),),)


def _original_button(answer: StoredAnswer, number: int, texts: Texts) -> Button:
    several = texts.button_original_number.format(number=number)
    label = several if len(answer.sources) > 1 else texts.button_original
    return Button(label, str(Press(Feature.ORIGINAL, answer.id, (number,))))


def reasons_keyboard(answer: StoredAnswer, texts: Texts) -> Keyboard:
    """The buttons that ask what is wrong, one a row, and the way back."""
    reasons = ((texts.wrong[reason], Press(Feature.WHY, answer.id, (), reason)) for reason in FeedbackReason)
    back = (texts.button_never_mind, Press(Feature.WHY, answer.id))
    return tuple((Button(label, str(press)),) for label, press in (*reasons, back))


def pages_keyboard(press: Press, page: int, pages: int, texts: Texts) -> Keyboard:
    """Back and on, where there is anything; `press` is what a button carries but for the page."""
    return turns(page, pages, lambda to: str(Press(press.feature, press.answer_id, (*press.numbers, to))), texts)


def turns(page: int, pages: int, carried: Callable[[int], str], texts: Texts) -> Keyboard:
    """One row, back and on, where there is anything; `carried` is what the button to a page carries."""
    both = ((page - 1, texts.button_back), (page + 1, texts.button_on))
    row = tuple(Button(label, carried(to)) for to, label in both if 1 <= to <= pages)
    return (row,) if row else ()
