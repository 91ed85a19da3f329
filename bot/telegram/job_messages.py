"""What a job came to, as messages: a report that reads well on a phone, and its next step as a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.reporting import report_sections
from bot.store.model import Outgoing
from bot.store.operations import JobEnd, JobKind
from bot.telegram.desk import ROOM
from bot.telegram.markup import Run, line, messages
from bot.telegram.operator import button
from bot.telegram.payload import Act, Keyboard, Payload

if TYPE_CHECKING:
    from bot.service.report import Report
    from bot.store.operations import Job
    from bot.texts import Texts

MOST_SHOWN = 8  # of each list; a phone shows some twenty lines


def last_messages(job: Job, row: int | None, end: JobEnd, report: Report, texts: Texts) -> tuple[Outgoing, ...]:
    """The report in place of the message that told how far the job was, and below it what does not fit.

    Args:
        job: it.
        row: of the outbox, whose message is changed; None where it is not known any more.
        end: how it ended.
        report: what it came to.
        texts: in the language of who asked.
    """
    chat_id = job.request.actor.chat_id
    return () if chat_id is None else _messages(job, chat_id, row, end, report, texts)


def new_messages(job: Job, chat_id: int, end: JobEnd, report: Report, texts: Texts) -> tuple[Outgoing, ...]:
    """The report in a chat where nothing was said of the job before."""
    return _messages(job, chat_id, None, end, report, texts)


def _messages(
    job: Job, chat_id: int, row: int | None, end: JobEnd, report: Report, texts: Texts
) -> tuple[Outgoing, ...]:
    sections = report_sections(report, end, texts, MOST_SHOWN)
    pieces = [(line(Run(one.heading, is_bold=True)), *map(line, one.lines)) for one in sections]
    shown = messages(pieces, ROOM)
    keyboard = next_steps(job, end, report, texts)
    return tuple(
        Outgoing(
            chat_id,
            Payload(
                Act.EDIT if row is not None and number == 0 else Act.SEND,
                told,
                keyboard if number == len(shown) - 1 else (),
                thread_id=job.request.thread_id,
            ).dump(),
            edits=row if number == 0 else None,
        )
        for number, told in enumerate(shown)
    )


def next_steps(job: Job, end: JobEnd, report: Report, texts: Texts) -> Keyboard:
    """What an operator does next."""
    said = texts.operating
    history = button(said["button-generations"], "generations")
    publish = button(said["button-publish"], "reload")
    match end:
        case JobEnd.HELD:
            anyway = button(said["button-publish-anyway"], "publish", job.id)
            return ((anyway, button(said["button-drop"], "drop", job.id)),)
        case JobEnd.FAILED:
            return ((button(said["button-check-again"], "check"), history),)
    if report.kind is JobKind.CHECK:
        is_new = any(report.count(name) for name in ("added", "corrected", "removed", "moved"))
        return ((publish, history),) if is_new else ((history,),)
    if report.kind is JobKind.ROLLBACK:
        return ((publish, history),)
    return ((button(said["button-check-again"], "check"), history),) if report.problems else ((history,),)
