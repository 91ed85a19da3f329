"""Column types, the metadata that all tables share, and partial indexes."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Index, Integer, MetaData, Text, TypeDecorator, text

metadata = MetaData()
Big = BigInteger().with_variant(Integer, "sqlite")  # SQLite assigns ids to a key of type INTEGER only


class Moment(TypeDecorator[datetime.datetime]):
    """A time-zone-aware time, stored in UTC; SQLite stores no time zone, so it is added on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:  # noqa: ARG002
        """Convert a time to UTC; None stays None.

        Raises:
            ValueError: it has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {value}")
        return value.astimezone(datetime.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime.datetime | None:  # noqa: ARG002
        """Return the time in UTC; one without a time zone (SQLite) is taken as UTC. None stays None."""
        if value is None:
            return None
        moment: datetime.datetime = value
        return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)


class ErrorText(TypeDecorator[str]):
    """An error message that both databases accept: at most 2,000 characters, no NUL, no lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Truncate to 2,000 characters, remove NUL, and replace lone surrogates by `?`; None stays None."""
        return None if value is None else value[:2000].replace("\0", "").encode("utf-8", "replace").decode()


def partial_index(name: str, *columns: Column[Any], where: str, unique: bool = False) -> None:
    """Define an index of the rows that satisfy `where`, a condition in SQL; `unique` applies to those rows only.

    The planner uses it only for a query whose WHERE contains the same condition with the same literals: a bound
    parameter in its place would not match.
    """
    Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
