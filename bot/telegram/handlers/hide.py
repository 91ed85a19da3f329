"""/hide and /unhide: an article out of sight, and out of what was said before."""

from __future__ import annotations

import asyncio
import html
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, SetHidden
from bot.domain.messages import OutgoingMessage, Priority
from bot.service.alerts.announce import daily_at
from bot.service.heartbeat import utc_now
from bot.store import moderation
from bot.telegram.ui.callbacks import acknowledge
from bot.telegram.ui.context import answered
from bot.telegram.ui.operator_context import button, on_command, on_press
from bot.telegram.wire.markup import line
from bot.telegram.wire.payload import Act, Button, Payload, load
from bot.texts import texts
from bot.views.job_report import MOST_TITLE, shortened, stamp
from corpus.text import normalize

if TYPE_CHECKING:
    from bot.domain.jobs import HiddenArticle, QuotingMessage
    from bot.service.answers import AnswerService
    from bot.telegram.ui.operator_context import Command, Operation, Room
    from bot.telegram.wire.handler_types import Handler

MOST_FOUND = 8  # articles to choose from
MOST_NAMED = 200  # characters of a title in a message


def handlers(room: Room) -> list[Handler]:
    """For both commands and their buttons."""
    return [
        on_command(room, "hide", on_hide),
        on_command(room, "unhide", on_unhide),
        on_press(room, "hide", on_choice),
        on_press(room, "hide-sure", on_sure),
        on_press(room, "unhide", on_back),
    ]


async def on_hide(command: Command) -> Outcome:
    """Which article: of the answer that is replied to, else of those with the words in their titles."""
    said = command.texts.operating
    asking = command.room.desk.answer_service
    answer = await asyncio.to_thread(answered, command.room.database, command.message)
    if answer:
        keys = dict.fromkeys(source.article for source in answer.sources)
        found = [(key, title) for key in keys if (title := _title(asking, key))]
    elif command.words.text:
        found = await command.room.desk.think(_titled, asking, command.words.text)
    else:
        return command.say_line(said.hide_how)
    if not found:
        return command.say_line(said.hide_none.format(words=command.words.text))
    rows = tuple((_button(said.button_hide, title, "hide", key),) for key, title in found[:MOST_FOUND])
    left = len(found) - len(rows)
    told = [said.hide_which, *([said.hide_more.format(count=left)] if left else [])]
    return command.say_line("\n".join(told), (*rows, (button(said.button_cancel, "cancel"),)))


async def on_choice(operation: Operation) -> Outcome:
    """Ask whether that one is meant."""
    said, title = operation.texts.operating, _title(operation.room.desk.answer_service, operation.argument)
    await acknowledge(operation.query, None if title else said.article_gone)
    if title is None:
        return Outcome()
    sure = button(said.button_hide_sure, "hide-sure", operation.argument)
    told = html.escape(said.ask_hide.format(title=shortened(title, MOST_NAMED)), quote=False)
    return Outcome(messages=(operation.turn(told, ((sure,), (button(said.button_cancel, "cancel"),))),))


async def on_sure(operation: Operation) -> Outcome:
    """Hide it, and take back what quoted it."""
    said, key = operation.texts.operating, operation.argument
    title = _title(operation.room.desk.answer_service, key)
    await acknowledge(operation.query, None if title else said.article_gone)
    if title is None:
        return Outcome()
    told = html.escape(said.is_hidden.format(title=shortened(title, MOST_NAMED)), quote=False)
    back = ((_button(said.button_unhide, title, "unhide", key),),)
    spoken = texts(operation.room.desk.language)
    otherwise, again = spoken.operating.withdrawn, spoken.subscribing.button_list_again
    hide = SetHidden(key=key, title=title, actor=operation.actor.name, withdraw=partial(_withdrawal, otherwise, again))
    return Outcome(messages=(operation.turn(told, back),), deeds=(hide,))


async def on_unhide(command: Command) -> Outcome:
    """Which of those that are hidden."""
    said, hidden = command.texts.operating, await asyncio.to_thread(_hidden, command.room)
    if not hidden:
        return command.say_line(said.unhide_none)
    lines = [
        said.hidden_article.format(
            title=shortened(one.title, MOST_TITLE), actor=one.actor, time=stamp(one.hidden_at, command.room.zone)
        )
        for one in hidden
    ]
    rows = tuple((_button(said.button_unhide, one.title, "unhide", one.key),) for one in hidden[:MOST_FOUND])
    return command.say([(line(said.unhide_which),), tuple(map(line, lines))], rows)


async def on_back(operation: Operation) -> Outcome:
    """Bring it back."""
    said = operation.texts.operating
    hidden = await asyncio.to_thread(_hidden, operation.room)
    found = next((one for one in hidden if one.key == operation.argument), None)
    await acknowledge(operation.query, None if found else said.settled)
    if found is None:
        return Outcome()
    told = html.escape(said.is_unhidden.format(title=shortened(found.title, MOST_NAMED)), quote=False)
    tomorrow = daily_at(utc_now(), operation.room.zone)
    unhide = SetHidden(key=found.key, title=found.title, actor=operation.actor.name, is_hidden=False, daily_at=tomorrow)
    return Outcome(messages=(operation.turn(told),), deeds=(unhide,))


def _title(asking: AnswerService, key: str) -> str | None:
    card = asking.library.article(key)
    return None if card is None else card.title or card.headline


def _titled(asking: AnswerService, words: str) -> list[tuple[str, str]]:
    """The articles that have some words in their titles, the newest first."""
    wanted, library = normalize(words).text, asking.library
    cards = (library.card(number) for number in range(library.all_articles))
    shown = (card for card in cards if card.key not in library.hidden)
    found = [card for card in shown if wanted in normalize(card.title or card.headline).text]
    found.sort(key=lambda card: (card.date is None, card.date and -card.date.toordinal()))
    return [(card.key, card.title or card.headline) for card in found]


def _hidden(room: Room) -> list[HiddenArticle]:
    with room.database.reading() as connection:
        return moderation.hidden_ones(connection)


def _withdrawal(otherwise: str, shown_again: str, shown: QuotingMessage) -> OutgoingMessage:
    """What takes the place of a message that quotes the article, in the words that it came with."""
    payload = load(shown.payload)
    again = ((Button(shown_again, f"art:page:{shown.row}:1"),),) if payload.is_list else ()
    instead = Payload(act=Act.EDIT, html=payload.withdrawn or otherwise, keyboard=again, message_id=payload.message_id)
    edits = None if payload.message_id else shown.edits or shown.row
    return OutgoingMessage(chat_id=shown.chat_id, payload=instead.dump(), edits=edits, priority=Priority.WITHDRAWAL)


def _button(label: str, title: str, verb: str, key: str) -> Button:
    return button(label.format(title=shortened(title, MOST_TITLE)), verb, key)
