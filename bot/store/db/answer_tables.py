"""Tables of stored answers and of the feedback on them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

from bot.store.db.column_types import Big, Moment, metadata, partial_index

answers = Table(
    "answers",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("chat_id", Big, nullable=False),  # 0: who asked was forgotten
    Column("person_id", Big),
    Column("message_id", Big, nullable=False),  # of the question; 0: unknown, since its group got a new id
    Column("thread_id", Big),
    Column("question", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("reason", String(32)),
    Column("sources", Text, nullable=False),  # JSON: CitationSnapshot
    Column("asked_at", Moment, nullable=False),
    Column("generation", Integer, nullable=False, server_default="0"),  # searched for it; 0: a library without a store
)
partial_index("answers_known", answers.c.asked_at, where="chat_id <> 0")
Index("answers_message", answers.c.chat_id, answers.c.message_id)  # not unique: many rows have message_id 0

feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", String(16), primary_key=True),
    Column("person_id", Big, primary_key=True),
    Column("is_good", Boolean, nullable=False),
    Column("reason", String(16)),
    Column("given_at", Moment, nullable=False),
)
