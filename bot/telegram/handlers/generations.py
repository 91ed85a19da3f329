"""/generations and /rollback: what was published, and the way back to it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome
from bot.domain.jobs import JobKind
from bot.store.publishing import generation_table
from bot.telegram.jobs.request import ask_for
from bot.telegram.ui.callbacks import acknowledge
from bot.telegram.ui.context import reply
from bot.telegram.ui.operator_context import button, on_command, on_press
from bot.telegram.wire.markup import line
from bot.views.job_report import stamp

if TYPE_CHECKING:
    from bot.domain.jobs import Generation
    from bot.telegram.ui.operator_context import Command, Operation, Room
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.payload import Keyboard
    from bot.texts import Texts


def handlers(room: Room) -> list[Handler]:
    """For both commands and their buttons."""
    return [
        on_command(room, "generations", on_generations),
        on_command(room, "rollback", on_rollback),
        on_press(room, "generations", on_list),
        on_press(room, "rollback", on_choice),
        on_press(room, "rollback-sure", on_sure),
    ]


async def on_generations(command: Command) -> Outcome:
    """What was published, with a button for each that can be gone back to."""
    told, keyboard = await _listed(command.room, command.texts)
    return command.say_line(told, keyboard)


async def on_list(operation: Operation) -> Outcome:
    """The same, by a button; in a message of its own, because reports are kept."""
    await acknowledge(operation.query)
    told, keyboard = await _listed(operation.room, operation.texts)
    return Outcome(messages=reply(operation.words, [(line(told),)], keyboard))


async def on_rollback(command: Command) -> Outcome:
    """Ask whether to go back: to the generation given, else to the one before."""
    kept = await asyncio.to_thread(_kept, command.room)
    asked = command.words.text.strip().lstrip("#第").rstrip("代").strip()
    if _number(asked):
        number = _number(asked)
    elif len(kept) > 1 and not asked:
        number = kept[1].number
    else:
        told, keyboard = await _listed(command.room, command.texts)
        return command.say_line(told, keyboard)
    told, keyboard = _question(kept, number, command)
    return command.say_line(told, keyboard)


async def on_choice(operation: Operation) -> Outcome:
    """Ask whether to go back to the one that was chosen."""
    await acknowledge(operation.query)
    kept = await asyncio.to_thread(_kept, operation.room)
    told, keyboard = _question(kept, _number(operation.argument), operation)
    return Outcome(messages=reply(operation.words, [(line(told),)], keyboard))


async def on_sure(operation: Operation) -> Outcome:
    """Go back."""
    await acknowledge(operation.query)
    kept, number = await asyncio.to_thread(_kept, operation.room), _number(operation.argument)
    if number not in [one.number for one in kept]:
        told, keyboard = _question(kept, number, operation)
        return Outcome(messages=reply(operation.words, [(line(told),)], keyboard))
    outcome = ask_for(operation, JobKind.ROLLBACK, target=number)
    return replace(outcome, messages=(operation.decided(operation.texts.operating.decided_rollback), *outcome.messages))


def _number(argument: str) -> int:
    """A generation's number; 0, which none has, where it is none."""
    return int(argument) if re.fullmatch(r"[0-9]{1,9}", argument, re.ASCII) else 0


def _kept(room: Room) -> list[Generation]:
    with room.database.reading() as connection:
        return generation_table.kept(connection)


async def _listed(room: Room, texts: Texts) -> tuple[str, Keyboard]:
    said, kept = texts.operating, await asyncio.to_thread(_kept, room)
    if not kept:
        return said.no_generations, ((button(said.button_reload, "reload"),),)
    serving, *others = kept
    entries = "\n\n".join(_entry(one, serving, room, texts) for one in kept)
    told = f"{said.generations.format(kept=room.place.kept)}\n\n{entries}"
    if serving.kind is JobKind.ROLLBACK:
        told += f"\n\n{said.behind_folder}"
    rows = [(button(said.button_rollback.format(number=one.number), "rollback", one.number),) for one in others]
    return told, (*rows, (button(_next(serving, texts), "reload"),))


def _next(serving: Generation, texts: Texts) -> str:
    return texts.operating.button_publish if serving.kind is JobKind.ROLLBACK else texts.operating.button_reload


def _entry(one: Generation, serving: Generation, room: Room, texts: Texts) -> str:
    said, zone = texts.operating, room.zone
    kind = texts.job_kinds[one.kind]
    head = said.generation.format(number=one.number, time=stamp(one.made_at, zone), kind=kind, actor=one.actor)
    same = [said.generation_origin.format(origin=one.origin)] if one.origin else []
    totals = said.totals.format(**one.counts)
    counts = said.counts.format(**one.counts)
    mark = said.generation_serving if one == serving else ""
    return "\n".join(filter(None, (f"{head}{mark}", totals, " · ".join((counts, *same)))))


def _question(kept: list[Generation], number: int, asked: Command | Operation) -> tuple[str, Keyboard]:
    """Whether to go back, with the buttons that answer it; or why one can't."""
    said = asked.texts.operating
    found = next((one for one in kept if one.number == number), None)
    history = ((button(said.button_generations, "generations"),),)
    if found is None:
        return said.no_such_generation.format(number=number), history
    if found == kept[0]:
        return said.is_serving.format(number=number), history
    told = said.ask_rollback.format(
        number=number, time=stamp(found.made_at, asked.room.zone), articles=found.counts["articles"]
    )
    sure = button(said.button_rollback_sure.format(number=number), "rollback-sure", number)
    return told, ((sure,), (button(said.button_cancel, "cancel"),))
