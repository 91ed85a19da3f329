"""Columns in the outbox for what was encoded in keys and in empty payloads.

Revision 0003 stored a waiting alert with an empty payload and the key `alerts:CHAT:TOPIC:now` or `…:daily`, and found
out what a reply to a prompt means from the prompt's key, `about:ARTICLE:PRESS` or `change:SUBSCRIPTION:PRESS`. The
keys of prompts stay as they are, as opaque idempotency keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Callable

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
BATCH = 1_000  # rows in memory
UNFILLED = "state = 'waiting' AND priority = 3 AND has_payload = false"
OUTBOX = sa.table(
    "outbox",
    sa.column("id"),
    sa.column("key"),
    sa.column("thread_id"),
    sa.column("is_daily", sa.Boolean),
    sa.column("prompt"),
    sa.column("prompt_subject"),
)


def upgrade() -> None:
    """Add the columns, and fill them from the keys and from the alerts that each message contains."""
    op.add_column("outbox", sa.Column("has_payload", sa.Boolean, nullable=False, server_default=sa.text("true")))
    op.add_column("outbox", sa.Column("thread_id", BIG, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("is_daily", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("outbox", sa.Column("prompt", sa.String(16)))
    op.add_column("outbox", sa.Column("prompt_subject", sa.String(16)))
    op.execute("UPDATE outbox SET has_payload = false WHERE priority = 3 AND payload = ''")
    # An alert whose payload was made, but which is not sent yet, may be made anew for the same slot.
    within = "FROM alerts WHERE alerts.outbox_id = outbox.id AND alerts.chat_id = outbox.chat_id"
    op.execute(
        f"UPDATE outbox SET thread_id = (SELECT max(alerts.thread_id) {within}), "  # noqa: S608 # constants
        f"is_daily = EXISTS (SELECT 1 {within} AND alerts.is_daily) "
        f"WHERE priority = 3 AND EXISTS (SELECT 1 {within})"
    )
    _set_from_keys("alerts", _slot)
    _set_from_keys("about", _prompt)
    _set_from_keys("change", _prompt)
    where = sa.text(UNFILLED)
    columns = ["chat_id", "thread_id", "is_daily"]
    op.create_index("outbox_unfilled", "outbox", columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Encode the slots of unfilled alerts in keys again, and remove the columns."""
    op.drop_index("outbox_unfilled", "outbox")
    op.execute(
        "UPDATE outbox SET payload = '', key = 'alerts:' || CAST(chat_id AS VARCHAR(20)) || ':' || "  # noqa: S608
        "CAST(thread_id AS VARCHAR(20)) || ':' || CASE WHEN is_daily THEN 'daily' ELSE 'now' END "
        f"WHERE {UNFILLED}"
    )
    for name in ("prompt_subject", "prompt", "is_daily", "thread_id", "has_payload"):
        op.drop_column("outbox", name)


def _slot(key: str) -> dict[str, Any]:
    """Return the columns of an unfilled alert from its key, `alerts:CHAT:TOPIC:now` or `…:daily`; it loses the key."""
    _, _, thread_id, rhythm = key.split(":")
    return {"key": None, "thread_id": int(thread_id), "is_daily": rhythm == "daily"}


def _prompt(key: str) -> dict[str, Any]:
    """Return the columns of a prompt from its key, `about:ARTICLE:PRESS` or `change:SUBSCRIPTION:PRESS`."""
    kind, subject, *_ = key.split(":")
    return {"prompt": kind, "prompt_subject": subject}


def _set_from_keys(prefix: str, columns_of: Callable[[str], dict[str, Any]]) -> None:
    """Set columns of the outbox rows whose key begins with `prefix` and a colon, in batches in the order of their ids.

    `columns_of` returns the new values by column, from the key; the same columns for every key.
    """
    connection, last = op.get_bind(), -1
    keyed = sa.select(OUTBOX.c.id, OUTBOX.c.key).where(OUTBOX.c.key.like(f"{prefix}:%")).order_by(OUTBOX.c.id)
    while rows := connection.execute(keyed.where(OUTBOX.c.id > last).limit(BATCH)).all():
        values = [columns_of(row.key) for row in rows]
        assigned = {name: sa.bindparam(f"new_{name}", type_=OUTBOX.c[name].type) for name in values[0]}
        statement = sa.update(OUTBOX).where(OUTBOX.c.id == sa.bindparam("row")).values(assigned)
        bound = [{f"new_{name}": value for name, value in columns.items()} for columns in values]
        connection.execute(statement, [{"row": row.id, **columns} for row, columns in zip(rows, bound, strict=True)])
        last = rows[-1].id
