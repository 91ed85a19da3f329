"""/generations and /rollback: what was published, and the way back to it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.jobs import JobKind
from bot.store.publishing import generation_table
from bot.telegram.jobs.enqueue import enqueue_job
from bot.telegram.ui.callback_data import Feature, operator_button
from bot.telegram.ui.guards import Guard, on_button, on_command
from bot.views.job_report import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.effects import Outcome
    from bot.domain.jobs import Generation
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of both commands and of their buttons."""
    button = partial(on_button, context, Feature.OPERATE, guard=Guard.OPERATOR)
    return [
        on_command(context, "generations", on_generations, Guard.OPERATOR),
        on_command(context, "rollback", on_rollback, Guard.OPERATOR),
        button("generations", on_generations),
        button("rollback", on_choice),
        button("rollback-sure", on_sure),
    ]


async def on_generations(request: Request) -> Outcome:
    """List what was published, the newest first, with a button for each that can be rolled back to.

    Always in a new message, for the list's button is below reports, which must stay.
    """
    await request.acknowledge()
    return _list(request, await request.context.read(generation_table.kept))


async def on_rollback(request: Request) -> Outcome:
    """Ask whether to roll back: to the generation given (3, #3 or 第3代), else to the one before the served one.

    List them where the text is no number, or there is no earlier one.
    """
    kept = await request.context.read(generation_table.kept)
    asked = request.argument.lstrip("#第").rstrip("代").strip()
    if number := _number(asked):
        return _ask(request, kept, number)
    return _ask(request, kept, kept[1].number) if len(kept) > 1 and not asked else _list(request, kept)


async def on_choice(request: Request) -> Outcome:
    """Ask in a new message whether to roll back to the generation that the button carries."""
    await request.acknowledge()
    return _ask(request, await request.context.read(generation_table.kept), _number(request.argument))


async def on_sure(request: Request) -> Outcome:
    """Enqueue the rollback, and note the decision in place of the question.

    If the generation is no longer kept, say so. If another job is open, the question stays, and the reply says so.
    """
    await request.acknowledge()
    kept, number = await request.context.read(generation_table.kept), _number(request.argument)
    if number not in [generation.number for generation in kept]:
        return _ask(request, kept, number)
    outcome = enqueue_job(request, JobKind.ROLLBACK, target=number)
    decision = request.decided(request.texts.operating.decided_rollback)
    return replace(outcome, messages=(*decision.messages, *outcome.messages))


def _number(text: str) -> int:
    """Return a generation's number from up to 9 digits; 0, which none has, for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else 0


def _list(request: Request, kept: Sequence[Generation]) -> Outcome:
    """Reply with the generations: the first is served, each other one has a button; one more publishes the folder."""
    texts = request.texts.operating
    if not kept:
        return request.reply(texts.no_generations, ((operator_button(texts.button_reload, "reload"),),))
    serving, *others = kept
    is_rolled_back = serving.kind is JobKind.ROLLBACK
    entries = (_entry(request, generation, is_serving=generation is serving) for generation in kept)
    paragraphs = [texts.generations.format(kept=request.context.place.kept), *entries]
    paragraphs += [texts.behind_folder] if is_rolled_back else []
    rows = [
        (operator_button(texts.button_rollback.format(number=other.number), "rollback", other.number),)
        for other in others
    ]
    publish = operator_button(texts.button_publish if is_rolled_back else texts.button_reload, "reload")
    return request.reply("\n\n".join(paragraphs), (*rows, (publish,)))


def _entry(request: Request, generation: Generation, *, is_serving: bool) -> str:
    """Return the lines about a generation: number, time, kind, who published it, totals and changes."""
    texts, counts = request.texts.operating, generation.counts
    heading = texts.generation.format(
        number=generation.number,
        time=stamp(generation.made_at, request.context.zone),
        kind=request.texts.job_kinds[generation.kind],
        actor=generation.actor,
    )
    changes = [texts.counts.format(**counts)]
    changes += [texts.generation_origin.format(origin=generation.origin)] if generation.origin else []
    mark = texts.generation_serving if is_serving else ""
    return "\n".join(filter(None, (f"{heading}{mark}", texts.totals.format(**counts), " · ".join(changes))))


def _ask(request: Request, kept: Sequence[Generation], number: int) -> Outcome:
    """Ask whether to roll back, with buttons for the answer; or say that it is not kept, or served already."""
    texts = request.texts.operating
    chosen = next((generation for generation in kept if generation.number == number), None)
    history = ((operator_button(texts.button_generations, "generations"),),)
    if chosen is None:
        return request.reply(texts.no_such_generation.format(number=number), history)
    if chosen is kept[0]:
        return request.reply(texts.is_serving.format(number=number), history)
    time = stamp(chosen.made_at, request.context.zone)
    text = texts.ask_rollback.format(number=number, time=time, articles=chosen.counts["articles"])
    sure = operator_button(texts.button_rollback_sure.format(number=number), "rollback-sure", number)
    return request.reply(text, ((sure,), (operator_button(texts.button_cancel, "cancel"),)))
