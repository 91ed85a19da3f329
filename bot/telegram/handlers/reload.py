"""/reload and /check, and the buttons that decide what becomes of a job that was held back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, ResolveHeldJob
from bot.domain.jobs import JobEnd, JobKind
from bot.store.queue import job_queue
from bot.telegram.jobs.enqueue import enqueue_job
from bot.telegram.ui.callback_data import Feature
from bot.telegram.ui.guards import Guard, on_button, on_command

if TYPE_CHECKING:
    from bot.domain.jobs import Job
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.guards import Work
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of both commands and of the buttons."""
    jobs: dict[str, Work] = {"reload": partial(on_job, JobKind.RELOAD), "check": partial(on_job, JobKind.CHECK)}
    buttons: dict[str, Work] = {**jobs, "publish": on_publish, "drop": on_drop, "cancel": on_cancel}
    return [
        *(on_command(context, name, work, Guard.OPERATOR) for name, work in jobs.items()),
        *(on_button(context, Feature.OPERATE, verb, work, Guard.OPERATOR) for verb, work in buttons.items()),
    ]


async def on_job(kind: JobKind, request: Request) -> Outcome:
    """Enqueue a reload, which publishes what is in the folder, or a check of what that would do."""
    await request.acknowledge()
    return enqueue_job(request, kind)


async def on_publish(request: Request) -> Outcome:
    """Enqueue a reload that publishes what was held back, if the folder is unchanged since; else it is checked again.

    Nothing but a pop-up if the job was resolved before. If another job is open, the reply says so, and it stays held.
    """
    job = await _held_job(request)
    if job is None or job.report is None:
        return Outcome()
    await request.acknowledge()
    approved, resolve = (str(job.report["name"]),), ResolveHeldJob(job.id, JobEnd.DONE)
    outcome = enqueue_job(request, JobKind.RELOAD, approved=approved, resolve=resolve)
    decision = request.decided(request.texts.operating.decided_publish)
    return replace(outcome, messages=(*decision.messages, *outcome.messages))


async def on_drop(request: Request) -> Outcome:
    """Leave what is published as it is, and note the decision in the report; a pop-up if it was decided before."""
    job = await _held_job(request)
    if job is None:
        return Outcome()
    texts = request.texts.operating
    await request.acknowledge(texts.cancelled)
    return replace(request.decided(texts.decided_drop), effects=(ResolveHeldJob(job.id, JobEnd.DROPPED),))


async def on_cancel(request: Request) -> Outcome:
    """Replace the question above the pressed button by a note that nothing was changed, without buttons.

    A pop-up shows the same note. Nothing else is done.
    """
    text = request.texts.operating.cancelled
    await request.acknowledge(text)
    return request.edit(text)


async def _held_job(request: Request) -> Job | None:
    """Return the held job that a button carries, whose press is not acknowledged yet.

    None where it is unknown or somebody has resolved it before, which a pop-up says.
    """
    job = await request.context.read(job_queue.get, request.row) if request.row else None
    if job is None or job.end is not JobEnd.HELD:
        await request.acknowledge(request.texts.operating.settled)
        return None
    return job
