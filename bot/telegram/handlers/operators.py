"""/operators and /audit: who may operate, and what was done."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, SetOperator
from bot.store import moderation
from bot.telegram.ui.callbacks import acknowledge
from bot.telegram.ui.operator_context import button, on_command, on_press
from bot.telegram.wire.markup import line, messages
from bot.views.job_report import shortened, stamp
from bot.views.wording import visible

if TYPE_CHECKING:
    from bot.domain.jobs import AuditEntry, Operator
    from bot.telegram.ui.operator_context import Command, Operation, Room
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Piece
    from bot.telegram.wire.payload import Keyboard
    from bot.texts import Texts

PAGE = 15  # entries of the audit log
MOST_DETAIL = 60  # characters of each: a page is one message, whatever somebody typed
MOST_BUTTONS = 50  # Telegram takes 100
_PERSON = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)


def handlers(room: Room) -> list[Handler]:
    """For both commands and their buttons."""
    return [
        on_command(room, "operators", on_operators),
        on_command(room, "audit", on_audit),
        on_press(room, "dismiss", on_choice),
        on_press(room, "dismiss-sure", on_sure),
        on_press(room, "audit", on_page),
    ]


async def on_operators(command: Command) -> Outcome:
    """Who may operate; with a number behind it, that person may from now on."""
    said, asked = command.texts.operating, command.words.text.strip()
    if not asked:
        return await _listed(command)
    if not _PERSON.fullmatch(asked):
        return command.say_line(said.operators_bad.format(found=asked[:40]))
    person = int(asked)
    if await asyncio.to_thread(command.room.may_operate, person):
        return command.say_line(said.operator_is.format(person=person))
    appoint = SetOperator(person, "", command.actor.name)
    return command.say_line(said.operator_new.format(person=person), deeds=(appoint,))


async def _listed(command: Command) -> Outcome:
    said, appointed = command.texts.operating, await asyncio.to_thread(_appointed, command.room)
    lines = [said.operator_set.format(person=person) for person in command.room.operators]
    lines += [_line(one, command) for one in appointed]
    rows = tuple(
        (button(said.button_dismiss.format(person=one.person_id), "dismiss", one.person_id),)
        for one in appointed[:MOST_BUTTONS]
    )
    pieces: list[Piece] = [(line(said.operators), *map(line, lines)), (line(said.operators_how),)]
    return command.say(pieces, rows)


def _line(one: Operator, command: Command) -> str:
    facts = {"name": one.name, "person": one.person_id, "actor": one.actor}
    told = command.texts.operating.operator_added.format(**facts, time=stamp(one.added_at, command.room.zone))
    return " ".join(told.split())


async def on_choice(operation: Operation) -> Outcome:
    """Ask whether that one is meant."""
    said, person = operation.texts.operating, operation.argument
    if not _PERSON.fullmatch(person):
        await acknowledge(operation.query, said.gone_press)
        return Outcome()
    await acknowledge(operation.query)
    sure = button(said.button_dismiss_sure.format(person=person), "dismiss-sure", person)
    keyboard = ((sure,), (button(said.button_cancel, "cancel"),))
    return Outcome(messages=(operation.turn(said.ask_dismiss.format(person=person), keyboard),))


async def on_sure(operation: Operation) -> Outcome:
    """That person may not operate any more."""
    said, room = operation.texts.operating, operation.room
    person = int(operation.argument) if _PERSON.fullmatch(operation.argument) else 0
    appointed = await asyncio.to_thread(_appointed, room)
    if person in room.operators:
        await acknowledge(operation.query)
        return Outcome(messages=(operation.turn(said.operator_fixed.format(person=person)),))
    if all(one.person_id != person for one in appointed):
        await acknowledge(operation.query, said.settled)
        return Outcome()
    await acknowledge(operation.query)
    dismiss = SetOperator(person, "", operation.actor.name, is_operator=False)
    return Outcome(messages=(operation.turn(said.operator_gone.format(person=person)),), deeds=(dismiss,))


async def on_audit(command: Command) -> Outcome:
    """What was done, the latest first."""
    piece, keyboard = await asyncio.to_thread(_page, command.room, command.texts, 1)
    return command.say([piece], keyboard)


async def on_page(operation: Operation) -> Outcome:
    """Another page of it."""
    await acknowledge(operation.query)
    number = int(operation.argument) if re.fullmatch(r"[0-9]{1,6}", operation.argument, re.ASCII) else 1
    piece, keyboard = await asyncio.to_thread(_page, operation.room, operation.texts, number)
    return Outcome(messages=(operation.turn(messages([piece])[0], keyboard),))


def _page(room: Room, texts: Texts, number: int) -> tuple[Piece, Keyboard]:
    said = texts.operating
    with room.database.reading() as connection:
        pages = max(1, -(-moderation.count_entries(connection) // PAGE))
        number = min(max(number, 1), pages)
        found = moderation.entries(connection, PAGE, (number - 1) * PAGE)
    lines = [_entry(one, room, texts) for one in found] or [said.audit_none]
    turns = ((number - 1, said.button_newer), (number + 1, said.button_older))
    row = tuple(button(label, "audit", turned) for turned, label in turns if 1 <= turned <= pages)
    heading = said.audit.format(page=number, pages=pages)
    return (line(heading), *map(line, lines)), ((row,) if row else ())


def _entry(one: AuditEntry, room: Room, texts: Texts) -> str:
    kinds = {kind.value: word for kind, word in texts.job_kinds.items()}
    action = kinds.get(one.action) or texts.actions.get(one.action) or f"/{one.action}"
    told = visible(" ".join(filter(None, (action, shortened(one.detail, MOST_DETAIL)))))
    time = stamp(one.at, room.zone) if one.at else ""
    return texts.operating.audit_entry.format(
        time=time, actor=visible(" ".join(one.actor.name.split())), action=told, end=texts.job_ends[one.end]
    )


def _appointed(room: Room) -> list[Operator]:
    with room.database.reading() as connection:
        return moderation.appointed(connection)
