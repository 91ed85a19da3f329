"""Who may operate, what is hidden, and what was done by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.store import generations
from bot.store.dialect import insert
from bot.store.model import State
from bot.store.operations import Actor, Entry, Hidden, JobEnd, Operator, Shown
from bot.store.schema import audit, hidden, operators, outbox

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.store.operations import Appoint, Hide


def is_operator(connection: Connection, person_id: int) -> bool:
    """Whether an operator has said so of somebody."""
    return connection.scalar(select(operators.c.person_id).where(operators.c.person_id == person_id)) is not None


def appointed(connection: Connection) -> list[Operator]:
    """All of those, the first first."""
    rows = connection.execute(select(operators).order_by(operators.c.added_at, operators.c.person_id))
    return [Operator(*row) for row in rows]


def appoint(connection: Connection, deed: Appoint, now: datetime.datetime) -> None:
    """Let somebody operate, or no more."""
    if deed.is_operator:
        values = {"person_id": deed.person_id, "name": deed.name, "actor": deed.actor, "added_at": now}
        fresh = insert(connection, operators).values(values)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["person_id"]))
    else:
        connection.execute(delete(operators).where(operators.c.person_id == deed.person_id))
    generations.mark(connection)


def hide(connection: Connection, deed: Hide, now: datetime.datetime) -> None:
    """Take an article out of sight, or bring it back."""
    if deed.is_hidden:
        values = {"key": deed.key, "title": deed.title, "actor": deed.actor, "hidden_at": now}
        fresh = insert(connection, hidden).values(values)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["key"]))
    else:
        connection.execute(delete(hidden).where(hidden.c.key == deed.key))
    generations.mark(connection)


def hidden_ones(connection: Connection) -> list[Hidden]:
    """The articles that are out of sight, the latest first."""
    rows = connection.execute(select(hidden).order_by(hidden.c.hidden_at.desc(), hidden.c.key))
    return [Hidden(*row) for row in rows]


def are_hidden(connection: Connection, keys: Collection[str]) -> bool:
    """Whether one of some articles is out of sight."""
    found = select(hidden.c.key).where(hidden.c.key.in_(keys)).limit(1)
    return bool(keys) and connection.scalar(found) is not None


def shown_with(connection: Connection, key: str) -> list[Shown]:
    """The messages that quote an article, as far back as they are kept: those that stand in a chat, or will."""
    cites = outbox.c.cites.contains(key, autoescape=True)
    columns = (outbox.c.id, outbox.c.chat_id, outbox.c.edits, outbox.c.payload)
    where = (cites, outbox.c.state.in_((State.WAITING.value, State.SENT.value)))
    return [Shown(*row) for row in connection.execute(select(*columns).where(*where).order_by(outbox.c.id))]


def record(connection: Connection, entry: Entry, now: datetime.datetime) -> None:
    """Write an operation down."""
    values = {
        "at": now,
        "person_id": entry.actor.person_id,
        "chat_id": entry.actor.chat_id,
        "actor": entry.actor.name,
        "action": entry.action,
        "detail": entry.detail,
        "end": entry.end.value,
    }
    connection.execute(audit.insert().values(values))


def entries(connection: Connection, limit: int, start: int = 0) -> list[Entry]:
    """What was done, the latest first."""
    rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit).offset(start))
    return [
        Entry(Actor(row.actor, row.person_id, row.chat_id), row.action, row.detail, JobEnd(row.end), row.at)
        for row in rows
    ]


def count_entries(connection: Connection) -> int:
    """How many there are."""
    return connection.scalar(select(func.count()).select_from(audit)) or 0
