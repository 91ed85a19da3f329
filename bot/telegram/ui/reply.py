"""Replies as messages for the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.messages import OutgoingMessage
from bot.telegram.wire.markup import MOST_UNITS, line, messages
from bot.telegram.wire.payload import Act, Keyboard, Payload
from bot.texts import texts_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.telegram.wire.markup import Piece
    from bot.telegram.wire.updates import IncomingMessage

ROOM = MOST_UNITS - 96  # of a message: a late one gets a line that says so when it is sent


def reply(
    incoming: IncomingMessage,
    pieces: Iterable[Piece],
    keyboard: Keyboard = (),
    *,
    answer_id: str | None = None,
    parts: tuple[int, ...] = (),
    cites: tuple[str, ...] = (),
) -> tuple[OutgoingMessage, ...]:
    """Return a reply in as many messages as it needs, the buttons below the last; none if the text is blank.

    Args:
        incoming: the message replied to.
        pieces: the text.
        keyboard: the buttons.
        answer_id: the stored answer that the reply shows; None if it shows none.
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
