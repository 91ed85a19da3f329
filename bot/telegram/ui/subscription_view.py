"""The list of subscriptions of a place, in pages, with a button for each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain.subscriptions import MOST_SUBSCRIPTIONS
from bot.telegram.ui.answer_view import beginning_of
from bot.telegram.ui.callback_data import turns
from bot.telegram.ui.subscriber_context import button, listed, press
from bot.telegram.wire.markup import beginning, line, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.messages import OutgoingMessage
    from bot.domain.subscriptions import Filter, Subscription
    from bot.telegram.ui.subscriber_context import Wanted
    from bot.telegram.wire.markup import Piece
    from bot.texts.model import SubscribingTexts

PAGE = 8  # subscriptions
MOST_LINE = 120  # units of one in the list


async def shown_list(wanted: Wanted, told: str = "") -> tuple[OutgoingMessage, ...]:
    """What is subscribed to at a place, below a line."""
    here, count = await listed(wanted)
    return list_of(wanted, here, count, told)


def list_of(wanted: Wanted, here: Sequence[Subscription], count: int, told: str = "") -> tuple[OutgoingMessage, ...]:
    """The list, with a button for each.

    Args:
        wanted: where; a button carries the page, from 1.
        here: the subscriptions of the place.
        count: how many the whole chat has.
        told: a line above.
    """
    said = wanted.said
    above: list[Piece] = [(line(told),)] if told else []
    if not here:
        return wanted.say([*above, (line(said.list_none),)], ((button(said.button_regions, "regions"),),))
    page = int(wanted.words.text) if wanted.query and wanted.words.text.isdecimal() else 1
    pages = -(-len(here) // PAGE)
    page = min(max(page, 1), pages)
    numbered = list(enumerate(here, 1))[(page - 1) * PAGE : page * PAGE]
    heading = (said.list_topic if count > len(here) else said.list).format(count=count, most=MOST_SUBSCRIPTIONS)
    lines = [
        said.list_line.format(
            number=number, wish=beginning_of(wish_words(one.wish, said), MOST_LINE), marks=marks(one, said)
        )
        for number, one in numbered
    ]
    rows = [
        (button(said.button_card.format(number=number, wish=wish_label(one.wish, said)), "card", one.id),)
        for number, one in numbered
    ]
    last = (button(said.button_regions, "regions"), button(said.button_remove_all, "all"))
    keyboard = (*rows, *turns(page, pages, partial(press, "list"), wanted.texts), last)
    return wanted.say([*above, (line(heading), *map(line, lines)), (line(said.list_how),)], keyboard)


MOST_LABEL = 24  # units of a wish on a button


def wish_words(wish: Filter, said: SubscribingTexts) -> str:
    """A wish: 宜昌或襄阳 + 磷石膏."""
    if wish.is_everything:
        return said.everything
    if wish.question is not None:
        return said.question.format(question=wish.question)
    return said.and_.join(filter(None, (said.or_.join(wish.regions), *wish.keywords)))


def wish_label(wish: Filter, said: SubscribingTexts) -> str:
    """The same, as far as it fits on a button."""
    words = wish.question or wish_words(wish, said)
    return words if units(words) <= MOST_LABEL else f"{beginning(words, MOST_LABEL)}…"


def marks(one: Subscription, said: SubscribingTexts) -> str:
    """What is unusual about a subscription."""
    facts = ((said.mark_daily, one.is_daily), (said.mark_silent, one.is_silent), (said.mark_paused, one.is_paused))
    told = [mark for mark, is_so in facts if is_so]
    return said.marks.format(marks=" · ".join(told)) if told else ""
