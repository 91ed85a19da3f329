"""Generations: the newest one is served, earlier ones can be rolled back to; and the version counters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from bot.domain.jobs import Generation, JobKind
from bot.store.db import dialect
from bot.store.db.schema import announcements, generations, hidden, marks

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from bot.domain.subscriptions import AnnouncedKeys

SUBSCRIBED = "subscribed"  # counter: subscriptions, and chats that blocked the bot (not that they unblocked it)
_NUMBER = select(func.max(generations.c.number))
SEEN = "seen"  # counter: generations, hidden articles, operators


def current(connection: Connection) -> Generation | None:
    """Return the generation that is served, which is the newest; None in an empty store."""
    newest = select(generations).order_by(generations.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return _generation(row) if row else None


def current_number(connection: Connection) -> int:
    """Return the number of the generation that is served; 0 in an empty store."""
    return connection.scalar(_NUMBER) or 0


def get(connection: Connection, number: int) -> Generation | None:
    """Return a generation by its number; None if it was never published, or is no longer kept."""
    row = connection.execute(select(generations).where(generations.c.number == number)).one_or_none()
    return _generation(row) if row else None


def kept(connection: Connection) -> list[Generation]:
    """Return the generations that are stored, the newest first: the one that is served, and those to roll back to."""
    rows = connection.execute(select(generations).order_by(generations.c.number.desc()))
    return [_generation(row) for row in rows]


def publish(connection: Connection, generation: Generation, news: AnnouncedKeys) -> None:
    """Publish a generation, whose versions were written before, and add its announcement; bumps the counter SEEN.

    Args:
        connection: in a transaction that writes; its commit publishes the generation.
        generation: its number is the current one plus 1.
        news: the changes that it brings; those of generation 1 are announced to nobody.

    Raises:
        IntegrityError: a generation with this number is published already; roll back.
    """
    values = {
        "number": generation.number,
        "kind": generation.kind.value,
        "made_at": generation.made_at,
        "actor": generation.actor,
        "corpus": generation.corpus,
        "source_digest": generation.source_digest,
        "origin": generation.origin,
        "counts": json.dumps(dict(generation.counts)),
    }
    connection.execute(generations.insert(), values)
    announcement = {
        "generation": generation.number,
        "kind": (generation.kind if generation.number > 1 else JobKind.LOAD).value,  # nobody is told of the first one
        "changes": json.dumps(news.record),
    }
    connection.execute(announcements.insert(), announcement)
    bump_counter(connection)


def forget(connection: Connection, keep: int) -> int:
    """Delete all but the newest `keep` (at least 1) generations; returns the number of the oldest one kept.

    Their articles and announcements stay (`article_table.prune`). Returns 0, and deletes nothing, in an empty store.
    """
    newest = select(generations.c.number).order_by(generations.c.number.desc()).limit(keep)
    oldest = min(connection.scalars(newest), default=0)
    connection.execute(delete(generations).where(generations.c.number < oldest))
    return oldest


def bump_counter(connection: Connection, name: str = SEEN) -> None:
    """Increment a version counter, so that other processes reload what it covers once this is committed."""
    statement = dialect.insert(connection, marks).values(name=name, number=1)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"number": marks.c.number + 1})
    connection.execute(statement)


def counter(connection: Connection, name: str = SEEN) -> int:
    """Return the value of a version counter; 0 if it was never bumped."""
    return connection.scalar(select(marks.c.number).where(marks.c.name == name)) or 0


def hidden_keys(connection: Connection) -> frozenset[str]:
    """Return the keys of the hidden articles."""
    return frozenset(connection.scalars(select(hidden.c.key)))


def _generation(row: Row[Any]) -> Generation:
    values = dict(row._mapping)
    return Generation(**{**values, "kind": JobKind(row.kind), "counts": json.loads(row.counts)})
