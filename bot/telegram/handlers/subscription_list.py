"""/subscriptions and /unsubscribe: the list of subscriptions, with buttons to pause, change and remove each."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import filters
from telegram.helpers import create_deep_linked_url

from bot.domain.effects import ChangeSubscription, Outcome, Unsubscribe
from bot.domain.messages import Prompt, PromptKind
from bot.domain.subscriptions import Filter, Subscription
from bot.service.alerts.digest import DAILY_HOUR
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
from bot.telegram.ui.answer_now import answer_now
from bot.telegram.ui.callback_data import Feature, Press, button, subscription_button
from bot.telegram.ui.guards import Guard, as_subscriber, on_button, on_command, on_message
from bot.telegram.ui.subscription_view import filter_label, filter_words, list_page, show_list, subscriptions_of
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import REPLIES_TO_BOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.telegram.ui.context import Context
    from bot.telegram.ui.guards import Work
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.payload import Keyboard
    from bot.texts.subscribing_texts import SubscribingTexts

CHANGES: dict[str, Callable[[Subscription], Subscription]] = {  # by the verb of the button
    "pause": lambda subscription: replace(subscription, is_paused=True),
    "go": lambda subscription: replace(subscription, is_paused=False),
    "daily": lambda subscription: replace(subscription, is_daily=True),
    "now": lambda subscription: replace(subscription, is_daily=False),
    "mute": lambda subscription: replace(subscription, is_silent=True),
    "loud": lambda subscription: replace(subscription, is_silent=False),
}
_ID = re.compile(r"[A-Za-z0-9_-]{8}")


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of the commands, of the buttons, and of replies that change a subscription."""
    buttons: dict[str, Work] = {
        "list": on_list,
        "card": on_card,
        **{verb: partial(on_change, change) for verb, change in CHANGES.items()},
        "remove": on_remove,
        "all": on_all,
        "all-sure": on_all_sure,
        "words": on_words,
    }
    return [
        on_command(context, "subscriptions", on_list, Guard.SUBSCRIBER),
        on_command(context, "unsubscribe", on_unsubscribe, Guard.SUBSCRIBER),
        *(on_button(context, Feature.SUBSCRIBE, verb, work, Guard.SUBSCRIBER) for verb, work in buttons.items()),
        on_message(context, REPLIES_TO_BOT & filters.TEXT & ~filters.COMMAND, on_new_words),
    ]


async def on_list(request: Request) -> Outcome:
    """Show the subscriptions of this chat or topic: in reply to the command, in place of the button's message."""
    return await show_list(request) if await request.acknowledge() else Outcome()


async def on_unsubscribe(request: Request) -> Outcome:
    """Remove the subscription that follows the command, by its words or its number in the list, from 1.

    Words come first: all subscriptions of this chat or topic that are equivalent to them are removed. 全部 asks whether
    to remove all, unless it is a subscription itself. Without words the list is shown; likewise, with a line that says
    so, if nothing matches.
    """
    texts, text = request.texts.subscribing, request.argument
    if not text:
        return await show_list(request)
    subscriptions, count = await subscriptions_of(request)
    criteria = parse_subscription(text)
    matches = [
        subscription
        for subscription in subscriptions
        if not isinstance(criteria, ParseError) and is_equivalent(subscription.criteria, criteria)
    ]
    if not matches and isinstance(criteria, Filter) and criteria.is_everything and subscriptions:
        return _ask_all(request, subscriptions)
    if not matches and text.isdecimal() and 0 < int(text[:4]) <= len(subscriptions):
        matches = [subscriptions[int(text[:4]) - 1]]
    if not matches:
        return list_page(request, subscriptions, count, texts.no_such.format(found=text[:100]))
    return _remove(request, matches)


def _remove(request: Request, subscriptions: Sequence[Subscription]) -> Outcome:
    """End equivalent subscriptions, at least one, with a button that brings the first back where its words fit."""
    texts, criteria = request.texts.subscribing, subscriptions[0].criteria
    press = Press(Feature.SUBSCRIBE, "new", format_filter(criteria))
    undo = [button(texts.button_undo.format(wish=filter_label(criteria, texts)), press)] if press.fits else []
    keyboard = tuple((shown,) for shown in (*undo, subscription_button(texts.button_list, "list")))
    text = texts.removed.format(wish=filter_words(criteria, texts))
    return request.say_lines(text, keyboard, effects=(_unsubscribe(request, subscriptions),))


def _unsubscribe(request: Request, subscriptions: Sequence[Subscription]) -> Unsubscribe:
    """Return the effect that ends subscriptions of this chat."""
    return Unsubscribe(request.incoming.chat_id, tuple(subscription.id for subscription in subscriptions))


async def on_card(request: Request) -> Outcome:
    """Show the subscription that the button carries, with its settings and buttons, in place of the message."""
    subscription = await _subscription(request)
    return _card(request, subscription) if subscription else Outcome()


async def on_change(change: Callable[[Subscription], Subscription], request: Request) -> Outcome:
    """Store the subscription that the button carries as `change` returns it, and show it.

    So it is paused or resumed, daily or at once, silent or not.
    """
    subscription = await _subscription(request)
    return _changed(request, change(subscription)) if subscription else Outcome()


def _changed(request: Request, subscription: Subscription, heading: str = "") -> Outcome:
    """Store a changed subscription, and show it below a heading."""
    return replace(_card(request, subscription, heading), effects=(ChangeSubscription(subscription),))


async def on_remove(request: Request) -> Outcome:
    """Remove the subscription that the button carries."""
    subscription = await _subscription(request)
    return _remove(request, [subscription]) if subscription else Outcome()


async def on_all(request: Request) -> Outcome:
    """Ask whether all subscriptions of the chat or topic are to be removed."""
    if not await request.acknowledge():
        return Outcome()
    subscriptions, _ = await subscriptions_of(request)
    return _ask_all(request, subscriptions)


def _ask_all(request: Request, subscriptions: Sequence[Subscription]) -> Outcome:
    """Ask whether to remove these subscriptions, all of the chat or topic."""
    texts = request.texts.subscribing
    sure = subscription_button(texts.button_remove_all_sure, "all-sure")
    keyboard = ((sure, subscription_button(texts.button_back, "list")),)
    return request.say_lines(texts.ask_remove_all.format(count=len(subscriptions)), keyboard)


async def on_all_sure(request: Request) -> Outcome:
    """Remove all subscriptions of the chat or topic, also those added since the question."""
    if not await request.acknowledge():
        return Outcome()
    texts, (subscriptions, _) = request.texts.subscribing, await subscriptions_of(request)
    keyboard = ((subscription_button(texts.button_list, "list"),),)
    text = texts.removed_all.format(count=len(subscriptions))
    return request.say_lines(text, keyboard, effects=(_unsubscribe(request, subscriptions),))


async def on_words(request: Request) -> Outcome:
    """Prompt for the new words of the subscription that the button carries."""
    subscription = await _subscription(request)
    if subscription is None:
        return Outcome()
    texts = request.texts.subscribing
    text = texts.change_how.format(wish=filter_words(subscription.criteria, texts))
    return request.prompt(text, texts.change_hint, Prompt(PromptKind.CHANGE, subscription.id))


async def on_new_words(request: Request) -> Outcome | None:
    """Change a subscription to what a reply to our prompt says; None where the message is no such reply.

    In a group only an administrator may.
    """
    before = request.message.reply_to_message if request.message else None
    if before is None or before.reply_markup:  # a prompt has no buttons
        return None
    meaning = await request.context.read(outbox.prompt_of, request.incoming.chat_id, before.message_id)
    if meaning is None or meaning.kind is not PromptKind.CHANGE:
        return None
    return await as_subscriber(request, partial(_change_words, meaning.subject))


async def _change_words(subscription_id: str, request: Request) -> Outcome:
    """Change the words of a subscription of this chat and topic; its other settings stay.

    Nothing is changed, and the reply says so, if it is gone, the words are invalid, or equivalent to those of any
    subscription here. A question that can be answered now is answered instead.
    """
    texts = request.texts.subscribing
    subscriptions, _ = await subscriptions_of(request)
    subscription = next((known for known in subscriptions if known.id == subscription_id), None)
    if subscription is None:
        return request.say_lines(texts.gone)
    criteria = parse_subscription(request.argument)
    if isinstance(criteria, ParseError):
        if criteria.reason is ParseErrorCode.EMPTY:
            return request.say_lines(texts.how)
        return request.say_lines(texts.parse_errors[criteria.reason].format(found=criteria.found, most=criteria.most))
    if any(is_equivalent(known.criteria, criteria) for known in subscriptions):
        return request.say_lines(texts.again.format(wish=filter_words(criteria, texts)))
    if criteria.question is not None and (answer := await answer_now(request, criteria.question)):
        return answer
    heading = texts.changed.format(wish=filter_words(criteria, texts))
    return _changed(request, replace(subscription, criteria=criteria), heading)


async def _subscription(request: Request) -> Subscription | None:
    """Return the subscription that a button carries, and acknowledge the press.

    None where the press is too old, or where the subscription is gone or another chat's or topic's, which a pop-up
    says.
    """
    subscription = None
    if _ID.fullmatch(request.argument):
        subscription = await request.context.read(subscription_table.get, request.argument)
    if subscription and subscription.place != (request.incoming.chat_id, request.incoming.thread_id or 0):
        subscription = None
    is_fresh = await request.acknowledge(None if subscription else request.texts.subscribing.gone)
    return subscription if is_fresh else None


def _card(request: Request, subscription: Subscription, heading: str = "") -> Outcome:
    """Show a subscription: words, when and how its alerts come, whether it is paused, and a link to share it."""
    texts, criteria = request.texts.subscribing, subscription.criteria
    at_once = texts.card_now if criteria.question is None else texts.card_question
    rhythm = (texts.card_daily if subscription.is_daily else at_once).format(hour=DAILY_HOUR)
    link = to_link(criteria)
    lines = [
        *([heading] if heading else []),
        texts.card.format(wish=filter_words(criteria, texts)),
        f"{rhythm} · {texts.card_silent if subscription.is_silent else texts.card_loud}",
        *([texts.card_paused] if subscription.is_paused else []),
        *([texts.share.format(link=create_deep_linked_url(request.bot.username, link))] if link else []),
    ]
    return request.say([tuple(map(line, lines))], _card_buttons(subscription, texts))


def _card_buttons(subscription: Subscription, texts: SubscribingTexts) -> Keyboard:
    """Return the buttons below a subscription: each changes one setting to its opposite."""
    rows = (
        (
            (texts.button_go, "go") if subscription.is_paused else (texts.button_pause, "pause"),
            (texts.button_now, "now") if subscription.is_daily else (texts.button_daily, "daily"),
        ),
        (
            (texts.button_loud, "loud") if subscription.is_silent else (texts.button_mute, "mute"),
            (texts.button_change, "words"),
        ),
    )
    shown = tuple(tuple(subscription_button(label, verb, subscription.id) for label, verb in row) for row in rows)
    remove = subscription_button(texts.button_remove, "remove", subscription.id)
    return (*shown, (remove, subscription_button(texts.button_back, "list")))
