"""All tables of the store, and the revision of their definition."""

from __future__ import annotations

from bot.store.db.alert_tables import alerts, announcements, bulletins, subscriptions
from bot.store.db.answer_tables import answers, feedback
from bot.store.db.column_types import Moment, metadata
from bot.store.db.publishing_tables import articles, audit, generations, hidden, marks, operators, texts, versions
from bot.store.db.queue_tables import (
    chats,
    inbox,
    is_latest,
    is_open,
    is_suspect,
    is_unfilled_alert,
    is_waiting,
    is_waiting_alert,
    is_waiting_reply,
    jobs,
    leases,
    outbox,
    processes,
)

REVISION = "0004"  # the newest migration, whose tables these are

__all__ = [
    "REVISION",
    "Moment",
    "alerts",
    "announcements",
    "answers",
    "articles",
    "audit",
    "bulletins",
    "chats",
    "feedback",
    "generations",
    "hidden",
    "inbox",
    "is_latest",
    "is_open",
    "is_suspect",
    "is_unfilled_alert",
    "is_waiting",
    "is_waiting_alert",
    "is_waiting_reply",
    "jobs",
    "leases",
    "marks",
    "metadata",
    "operators",
    "outbox",
    "processes",
    "subscriptions",
    "texts",
    "versions",
]
