"""Prepares the store before a bot serves: registers the process, and publishes the articles if nothing is published."""

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
from bot.texts import texts_in
from corpus.article_files import total_bytes
from corpus.errors import CorpusNotFound
from retrieval.answer import WHEN_SURE

if TYPE_CHECKING:
    import argparse
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from bot.domain.job_codes import StepCallback
    from bot.domain.jobs import Job
    from bot.service.publishing.compare import Prepared
    from bot.service.publishing.prepare_order import PrepareOrder
    from bot.service.publishing.report import JobReport
    from bot.settings import Settings
    from bot.store.db.database import Database
    from bot.texts import Texts
    from retrieval.library import Library

LOOK_SECONDS = 0.3
LARGE_BYTES = 2**20  # of articles; building the index of so many takes 200 MB


@contextmanager
def present(database: Database, settings: Settings) -> Iterator[Heartbeat]:
    """Register this process in the store, send its heartbeat, and deregister it at the end.

    What dead processes held is released at the start, what this one still holds at the end.

    Raises:
        CannotRun: the store cannot be written.
    """
    heartbeat = Heartbeat(database)
    try:
        heartbeat.start()
    except SQLAlchemyError as error:  # it was opened a moment ago
        message = texts_in(settings.language).no_store.format(
            place=database.place, reason=str(getattr(error, "orig", error))
        )
        raise CannotRun(message, NO_STORE) from error
    try:
        yield heartbeat
    finally:
        heartbeat.stop()


def place_of(options: argparse.Namespace, settings: Settings, corpus: Path | None) -> Place:
    """Return where articles are read from and published to; nothing is opened.

    Args:
        options: `today`, if it is given, takes the place of the current day.
        settings: the addresses of store, cache and corpus.
        corpus: takes the place of the corpus of the settings; None for that one.

    Raises:
        BadSetting: the time zone or a setting of publishing cannot be used.
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


def make_service(options: argparse.Namespace, library: Library, generation: int) -> AnswerService:
    """Make the answer service of a published library.

    Args:
        options: `today`, if it is not None, takes the place of the current day.
        library: the library.
        generation: its number.

    Raises:
        BadSetting: the time zone cannot be used.
    """
    return AnswerService(
        library=library, policy=WHEN_SURE, zone=read_timezone(), day=options.today, generation=generation
    )


def ensure_published(database: Database, heartbeat: Heartbeat, place: Place, settings: Settings) -> None:
    """Publish the corpus folder if nothing was ever published, without alerts; if another process does, wait for it.

    Returns at once if anything is published. A folder without articles is published too, with a warning.

    Raises:
        CannotRun: there is no such folder, or it cannot be published.
        SQLAlchemyError: the store cannot be used.
    """
    texts = texts_in(settings.language)
    has_told = False
    request = JobRequest(kind=JobKind.LOAD, actor=Actor("chuwen run"), language=settings.language)
    while not _is_published(database):
        job = begin(database, heartbeat, request)
        if job:
            _load_first(PublishService(database, heartbeat, place, lambda *_: ()), job, settings)
        else:
            if not has_told:
                print(texts.operating.waiting_first, file=sys.stderr)
            has_told = True
            time.sleep(LOOK_SECONDS)


def _is_published(database: Database) -> bool:
    with database.reading() as connection:
        return generation_table.current_number(connection) > 0


def begin(database: Database, heartbeat: Heartbeat, request: JobRequest) -> Job | None:
    """Store the job of a request and claim it; if one of the same kind is waiting already, claim that one instead.

    Returns:
        The job, with the approvals of the waiting one and of the request; None if another process runs a job of this
        kind, or if one of another kind stands in its way (`JobKind.lane`).
    """
    with database.writing() as connection:
        number = job_queue.request_job(connection, request, utc_now(), heartbeat.process_id)
        if number is not None:
            return job_queue.get(connection, number)
        job = job_queue.claim(connection, heartbeat.process_id, [request.kind])
    if job is None:
        return None
    approved = (*job.request.approved, *request.approved)
    return replace(job, request=replace(job.request, approved=approved))


def _load_first(publishing: PublishService, job: Job, settings: Settings) -> None:
    """Run the job that publishes the first generation; print how many articles were skipped, or that there are none.

    Raises:
        CannotRun: it failed.
    """
    texts = texts_in(settings.language)
    with waiting_shown(texts) as show:
        report = publishing.run(job, _prepare_apart if _is_large(publishing.place) else prepare, show).report
    if report.problems:
        print(texts.skipped.format(faults=report.problems), file=sys.stderr)
    refuse(report, texts)
    if not report.count("articles"):
        print(texts.check_empty, file=sys.stderr)


def _is_large(place: Place) -> bool:
    """Return whether building would take much memory, which only the end of a process gives back.

    False if the corpus folder is missing.
    """
    try:
        return total_bytes(place.corpus) > LARGE_BYTES
    except CorpusNotFound:
        return False


def _prepare_apart(order: PrepareOrder, tell: StepCallback) -> Prepared:
    """Prepare in a process of its own, with no way to cancel it but the end of this one."""
    return run_in_process(prepare, order, tell, lambda: False)


def refuse(report: JobReport, texts: Texts) -> None:
    """Raise an error if a report says that the job failed; a report of a held or unchanged result raises none.

    Raises:
        CannotRun: it failed; the exit code is NO_STORE if the store is the reason, else UNREADABLE.
    """
    if report.failure is Failure.NO_CORPUS:
        raise CannotRun(texts.no_corpus.format(path=report.place, reason=report.reason), UNREADABLE)
    if report.failure is Failure.NO_INDEX:
        raise CannotRun(texts.no_cache.format(path=report.place, reason=report.reason), UNREADABLE)
    if report.failure:
        message = texts.failures[report.failure].format(place=report.place, reason=report.reason)
        raise CannotRun(message, NO_STORE if report.failure is Failure.NO_STORE else UNREADABLE)
