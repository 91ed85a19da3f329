"""The messages at the end of a job: a report short enough for a phone, with buttons for the next steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.jobs import JobEnd, JobKind
from bot.domain.messages import OutgoingMessage
from bot.store import moderation
from bot.store.queue import outbox
from bot.telegram.ui.callback_data import operator_button
from bot.telegram.ui.reply import ROOM
from bot.telegram.wire.markup import Run, line, messages
from bot.telegram.wire.payload import Act, Keyboard, Payload
from bot.texts import Language, texts_in
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
    """Makes the messages that report the end of a job: to the chat that asked for it; by schedule, to all operators."""

    database: Database
    #: ids of those named in the settings
    operators: Sequence[int]

    def __call__(self, job: Job, end: JobEnd, report: JobReport) -> tuple[OutgoingMessage, ...]:
        """Return the messages that report how a job ended; reads the store.

        A job that was asked for in a chat is reported there. A scheduled job is reported in a private chat to each
        operator of the settings or appointed by another one, unless it changed nothing. Any other job, such as one of
        the command line, is not reported: empty.

        Raises:
            SQLAlchemyError: the store cannot be read.
        """
        texts, chat_id = texts_in(Language(job.request.language)), job.request.actor.chat_id
        with self.database.reading() as connection:
            if chat_id is not None:
                row = outbox.row_of(connection, job.request.message_key or "")
                return last_messages(job, chat_id, row, end, report, texts)
            appointed = [operator.person_id for operator in moderation.list_operators(connection)]
        if job.request.kind is not JobKind.SCHEDULED or end is JobEnd.UNCHANGED:
            return ()
        chats = dict.fromkeys((*self.operators, *appointed))
        return tuple(message for chat in chats for message in last_messages(job, chat, None, end, report, texts))


def last_messages(
    job: Job, chat_id: int, row: int | None, end: JobEnd, report: JobReport, texts: Texts
) -> tuple[OutgoingMessage, ...]:
    """Return the report of a job as messages: as many as its length needs, the last one with buttons (`next_steps`).

    The first one replaces the message that showed the progress, if there was one. Of each list at most MOST_SHOWN
    entries are shown.

    Args:
        job: the job.
        chat_id: where it is reported.
        row: the row of the outbox with the message that showed the progress; None if there was none.
        end: how the job ended.
        report: what it found and did.
        texts: in the language of whoever asked for it.
    """
    sections = report_sections(report, end, texts, MOST_SHOWN)
    pieces = [(line(Run(section.heading, is_bold=True)), *map(line, section.lines)) for section in sections]
    shown = messages(pieces, ROOM)
    keyboard = next_steps(job, end, report, texts)
    return tuple(
        OutgoingMessage(
            chat_id=chat_id,
            payload=Payload(
                act=Act.EDIT if row is not None and number == 0 else Act.SEND,
                html=html,
                keyboard=keyboard if number == len(shown) - 1 else (),
                thread_id=job.request.thread_id,
            ).dump(),
            edits=row if number == 0 else None,
        )
        for number, html in enumerate(shown)
    )


def next_steps(job: Job, end: JobEnd, report: JobReport, texts: Texts) -> Keyboard:
    """Return the buttons for what an operator may do next, in one row.

    They are those of the first case that applies:

        the job is held                             publish anyway, drop
        the job failed                              check again, list the generations
        a check found changes                       publish the folder, list the generations
        a rollback ended                            publish the folder, list the generations
        a load or reload ended, and found problems  check again, list the generations
        any other end                               list the generations
    """
    operating = texts.operating
    history = operator_button(operating.button_generations, "generations")
    publish = operator_button(operating.button_publish, "reload")
    match end:
        case JobEnd.HELD:
            anyway = operator_button(operating.button_publish_anyway, "publish", job.id)
            return ((anyway, operator_button(operating.button_drop, "drop", job.id)),)
        case JobEnd.FAILED:
            return ((operator_button(operating.button_check_again, "check"), history),)
    if report.kind is JobKind.CHECK:
        is_new = any(report.count(name) for name in ("added", "corrected", "removed", "moved"))
        return ((publish, history),) if is_new else ((history,),)
    if report.kind is JobKind.ROLLBACK:
        return ((publish, history),)
    return ((operator_button(operating.button_check_again, "check"), history),) if report.problems else ((history,),)
