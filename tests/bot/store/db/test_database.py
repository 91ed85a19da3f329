"""Opening a store: which addresses, what happens to files, tables and secrets, and what transactions promise."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

import bot
from bot.store.db.address import parse
from bot.store.db.database import Database, revision_of
from bot.store.db.errors import StoreTooNew, StoreUnusable
from bot.store.db.schema import REVISION, leases, metadata

if TYPE_CHECKING:
    from tests.support.store_fixtures import NewAddress
SECRET = "geheim%40wort"  # noqa: S105 # as it stands in an address


def count(database: Database) -> int:
    """How many leases there are."""
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(leases)) or 0


@pytest.mark.parametrize("name", ["a.db", "库 房.db", "50%.db", "what?.db", "a#b.db", "x&y=1.db", "新/夹 子/a.db"])
def test_any_path_is_a_file(tmp_path: Path, name: str) -> None:
    """A path is no URL: its characters mean nothing."""
    Database.open(str(tmp_path / name)).close()
    assert (tmp_path / name).read_bytes().startswith(b"SQLite format 3")


def test_a_relative_path_and_a_tilde_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People write both."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    Database.open("here.db").close()
    Database.open("~/there.db").close()
    assert (tmp_path / "here.db").is_file()
    assert (tmp_path / "home" / "there.db").is_file()


def test_a_sqlite_url_is_a_file(tmp_path: Path) -> None:
    """Who knows SQLAlchemy may write its URLs."""
    database = Database.open(f"sqlite:///{tmp_path}/a.db")
    database.close()
    assert database.place == str(tmp_path / "a.db")


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """Questions are private, and others may be on this machine."""
    old = os.umask(0)
    try:
        Database.open(str(tmp_path / "new" / "newer" / "a.db")).close()
    finally:
        os.umask(old)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new", *sorted((tmp_path / "new").rglob("*")))]
    assert modes == [0o700, 0o700, 0o600]


@pytest.mark.parametrize("address", ["", ":memory:", "sqlite://", "sqlite:///:memory:"])
def test_memory_is_refused(address: str) -> None:
    """Nothing would be left after the end."""
    with pytest.raises(StoreUnusable, match="memory"):
        Database.open(address)


@pytest.mark.parametrize("scheme", ["mysql", "mysql+pymysql", "postgresql+asyncpg", "sqlite+aiosqlite", "redis"])
def test_other_databases_are_refused(scheme: str) -> None:
    """And the message names those that are not."""
    with pytest.raises(StoreUnusable, match="postgresql://") as caught:
        Database.open(f"{scheme}://user:{SECRET}@host/name")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:1/name",
        f"postgres://user:{SECRET}@127.0.0.1:1/name",
        f"postgresql://127.0.0.1:1/name?password={SECRET}",
        f"postgresql://user:{SECRET}@127.0.0.1:1/name?sslmode=geheim@wort",
        f"postgresql://user:{SECRET}@127.0.0.1:1",
        "postgresql://user:geheim@wort:x@127.0.0.1/name",
        "postgresql://user:a@geheim@127.0.0.1/name",
        "postgresql://user@127.0.0.1:geheim/name",
        f"postgresql://user:{SECRET}@127.0.0.1:99999/name",
        f"postgresql://user:{SECRET}@127.0.0.1:1/name?geheim=1",
    ],
)
def test_no_error_shows_the_password(address: str) -> None:
    """Errors are logged, and shown to who types the command."""
    with pytest.raises(StoreUnusable) as caught:
        Database.open(address)
    error = caught.value
    shown = " ".join((*traceback.format_exception(error), repr(error), error.place, error.reason))
    assert "geheim@wort" not in shown
    assert SECRET not in shown
    assert "@geheim" not in shown


def test_its_name_shows_no_password() -> None:
    """It may stand in a log."""
    database = Database(parse(f"postgres://user:{SECRET}@host:5433/name"))
    assert repr(database) == "Database('postgresql://user@host:5433/name')"
    database.close()


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(StoreUnusable) as caught:
        Database.open(str(tmp_path))
    assert caught.value.place == str(tmp_path)


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """Somebody mistyped a path."""
    file = tmp_path / "letter.txt"
    file.write_text("dear reader " * 1000)
    with pytest.raises(StoreUnusable, match="not a database"):
        Database.open(str(file))
    assert file.read_text() == "dear reader " * 1000


@pytest.mark.parametrize("revision", ["ae1027a6acf", "0000", "１２３４"])
def test_the_tables_of_another_program_are_left_alone(new_address: NewAddress, revision: str) -> None:
    """Two programs that count revisions in one database would destroy each other's tables."""
    address = new_address()
    Database.open(address).close()
    _set_revision(address, revision)
    with pytest.raises(StoreUnusable, match="another program"):
        Database.open(address)


def _set_revision(address: str, revision: str) -> None:
    database = Database.open(address)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    database.close()


def test_a_newer_store_is_refused(new_address: NewAddress) -> None:
    """An older program does not know what the newer one means by its tables."""
    address = new_address()
    _set_revision(address, "0999")
    with pytest.raises(StoreTooNew) as caught:
        Database.open(address)
    assert (caught.value.found, caught.value.known) == ("0999", REVISION)


def test_a_newer_file_is_untouched(tmp_path: Path) -> None:
    """Whoever has the newer program goes on with it."""
    file = tmp_path / "a.db"
    _set_revision(str(file), "0999")
    before = file.read_bytes()
    with pytest.raises(StoreTooNew):
        Database.open(str(file))
    assert file.read_bytes() == before


def test_the_migrations_give_the_tables_of_the_schema(new_address: NewAddress) -> None:
    """What the statements are written for is what is there."""
    database = Database.open(new_address())
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert revision_of(connection) == REVISION
    database.close()


def test_the_partial_indexes_are_those_of_the_schema(new_address: NewAddress) -> None:
    """What a comparison of names and columns overlooks."""
    database = Database.open(new_address())
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            name = f"{connection.dialect.name}_where"
            found = {
                one["name"]: one["dialect_options"].get(name) for one in inspect(connection).get_indexes(table.name)
            }
            wanted = {str(one.name): one.dialect_options[connection.dialect.name]["where"] for one in table.indexes}
            assert {one: _plain(found[one]) for one in wanted} == {one: _plain(where) for one, where in wanted.items()}
    database.close()


def _plain(where: object) -> str | None:
    """A condition without what a database adds to it."""
    return (
        None
        if where is None
        else str(where).replace("(", "").replace(")", "").replace("::text", "").replace("::character varying", "")
    )


def test_opening_again_keeps_what_is_there(new_address: NewAddress) -> None:
    """Every start opens the store."""
    address = new_address()
    for name in ("a", "b"):
        database = Database.open(address)
        with database.writing() as connection:
            connection.execute(insert(leases).values(name=name, process_id="p"))
        database.close()
    database = Database.open(address)
    assert count(database) == 2
    database.close()


def test_many_may_open_an_empty_store_at_once(new_address: NewAddress) -> None:
    """Several processes start together on the first day."""
    address, together = new_address(), threading.Barrier(6)

    def open_one(_number: int) -> int:
        together.wait()
        database = Database.open(address)
        try:
            return count(database)
        finally:
            database.close()

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(open_one, range(6))) == [0] * 6


def test_migrating_says_nothing(
    new_address: NewAddress, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever reads the log wants to read about the bot."""
    caplog.set_level(logging.DEBUG)
    Database.open(new_address()).close()
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name.startswith(("alembic", "sqlalchemy"))] == []


def test_it_works_wherever_it_is_installed(tmp_path: Path) -> None:
    """The steps are found beside the program, and `%` means something to configuration files."""
    place = tmp_path / "50% 夹 子"
    shutil.copytree(Path(bot.__file__).parent / "store", place / "bot" / "store")
    (place / "bot" / "__init__.py").touch()
    program = "import sys; from bot.store.db.database import Database; Database.open(sys.argv[1]).close()"
    command = [sys.executable, "-W", "error", "-c", program, str(tmp_path / "a.db")]
    done = subprocess.run(command, cwd=place, env={"PYTHONPATH": str(place)}, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert (tmp_path / "a.db").stat().st_size > 0


def test_an_error_rolls_back(database: Database) -> None:
    """All of a transaction, or nothing."""

    def fail() -> None:
        with database.writing() as connection:
            connection.execute(insert(leases).values(name="a", process_id="p"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert count(database) == 0


def test_who_reads_cannot_write(database: Database) -> None:
    """On SQLite such a transaction could not go on where another one wrote in between."""

    def write() -> None:
        with database.reading() as connection:
            connection.execute(insert(leases).values(name="a", process_id="p"))

    with pytest.raises(DBAPIError):
        write()
    assert count(database) == 0
    with database.writing() as connection:  # the connection is as good as before
        connection.execute(insert(leases).values(name="a", process_id="p"))
    assert count(database) == 1


def test_who_reads_sees_one_moment(database: Database) -> None:
    """A backup, or an answer and its messages, belong together."""
    counting = select(func.count()).select_from(leases)
    with database.reading() as reader:
        assert reader.scalar(counting) == 0
        with database.writing() as writer:
            writer.execute(insert(leases).values(name="a", process_id="p"))
        assert reader.scalar(counting) == 0
    assert count(database) == 1


def test_writers_that_read_first_do_not_lock_each_other_out(database: Database) -> None:
    """Each waits for its turn from the beginning."""
    together = threading.Barrier(8)

    def work(number: int) -> None:
        together.wait()
        for turn in range(10):
            with database.writing() as connection:
                connection.scalar(select(func.count()).select_from(leases))
                connection.execute(insert(leases).values(name=f"{number}/{turn}", process_id="p"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert count(database) == 80


def test_sqlite_is_set_to_lose_nothing(tmp_path: Path) -> None:
    """What Telegram was told has arrived survives a power failure."""
    database = Database.open(str(tmp_path / "a.db"))
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with database.writing() as connection:
        assert [connection.scalar(text(f"PRAGMA {name}")) for name in names] == ["wal", 2, 1, 30_000]
    database.close()


def test_nothing_is_left_beside_the_file_when_it_is_closed(tmp_path: Path) -> None:
    """The file alone can be copied or moved."""
    database = Database.open(str(tmp_path / "a.db"))
    with database.writing() as connection:
        connection.execute(insert(leases).values(name="a", process_id="p"))
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
    file = sqlite3.connect(tmp_path / "a.db")
    assert file.execute("SELECT count(*) FROM leases").fetchone() == (1,)
    file.close()
