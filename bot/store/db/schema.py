"""The tables."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Float,
    FromClause,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    func,
    literal_column,
    select,
    text,
)

REVISION = "0003"  # of these tables: the newest of the migrations
ALERT = 3  # the lowest priority of a message
SUSPECT_DEATHS = 3  # of processes, with the same update in hand, among others
metadata = MetaData()
Big = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself


class Moment(TypeDecorator[datetime.datetime]):
    """A time in UTC that knows that it is: SQLite keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:  # noqa: ARG002
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {value}")
        return value.astimezone(datetime.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime.datetime | None:  # noqa: ARG002
        """From UTC."""
        if value is None:
            return None
        moment: datetime.datetime = value
        return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)


class ErrorText(TypeDecorator[str]):
    """A foreign error's words, as both databases can hold them: no NUL, no half characters, no novels."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To what can be stored."""
        return None if value is None else value[:2000].replace("\0", "").encode("utf-8", "replace").decode()


def _index(name: str, *columns: Column[Any], where: str, unique: bool = False) -> None:
    """An index of some rows only; a query uses it if it says `where` in the same words."""
    Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def is_open(table: FromClause) -> ColumnElement[bool]:
    """Whether an update is still to be done."""
    return table.c.ended_at.is_(None)


def is_suspect(table: FromClause) -> ColumnElement[bool]:
    """Whether several processes died with an open update in hand: it may be why."""
    return is_open(table) & (table.c.deaths >= literal_column(str(SUSPECT_DEATHS)))


def is_waiting(table: FromClause) -> ColumnElement[bool]:
    """Whether a message is still to be sent; no parameter, or the index would not be used."""
    return table.c.state == literal_column("'waiting'")


def is_waiting_reply(table: FromClause) -> ColumnElement[bool]:
    """Whether a message other than an alert is still to be sent."""
    return is_waiting(table) & (table.c.priority < literal_column(str(ALERT)))


def is_waiting_alert(table: FromClause) -> ColumnElement[bool]:
    """Whether an alert is still to be sent."""
    return is_waiting(table) & (table.c.priority == literal_column(str(ALERT)))


def is_latest(table: FromClause) -> ColumnElement[bool]:
    """Whether a row has the highest id: while it stays, SQLite gives none to another row that was taken before."""
    other = table.alias("other")
    return table.c.id == select(func.max(other.c.id)).scalar_subquery()


# Who is at work on this store. A process that was not seen for a while is dead, and what it held is free.
processes = Table(
    "processes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# What only one process may do at a time.
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
    Column("blocked_at", Moment),  # since when the bot may not write there
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", Big, primary_key=True, autoincrement=False),
    Column("chat_id", Big, nullable=False),
    Column("person_id", Big),
    Column("raw", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),  # not before
    Column("process_id", String(32)),  # that has taken it on; none once it ended
    Column("tries", SmallInteger, nullable=False, server_default="0"),  # that ended in an error
    Column("deaths", SmallInteger, nullable=False, server_default="0"),  # of processes that had it in hand
    Column("ended_at", Moment),
    Column("end", String(16)),
    Column("error", ErrorText),
)
# With the person, so that counting what somebody has waiting reads the index alone.
_index("inbox_open", inbox.c.chat_id, inbox.c.update_id, inbox.c.person_id, where="ended_at IS NULL")
_index("inbox_suspect", inbox.c.update_id, where=f"ended_at IS NULL AND deaths >= {SUSPECT_DEATHS}")
_index("inbox_held", inbox.c.chat_id, where="process_id IS NOT NULL")
_index("inbox_ended", inbox.c.ended_at, where="ended_at IS NOT NULL")

outbox = Table(
    "outbox",
    metadata,
    Column("id", Big, primary_key=True),
    Column("chat_id", Big, nullable=False),
    Column("payload", Text, nullable=False),
    Column("edits", Big),
    Column("answer_id", String(16)),
    Column("asked_at", Moment),
    Column("priority", SmallInteger, nullable=False),
    Column("key", String(128), unique=True),
    Column("created_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("process_id", String(32)),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("is_plain", Boolean, nullable=False, server_default=text("false")),
    Column("is_uncertain", Boolean, nullable=False, server_default=text("false")),
    Column("ended_at", Moment),
    Column("message_id", Big),  # that Telegram gave it
    Column("error", ErrorText),
    Column("cites", Text),  # keys of the articles that it quotes, with spaces between
    Column("tried_at", Moment),  # when it was taken on last
)
# By chat, so that each one's first is found at once; alerts by time: there may be one for each of many chats.
_index("outbox_waiting", outbox.c.chat_id, outbox.c.id, where=f"state = 'waiting' AND priority < {ALERT}")
_index("outbox_alerts", outbox.c.chat_id, where=f"state = 'waiting' AND priority = {ALERT}")
_index("outbox_due", outbox.c.next_at, outbox.c.id, where=f"state = 'waiting' AND priority = {ALERT}")
_index("outbox_message", outbox.c.chat_id, outbox.c.message_id, where="message_id IS NOT NULL")
_index("outbox_tried", outbox.c.tried_at, where="tried_at IS NOT NULL")
_index("outbox_held", outbox.c.chat_id, where="process_id IS NOT NULL")
_index("outbox_ended", outbox.c.ended_at, where="ended_at IS NOT NULL")
_index("outbox_answer", outbox.c.answer_id, where="answer_id IS NOT NULL")

answers = Table(
    "answers",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("chat_id", Big, nullable=False),
    Column("person_id", Big),
    Column("message_id", Big, nullable=False),
    Column("thread_id", Big),
    Column("question", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("reason", String(32)),
    Column("sources", Text, nullable=False),  # JSON
    Column("asked_at", Moment, nullable=False),
    Column("generation", Integer, nullable=False, server_default="0"),  # it was taken from; 0: of no store
)
_index("answers_known", answers.c.asked_at, where="chat_id <> 0")
Index("answers_message", answers.c.chat_id, answers.c.message_id)  # not unique: moved answers have no message

feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", String(16), primary_key=True),
    Column("person_id", Big, primary_key=True),
    Column("is_good", Boolean, nullable=False),
    Column("reason", String(16)),
    Column("given_at", Moment, nullable=False),
)

# Every article that ever was published: its key is nobody else's, and it is known again when it comes back.
articles = Table(
    "articles",
    metadata,
    Column("key", String(10), primary_key=True),
    Column("digest", String(32), nullable=False),  # Article.digest of the last version
    Column("told_at", Moment),  # since when everybody who wanted to hear of it has an alert, or nobody is to
)

# What articles say, once for all versions and generations in which they say it.
texts = Table(
    "texts",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("content", Text, nullable=False),  # JSON
)

# Which article said what, and stood where, in which generations. Rows that begin or end after the newest generation
# were written for one that is not published yet, or never will be.
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
    Column("to_generation", Integer),  # the first without it
)
_index("versions_open", versions.c.key, where="to_generation IS NULL")
_index("versions_ended", versions.c.to_generation, where="to_generation IS NOT NULL")
Index("versions_key", versions.c.key)
Index("versions_begun", versions.c.from_generation)
Index("versions_text", versions.c.text_digest)

# What was published; the newest one serves.
generations = Table(
    "generations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("corpus", Text, nullable=False),  # the folder
    Column("source_digest", String(32), nullable=False),  # of the files in it
    Column("origin", Integer),  # the generation that was gone back to
    Column("counts", Text, nullable=False),  # JSON
)

# What a generation brought; alerts are planned from it afterwards, in batches of chats.
announcements = Table(
    "announcements",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("changes", Text, nullable=False),  # JSON: operations.News
    Column("planned_at", Moment),
    Column("kind", String(16), nullable=False, server_default="reload"),  # of the generation
    Column("done_to", Big),  # the chat up to which it is planned
)

# What people want to be told of; where there are neither regions, keywords nor a question, of everything.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("chat_id", Big, nullable=False),
    Column("thread_id", Big, nullable=False),  # the forum topic; 0 for none
    Column("regions", Text, nullable=False),  # names, with spaces between
    Column("keywords", Text, nullable=False),  # likewise
    Column("question", Text),
    Column("language", String(16), nullable=False),
    Column("is_daily", Boolean, nullable=False),
    Column("is_silent", Boolean, nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)
Index("subscriptions_chat", subscriptions.c.chat_id, subscriptions.c.thread_id, subscriptions.c.created_at)

# What a chat is to be told of, or was: of an article once, and once for each edition that corrects it.
alerts = Table(
    "alerts",
    metadata,
    Column("key", String(10), primary_key=True),  # of the article
    Column("chat_id", Big, primary_key=True, autoincrement=False),
    Column("thread_id", Big, primary_key=True, autoincrement=False),
    Column("edition", Integer, primary_key=True, autoincrement=False),  # the generation that corrected it; 0: new
    Column("generation", Integer, nullable=False),  # that was announced
    Column("subscriptions", Text, nullable=False),  # ids of those that it matches, with spaces between
    Column("is_daily", Boolean, nullable=False),
    Column("answers", Text, nullable=False),  # ids of answers to questions, with spaces between
    Column("more", Integer, nullable=False),  # articles that came with it and are not listed
    Column("is_silent", Boolean, nullable=False),
    Column("outbox_id", Big),  # the message that tells it; none before it is about to be sent
)
_index("alerts_pending", alerts.c.chat_id, alerts.c.thread_id, where="outbox_id IS NULL")
_index("alerts_sent", alerts.c.outbox_id, where="outbox_id IS NOT NULL")

# What alerts say of an article, once for all chats.
bulletins = Table(
    "bulletins",
    metadata,
    Column("key", String(10), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),  # for whose announcement it was made
    Column("digest", String(32), nullable=False),  # Article.digest of what it was made of
    Column("content", Text, nullable=False),  # JSON
    Column("made_at", Moment, nullable=False),
)
Index("bulletins_made", bulletins.c.made_at)

# Numbers that grow with every change that all processes have to see.
marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("number", Big, nullable=False),
)

# Work that takes long, done by one process; of a lane there is one open job at most.
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
    Column("message_key", String(128)),  # of the outbox row that tells how far it is
    Column("process_id", String(32)),
    Column("deaths", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("progress", Text),  # JSON
    Column("ended_at", Moment),
    Column("end", String(16)),
    Column("report", Text),  # JSON
)
_index("jobs_open", jobs.c.lane, where="ended_at IS NULL", unique=True)
_index("jobs_ended", jobs.c.ended_at, where="ended_at IS NOT NULL")

# Articles that are published, and yet not to be found.
hidden = Table(
    "hidden",
    metadata,
    Column("key", String(10), primary_key=True),
    Column("title", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("hidden_at", Moment, nullable=False),
)

# Who may operate, besides those in the settings.
operators = Table(
    "operators",
    metadata,
    Column("person_id", Big, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
)

# Every operation, refused ones too.
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
