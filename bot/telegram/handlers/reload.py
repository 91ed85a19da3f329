"""/reload and /check, and the buttons that decide what becomes of what was held back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, ResolveHeldJob
from bot.domain.jobs import JobEnd, JobKind
from bot.store.queue import job_queue
from bot.telegram.jobs.request import ask_for
from bot.telegram.ui.callbacks import acknowledge
from bot.telegram.ui.operator_context import on_command, on_press

if TYPE_CHECKING:
    from bot.domain.jobs import Job
    from bot.telegram.ui.operator_context import Command, Operation, Room
    from bot.telegram.wire.handler_types import Handler


def handlers(room: Room) -> list[Handler]:
    """For both commands and their buttons."""
    return [
        on_command(room, "reload", on_reload),
        on_command(room, "check", on_check),
        on_press(room, "reload", on_reload_again),
        on_press(room, "check", on_check_again),
        on_press(room, "publish", on_publish),
        on_press(room, "drop", on_drop),
        on_press(room, "cancel", on_cancel),
    ]


async def on_reload(command: Command) -> Outcome:
    """Publish what is in the folder."""
    return ask_for(command, JobKind.RELOAD)


async def on_check(command: Command) -> Outcome:
    """What a reload would do."""
    return ask_for(command, JobKind.CHECK)


async def on_reload_again(operation: Operation) -> Outcome:
    """The same, by a button."""
    await acknowledge(operation.query)
    return ask_for(operation, JobKind.RELOAD)


async def on_check_again(operation: Operation) -> Outcome:
    """The same, by a button."""
    await acknowledge(operation.query)
    return ask_for(operation, JobKind.CHECK)


async def on_publish(operation: Operation) -> Outcome:
    """Publish what was held back, if the folder still holds the same; else it is weighed anew."""
    job = await _held(operation)
    if job is None or job.report is None:
        return Outcome()
    await acknowledge(operation.query)
    outcome = ask_for(
        operation,
        JobKind.RELOAD,
        approved=(str(job.report["name"]),),
        settle=ResolveHeldJob(job.id, JobEnd.DONE),
    )
    return replace(outcome, messages=(operation.decided(operation.texts.operating.decided_publish), *outcome.messages))


async def on_drop(operation: Operation) -> Outcome:
    """Leave what is published as it is."""
    job = await _held(operation)
    if job is None:
        return Outcome()
    said = operation.texts.operating
    await acknowledge(operation.query, said.cancelled)
    return Outcome(
        messages=(operation.decided(operation.texts.operating.decided_drop),),
        deeds=(ResolveHeldJob(job.id, JobEnd.DROPPED),),
    )


async def on_cancel(operation: Operation) -> Outcome:
    """What was asked is not done."""
    told = operation.texts.operating.cancelled
    await acknowledge(operation.query, told)
    return Outcome(messages=(operation.turn(told),))


async def _held(operation: Operation) -> Job | None:
    """The job that a button decides; None, and told so, where somebody has decided before."""
    job = await asyncio.to_thread(_job, operation)
    if job is None or job.end is not JobEnd.HELD:
        await acknowledge(operation.query, operation.texts.operating.settled)
        return None
    return job


def _job(operation: Operation) -> Job | None:
    if not operation.argument.isascii() or not operation.argument.isdigit() or len(operation.argument) > 15:
        return None
    with operation.room.database.reading() as connection:
        return job_queue.get(connection, int(operation.argument))
