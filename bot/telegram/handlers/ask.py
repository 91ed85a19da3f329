"""Questions: by /ask, in private, by a mention, or in reply to the bot; and again when one is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.ext import filters

from bot.domain.effects import Outcome
from bot.telegram.ui.answer_view import answer_pieces, answer_row, cited, new_answer_id
from bot.telegram.ui.guards import on_message
from bot.telegram.ui.keyboards import answer_keyboard
from bot.telegram.ui.replied_to import answer_to_edited, antecedent
from bot.telegram.ui.reply import reply
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import is_addressed, is_ask, is_other_command
from retrieval.model import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Message

    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Piece
    from bot.texts import Texts
    from retrieval.model import ArticleCard


class Question(filters.MessageFilter):
    """Matches messages with text that are meant for the bot."""

    def filter(self, message: Message) -> bool:
        """Return whether a message has text or a caption, is addressed to the bot, and is no command but /ask."""
        return bool(message.text or message.caption) and is_addressed(message) and not is_other_command(message)


def handlers(context: Context) -> list[Handler]:
    """Return the handler of new and edited messages."""
    return [on_message(context, filters.UpdateType.MESSAGES & Question(), on_question)]


async def on_question(request: Request) -> Outcome:
    """Reply with the answer and its sources, or why there is none; for an edited question, edit the earlier reply.

    Nothing is sent if an edit leaves the question the same. The question may refer back to an earlier one, or be about
    the articles of an alert (`antecedent`). The answer is stored, in place of the earlier one after an edit.
    """
    context, incoming, message, texts = request.context, request.incoming, request.message, request.texts
    earlier, parts = await context.read(answer_to_edited, incoming) if request.is_edited else (None, ())
    if message is None or (earlier and earlier.question == incoming.text):  # a preview or pin also counts as an edit
        return Outcome()
    if not incoming.text:
        return request.reply(texts.ask_how if is_ask(message) else texts.no_answer[Reason.EMPTY_QUESTION])
    context.typing(request.bot, incoming)
    before, keys = await context.read(antecedent, message, incoming)
    answers = context.answer_service
    cards = [card for key in keys if (card := answers.library.article(key))]
    if keys and not cards:
        return request.reply(texts.subscribing.article_gone)
    if cards:
        answers = answers.about(card.key for card in cards)
    answer = await context.think(answers.reply, incoming.text, before)
    if earlier and earlier.question == answer.question:
        return Outcome()
    answer_id = earlier.id if earlier else new_answer_id()
    row = answer_row(answer_id, incoming, answer.question, answer.result, message.date, answers.generation)
    understood = [(line(texts.understood.format(question=answer.understood)),)] if answer.understood else []
    pieces = [*_about(cards, texts), *understood, *answer_pieces(answer.result, row.sources, texts)]
    shown = reply(incoming, pieces, answer_keyboard(row, texts), answer_id=row.id, parts=parts, cites=cited(row))
    return Outcome(messages=shown, answer=row)


def _about(cards: Sequence[ArticleCard], texts: Texts) -> tuple[Piece, ...]:
    """Return one piece that names the articles searched; nothing where there is no limit to some articles."""
    if not cards:
        return ()
    if len(cards) > 1:
        return ((line(texts.subscribing.about_several.format(count=len(cards))),),)
    return ((line(texts.subscribing.about.format(title=cards[0].headline)),),)
