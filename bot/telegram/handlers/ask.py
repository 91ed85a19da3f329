"""Questions: by /ask, in private, by a mention, or in reply to the bot; and again where one is edited."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import MessageHandler, filters

from bot.domain.effects import Outcome
from bot.telegram.ui.answer_view import answer_pieces, answer_row
from bot.telegram.ui.callback_data import answer_keyboard, new_answer_id
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import is_addressed, is_ask, is_other_command, message_of, words_of
from bot.texts import texts
from retrieval.model import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Message, Update

    from bot.service.answers import AnswerService, Reply
    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler
    from bot.telegram.wire.markup import Piece
    from bot.texts import Texts


class Question(filters.MessageFilter):
    """A message with words in it that are meant for the bot."""

    def filter(self, message: Message) -> bool:
        """Whether it is one."""
        return bool(message.text or message.caption) and is_addressed(message) and not is_other_command(message)


def handlers(desk: Desk) -> list[Handler]:
    """For new messages and edited ones."""
    return [MessageHandler(filters.UpdateType.MESSAGES & Question(), partial(on_question, desk))]


async def on_question(desk: Desk, update: Update, context: Context) -> Outcome:
    """The answer with its sources, or why there is none; where the question was edited, in place of the earlier one."""
    message = message_of(update)
    words = words_of(message, desk.language)
    earlier, parts = await desk.answer_to(words) if update.edited_message else (None, ())
    if earlier and earlier.question == words.text:  # a preview was added, or a pin: Telegram calls that edited, too
        return Outcome()
    said = texts(words.language)
    if not words.text:
        told = said.ask_how if is_ask(message) else said.no_answer[Reason.EMPTY_QUESTION]
        return Outcome(messages=reply(words, [(line(told),)]))
    desk.typing(context.bot, words)
    before, asking = await desk.question_before(message, words), desk.answer_service
    articles = await desk.articles_of(message, words)
    if articles:
        there = [card for key in articles if (card := asking.library.article(key))]
        if not there:
            return Outcome(messages=reply(words, [(line(said.subscribing.article_gone),)]))
        before, asking = None, asking.about(card.key for card in there)
    answered = await desk.think(asking.reply, words.text, before)
    if earlier and earlier.question == answered.question:
        return Outcome()
    answer_id = earlier.id if earlier else new_answer_id()
    row = answer_row(answer_id, words, answered.question, answered.result, message.date, asking.generation)
    pieces = [
        *_about(articles, asking, said),
        *_understood(answered, said),
        *answer_pieces(answered.result, row.sources, said),
    ]
    cites = tuple(source.article for source in row.sources)
    return Outcome(messages=reply(words, pieces, answer_keyboard(row, said), row.id, parts, cites), answer=row)


def _about(articles: Sequence[str], asking: AnswerService, said: Texts) -> tuple[Piece, ...]:
    """Where the answer was looked for, where that is not everywhere."""
    cards = [card for key in articles if (card := asking.library.article(key))]
    if not cards:
        return ()
    if len(cards) > 1:
        return ((line(said.subscribing.about_several.format(count=len(cards))),),)
    return ((line(said.subscribing.about.format(title=cards[0].headline)),),)


def _understood(answered: Reply, said: Texts) -> tuple[Piece, ...]:
    """How a question was understood that says less than it means."""
    return ((line(said.understood.format(question=answered.understood)),),) if answered.understood else ()
