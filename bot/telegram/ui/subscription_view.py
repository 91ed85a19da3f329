"""The list of a chat's subscriptions in pages, and the words for one subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.subscriptions import MOST_SUBSCRIPTIONS
from bot.store.alerts import subscription_table
from bot.telegram.ui.answer_view import beginning_of
from bot.telegram.ui.callback_data import Feature, Press, subscription_button
from bot.telegram.ui.keyboards import page_keyboard
from bot.telegram.wire.markup import beginning, line, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.effects import Outcome
    from bot.domain.subscriptions import Filter, Subscription
    from bot.store.db.database import Connection
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.markup import Piece
    from bot.texts.subscribing_texts import SubscribingTexts

PAGE = 8  # subscriptions
MOST_LINE = 120  # units of a subscription in the list
MOST_LABEL = 24  # units of a subscription on a button


async def subscriptions_of(request: Request) -> tuple[list[Subscription], int]:
    """Return the subscriptions of the chat's topic, and how many the whole chat has in all topics.

    Without a topic they are those of the chat outside its topics. Paused ones are included; the oldest come first.
    """

    def read(connection: Connection) -> tuple[list[Subscription], int]:
        chat_id, thread_id = request.incoming.chat_id, request.incoming.thread_id or 0
        return subscription_table.of_chat(connection, chat_id, thread_id), subscription_table.count(connection, chat_id)

    return await request.context.read(read)


async def show_list(request: Request) -> Outcome:
    """Show the page of the list that the button carries, else the first, as `list_page` does."""
    return list_page(request, *await subscriptions_of(request))


def list_page(request: Request, subscriptions: Sequence[Subscription], count: int, heading: str = "") -> Outcome:
    """Show a page of the list, with a button for each subscription; a page out of range is the nearest one.

    Below a button the message is changed, else it is a new one.

    Args:
        request: by a button that carries the page, from 1; by anything else for the first page.
        subscriptions: all of the chat or topic.
        count: how many the whole chat has.
        heading: a line above the list; empty for none.
    """
    texts = request.texts.subscribing
    above: list[Piece] = [(line(heading),)] if heading else []
    regions = subscription_button(texts.button_regions, "regions")
    if not subscriptions:
        return request.say([*above, (line(texts.list_none),)], ((regions,),))
    page = int(request.argument) if request.query and request.argument.isdecimal() else 1
    pages = -(-len(subscriptions) // PAGE)
    page = min(max(page, 1), pages)
    numbered = list(enumerate(subscriptions, 1))[(page - 1) * PAGE : page * PAGE]
    title = (texts.list_topic if count > len(subscriptions) else texts.list).format(
        count=count, most=MOST_SUBSCRIPTIONS
    )
    lines, rows = [], []
    for number, subscription in numbered:
        words = beginning_of(filter_words(subscription.criteria, texts), MOST_LINE)
        lines.append(texts.list_line.format(number=number, wish=words, marks=marks(subscription, texts)))
        label = texts.button_card.format(number=number, wish=filter_label(subscription.criteria, texts))
        rows.append((subscription_button(label, "card", subscription.id),))
    turns = page_keyboard(page, pages, lambda to: Press(Feature.SUBSCRIBE, "list", str(to)), request.texts)
    keyboard = (*rows, *turns, (regions, subscription_button(texts.button_remove_all, "all")))
    return request.say([*above, (line(title), *map(line, lines)), (line(texts.list_how),)], keyboard)


def filter_words(criteria: Filter, texts: SubscribingTexts) -> str:
    """Return the words for a filter: 宜昌或襄阳 + 磷石膏, the question, or a text for all articles."""
    if criteria.is_everything:
        return texts.everything
    if criteria.question is not None:
        return texts.question.format(question=criteria.question)
    return texts.and_.join(filter(None, (texts.or_.join(criteria.regions), *criteria.keywords)))


def filter_label(criteria: Filter, texts: SubscribingTexts) -> str:
    """Return the words for a filter as a label: without prefix, the first MOST_LABEL units and … if it is longer."""
    words = criteria.question or filter_words(criteria, texts)
    return words if units(words) <= MOST_LABEL else f"{beginning(words, MOST_LABEL)}…"


def marks(subscription: Subscription, texts: SubscribingTexts) -> str:
    """Return what is unusual about a subscription: that it is daily, silent or paused; empty for none of these."""
    facts = (
        (texts.mark_daily, subscription.is_daily),
        (texts.mark_silent, subscription.is_silent),
        (texts.mark_paused, subscription.is_paused),
    )
    names = [mark for mark, is_so in facts if is_so]
    return texts.marks.format(marks=" · ".join(names)) if names else ""
