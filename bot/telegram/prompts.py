"""Messages that ask for a reply: the application of whoever pressed a button opens it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bot.domain.messages import Outgoing
from bot.telegram.payload import Payload

if TYPE_CHECKING:
    from telegram import CallbackQuery

    from bot.telegram.reading import Words

MOST_HINT = 64  # characters of what stands in the empty field (Bot API, ForceReply)


def prompt(
    words: Words, query: CallbackQuery, told: str, hint: str, *, key: str, cites: tuple[str, ...] = ()
) -> Outgoing:
    """Ask for a reply.

    Args:
        words: where the button is.
        query: its press; in a group its presser is named, or nobody's application would open the reply.
        told: what is asked.
        hint: what stands in the empty field.
        key: by which the reply is known again, but for the id of the press.
        cites: keys of the articles that it names.
    """
    person = html.escape(query.from_user.full_name, quote=False)
    named = "" if words.is_private else f'<a href="tg://user?id={query.from_user.id}">{person}</a> '
    payload = Payload(
        html=named + html.escape(told, quote=False),
        reply_to=words.message_id,
        thread_id=words.thread_id,
        is_prompt=True,
        hint=hint[:MOST_HINT],
    )
    return Outgoing(words.chat_id, payload.dump(), key=f"{key}:{query.id}", cites=cites)
