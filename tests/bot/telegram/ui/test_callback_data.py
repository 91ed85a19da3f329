"""A button is read as it was written, and whatever else comes back is none of ours."""

from __future__ import annotations

import datetime
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.stored_answers import CitationSnapshot, StoredAnswer
from bot.telegram.ui.callback_data import (
    Feature,
    FeedbackReason,
    Press,
    answer_keyboard,
    new_answer_id,
    pages_keyboard,
    read_press,
    reasons_keyboard,
)
from bot.texts import Language, texts

if TYPE_CHECKING:
    from bot.telegram.wire.payload import Keyboard

ID = "AbCdEfGhIj-_"
IDS = st.text(string.ascii_letters + string.digits + "-_", min_size=12, max_size=12)
WORDS = st.sampled_from(["", *FeedbackReason])
PRESSES = st.builds(Press, st.sampled_from(Feature), IDS, st.lists(st.integers(0, 9999), max_size=2).map(tuple), WORDS)
ALIKE = st.lists(st.sampled_from(["o", "m", "x", ":", ID, "1", "٣", "00", "99999", "answer", "\n", " ", "-"])).map(
    "".join
)
SAID = texts(Language.SIMPLIFIED)


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


@given(PRESSES)
def test_a_press_reads_back(press: Press) -> None:
    """Years later, too: the messages stay in the chats."""
    assert read_press(str(press)) == press


@given(PRESSES)
def test_a_press_fits_into_a_button(press: Press) -> None:
    """Telegram sends back 64 bytes."""
    assert len(str(press).encode()) <= 64


@given(st.none() | st.text() | ALIKE)
def test_whatever_comes_back_is_a_press_or_none(carried: str | None) -> None:
    """Anybody can send anything in the place of a button's words."""
    found = read_press(carried)
    assert found is None or read_press(str(found)) == found


@pytest.mark.parametrize(
    "carried",
    [
        None,
        "",
        ":",
        "o",
        f"o:{ID[:-1]}",
        f"o:{ID}x",
        f"x:{ID}",
        f"O:{ID}",
        f"o:{ID}:",
        f"o:{ID}:12345",
        f"o:{ID}:-1",
        f"o:{ID}:1.0",
        f"o:{ID}:٣",
        f"o:{ID}:３",
        f"w:{ID}:Answer",
        f"w:{ID}:answer:1",
        f"o:{ID}\n",
        f" o:{ID}",
        f"o:{ID[:-1]}汉",
        f"o:{ID}\0",
        "o:" + "A" * 100_000,
    ],
)
def test_garbage_is_no_press(carried: str | None) -> None:
    """It must not be taken for a button that was never there."""
    assert read_press(carried) is None


def test_new_ids_can_be_carried_and_differ() -> None:
    """One that could be guessed would show others' questions."""
    ids = {new_answer_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(read_press(str(Press(Feature.MORE, one))) == Press(Feature.MORE, one) for one in ids)


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
    said = texts(language)
    keyboards = (
        *answer_keyboard(answer, said),
        *reasons_keyboard(answer, said),
        *pages_keyboard(Press(Feature.MORE, ID), 2, 3, said),
    )
    carried = [button.press for row in keyboards for button in row if not button.press.startswith("sub:")]
    found = list(map(read_press, carried))
    assert all(press is not None and press.answer_id == ID for press in found)


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
    assert presses(pages_keyboard(Press(Feature.ORIGINAL, ID, (2,)), page, pages, SAID)) == rows


def test_back_is_left_of_on() -> None:
    """As pages lie."""
    ((back, on),) = pages_keyboard(Press(Feature.MORE, ID), 2, 3, SAID)
    assert (back.label, on.label) == (SAID.button_back, SAID.button_on)
