"""The commands `reload`, which publishes the corpus folder, and `check`, which tells what a reload would do."""

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
from bot.service.publishing.prepare import prepare
from bot.service.publishing.prepare_order import ANYTHING, PrepareOrder
from bot.service.publishing.publish import PublishService, order_of
from bot.settings import read_timezone
from bot.store.db.address import exists
from bot.store.db.errors import JobLost
from bot.store.queue import job_queue
from bot.texts import texts_in
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

MOST_SHOWN = 1_000  # entries of each list of a report
YES = frozenset({"y", "yes", "是", "好"})


def run_reload(options: argparse.Namespace, settings: Settings) -> int:
    """Publish the corpus folder; on a terminal, ask whether to publish what is held back, unless `--json` is given.

    `--yes` publishes it whatever holds it back. The report goes to standard output; that of a failed job only with
    `--json`.

    Returns:
        DONE, also if nothing changed; HELD if nothing was published because it is held back, or because another job is
        running.

    Raises:
        BadSetting: the time zone or a setting of publishing cannot be used.
        CannotRun: the job failed, the store cannot be opened or used, or another process took the job over.
    """
    place, texts = place_of(options, settings, options.corpus), texts_in(settings.language)
    with open_database(settings) as database, present(database, settings) as heartbeat:
        outcome = _reload(database, heartbeat, place, settings, (ANYTHING,) if options.yes else ())
        if outcome and outcome.end is JobEnd.HELD and sys.stdin.isatty() and not options.json:
            _print_sections(report_sections(outcome.report, outcome.end, texts, MOST_SHOWN))
            if not _confirmed(texts):
                return HELD
            outcome = _reload(database, heartbeat, place, settings, (outcome.report.name,))
    if outcome is None:
        return HELD
    if options.json:
        print(json.dumps({"end": outcome.end.value} | report_record(outcome.report, texts), ensure_ascii=False))
    elif outcome.end is not JobEnd.FAILED:
        _print_sections(report_sections(outcome.report, outcome.end, texts, MOST_SHOWN))
    refuse(outcome.report, texts)
    if outcome.end is JobEnd.HELD:
        print(texts.operating.rerun_yes, file=sys.stderr)
        return HELD
    return DONE


def _confirmed(texts: Texts) -> bool:
    """Ask on the terminal whether to publish all the same; the end of input (Ctrl-D) is a no."""
    try:
        return input(texts.operating.ask_anyway).strip().lower() in YES
    except EOFError:
        return False


def _reload(
    database: Database, heartbeat: Heartbeat, place: Place, settings: Settings, approved: tuple[str, ...]
) -> JobOutcome | None:
    """Reload in this process; print a line on standard error and return None if another job is running.

    A reload that waits in the queue already is run in place of a new one. On Ctrl-C or SIGTERM the job is dropped,
    unless a chat asked for it.

    Args:
        database: the store.
        heartbeat: of this process, which claims the job.
        place: where to read from and publish to.
        settings: the language.
        approved: names of libraries to publish whatever holds them back, or ANYTHING.

    Raises:
        CannotRun: the store cannot be used, or another process took the job over.
    """
    texts = texts_in(settings.language)
    actor = Actor(f"chuwen reload ({_user()})")
    request = JobRequest(kind=JobKind.RELOAD, actor=actor, language=settings.language, approved=approved)
    job = None
    try:
        job = begin(database, heartbeat, request)
        if job is None:
            with database.reading() as connection:
                other = job_queue.get_open(connection, JobKind.RELOAD.lane)
            if other:
                print(busy_line(other, stamp(other.created_at, read_timezone()), texts), file=sys.stderr)
            return None
        with waiting_shown(texts) as show:
            return PublishService(database, heartbeat, place, _phrasing(database)).run(job, prepare, show)
    except (KeyboardInterrupt, SystemExit):
        if job and job.request.actor.chat_id is None:  # a job from a chat is continued by a bot
            with database.writing() as connection:
                job_queue.drop(connection, job.id, utc_now())
        raise
    except (SQLAlchemyError, JobLost) as error:
        message = texts.no_store.format(place=database.place, reason=str(getattr(error, "orig", error)))
        raise CannotRun(message, NO_STORE) from error


def _phrasing(database: Database) -> Phrase:
    """Return what makes the messages at the end of a job.

    There are some only if a chat asked for the job, and the bot that ran it died.
    """
    from bot.telegram.jobs.job_messages import Phrasing

    return Phrasing(database, ())


def _user() -> str:
    """Return the name of the user who runs this process; ? if there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # the user id has no name, as in some containers
        return "?"


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Print what a reload would do, and the faults of the articles; nothing is published.

    A missing store file is not created.

    Returns:
        DONE; FAULTY if an article or a canary question has a fault that is no mere notice.

    Raises:
        CannotRun: the corpus, the cache or the store cannot be used.
    """
    place, texts = place_of(options, settings, options.path), texts_in(settings.language)
    request = JobRequest(kind=JobKind.CHECK, actor=Actor(""), language=settings.language)
    with ExitStack() as stack:
        if exists(settings.database):
            order = order_of(stack.enter_context(open_database(settings)), place, request)
        else:  # nothing was ever published
            order = PrepareOrder(
                address=None, corpus=place.corpus, cache=place.cache, kind=JobKind.CHECK, today=place.today()
            )
        show = stack.enter_context(waiting_shown(texts))
        report = prepare(order, show).report
    refuse(report, texts)
    if options.json:
        print(json.dumps(report_record(report, texts), ensure_ascii=False))
    else:
        _print_check(report, texts)
    return FAULTY if report.problems or report.bad_questions else DONE


def _print_check(report: JobReport, texts: Texts) -> None:
    """Print the faults, then what would change if something is published or held back, then a summary line.

    The summary line is left out if something is held back.
    """
    for fault in report.faults:
        print(fault_line(fault, texts))
    if report.generation or report.holds or report.bad_questions:
        shown = (texts.operating.heading_faults, texts.operating.heading_notices)
        sections = report_sections(report, JobEnd.DONE, texts, MOST_SHOWN)
        _print_sections(section for section in sections if section.heading not in shown)
    if report.holds:  # shown above
        return
    clean = texts.check_clean if report.count("articles") else texts.check_empty
    summary = texts.check_faulty if report.problems else clean
    notices = len(report.faults) - report.problems
    counts = {"articles": report.count("articles"), "paragraphs": report.count("paragraphs")}
    print(summary.format(**counts, faults=report.problems, notices=notices))


def _print_sections(sections: Iterable[ReportSection]) -> None:
    """Print sections, each followed by a blank line."""
    for section in sections:
        print("\n".join((section.heading, *section.lines)), end="\n\n")
