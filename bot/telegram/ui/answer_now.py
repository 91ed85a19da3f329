"""Whether waiting for the answer to a question helps: it may have one by now, or be one that no article can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.effects import Outcome
from bot.service.heartbeat import utc_now
from bot.telegram.ui.answer_view import answer_pieces, answer_row
from bot.telegram.ui.callback_data import WAITING_HELPS, answer_keyboard, new_answer_id
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import line
from retrieval.model import Abstention

if TYPE_CHECKING:
    from bot.telegram.ui.subscriber_context import Wanted


async def known(wanted: Wanted, question: str) -> Outcome | None:
    """The answer where there is one by now, or that no article can tell; None where waiting helps."""
    desk, words, said = wanted.counter.desk, wanted.words, wanted.texts
    asking = desk.answer_service
    result = await desk.think(asking.ask, question)
    if isinstance(result, Abstention) and result.reason in WAITING_HELPS:
        return None
    row = answer_row(new_answer_id(), words, question, result, words.said_at or utc_now(), asking.generation)
    told = said.subscribing.not_kept if isinstance(result, Abstention) else said.subscribing.answered
    pieces = [(line(told),), *answer_pieces(result, row.sources, said)]
    cites = tuple(source.article for source in row.sources)
    return Outcome(messages=reply(words, pieces, answer_keyboard(row, said), row.id, (), cites), answer=row)
