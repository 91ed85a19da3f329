"""Who is at work on the store: what a dead process held is free again."""

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

SEEN_SECONDS = 6  # not seen for that long: dead; three beats


def register(connection: Connection, host: str, pid: int, now: datetime.datetime) -> str:
    """Enter a process among the living; returns its id here."""
    process_id = uuid.uuid4().hex
    connection.execute(insert(processes).values(id=process_id, host=host, pid=pid, seen_at=now))
    return process_id


def beat(connection: Connection, process_id: str, now: datetime.datetime) -> bool:
    """Tell that a process lives; False where it was buried in the meantime, and has to register anew."""
    statement = update(processes).where(processes.c.id == process_id).values(seen_at=now)
    return connection.execute(statement).rowcount == 1


def bury(
    connection: Connection, host: str, is_running: Callable[[int], bool], now: datetime.datetime, *, but: str | None
) -> int:
    """Remove the dead, and free whatever is held by nobody who lives.

    Args:
        connection: in a transaction that writes.
        host: this machine, where pids mean something.
        is_running: whether a process of this machine runs.
        now: the time.
        but: the caller's own id, which is alive whatever the table says.

    Returns:
        How many processes were removed.
    """
    others = processes.c.id != (but or "")
    here = connection.execute(select(processes.c.id, processes.c.pid).where(processes.c.host == host, others)).all()
    gone = [row.id for row in here if not is_running(row.pid)]
    unseen = processes.c.seen_at < now - datetime.timedelta(seconds=SEEN_SECONDS)
    removed = connection.execute(delete(processes).where(others, or_(unseen, processes.c.id.in_(gone)))).rowcount
    # By who lives and not by who died: a process that was frozen may have taken something on after it was buried.
    living = select(processes.c.id)
    connection.execute(delete(leases).where(leases.c.process_id.not_in(living)))
    in_hand = inbox.c.process_id.is_not(None) & inbox.c.process_id.not_in(living)
    connection.execute(update(inbox).where(in_hand).values(process_id=None, deaths=inbox.c.deaths + 1))
    held = outbox.c.process_id.is_not(None) & outbox.c.process_id.not_in(living)
    connection.execute(update(outbox).where(held).values(process_id=None))
    begun = jobs.c.process_id.is_not(None) & jobs.c.process_id.not_in(living) & jobs.c.ended_at.is_(None)
    connection.execute(update(jobs).where(begun).values(process_id=None, deaths=jobs.c.deaths + 1))
    return removed


def leave(connection: Connection, process_id: str) -> None:
    """Remove a process that ends as it should; what it held is free, and no death is counted."""
    connection.execute(delete(leases).where(leases.c.process_id == process_id))
    for table in (inbox, outbox, jobs):
        connection.execute(update(table).where(table.c.process_id == process_id).values(process_id=None))
    connection.execute(delete(processes).where(processes.c.id == process_id))


def take_lease(connection: Connection, name: str, process_id: str) -> bool:
    """Whether a process may do what only one does at a time: the lease was free, or is its own already."""
    free = dialect.insert(connection, leases).values(name=name, process_id=process_id)
    connection.execute(free.on_conflict_do_nothing(index_elements=["name"]))
    return connection.scalar(select(leases.c.process_id).where(leases.c.name == name)) == process_id
