"""Work that takes long: kept until it is done, whoever dies over it, and of each lane one at a time."""

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
_IS_FREE = (_IS_OPEN, jobs.c.process_id.is_(None))  # open, and in nobody's hands


def ask(
    connection: Connection, request: JobRequest, now: datetime.datetime, process_id: str | None = None
) -> int | None:
    """Put a job in, in the hands of a process or of whichever comes; None where one of its lane is open."""
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
    if open_one(connection, request.kind.lane):
        return None
    statement = dialect.insert(connection, jobs).values(values)  # two at the same moment: the index lets one in
    number: int | None = connection.scalar(statement.on_conflict_do_nothing().returning(jobs.c.id))
    return number


def get(connection: Connection, job_id: int) -> Job | None:
    """A job by its number."""
    return _one(connection, jobs.c.id == job_id)


def open_one(connection: Connection, lane: str) -> Job | None:
    """The job of a lane that is waiting or under way."""
    return _one(connection, jobs.c.lane == lane, _IS_OPEN)


def last(connection: Connection, kinds: Collection[JobKind]) -> Job | None:
    """The job of these kinds that was begun last."""
    return _one(connection, jobs.c.kind.in_([kind.value for kind in kinds]))


def claim(connection: Connection, process_id: str, kinds: Collection[JobKind]) -> Job | None:
    """Take on a job of these kinds that nobody has in hand."""
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
    """Whether there is a job that nobody has in hand."""
    waiting = select(jobs.c.id).where(*_IS_FREE).limit(1)
    return connection.scalar(waiting) is not None


def is_held(connection: Connection, job_id: int, process_id: str) -> bool:
    """Whether a job is still in the hands of a process, to the end of the transaction."""
    held = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.process_id == process_id, _IS_OPEN)
    return connection.scalar(held.with_for_update()) is not None


def note(connection: Connection, job_id: int, process_id: str, progress: Mapping[str, Any]) -> bool:
    """Keep how far a job is; False where the process holds it no longer."""
    return _change(connection, job_id, process_id, progress=json.dumps(dict(progress)))


def release(connection: Connection, job_id: int, process_id: str) -> bool:
    """Let go of a job that another process may begin anew."""
    return _change(connection, job_id, process_id, process_id=None)


def end(
    connection: Connection,
    job_id: int,
    process_id: str,
    how: JobEnd,
    report: Mapping[str, Any],
    now: datetime.datetime,
) -> bool:
    """End a job; False, and nothing is changed, where the process holds it no longer."""
    values = {"end": how.value, "report": json.dumps(dict(report)), "ended_at": now}
    return _change(connection, job_id, process_id, process_id=None, **values)


def drop(connection: Connection, job_id: int, now: datetime.datetime) -> bool:
    """End a job that nobody has in hand."""
    statement = update(jobs).where(jobs.c.id == job_id, *_IS_FREE)
    return connection.execute(statement.values(end=JobEnd.DROPPED.value, ended_at=now)).rowcount == 1


def settle(connection: Connection, job_id: int, how: JobEnd) -> bool:
    """Say what becomes of what a job held back; False where somebody has said so before."""
    statement = update(jobs).where(jobs.c.id == job_id, jobs.c.end == JobEnd.HELD.value)
    return connection.execute(statement.values(end=how.value)).rowcount == 1


def _change(connection: Connection, job_id: int, holder: str, **values: object) -> bool:
    statement = update(jobs).where(jobs.c.id == job_id, jobs.c.process_id == holder, _IS_OPEN)
    return connection.execute(statement.values(**values)).rowcount == 1


def _one(connection: Connection, *where: ColumnElement[bool]) -> Job | None:
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
