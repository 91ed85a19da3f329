"""Opens and migrates the database, and provides connections in transactions."""

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
    """A database with the tables of `schema`; thread-safe.

    Attributes:
        place: its address without the password, to be shown.
        folder: of a SQLite file; None for a server.
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
        """Open a database and migrate its tables to the current revision.

        Args:
            address: `postgresql://…`, `sqlite:///…`, or the path of a SQLite file, which is created where missing.

        Raises:
            StoreUnusable: it cannot be opened, created or reached.
            StoreTooNew: it was written by a newer version of this program.
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
        """Open a database without migrating its tables.

        A SQLite file that is missing is created; a server is not contacted yet.

        Raises:
            StoreUnusable: it cannot be opened or created, or the address is malformed.
        """
        return cls(parse(address))

    def update(self) -> None:
        """Create the tables, or migrate them to the current revision; concurrent processes wait and find it done.

        Raises:
            StoreUnusable: it cannot be reached, or contains tables of another program.
            StoreTooNew: it was written by a newer version of this program; nothing is changed.
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
        """Return a revision unchanged if it is one of this program's, current or older; None if it is None (no tables).

        Raises:
            StoreUnusable: it is that of another program.
            StoreTooNew: it is that of a newer version of this program.
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
        """Provide a connection in a read-only transaction, which sees a snapshot of the store.

        Raises:
            SQLAlchemyError: the database cannot be reached; or, within the block, a statement fails, for example a
                write.
        """
        with self._reader.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Provide a connection in a transaction that is committed at the end, and rolled back on an error.

        On SQLite it is the only writer from the beginning, because a transaction that reads first could not write any
        more once another one has written. So keep it short, and never open one inside another.

        Raises:
            SQLAlchemyError: the database cannot be reached, or stays locked for `BUSY_SECONDS` (SQLite); or a statement
                or the commit fails.
        """
        with self._turn, self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the connections that are not in use; the others stay open until their transactions end.

        May be called again. A transaction that begins later opens a new connection.
        """
        self._engine.dispose()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """Convert errors to StoreUnusable with the message of the database, without passwords."""
        try:
            yield
        except (SQLAlchemyError, ImportError, OSError, ValueError) as error:
            reason = str(getattr(error, "orig", None) or error)
            for secret in self._secrets:
                reason = reason.replace(secret, "***")
            is_secret = any(secret in str(error) for secret in self._secrets)  # a chained error would be shown as well
            raise StoreUnusable(self.place, " ".join(reason.split())) from (None if is_secret else error)


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the tables, as four digits; None if there are none. Another program's has any format."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
    return revision


def is_ours(revision: str) -> bool:
    """Return whether a revision has the format of this program's: four digits, from 0001.

    It may be newer than REVISION.
    """
    return re.fullmatch(r"[0-9]{4}", revision) is not None and revision != "0000"


def clear(connection: Connection) -> None:
    """Drop all tables of the store and their revision, in the current transaction; those of other programs stay."""
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def upgrade(connection: Connection, revision: str) -> None:
    """Migrate the tables up to a revision, in the current transaction; missing tables are created.

    Does nothing if they have this revision or a later one.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it logs while it is imported already
    from alembic import command  # here, because it takes 0.2 s and is rarely needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")  # wherever the package is installed
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
