"""Runs the jobs that operators request, one at a time; one message in the chat shows the progress and the result."""

from __future__ import annotations

import asyncio
import html
import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.job_codes import Failure
from bot.domain.jobs import Actor, JobKind, JobRequest
from bot.domain.messages import OutgoingMessage
from bot.service.heartbeat import utc_now
from bot.service.publishing.prepare import prepare, source_digest
from bot.service.publishing.publish import PublishService
from bot.service.publishing.report import JobReport
from bot.service.publishing.worker_process import Cancelled, run_in_process
from bot.store.db.errors import JobLost
from bot.store.publishing import generation_table
from bot.store.queue import job_queue, outbox
from bot.telegram.jobs.job_messages import Phrasing
from bot.telegram.wire.payload import Act, Payload
from bot.texts import Language, texts_in
from bot.views.job_report import progress_lines
from corpus.errors import CorpusNotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.job_codes import Step, StepCallback
    from bot.domain.jobs import Job
    from bot.service.heartbeat import Heartbeat
    from bot.service.publishing.compare import Prepared
    from bot.service.publishing.live_library import LiveLibrary
    from bot.service.publishing.prepare_order import PrepareOrder
    from bot.service.publishing.publish import Place
    from bot.store.db.database import Database

POLL_SECONDS = 0.5  # between two looks for a waiting job
EDIT_SECONDS = 3.0  # between two edits of the progress message: Telegram allows 20 messages a minute in a group
LEAST_RATE_SECONDS = 2.0  # of a step, before the remaining time is estimated
LEAST_SHARE = 0.02  # of a step that must be done before the remaining time is estimated
RETRY_SECONDS = 5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The automatic reload.

    Attributes:
        minutes: between two reloads; None for none.
        language: of the messages about them.
        operators: ids of the operators in the settings, who are notified besides those that operators appointed.
    """

    minutes: int | None
    language: Language
    operators: Sequence[int]


class JobRunner:
    """Claims jobs of every kind and runs them one at a time until cancelled.

    `heartbeat` is that of this process, which holds the job. `live_library` is woken after each job.
    `on_message` is called in the event loop's thread after messages were added to the outbox.
    """

    def __init__(
        self,
        database: Database,
        heartbeat: Heartbeat,
        place: Place,
        live_library: LiveLibrary,
        schedule: Schedule,
        on_message: Callable[[], None],
    ) -> None:
        self._database = database
        self._heartbeat = heartbeat
        self._live_library = live_library
        self._place = place
        self._schedule = schedule
        self._on_message = on_message
        phrase = Phrasing(database, schedule.operators)
        self._publishing = PublishService(database, heartbeat, place, phrase)
        self._stopped = threading.Event()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due = time.monotonic() + 60 * (schedule.minutes or 0)

    def wake(self) -> None:
        """Look for a job now instead of after POLL_SECONDS; to be called in the thread of the event loop."""
        self._wake.set()

    async def run(self) -> None:
        """Run jobs until cancelled; one that is being prepared is then released, and starts again in the next process.

        That is awaited for at most RETRY_SECONDS.
        """
        self._stopped.clear()
        self._loop = asyncio.get_running_loop()
        work: asyncio.Future[bool] | None = None
        try:
            while True:
                self._wake.clear()
                work = asyncio.ensure_future(asyncio.to_thread(self._run_one))
                if await asyncio.shield(work):
                    self._on_message()
                    self._live_library.wake()
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._wake.wait()
        finally:
            self._stopped.set()
            if work is not None and not work.done():
                with suppress(Exception):
                    await asyncio.wait([work], timeout=RETRY_SECONDS)

    def _run_one(self) -> bool:
        """Run one job and return True; False if none waits or the store cannot be read, which is logged.

        First the scheduled reload is requested if it is due. Afterwards the job has ended, as failed after an error, or
        is released; it stays claimed only if the program ends while the store cannot be written.
        """
        try:
            self._ask_when_due()
            job = self._claim()
        except SQLAlchemyError as error:
            _log.warning("the store cannot be read: %s", error)
            return False
        if job is None:
            return False
        progress = ProgressReporter(self._database, self._heartbeat, job, self._message_added)
        try:
            self._publishing.run(job, self._prepare, progress)
        except (Cancelled, JobLost) as error:
            _log.info("job %s is left to another process: %s", job.id, error)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error))
            _log.error("job %s: the store cannot be written: %s", job.id, reason)  # a traceback would add nothing
            self._end(job, JobReport(kind=job.request.kind, failure=Failure.NO_STORE, reason=reason))
        except Exception as error:
            _log.exception("job %s failed", job.id)
            reason = f"{type(error).__name__}: {error}"
            self._end(job, JobReport(kind=job.request.kind, failure=Failure.BROKE_OFF, reason=reason))
        return True

    def _message_added(self) -> None:
        """Wake the sender; called from the thread that runs the job."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._on_message)

    def _prepare(self, order: PrepareOrder, tell: StepCallback) -> Prepared:
        """Prepare in a worker process, which is killed when `run` is cancelled; errors as in `run_in_process`."""
        return run_in_process(prepare, order, tell, self._stopped.is_set)

    def _claim(self) -> Job | None:
        """Claim the oldest waiting job; None if there is none. Writes to the store only if one waits."""
        with self._database.reading() as connection:
            if not job_queue.is_waiting(connection):
                return None
        with self._database.writing() as connection:
            return job_queue.claim(connection, self._heartbeat.process_id, tuple(JobKind))

    def _end(self, job: Job, report: JobReport) -> None:
        """End a failed job; retry until the store is written, `run` is cancelled or another process claimed the job."""
        while not self._stopped.is_set():
            try:
                self._publishing.fail(job, report)
            except SQLAlchemyError as error:
                _log.warning("the store cannot be written: %s", error)
                self._stopped.wait(RETRY_SECONDS)
            except JobLost:
                return
            else:
                return

    def _ask_when_due(self) -> None:
        """Request the scheduled reload if it is due; nothing is added while another publishing job is open.

        Not requested after a rollback, nor if the files are those of the served generation or of the last reload,
        whatever its end. Either way, or if the store cannot be used (SQLAlchemyError), the next one is due after
        another interval.
        """
        minutes = self._schedule.minutes
        if minutes is None or time.monotonic() < self._due:
            return
        self._due = time.monotonic() + 60 * minutes
        digest = self._source_digest()
        with self._database.reading() as connection:
            serving = generation_table.current(connection)
            last = job_queue.latest(connection, (JobKind.RELOAD, JobKind.SCHEDULED))
        seen = [serving.source_digest if serving else "", (last.report or {}).get("source_digest") if last else ""]
        if digest in seen or (serving and serving.kind is JobKind.ROLLBACK):
            return
        request = JobRequest(kind=JobKind.SCHEDULED, actor=Actor("chuwen run"), language=self._schedule.language)
        with self._database.writing() as connection:
            job_queue.request_job(connection, request, utc_now())

    def _source_digest(self) -> str:
        """Return the digest of the files in the corpus folder; empty if there is no such folder."""
        try:
            return source_digest(self._place.corpus)
        except CorpusNotFound:
            return ""


class ProgressReporter:
    """Reports the progress of a job to the store and in its message; callable as a progress callback.

    The message is edited at most every EDIT_SECONDS, and only after its last edit was sent. `on_message` is called
    after an edit was added to the outbox, in the thread that reports. A job without a message is only reported to the
    store.
    """

    def __init__(self, database: Database, heartbeat: Heartbeat, job: Job, on_message: Callable[[], None]) -> None:
        self._database = database
        self._heartbeat = heartbeat
        self._job = job
        self._on_message = on_message
        self._reported_at = 0.0
        self._step: Step | None = None
        self._begun_at = 0.0

    def __call__(self, step: Step, done: int, of: int) -> None:
        """Report that `done` of `of` units of a step are finished; `of` is 0 if they cannot be counted.

        Skipped within EDIT_SECONDS of the last report, unless the step is finished. An error of the store is logged.
        """
        now = time.monotonic()
        if step is not self._step:
            self._step, self._begun_at = step, now
        if now - self._reported_at < EDIT_SECONDS and not 0 < done == of:
            return
        self._reported_at = now
        try:
            self._report(step, done, of, now - self._begun_at)
        except SQLAlchemyError as error:  # progress may be lost
            _log.warning("the progress of job %s cannot be stored: %s", self._job.id, error)

    def _report(self, step: Step, done: int, of: int, seconds: float) -> None:
        """Store the progress and add an edit of the message, if the process still holds the job.

        No edit is added if an earlier one waits. The remaining time is shown once `seconds`, those since the step
        began, and the share that is done allow an estimate.
        """
        request = self._job.request
        has_rate = seconds >= LEAST_RATE_SECONDS and done >= LEAST_SHARE * of and done < of
        rate = done / seconds if has_rate and done else None
        lines = progress_lines(request.kind, step, done, of, rate, texts_in(Language(request.language)))
        with self._database.writing() as connection:
            progress = {"step": step.value, "done": done, "of": of}
            if not job_queue.set_progress(connection, self._job.id, self._heartbeat.process_id, progress):
                return
            row = outbox.row_of(connection, request.message_key) if request.message_key else None
            if row is None or request.actor.chat_id is None or outbox.is_edited_later(connection, row):
                return
            payload = Payload(act=Act.EDIT, html=html.escape("\n".join(lines), quote=False))
            outbox.add(
                connection,
                [OutgoingMessage(chat_id=request.actor.chat_id, payload=payload.dump(), edits=row)],
                utc_now(),
            )
        self._on_message()
