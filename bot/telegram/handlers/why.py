"""/why, in reply to an answer: how the question was read, what was found and how it was weighed, short for a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.ui.guards import Guard, on_command
from bot.telegram.ui.replied_to import answer_replied_to
from bot.telegram.wire.markup import Run, line
from bot.views.job_report import MOST_TITLE, shortened
from bot.views.wording import evidence_name, feature_name, title
from retrieval.explanation.explain import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.domain.effects import Outcome
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Block, Piece
    from bot.texts import Texts
    from retrieval.explanation.contributions import Contribution
    from retrieval.explanation.explain import Explanation, Judgement

MOST_CONTRIBUTIONS = 3  # named of a score
MOST_PASSAGES = 3
MOST_SENTENCE = 200  # characters


def handlers(context: Context) -> list[Handler]:
    """Return the handler of /why."""
    return [on_command(context, "why", on_why, Guard.OPERATOR)]


async def on_why(request: Request) -> Outcome:
    """Explain the answer replied to, else the answer to the question that follows the command; else say how to use it.

    The answer is worked out anew from all articles. The reply says so if another generation is published now.
    """
    context, words = request.context, request.texts.operating
    answer = await context.read(answer_replied_to, request.message) if request.message else None
    question = answer.question if answer else request.argument
    if not question:
        return request.reply(words.why_how)
    service = context.answer_service
    explanation = await context.think(service.explain, question)
    is_changed = answer is not None and answer.generation != service.generation
    quoted = [part.judgement.citation.passage for part in explanation.parts if part.judgement]
    listed = [scored.passage for scored in explanation.passages[:MOST_PASSAGES]]
    cites = tuple(passage.ref.article for passage in (*quoted, *listed))
    return request.reply(list(explanation_pieces(explanation, is_changed, request.texts)), cites=cites)


def explanation_pieces(explanation: Explanation, is_changed: bool, texts: Texts) -> Iterator[Piece]:
    """Yield the question, how each part is read, the best passages, and how each part's best sentence is weighed.

    Args:
        explanation: of the question as a whole.
        is_changed: other articles are published than when it was answered; a line says so.
        texts: in the reader's language.
    """
    words = texts.operating
    heading = line(Run(words.why_heading.format(question=explanation.query.question), is_bold=True))
    yield (heading, line(words.why_changed)) if is_changed else (heading,)
    for part in explanation.parts:
        content = texts.separator.join(word.text for word in part.words if word.role is Role.CONTENT)
        yield (
            line(words.why_part.format(text=part.question.text, kind=texts.kinds[part.question.kind])),
            line(words.why_words.format(words=content)),
        )
    if explanation.passages:
        yield line(words.why_passages), *_passages(explanation, texts)
    else:
        yield (line(words.why_none),)
    for part in explanation.parts:
        if part.judgement:
            yield tuple(_judgement(part.judgement, texts))


def _passages(explanation: Explanation, texts: Texts) -> Iterator[Block]:
    """Yield the first MOST_PASSAGES passages, a line each: score, title and paragraph."""
    for number, scored in enumerate(explanation.passages[:MOST_PASSAGES], 1):
        passage = scored.passage
        yield line(
            texts.operating.why_passage.format(
                number=number,
                score=f"{scored.score:.1f}",
                title=shortened(title(passage.article, texts), MOST_TITLE),
                paragraph=passage.ref.number,
            )
        )


def _judgement(judgement: Judgement, texts: Texts) -> Iterator[Block]:
    """Yield the best sentence for a part, and what its score and its confidence are made of."""
    words, best, odds = texts.operating, judgement.sentences[0], judgement.odds
    yield line(words.why_sentence.format(score=f"{best.score:.2f}"))
    yield line(shortened(best.quote.strip(), MOST_SENTENCE), is_quotation=True)
    yield line(words.why_shares.format(shares=_largest(best.contributions, feature_name, texts)))
    evidence = (*odds.contributions, *odds.penalties)
    yield line(words.why_odds.format(shares=_largest(evidence, evidence_name, texts)))
    numbers = {"confidence": f"{judgement.confidence:.2f}", "threshold": f"{judgement.threshold:.2f}"}
    yield line(words.why_confidence.format(**numbers, verdict=texts.verdicts[judgement.verdict]))
    if judgement.missing:
        yield line(words.why_missing.format(missing=texts.separator.join(judgement.missing)))


def _largest(contributions: Iterable[Contribution], label: Callable[[str, Texts], str], texts: Texts) -> str:
    """Return the MOST_CONTRIBUTIONS largest contributions by absolute amount, with their amounts, in one line."""
    largest = sorted(contributions, key=lambda each: -abs(each.amount))[:MOST_CONTRIBUTIONS]
    share = texts.operating.share
    return texts.separator.join(
        share.format(name=label(each.feature, texts), amount=f"{each.amount:+.2f}") for each in largest
    )
