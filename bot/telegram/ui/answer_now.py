"""The answer to a question that somebody wants to wait for, where it has one already or no article can answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.effects import Outcome
from bot.service.heartbeat import utc_now
from bot.telegram.ui.answer_view import answer_pieces, answer_row, cited, new_answer_id
from bot.telegram.ui.keyboards import WAITING_HELPS, answer_keyboard
from bot.telegram.ui.reply import reply
from bot.telegram.wire.markup import line
from retrieval.model import Abstention

if TYPE_CHECKING:
    from bot.telegram.ui.request import Request


async def answer_now(request: Request, question: str) -> Outcome | None:
    """Return an outcome that answers a question somebody wants to subscribe to; None where subscribing makes sense.

    It makes sense where an article to come may answer the question (WAITING_HELPS). Otherwise the outcome replies with
    the answer, or with the reason why no article can give one, and stores it.
    """
    incoming, texts, answers = request.incoming, request.texts, request.context.answer_service
    result = await request.context.think(answers.ask, question)
    if isinstance(result, Abstention) and result.reason in WAITING_HELPS:
        return None
    row = answer_row(new_answer_id(), incoming, question, result, incoming.sent_at or utc_now(), answers.generation)
    heading = texts.subscribing.not_kept if isinstance(result, Abstention) else texts.subscribing.answered
    pieces = [(line(heading),), *answer_pieces(result, row.sources, texts)]
    shown = reply(incoming, pieces, answer_keyboard(row, texts), answer_id=row.id, cites=cited(row))
    return Outcome(messages=shown, answer=row)
