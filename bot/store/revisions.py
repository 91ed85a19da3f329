"""Which revision the tables of a database have, and how they come to the next ones."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from bot.store.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
