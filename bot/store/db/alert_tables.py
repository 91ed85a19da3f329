"""Tables of subscriptions, announcements and alerts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from bot.store.db.column_types import Big, Moment, metadata, partial_index

# What a generation brought. Alerts are planned from it after publishing, in batches of chats in ascending order.
announcements = Table(
    "announcements",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("changes", Text, nullable=False),  # JSON: AnnouncedKeys
    Column("planned_at", Moment),  # NULL: planning is not finished
    Column("kind", String(16), nullable=False, server_default="reload"),  # JobKind of the generation
    Column("done_to", Big),  # the last chat that is planned; NULL: none yet
)

# A subscription without regions, keywords and question matches every article.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("chat_id", Big, nullable=False),
    Column("thread_id", Big, nullable=False),  # the forum topic; 0 for none
    Column("regions", Text, nullable=False),  # names, separated by spaces
    Column("keywords", Text, nullable=False),  # separated by spaces
    Column("question", Text),
    Column("language", String(16), nullable=False),
    Column("is_daily", Boolean, nullable=False),
    Column("is_silent", Boolean, nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)
Index("subscriptions_chat", subscriptions.c.chat_id, subscriptions.c.thread_id, subscriptions.c.created_at)

# Alerts, planned and sent. The primary key makes planning idempotent: one alert for each article, place and edition.
alerts = Table(
    "alerts",
    metadata,
    Column("key", String(10), primary_key=True),  # of the article
    Column("chat_id", Big, primary_key=True, autoincrement=False),
    Column("thread_id", Big, primary_key=True, autoincrement=False),
    Column("edition", Integer, primary_key=True, autoincrement=False),  # generation of a correction or answer; 0: new
    Column("generation", Integer, nullable=False),  # whose announcement planned it
    Column("subscriptions", Text, nullable=False),  # ids of the matching subscriptions, separated by spaces
    Column("is_daily", Boolean, nullable=False),
    Column("answers", Text, nullable=False),  # ids of answers to the subscribed questions, separated by spaces
    Column("more", Integer, nullable=False),  # articles of the same announcement that are counted but not listed
    Column("is_silent", Boolean, nullable=False),
    Column("outbox_id", Big),  # the message that contains it; NULL: pending
)
partial_index("alerts_pending", alerts.c.chat_id, alerts.c.thread_id, where="outbox_id IS NULL")
partial_index("alerts_sent", alerts.c.outbox_id, where="outbox_id IS NOT NULL")

# Summaries of articles for alerts, made once for all chats.
bulletins = Table(
    "bulletins",
    metadata,
    Column("key", String(10), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),  # for whose announcement it was made
    Column("digest", String(32), nullable=False),  # Article.digest of the version that it summarises
    Column("content", Text, nullable=False),  # JSON
    Column("made_at", Moment, nullable=False),
)
Index("bulletins_made", bulletins.c.made_at)
