"""/operators and /audit: who may operate, and what was done."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.effects import SetOperator
from bot.store import moderation
from bot.telegram.ui.callback_data import Feature, operator_button
from bot.telegram.ui.guards import Guard, on_button, on_command
from bot.telegram.wire.markup import line
from bot.views.job_report import shortened, stamp
from bot.views.wording import visible

if TYPE_CHECKING:
    from bot.domain.effects import Outcome
    from bot.domain.jobs import AuditEntry, Operator
    from bot.store.db.database import Connection
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Piece

PAGE = 15  # entries of the audit log
MOST_DETAIL = 60  # characters of an entry, so that a page fits into one message
MOST_BUTTONS = 50  # Telegram takes 100
_PERSON = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of both commands and of their buttons."""
    button = partial(on_button, context, Feature.OPERATE, guard=Guard.OPERATOR)
    return [
        on_command(context, "operators", on_operators, Guard.OPERATOR),
        on_command(context, "audit", on_audit, Guard.OPERATOR),
        button("dismiss", on_choice),
        button("dismiss-sure", on_sure),
        button("audit", on_audit),
    ]


async def on_operators(request: Request) -> Outcome:
    """List the operators; with an id behind the command, appoint that person.

    Anything but a positive id of up to 15 digits, and who is an operator already, is only replied to.
    """
    texts, asked = request.texts.operating, request.argument
    if not asked:
        return await _list(request)
    if not _PERSON.fullmatch(asked):
        return request.reply(texts.operators_bad.format(found=asked[:40]))
    person = int(asked)
    if await request.context.may_operate(person):
        return request.reply(texts.operator_is.format(person=person))
    appoint = SetOperator(person, "", request.actor.name)
    return request.reply(texts.operator_new.format(person=person), effects=(appoint,))


async def _list(request: Request) -> Outcome:
    """Reply with the operators; the first MOST_BUTTONS of those that were appointed have a button to dismiss them."""
    texts, appointed = request.texts.operating, await request.context.read(moderation.list_operators)
    lines = [texts.operator_set.format(person=person) for person in request.context.operators]
    lines += [_line(operator, request) for operator in appointed]
    ids = [operator.person_id for operator in appointed[:MOST_BUTTONS]]
    rows = tuple((operator_button(texts.button_dismiss.format(person=person), "dismiss", person),) for person in ids)
    return request.reply([(line(texts.operators), *map(line, lines)), (line(texts.operators_how),)], rows)


def _line(operator: Operator, request: Request) -> str:
    """Return a line about an operator who was appointed."""
    text = request.texts.operating.operator_added.format(
        name=operator.name,
        person=operator.person_id,
        actor=operator.actor,
        time=stamp(operator.added_at, request.context.zone),
    )
    return " ".join(text.split())


async def on_choice(request: Request) -> Outcome:
    """Ask whether to dismiss the person that the button carries."""
    texts, person = request.texts.operating, request.argument
    if not _PERSON.fullmatch(person):
        return await request.refuse(texts.gone_press)
    await request.acknowledge()
    sure = operator_button(texts.button_dismiss_sure.format(person=person), "dismiss-sure", person)
    keyboard = ((sure,), (operator_button(texts.button_cancel, "cancel"),))
    return request.edit(texts.ask_dismiss.format(person=person), keyboard)


async def on_sure(request: Request) -> Outcome:
    """Dismiss an operator; say so if the settings name that person, who stays, or it is no operator any more."""
    texts = request.texts.operating
    person = int(request.argument) if _PERSON.fullmatch(request.argument) else 0
    if person in request.context.operators:
        await request.acknowledge()
        return request.edit(texts.operator_fixed.format(person=person))
    appointed = await request.context.read(moderation.list_operators)
    if person not in [operator.person_id for operator in appointed]:
        return await request.refuse(texts.settled)
    await request.acknowledge()
    dismiss = SetOperator(person, "", request.actor.name, is_operator=False)
    return request.edit(texts.operator_gone.format(person=person), effects=(dismiss,))


async def on_audit(request: Request) -> Outcome:
    """Show the page of the audit log that the button carries, else the latest entries; the latest come first.

    The command is replied to; a button turns the page in its message.
    """
    await request.acknowledge()
    texts = request.texts.operating
    is_page = request.query and re.fullmatch(r"[0-9]{1,6}", request.argument, re.ASCII)
    entries, page, pages = await request.context.read(_page, int(request.argument) if is_page else 1)
    lines = [_entry(entry, request) for entry in entries] or [texts.audit_none]
    turns = ((page - 1, texts.button_newer), (page + 1, texts.button_older))
    row = tuple(operator_button(label, "audit", number) for number, label in turns if 1 <= number <= pages)
    piece: Piece = (line(texts.audit.format(page=page, pages=pages)), *map(line, lines))
    return request.say([piece], (row,) if row else ())


def _page(connection: Connection, page: int) -> tuple[list[AuditEntry], int, int]:
    """Return the entries of a page, the latest first, its number from 1, and how many pages there are.

    A page out of range is the nearest one.
    """
    pages = max(1, -(-moderation.count_entries(connection) // PAGE))
    page = min(max(page, 1), pages)
    return moderation.entries(connection, PAGE, (page - 1) * PAGE), page, pages


def _entry(entry: AuditEntry, request: Request) -> str:
    """Return a line of the audit log: time, actor, action with the beginning of its detail, and how it ended."""
    texts = request.texts
    kinds = {kind.value: word for kind, word in texts.job_kinds.items()}
    action = kinds.get(entry.action) or texts.actions.get(entry.action) or f"/{entry.action}"
    return texts.operating.audit_entry.format(
        time=stamp(entry.at, request.context.zone) if entry.at else "",
        actor=visible(" ".join(entry.actor.name.split())),
        action=visible(" ".join(filter(None, (action, shortened(entry.detail, MOST_DETAIL))))),
        end=texts.job_ends[entry.end],
    )
