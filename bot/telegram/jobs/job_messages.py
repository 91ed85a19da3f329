"""What a job came to, as messages: a report that reads well on a phone, and its next step as a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.jobs import JobEnd, JobKind
from bot.domain.messages import OutgoingMessage
from bot.store import moderation
from bot.store.queue import outbox
from bot.telegram.ui.context import ROOM
from bot.telegram.ui.operator_context import button
from bot.telegram.wire.markup import Run, line, messages
from bot.telegram.wire.payload import Act, Keyboard, Payload
from bot.texts import Language, texts
from bot.views.job_report import report_sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.jobs import Job
    from bot.service.publishing.report import JobReport
    from bot.store.db.database import Database
    from bot.texts import Texts

MOST_SHOWN = 8  # of each list; a phone shows some twenty lines


@dataclass(frozen=True, slots=True)
class Phrasing:
    """What is said when a job ends: where it was asked for, or to all operators where nobody asked.

    Attributes:
        operators: in the settings.
    """

    database: Database
    operators: Sequence[int]

    def __call__(self, job: Job, end: JobEnd, report: JobReport) -> tuple[OutgoingMessage, ...]:
        """The messages; reads the store."""
        said, chat_id = texts(Language(job.request.language)), job.request.actor.chat_id
        with self.database.reading() as connection:
            if chat_id is not None:
                row = outbox.row_of(connection, job.request.message_key or "")
                return last_messages(job, chat_id, row, end, report, said)
            appointed = [one.person_id for one in moderation.appointed(connection)]
        if job.request.kind is not JobKind.SCHEDULED or end is JobEnd.UNCHANGED:
            return ()
        everybody = dict.fromkeys((*self.operators, *appointed))
        return tuple(one for chat in everybody for one in last_messages(job, chat, None, end, report, said))


def last_messages(
    job: Job, chat_id: int, row: int | None, end: JobEnd, report: JobReport, texts: Texts
) -> tuple[OutgoingMessage, ...]:
    """The report in place of the message that told how far the job was, and below it what does not fit.

    Args:
        job: it.
        chat_id: where it is told.
        row: of the outbox, whose message is changed; None where nothing was said there before.
        end: how it ended.
        report: what it came to.
        texts: in the language of who asked.
    """
    sections = report_sections(report, end, texts, MOST_SHOWN)
    pieces = [(line(Run(one.heading, is_bold=True)), *map(line, one.lines)) for one in sections]
    shown = messages(pieces, ROOM)
    keyboard = next_steps(job, end, report, texts)
    return tuple(
        OutgoingMessage(
            chat_id=chat_id,
            payload=Payload(
                act=Act.EDIT if row is not None and number == 0 else Act.SEND,
                html=told,
                keyboard=keyboard if number == len(shown) - 1 else (),
                thread_id=job.request.thread_id,
            ).dump(),
            edits=row if number == 0 else None,
        )
        for number, told in enumerate(shown)
    )


def next_steps(job: Job, end: JobEnd, report: JobReport, texts: Texts) -> Keyboard:
    """What an operator does next."""
    said = texts.operating
    history = button(said.button_generations, "generations")
    publish = button(said.button_publish, "reload")
    match end:
        case JobEnd.HELD:
            anyway = button(said.button_publish_anyway, "publish", job.id)
            return ((anyway, button(said.button_drop, "drop", job.id)),)
        case JobEnd.FAILED:
            return ((button(said.button_check_again, "check"), history),)
    if report.kind is JobKind.CHECK:
        is_new = any(report.count(name) for name in ("added", "corrected", "removed", "moved"))
        return ((publish, history),) if is_new else ((history,),)
    if report.kind is JobKind.ROLLBACK:
        return ((publish, history),)
    return ((button(said.button_check_again, "check"), history),) if report.problems else ((history,),)
