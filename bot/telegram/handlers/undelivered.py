"""/undelivered: messages that never arrived, each to be sent once more or dropped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, Resend
from bot.store.queue import outbox
from bot.telegram.ui.callbacks import acknowledge
from bot.telegram.ui.operator_context import button, on_command, on_press
from bot.telegram.wire.markup import Run, line, messages
from bot.views.job_report import shortened, stamp

if TYPE_CHECKING:
    from bot.domain.messages import DeadLetter
    from bot.telegram.ui.operator_context import Command, Operation, Room
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Piece
    from bot.telegram.wire.payload import Keyboard
    from bot.texts import Texts

MOST_SHOWN = 6  # messages
MOST_REASON = 120  # characters


def handlers(room: Room) -> list[Handler]:
    """For the command and its buttons."""
    return [
        on_command(room, "undelivered", on_undelivered),
        on_press(room, "resend", on_resend),
        on_press(room, "discard", on_discard),
    ]


async def on_undelivered(command: Command) -> Outcome:
    """The latest of them."""
    letters, count = await asyncio.to_thread(_letters, command.room)
    piece, keyboard = _shown(letters, count, command.room, command.texts)
    return command.say([piece], keyboard)


async def on_resend(operation: Operation) -> Outcome:
    """Send one once more."""
    return await _settled(operation, operation.texts.operating.letter_resent, is_dropped=False)


async def on_discard(operation: Operation) -> Outcome:
    """Drop one for good."""
    return await _settled(operation, operation.texts.operating.letter_dropped, is_dropped=True)


async def _settled(operation: Operation, told: str, *, is_dropped: bool) -> Outcome:
    said, row = operation.texts.operating, operation.number
    letters, count = await asyncio.to_thread(_letters, operation.room)
    letter = await asyncio.to_thread(_letter, operation.room, row)
    is_there = letter is not None
    hidden = operation.room.desk.answer_service.library.hidden
    toast = told if letter else said.settled
    if letter and not is_dropped and not hidden.isdisjoint(letter.cites):  # it will be dropped
        toast = operation.texts.article_hidden
    await acknowledge(operation.query, toast)
    left = [one for one in letters if one.id != row]
    piece, keyboard = _shown(left, count - is_there, operation.room, operation.texts)
    deeds = (Resend(row, is_dropped),) if is_there else ()
    return Outcome(messages=(operation.turn(messages([piece])[0], keyboard),), deeds=deeds, otherwise=lambda _: ())


def _letter(room: Room, row: int) -> DeadLetter | None:
    with room.database.reading() as connection:
        return outbox.dead_letter(connection, row)


def _letters(room: Room) -> tuple[list[DeadLetter], int]:
    with room.database.reading() as connection:
        return outbox.dead_letters(connection, MOST_SHOWN + 1), outbox.count_dead(connection)


def _shown(letters: list[DeadLetter], count: int, room: Room, texts: Texts) -> tuple[Piece, Keyboard]:
    said = texts.operating
    if not letters:
        return (line(said.letters_none),), ()
    shown = letters[:MOST_SHOWN]
    lines = [
        said.letter.format(
            number=number,
            chat=one.chat_id,
            time=stamp(one.ended_at, room.zone),
            reason=shortened(one.error or "", MOST_REASON),
        )
        for number, one in enumerate(shown, 1)
    ]
    heading = line(Run(said.letters.format(count=count), is_bold=True))
    rows = tuple(
        (
            button(said.button_resend.format(number=number), "resend", one.id),
            button(said.button_discard.format(number=number), "discard", one.id),
        )
        for number, one in enumerate(shown, 1)
    )
    return (heading, *map(line, lines), line(said.letters_how)), rows
