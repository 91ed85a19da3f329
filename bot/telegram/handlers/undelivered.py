"""/undelivered: messages that could not be delivered, each to be sent again or dropped."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.effects import Resend
from bot.store.queue import dead_letters
from bot.telegram.ui.callback_data import Feature, operator_button
from bot.telegram.ui.guards import Guard, on_button, on_command
from bot.telegram.wire.markup import Run, line
from bot.views.job_report import shortened, stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.effects import Outcome
    from bot.domain.messages import DeadLetter
    from bot.store.db.database import Connection
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler

MOST_SHOWN = 6  # messages
MOST_REASON = 120  # characters


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of the command and of its buttons."""
    button = partial(on_button, context, Feature.OPERATE, guard=Guard.OPERATOR)
    return [
        on_command(context, "undelivered", on_undelivered, Guard.OPERATOR),
        button("resend", partial(on_resolve, is_dropped=False)),
        button("discard", partial(on_resolve, is_dropped=True)),
    ]


async def on_undelivered(request: Request) -> Outcome:
    """Show the MOST_SHOWN latest dead letters, each with buttons to send it again and to drop it."""
    letters, count, _ = await request.context.read(_letters, 0)
    return _show(request, letters, count)


async def on_resolve(request: Request, *, is_dropped: bool) -> Outcome:
    """Send the message that the button carries again or drop it, and show the others in its place.

    A message that quotes a hidden article is dropped in either case. A pop-up says what was done, or that somebody
    decided on it before; if that happened meanwhile, nothing is changed or sent.

    Args:
        request: by the button.
        is_dropped: drop it; False: send it again.
    """
    texts, row = request.texts.operating, request.row
    letters, count, letter = await request.context.read(_letters, row)
    hidden = request.context.answer_service.library.hidden
    if letter is None:
        text = texts.settled
    elif not is_dropped and not hidden.isdisjoint(letter.cites):  # it will be dropped
        text = request.texts.article_hidden
    else:
        text = texts.letter_dropped if is_dropped else texts.letter_resent
    await request.acknowledge(text)
    others = [other for other in letters if other.id != row]
    outcome = _show(request, others, count - (letter is not None))
    effects = (Resend(row, is_dropped),) if letter else ()
    return replace(outcome, effects=effects, otherwise=lambda _: ())


def _letters(connection: Connection, row: int) -> tuple[list[DeadLetter], int, DeadLetter | None]:
    """Return the latest dead letters, how many there are, and the one of an outbox row or None.

    They are at most MOST_SHOWN + 1, so that there are enough when one of them is resolved.
    """
    latest = dead_letters.list_dead_letters(connection, MOST_SHOWN + 1)
    return latest, dead_letters.count_dead(connection), dead_letters.get_dead_letter(connection, row)


def _show(request: Request, letters: Sequence[DeadLetter], count: int) -> Outcome:
    """Show at most MOST_SHOWN dead letters, or that there are none; `count` is how many there are in all."""
    texts = request.texts.operating
    if not letters:
        return request.say([(line(texts.letters_none),)])
    lines, rows = [], []
    for number, letter in enumerate(letters[:MOST_SHOWN], 1):
        time, reason = stamp(letter.ended_at, request.context.zone), shortened(letter.error or "", MOST_REASON)
        lines.append(line(texts.letter.format(number=number, chat=letter.chat_id, time=time, reason=reason)))
        resend = operator_button(texts.button_resend.format(number=number), "resend", letter.id)
        rows.append((resend, operator_button(texts.button_discard.format(number=number), "discard", letter.id)))
    heading = line(Run(texts.letters.format(count=count), is_bold=True))
    return request.say([(heading, *lines, line(texts.letters_how))], tuple(rows))
