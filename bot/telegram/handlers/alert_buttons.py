"""The buttons below an alert: the original, a question about it, other pages of a list, unsubscribe and undo."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, Subscribe, Unsubscribe
from bot.domain.messages import Prompt, PromptKind
from bot.domain.subscriptions import MOST_SUBSCRIPTIONS, Subscription
from bot.service.alerts.parse_subscription import ParseError, format_filter, is_equivalent, parse_subscription
from bot.service.heartbeat import utc_now
from bot.store.alerts import alert_table, bulletins, subscription_table
from bot.store.queue import outbox
from bot.telegram.outbound.claim import alert_entries
from bot.telegram.ui.alert_view import digest_heading, digest_keyboard, digest_pieces, pages_of
from bot.telegram.ui.answer_view import original_pages
from bot.telegram.ui.callback_data import Feature, Press, button, subscription_button
from bot.telegram.ui.guards import Guard, on_button
from bot.telegram.ui.keyboards import page_keyboard
from bot.telegram.ui.subscription_view import filter_label, filter_words, show_list, subscriptions_of
from bot.telegram.wire.payload import Button

if TYPE_CHECKING:
    from bot.store.db.database import Connection
    from bot.telegram.ui.alert_view import AlertEntry
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler

MOST_TITLE = 100  # characters


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of all these buttons."""
    return [
        on_button(context, Feature.ALERT, "text", on_text),
        on_button(context, Feature.ALERT, "ask", on_ask),
        on_button(context, Feature.ALERT, "page", on_page),
        on_button(context, Feature.SUBSCRIBE, "off", on_off, Guard.SUBSCRIBER),
        on_button(context, Feature.SUBSCRIBE, "again", on_again, Guard.SUBSCRIBER),
        on_button(context, Feature.SUBSCRIBE, "list-too", on_list_too, Guard.SUBSCRIBER),
    ]


async def on_text(request: Request) -> Outcome:
    """Send the section that the alert quotes as a new message; another page replaces the one before.

    The button carries the article's key, the paragraph of the quote, and the page if it turns one. If no key sentence
    is from that paragraph, the first one is shown. Refused if the article is hidden, or no key sentence is stored.
    """
    context, texts, key = request.context, request.texts, request.argument
    answers, bulletin = context.answer_service, await context.read(bulletins.get, key)
    number, *turned = request.numbers or (0,)
    sources = bulletin.sources if bulletin else ()
    source = next((source for source in sources if source.paragraph == number), sources[0] if sources else None)
    if source is None or answers.is_hidden(source):
        return await request.refuse(texts.article_hidden if source else texts.subscribing.article_gone)
    if not await request.acknowledge():
        return Outcome()
    original = await context.think(answers.original, source)
    pages, quoted_page = original_pages(source, original, texts)
    page = min(max(turned[0], 1), len(pages)) if any(turned) else quoted_page
    keyboard = page_keyboard(page, len(pages), Press(Feature.ALERT, "text", key, (number,)).with_page, texts)
    if any(turned):
        return request.edit(pages[page - 1], keyboard, cites=(key,), withdrawn=texts.subscribing.withdrawn)
    return request.reply(pages[page - 1], keyboard, cites=(key,))


async def on_ask(request: Request) -> Outcome:
    """Prompt for a question, which will be answered from this article alone; a pop-up says if it is gone or hidden."""
    texts, key = request.texts.subscribing, request.argument
    card = request.context.answer_service.library.article(key)
    if not await request.acknowledge(None if card else texts.article_gone) or card is None:
        return Outcome()
    text = texts.ask_about.format(title=card.headline[:MOST_TITLE])
    return request.prompt(text, texts.ask_hint, Prompt(PromptKind.ABOUT, key), cites=(key,))


async def on_page(request: Request) -> Outcome:
    """Show another page of a list in place of the one before, without the articles that are hidden by now.

    Refused if none is left, or the list is another chat's. A page out of range is the nearest one.
    """
    texts, row = request.texts, request.row
    items, is_daily = await request.context.read(_items, request, row)
    if not items:
        return await request.refuse(texts.button_gone)
    if not await request.acknowledge():
        return Outcome()
    number, *_ = request.numbers or (0,)
    page = min(max(number, 1), pages_of(items))
    pending = [item.pending for item in items]
    heading = digest_heading(pending, utc_now(), texts, is_daily=is_daily)
    pieces = list(digest_pieces(heading, items, page, sum(alert.more for alert in pending), texts))
    cites = tuple(alert.key for alert in pending)
    keyboard = digest_keyboard(row, items, page, texts)
    return request.edit(pieces, keyboard, cites=cites, withdrawn=texts.subscribing.withdrawn)


def _items(connection: Connection, request: Request, row: int) -> tuple[list[AlertEntry], bool]:
    """Return the visible articles of the list that an outbox row of this chat is, and whether it is a daily one."""
    incoming, hidden = request.incoming, request.context.answer_service.library.hidden
    alerts, is_daily = alert_table.of_message(connection, row, incoming.chat_id)
    subscriptions = subscription_table.of_chat(connection, incoming.chat_id, incoming.thread_id or 0)
    return alert_entries(connection, [alert for alert in alerts if alert.key not in hidden], subscriptions), is_daily


async def on_off(request: Request) -> Outcome:
    """End a subscription of this chat and topic, and put a button in place of this one that brings it back.

    The button is removed without another if the subscription is gone already, or its words do not fit on a button.
    """
    texts = request.texts.subscribing
    subscriptions, _ = await subscriptions_of(request)
    subscription = next((known for known in subscriptions if known.id == request.argument), None)
    if subscription is None:
        return await _swapped(request, None) if await request.acknowledge(texts.gone[:MOST_TITLE]) else Outcome()
    criteria = subscription.criteria
    if not await request.acknowledge(texts.removed.format(wish=filter_words(criteria, texts))[:MOST_TITLE]):
        return Outcome()
    press = Press(Feature.SUBSCRIBE, "again", format_filter(criteria))
    undo = button(texts.button_undo.format(wish=filter_label(criteria, texts)), press) if press.fits else None
    return await _swapped(request, undo, Unsubscribe(request.incoming.chat_id, (subscription.id,)))


async def on_again(request: Request) -> Outcome:
    """Subscribe again to what was just ended, and put the button that ends it in place of this one.

    If an equal subscription exists, that one is kept. Refused if the chat has MOST_SUBSCRIPTIONS.
    """
    texts, incoming, criteria = request.texts.subscribing, request.incoming, parse_subscription(request.argument)
    subscriptions, count = await subscriptions_of(request)
    if isinstance(criteria, ParseError) or count >= MOST_SUBSCRIPTIONS:
        return await request.refuse(texts.too_many.format(count=count, most=MOST_SUBSCRIPTIONS))
    existing = next((known for known in subscriptions if is_equivalent(known.criteria, criteria)), None)
    subscription = existing or Subscription(
        id=secrets.token_urlsafe(6),
        chat_id=incoming.chat_id,
        thread_id=incoming.thread_id or 0,
        criteria=criteria,
        language=incoming.language,
    )
    if not await request.acknowledge(texts.done.format(wish=filter_words(criteria, texts))[:MOST_TITLE]):
        return Outcome()
    label = texts.button_unsubscribe_one.format(wish=filter_label(criteria, texts))
    off = subscription_button(label, "off", subscription.id)
    return await _swapped(request, off, None if existing else Subscribe(subscription))


async def on_list_too(request: Request) -> Outcome:
    """Send the list of subscriptions as a new message; the alert stays. Nothing is sent if the press is too old."""
    return await show_list(request.in_new_message()) if await request.acknowledge() else Outcome()


async def _swapped(request: Request, other: Button | None, effect: Subscribe | Unsubscribe | None = None) -> Outcome:
    """Return an outcome that replaces the pressed button by another one, or removes it; the other buttons stay.

    Only `effect` where Telegram no longer sends the buttons, because the message is old. Buttons without callback data
    are lost.
    """
    effects = (effect,) if effect else ()
    message, data = (request.query.message, request.query.data) if request.query else (None, None)
    markup = getattr(message, "reply_markup", None)
    if markup is None:
        return Outcome(effects=effects)
    rows = []
    for row in markup.inline_keyboard:
        shown = (Button(known.text, str(known.callback_data)) for known in row if known.callback_data)
        rows.append(tuple(kept for known in shown if (kept := other if known.press == data else known)))
    cites = await request.context.read(outbox.cited_by_message, request.incoming.chat_id, request.incoming.message_id)
    keyboard = tuple(row for row in rows if row)
    return request.edit_buttons(keyboard, cites=cites, withdrawn=request.texts.subscribing.withdrawn, effects=effects)
