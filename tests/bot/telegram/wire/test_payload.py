"""What the outbox keeps of a message comes back as it was."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.wire.markup import Run, line, messages
from bot.telegram.wire.payload import Act, Button, Payload, load

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PRESSES = TEXT.filter(lambda text: 1 <= len(text.encode()) <= 64)
KEYBOARDS = st.lists(st.lists(st.builds(Button, TEXT, PRESSES), min_size=1).map(tuple), max_size=3).map(tuple)
IDS = st.none() | st.integers(1, 2**53)  # Telegram counts from 1
PAYLOADS = st.builds(
    Payload,
    act=st.sampled_from(Act),
    html=TEXT,
    keyboard=KEYBOARDS,
    late=TEXT,
    reply_to=IDS,
    thread_id=IDS,
    message_id=IDS,
)


@given(PAYLOADS)
def test_what_is_dumped_is_loaded(payload: Payload) -> None:
    """It is sent by whichever process takes it, maybe days later."""
    assert load(payload.dump()) == payload


@given(PAYLOADS)
def test_what_is_dumped_can_be_stored(payload: Payload) -> None:
    """PostgreSQL refuses NUL, and text that is no UTF-8."""
    assert "\0" not in payload.dump().encode().decode()


@given(TEXT)
def test_plain_is_the_text_without_its_markup(text: str) -> None:
    """Where Telegram refuses the markup, the same words are sent without."""
    html = line(text, Run(text, is_bold=True), is_quotation=True).html
    assert Payload(html=html).plain == text * 2


def test_plain_keeps_what_looks_like_markup() -> None:
    """Only the bot's own tags are taken away."""
    assert Payload(html=messages([(line("若 a<b 且 b>c，则 &lt;"),)])[0]).plain == "若 a<b 且 b>c，则 &lt;"


def test_a_late_message_says_so_above() -> None:
    """Who reads it first should not wonder what it answers."""
    payload = Payload(html="<b>答</b>", late="来晚了", reply_to=7)
    assert payload.as_late() == dataclasses.replace(payload, html="来晚了\n\n<b>答</b>")


def test_what_cannot_be_late_is_unchanged() -> None:
    """An excuse in the second message of an answer is one too many."""
    assert Payload(html="答").as_late() == Payload(html="答")


@pytest.mark.parametrize("press", ["a", "a" * 64, "é" * 32, "汉" * 21])
def test_a_button_carries_up_to_64_bytes(press: str) -> None:
    """So much Telegram sends back."""
    assert Button("原文", press).press == press


@pytest.mark.parametrize("press", ["", "a" * 65, "é" * 33, "汉" * 22, "😀" * 17])
def test_a_button_that_carries_too_much_is_refused(press: str) -> None:
    """Telegram would refuse the whole message for it."""
    with pytest.raises(ValueError, match="64 bytes"):
        Button("原文", press)
