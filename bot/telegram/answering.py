"""An answer as a row of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.stored_answers import AnswerRow
from bot.service.answers import sources
from retrieval.model import Abstention

if TYPE_CHECKING:
    import datetime

    from bot.telegram.reading import Words
    from retrieval.model import Result


def answer_row(
    answer_id: str, words: Words, question: str, result: Result, asked_at: datetime.datetime, generation: int
) -> AnswerRow:
    """What was answered to somebody's words.

    Args:
        answer_id: a new id, or that of the answer whose place it takes.
        words: where it was asked.
        question: as it was understood.
        result: the answer, or that there is none.
        asked_at: when.
        generation: that it was taken from.
    """
    return AnswerRow(
        id=answer_id,
        chat_id=words.chat_id,
        person_id=words.person_id,
        message_id=words.message_id,
        thread_id=words.thread_id,
        question=question,
        language=words.language,
        confidence=result.confidence,
        reason=result.reason if isinstance(result, Abstention) else None,
        sources=sources(result),
        asked_at=asked_at,
        generation=generation,
    )
