"""A button is read as it was written, and whatever else comes back is none of ours."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.ui.answer_view import new_answer_id
from bot.telegram.ui.callback_data import Feature, FeedbackReason, Press, button, read_press

ID = "AbCdEfGhIj-_"
KEY = "Ab-_efghij"
OF_ANSWERS = st.sampled_from([Feature.ORIGINAL, Feature.MORE, Feature.GOOD, Feature.BAD, Feature.WHY])
SAFE = string.ascii_letters + string.digits + "-_"
IDS = st.text(SAFE, min_size=12, max_size=12)
VERBS = st.text(string.ascii_lowercase + "-", min_size=1, max_size=12)
PRESSES = st.one_of(
    st.builds(
        Press,
        OF_ANSWERS,
        st.sampled_from(["", *FeedbackReason]),
        IDS,
        st.lists(st.integers(0, 9999), max_size=2).map(tuple),
    ),
    st.builds(Press, st.just(Feature.OPERATE), VERBS, st.text(f"{SAFE}.", max_size=40)),
    st.builds(Press, st.just(Feature.SUBSCRIBE), VERBS, st.text(min_size=1, max_size=11)),
    st.builds(
        Press,
        st.just(Feature.ALERT),
        st.sampled_from(["text", "ask", "page"]),
        st.text(SAFE, min_size=1, max_size=20),
        st.lists(st.integers(0, 999_999_999), max_size=2).map(tuple),
    ),
    st.builds(Press, st.just(Feature.FORGET), st.sampled_from(["sure", "not"])),
)
ALIKE = st.lists(
    st.sampled_from(
        [
            "o",
            "m",
            "x",
            "op",
            "sub",
            "art",
            "forget",
            ":",
            ID,
            "1",
            "٣",
            "00",
            "99999",
            "text",
            "answer",
            "\n",
            " ",
            "-",
        ]
    )
).map("".join)
SENT = {  # what stands below messages that were sent before there was one codec
    f"o:{ID}:2": Press(Feature.ORIGINAL, "", ID, (2,)),
    f"o:{ID}:2:11": Press(Feature.ORIGINAL, "", ID, (2, 11)),
    f"m:{ID}": Press(Feature.MORE, "", ID),
    f"m:{ID}:3": Press(Feature.MORE, "", ID, (3,)),
    f"g:{ID}": Press(Feature.GOOD, "", ID),
    f"b:{ID}": Press(Feature.BAD, "", ID),
    f"w:{ID}": Press(Feature.WHY, "", ID),
    f"w:{ID}:answer": Press(Feature.WHY, "answer", ID),
    "op:reload": Press(Feature.OPERATE, "reload"),
    "op:rollback-sure:12": Press(Feature.OPERATE, "rollback-sure", "12"),
    f"op:hide:{KEY}": Press(Feature.OPERATE, "hide", KEY),
    "sub:list": Press(Feature.SUBSCRIBE, "list"),
    "sub:list:2": Press(Feature.SUBSCRIBE, "list", "2"),
    f"sub:ask:{ID}": Press(Feature.SUBSCRIBE, "ask", ID),
    "sub:new:宜昌 磷石膏 12:30": Press(Feature.SUBSCRIBE, "new", "宜昌 磷石膏 12:30"),
    "sub:off:AbCdEf-_": Press(Feature.SUBSCRIBE, "off", "AbCdEf-_"),
    f"art:ask:{KEY}": Press(Feature.ALERT, "ask", KEY),
    f"art:text:{KEY}:3": Press(Feature.ALERT, "text", KEY, (3,)),
    f"art:text:{KEY}:3:2": Press(Feature.ALERT, "text", KEY, (3, 2)),
    "art:page:123456:2": Press(Feature.ALERT, "page", "123456", (2,)),
    "forget:sure": Press(Feature.FORGET, "sure"),
}


@pytest.mark.parametrize(("data", "press"), SENT.items(), ids=SENT)
def test_every_format_is_read_and_written(data: str, press: Press) -> None:
    """The buttons of old messages must go on working."""
    assert read_press(data) == press
    assert str(press) == data


@given(PRESSES)
def test_a_press_reads_back(press: Press) -> None:
    """Years later, too: the messages stay in the chats."""
    assert not press.fits or read_press(str(press)) == press


@given(PRESSES)
def test_a_button_carries_what_fits_and_nothing_else(press: Press) -> None:
    """Telegram sends back 64 bytes, and refuses a message with a button that carries more."""
    if press.fits:
        assert len(button("更多", press).press.encode()) <= 64
    else:
        with pytest.raises(ValueError, match="no button can carry"):
            button("更多", press)


def test_what_is_too_long_or_cannot_be_read_back_does_not_fit() -> None:
    """A subscription of many words is offered without the button that brings it back."""
    assert Press(Feature.SUBSCRIBE, "new", "字" * 18).fits
    assert not Press(Feature.SUBSCRIBE, "new", "字" * 19).fits
    assert not Press(Feature.OPERATE, "hide", "a b").fits
    assert not Press(Feature.GOOD).fits


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
        "op:",
        "op:publish:",
        f"op:hide:{'A' * 41}",
        "op:drop:1\n2",
        "sub:",
        f"sub:new:{'字' * 19}",
        f"art:text:{'A' * 21}",
        "art:text",
        f"art:text:{KEY}:1:2:3",
        f"art:text:{KEY}:٣",
        "forget:",
        "forget:sure:1",
    ],
)
def test_garbage_is_no_press(carried: str | None) -> None:
    """It must not be taken for a button that was never there."""
    assert read_press(carried) is None


def test_new_ids_can_be_carried_and_differ() -> None:
    """One that could be guessed would show others' questions."""
    ids = {new_answer_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(Press(Feature.MORE, argument=answer_id).fits for answer_id in ids)


def test_only_buttons_below_answers_have_an_answer() -> None:
    """A reply to a message with other buttons is no reply to an answer."""
    assert Press(Feature.WHY, "answer", ID).answer_id == ID
    assert Press(Feature.SUBSCRIBE, "ask", ID).answer_id is None
