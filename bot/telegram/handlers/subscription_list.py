"""/subscriptions and /unsubscribe: what is subscribed to, with buttons to pause, change and remove."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import MessageHandler, filters
from telegram.helpers import create_deep_linked_url

from bot.domain.effects import ChangeSubscription, Outcome, Unsubscribe
from bot.domain.subscriptions import Filter, Subscription
from bot.service.alerts.announce import DAILY_HOUR
from bot.service.alerts.parse_subscription import (
    ParseError,
    ParseErrorCode,
    format_filter,
    is_equivalent,
    parse_subscription,
    to_link,
)
from bot.store.alerts import subscription_table
from bot.store.queue import outbox
from bot.telegram.ui.answer_now import known
from bot.telegram.ui.context import prompt
from bot.telegram.ui.subscriber_context import (
    Wanted,
    as_subscriber,
    button,
    fits,
    is_anonymous_administrator,
    listed,
    on_command,
    on_press,
)
from bot.telegram.ui.subscription_view import list_of, shown_list, wish_label, wish_words
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import is_from_bot, message_of, without_address, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from telegram import Message, Update

    from bot.domain.messages import OutgoingMessage
    from bot.telegram.ui.subscriber_context import Counter
    from bot.telegram.wire.handler_types import Context, Handler
    from bot.telegram.wire.payload import Keyboard
    from bot.texts.model import SubscribingTexts

CHANGES: dict[str, Callable[[Subscription], Subscription]] = {  # of a card, by what its button carries
    "pause": lambda one: replace(one, is_paused=True),
    "go": lambda one: replace(one, is_paused=False),
    "daily": lambda one: replace(one, is_daily=True),
    "now": lambda one: replace(one, is_daily=False),
    "mute": lambda one: replace(one, is_silent=True),
    "loud": lambda one: replace(one, is_silent=False),
}
_ID = re.compile(r"[A-Za-z0-9_-]{8}")
PROMPT = "change"  # begins the key of the message whose reply changes a subscription


def handlers(counter: Counter) -> list[Handler]:
    """For the commands, the buttons, and replies that change one."""
    return [
        on_command(counter, "subscriptions", on_list),
        on_command(counter, "unsubscribe", on_unsubscribe),
        on_press(counter, "list", on_list),
        on_press(counter, "card", on_card),
        *(on_press(counter, name, partial(on_change, name)) for name in CHANGES),
        on_press(counter, "remove", on_remove),
        on_press(counter, "all", on_all),
        on_press(counter, "all-sure", on_all_sure),
        on_press(counter, "words", on_words),
        MessageHandler(
            filters.UpdateType.MESSAGE & filters.TEXT & filters.REPLY & ~filters.COMMAND & _Answer(counter),
            partial(on_new_words, counter),
        ),
    ]


class _Answer(filters.MessageFilter):
    """A reply to the question what a subscription is to be."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter

    def filter(self, message: Message) -> bool:
        """Whether it is one; reads the store."""
        before = message.reply_to_message
        if before is None or before.from_user is None or before.from_user.id != message.get_bot().id:
            return False
        return _prompted(self._counter, message) is not None


def _prompted(counter: Counter, message: Message) -> str | None:
    """The subscription that a reply is to change."""
    before = message.reply_to_message
    if before is None:
        return None
    with counter.database.reading() as connection:
        key = outbox.key_of(connection, message.chat.id, before.message_id) or ""
    name, _, rest = key.partition(":")
    return rest.partition(":")[0] if name == PROMPT else None


async def on_list(wanted: Wanted) -> Outcome:
    """What is subscribed to at this place."""
    if not await wanted.acknowledge():
        return Outcome()
    return Outcome(messages=await shown_list(wanted))


async def on_unsubscribe(wanted: Wanted) -> Outcome:
    """Remove what follows the command; without anything, or where it is not there, the list."""
    if not wanted.words.text:
        return Outcome(messages=await shown_list(wanted))
    here, count = await listed(wanted)
    wish = parse_subscription(wanted.words.text)
    found = [one for one in here if not isinstance(wish, ParseError) and is_equivalent(one.wish, wish)]
    said, text = wanted.said, wanted.words.text
    if not found and isinstance(wish, Filter) and wish.is_everything and here:
        return Outcome(messages=_ask_all(wanted, here))
    if not found and text.isdecimal() and 0 < int(text[:4]) <= len(here):
        found = [here[int(text[:4]) - 1]]
    if not found:
        told = said.no_such.format(found=wanted.words.text[:100])
        return Outcome(messages=list_of(wanted, here, count, told))
    return Outcome(messages=_removed(wanted, found[0]), deeds=(_unsubscribe(wanted, found),))


def _unsubscribe(wanted: Wanted, found: Sequence[Subscription]) -> Unsubscribe:
    return Unsubscribe(wanted.words.chat_id, tuple(one.id for one in found))


def _removed(wanted: Wanted, one: Subscription) -> tuple[OutgoingMessage, ...]:
    """That it is removed, and how it comes back."""
    said = wanted.said
    words = format_filter(one.wish)
    undo = (
        button(said.button_undo.format(wish=wish_label(one.wish, said)), "new", words) if fits("new", words) else None
    )
    keyboard = (*(((undo,),) if undo else ()), (button(said.button_list, "list"),))
    return wanted.say_line(said.removed.format(wish=wish_words(one.wish, said)), keyboard)


async def on_card(wanted: Wanted) -> Outcome:
    """One of them, with its buttons."""
    one = await _one(wanted)
    return Outcome(messages=_card(wanted, one)) if one else Outcome()


async def on_change(name: str, wanted: Wanted) -> Outcome:
    """Pause it, or let it be told otherwise."""
    one = await _one(wanted)
    if one is None:
        return Outcome()
    changed = CHANGES[name](one)
    return Outcome(messages=_card(wanted, changed), deeds=(ChangeSubscription(changed),))


async def on_remove(wanted: Wanted) -> Outcome:
    """Remove it."""
    one = await _one(wanted)
    if one is None:
        return Outcome()
    return Outcome(messages=_removed(wanted, one), deeds=(_unsubscribe(wanted, [one]),))


async def on_all(wanted: Wanted) -> Outcome:
    """Ask whether all are to go."""
    if not await wanted.acknowledge():
        return Outcome()
    here, _ = await listed(wanted)
    return Outcome(messages=_ask_all(wanted, here))


def _ask_all(wanted: Wanted, here: Sequence[Subscription]) -> tuple[OutgoingMessage, ...]:
    said = wanted.said
    sure = (button(said.button_remove_all_sure, "all-sure"), button(said.button_back, "list"))
    return wanted.say_line(said.ask_remove_all.format(count=len(here)), (sure,))


async def on_all_sure(wanted: Wanted) -> Outcome:
    """Remove all of the place."""
    if not await wanted.acknowledge():
        return Outcome()
    said, (here, _) = wanted.said, await listed(wanted)
    told = wanted.say_line(said.removed_all.format(count=len(here)), ((button(said.button_list, "list"),),))
    return Outcome(messages=told, deeds=(_unsubscribe(wanted, here),))


async def on_words(wanted: Wanted) -> Outcome:
    """Ask what it is to be instead."""
    one = await _one(wanted)
    if one is None or wanted.query is None:
        return Outcome()
    said = wanted.said
    told = said.change_how.format(wish=wish_words(one.wish, said))
    return Outcome(messages=(prompt(wanted.words, wanted.query, told, said.change_hint, key=f"{PROMPT}:{one.id}"),))


async def on_new_words(counter: Counter, update: Update, context: Context) -> Outcome:
    """Let a subscription be what the reply says."""
    message = message_of(update)
    if is_from_bot(message):
        return Outcome()
    subscription_id = await asyncio.to_thread(_prompted, counter, message)
    words = replace(words_of(message, counter.desk.language), text=without_address(message))
    work = partial(_reworded, subscription_id or "")
    return await as_subscriber(counter, work, words, context.bot, is_anonymous_administrator(message))


async def _reworded(subscription_id: str, wanted: Wanted) -> Outcome:
    said = wanted.said
    here, _ = await listed(wanted)
    one = next((one for one in here if one.id == subscription_id), None)
    if one is None:
        return Outcome(messages=wanted.say_line(said.gone))
    wish = parse_subscription(wanted.words.text)
    if isinstance(wish, ParseError):
        told = (
            said.how
            if wish.reason is ParseErrorCode.EMPTY
            else said.parse_errors[wish.reason].format(found=wish.found, most=wish.most)
        )
        return Outcome(messages=wanted.say_line(told))
    same = next((other for other in here if is_equivalent(other.wish, wish)), None)
    if same:
        return Outcome(messages=wanted.say_line(said.again.format(wish=wish_words(wish, said))))
    if wish.question is not None and (answered := await known(wanted, wish.question)):
        return answered
    changed = replace(one, wish=wish)
    return Outcome(
        messages=_card(wanted, changed, said.changed.format(wish=wish_words(wish, said))),
        deeds=(ChangeSubscription(changed),),
    )


async def _one(wanted: Wanted) -> Subscription | None:
    """The subscription of a button; None, and told so, where it is not there any more, or another chat's."""
    found = await asyncio.to_thread(_get, wanted)
    is_fresh = await wanted.acknowledge(None if found else wanted.said.gone)
    return found if is_fresh else None


def _get(wanted: Wanted) -> Subscription | None:
    if not _ID.fullmatch(wanted.words.text):
        return None
    with wanted.counter.database.reading() as connection:
        one = subscription_table.get(connection, wanted.words.text)
    return one if one and one.place == (wanted.words.chat_id, wanted.words.thread_id or 0) else None


def _card(wanted: Wanted, one: Subscription, told: str = "") -> tuple[OutgoingMessage, ...]:
    said = wanted.said
    at_once = said.card_now if one.wish.question is None else said.card_question
    rhythm = (said.card_daily if one.is_daily else at_once).format(hour=DAILY_HOUR)
    facts = [rhythm, (said.card_silent if one.is_silent else said.card_loud)]
    link = to_link(one.wish)
    lines = [
        *([told] if told else []),
        said.card.format(wish=wish_words(one.wish, said)),
        " · ".join(facts),
        *([said.card_paused] if one.is_paused else []),
        *([said.share.format(link=create_deep_linked_url(wanted.bot.username, link))] if link else []),
    ]
    return wanted.say([tuple(map(line, lines))], _card_buttons(one, said))


def _card_buttons(one: Subscription, said: SubscribingTexts) -> Keyboard:
    pause = (said.button_go, "go") if one.is_paused else (said.button_pause, "pause")
    daily = (said.button_now, "now") if one.is_daily else (said.button_daily, "daily")
    sound = (said.button_loud, "loud") if one.is_silent else (said.button_mute, "mute")
    return (
        (button(*pause, one.id), button(*daily, one.id)),
        (button(*sound, one.id), button(said.button_change, "words", one.id)),
        (button(said.button_remove, "remove", one.id), button(said.button_back, "list")),
    )
