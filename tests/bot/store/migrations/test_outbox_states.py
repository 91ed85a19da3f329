"""Migrating from revision 0003, which encoded states of the outbox in keys: no row is lost or goes elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table, inspect, select
from sqlalchemy.exc import IntegrityError

from bot.domain.effects import Resend, Subscribe
from bot.domain.messages import MessageState, Priority, Prompt, PromptKind
from bot.domain.subscriptions import Filter, Subscription
from bot.store import moderation
from bot.store.alerts import bulletins, subscription_table
from bot.store.db import backup, backup_file, schema
from bot.store.db.database import Database, revision_of, upgrade
from bot.store.queue import dead_letters, outbox
from bot.telegram.outbound.claim import claim
from bot.telegram.wire.payload import Payload, load
from tests.bot.store.alerts.test_alert_table import bulletin
from tests.bot.store.publishing.test_generation_table import article, publish
from tests.support.store_fixtures import CHAT, DAY, GROUP, NOW, OTHER_CHAT, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, RowMapping

    from tests.support.store_fixtures import NewAddress

OLD = "0003"
FORUM = -12
ARTICLES = [article(name, path=f"{number}.md") for number, name in enumerate("甲乙丙丁")]
KEYS = [one.key for one in ARTICLES]
WORDS = Payload(html="消息").dump()
IN_TOPIC = Payload(html="消息", thread_id=5).dump()
WAITING, SENT, DEAD = MessageState.WAITING.value, MessageState.SENT.value, MessageState.DEAD.value

# Rows of every kind, as revision 0003 wrote them, by id: what differs from a reply that waits.
ROWS: dict[int, dict[str, Any]] = {
    1: {},
    2: {"state": SENT, "ended_at": NOW, "message_id": 40, "answer_id": "a1", "asked_at": NOW, "cites": KEYS[0]},
    3: {"edits": 2, "is_plain": True, "tries": 3},
    4: {"key": f"about:{KEYS[0]}:77", "cites": KEYS[0], "state": SENT, "ended_at": NOW, "message_id": 50},
    5: {"key": "change:s1:78", "state": SENT, "ended_at": NOW, "message_id": 51},
    6: {"key": "job:secret", "state": SENT, "ended_at": NOW, "message_id": 52},
    7: {"key": "dead-letter:7:2026031415", "priority": Priority.ALARM},
    8: {"key": "wait:7:5:29", "state": "cancelled", "ended_at": NOW, "error": "blocked"},
    9: {"edits": 2, "priority": Priority.WITHDRAWAL, "is_uncertain": True},
    10: {"state": DEAD, "ended_at": NOW, "error": "strange"},
    11: {"key": f"alerts:{CHAT}:0:now", "payload": "", "priority": Priority.ALERT},
    12: {"key": f"alerts:{CHAT}:0:daily", "payload": "", "priority": Priority.ALERT, "next_at": NOW + DAY},
    13: {"key": f"alerts:{GROUP}:4:daily", "payload": "", "priority": Priority.ALERT, "next_at": NOW + DAY},
    14: {"payload": IN_TOPIC, "priority": Priority.ALERT, "cites": KEYS[3], "next_at": NOW + 30 * SECOND},
    15: {"key": "part:14:2", "payload": IN_TOPIC, "priority": Priority.ALERT, "next_at": NOW + 60 * SECOND},
    16: {
        "payload": WORDS,
        "priority": Priority.ALERT,
        "state": SENT,
        "ended_at": NOW,
        "message_id": 9,
        "tried_at": NOW,
    },
    17: {"payload": "", "priority": Priority.ALERT, "state": DEAD, "ended_at": NOW, "error": "LookupError: x"},
    18: {"payload": "", "priority": Priority.ALERT, "state": "cancelled", "ended_at": NOW, "error": "nothing to tell"},
}
CHATS = {13: GROUP, 14: FORUM, 15: FORUM, 17: OTHER_CHAT, 18: OTHER_CHAT}  # of rows that are not CHAT's
# What is in which message: key, chat, topic, whether it is daily, the message.
ALERTS = [
    (KEYS[0], CHAT, 0, False, None),
    (KEYS[1], CHAT, 0, True, None),
    (KEYS[2], GROUP, 4, True, None),
    (KEYS[3], FORUM, 5, True, 14),
    (KEYS[3], CHAT, 0, False, 16),
    (KEYS[1], OTHER_CHAT, 0, False, None),
]
SLOTS = {  # of the rows above that have one: topic, whether it is daily
    11: (0, False),
    12: (0, True),
    13: (4, True),
    14: (5, True),
}
UNFILLED = {11, 12, 13, 17, 18}


@pytest.fixture(name="old")
def old_fixture(new_address: NewAddress) -> Iterator[Database]:
    """A store of revision 0003, with four articles, subscriptions, and rows of every kind in the outbox."""
    database = Database.connect(new_address())
    with database.writing() as connection:
        upgrade(connection, OLD)
    publish(database, 1, ARTICLES)
    with database.writing() as connection:
        for number, (chat_id, thread_id) in enumerate({(row[1], row[2]) for row in ALERTS}):
            subscription = Subscription(
                id=f"s{number}", chat_id=chat_id, thread_id=thread_id, criteria=Filter(), language="zh-Hans"
            )
            subscription_table.subscribe(connection, Subscribe(subscription), NOW)
        named = " ".join(f"s{number}" for number in range(9))
        bulletins.add(connection, [bulletin(one.key, digest=one.digest, title=one.title) for one in ARTICLES], NOW)
        facts = {"edition": 0, "generation": 1, "subscriptions": named, "answers": "", "more": 0, "is_silent": False}
        columns = ("key", "chat_id", "thread_id", "is_daily", "outbox_id")
        connection.execute(
            schema.alerts.insert(), [{**facts, **dict(zip(columns, row, strict=True))} for row in ALERTS]
        )
        for row_id, values in ROWS.items():
            assert insert(connection, chat_id=CHATS.get(row_id, CHAT), **values) == row_id
    yield database
    database.close()


def insert(connection: Connection, **values: Any) -> int:
    """Add a row as revision 0003 has it; returns its id."""
    common = {"payload": WORDS, "priority": Priority.REPLY, "created_at": NOW, "next_at": NOW, "state": WAITING}
    outbox_now = table(connection)
    row_id: int = connection.scalars(outbox_now.insert().values({**common, **values}).returning(outbox_now.c.id)).one()
    return row_id


def table(connection: Connection) -> Table:
    """The outbox as it is now in the database."""
    found = Table("outbox", MetaData(), autoload_with=connection)
    for column in found.columns:
        column.type = schema.outbox.c[column.name].type
    return found


def rows(database: Database) -> dict[int, RowMapping]:
    """The rows of the outbox by id."""
    with database.reading() as connection:
        outbox_now = table(connection)
        return {row["id"]: row for row in connection.execute(select(outbox_now).order_by(outbox_now.c.id)).mappings()}


def indexes(database: Database) -> set[str]:
    """The names of the outbox's indexes."""
    with database.reading() as connection:
        return {str(one["name"]) for one in inspect(connection).get_indexes("outbox")}


def downgrade(database: Database) -> None:
    """Go back to revision 0003."""
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", "bot.store:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, OLD)


def test_every_row_keeps_its_values(old: Database) -> None:
    """Only the keys of alerts go, and what they said is in columns."""
    before = rows(old)
    assert len(before) == len(ROWS)
    old.update()
    after = rows(old)
    assert after.keys() == before.keys()
    for row_id, values in before.items():
        kept = {name: value for name, value in after[row_id].items() if name in values}
        assert kept == {**values, "key": None if row_id in (11, 12, 13) else values["key"]}
    assert {row_id for row_id, row in after.items() if not row["has_payload"]} == UNFILLED
    slots = {row_id: (row["thread_id"], row["is_daily"]) for row_id, row in after.items()}
    assert slots == dict.fromkeys(ROWS, (0, False)) | SLOTS
    prompts = {row_id: (row["prompt"], row["prompt_subject"]) for row_id, row in after.items() if row["prompt"]}
    assert prompts == {4: ("about", KEYS[0]), 5: ("change", "s1")}


def test_going_back_gives_the_rows_of_before(old: Database) -> None:
    """The older program goes on with them; and whoever upgrades again finds the same as the first time."""
    before, names = rows(old), indexes(old)
    old.update()
    after = rows(old)
    downgrade(old)
    assert (rows(old), indexes(old)) == (before, names)
    with old.reading() as connection:
        assert revision_of(connection) == OLD
    old.update()
    assert rows(old) == after


def test_what_was_planned_before_is_sent_after(old: Database) -> None:
    """At the same time to the same topic, and each alert once."""
    old.update()
    with old.writing() as connection:
        messages = claim(connection, "me", 99, NOW)
        assert {(one.id, one.chat_id) for one in messages if one.priority is Priority.ALERT} == set()  # a reply first
        for message in messages:
            assert outbox.mark_sent(connection, message, "me", 100 + message.id, NOW)
    told: dict[int, Payload] = {}
    at = NOW
    for _ in range(40):
        at += 10 * SECOND if at < NOW + 120 * SECOND else DAY
        with old.writing() as connection:
            for message in claim(connection, "me", 99, at):
                assert outbox.mark_sent(connection, message, "me", 100 + message.id, at)
                told[message.id] = load(message.payload)
    alerts = {row_id: (told[row_id].thread_id, row_id) for row_id in told if row_id >= 11}
    assert alerts == {11: (None, 11), 12: (None, 12), 13: (4, 13), 14: (5, 14), 15: (5, 15)}
    titles = {11: ARTICLES[0].title, 12: ARTICLES[1].title, 13: ARTICLES[2].title, 14: ARTICLES[3].title}
    assert all(title in told[row_id].html for row_id, title in titles.items())
    with old.reading() as connection:
        pending = connection.scalars(select(schema.alerts.c.chat_id).where(schema.alerts.c.outbox_id.is_(None))).all()
    assert pending == [OTHER_CHAT]  # whose message could not be made


def test_a_slot_that_waits_gets_no_second_message(old: Database) -> None:
    """The index knows the messages of before."""
    old.update()
    for row_id in (11, 12, 13):
        row = rows(old)[row_id]
        copy = {name: value for name, value in row.items() if name != "id"}
        with pytest.raises(IntegrityError), old.writing() as connection:
            connection.execute(schema.outbox.insert().values(copy))


def test_replies_to_prompts_of_before_are_understood(old: Database) -> None:
    """Somebody answers tomorrow what was asked before the upgrade."""
    old.update()
    with old.reading() as connection:
        assert outbox.prompt_of(connection, CHAT, 50) == Prompt(PromptKind.ABOUT, KEYS[0])
        assert outbox.prompt_of(connection, CHAT, 51) == Prompt(PromptKind.CHANGE, "s1")
        assert [outbox.prompt_of(connection, CHAT, number) for number in (40, 52, 9, 999)] == [None] * 4
        assert outbox.articles_of(connection, CHAT, 50) == (KEYS[0],)
        assert outbox.row_of(connection, "job:secret") == 6


def test_an_alert_that_could_not_be_made_before_is_made_after(old: Database) -> None:
    """An operator has it sent once more."""
    old.update()
    with old.writing() as connection:
        assert {(one.id, one.has_payload) for one in dead_letters.list_dead_letters(connection, 9)} == {
            (10, True),
            (17, False),
        }
        assert moderation.resend(connection, Resend(17), NOW)
        made = [one for one in claim(connection, "me", 99, NOW + SECOND) if one.chat_id == OTHER_CHAT]
        assert [ARTICLES[1].title in load(one.payload).html for one in made] == [True]


def test_a_backup_of_before_is_restored_into_either_database(
    old: Database, new_address: NewAddress, tmp_path: Path
) -> None:
    """Whoever lost the disk has an old file."""
    with old.reading() as connection:
        copied = [
            (name, {**row, "process_id": None} if "process_id" in row else dict(row))
            for name in ("articles", "versions", "texts", "generations", "subscriptions", "bulletins", "alerts")
            for row in connection.execute(schema.metadata.tables[name].select()).mappings()
        ]
        copied += [("outbox", dict(row)) for row in connection.execute(table(connection).select()).mappings()]
    backup_file.write(tmp_path / "old.gz", OLD, NOW, copied)
    address = new_address()
    backup.restore(address, tmp_path / "old.gz")
    restored = Database.open(address)
    old.update()
    assert rows(restored) == rows(old)
    restored.close()


def test_many_chats_wait(old: Database) -> None:
    """More than are read at once."""
    many = range(1_000, 3_500)
    with old.writing() as connection:
        values = {"payload": "", "priority": 3, "created_at": NOW, "next_at": NOW, "state": WAITING}
        waiting = [{**values, "chat_id": one, "key": f"alerts:{one}:{one % 3}:daily"} for one in many]
        connection.execute(table(connection).insert(), waiting)
    old.update()
    found = {row["chat_id"]: row for row in rows(old).values() if row["chat_id"] in many}
    assert {one: (row["thread_id"], row["is_daily"], row["key"]) for one, row in found.items()} == {
        one: (one % 3, True, None) for one in many
    }
    assert not any(row["has_payload"] for row in found.values())
