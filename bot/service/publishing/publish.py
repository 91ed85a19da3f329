"""Runs a claimed job: publishes a generation, or reports why not; nothing is published if the process dies."""

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
from bot.service.publishing.prepare_order import PrepareOrder
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

MOST_DEATHS = 3  # processes that may die while they run a job; then it fails
LIKED_SINCE = datetime.timedelta(days=7)
MOST_LIKED = 50  # questions; each takes 50 ms, twice
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where articles are read from and published to, and how many generations are kept."""

    #: of the store, may hold a password
    address: str
    corpus: Path
    cache: Path
    #: generations that can be rolled back to, the current one included
    kept: int
    #: what 最近 counts from in canary questions
    today: Callable[[], datetime.date]
    #: seconds for which files have to stay unchanged before they are read
    quiet: float = QUIET_SECONDS


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How a job ended, with its report."""

    end: JobEnd
    report: JobReport


@dataclass(frozen=True, slots=True)
class PublishService:
    """Runs jobs that this process has claimed; transactions that publish check that it still holds the job."""

    database: Database
    heartbeat: Heartbeat
    place: Place
    #: returns the messages to send when a job ends; they are committed with its end
    phrase: Phrase

    def run(self, job: Job, prepare: Prepare, tell: StepCallback) -> JobOutcome:
        """Run a job that this process has claimed, to its end: publish a generation, or record why not.

        The end is committed with the generation, its announcement, the messages of `phrase` and an audit entry. A job
        over which MOST_DEATHS processes died fails without being prepared; so does one whose worker process crashes.

        Args:
            job: the job.
            prepare: prepares what is published, in this process or in another one.
            tell: called with the progress.

        Raises:
            Cancelled: preparing was cancelled; the job is released, to be run again.
            JobLost: another process has claimed the job, or another generation was published meanwhile; then it is
                released.
            SQLAlchemyError: the store cannot be written; the job is still claimed.
        """
        begun = time.monotonic()
        try:
            prepared = self._prepared(job, prepare, tell)
        except (Cancelled, KeyboardInterrupt, SystemExit):
            self._release(job)
            raise
        try:
            return self._publish(job, prepared, time.monotonic() - begun, tell)
        except JobLost:  # if another generation was published, the articles have to be compared anew
            self._release(job)
            raise

    def _publish(self, job: Job, prepared: Prepared, seconds: float, tell: StepCallback) -> JobOutcome:
        """Decide how the job ends, write the rows of a generation that is published, and commit the end."""
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
        """End a job as failed, with its messages and audit entry; nothing is published.

        The report gets the number of the generation that is served.

        Raises:
            JobLost: another process has claimed the job.
            SQLAlchemyError: the store cannot be written.
        """
        with self.database.reading() as connection:
            report = replace(report, generation=generation_table.current_number(connection))
        self._finish(job, Prepared(report=report), JobEnd.FAILED)
        return JobOutcome(JobEnd.FAILED, report)

    def _prepared(self, job: Job, prepare: Prepare, tell: StepCallback) -> Prepared:
        """Call `prepare`; a crash of the worker process, or too many deaths, gives a report with a `failure`."""
        kind = job.request.kind
        if job.deaths >= MOST_DEATHS:
            broke = JobReport(kind=kind, failure=Failure.BROKE_OFF, reason=f"{job.deaths} processes died over it")
            return Prepared(report=broke)
        try:
            return prepare(order_of(self.database, self.place, job.request), tell)
        except WorkerCrashed as error:
            return Prepared(report=JobReport(kind=kind, failure=Failure.BROKE_OFF, reason=str(error)))

    def _stage(self, job: Job, prepared: Prepared) -> None:
        """Write the rows of the new generation in batches; they are not visible until its number is published.

        Rows of an earlier attempt are removed first.
        """
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
        """Commit in one transaction the end of the job, the generation, its announcement, messages and audit entry.

        Raises JobLost also if another generation was published since `prepared.base`.
        """
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
        """Return the generation that a job publishes; its number is that of the one it was compared with plus 1."""
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
        """Open a transaction that writes, with the job held until the commit; raise JobLost if it is not ours."""
        with self.database.writing() as connection:
            if not job_queue.is_held(connection, job.id, self.heartbeat.process_id):
                raise JobLost(job.id)
            yield connection

    def _release(self, job: Job) -> None:
        """Release the job, so that it is run again from the beginning; an error of the store is only logged."""
        try:
            with self.database.writing() as connection:
                job_queue.release(connection, job.id, self.heartbeat.process_id)
        except SQLAlchemyError as error:  # it will be released when this process is found dead
            _log.warning("job %s cannot be released: %s", job.id, error)

    def _prune(self) -> None:
        """Delete generations that are no longer kept, and in batches the articles that only they hold."""
        with self.database.writing() as connection:
            oldest = generation_table.forget(connection, self.place.kept)
        removed = 1
        while removed:
            with self.database.writing() as connection:
                removed = article_table.prune(connection, oldest)


def order_of(database: Database, place: Place, request: JobRequest) -> PrepareOrder:
    """Make the order to prepare what a request asks for.

    Its liked questions are the latest of the last LIKED_SINCE, at most MOST_LIKED, read from the store.
    """
    with database.reading() as connection:
        liked = tuple(Liked(*row) for row in statistics.liked(connection, utc_now() - LIKED_SINCE, MOST_LIKED))
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
    """Return whether a generation is published: the job is done, and is no check."""
    return end is JobEnd.DONE and job.request.kind is not JobKind.CHECK


def _end_of(job: Job, prepared: Prepared) -> JobEnd:
    """Return how a job ends: failed, held back, unchanged or done; a check is never held back."""
    report = prepared.report
    if report.failure:
        return JobEnd.FAILED
    if report.holds:
        return JobEnd.HELD if job.request.kind is not JobKind.CHECK else JobEnd.DONE
    return JobEnd.DONE if prepared.is_to_publish else JobEnd.UNCHANGED


def _detail(report: JobReport) -> str:
    """Return the details of a job for the audit log: the failure, or generation and counts as `#3 +2 ~1 -0`."""
    if report.failure:
        return " ".join(filter(None, (report.failure, report.place, report.reason)))
    counts = (f"+{report.count('added')}", f"~{report.count('corrected')}", f"-{report.count('removed')}")
    return " ".join((f"#{report.generation}", *counts))
