"""Running processes: registration, heartbeats, leases, and the release of what dead processes held."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update

from bot.store.db import dialect
from bot.store.db.schema import inbox, jobs, leases, outbox, processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

SEEN_SECONDS = 6  # a process whose last heartbeat is older counts as dead; three heartbeats


def register(connection: Connection, host: str, pid: int, now: datetime.datetime) -> str:
    """Register a process; returns the new id under which it claims rows."""
    process_id = uuid.uuid4().hex
    connection.execute(insert(processes).values(id=process_id, host=host, pid=pid, seen_at=now))
    return process_id


def touch(connection: Connection, process_id: str, now: datetime.datetime) -> bool:
    """Record a heartbeat; False, and nothing is changed, if the process was reaped and has to register again."""
    statement = update(processes).where(processes.c.id == process_id).values(seen_at=now)
    return connection.execute(statement).rowcount == 1


def reap_dead(
    connection: Connection, host: str, is_running: Callable[[int], bool], now: datetime.datetime, *, but: str | None
) -> int:
    """Delete processes that are dead and release every lease, update, message and job that no registered process holds.

    Dead are those whose last heartbeat is more than `SEEN_SECONDS` old, and those of this machine that no longer run.
    Updates and jobs count the death: one that kills every process that claims it is found by this count.

    Args:
        connection: in a transaction that writes.
        host: name of this machine, whose processes are also looked up by pid.
        is_running: returns whether a pid of this machine is in use.
        now: the time.
        but: the caller's own id, which is never deleted; None if it has none.

    Returns:
        How many processes were deleted.
    """
    others = processes.c.id != (but or "")
    on_host = select(processes.c.id, processes.c.pid).where(processes.c.host == host, others)
    ended = [row.id for row in connection.execute(on_host).all() if not is_running(row.pid)]
    is_expired = processes.c.seen_at < now - datetime.timedelta(seconds=SEEN_SECONDS)
    deleted = connection.execute(delete(processes).where(others, or_(is_expired, processes.c.id.in_(ended)))).rowcount
    # Everything that no registered process holds is released, not only what these held: a process that was frozen may
    # have claimed something after it was reaped.
    registered = select(processes.c.id)
    connection.execute(delete(leases).where(leases.c.process_id.not_in(registered)))
    updates = inbox.c.process_id.is_not(None) & inbox.c.process_id.not_in(registered)
    connection.execute(update(inbox).where(updates).values(process_id=None, deaths=inbox.c.deaths + 1))
    messages = outbox.c.process_id.is_not(None) & outbox.c.process_id.not_in(registered)
    connection.execute(update(outbox).where(messages).values(process_id=None))
    begun = jobs.c.process_id.is_not(None) & jobs.c.process_id.not_in(registered) & jobs.c.ended_at.is_(None)
    connection.execute(update(jobs).where(begun).values(process_id=None, deaths=jobs.c.deaths + 1))
    return deleted


def deregister(connection: Connection, process_id: str) -> None:
    """Delete a process that ends normally and release what it held, without counting a death; idempotent."""
    connection.execute(delete(leases).where(leases.c.process_id == process_id))
    for table in (inbox, outbox, jobs):
        connection.execute(update(table).where(table.c.process_id == process_id).values(process_id=None))
    connection.execute(delete(processes).where(processes.c.id == process_id))


def take_lease(connection: Connection, name: str, process_id: str) -> bool:
    """Take the lease of a task that only one process may do at a time.

    A lease has no expiry of its own: it is released when its process deregisters or is reaped.

    Returns:
        True if the process holds the lease now, also if it did before; False if another process holds it.
    """
    free = dialect.insert(connection, leases).values(name=name, process_id=process_id)
    connection.execute(free.on_conflict_do_nothing(index_elements=["name"]))
    return connection.scalar(select(leases.c.process_id).where(leases.c.name == name)) == process_id
