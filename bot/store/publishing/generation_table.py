"""What is published: the newest generation serves, and those before it can be gone back to."""

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

SUBSCRIBED = "subscribed"  # the mark of who subscribes to what, and may be written to
_NUMBER = select(func.max(generations.c.number))
SEEN = "seen"  # the mark of all that every process has to see: generations, hidden articles, operators


def current(connection: Connection) -> Generation | None:
    """The generation that serves; None in an empty store."""
    newest = select(generations).order_by(generations.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return _generation(row) if row else None


def current_number(connection: Connection) -> int:
    """Of the generation that serves; 0 in an empty store."""
    return connection.scalar(_NUMBER) or 0


def get(connection: Connection, number: int) -> Generation | None:
    """A generation that is kept."""
    row = connection.execute(select(generations).where(generations.c.number == number)).one_or_none()
    return _generation(row) if row else None


def kept(connection: Connection) -> list[Generation]:
    """All that can be gone back to, the newest first."""
    rows = connection.execute(select(generations).order_by(generations.c.number.desc()))
    return [_generation(row) for row in rows]


def publish(connection: Connection, generation: Generation, news: AnnouncedKeys) -> None:
    """Make a generation the one that serves; its versions were written before.

    Args:
        connection: in a transaction that writes.
        generation: one more than the current one.
        news: what it brings.
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
    told = {
        "generation": generation.number,
        "kind": (generation.kind if generation.number > 1 else JobKind.LOAD).value,  # nobody knew anything before
        "changes": json.dumps(news.record),
    }
    connection.execute(announcements.insert(), told)
    bump_counter(connection)


def forget(connection: Connection, keep: int) -> int:
    """Keep only the newest few; returns the number of the oldest of them."""
    newest = select(generations.c.number).order_by(generations.c.number.desc()).limit(keep)
    oldest = min(connection.scalars(newest), default=0)
    connection.execute(delete(generations).where(generations.c.number < oldest))
    return oldest


def bump_counter(connection: Connection, name: str = SEEN) -> None:
    """Let every process look anew, or whoever minds another mark."""
    statement = dialect.insert(connection, marks).values(name=name, number=1)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"number": marks.c.number + 1})
    connection.execute(statement)


def counter(connection: Connection, name: str = SEEN) -> int:
    """What `bump_counter` makes another number."""
    return connection.scalar(select(marks.c.number).where(marks.c.name == name)) or 0


def hidden_keys(connection: Connection) -> frozenset[str]:
    """The articles that are not to be found."""
    return frozenset(connection.scalars(select(hidden.c.key)))


def _generation(row: Row[Any]) -> Generation:
    values = dict(row._mapping)
    return Generation(**{**values, "kind": JobKind(row.kind), "counts": json.loads(row.counts)})
