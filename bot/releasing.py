"""The commands that publish or tell what would be published, and the first load of a bot with an empty store."""

from __future__ import annotations

import getpass
import json
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.exit_codes import DONE, FAULTY, HELD, NO_STORE, UNREADABLE, CannotRun
from bot.opening import waiting_shown
from bot.reporting import Section, busy_line, report_record, report_sections, stamp
from bot.service.asking import Asking
from bot.service.preparing import prepare
from bot.service.presence import Presence, utc_now
from bot.service.publishing import Place, Publishing
from bot.service.report import Failure
from bot.settings import read_publishing_settings, read_timezone
from bot.store import generations, jobs
from bot.store.address import exists
from bot.store.operations import Actor, JobEnd, JobKind, Request
from bot.storing import open_database
from bot.texts import texts
from bot.wording import fault_line
from retrieval.answer import WHEN_SURE

if TYPE_CHECKING:
    import argparse
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from bot.service.publishing import Ended
    from bot.service.report import Report
    from bot.settings import Settings
    from bot.store.database import Database
    from bot.store.operations import Job
    from retrieval.library import Library

MOST_SHOWN = 1_000  # of each list, in the shell
ANYTHING = "*"  # approves whatever holds a reload back
LOOK_SECONDS = 0.3


@contextmanager
def present(database: Database, settings: Settings) -> Iterator[Presence]:
    """This process among those at work on the store."""
    presence = Presence(database)
    try:
        presence.start()
    except SQLAlchemyError as error:  # it was there a moment ago
        message = texts(settings.language).no_store.format(
            place=database.place, reason=str(getattr(error, "orig", error))
        )
        raise CannotRun(message, NO_STORE) from error
    try:
        yield presence
    finally:
        presence.stop()


def place_of(options: argparse.Namespace, settings: Settings, corpus: Path | None) -> Place:
    """What is published from where.

    Raises:
        BadSetting: a setting cannot be used.
    """
    zone = read_timezone()
    day: datetime.date | None = getattr(options, "today", None)
    return Place(
        address=settings.database,
        corpus=corpus or settings.corpus,
        cache=settings.cache,
        kept=read_publishing_settings().generations,
        today=lambda: day or utc_now().astimezone(zone).date(),
    )


def asking_from(options: argparse.Namespace, library: Library, generation: int) -> Asking:
    """What answers from a library that was published."""
    return Asking(library, WHEN_SURE, read_timezone(), options.today, generation)


def ensure_published(database: Database, presence: Presence, place: Place, settings: Settings) -> None:
    """Publish what is in the folder where nothing was published ever; that announces nothing.

    Raises:
        CannotRun: there is no such folder, or it cannot be published.
    """
    said = texts(settings.language)
    told = False
    request = Request(JobKind.LOAD, Actor(said.operating["start-actor"]), settings.language)
    while not _is_published(database):
        job = _begin(database, presence, request)
        if job:
            _load_first(Publishing(database, presence, place, lambda *_: ()), job, settings)
        else:
            if not told:
                print(said.operating["waiting-first"], file=sys.stderr)
            told = True
            time.sleep(LOOK_SECONDS)


def _is_published(database: Database) -> bool:
    with database.reading() as connection:
        return generations.number(connection) > 0


def _begin(database: Database, presence: Presence, request: Request) -> Job | None:
    """A job of this kind in this process's hands: a new one, or one whose process died; None where another has one."""
    with database.writing() as connection:
        number = jobs.ask(connection, request, utc_now(), presence.process_id)
        if number is not None:
            return jobs.get(connection, number)
        return jobs.claim(connection, presence.process_id, [request.kind])


def _load_first(publishing: Publishing, job: Job, settings: Settings) -> None:
    said = texts(settings.language)
    with waiting_shown(said) as show:
        report = publishing.run(job, prepare, show).report
    problems = report.problems
    if problems:
        print(said.skipped.format(faults=problems), file=sys.stderr)
    if report.failure is Failure.NO_CORPUS:
        raise CannotRun(said.no_corpus.format(path=report.place, reason=report.reason), UNREADABLE)
    if report.failure is Failure.NO_INDEX:
        raise CannotRun(said.no_cache.format(path=report.place, reason=report.reason), UNREADABLE)
    if report.failure:
        raise CannotRun(said.failures[report.failure].format(place=report.place, reason=report.reason), UNREADABLE)
    if not report.count("articles"):
        print(said.check_empty, file=sys.stderr)


def run_reload(options: argparse.Namespace, settings: Settings) -> int:
    """Publish what is in the folder, unless something speaks against it."""
    place = place_of(options, settings, options.corpus)
    said = texts(settings.language)
    with open_database(settings) as database, present(database, settings) as presence:
        approved = (ANYTHING,) if options.yes else ()
        ended = _reload(database, presence, place, settings, approved)
        if ended and ended.end is JobEnd.HELD and sys.stdin.isatty() and not options.json:
            _print_report(ended, settings)
            if input(said.operating["ask-anyway"]).strip().lower() in ("y", "yes", "是"):
                ended = _reload(database, presence, place, settings, (ended.report.name,))
    if ended is None:
        return HELD
    if options.json:
        print(json.dumps({"end": ended.end.value} | report_record(ended.report, said), ensure_ascii=False))
    else:
        _print_report(ended, settings)
    return _code(ended, settings)


def _code(ended: Ended, settings: Settings) -> int:
    match ended.end:
        case JobEnd.FAILED:
            return NO_STORE if ended.report.failure is Failure.NO_STORE else UNREADABLE
        case JobEnd.HELD:
            print(texts(settings.language).operating["rerun-yes"], file=sys.stderr)
            return HELD
    return DONE


def _reload(
    database: Database, presence: Presence, place: Place, settings: Settings, approved: tuple[str, ...]
) -> Ended | None:
    """Reload in this process; None, and told so, where another job is under way."""
    said = texts(settings.language)
    actor = Actor(said.operating["shell-actor"].format(user=_user()))
    job = _begin(database, presence, Request(JobKind.RELOAD, actor, settings.language, approved))
    if job is None:
        with database.reading() as connection:
            other = jobs.open_one(connection, JobKind.RELOAD.lane)
        if other:
            print(busy_line(other, stamp(other.created_at, read_timezone()), said), file=sys.stderr)
        return None
    publishing = Publishing(database, presence, place, lambda *_: ())
    try:
        with waiting_shown(said) as show:
            return publishing.run(job, prepare, show)
    except (KeyboardInterrupt, SystemExit):
        with database.writing() as connection:
            jobs.drop(connection, job.id, utc_now())
        raise
    except SQLAlchemyError as error:
        message = said.no_store.format(place=database.place, reason=str(getattr(error, "orig", error)))
        raise CannotRun(message, NO_STORE) from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user, as in some containers
        return "?"


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Tell what a reload would do, and what is wrong; nothing is changed."""
    from bot.service.preparing import Order

    place = place_of(options, settings, options.path)
    address = settings.database if exists(settings.database) else None
    with ExitStack() as stack:
        if address:
            stack.enter_context(open_database(settings))  # brings the tables up to date
        show = stack.enter_context(waiting_shown(texts(settings.language)))
        order = Order(address, place.corpus, place.cache, JobKind.CHECK, place.today())
        report = prepare(order, show).report
    if report.failure:
        _refuse(report, settings)
    if options.json:
        print(json.dumps(report_record(report, texts(settings.language)), ensure_ascii=False))
    else:
        _print_check(report, settings)
    return FAULTY if report.problems else DONE


def _refuse(report: Report, settings: Settings) -> None:
    said = texts(settings.language)
    if report.failure is Failure.NO_CORPUS:
        raise CannotRun(said.no_corpus.format(path=report.place, reason=report.reason), UNREADABLE)
    if report.failure:
        raise CannotRun(said.failures[report.failure].format(place=report.place, reason=report.reason), UNREADABLE)


def _print_check(report: Report, settings: Settings) -> None:
    """What is wrong, then what would change where anything is published, then the whole in one line."""
    said = texts(settings.language)
    for fault in report.faults:
        print(fault_line(fault, said))
    if report.generation:
        _print_sections(
            report_sections(report, JobEnd.DONE, said, MOST_SHOWN), skip="heading-faults", settings=settings
        )
    whole = said.check_clean if report.count("articles") else said.check_empty
    summary = said.check_faulty if report.problems else whole
    notices = len(report.faults) - report.problems
    counts = {"articles": report.count("articles"), "paragraphs": report.count("paragraphs")}
    print(summary.format(**counts, faults=report.problems, notices=notices))


def _print_report(ended: Ended, settings: Settings) -> None:
    _print_sections(report_sections(ended.report, ended.end, texts(settings.language), MOST_SHOWN), settings=settings)


def _print_sections(sections: Iterator[Section], *, settings: Settings, skip: str = "") -> None:
    hidden = texts(settings.language).operating.get(skip)
    for section in sections:
        if section.heading != hidden:
            print("\n".join((section.heading, *section.lines)), end="\n\n")
