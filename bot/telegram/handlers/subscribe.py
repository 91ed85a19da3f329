"""/subscribe, its buttons for regions, deep links, and the button below what has no answer."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, filters
from telegram.helpers import create_deep_linked_url

from bot.domain.effects import Outcome, Subscribe
from bot.domain.subscriptions import MOST_SUBSCRIPTIONS, Filter, Subscription
from bot.service.alerts.announce import DAILY_HOUR
from bot.service.alerts.parse_subscription import (
    EVERYTHING,
    ParseError,
    ParseErrorCode,
    from_link,
    is_equivalent,
    parse_subscription,
    to_link,
)
from bot.service.alerts.plan import MOST_AT_ONCE
from bot.service.alerts.preview import places, preview
from bot.telegram.ui.answer_now import known
from bot.telegram.ui.callback_data import ANSWER_ID
from bot.telegram.ui.callbacks import pressed_answer
from bot.telegram.ui.context import SIGNAL_SECONDS, reply
from bot.telegram.ui.subscriber_context import (
    Wanted,
    as_subscriber,
    button,
    is_anonymous_administrator,
    listed,
    on_command,
    on_press,
    refusal,
)
from bot.telegram.ui.subscription_view import wish_words
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import MEANT, is_from_bot, message_of, words_of
from bot.texts import texts

if TYPE_CHECKING:
    from telegram import Update

    from bot.domain.messages import OutgoingMessage
    from bot.service.alerts.preview import Preview
    from bot.telegram.ui.subscriber_context import Counter
    from bot.telegram.wire.handler_types import Context, Handler
    from bot.telegram.wire.markup import Block, Piece
    from bot.telegram.wire.payload import Keyboard
    from bot.texts.model import SubscribingTexts

MOST_PLACES = 12  # buttons
ROW = 4  # of them
_LINK = re.compile(r"^/start(?:@\w+)?\s+(s_|q_)")
QUESTION = "q_"  # begins a deep link to a question, with the id of what was answered to it


def handlers(counter: Counter) -> list[Handler]:
    """For the command, links and buttons."""
    return [
        CommandHandler("start", partial(on_link, counter), MEANT & filters.Regex(_LINK)),
        on_command(counter, "subscribe", on_subscribe),
        on_press(counter, "new", on_new),
        on_press(counter, "regions", on_regions),
        CallbackQueryHandler(partial(on_wait, counter), r"^sub:ask:"),
    ]


async def on_subscribe(wanted: Wanted) -> Outcome:
    """Subscribe to what follows the command; without anything, how to."""
    wish = parse_subscription(wanted.words.text)
    return await _wished(wish, wanted)


async def on_new(wanted: Wanted) -> Outcome:
    """Subscribe to what the button carries."""
    if not await wanted.acknowledge():
        return Outcome()
    return await _wished(parse_subscription(wanted.words.text), wanted)


async def on_regions(wanted: Wanted) -> Outcome:
    """How to subscribe, in place of the message."""
    await wanted.acknowledge()
    return await _wished(ParseError(ParseErrorCode.EMPTY), wanted)


async def on_link(counter: Counter, update: Update, context: Context) -> Outcome:
    """Subscribe to what a deep link carries."""
    message = message_of(update)
    if is_from_bot(message):
        return Outcome()
    words = words_of(message, counter.desk.language)
    carried = (message.text or "").split(maxsplit=1)[1].strip()
    if carried.startswith(QUESTION):
        answer_id = carried.removeprefix(QUESTION)
        answer = await counter.desk.answer(answer_id) if ANSWER_ID.fullmatch(answer_id) else None
        wish: Filter | ParseError | None = (
            Filter(question=answer.question) if answer and answer.question.strip() else None
        )
    else:
        told = from_link(carried)
        wish = parse_subscription(told) if told else None
    if wish is None or isinstance(wish, ParseError):
        return Outcome(messages=reply(words, [(line(texts(words.language).subscribing.bad_link),)]))
    is_administrator = is_anonymous_administrator(message)
    return await as_subscriber(counter, partial(_wished, wish), words, context.bot, is_administrator)


async def on_wait(counter: Counter, update: Update, context: Context) -> Outcome:
    """Wait for an answer to the question that had none; who may not do so for the group, does for themselves."""
    found = await pressed_answer(counter.desk, update, "sub:ask:")
    if not found:
        return Outcome()
    query, answer, words = found
    why = await refusal(context.bot, words)
    if why == "only-admins":
        url = create_deep_linked_url(context.bot.username, f"{QUESTION}{answer.id}")
        try:
            await query.answer(url=url, connect_timeout=SIGNAL_SECONDS, read_timeout=SIGNAL_SECONDS)
        except TelegramError:
            return Outcome()
        return Outcome()
    wanted = Wanted(counter, context.bot, words, query)
    if not await wanted.acknowledge(wanted.said.cannot_tell if why else None) or why:
        return Outcome()
    return await _wished(Filter(question=answer.question), replace(wanted, query=None))


async def _wished(wish: Filter | ParseError, wanted: Wanted) -> Outcome:
    if isinstance(wish, ParseError):
        return Outcome(messages=await _unclear(wanted, wish))
    said = wanted.said
    here, count = await listed(wanted)
    same = next((one for one in here if is_equivalent(one.wish, wish)), None)
    if same:
        keyboard = ((button(said.button_list, "list"),),)
        return Outcome(messages=wanted.say_line(said.again.format(wish=wish_words(same.wish, said)), keyboard))
    if count >= MOST_SUBSCRIPTIONS:
        keyboard = ((button(said.button_list, "list"),),)
        return Outcome(messages=wanted.say_line(said.too_many.format(count=count, most=MOST_SUBSCRIPTIONS), keyboard))
    if wish.question is not None and (told := await known(wanted, wish.question)):
        return told
    return await _subscribed(wanted, wish, count + 1)


async def _unclear(wanted: Wanted, wish: ParseError) -> tuple[OutgoingMessage, ...]:
    said = wanted.said
    if wish.reason is not ParseErrorCode.EMPTY:
        return wanted.say_line(said.parse_errors[wish.reason].format(found=wish.found, most=wish.most))
    names = await wanted.counter.desk.think(places, wanted.counter.desk.answer_service.library, MOST_PLACES)
    buttons = [button(name, "new", name) for name in names]
    rows = [tuple(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW)]
    keyboard = (*rows, (button(said.button_everything, "new", EVERYTHING), button(said.button_list, "list")))
    named = "/subscribe" if wanted.words.is_private else f"/subscribe@{wanted.bot.username}"
    return wanted.say_line(said.how.replace("/subscribe", named), keyboard)


async def _subscribed(wanted: Wanted, wish: Filter, count: int) -> Outcome:
    words, said, desk = wanted.words, wanted.said, wanted.counter.desk
    one = Subscription(
        id=secrets.token_urlsafe(6),
        chat_id=words.chat_id,
        thread_id=words.thread_id or 0,
        wish=wish,
        language=words.language,
    )
    told = said.count.format(count=count, most=MOST_SUBSCRIPTIONS)
    if wish.question is not None:
        lines = said.done_question.format(question=wish.question).split("\n")
        pieces: list[Piece] = [tuple(map(line, lines)), (line(told),)]
    else:
        seen = await desk.think(preview, desk.answer_service, wish)
        when = said.when_now.format(most=MOST_AT_ONCE, hour=DAILY_HOUR)
        link = _link_line(wanted, wish)
        pieces = [
            (line(said.done.format(wish=wish_words(wish, said))), line(when)),
            tuple(_preview_lines(seen, said)),
            (line(told), *link),
        ]
    return Outcome(messages=wanted.say(pieces, _next_steps(one, said)), deeds=(Subscribe(one),))


def _link_line(wanted: Wanted, wish: Filter) -> tuple[Block, ...]:
    carried = to_link(wish)
    if carried is None:
        return ()
    return (line(wanted.said.share.format(link=create_deep_linked_url(wanted.bot.username, carried))),)


def _preview_lines(seen: Preview, said: SubscribingTexts) -> list[Block]:
    """What it would have caught."""
    if not (seen.recent or seen.earlier):
        return [line(said.never)]
    lines = [said.recent.format(count=seen.recent)] if seen.recent else [said.recent_none]
    lines += [said.title.format(title=title) for title in seen.titles]
    if seen.earlier and seen.latest:
        date, title = seen.latest
        lines.append(said.earlier.format(count=seen.earlier, date=date, title=title))
    return [line(one) for one in lines]


def _next_steps(one: Subscription, said: SubscribingTexts) -> Keyboard:
    remove, others = button(said.button_unsubscribe, "remove", one.id), button(said.button_list, "list")
    if one.wish.question is not None:
        return ((remove, others),)
    rhythm = (button(said.button_daily, "daily", one.id), button(said.button_mute, "mute", one.id))
    return (rhythm, (remove, others))
