"""The job queue: long-running work that survives the death of its process; one open job for each lane."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.domain.jobs import Actor, Job, JobEnd, JobKind, JobRequest
from bot.store.db import dialect
from bot.store.db.schema import jobs

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Connection, Row

_IS_OPEN = jobs.c.ended_at.is_(None)
_IS_FREE = (_IS_OPEN, jobs.c.process_id.is_(None))  # open, and not claimed


def request_job(
    connection: Connection, request: JobRequest, now: datetime.datetime, process_id: str | None = None
) -> int | None:
    """Add a job, unclaimed, or claimed by the process `process_id` if that is given.

    Returns:
        The id of the job; None if a job of its lane is open already: then nothing is added.
    """
    values = {
        "kind": request.kind.value,
        "lane": request.kind.lane,
        "options": json.dumps(request.options),
        "actor": request.actor.name,
        "person_id": request.actor.person_id,
        "chat_id": request.actor.chat_id,
        "thread_id": request.thread_id,
        "language": request.language,
        "message_key": request.message_key,
        "process_id": process_id,
        "created_at": now,
    }
    if get_open(connection, request.kind.lane):
        return None
    statement = dialect.insert(connection, jobs).values(values)  # the unique index decides between concurrent ones
    job_id: int | None = connection.scalar(statement.on_conflict_do_nothing().returning(jobs.c.id))
    return job_id


def get(connection: Connection, job_id: int) -> Job | None:
    """Return a job by its id, open or ended; None if there is none."""
    return _one(connection, jobs.c.id == job_id)


def get_open(connection: Connection, lane: str) -> Job | None:
    """Return the open job of a lane, claimed or not; None if there is none."""
    return _one(connection, jobs.c.lane == lane, _IS_OPEN)


def latest(connection: Connection, kinds: Collection[JobKind]) -> Job | None:
    """Return the job of these kinds that was added last, open or ended; None if there is none."""
    return _one(connection, jobs.c.kind.in_([kind.value for kind in kinds]))


def claim(connection: Connection, process_id: str, kinds: Collection[JobKind]) -> Job | None:
    """Claim the oldest open, unclaimed job of these kinds; None if there is none, or another process was faster."""
    waiting = select(jobs.c.id).where(*_IS_FREE)
    waiting = waiting.where(jobs.c.kind.in_([kind.value for kind in kinds]))
    chosen = connection.scalar(waiting.order_by(jobs.c.id).limit(1))
    if chosen is None:
        return None
    taken = update(jobs).where(jobs.c.id == chosen, *_IS_FREE)
    if connection.execute(taken.values(process_id=process_id)).rowcount != 1:
        return None
    return get(connection, chosen)


def is_waiting(connection: Connection) -> bool:
    """Return whether any open job, of whatever kind, is unclaimed."""
    waiting = select(jobs.c.id).where(*_IS_FREE).limit(1)
    return connection.scalar(waiting) is not None


def is_held(connection: Connection, job_id: int, process_id: str) -> bool:
    """Return whether a process still holds an open job; locks the row, so that the result holds until the commit."""
    held = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.process_id == process_id, _IS_OPEN)
    return connection.scalar(held.with_for_update()) is not None


def set_progress(connection: Connection, job_id: int, process_id: str, progress: Mapping[str, Any]) -> bool:
    """Replace the stored progress of a job; False, and nothing is changed, if the process no longer holds it."""
    return _change(connection, job_id, process_id, progress=json.dumps(dict(progress)))


def release(connection: Connection, job_id: int, process_id: str) -> bool:
    """Release a job, so that another process starts it again from the beginning; no death is counted.

    Returns:
        False, and nothing is changed, if the process no longer holds the job.
    """
    return _change(connection, job_id, process_id, process_id=None)


def end(
    connection: Connection,
    job_id: int,
    process_id: str,
    how: JobEnd,
    report: Mapping[str, Any],
    now: datetime.datetime,
) -> bool:
    """End a job and release it; False, and nothing is changed, if the process no longer holds it.

    `how` may be HELD; then an operator decides later (`resolve_held`). `report` must be encodable as JSON.
    """
    values = {"end": how.value, "report": json.dumps(dict(report)), "ended_at": now}
    return _change(connection, job_id, process_id, process_id=None, **values)


def drop(connection: Connection, job_id: int, now: datetime.datetime) -> bool:
    """End an unclaimed job as dropped; False, and nothing is changed, if it is claimed or has ended."""
    statement = update(jobs).where(jobs.c.id == job_id, *_IS_FREE)
    return connection.execute(statement.values(end=JobEnd.DROPPED.value, ended_at=now)).rowcount == 1


def resolve_held(connection: Connection, job_id: int, how: JobEnd) -> bool:
    """Replace the end of a job that ended as held by an operator's decision; False if it was decided before.

    The time at which it ended and its report stay.
    """
    statement = update(jobs).where(jobs.c.id == job_id, jobs.c.end == JobEnd.HELD.value)
    return connection.execute(statement.values(end=how.value)).rowcount == 1


def _change(connection: Connection, job_id: int, holder: str, **values: object) -> bool:
    """Set columns of an open job that a process holds; False, and nothing is changed, if it no longer holds it."""
    statement = update(jobs).where(jobs.c.id == job_id, jobs.c.process_id == holder, _IS_OPEN)
    return connection.execute(statement.values(**values)).rowcount == 1


def _one(connection: Connection, *where: ColumnElement[bool]) -> Job | None:
    """Return the newest job that satisfies the conditions."""
    row = connection.execute(select(jobs).where(*where).order_by(jobs.c.id.desc()).limit(1)).one_or_none()
    return _job(row) if row else None


def _job(row: Row[Any]) -> Job:
    options = json.loads(row.options)
    request = JobRequest(
        kind=JobKind(row.kind),
        actor=Actor(row.actor, row.person_id, row.chat_id),
        language=row.language,
        approved=tuple(options["approved"]),
        target=options["target"],
        thread_id=row.thread_id,
        message_key=row.message_key,
    )
    return Job(
        id=row.id,
        request=request,
        created_at=row.created_at,
        process_id=row.process_id,
        deaths=row.deaths,
        progress=row.progress and json.loads(row.progress),
        ended_at=row.ended_at,
        end=row.end and JobEnd(row.end),
        report=row.report and json.loads(row.report),
    )
