"""Takes a copy of all that the store keeps, and fills an empty store from one."""

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

KEPT = tuple(table for table in metadata.sorted_tables if table not in (processes, leases))  # no matter who is at work
NUMBERED = (outbox, versions, jobs, audit)  # by the database
AT_ONCE = 1_000  # rows in memory


def backup(database: Database, file: Path) -> int:
    """Write all that the store keeps to a file, as it is at one moment, while others go on.

    Returns:
        How many rows.

    Raises:
        OSError: the file cannot be written; what was there before still is.
    """
    with database.reading() as connection:
        made_at: datetime.datetime = connection.scalars(select(func.now(type_=Moment))).one()
        return backup_file.write(file, REVISION, made_at, _rows(connection))


def restore(address: str, file: Path) -> tuple[str, int]:
    """Fill an empty store from a file: with all of it, or with nothing.

    Args:
        address: as `Database.open` takes it.
        file: what `backup` wrote, on whichever database.

    Returns:
        Which store that is, without its password, and how many rows it has now.

    Raises:
        NotRestorable: the file is no whole backup.
        StoreTooNew: a newer program has written the file, or the store.
        StoreNotEmpty: there is something in the store.
        StoreUnusable: the store cannot be opened.
    """
    revision = backup_file.check(file)
    if not is_ours(revision):
        raise NotRestorable(file, f"nobody knows its revision {revision[:20]!r}")
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
    except (SQLAlchemyError, ValueError, TypeError, LookupError) as error:  # somebody changed the file by hand
        raise NotRestorable(file, str(getattr(error, "orig", error))) from error
    finally:
        database.close()


def _rows(connection: Connection) -> Iterator[Row]:
    """All rows, but for who has them in hand: that process is not at work where they go."""
    for table in KEPT:
        rows = connection.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key))
        for row in rows.mappings():
            values = dict(row)
            if "process_id" in values:
                values["process_id"] = None
            yield table.name, values


def _is_empty(connection: Connection) -> bool:
    return not any(connection.execute(select(table).limit(1)).first() for table in KEPT)


def _fill(connection: Connection, revision: str, rows: Iterable[Row]) -> int:
    """Make the tables as they were when the copy was taken, put the rows in, and go on from there."""
    clear(connection)
    upgrade(connection, revision)
    count = 0
    for name, group in itertools.groupby(rows, lambda row: row[0]):
        table, moments = _table(connection, name)
        while chunk := [_typed(values, moments) for _, values in itertools.islice(group, AT_ONCE)]:
            connection.execute(table.insert(), chunk)
            count += len(chunk)
    upgrade(connection, REVISION)
    if connection.dialect.name == POSTGRESQL:  # SQLite goes on from the largest by itself
        for table in NUMBERED:
            largest = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), largest)))
    return count


def _table(connection: Connection, name: str) -> tuple[Table, list[str]]:
    """A table as it is now in the database, and which of its columns are times."""
    table = Table(name, MetaData(), autoload_with=connection)
    moments = [column for column in table.columns if isinstance(column.type, DateTime)]
    for column in moments:
        column.type = Moment()
    return table, [column.name for column in moments]


def _typed(values: dict[str, Any], moments: Iterable[str]) -> dict[str, Any]:
    """The values of a row, with its times as times."""
    times = {name: datetime.datetime.fromisoformat(values[name]) for name in moments if values[name] is not None}
    return {**values, **times}
