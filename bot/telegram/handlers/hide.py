"""/hide and /unhide: take an article out of the answers, and replace the messages that quote it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, SetHidden
from bot.domain.messages import OutgoingMessage, Priority
from bot.service.alerts.digest import next_daily_time
from bot.service.heartbeat import utc_now
from bot.store import moderation
from bot.telegram.ui.callback_data import Feature, Press, button, operator_button
from bot.telegram.ui.guards import Guard, on_button, on_command
from bot.telegram.ui.replied_to import answer_replied_to
from bot.telegram.wire.markup import line
from bot.telegram.wire.payload import Act, Payload, load
from bot.texts import texts_in
from bot.views.job_report import MOST_TITLE, shortened, stamp
from corpus.text import normalize

if TYPE_CHECKING:
    from bot.domain.jobs import QuotingMessage
    from bot.service.answers import AnswerService
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.payload import Button

MOST_FOUND = 8  # articles to choose from
MOST_NAMED = 200  # characters of a title in a message


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of both commands and of their buttons."""
    button = partial(on_button, context, Feature.OPERATE, guard=Guard.OPERATOR)
    return [
        on_command(context, "hide", on_hide, Guard.OPERATOR),
        on_command(context, "unhide", on_unhide, Guard.OPERATOR),
        button("hide", on_choice),
        button("hide-sure", on_sure),
        button("unhide", on_back),
    ]


async def on_hide(request: Request) -> Outcome:
    """Ask which article: those that the answer replied to quotes, else those with the words in their titles.

    At most MOST_FOUND are offered; hidden articles are left out. Without words say how to use the command.
    """
    texts, context, answers = request.texts.operating, request.context, request.context.answer_service
    answer = await context.read(answer_replied_to, request.message) if request.message else None
    if answer:
        keys = dict.fromkeys(source.article for source in answer.sources)
        found = [(key, title) for key in keys if (title := _title(answers, key))]
    elif request.argument:
        found = await context.think(_with_title, answers, request.argument)
    else:
        return request.reply(texts.hide_how)
    if not found:
        return request.reply(texts.hide_none.format(words=request.argument))
    rows = tuple((_article_button(texts.button_hide, title, "hide", key),) for key, title in found[:MOST_FOUND])
    left = len(found) - len(rows)
    text = "\n".join((texts.hide_which, *([texts.hide_more.format(count=left)] if left else [])))
    return request.reply(text, (*rows, (operator_button(texts.button_cancel, "cancel"),)))


async def on_choice(request: Request) -> Outcome:
    """Ask whether to hide the article that the button carries; refuse if it was removed or is hidden already."""
    texts, title = request.texts.operating, _title(request.context.answer_service, request.argument)
    if title is None:
        return await request.refuse(texts.article_gone)
    await request.acknowledge()
    sure = operator_button(texts.button_hide_sure, "hide-sure", request.argument)
    text = texts.ask_hide.format(title=shortened(title, MOST_NAMED))
    return request.edit(text, ((sure,), (operator_button(texts.button_cancel, "cancel"),)))


async def on_sure(request: Request) -> Outcome:
    """Hide the article, and replace the messages that quote it; refuse if it was removed or is hidden already.

    The message then has a button to show the article again.
    """
    texts, key = request.texts.operating, request.argument
    title = _title(request.context.answer_service, key)
    if title is None:
        return await request.refuse(texts.article_gone)
    await request.acknowledge()
    default = texts_in(request.context.language)
    withdraw = partial(_withdrawal, default.operating.withdrawn, default.subscribing.button_list_again)
    hide = SetHidden(key=key, title=title, actor=request.actor.name, withdraw=withdraw)
    back = ((_article_button(texts.button_unhide, title, "unhide", key),),)
    return request.edit(texts.is_hidden.format(title=shortened(title, MOST_NAMED)), back, effects=(hide,))


async def on_unhide(request: Request) -> Outcome:
    """List the hidden articles, the one hidden last first, with a button for each of the first MOST_FOUND."""
    texts, hidden = request.texts.operating, await request.context.read(moderation.list_hidden)
    if not hidden:
        return request.reply(texts.unhide_none)
    lines = [
        texts.hidden_article.format(
            title=shortened(article.title, MOST_TITLE),
            actor=article.actor,
            time=stamp(article.hidden_at, request.context.zone),
        )
        for article in hidden
    ]
    rows = tuple(
        (_article_button(texts.button_unhide, article.title, "unhide", article.key),) for article in hidden[:MOST_FOUND]
    )
    return request.reply([(line(texts.unhide_which),), tuple(map(line, lines))], rows)


async def on_back(request: Request) -> Outcome:
    """Show a hidden article again, and send its pending alerts; refuse if it is not hidden.

    Messages that were replaced stay as they are.
    """
    texts, hidden = request.texts.operating, await request.context.read(moderation.list_hidden)
    article = next((article for article in hidden if article.key == request.argument), None)
    if article is None:
        return await request.refuse(texts.settled)
    await request.acknowledge()
    unhide = SetHidden(
        key=article.key,
        title=article.title,
        actor=request.actor.name,
        is_hidden=False,
        daily_at=next_daily_time(utc_now(), request.context.zone),
    )
    return request.edit(texts.is_unhidden.format(title=shortened(article.title, MOST_NAMED)), effects=(unhide,))


def _title(answers: AnswerService, key: str) -> str | None:
    """Return the title of an article, or its first words; None if it was removed or is hidden."""
    card = answers.library.article(key)
    return None if card is None else card.title or card.headline


def _with_title(answers: AnswerService, words: str) -> list[tuple[str, str]]:
    """Return (key, title) of the articles with some words in their titles, the newest first, without date last.

    Words and titles are compared normalised. Articles without a title have their first words. Hidden ones are left out.
    """
    wanted, library = normalize(words).text, answers.library
    cards = (library.card(number) for number in range(library.all_articles))
    shown = (card for card in cards if card.key not in library.hidden)
    found = [card for card in shown if wanted in normalize(card.title or card.headline).text]
    found.sort(key=lambda card: (card.date is None, card.date and -card.date.toordinal()))
    return [(card.key, card.title or card.headline) for card in found]


def _withdrawal(default: str, list_again: str, quoting: QuotingMessage) -> OutgoingMessage:
    """Return the edit that replaces a message which quotes a hidden article.

    A list keeps a button that shows it without the article.

    Args:
        default: the text, where the message came with none for this case.
        list_again: label of that button.
        quoting: the message.
    """
    payload = load(quoting.payload)
    press = Press(Feature.ALERT, "page", str(quoting.row), (1,))
    keyboard = ((button(list_again, press),),) if payload.is_list else ()
    text = payload.withdrawn or default
    edit = Payload(act=Act.EDIT, html=text, keyboard=keyboard, message_id=payload.message_id)
    edits = None if payload.message_id else quoting.edits or quoting.row
    return OutgoingMessage(chat_id=quoting.chat_id, payload=edit.dump(), edits=edits, priority=Priority.WITHDRAWAL)


def _article_button(label: str, title: str, verb: str, key: str) -> Button:
    """Return a button for operators about an article, with its title shortened to MOST_TITLE characters."""
    return operator_button(label.format(title=shortened(title, MOST_TITLE)), verb, key)
