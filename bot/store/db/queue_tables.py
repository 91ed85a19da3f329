"""Tables of the queues: processes and their leases, chats, inbox, outbox and jobs.

Delivery is at least once. A row is claimed by writing the process's id into `process_id`, and released when the work
is committed. A process that stops refreshing `processes.seen_at` (its heartbeat) counts as dead: the others delete it
and release what it held, so the row is worked on again. Within a chat the order of rows is kept (head-of-line
blocking): while its first open row is claimed or not due yet, no other row of the chat is claimed.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    func,
    literal_column,
    select,
    text,
)

from bot.store.db.column_types import Big, ErrorText, Moment, metadata, partial_index

ALERT = 3  # Priority.ALERT, which has indexes of its own
SUSPECT_DEATHS = 3  # processes that died while they held an update, until the update counts as the likely cause

# Running processes. One whose `seen_at` is too old counts as dead, and everything it claimed is released.
processes = Table(
    "processes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# Tasks that only one process may do at a time, by name; held until the process deregisters or is reaped.
leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("process_id", String(32), nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False),
    Column("blocked_at", Moment),  # when the chat was found to reject the bot's messages; NULL: it accepts them
)

# Updates from Telegram, stored before they are acknowledged. `update_id` makes storing idempotent.
inbox = Table(
    "inbox",
    metadata,
    Column("update_id", Big, primary_key=True, autoincrement=False),
    Column("chat_id", Big, nullable=False),
    Column("person_id", Big),
    Column("raw", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),  # not claimed before
    Column("process_id", String(32)),  # the process that claimed it; NULL: unclaimed, or ended
    Column("tries", SmallInteger, nullable=False, server_default="0"),  # attempts that raised an error
    Column("deaths", SmallInteger, nullable=False, server_default="0"),  # processes that died while they held it
    Column("ended_at", Moment),
    Column("end", String(16)),  # UpdateEnd
    Column("error", ErrorText),
)
# With the person, so that counting a person's open updates reads the index alone.
partial_index("inbox_open", inbox.c.chat_id, inbox.c.update_id, inbox.c.person_id, where="ended_at IS NULL")
partial_index("inbox_suspect", inbox.c.update_id, where=f"ended_at IS NULL AND deaths >= {SUSPECT_DEATHS}")
partial_index("inbox_held", inbox.c.chat_id, where="process_id IS NOT NULL")
partial_index("inbox_ended", inbox.c.ended_at, where="ended_at IS NOT NULL")

# Messages to send. An alert is stored without a payload, as a slot (chat, topic, daily or not) in the queue: its text
# is made in the transaction that claims it. Until then at most one unfilled alert waits for each slot.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Big, primary_key=True),
    Column("chat_id", Big, nullable=False),
    Column(
        "payload", Text, nullable=False
    ),  # JSON for the sender; empty and without meaning where has_payload is false
    Column("edits", Big),  # the row whose message this one replaces; NULL: a new message
    Column("answer_id", String(16)),
    Column("asked_at", Moment),
    Column("priority", SmallInteger, nullable=False),  # Priority
    Column("key", String(128), unique=True),  # opaque idempotency key: adding a message with a known key does nothing
    Column("created_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),  # not claimed before
    Column("process_id", String(32)),  # the process that claimed it; NULL: unclaimed, or ended
    Column("state", String(16), nullable=False),  # MessageState
    Column("tries", Integer, nullable=False, server_default="0"),  # attempts that did not reach Telegram
    Column("is_plain", Boolean, nullable=False, server_default=text("false")),  # Telegram rejected its markup
    Column("is_uncertain", Boolean, nullable=False, server_default=text("false")),  # an attempt may have arrived
    Column("ended_at", Moment),
    Column("message_id", Big),  # assigned by Telegram
    Column("error", ErrorText),
    Column("cites", Text),  # keys of the articles that it quotes, separated by spaces
    Column("tried_at", Moment),  # when it was claimed last
    Column("has_payload", Boolean, nullable=False, server_default=text("true")),  # false: an alert without a text yet
    # The slot of an alert; defaults in all other rows, whose payload names the topic.
    Column("thread_id", Big, nullable=False, server_default="0"),  # the forum topic; 0 for none
    Column("is_daily", Boolean, nullable=False, server_default=text("false")),
    # What a reply to the message means, where it asks for one.
    Column("prompt", String(16)),  # PromptKind
    Column("prompt_subject", String(16)),  # id of what the reply is about
)
# Replies by chat, to find the first one of each chat; alerts by time: one may wait for each of 100,000 chats.
partial_index("outbox_waiting", outbox.c.chat_id, outbox.c.id, where=f"state = 'waiting' AND priority < {ALERT}")
partial_index("outbox_alerts", outbox.c.chat_id, where=f"state = 'waiting' AND priority = {ALERT}")
partial_index("outbox_due", outbox.c.next_at, outbox.c.id, where=f"state = 'waiting' AND priority = {ALERT}")
partial_index(
    "outbox_unfilled",
    outbox.c.chat_id,
    outbox.c.thread_id,
    outbox.c.is_daily,
    where=f"state = 'waiting' AND priority = {ALERT} AND has_payload = false",
    unique=True,
)
partial_index("outbox_message", outbox.c.chat_id, outbox.c.message_id, where="message_id IS NOT NULL")
partial_index("outbox_tried", outbox.c.tried_at, where="tried_at IS NOT NULL")
partial_index("outbox_held", outbox.c.chat_id, where="process_id IS NOT NULL")
partial_index("outbox_ended", outbox.c.ended_at, where="ended_at IS NOT NULL")
partial_index("outbox_answer", outbox.c.answer_id, where="answer_id IS NOT NULL")

# Long-running work (publishing, checks), done by one process; at most one open job for each lane.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Big, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("actor", Text, nullable=False),
    Column("person_id", Big),
    Column("chat_id", Big),
    Column("thread_id", Big),
    Column("language", String(16), nullable=False),
    Column("message_key", String(128)),  # outbox.key of the message that shows its progress
    Column("process_id", String(32)),
    Column("deaths", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("progress", Text),  # JSON
    Column("ended_at", Moment),
    Column("end", String(16)),
    Column("report", Text),  # JSON
)
partial_index("jobs_open", jobs.c.lane, where="ended_at IS NULL", unique=True)
partial_index("jobs_ended", jobs.c.ended_at, where="ended_at IS NOT NULL")


# The conditions of the partial indexes. They use literals instead of bound parameters, or the index would not be used.


def is_open(table: FromClause) -> ColumnElement[bool]:
    """Return the condition for an update that has not ended, claimed or not."""
    return table.c.ended_at.is_(None)


def is_suspect(table: FromClause) -> ColumnElement[bool]:
    """Return the condition for an open update that `SUSPECT_DEATHS` processes or more held when they died.

    It may be the cause.
    """
    return is_open(table) & (table.c.deaths >= literal_column(str(SUSPECT_DEATHS)))


def is_waiting(table: FromClause) -> ColumnElement[bool]:
    """Return the condition for a message or alert that is still to be sent, claimed or not."""
    return table.c.state == literal_column("'waiting'")


def is_waiting_reply(table: FromClause) -> ColumnElement[bool]:
    """Return the condition for a message other than an alert that is still to be sent, claimed or not."""
    return is_waiting(table) & (table.c.priority < literal_column(str(ALERT)))


def is_waiting_alert(table: FromClause) -> ColumnElement[bool]:
    """Return the condition for an alert that is still to be sent, claimed or not."""
    return is_waiting(table) & (table.c.priority == literal_column(str(ALERT)))


def is_unfilled_alert(table: FromClause) -> ColumnElement[bool]:
    """Return the condition for an alert that is still to be sent and has no payload yet."""
    return is_waiting_alert(table) & (table.c.has_payload == literal_column("false"))


def is_latest(table: FromClause) -> ColumnElement[bool]:
    """Return the condition for the row with the highest id; while it exists, SQLite assigns no id a second time."""
    other = table.alias("other")
    return table.c.id == select(func.max(other.c.id)).scalar_subquery()
