"""The commands that publish, or tell what would be published."""

from __future__ import annotations

import getpass
import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.backup_restore import open_database
from bot.cli.open_library import waiting_shown
from bot.cli.startup import begin, place_of, present, refuse
from bot.domain.jobs import Actor, JobEnd, JobKind, JobRequest
from bot.exit_codes import DONE, FAULTY, HELD, NO_STORE, CannotRun
from bot.service.heartbeat import utc_now
from bot.service.publishing.prepare import ANYTHING, PrepareOrder, prepare
from bot.service.publishing.publish import PublishService, order_of
from bot.settings import read_timezone
from bot.store.db.address import exists
from bot.store.queue import job_queue
from bot.texts import texts
from bot.views.job_report import busy_line, report_sections, stamp
from bot.views.report_record import report_record
from bot.views.wording import fault_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from bot.service.heartbeat import Heartbeat
    from bot.service.publishing.publish import JobOutcome, Phrase, Place
    from bot.service.publishing.report import JobReport
    from bot.settings import Settings
    from bot.store.db.database import Database
    from bot.texts import Texts
    from bot.views.job_report import ReportSection

MOST_SHOWN = 1_000  # of each list
YES = frozenset({"y", "yes", "是", "好"})


def run_reload(options: argparse.Namespace, settings: Settings) -> int:
    """Publish what is in the folder, unless something speaks against it."""
    place, said = place_of(options, settings, options.corpus), texts(settings.language)
    with open_database(settings) as database, present(database, settings) as presence:
        ended = _reload(database, presence, place, settings, (ANYTHING,) if options.yes else ())
        if ended and ended.end is JobEnd.HELD and sys.stdin.isatty() and not options.json:
            _print_sections(report_sections(ended.report, ended.end, said, MOST_SHOWN))
            if input(said.operating.ask_anyway).strip().lower() not in YES:
                return HELD
            ended = _reload(database, presence, place, settings, (ended.report.name,))
    if ended is None:
        return HELD
    if options.json:
        print(json.dumps({"end": ended.end.value} | report_record(ended.report, said), ensure_ascii=False))
    elif ended.end is not JobEnd.FAILED:
        _print_sections(report_sections(ended.report, ended.end, said, MOST_SHOWN))
    refuse(ended.report, said)
    if ended.end is JobEnd.HELD:
        print(said.operating.rerun_yes, file=sys.stderr)
        return HELD
    return DONE


def _reload(
    database: Database, presence: Heartbeat, place: Place, settings: Settings, approved: tuple[str, ...]
) -> JobOutcome | None:
    """Reload in this process; None, and told so, where another job is under way."""
    said = texts(settings.language)
    actor = Actor(f"chuwen reload ({_user()})")
    job = begin(
        database, presence, JobRequest(kind=JobKind.RELOAD, actor=actor, language=settings.language, approved=approved)
    )
    if job is None:
        with database.reading() as connection:
            other = job_queue.get_open(connection, JobKind.RELOAD.lane)
        if other:
            print(busy_line(other, stamp(other.created_at, read_timezone()), said), file=sys.stderr)
        return None
    try:
        with waiting_shown(said) as show:
            return PublishService(database, presence, place, _phrasing(database)).run(job, prepare, show)
    except (KeyboardInterrupt, SystemExit):
        if job.request.actor.chat_id is None:  # or a bot goes on with it: somebody waits in a chat
            with database.writing() as connection:
                job_queue.drop(connection, job.id, utc_now())
        raise
    except SQLAlchemyError as error:
        message = said.no_store.format(place=database.place, reason=str(getattr(error, "orig", error)))
        raise CannotRun(message, NO_STORE) from error


def _phrasing(database: Database) -> Phrase:
    """What is said in a chat where the job was asked for, before the bot that had it in hand died."""
    from bot.telegram.jobs.job_messages import Phrasing

    return Phrasing(database, ())


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # nobody by that number, as in some containers
        return "?"


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Tell what a reload would do, and what is wrong; nothing is changed."""
    place, said = place_of(options, settings, options.path), texts(settings.language)
    request = JobRequest(kind=JobKind.CHECK, actor=Actor(""), language=settings.language)
    with ExitStack() as stack:
        if exists(settings.database):
            order = order_of(stack.enter_context(open_database(settings)), place, request)
        else:  # nothing was published
            order = PrepareOrder(
                address=None, corpus=place.corpus, cache=place.cache, kind=JobKind.CHECK, today=place.today()
            )
        show = stack.enter_context(waiting_shown(said))
        report = prepare(order, show).report
    refuse(report, said)
    if options.json:
        print(json.dumps(report_record(report, said), ensure_ascii=False))
    else:
        _print_check(report, said)
    return FAULTY if report.problems or report.bad_questions else DONE


def _print_check(report: JobReport, said: Texts) -> None:
    """What is wrong, then what would change where anything is published, then the whole in one line."""
    for fault in report.faults:
        print(fault_line(fault, said))
    if report.generation or report.holds or report.bad_questions:
        told = (said.operating.heading_faults, said.operating.heading_notices)
        sections = report_sections(report, JobEnd.DONE, said, MOST_SHOWN)
        _print_sections(section for section in sections if section.heading not in told)
    if report.holds:  # told above
        return
    whole = said.check_clean if report.count("articles") else said.check_empty
    summary = said.check_faulty if report.problems else whole
    notices = len(report.faults) - report.problems
    counts = {"articles": report.count("articles"), "paragraphs": report.count("paragraphs")}
    print(summary.format(**counts, faults=report.problems, notices=notices))


def _print_sections(sections: Iterable[ReportSection]) -> None:
    for section in sections:
        print("\n".join((section.heading, *section.lines)), end="\n\n")
