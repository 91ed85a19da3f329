"""Publishing: a job in hand becomes a generation, or a report that says why not; who dies over it changes nothing."""

from __future__ import annotations

import datetime
import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.job_codes import Failure, Step
from bot.domain.jobs import AuditEntry, Generation, JobEnd, JobKind
from bot.service.heartbeat import utc_now
from bot.service.publishing.canary import Liked
from bot.service.publishing.compare import Prepared
from bot.service.publishing.prepare import PrepareOrder
from bot.service.publishing.report import MOST_KEPT, JobReport
from bot.service.publishing.worker_process import Cancelled, WorkerCrashed
from bot.store import moderation, statistics
from bot.store.db.errors import JobLost
from bot.store.publishing import article_table, generation_table
from bot.store.queue import job_queue, outbox
from corpus.article_files import QUIET_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bot.domain.job_codes import StepCallback
    from bot.domain.jobs import Job, JobRequest
    from bot.domain.messages import OutgoingMessage
    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Connection, Database

    Prepare = Callable[[PrepareOrder, StepCallback], Prepared]
    Phrase = Callable[[Job, JobEnd, JobReport], Sequence[OutgoingMessage]]

MOST_DEATHS = 3  # of processes that had a job in hand, until it is given up
LIKED_SINCE = datetime.timedelta(days=7)
MOST_LIKED = 50  # questions; each takes a twentieth of a second, twice
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What is published from where, and how much is kept.

    Attributes:
        address: of the store, maybe with a password.
        kept: generations that can be gone back to.
        today: what 最近 counts from in canary questions.
        quiet: seconds for which files have to stay as they are before they are read.
    """

    address: str
    corpus: Path
    cache: Path
    kept: int
    today: Callable[[], datetime.date]
    quiet: float = QUIET_SECONDS


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How a job ended."""

    end: JobEnd
    report: JobReport


@dataclass(frozen=True, slots=True)
class PublishService:
    """Runs jobs.

    Attributes:
        phrase: what is sent when a job ends, committed with its end.
    """

    database: Database
    heartbeat: Heartbeat
    place: Place
    phrase: Phrase

    def run(self, job: Job, prepare: Prepare, tell: StepCallback) -> JobOutcome:
        """Do a job that this process has in hand.

        Args:
            job: it.
            prepare: makes ready what is published, in this process or in another one.
            tell: is told how far it is.

        Raises:
            Stopped: it was broken off; the job is free for whoever comes.
            JobLost: another process has it in hand.
            SQLAlchemyError: the store cannot be written.
        """
        begun = time.monotonic()
        try:
            prepared = self._prepared(job, prepare, tell)
        except (Cancelled, KeyboardInterrupt, SystemExit):
            self._release(job)
            raise
        try:
            return self._publish(job, prepared, time.monotonic() - begun, tell)
        except JobLost:  # to another process; or something else was published, and it has to be compared anew
            self._release(job)
            raise

    def _publish(self, job: Job, prepared: Prepared, seconds: float, tell: StepCallback) -> JobOutcome:
        prepared = replace(prepared, report=replace(prepared.report, seconds=seconds))
        end = _end_of(job, prepared)
        if end is JobEnd.FAILED:
            return self.fail(job, prepared.report)
        if _publishes(job, end):
            tell(Step.PUBLISHING, 0, 0)
            self._stage(job, prepared)
            prepared = replace(prepared, report=replace(prepared.report, generation=prepared.base + 1))
        self._finish(job, prepared, end)
        if _publishes(job, end):
            self._prune()
        return JobOutcome(end, prepared.report)

    def fail(self, job: Job, report: JobReport) -> JobOutcome:
        """End a job that came to nothing.

        Raises:
            JobLost: another process has it in hand.
            SQLAlchemyError: the store cannot be written.
        """
        with self.database.reading() as connection:
            report = replace(report, generation=generation_table.current_number(connection))
        self._finish(job, Prepared(report=report), JobEnd.FAILED)
        return JobOutcome(JobEnd.FAILED, report)

    def _prepared(self, job: Job, prepare: Prepare, tell: StepCallback) -> Prepared:
        kind = job.request.kind
        if job.deaths >= MOST_DEATHS:
            broke = JobReport(kind=kind, failure=Failure.BROKE_OFF, reason=f"{job.deaths} processes died over it")
            return Prepared(report=broke)
        try:
            return prepare(order_of(self.database, self.place, job.request), tell)
        except WorkerCrashed as error:
            return Prepared(report=JobReport(kind=kind, failure=Failure.BROKE_OFF, reason=str(error)))

    def _stage(self, job: Job, prepared: Prepared) -> None:
        """Write the rows of the generation to come, in batches: nobody sees them yet."""
        number, changes, most = prepared.base + 1, prepared.changes, article_table.MOST_ROWS
        with self._holding(job) as connection:
            article_table.remove_unpublished(connection, prepared.base)
        for start in range(0, len(changes.closing), most):
            with self._holding(job) as connection:
                article_table.close_versions(connection, changes.closing[start : start + most], number)
        for start in range(0, len(changes.opening), most):
            with self._holding(job) as connection:
                article_table.open_versions(connection, changes.opening[start : start + most], changes.contents, number)

    def _finish(self, job: Job, prepared: Prepared, end: JobEnd) -> None:
        """End the job with all that it led to: the generation, its announcement, what is said of it, the audit log."""
        now, report = utc_now(), prepared.report
        messages = list(self.phrase(job, end, report))
        with self._holding(job) as connection:
            if _publishes(job, end):
                if generation_table.current_number(connection) != prepared.base:
                    raise JobLost(job.id)
                generation_table.publish(connection, self._generation(job, prepared, now), prepared.news)
                article_table.update_digests(connection, prepared.changes.opening, set(prepared.news.corrected))
            moderation.record(
                connection,
                AuditEntry(actor=job.request.actor, action=job.request.kind, detail=_detail(report), end=end),
                now,
            )
            outbox.add(connection, messages, now)
            job_queue.end(connection, job.id, self.heartbeat.process_id, end, report.record(MOST_KEPT), now)

    def _generation(self, job: Job, prepared: Prepared, now: datetime.datetime) -> Generation:
        report = prepared.report
        return Generation(
            number=prepared.base + 1,
            kind=job.request.kind,
            made_at=now,
            actor=job.request.actor.name,
            corpus=str(self.place.corpus.absolute()).encode("utf-8", "backslashreplace").decode(),
            source_digest=report.source_digest,
            origin=report.origin,
            counts=report.counts or {},
        )

    @contextmanager
    def _holding(self, job: Job) -> Iterator[Connection]:
        """A transaction that writes, while the job is in this process's hands."""
        with self.database.writing() as connection:
            if not job_queue.is_held(connection, job.id, self.heartbeat.process_id):
                raise JobLost(job.id)
            yield connection

    def _release(self, job: Job) -> None:
        try:
            with self.database.writing() as connection:
                job_queue.release(connection, job.id, self.heartbeat.process_id)
        except SQLAlchemyError as error:  # it is free as soon as this process is found dead
            _log.warning("the store cannot be told that job %s is free: %s", job.id, error)

    def _prune(self) -> None:
        """Remove what only generations said that are no longer kept."""
        with self.database.writing() as connection:
            oldest = generation_table.forget(connection, self.place.kept)
        removed = 1
        while removed:
            with self.database.writing() as connection:
                removed = article_table.prune(connection, oldest)


def order_of(database: Database, place: Place, request: JobRequest) -> PrepareOrder:
    """What is to be made ready for a request; reads the store."""
    with database.reading() as connection:
        liked = tuple(Liked(*one) for one in statistics.liked(connection, utc_now() - LIKED_SINCE, MOST_LIKED))
    return PrepareOrder(
        address=place.address,
        corpus=place.corpus,
        cache=place.cache,
        kind=request.kind,
        today=place.today(),
        approved=request.approved,
        target=request.target,
        liked=liked,
        quiet=place.quiet,
    )


def _publishes(job: Job, end: JobEnd) -> bool:
    return end is JobEnd.DONE and job.request.kind is not JobKind.CHECK


def _end_of(job: Job, prepared: Prepared) -> JobEnd:
    report = prepared.report
    if report.failure:
        return JobEnd.FAILED
    if report.holds:
        return JobEnd.HELD if job.request.kind is not JobKind.CHECK else JobEnd.DONE
    return JobEnd.DONE if prepared.is_to_publish else JobEnd.UNCHANGED


def _detail(report: JobReport) -> str:
    """What the audit log says of a job."""
    if report.failure:
        return " ".join(filter(None, (report.failure, report.place, report.reason)))
    counts = (f"+{report.count('added')}", f"~{report.count('corrected')}", f"-{report.count('removed')}")
    return " ".join((f"#{report.generation}", *counts))
