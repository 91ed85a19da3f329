"""Backs up the store to a file, and restores an empty store from one, across both databases and older revisions."""

from __future__ import annotations

import datetime
import itertools
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, MetaData, Table, func, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.store.db import backup_file
from bot.store.db.database import Database, clear, is_ours, upgrade
from bot.store.db.dialect import POSTGRESQL, Lock, acquire_lock
from bot.store.db.errors import NotRestorable, StoreNotEmpty, StoreTooNew, StoreUnusable
from bot.store.db.schema import REVISION, Moment, audit, jobs, leases, metadata, outbox, processes, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.store.db.backup_file import Row

KEPT = tuple(
    table for table in metadata.sorted_tables if table not in (processes, leases)
)  # running processes do not belong to a backup
NUMBERED = (outbox, versions, jobs, audit)  # tables whose ids the database assigns
BATCH = 1_000  # rows in memory


def backup(database: Database, file: Path) -> int:
    """Write a snapshot of the store to a file; others can read and write meanwhile. An existing file is replaced.

    Running processes and leases are left out, and all rows are written as unclaimed.

    Returns:
        How many rows it contains.

    Raises:
        OSError: the file cannot be written; an existing one is unchanged.
        SQLAlchemyError: the store cannot be read; an existing file is unchanged.
    """
    with database.reading() as connection:
        made_at: datetime.datetime = connection.scalars(select(func.now(type_=Moment))).one()
        return backup_file.write(file, REVISION, made_at, _rows(connection))


def restore(address: str, file: Path) -> tuple[str, int]:
    """Restore an empty store from a backup, all of it or nothing; a missing SQLite file is created.

    Args:
        address: as `Database.open` takes it.
        file: written by `backup`, from either database, by this or an older version of the program.

    Returns:
        The address of the store without its password, and how many rows were restored.

    Raises:
        NotRestorable: the file is not a complete backup, or cannot be read.
        StoreTooNew: the file or the store was written by a newer version of this program.
        StoreNotEmpty: the store contains rows.
        StoreUnusable: the store cannot be opened.
    """
    revision = backup_file.check(file)
    if not is_ours(revision):
        raise NotRestorable(file, f"its revision {revision[:20]!r} is unknown")
    if revision > REVISION:
        raise StoreTooNew(str(file), revision, REVISION)
    database = Database.open(address)
    try:
        with database.writing() as connection:
            acquire_lock(connection, Lock.MIGRATING)
            if not _is_empty(connection):
                raise StoreNotEmpty(database.place)
            return database.place, _fill(connection, revision, backup_file.rows_of(file))
    except OperationalError as error:
        raise StoreUnusable(database.place, str(error.orig)) from error
    except (SQLAlchemyError, ValueError, TypeError, LookupError) as error:  # the file was changed by hand
        raise NotRestorable(file, str(getattr(error, "orig", error))) from error
    finally:
        database.close()


def _rows(connection: Connection) -> Iterator[Row]:
    """Yield all rows as (table, values), as unclaimed: processes that hold them do not run where they are restored."""
    for table in KEPT:
        rows = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*table.primary_key))
        for row in rows.mappings():
            values = dict(row)
            if "process_id" in values:
                values["process_id"] = None
            yield table.name, values


def _is_empty(connection: Connection) -> bool:
    """Return whether no table that is backed up contains a row."""
    return not any(connection.execute(select(table).limit(1)).first() for table in KEPT)


def _fill(connection: Connection, revision: str, rows: Iterable[Row]) -> int:
    """Create the tables of the backup's revision, insert its rows, and migrate them; returns how many were inserted.

    Existing tables are dropped first.
    """
    clear(connection)
    upgrade(connection, revision)
    count = 0
    for name, group in itertools.groupby(rows, lambda row: row[0]):
        table, moments = _table(connection, name)
        while chunk := [_typed(values, moments) for _, values in itertools.islice(group, BATCH)]:
            connection.execute(table.insert(), chunk)
            count += len(chunk)
    upgrade(connection, REVISION)
    if connection.dialect.name == POSTGRESQL:  # SQLite continues from the largest id by itself
        for table in NUMBERED:
            largest = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), largest)))
    return count


def _table(connection: Connection, name: str) -> tuple[Table, list[str]]:
    """Read the definition of a table from the database; returns it with the names of its time columns."""
    table = Table(name, MetaData(), autoload_with=connection)
    moments = [column for column in table.columns if isinstance(column.type, DateTime)]
    for column in moments:
        column.type = Moment()
    return table, [column.name for column in moments]


def _typed(values: dict[str, Any], moments: Iterable[str]) -> dict[str, Any]:
    """Return the values of a row with times parsed from ISO 8601."""
    times = {name: datetime.datetime.fromisoformat(values[name]) for name in moments if values[name] is not None}
    return {**values, **times}
