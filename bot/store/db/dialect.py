"""Where the two databases differ: ON CONFLICT, and locks that are no rows."""

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
MOST_KEYS = 1_000  # in one statement; SQLite takes 32,766
T = TypeVar("T")


class Lock(IntEnum):
    """What transactions do one after another."""

    MIGRATING = 0x63687501  # "chu", so that other programs on the same database hardly use the numbers
    INBOX = 0x63687502
    OUTBOX = 0x63687503
    HIDING = 0x63687504
    TEXTS = 0x63687505


def acquire_lock(connection: Connection, lock: Lock, *, is_shared: bool = False) -> None:
    """Wait for a lock, which is held to the end of the transaction; SQLite has but one writer anyway.

    Those who share it wait only for who does not.
    """
    if connection.dialect.name == POSTGRESQL:
        take_it = func.pg_advisory_xact_lock_shared if is_shared else func.pg_advisory_xact_lock
        connection.execute(select(take_it(int(lock))))


def clock(connection: Connection) -> datetime.datetime:
    """The time by the database's clock: those of the machines that share it may differ by more than matters."""
    if connection.dialect.name == POSTGRESQL:
        return connection.scalars(select(func.clock_timestamp(type_=Moment()))).one()
    return datetime.datetime.now(datetime.UTC)


def batched(values: Iterable[T], most: int) -> Iterator[list[T]]:
    """Values in lists of at most so many."""
    left = iter(values)
    while some := list(islice(left, most)):
        yield some


def insert(connection: Connection, table: Table) -> Insert:
    """An INSERT that knows ON CONFLICT; both databases understand the same calls."""
    return postgresql.insert(table) if connection.dialect.name == POSTGRESQL else sqlite.insert(table)
