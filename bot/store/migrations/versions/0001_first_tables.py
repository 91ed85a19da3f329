"""Tables of processes, chats, inbox, outbox, answers and feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _processes()
    _inbox()
    _outbox()
    _answers()


def _index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    some = sa.text(where) if where else None
    op.create_index(name, table, list(columns), sqlite_where=some, postgresql_where=some)


def _processes() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("process_id", sa.String(32), nullable=False),
    )
    op.create_table(
        "chats",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("blocked_at", MOMENT),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("chat_id", BIG, nullable=False),
        sa.Column("person_id", BIG),
        sa.Column("raw", sa.Text, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("process_id", sa.String(32)),
        sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("deaths", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("ended_at", MOMENT),
        sa.Column("end", sa.String(16)),
        sa.Column("error", sa.Text),
    )
    _index("inbox_open", "inbox", "chat_id", "update_id", "person_id", where="ended_at IS NULL")
    _index("inbox_suspect", "inbox", "update_id", where="ended_at IS NULL AND deaths >= 3")
    _index("inbox_held", "inbox", "chat_id", where="process_id IS NOT NULL")
    _index("inbox_ended", "inbox", "ended_at", where="ended_at IS NOT NULL")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("chat_id", BIG, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("edits", BIG),
        sa.Column("answer_id", sa.String(16)),
        sa.Column("asked_at", MOMENT),
        sa.Column("priority", sa.SmallInteger, nullable=False),
        sa.Column("key", sa.String(128), unique=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("process_id", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("is_plain", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("is_uncertain", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("ended_at", MOMENT),
        sa.Column("message_id", BIG),
        sa.Column("error", sa.Text),
    )
    _index("outbox_waiting", "outbox", "chat_id", "id", where="state = 'waiting'")
    _index("outbox_held", "outbox", "chat_id", where="process_id IS NOT NULL")
    _index("outbox_ended", "outbox", "ended_at", where="ended_at IS NOT NULL")
    _index("outbox_answer", "outbox", "answer_id", where="answer_id IS NOT NULL")


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("chat_id", BIG, nullable=False),
        sa.Column("person_id", BIG),
        sa.Column("message_id", BIG, nullable=False),
        sa.Column("thread_id", BIG),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
    )
    _index("answers_message", "answers", "chat_id", "message_id")
    op.create_table(
        "feedback",
        sa.Column("answer_id", sa.String(16), primary_key=True),
        sa.Column("person_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("is_good", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("given_at", MOMENT, nullable=False),
    )
