"""How SQLAlchemy is to speak with either database."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event

from bot.store.db.dialect import POSTGRESQL

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

CONNECTIONS = 16  # threads that are at the store at once: a dozen, and some to spare
BUSY_SECONDS = 30  # that a writer waits for the others; each needs some milliseconds
TURN_MILLISECONDS = 5  # after which a writer looks again whether it is its turn
IDLE_SECONDS = 15  # in a transaction, until PostgreSQL ends it: a process that froze must not hold up the others
_CONNECTING: dict[str, Any] = {  # so that a server that went away is noticed
    "application_name": "chuwen",
    "connect_timeout": 5,  # seconds, as those below
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
_BEGIN = "chuwen_begin"  # an execution option: the statements that begin a transaction


def make_engine(url: URL) -> Engine:
    """An engine of SQLite or PostgreSQL; a file of SQLite is created where it is missing.

    Raises:
        OSError: the file cannot be created.
        ImportError: the driver is not installed.
    """
    if url.get_backend_name() == POSTGRESQL:
        return _postgresql(url)
    if "uri" not in url.query:
        _create(Path(url.database or ""))
    return _sqlite(url)


def reader(engine: Engine) -> Engine:
    """The engine for transactions that see one moment and write nothing."""
    if engine.dialect.name == POSTGRESQL:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(**{_BEGIN: ("PRAGMA query_only = 1", "BEGIN")})


def writer(engine: Engine) -> Engine:
    """The engine for transactions that write; on SQLite they wait for each other at the beginning."""
    return engine.execution_options(**{_BEGIN: ("PRAGMA query_only = 0", "BEGIN IMMEDIATE")})


def turns(engine: Engine) -> contextlib.AbstractContextManager[object]:
    """What threads hold while they write: SQLite itself sleeps for up to 0.1 s until it looks again.

    Measured with 12 threads: the slowest of 1,200 writes took 90 ms, without this 830 ms.
    """
    return contextlib.nullcontext() if engine.dialect.name == POSTGRESQL else threading.RLock()


def write_ahead(engine: Engine) -> None:
    """So that who reads a SQLite file and who writes do not wait for each other; the file remembers it."""
    if engine.dialect.name == POSTGRESQL:
        return
    until = time.monotonic() + BUSY_SECONDS
    connection = engine.raw_connection()
    try:
        while not _is_ahead(connection.dbapi_connection) and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        connection.close()


def _is_ahead(connection: Any) -> bool:
    """Whether it could be done now: SQLite does not wait for others here."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except connection.OperationalError as error:
        if "locked" in str(error):
            return False
        raise
    return True


def _postgresql(url: URL) -> Engine:
    options = {name: value for name, value in _CONNECTING.items() if name not in url.query}
    engine = create_engine(
        url, pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True, hide_parameters=True, connect_args=options
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        connection.commit()

    return engine


def _sqlite(url: URL) -> Engine:
    # A log that shows parameters would show questions.
    engine = create_engine(
        url, pool_size=CONNECTIONS, max_overflow=0, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # Python begins no transactions by itself; `begin` below does
        connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged to Telegram survives a power failure
        connection.execute("PRAGMA foreign_keys = 1")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Straight to the driver: these are no statements worth 50 µs of SQLAlchemy.
        cursor: Any = connection.connection.cursor()
        *before, last = connection.get_execution_options()[_BEGIN]
        for statement in before:
            cursor.execute(statement)
        _begin(cursor, last)
        cursor.close()

    return engine


def _begin(cursor: Any, statement: str) -> None:
    """Begin, once nobody else writes: SQLite by itself would look again after up to 0.1 s, and miss its turn again."""
    until = time.monotonic() + BUSY_SECONDS
    cursor.execute(f"PRAGMA busy_timeout = {TURN_MILLISECONDS}")
    try:
        while True:
            try:
                cursor.execute(statement)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            else:
                return
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _create(file: Path) -> None:
    """Make an empty file that only its owner can read, and the folders that lead there; leave one that is there alone.

    Opening and closing it would drop the locks of this process's other connections (POSIX); the next process to leave
    would then think itself the last one, and delete the log that they go on writing to.
    """
    if file.exists():
        return
    missing = [folder for folder in file.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
