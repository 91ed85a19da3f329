"""Tables of published articles and generations, and of what operators do."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from bot.store.db.column_types import Big, ErrorText, Moment, metadata, partial_index

# Every article that was ever published. A key is never reused, and an article that comes back gets its old key.
articles = Table(
    "articles",
    metadata,
    Column("key", String(10), primary_key=True),
    Column("digest", String(32), nullable=False),  # Article.digest of the last published version
    Column("told_at", Moment),  # when all subscribers had an alert of it, or it was decided that none gets one
)

# Contents of articles, stored once for all versions and generations that share them.
texts = Table(
    "texts",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("content", Text, nullable=False),  # JSON
)

# Which article had which content at which place in the corpus, in which generations. Rows that begin or end after the
# newest generation belong to one that is being prepared, or whose preparation failed.
versions = Table(
    "versions",
    metadata,
    Column("id", Big, primary_key=True),
    Column("key", String(10), nullable=False),
    Column("source_id", Text, nullable=False),
    Column("is_named", Boolean, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("text_digest", String(32), nullable=False),
    Column("path", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("from_generation", Integer, nullable=False),
    Column("to_generation", Integer),  # the first generation without it; NULL: still published
)
partial_index("versions_open", versions.c.key, where="to_generation IS NULL")
partial_index("versions_ended", versions.c.to_generation, where="to_generation IS NOT NULL")
Index("versions_key", versions.c.key)
Index("versions_begun", versions.c.from_generation)
Index("versions_text", versions.c.text_digest)

# Published generations; the one with the highest number is served.
generations = Table(
    "generations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("corpus", Text, nullable=False),  # the folder
    Column("source_digest", String(32), nullable=False),  # of the files in it
    Column("origin", Integer),  # for a rollback, the generation whose members it has again
    Column("counts", Text, nullable=False),  # JSON
)

# Version counters: a change increments one, and every process compares it with the value it has seen.
marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("number", Big, nullable=False),
)

# Articles that are published but excluded from answers and alerts.
hidden = Table(
    "hidden",
    metadata,
    Column("key", String(10), primary_key=True),
    Column("title", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("hidden_at", Moment, nullable=False),
)

# Operators appointed in chats; those in the settings are not stored.
operators = Table(
    "operators",
    metadata,
    Column("person_id", Big, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
)

# The audit log: every operation, including refused ones.
audit = Table(
    "audit",
    metadata,
    Column("id", Big, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("person_id", Big),
    Column("chat_id", Big),
    Column("actor", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("detail", ErrorText, nullable=False),
    Column("end", String(16), nullable=False),
)
