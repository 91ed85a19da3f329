"""What a message is a reply to, as far as it tells which question came before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.telegram.buttons import read_press
from bot.telegram.reading import is_from_bot, without_address

if TYPE_CHECKING:
    from telegram import Message


@dataclass(frozen=True, slots=True)
class Replied:
    """The message replied to.

    Attributes:
        answer_id: of the bot's answer that it is; its buttons tell. None where it has none, or is no answer.
        text: what a person wrote in it.
    """

    message_id: int
    answer_id: str | None
    text: str


def replied(message: Message) -> Replied | None:
    """What a message is a reply to; None where it is none, or one to its topic's beginning, which says nothing."""
    before = message.reply_to_message
    if before is None:
        return None
    text = "" if is_from_bot(before) else without_address(before)
    answer_id = _answer_id(before) if is_from_bot(before) else None
    return Replied(before.message_id, answer_id, text) if text or answer_id else None


def _answer_id(message: Message) -> str | None:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    presses = (
        read_press(button.callback_data) for row in rows for button in row if isinstance(button.callback_data, str)
    )
    return next((press.answer_id for press in presses if press), None)
