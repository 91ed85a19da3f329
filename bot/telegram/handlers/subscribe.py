"""/subscribe, its buttons for regions, deep links, and the button below a question that has no answer yet."""

from __future__ import annotations

import re
import secrets
from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import filters
from telegram.helpers import create_deep_linked_url

from bot.domain.effects import Outcome, Subscribe
from bot.domain.subscriptions import MOST_SUBSCRIPTIONS, Filter, Subscription
from bot.service.alerts.digest import DAILY_HOUR, MOST_AT_ONCE
from bot.service.alerts.parse_subscription import (
    EVERYTHING,
    ParseError,
    ParseErrorCode,
    from_link,
    is_equivalent,
    parse_subscription,
    to_link,
)
from bot.service.alerts.preview import places, preview
from bot.store import answer_table
from bot.telegram.ui.answer_now import answer_now
from bot.telegram.ui.callback_data import ANSWER_ID, Feature, subscription_button
from bot.telegram.ui.guards import (
    Guard,
    SubscriberRefusal,
    as_subscriber,
    on_answer_button,
    on_button,
    on_command,
    subscriber_refusal,
)
from bot.telegram.ui.subscription_view import filter_words, subscriptions_of
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import ADDRESSED

if TYPE_CHECKING:
    from bot.domain.stored_answers import StoredAnswer
    from bot.service.alerts.preview import Preview
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Block, Piece
    from bot.telegram.wire.payload import Keyboard
    from bot.texts.subscribing_texts import SubscribingTexts

MOST_PLACES = 12  # buttons
ROW = 4  # of them
QUESTION = "q_"  # begins a deep link to a question; the id of what was answered to it follows
_LINK = re.compile(r"^/start(?:@\w+)?\s+(s_|q_)")


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of the command, of deep links and of the buttons."""
    return [
        on_command(context, "start", on_link, where=ADDRESSED & filters.Regex(_LINK)),
        on_command(context, "subscribe", on_subscribe, Guard.SUBSCRIBER),
        on_button(context, Feature.SUBSCRIBE, "new", on_new, Guard.SUBSCRIBER),
        on_button(context, Feature.SUBSCRIBE, "regions", on_regions, Guard.SUBSCRIBER),
        on_answer_button(context, Feature.SUBSCRIBE, on_wait, "ask"),
    ]


async def on_subscribe(request: Request) -> Outcome:
    """Subscribe to what follows the command; say how to where nothing does, and what is wrong with bad words."""
    return await _subscribe(parse_subscription(request.argument), request)


async def on_new(request: Request) -> Outcome:
    """Subscribe to the words that the button carries."""
    return await on_subscribe(request) if await request.acknowledge() else Outcome()


async def on_regions(request: Request) -> Outcome:
    """Say how to subscribe, in place of the message, with buttons for places."""
    await request.acknowledge()
    return await _explain(request)


async def on_link(request: Request) -> Outcome | None:
    """Subscribe to what a deep link carries: words, or the id of an answer whose question is meant.

    Say so if the link is damaged, or the answer is no longer stored. In a group only an administrator may.
    """
    carried, criteria = request.argument, None
    if carried.startswith(QUESTION):
        answer_id = carried.removeprefix(QUESTION)
        is_id = ANSWER_ID.fullmatch(answer_id) is not None
        answer = await request.context.read(answer_table.get, answer_id) if is_id else None
        if answer and answer.question.strip():
            criteria = Filter(question=answer.question)
    elif words := from_link(carried):
        parsed = parse_subscription(words)
        criteria = None if isinstance(parsed, ParseError) else parsed
    if criteria is None:
        return request.reply(request.texts.subscribing.bad_link)
    return await as_subscriber(request, partial(_subscribe, criteria))


async def on_wait(request: Request, answer: StoredAnswer) -> Outcome:
    """Subscribe to the question of the answer that the button is below, which had none; the reply is a new message.

    Who may not do so for the group gets a link to the private chat, which subscribes there.
    """
    refusal = await subscriber_refusal(request)
    if refusal is SubscriberRefusal.NOT_ADMINISTRATOR:
        url = create_deep_linked_url(request.bot.username, f"{QUESTION}{answer.id}")
        await request.acknowledge(url=url)
        return Outcome()
    if refusal:
        return await request.refuse(request.texts.subscribing.cannot_tell)
    if not await request.acknowledge():
        return Outcome()
    return await _subscribe(Filter(question=answer.question), request.in_new_message())


async def _subscribe(criteria: Filter | ParseError, request: Request) -> Outcome:
    """Subscribe this chat or topic to a filter; say what is wrong with a text that could not be parsed.

    Nothing is added, and the reply says so, if an equivalent subscription exists there, or the chat has
    MOST_SUBSCRIPTIONS. A question that can be answered now, or never, is answered instead.
    """
    texts = request.texts.subscribing
    if isinstance(criteria, ParseError):
        if criteria.reason is ParseErrorCode.EMPTY:
            return await _explain(request)
        return request.say_lines(texts.parse_errors[criteria.reason].format(found=criteria.found, most=criteria.most))
    subscriptions, count = await subscriptions_of(request)
    existing = next((known for known in subscriptions if is_equivalent(known.criteria, criteria)), None)
    keyboard = ((subscription_button(texts.button_list, "list"),),)
    if existing:
        return request.say_lines(texts.again.format(wish=filter_words(existing.criteria, texts)), keyboard)
    if count >= MOST_SUBSCRIPTIONS:
        return request.say_lines(texts.too_many.format(count=count, most=MOST_SUBSCRIPTIONS), keyboard)
    if criteria.question is not None and (answer := await answer_now(request, criteria.question)):
        return answer
    return await _subscribed(request, criteria, count + 1)


async def _explain(request: Request) -> Outcome:
    """Say how to subscribe, with buttons for the places that the articles are most about."""
    texts, library = request.texts.subscribing, request.context.answer_service.library
    names = await request.context.think(places, library, MOST_PLACES)
    buttons = [subscription_button(name, "new", name) for name in names]
    rows = [tuple(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW)]
    everything = subscription_button(texts.button_everything, "new", EVERYTHING)
    keyboard = (*rows, (everything, subscription_button(texts.button_list, "list")))
    command = "/subscribe" if request.incoming.is_private else f"/subscribe@{request.bot.username}"
    return request.say_lines(texts.how.replace("/subscribe", command), keyboard)


async def _subscribed(request: Request, criteria: Filter, count: int) -> Outcome:
    """Subscribe, and preview which articles it would have matched; a question is only confirmed.

    `count` is how many subscriptions the chat has then.
    """
    context, incoming, texts = request.context, request.incoming, request.texts.subscribing
    subscription = Subscription(
        id=secrets.token_urlsafe(6),
        chat_id=incoming.chat_id,
        thread_id=incoming.thread_id or 0,
        criteria=criteria,
        language=incoming.language,
    )
    total = line(texts.count.format(count=count, most=MOST_SUBSCRIPTIONS))
    if criteria.question is not None:
        lines = texts.done_question.format(question=criteria.question).split("\n")
        pieces: list[Piece] = [tuple(map(line, lines)), (total,)]
    else:
        seen = await context.think(preview, context.answer_service, criteria)
        when = texts.when_now.format(most=MOST_AT_ONCE, hour=DAILY_HOUR)
        pieces = [
            (line(texts.done.format(wish=filter_words(criteria, texts))), line(when)),
            tuple(_preview_lines(seen, texts)),
            (total, *_link_line(request, criteria)),
        ]
    return request.say(pieces, _next_steps(subscription, texts), effects=(Subscribe(subscription),))


def _link_line(request: Request, criteria: Filter) -> tuple[Block, ...]:
    """Return a line with the deep link that subscribes to the same filter; nothing where it would be too long."""
    carried = to_link(criteria)
    if carried is None:
        return ()
    link = create_deep_linked_url(request.bot.username, carried)
    return (line(request.texts.subscribing.share.format(link=link)),)


def _preview_lines(seen: Preview, texts: SubscribingTexts) -> list[Block]:
    """Return lines about the articles that the subscription would have matched: recent ones, and earlier ones."""
    if not (seen.recent or seen.earlier):
        return [line(texts.never)]
    lines = [texts.recent.format(count=seen.recent)] if seen.recent else [texts.recent_none]
    lines += [texts.title.format(title=title) for title in seen.titles]
    if seen.earlier and seen.latest:
        date, title = seen.latest
        lines.append(texts.earlier.format(count=seen.earlier, date=date, title=title))
    return [line(text) for text in lines]


def _next_steps(subscription: Subscription, texts: SubscribingTexts) -> Keyboard:
    """Return the buttons below a new subscription: daily and silent, unless it is to a question; end it; the list."""
    remove = subscription_button(texts.button_unsubscribe, "remove", subscription.id)
    last = (remove, subscription_button(texts.button_list, "list"))
    if subscription.criteria.question is not None:
        return (last,)
    daily = subscription_button(texts.button_daily, "daily", subscription.id)
    return ((daily, subscription_button(texts.button_mute, "mute", subscription.id)), last)
