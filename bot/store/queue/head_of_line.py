"""The first open row of each chat: what claiming from the inbox and from the outbox have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, Subquery, exists, func, select, update

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import ColumnElement, Connection, Table


def release(connection: Connection, table: Table, process_id: str, but: Collection[int]) -> None:
    """Release rows that this process claimed but never received (the claim's reply was lost).

    Args:
        connection: in a transaction that writes.
        table: the inbox or the outbox.
        process_id: of this process.
        but: ids of the rows that it knows it holds; they stay claimed.
    """
    (key,) = table.primary_key
    lost = update(table).where(table.c.process_id == process_id, key.not_in(but))
    connection.execute(lost.values(process_id=None))


def heads(table: Table, is_open: Callable[[FromClause], ColumnElement[bool]]) -> Subquery:
    """Build a query for the first open row of each chat, due or not, without chats of which a row is claimed.

    A recursive query steps from each chat to the next one in the index, and joins no table. So ten thousand rows of
    one chat cost no more than one row, whatever PostgreSQL's statistics say about the table.

    Args:
        table: has `chat_id`, `process_id`, `next_at`, and a partial index on chat and primary key of the open rows.
        is_open: builds the condition of that index.

    Returns:
        The columns `chat_id`, `head` (the lowest primary key of its open rows) and `next_at` (when that row is due).
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
    is_held = exists().where(held.c.chat_id == lanes.c.chat_id, held.c.process_id.is_not(None))
    first = (
        select(lanes.c.chat_id, head.correlate(lanes).scalar_subquery().label("head"))
        .where(lanes.c.chat_id.is_not(None), ~is_held.correlate(lanes))
        .subquery("first")
    )
    itself = table.alias("itself")
    next_at = select(itself.c.next_at).where(itself.c[key.name] == first.c.head)
    return select(*first.c, next_at.correlate(first).scalar_subquery().label("next_at")).subquery("heads")
