"""Replies and prompts as messages for the outbox."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bot.domain.messages import OutgoingMessage
from bot.telegram.wire.markup import MOST_UNITS, line, messages
from bot.telegram.wire.payload import Act, Keyboard, Payload
from bot.texts import texts_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telegram import CallbackQuery

    from bot.domain.messages import Prompt
    from bot.telegram.wire.markup import Piece
    from bot.telegram.wire.updates import IncomingMessage

ROOM = MOST_UNITS - 96  # of a message: a late one gets a line that says so when it is sent
MOST_HINT = 64  # characters of a placeholder (Bot API, ForceReply.input_field_placeholder)


def reply(
    incoming: IncomingMessage,
    pieces: Iterable[Piece],
    keyboard: Keyboard = (),
    *,
    answer_id: str | None = None,
    parts: tuple[int, ...] = (),
    cites: tuple[str, ...] = (),
) -> tuple[OutgoingMessage, ...]:
    """Return a reply in as many messages as it needs, the buttons below the last.

    Args:
        incoming: the message replied to.
        pieces: the text.
        keyboard: the buttons.
        answer_id: the stored answer that the reply shows.
        parts: outbox rows of an earlier reply: its messages are edited first, and those left over point above.
        cites: keys of the articles that the reply quotes.
    """
    texts, shown = texts_in(incoming.language), messages(pieces, ROOM)
    shown += messages([(line(texts.see_above),)]) * (len(parts) - len(shown))
    return tuple(
        OutgoingMessage(
            chat_id=incoming.chat_id,
            payload=Payload(
                act=Act.EDIT if number < len(parts) else Act.SEND,
                html=text,
                keyboard=keyboard if number == len(shown) - 1 else (),
                late=texts.late if number == 0 else "",
                reply_to=incoming.message_id,
                thread_id=incoming.thread_id,
                withdrawn=texts.operating.withdrawn if cites else "",
            ).dump(),
            edits=parts[number] if number < len(parts) else None,
            answer_id=answer_id,
            asked_at=incoming.sent_at,
            cites=cites,
        )
        for number, text in enumerate(shown)
    )


def prompt(
    incoming: IncomingMessage, query: CallbackQuery, text: str, hint: str, meaning: Prompt, cites: tuple[str, ...] = ()
) -> OutgoingMessage:
    """Return a message that asks the person who pressed a button to reply to it.

    Args:
        incoming: where the button is.
        query: its press. In a group the message names who pressed: only in that person's app does a reply open.
        text: the question.
        hint: the placeholder of the reply's field.
        meaning: what a reply to it means.
        cites: keys of the articles that the question names.
    """
    person = html.escape(query.from_user.full_name, quote=False)
    mention = "" if incoming.is_private else f'<a href="tg://user?id={query.from_user.id}">{person}</a> '
    payload = Payload(
        html=mention + html.escape(text, quote=False),
        reply_to=incoming.message_id,
        thread_id=incoming.thread_id,
        is_prompt=True,
        hint=hint[:MOST_HINT],
    )
    key = f"{meaning.kind}:{meaning.subject}:{query.id}"
    return OutgoingMessage(chat_id=incoming.chat_id, payload=payload.dump(), key=key, cites=cites, prompt=meaning)
