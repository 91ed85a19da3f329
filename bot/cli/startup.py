"""What a bot needs of the store before it serves: its place among the processes, and something published."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.open_library import waiting_shown
from bot.domain.job_codes import Failure
from bot.domain.jobs import Actor, JobKind, JobRequest
from bot.exit_codes import NO_STORE, UNREADABLE, CannotRun
from bot.service.answers import AnswerService
from bot.service.heartbeat import Heartbeat, utc_now
from bot.service.publishing.prepare import prepare
from bot.service.publishing.publish import Place, PublishService
from bot.service.publishing.worker_process import run_in_process
from bot.settings import read_publishing_settings, read_timezone
from bot.store.publishing import generation_table
from bot.store.queue import job_queue
from bot.texts import texts
from corpus.errors import CorpusNotFound
from corpus.load import total_bytes
from retrieval.answer import WHEN_SURE

if TYPE_CHECKING:
    import argparse
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from bot.domain.job_codes import StepCallback
    from bot.domain.jobs import Job
    from bot.service.publishing.compare import Prepared
    from bot.service.publishing.prepare import PrepareOrder
    from bot.service.publishing.report import JobReport
    from bot.settings import Settings
    from bot.store.db.database import Database
    from bot.texts import Texts
    from retrieval.library import Library

LOOK_SECONDS = 0.3
LARGE_BYTES = 2**20  # of articles; the index of one takes 200 MB to build


@contextmanager
def present(database: Database, settings: Settings) -> Iterator[Heartbeat]:
    """This process among those at work on the store."""
    presence = Heartbeat(database)
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


def asking_from(options: argparse.Namespace, library: Library, generation: int) -> AnswerService:
    """What answers from a library that was published."""
    return AnswerService(
        library=library, policy=WHEN_SURE, zone=read_timezone(), day=options.today, generation=generation
    )


def ensure_published(database: Database, presence: Heartbeat, place: Place, settings: Settings) -> None:
    """Publish what is in the folder where nothing was published ever; that announces nothing.

    Raises:
        CannotRun: there is no such folder, or it cannot be published.
    """
    said = texts(settings.language)
    told = False
    request = JobRequest(kind=JobKind.LOAD, actor=Actor("chuwen run"), language=settings.language)
    while not _is_published(database):
        job = begin(database, presence, request)
        if job:
            _load_first(PublishService(database, presence, place, lambda *_: ()), job, settings)
        else:
            if not told:
                print(said.operating.waiting_first, file=sys.stderr)
            told = True
            time.sleep(LOOK_SECONDS)


def _is_published(database: Database) -> bool:
    with database.reading() as connection:
        return generation_table.number(connection) > 0


def begin(database: Database, presence: Heartbeat, request: JobRequest) -> Job | None:
    """A job of this kind in this process's hands: a new one, or one that nobody has in hand, with both's approvals.

    None where another process has one, or one of another kind is open.
    """
    with database.writing() as connection:
        number = job_queue.ask(connection, request, utc_now(), presence.process_id)
        if number is not None:
            return job_queue.get(connection, number)
        job = job_queue.claim(connection, presence.process_id, [request.kind])
    if job is None:
        return None
    approved = (*job.request.approved, *request.approved)
    return replace(job, request=replace(job.request, approved=approved))


def _load_first(publishing: PublishService, job: Job, settings: Settings) -> None:
    said = texts(settings.language)
    with waiting_shown(said) as show:
        report = publishing.run(job, _prepare_apart if _is_large(publishing.place) else prepare, show).report
    if report.problems:
        print(said.skipped.format(faults=report.problems), file=sys.stderr)
    refuse(report, said)
    if not report.count("articles"):
        print(said.check_empty, file=sys.stderr)


def _is_large(place: Place) -> bool:
    """Whether building would take memory that this process would not get back."""
    try:
        return total_bytes(place.corpus) > LARGE_BYTES
    except CorpusNotFound:
        return False


def _prepare_apart(order: PrepareOrder, tell: StepCallback) -> Prepared:
    return run_in_process(prepare, order, tell, lambda: False)


def refuse(report: JobReport, said: Texts) -> None:
    """Nothing, unless a report says that it came to nothing.

    Raises:
        CannotRun: it does.
    """
    if report.failure is Failure.NO_CORPUS:
        raise CannotRun(said.no_corpus.format(path=report.place, reason=report.reason), UNREADABLE)
    if report.failure is Failure.NO_INDEX:
        raise CannotRun(said.no_cache.format(path=report.place, reason=report.reason), UNREADABLE)
    if report.failure:
        message = said.failures[report.failure].format(place=report.place, reason=report.reason)
        raise CannotRun(message, NO_STORE if report.failure is Failure.NO_STORE else UNREADABLE)
