"""The buttons below answers, and those that turn pages."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.stored_answers import CitationSnapshot, StoredAnswer
from bot.telegram.ui.callback_data import Feature, FeedbackReason, Press, read_press
from bot.telegram.ui.keyboards import answer_keyboard, page_keyboard, reasons_keyboard
from bot.texts import Language, texts_in

if TYPE_CHECKING:
    from bot.telegram.wire.payload import Keyboard

ID = "AbCdEfGhIj-_"
SAID = texts_in(Language.SIMPLIFIED)
MORE = Press(Feature.MORE, argument=ID)


def row(sources: int, reason: str | None = None) -> StoredAnswer:
    """An answer with so many sources."""
    source = CitationSnapshot(
        article="abcdefghij",
        paragraph=1,
        title="题",
        date=datetime.date(2025, 7, 19),
        section="",
        start=0,
        quote="引文",
        spans=(),
    )
    asked_at = datetime.datetime(2025, 7, 19, tzinfo=datetime.UTC)
    return StoredAnswer(
        id=ID,
        chat_id=1,
        person_id=1,
        message_id=1,
        thread_id=None,
        question="问",
        language="zh",
        confidence=0.9,
        reason=reason,
        sources=(source,) * sources,
        asked_at=asked_at,
    )


def presses(keyboard: Keyboard) -> list[list[str]]:
    """What the buttons of each row carry, without the answer's id."""
    return [[button.press.replace(f":{ID}", "") for button in row] for row in keyboard]


@pytest.mark.parametrize(
    ("answer", "rows"),
    [
        (row(1), [["o:1"], ["m", "g", "b"]]),
        (row(3), [["o:1", "o:2", "o:3"], ["m", "g", "b"]]),
        (row(3, "unsure"), [["o:1", "o:2", "o:3"], ["m"], ["sub:ask"]]),
        (row(1, "missing"), [["o:1"], ["m"], ["sub:ask"]]),
        (row(0, "nothing-found"), [["sub:ask"]]),
        (row(1, "not-in-articles"), [["o:1"], ["m"]]),
        (row(0, "empty-question"), []),
    ],
)
def test_an_answer_has_its_buttons(answer: StoredAnswer, rows: list[list[str]]) -> None:
    """An original for each source; a refusal is not asked about, but waited for where an article could answer."""
    assert presses(answer_keyboard(answer, SAID)) == rows


def test_originals_are_numbered_where_there_are_several() -> None:
    """The numbers are those of the sources."""
    labels = [button.label for button in answer_keyboard(row(2), SAID)[0]]
    assert labels == [SAID.button_original_number.format(number=number) for number in (1, 2)]
    assert answer_keyboard(row(1), SAID)[0][0].label == SAID.button_original


def test_each_reason_can_be_chosen() -> None:
    """One a row: they are words, not signs; the last leads back."""
    assert presses(reasons_keyboard(row(1), SAID)) == [*([f"w:{reason}"] for reason in FeedbackReason), ["w"]]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("answer", [row(3), row(3, "unsure")])
def test_every_button_is_one_of_ours(answer: StoredAnswer, language: Language) -> None:
    """A button that does nothing is worse than none."""
    said = texts_in(language)
    keyboards = (
        *answer_keyboard(answer, said),
        *reasons_keyboard(answer, said),
        *page_keyboard(2, 3, MORE.with_page, said),
    )
    carried = [read_press(button.press) for row in keyboards for button in row]
    assert all(press is not None and press.argument == ID for press in carried)


@pytest.mark.parametrize(
    ("page", "pages", "rows"),
    [
        (1, 1, []),
        (1, 3, [["o:2:2"]]),
        (2, 3, [["o:2:1", "o:2:3"]]),
        (3, 3, [["o:2:2"]]),
    ],
)
def test_pages_turn_where_there_is_one(page: int, pages: int, rows: list[list[str]]) -> None:
    """At both ends there is only one way."""
    press = Press(Feature.ORIGINAL, argument=ID, numbers=(2,))
    assert presses(page_keyboard(page, pages, press.with_page, SAID)) == rows


def test_back_is_left_of_on() -> None:
    """As pages lie."""
    ((back, on),) = page_keyboard(2, 3, MORE.with_page, SAID)
    assert (back.label, on.label) == (SAID.button_back, SAID.button_on)
