"""Opens the database, and gives connections in a transaction."""

from __future__ import annotations

import contextlib
import logging
import re
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.db.address import folder_of, parse, passwords, place_of
from bot.store.db.dialect import Lock, acquire_lock
from bot.store.db.engine import make_engine, reader, turns, write_ahead, writer
from bot.store.db.errors import StoreTooNew, StoreUnusable
from bot.store.db.schema import REVISION, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL
    from sqlalchemy import Connection as Connection


class Database:
    """A database whose tables are those of `schema`.

    Attributes:
        place: which one, for people to read, without the password.
        folder: where a SQLite file stands; None for a server.
    """

    def __init__(self, url: URL) -> None:
        self.place = place_of(url)
        self.folder = folder_of(url)
        self._secrets = passwords(url)
        with self._failing():
            self._engine = make_engine(url)
        self._reader, self._writer = reader(self._engine), writer(self._engine)
        self._turn = turns(self._engine)

    def __repr__(self) -> str:
        return f"Database({self.place!r})"

    @classmethod
    def open(cls, address: str) -> Database:
        """Open a database, and bring its tables up to date.

        Args:
            address: `postgresql://…`, `sqlite:///…`, or the path of a SQLite file, which is created where missing.

        Raises:
            StoreUnusable: it cannot be opened, created or reached.
            StoreTooNew: a newer program has written it.
        """
        database = cls.connect(address)
        try:
            database.update()
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def connect(cls, address: str) -> Database:
        """Open a database, and leave its tables as they are.

        Raises:
            StoreUnusable: it cannot be opened or created.
        """
        return cls(parse(address))

    def update(self) -> None:
        """Bring the tables up to date; whoever else does so at the same time waits.

        Raises:
            StoreUnusable: it cannot be reached, or holds something else.
            StoreTooNew: a newer program has written it.
        """
        with self._failing():
            with self.reading() as connection:
                if self.known(revision_of(connection)) == REVISION:
                    return
            write_ahead(self._engine)
            with self.writing() as connection:
                acquire_lock(connection, Lock.MIGRATING)
                if self.known(revision_of(connection)) != REVISION:
                    upgrade(connection, REVISION)

    def known(self, revision: str | None) -> str | None:
        """A revision, if this program knows it.

        Raises:
            StoreUnusable: another program counts so.
            StoreTooNew: a newer program does.
        """
        if revision is None:
            return None
        if not is_ours(revision):
            raise StoreUnusable(self.place, "another program keeps its tables there")
        if revision > REVISION:
            raise StoreTooNew(self.place, revision, REVISION)
        return revision

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the store, and cannot write."""
        with self._reader.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction: committed at the end, rolled back on an error.

        On SQLite it is the only one that writes, from the beginning: a transaction that reads first and writes then
        could not go on where another one has written in between. So be short, and never open one in another.
        """
        with self._turn, self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """Say why the store cannot be used, in the words of the database and without a password."""
        try:
            yield
        except (SQLAlchemyError, ImportError, OSError, ValueError) as error:
            reason = str(getattr(error, "orig", None) or error)
            for secret in self._secrets:
                reason = reason.replace(secret, "***")
            is_secret = any(secret in str(error) for secret in self._secrets)  # the chain is shown, too
            raise StoreUnusable(self.place, " ".join(reason.split())) from (None if is_secret else error)


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
    return found


def is_ours(revision: str) -> bool:
    """Whether this program, or a newer one, counts so: from 0001."""
    return re.fullmatch(r"[0-9]{4}", revision) is not None and revision != "0000"


def clear(connection: Connection) -> None:
    """Remove all tables."""
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the tables to a revision, in the transaction that is under way."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it reports what nobody asked for, from the import on
    from alembic import command  # a fifth of a second, and hardly ever needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")  # wherever the package is installed
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
