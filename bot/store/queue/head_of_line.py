"""Which rows are next, one a chat: what inbox and outbox have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, Subquery, exists, func, select, update

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import ColumnElement, Connection, Table


def release(connection: Connection, table: Table, process_id: str, but: Collection[int]) -> None:
    """Let go of rows that a process holds without knowing: the connection broke when it was told of them."""
    (key,) = table.primary_key
    astray = update(table).where(table.c.process_id == process_id, key.not_in(but))
    connection.execute(astray.values(process_id=None))


def heads(table: Table, is_open: Callable[[FromClause], ColumnElement[bool]]) -> Subquery:
    """The first open row of each chat that has no row in hand.

    The chats are found by going from each to the next one in the index, and no table is joined: so ten thousand rows
    of one chat cost no more than one, whatever PostgreSQL has counted of the table so far.

    Args:
        table: has `chat_id`, `process_id`, `next_at`, and a partial index on chat and key of the open rows.
        is_open: what the index says of its rows.

    Returns:
        The columns `chat_id`, `head` (the key) and `next_at`.
    """
    (key,) = table.primary_key
    start = table.alias("start")
    lanes = select(func.min(start.c.chat_id).label("chat_id")).where(is_open(start)).cte("lanes", recursive=True)
    after = table.alias("after")
    following = select(func.min(after.c.chat_id)).where(is_open(after), after.c.chat_id > lanes.c.chat_id)
    step: Any = select(following.correlate(lanes).scalar_subquery()).where(lanes.c.chat_id.is_not(None))
    lanes = lanes.union_all(step)
    row, held = table.alias("row_"), table.alias("held")
    head = select(func.min(row.c[key.name])).where(is_open(row), row.c.chat_id == lanes.c.chat_id)
    in_hand = exists().where(held.c.chat_id == lanes.c.chat_id, held.c.process_id.is_not(None))
    first = (
        select(lanes.c.chat_id, head.correlate(lanes).scalar_subquery().label("head"))
        .where(lanes.c.chat_id.is_not(None), ~in_hand.correlate(lanes))
        .subquery("first")
    )
    itself = table.alias("itself")
    next_at = select(itself.c.next_at).where(itself.c[key.name] == first.c.head)
    return select(*first.c, next_at.correlate(first).scalar_subquery().label("next_at")).subquery("heads")
