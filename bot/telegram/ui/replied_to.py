"""What a message is a reply to, as far as it tells which question came before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.telegram.ui.callback_data import read_press
from bot.telegram.wire.updates import is_from_bot, without_address

if TYPE_CHECKING:
    from telegram import Message

_ARTICLE = re.compile(r"art:text:([^:]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class RepliedMessage:
    """The message replied to.

    Attributes:
        answer_id: of the bot's answer that it is; its buttons tell. None where it has none, or is no answer.
        text: what a person wrote in it.
        articles: keys of those that its buttons lead to, as those of an alert do.
        is_from_bot: whether the bot wrote it.
    """

    message_id: int
    answer_id: str | None
    text: str
    articles: tuple[str, ...] = ()
    is_from_bot: bool = False


def replied(message: Message) -> RepliedMessage | None:
    """What a message is a reply to; None where it is none, or one to its topic's beginning, which says nothing."""
    before = message.reply_to_message
    if before is None:
        return None
    if not is_from_bot(before):
        text = without_address(before)
        return RepliedMessage(message_id=before.message_id, answer_id=None, text=text) if text else None
    carried = _carried(before)
    presses = map(read_press, carried)
    answer_id = next((press.answer_id for press in presses if press), None)
    articles = dict.fromkeys(match[1] for one in carried if (match := _ARTICLE.match(one)))
    return RepliedMessage(
        message_id=before.message_id, answer_id=answer_id, text="", articles=tuple(articles), is_from_bot=True
    )


def _carried(message: Message) -> list[str]:
    """What the buttons below a message carry."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return [button.callback_data for row in rows for button in row if isinstance(button.callback_data, str)]
