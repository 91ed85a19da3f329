"""The buttons below an alert: the original, a question about it, other pages of a list, and hearing no more of it."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler

from bot.domain.effects import Outcome, Subscribe, Unsubscribe
from bot.domain.messages import OutgoingMessage
from bot.domain.subscriptions import MOST_SUBSCRIPTIONS, Subscription
from bot.service.alerts.parse_subscription import ParseError, format_filter, is_equivalent, parse_subscription
from bot.service.heartbeat import utc_now
from bot.store.alerts import alert_table, bulletins, subscription_table
from bot.store.queue import outbox
from bot.telegram.outbound.claim import items_of
from bot.telegram.ui.alert_view import digest_heading, digest_keyboard, digest_pieces, pages_of, press
from bot.telegram.ui.answer_view import original_pages
from bot.telegram.ui.callback_data import turns
from bot.telegram.ui.callbacks import acknowledge, words_of_press
from bot.telegram.ui.context import ABOUT, ROOM, prompt, reply
from bot.telegram.ui.subscriber_context import Wanted, button, fits, listed, on_press
from bot.telegram.ui.subscription_view import shown_list, wish_label, wish_words
from bot.telegram.wire.markup import messages
from bot.telegram.wire.payload import Act, Button, Payload
from bot.telegram.wire.updates import LARGEST, language_for
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from telegram import CallbackQuery, Update

    from bot.domain.stored_answers import CitationSnapshot
    from bot.telegram.ui.alert_view import AlertEntry
    from bot.telegram.ui.subscriber_context import Counter
    from bot.telegram.wire.handler_types import Context, Handler
    from bot.telegram.wire.payload import Keyboard
    from bot.telegram.wire.updates import IncomingMessage
    from bot.texts import Texts

    OnPressed: TypeAlias = "Callable[[Pressed], Awaitable[Outcome]]"

MOST_TITLE = 100  # units
_PRESS = re.compile(r"art:([a-z]+):([A-Za-z0-9_-]{1,20})(?::(\d{1,9}))?(?::(\d{1,4}))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """A button of an alert that was pressed: the article or message that it is about, and numbers."""

    counter: Counter
    query: CallbackQuery
    words: IncomingMessage  # where the button is
    key: str
    number: int
    page: int | None

    @property
    def texts(self) -> Texts:
        """In the language of whoever pressed it."""
        return texts(self.words.language)

    def turned(self, html: str, keyboard: Keyboard, cites: tuple[str, ...]) -> OutgoingMessage:
        """The message below which the button is, changed."""
        withdrawn = self.texts.subscribing.withdrawn
        payload = Payload(
            act=Act.EDIT, html=html, keyboard=keyboard, message_id=self.words.message_id, withdrawn=withdrawn
        )
        return OutgoingMessage(chat_id=self.words.chat_id, payload=payload.dump(), cites=cites)


def handlers(counter: Counter) -> list[Handler]:
    """For each of them."""
    return [
        CallbackQueryHandler(partial(_pressed, counter, on_text), r"^art:text:"),
        CallbackQueryHandler(partial(_pressed, counter, on_ask), r"^art:ask:"),
        CallbackQueryHandler(partial(_pressed, counter, on_page), r"^art:page:"),
        on_press(counter, "off", on_off),
        on_press(counter, "again", on_again),
        on_press(counter, "list-too", on_list_too),
    ]


async def _pressed(counter: Counter, work: OnPressed, update: Update, _context: Context) -> Outcome:
    query = update.callback_query
    if query is None:
        return Outcome()
    language = language_for(query.from_user.language_code, "", counter.desk.language)
    match = _PRESS.fullmatch(query.data or "")
    words = words_of_press(query, language) if match else None
    if not match or words is None:
        await acknowledge(query, texts(language).button_gone)
        return Outcome()
    page = int(match[4]) if match[4] else None
    return await work(
        Pressed(counter=counter, query=query, words=words, key=match[2], number=int(match[3] or 0), page=page)
    )


async def on_text(found: Pressed) -> Outcome:
    """The section with the sentence that the alert quotes, as a message of its own; another page in its place."""
    desk = found.counter.desk
    asking = desk.answer_service
    source = await asyncio.to_thread(_source, found)
    if source is None or asking.is_hidden(source):
        await acknowledge(found.query, found.texts.article_hidden if source else found.texts.subscribing.article_gone)
        return Outcome()
    if not await acknowledge(found.query):
        return Outcome()
    original = await desk.think(asking.original, source)
    pages, quoted_page = original_pages(source, original, found.texts)
    page = min(max(found.page, 1), len(pages)) if found.page else quoted_page
    keyboard = turns(page, len(pages), partial(press, "text", found.key, found.number), found.texts)
    shown, cites = pages[page - 1], (found.key,)
    if found.page:
        return Outcome(messages=(found.turned(messages(shown)[0], keyboard, cites),))
    return Outcome(messages=reply(found.words, shown, keyboard, cites=cites))


def _source(found: Pressed) -> CitationSnapshot | None:
    """The sentence that an alert quoted of that paragraph."""
    with found.counter.database.reading() as connection:
        bulletin = bulletins.get(connection, found.key)
    sources = bulletin.sources if bulletin else ()
    return next((one for one in sources if one.paragraph == found.number), sources[0] if sources else None)


async def on_ask(found: Pressed) -> Outcome:
    """Ask for a question, which is about this article."""
    card = found.counter.desk.answer_service.library.article(found.key)
    if not await acknowledge(found.query, None if card else found.texts.subscribing.article_gone) or card is None:
        return Outcome()
    said = found.texts.subscribing
    told = said.ask_about.format(title=card.headline[:MOST_TITLE])
    key = f"{ABOUT}:{found.key}"
    return Outcome(messages=(prompt(found.words, found.query, told, said.ask_hint, key=key, cites=(found.key,)),))


async def on_page(found: Pressed) -> Outcome:
    """Another page of a list."""
    row = int(found.key) if found.key.isdecimal() and int(found.key) <= LARGEST else 0
    items, is_daily = await asyncio.to_thread(_listed, found, row)
    if not items:
        await acknowledge(found.query, found.texts.button_gone)
        return Outcome()
    if not await acknowledge(found.query):
        return Outcome()
    said, page = found.texts, min(max(found.number, 1), pages_of(items))
    pending = [item.pending for item in items]
    heading = digest_heading(pending, utc_now(), said, is_daily=is_daily)
    more = sum(one.more for one in pending)
    html = messages(digest_pieces(heading, items, page, more, said), ROOM)[0]
    cites = tuple(item.pending.key for item in items)
    return Outcome(messages=(found.turned(html, digest_keyboard(row, items, page, said), cites),))


def _listed(found: Pressed, row: int) -> tuple[list[AlertEntry], bool]:
    """What the list of a message is, without what is hidden by now."""
    hidden = found.counter.desk.answer_service.library.hidden
    words = found.words
    with found.counter.database.reading() as connection:
        told, is_daily = alert_table.told_in(connection, row, words.chat_id)
        here = subscription_table.of_chat(connection, words.chat_id, words.thread_id or 0)
        return items_of(connection, [one for one in told if one.key not in hidden], here), is_daily


async def on_off(wanted: Wanted) -> Outcome:
    """Hear no more of this: one tap, and one to take it back."""
    here, _ = await listed(wanted)
    said = wanted.said
    one = next((one for one in here if one.id == wanted.words.text), None)
    told = said.removed.format(wish=wish_words(one.wish, said)) if one else said.gone
    if not await wanted.acknowledge(told[:MOST_TITLE]):
        return Outcome()
    words = format_filter(one.wish) if one else ""
    undo = None
    if one and fits("again", words):
        undo = button(said.button_undo.format(wish=wish_label(one.wish, said)), "again", words)
    deeds = (Unsubscribe(wanted.words.chat_id, (one.id,)),) if one else ()
    return Outcome(messages=await _swapped(wanted, undo), deeds=deeds)


async def on_again(wanted: Wanted) -> Outcome:
    """Subscribe again to what was just ended."""
    said, wish = wanted.said, parse_subscription(wanted.words.text)
    here, count = await listed(wanted)
    if isinstance(wish, ParseError) or count >= MOST_SUBSCRIPTIONS:
        await wanted.acknowledge(said.too_many.format(count=count, most=MOST_SUBSCRIPTIONS))
        return Outcome()
    words = wanted.words
    before = next((one for one in here if is_equivalent(one.wish, wish)), None)
    one = before or Subscription(
        id=secrets.token_urlsafe(6),
        chat_id=words.chat_id,
        thread_id=words.thread_id or 0,
        wish=wish,
        language=words.language,
    )
    if not await wanted.acknowledge(said.done.format(wish=wish_words(wish, said))[:MOST_TITLE]):
        return Outcome()
    off = button(said.button_unsubscribe_one.format(wish=wish_label(wish, said)), "off", one.id)
    return Outcome(messages=await _swapped(wanted, off), deeds=() if before else (Subscribe(one),))


async def on_list_too(wanted: Wanted) -> Outcome:
    """The list of subscriptions, as a message of its own."""
    if not await wanted.acknowledge():
        return Outcome()
    return Outcome(messages=await shown_list(replace(wanted, query=None)))


async def _swapped(wanted: Wanted, other: Button | None) -> tuple[OutgoingMessage, ...]:
    """The message with another button in place of the one that was pressed, or without it."""
    query = wanted.query
    markup = getattr(query.message, "reply_markup", None) if query else None
    if query is None or markup is None:
        return ()
    rows = []
    for row in markup.inline_keyboard:
        there = (Button(one.text, str(one.callback_data)) for one in row if one.callback_data)
        kept = tuple(one for button in there if (one := other if button.press == query.data else button))
        rows.append(kept)
    keyboard = tuple(row for row in rows if row)
    cites = await asyncio.to_thread(_cites, wanted)
    withdrawn = wanted.said.withdrawn
    payload = Payload(act=Act.BUTTONS, keyboard=keyboard, message_id=wanted.words.message_id, withdrawn=withdrawn)
    return (OutgoingMessage(chat_id=wanted.words.chat_id, payload=payload.dump(), cites=cites),)


def _cites(wanted: Wanted) -> tuple[str, ...]:
    with wanted.counter.database.reading() as connection:
        return outbox.cites_of(connection, wanted.words.chat_id, wanted.words.message_id)
