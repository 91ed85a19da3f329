"""Tables of subscriptions, alerts and bulletins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALERT = "state = 'waiting' AND priority = 3"


def upgrade() -> None:
    """Create the tables, columns and indexes, and mark everything that is published already as announced."""
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("chat_id", BIG, nullable=False),
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("regions", sa.Text, nullable=False),
        sa.Column("keywords", sa.Text, nullable=False),
        sa.Column("question", sa.Text),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("is_daily", sa.Boolean, nullable=False),
        sa.Column("is_silent", sa.Boolean, nullable=False),
        sa.Column("is_paused", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    _index("subscriptions_chat", "subscriptions", "chat_id", "thread_id", "created_at")
    op.create_table(
        "alerts",
        sa.Column("key", sa.String(10), primary_key=True),
        sa.Column("chat_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("thread_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("edition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("subscriptions", sa.Text, nullable=False),
        sa.Column("is_daily", sa.Boolean, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("more", sa.Integer, nullable=False),
        sa.Column("is_silent", sa.Boolean, nullable=False),
        sa.Column("outbox_id", BIG),
    )
    _index("alerts_pending", "alerts", "chat_id", "thread_id", where="outbox_id IS NULL")
    _index("alerts_sent", "alerts", "outbox_id", where="outbox_id IS NOT NULL")
    op.create_table(
        "bulletins",
        sa.Column("key", sa.String(10), primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    _index("bulletins_made", "bulletins", "made_at")
    _index("versions_key", "versions", "key")
    op.add_column("articles", sa.Column("told_at", MOMENT))
    op.execute("UPDATE articles SET told_at = CURRENT_TIMESTAMP")
    op.add_column("announcements", sa.Column("kind", sa.String(16), nullable=False, server_default="reload"))
    op.add_column("announcements", sa.Column("done_to", BIG))
    op.execute("UPDATE announcements SET planned_at = CURRENT_TIMESTAMP WHERE planned_at IS NULL")
    op.add_column("outbox", sa.Column("tried_at", MOMENT))
    _index("outbox_tried", "outbox", "tried_at", where="tried_at IS NOT NULL")
    op.drop_index("outbox_waiting", "outbox")
    _index("outbox_waiting", "outbox", "chat_id", "id", where="state = 'waiting' AND priority < 3")
    _index("outbox_alerts", "outbox", "chat_id", where=ALERT)
    _index("answers_known", "answers", "asked_at", where="chat_id <> 0")
    _index("outbox_message", "outbox", "chat_id", "message_id", where="message_id IS NOT NULL")
    _index("outbox_due", "outbox", "next_at", "id", where=ALERT)


def _index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    some = sa.text(where) if where else None
    op.create_index(name, table, list(columns), sqlite_where=some, postgresql_where=some)
