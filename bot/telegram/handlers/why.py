"""/why, in reply to an answer: what was understood, found and weighed, short enough for a phone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.telegram.ui.context import answered
from bot.telegram.ui.operator_context import on_command
from bot.telegram.wire.markup import Run, line
from bot.views.job_report import MOST_TITLE, shortened
from bot.views.wording import evidence_name, title
from retrieval.explanation.explain import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.effects import Outcome
    from bot.telegram.ui.operator_context import Command, Room
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Block, Piece
    from bot.texts import Texts
    from retrieval.explanation.contributions import Contribution
    from retrieval.explanation.explain import Explanation, Judgement, PartExplanation

MOST_SHARES = 3
MOST_PASSAGES = 3
MOST_SENTENCE = 200  # characters


def handlers(room: Room) -> list[Handler]:
    """For the command."""
    return [on_command(room, "why", on_why)]


async def on_why(command: Command) -> Outcome:
    """Why an answer is as it is, worked out anew: what is published may have changed since."""
    room, said = command.room, command.texts.operating
    answer = await asyncio.to_thread(answered, room.database, command.message)
    question = answer.question if answer else command.words.text
    if not question:
        return command.say_line(said.why_how)
    asking = room.desk.answer_service
    explanation = await room.desk.think(asking.explain, question)
    is_changed = answer is not None and answer.generation != asking.generation
    quoted = (reading.judgement.citation for reading in explanation.readings if reading.judgement)
    named = (one.passage.ref.article for one in explanation.passages[:MOST_PASSAGES])
    cites = (*(citation.passage.ref.article for citation in quoted), *named)
    return command.say(list(_pieces(explanation, is_changed, command.texts)), cites=cites)


def _pieces(explanation: Explanation, is_changed: bool, texts: Texts) -> Iterator[Piece]:
    said = texts.operating
    heading = line(Run(said.why_heading.format(question=explanation.question), is_bold=True))
    yield (heading, line(said.why_changed)) if is_changed else (heading,)
    for reading in explanation.readings:
        yield tuple(_reading(reading, texts))
    if explanation.passages:
        yield line(said.why_passages), *_passages(explanation, texts)
    else:
        yield (line(said.why_none),)
    for reading in explanation.readings:
        if reading.judgement:
            yield tuple(_judgement(reading.judgement, texts))


def _reading(reading: PartExplanation, texts: Texts) -> Iterator[Block]:
    said = texts.operating
    yield line(said.why_part.format(text=reading.part.text, kind=texts.kinds[reading.part.kind]))
    words = [word.text for word in reading.words if word.role is Role.CONTENT]
    yield line(said.why_words.format(words=texts.separator.join(words)))


def _passages(explanation: Explanation, texts: Texts) -> Iterator[Block]:
    for number, one in enumerate(explanation.passages[:MOST_PASSAGES], 1):
        yield line(
            texts.operating.why_passage.format(
                number=number,
                score=f"{one.score:.1f}",
                title=shortened(title(one.passage.article, texts), MOST_TITLE),
                paragraph=one.passage.ref.number,
            )
        )


def _judgement(judgement: Judgement, texts: Texts) -> Iterator[Block]:
    said, best = texts.operating, judgement.sentences[0]
    passage = best.sentence.passage
    yield line(said.why_sentence.format(score=f"{best.score:.2f}"))
    quote = passage.text[best.sentence.start : best.sentence.end].strip()
    yield line(shortened(quote, MOST_SENTENCE), is_quotation=True)
    names = [texts.features.get(one.feature, one.feature) for one in best.contributions]
    yield line(said.why_shares.format(shares=_shares(names, best.contributions, texts)))
    odds = sorted((*judgement.odds.shares, *judgement.odds.penalties), key=lambda one: -abs(one.amount))
    names = [evidence_name(one.feature, texts) for one in odds]
    yield line(said.why_odds.format(shares=_shares(names, odds, texts)))
    yield line(
        said.why_confidence.format(
            confidence=f"{judgement.confidence:.2f}",
            threshold=f"{judgement.threshold:.2f}",
            verdict=texts.verdicts[judgement.verdict],
        )
    )
    if judgement.missing:
        yield line(said.why_missing.format(missing=texts.separator.join(judgement.missing)))


def _shares(names: Sequence[str], shares: Sequence[Contribution], texts: Texts) -> str:
    told = (
        texts.operating.share.format(name=name, amount=f"{one.amount:+.2f}")
        for name, one in zip(names, shares, strict=True)
    )
    return texts.separator.join(list(told)[:MOST_SHARES])
