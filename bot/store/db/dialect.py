"""What differs between SQLite and PostgreSQL: ON CONFLICT, advisory locks, and the clock."""

from __future__ import annotations

import datetime
from enum import IntEnum
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.db.schema import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Table

    Insert: TypeAlias = postgresql.Insert | sqlite.Insert

POSTGRESQL = "postgresql"
MOST_KEYS = 1_000  # parameters of a statement; SQLite allows 32,766
T = TypeVar("T")


class Lock(IntEnum):
    """Critical sections that transactions enter one after another, by the key of their advisory lock."""

    MIGRATING = 0x63687501  # "chu" and a number, so that other programs on the same database hardly use the same keys
    INBOX = 0x63687502
    OUTBOX = 0x63687503
    HIDING = 0x63687504
    TEXTS = 0x63687505


def acquire_lock(connection: Connection, lock: Lock, *, is_shared: bool = False) -> None:
    """Wait for a lock and hold it until the commit; does nothing on SQLite, which has a single writer anyway.

    Holders of a shared lock wait only for those of an exclusive one. A transaction that takes several takes INBOX
    before OUTBOX before HIDING, or two transactions could deadlock.
    """
    if connection.dialect.name == POSTGRESQL:
        take_it = func.pg_advisory_xact_lock_shared if is_shared else func.pg_advisory_xact_lock
        connection.execute(select(take_it(int(lock))))


def clock(connection: Connection) -> datetime.datetime:
    """Return the current time in UTC: PostgreSQL's, since clocks of the machines that share it may differ.

    On SQLite it is the local machine's.
    """
    if connection.dialect.name == POSTGRESQL:
        return connection.scalars(select(func.clock_timestamp(type_=Moment()))).one()
    return datetime.datetime.now(datetime.UTC)


def batched(values: Iterable[T], most: int) -> Iterator[list[T]]:
    """Yield the values, in order, in lists of at most `most`; nothing for no values."""
    left = iter(values)
    while batch := list(islice(left, most)):
        yield batch


def insert(connection: Connection, table: Table) -> Insert:
    """Return an INSERT with support for ON CONFLICT, which both dialects build by the same methods."""
    return postgresql.insert(table) if connection.dialect.name == POSTGRESQL else sqlite.insert(table)
