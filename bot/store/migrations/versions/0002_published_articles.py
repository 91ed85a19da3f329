"""Tables of articles, generations, jobs, hidden articles, operators and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, and add to answers their generation and to messages the articles that they quote."""
    _articles()
    _generations()
    _jobs()
    _operating()
    op.add_column("answers", sa.Column("generation", sa.Integer, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("cites", sa.Text))


def _index(name: str, table: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    some = sa.text(where) if where else None
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=some, postgresql_where=some)


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("key", sa.String(10), primary_key=True),
        sa.Column("digest", sa.String(32), nullable=False),
    )
    op.create_table(
        "texts",
        sa.Column("digest", sa.String(32), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("key", sa.String(10), nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("is_named", sa.Boolean, nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("text_digest", sa.String(32), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("from_generation", sa.Integer, nullable=False),
        sa.Column("to_generation", sa.Integer),
    )
    _index("versions_open", "versions", "key", where="to_generation IS NULL")
    _index("versions_ended", "versions", "to_generation", where="to_generation IS NOT NULL")
    _index("versions_begun", "versions", "from_generation")
    _index("versions_text", "versions", "text_digest")


def _generations() -> None:
    op.create_table(
        "generations",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("corpus", sa.Text, nullable=False),
        sa.Column("source_digest", sa.String(32), nullable=False),
        sa.Column("origin", sa.Integer),
        sa.Column("counts", sa.Text, nullable=False),
    )
    op.create_table(
        "announcements",
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("planned_at", MOMENT),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("number", BIG, nullable=False),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("lane", sa.String(16), nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("person_id", BIG),
        sa.Column("chat_id", BIG),
        sa.Column("thread_id", BIG),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("message_key", sa.String(128)),
        sa.Column("process_id", sa.String(32)),
        sa.Column("deaths", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("progress", sa.Text),
        sa.Column("ended_at", MOMENT),
        sa.Column("end", sa.String(16)),
        sa.Column("report", sa.Text),
    )
    _index("jobs_open", "jobs", "lane", where="ended_at IS NULL", unique=True)
    _index("jobs_ended", "jobs", "ended_at", where="ended_at IS NOT NULL")


def _operating() -> None:
    op.create_table(
        "hidden",
        sa.Column("key", sa.String(10), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("hidden_at", MOMENT, nullable=False),
    )
    op.create_table(
        "operators",
        sa.Column("person_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person_id", BIG),
        sa.Column("chat_id", BIG),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("end", sa.String(16), nullable=False),
    )
