"""Subscriptions: each chat's own, moved with it, dropped with it, and forgotten when a person wants to be."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.effects import ChangeSubscription, SetOperator, Subscribe, Unsubscribe
from bot.domain.jobs import Actor, AuditEntry, JobEnd
from bot.domain.messages import MessageState, UpdateEnd
from bot.domain.stored_answers import Feedback
from bot.domain.subscriptions import Alert, ArticleSummary, Filter, Subscription
from bot.store import answer_table, housekeeping, migrate_chat, moderation
from bot.store.alerts import alert_table, bulletins, subscription_table
from bot.store.db.schema import alerts as alert_rows
from bot.store.db.schema import answers as answer_rows
from bot.store.db.schema import bulletins as bulletin_rows
from bot.store.db.schema import chats as chat_rows
from bot.store.db.schema import feedback, is_unfilled_alert, marks, metadata
from bot.store.db.schema import inbox as updates
from bot.store.db.schema import outbox as messages
from bot.store.queue import chats, inbox, outbox
from tests.support.store_fixtures import (
    CHAT,
    DAY,
    GROUP,
    HOUR,
    NO_LIMITS,
    NOW,
    OTHER_CHAT,
    SECOND,
    answer,
    message,
    update,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.store.db.database import Database

NEW_GROUP = -1_001_234_567_890
PERSON, OTHER = 777_000_123, 888_000_456
EVERYTHING = Filter()


@pytest.fixture(name="connection")
def connection_fixture(database: Database) -> Iterator[Connection]:
    """A transaction that writes."""
    with database.writing() as connection:
        yield connection


def subscribe(
    connection: Connection,
    name: str,
    chat_id: int = CHAT,
    thread_id: int = 0,
    at: datetime.datetime = NOW,
    **others: Any,
) -> Subscription:
    """Subscribe to everything, or to something else."""
    one = dataclasses.replace(
        Subscription(id=name, chat_id=chat_id, thread_id=thread_id, criteria=EVERYTHING, language="zh-Hans"), **others
    )
    subscription_table.subscribe(connection, Subscribe(one), at)
    return one


def names(found: list[Subscription]) -> list[str]:
    """Their ids."""
    return [one.id for one in found]


@pytest.mark.parametrize(
    "criteria",
    [
        EVERYTHING,
        Filter(("宜昌", "襄阳"), ("磷石膏", "GDP", "c919")),
        Filter((), ("𠮷野家",)),
        Filter(question="宝钢二期  何时开工？\n磷石膏呢？"),
    ],
)
def test_a_subscription_comes_back_as_it_was(connection: Connection, criteria: Filter) -> None:
    """What is shown in the list is what was typed."""
    flags: dict[str, Any] = {"is_daily": True, "is_silent": True, "is_paused": True}
    one = subscribe(connection, "s1", GROUP, 4, criteria=criteria, language="en", **flags)
    assert subscription_table.get(connection, "s1") == one
    assert subscription_table.of_chat(connection, GROUP) == [one]
    assert subscription_table.get(connection, "s2") is None


def test_subscriptions_are_those_of_the_chat_the_first_first(connection: Connection) -> None:
    """By topic; each topic shows its own, and the limit is that of the whole chat."""
    subscribe(connection, "z", GROUP, 0, NOW)
    subscribe(connection, "a", GROUP, 0, NOW + SECOND)
    subscribe(connection, "m", GROUP, 0, NOW + SECOND)
    subscribe(connection, "b", GROUP, 4, NOW - SECOND)
    subscribe(connection, "c", CHAT)
    assert names(subscription_table.of_chat(connection, GROUP)) == ["z", "a", "m", "b"]
    assert names(subscription_table.of_chat(connection, GROUP, 0)) == ["z", "a", "m"]
    assert names(subscription_table.of_chat(connection, GROUP, 4)) == ["b"]
    assert subscription_table.of_chat(connection, GROUP, 5) == []
    assert [subscription_table.count(connection, chat_id) for chat_id in (GROUP, CHAT, OTHER_CHAT)] == [4, 1, 0]


def test_a_subscription_is_kept_once(connection: Connection) -> None:
    """A button that is pressed twice brings back what is there already."""
    one = subscribe(connection, "s1")
    subscribe(connection, "s1", at=NOW + HOUR, is_daily=True)
    assert subscription_table.of_chat(connection, CHAT) == [one]


def test_a_change_keeps_the_place_in_the_list(connection: Connection) -> None:
    """The id too: alerts that were sent name it."""
    one = subscribe(connection, "s1", at=NOW)
    subscribe(connection, "s2", at=NOW + SECOND)
    changed = dataclasses.replace(one, criteria=Filter(("宜昌",)), is_paused=True)
    subscription_table.change(connection, ChangeSubscription(changed))
    assert subscription_table.of_chat(connection, CHAT)[0] == changed
    assert names(subscription_table.of_chat(connection, CHAT)) == ["s1", "s2"]


def test_what_was_removed_is_not_changed(connection: Connection) -> None:
    """An old button does not bring it back."""
    subscription_table.change(
        connection,
        ChangeSubscription(Subscription(id="s1", chat_id=CHAT, thread_id=0, criteria=EVERYTHING, language="en")),
    )
    assert subscription_table.count(connection, CHAT) == 0


def test_nobody_unsubscribes_another_chat(connection: Connection) -> None:
    """Whatever a button carries that somebody forged."""
    for name, chat_id in (("a", CHAT), ("b", CHAT), ("c", CHAT), ("d", OTHER_CHAT)):
        subscribe(connection, name, chat_id)
    subscription_table.unsubscribe(connection, Unsubscribe(CHAT, ("a", "b", "d", "never")))
    assert names(subscription_table.of_chat(connection, CHAT)) == ["c"]
    assert names(subscription_table.of_chat(connection, OTHER_CHAT)) == ["d"]
    subscription_table.unsubscribe(connection, Unsubscribe(CHAT, ()))
    assert subscription_table.count(connection, CHAT) == 1


def test_a_topic_that_is_closed_is_paused(connection: Connection) -> None:
    """The other topics of the group go on."""
    for name, chat_id, thread_id in (("a", GROUP, 4), ("b", GROUP, 4), ("c", GROUP, 0), ("d", CHAT, 4)):
        subscribe(connection, name, chat_id, thread_id)
    subscription_table.pause_topic(connection, GROUP, 4)
    found = [*subscription_table.of_chat(connection, GROUP), *subscription_table.of_chat(connection, CHAT)]
    assert {one.id for one in found if one.is_paused} == {"a", "b"}


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    """A transaction of which nothing stays."""
    with database.writing() as connection, connection.begin_nested() as attempt:
        yield connection
        attempt.rollback()


places = st.tuples(st.integers(-4, 4).filter(bool), st.integers(0, 2), st.booleans())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(places, max_size=14), blocked=st.sets(st.integers(-4, 4), max_size=4), most=st.integers(1, 6))
def test_batches_hold_each_chat_once_and_whole(
    database: Database, drawn: list[tuple[int, int, bool]], blocked: set[int], most: int
) -> None:
    """Alerts of a chat are planned together; who paused or blocked the bot is passed over, but not forgotten."""
    with undone(database) as connection:
        there = [
            subscribe(connection, f"s{number}", chat_id, thread_id, is_paused=is_paused)
            for number, (chat_id, thread_id, is_paused) in enumerate(drawn)
        ]
        for chat_id in blocked:
            chats.block(connection, chat_id, NOW)
        batches, last = [], None
        while True:
            found, last = subscription_table.following(connection, last, most)
            if last is None:
                break
            batches.append(found)
            assert all(one.chat_id <= last for one in found)
    assert found == []
    assert len(batches) <= len({one.chat_id for one in there})
    together = [one for batch in batches for one in batch]
    wanted = [one for one in there if not one.is_paused and one.chat_id not in blocked]
    assert sorted(together, key=lambda one: one.id) == sorted(wanted, key=lambda one: one.id)
    assert [one.place for one in together] == sorted(one.place for one in together)
    seen = [chat_id for batch in batches for chat_id in {one.chat_id for one in batch}]
    assert len(seen) == len(set(seen))


def alert(key: str, chat_id: int = CHAT, thread_id: int = 0, **others: Any) -> Alert:
    """That a chat is to be told of an article."""
    return Alert(chat_id=chat_id, thread_id=thread_id, key=key, subscriptions=("s1",), **others)


def put(connection: Connection, *planned: Alert, generation: int = 1, at: datetime.datetime = NOW) -> None:
    """Keep alerts, with what they say."""
    alert_table.add(connection, [(one, ()) for one in planned], generation, at, at + DAY)
    made = {
        one.key: ArticleSummary(key=one.key, generation=generation, title="题", date=None, regions=(), sources=())
        for one in planned
    }
    bulletins.add(connection, made.values(), at)


def tell(connection: Connection, chat_id: int = CHAT, thread_id: int = 0) -> int:
    """Put what is pending at a place into its message, which is sent; returns the row."""
    row = row_of(connection, chat_id, thread_id)
    alert_table.bind(
        connection, chat_id, thread_id, alert_table.pending(connection, chat_id, thread_id, is_daily=False), row
    )
    gone = {"state": MessageState.SENT, "ended_at": NOW, "has_payload": True, "payload": "消息", "message_id": 5}
    connection.execute(messages.update().where(messages.c.id == row).values(gone))
    return row


def all_alerts(connection: Connection) -> set[tuple[str, int, int, bool]]:
    """Key, chat and topic of each alert, and whether it is in a message."""
    found = connection.execute(select(alert_rows))
    return {(row.key, row.chat_id, row.thread_id, row.outbox_id is not None) for row in found}


def waiting(connection: Connection) -> set[tuple[int, int, bool, datetime.datetime]]:
    """The alerts that wait without a payload: chat, topic, whether it is the daily one, and when it is due."""
    columns = (messages.c.chat_id, messages.c.thread_id, messages.c.is_daily, messages.c.next_at)
    rows = connection.execute(select(*columns).where(is_unfilled_alert(messages)))
    return {(row.chat_id, row.thread_id, row.is_daily, row.next_at) for row in rows}


def row_of(connection: Connection, chat_id: int, thread_id: int = 0) -> int:
    """The alert without a payload that waits for a place."""
    slot = (messages.c.chat_id == chat_id, messages.c.thread_id == thread_id, ~messages.c.is_daily)
    row: int = connection.scalars(select(messages.c.id).where(*slot, is_unfilled_alert(messages))).one()
    return row


def test_a_group_moves_with_its_subscriptions_and_alerts(connection: Connection) -> None:
    """Nothing is told twice or lost: what waited for the old id waits for the new one, at the same time."""
    one, two = subscribe(connection, "s1", GROUP, 4), subscribe(connection, "s2", GROUP)
    put(connection, alert("k1", GROUP, 4))
    row = tell(connection, GROUP, 4)
    put(connection, alert("k2", GROUP, 4), alert("k3", GROUP, is_daily=True))
    migrate_chat.migrate(connection, GROUP, NEW_GROUP, NOW + HOUR)
    moved = [dataclasses.replace(each, chat_id=NEW_GROUP) for each in (two, one)]
    assert subscription_table.of_chat(connection, NEW_GROUP) == moved
    assert subscription_table.count(connection, GROUP) == 0
    assert all_alerts(connection) == {
        ("k1", NEW_GROUP, 4, True),
        ("k2", NEW_GROUP, 4, False),
        ("k3", NEW_GROUP, 0, False),
    }
    assert waiting(connection) == {
        (NEW_GROUP, 4, False, NOW),
        (NEW_GROUP, 0, True, NOW + DAY),
    }
    assert [one.key for one in alert_table.of_message(connection, row, NEW_GROUP)[0]] == ["k1"]


def test_a_group_moves_to_where_it_is_subscribed_already(connection: Connection) -> None:
    """Somebody subscribed in the new group before the old one was heard of for the last time."""
    subscribe(connection, "s1", GROUP)
    subscribe(connection, "s2", NEW_GROUP)
    put(connection, alert("k1", GROUP), alert("k2", GROUP), alert("k1", NEW_GROUP), alert("k3", NEW_GROUP))
    migrate_chat.migrate(connection, GROUP, NEW_GROUP, NOW)
    migrate_chat.migrate(connection, GROUP, NEW_GROUP, NOW)
    assert names(subscription_table.of_chat(connection, NEW_GROUP)) == ["s1", "s2"]
    assert all_alerts(connection) == {(key, NEW_GROUP, 0, False) for key in ("k1", "k2", "k3")}
    assert waiting(connection) == {(NEW_GROUP, 0, False, NOW)}


def test_another_group_whose_number_begins_alike_stays(connection: Connection) -> None:
    """-9 and -99 are two groups."""
    put(connection, alert("k1", GROUP), alert("k1", GROUP * 11), alert("k1", CHAT))
    migrate_chat.migrate(connection, GROUP, NEW_GROUP, NOW)
    assert {chat_id for chat_id, *_ in waiting(connection)} == {NEW_GROUP, GROUP * 11, CHAT}


def test_an_alert_whose_words_are_decided_moves_as_it_is(connection: Connection) -> None:
    """It tells what it tells."""
    put(connection, alert("k1", GROUP))
    row = row_of(connection, GROUP)
    decided = messages.update().where(messages.c.id == row)
    connection.execute(decided.values(has_payload=True, payload="宜昌的消息"))
    migrate_chat.migrate(connection, GROUP, NEW_GROUP, NOW)
    found = connection.execute(select(messages.c.id, messages.c.chat_id, messages.c.payload)).all()
    assert [tuple(one) for one in found] == [(row, NEW_GROUP, "宜昌的消息")]


def test_who_blocks_the_bot_is_told_of_nothing_that_waited(connection: Connection) -> None:
    """News of last week would only surprise whoever comes back; the subscriptions stay."""
    subscribe(connection, "s1")
    put(connection, alert("k1"))
    tell(connection)
    put(connection, alert("k2"), alert("k3", is_daily=True), alert("k2", OTHER_CHAT))
    outbox.add(connection, [message("回复")], NOW)
    chats.block(connection, CHAT, NOW)
    assert all_alerts(connection) == {("k1", CHAT, 0, True), ("k2", OTHER_CHAT, 0, False)}
    assert waiting(connection) == {(OTHER_CHAT, 0, False, NOW)}
    assert outbox.count_waiting(connection) == 2
    assert subscription_table.count(connection, CHAT) == 1


def test_who_comes_back_is_told_of_what_is_new(connection: Connection) -> None:
    """Nothing that was dropped is in the way."""
    put(connection, alert("k1"))
    chats.block(connection, CHAT, NOW)
    chats.unblock(connection, CHAT, NOW + HOUR)
    put(connection, alert("k2"), at=NOW + HOUR)
    assert waiting(connection) == {(CHAT, 0, False, NOW + HOUR)}
    assert all_alerts(connection) == {("k2", CHAT, 0, False)}


def life_of(connection: Connection, person: int, number: int) -> None:
    """All that the bot keeps of somebody."""
    chats.unblock(connection, person, NOW)
    subscribe(connection, f"p{number}", person)
    received = [update(10 * number + 1, person, person), update(10 * number + 2, GROUP, person)]
    inbox.put(connection, [dataclasses.replace(one, raw=f'{{"from": {person}}}') for one in received], NO_LIMITS, NOW)
    ended = {"ended_at": NOW, "end": UpdateEnd.SET_ASIDE, "error": f"of {person}"}
    connection.execute(updates.update().where(updates.c.person_id == person).values(ended))
    private = answer(f"private{number}", 3, chat_id=person, person_id=person, thread_id=2)
    answer_table.put(connection, private)
    answer_table.put(connection, answer(f"group{number}", 4 + number, chat_id=GROUP, person_id=person))
    answer_table.set_feedback(connection, Feedback(f"group{number}", person, is_good=True), NOW)
    answer_table.set_feedback(connection, Feedback("others", person, is_good=False), NOW)
    put(connection, alert("k1", person))
    tell(connection, person)
    put(connection, alert("k2", person), alert("k3", person, is_daily=True))
    said = [message("送到了", person), message("没送到", person), message("回复", person)]
    outbox.add(connection, said, NOW)
    for words, state in (("送到了", MessageState.SENT), ("没送到", MessageState.DEAD)):
        here = (messages.c.chat_id == person, messages.c.payload == words)
        connection.execute(messages.update().where(*here).values(state=state, ended_at=NOW, error=f"of {person}"))


def traces(connection: Connection, person: int) -> set[str]:
    """The tables that hold somebody's number anywhere."""
    found = set()
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)):
            if any(str(person) in str(value) for value in row):
                found.add(table.name)
    return found


def test_nothing_is_left_of_who_is_forgotten_but_what_is_still_to_be_sent(connection: Connection) -> None:
    """Neither in private nor in groups; the question itself stays, for what the articles lack."""
    answer_table.put(connection, answer("others", 99, chat_id=GROUP, person_id=OTHER))
    life_of(connection, PERSON, 1)
    housekeeping.forget_person(connection, PERSON)
    assert traces(connection, PERSON) == {"outbox"}
    left = connection.scalars(select(messages.c.payload).where(messages.c.chat_id == PERSON)).all()
    assert list(left) == ["回复"]
    for name in ("private1", "group1"):
        row = answer_table.get(connection, name)
        assert row is not None
        assert (row.chat_id, row.person_id, row.message_id, row.thread_id, row.question) == (0, None, 0, None, "何时？")
        assert row.sources == answer().sources


def test_all_is_left_of_others(connection: Connection) -> None:
    """Those of the same groups, and those who judged the same answers."""
    answer_table.put(connection, answer("others", 99, chat_id=GROUP, person_id=OTHER))
    subscribe(connection, "g1", GROUP)
    put(connection, alert("k1", GROUP))
    life_of(connection, OTHER, 2)

    def rows() -> dict[str, list[Any]]:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }

    before = rows()
    life_of(connection, PERSON, 1)
    housekeeping.forget_person(connection, PERSON)
    after = rows()
    for table in set(metadata.sorted_tables) - {marks}:  # which only count changes
        assert [row for row in before[table.name] if row not in after[table.name]] == [], table.name


def test_who_is_forgotten_twice_is_forgotten(connection: Connection) -> None:
    """And who was never there, too."""
    housekeeping.forget_person(connection, PERSON)
    life_of(connection, PERSON, 1)
    housekeeping.forget_person(connection, PERSON)
    housekeeping.forget_person(connection, PERSON)
    assert traces(connection, PERSON) == {"outbox"}


def test_what_is_still_to_be_done_is_done_for_who_is_forgotten(connection: Connection) -> None:
    """An update in the inbox, and a message that is being sent just now."""
    inbox.put(connection, [update(1, PERSON, PERSON)], NO_LIMITS, NOW)
    outbox.add(connection, [message("正在发送", PERSON)], NOW)
    outbox.claim(connection, "me", 9, NOW)
    housekeeping.forget_person(connection, PERSON)
    assert [task.chat_id for task in inbox.claim(connection, "me", 9, NOW)] == [PERSON]
    assert outbox.count_waiting(connection) == 1


def test_what_operators_did_stays_when_they_are_forgotten(connection: Connection) -> None:
    """The audit log is not theirs alone."""
    moderation.set_operator(connection, SetOperator(PERSON, "小明", "小红"), NOW)
    moderation.record(
        connection, AuditEntry(actor=Actor("小明", PERSON, PERSON), action="reload", detail="", end=JobEnd.DONE), NOW
    )
    housekeeping.forget_person(connection, PERSON)
    assert moderation.is_operator(connection, PERSON)
    assert moderation.count_entries(connection) == 1


def test_who_blocked_the_bot_stays_blocked_when_forgotten(connection: Connection) -> None:
    """The bot must not write there again only because it forgot that it may not."""
    chats.block(connection, PERSON, NOW)
    housekeeping.forget_person(connection, PERSON)
    assert connection.scalars(select(chat_rows.c.id)).all() == [PERSON]


def prune(connection: Connection, at: datetime.datetime) -> list[int]:
    """All steps, until there is nothing left to remove."""
    steps = []
    while removed := housekeeping.prune(connection, at):
        steps.append(removed)
    return steps


def test_after_a_month_nobody_knows_who_asked(connection: Connection) -> None:
    """The question is still of use, its asker not; but who judged the answer may change their mind."""
    for number, name in enumerate(("old", "judged", "new"), 1):
        asked_at = NOW + DAY if name == "new" else NOW
        answer_table.put(connection, answer(name, number, asked_at=asked_at, thread_id=4))
    answer_table.set_feedback(connection, Feedback("judged", 9, is_good=True), NOW)
    assert prune(connection, NOW + 30 * DAY) == []
    assert prune(connection, NOW + 30 * DAY + SECOND) == [1]
    columns = (answer_rows.c.id, answer_rows.c.chat_id, answer_rows.c.person_id, answer_rows.c.thread_id)
    found = connection.execute(select(*columns).order_by(answer_rows.c.message_id)).all()
    assert [tuple(row) for row in found] == [("old", 0, None, None), ("judged", CHAT, 5, 4), ("new", CHAT, 5, 4)]
    assert len(connection.execute(select(feedback)).all()) == 1


def test_a_question_that_nobody_knows_the_asker_of_is_known_no_more(connection: Connection) -> None:
    """A reply to that old message is a question of its own."""
    answer_table.put(connection, answer())
    prune(connection, NOW + 31 * DAY)
    assert answer_table.of_message(connection, CHAT, 3) is None
    assert answer_table.get(connection, "a1") is not None


def test_old_alerts_go_with_what_they_say(connection: Connection) -> None:
    """After a month nobody turns their pages; the correction of last week stays."""
    put(connection, alert("k1"), alert("k2"), alert("k1", OTHER_CHAT, is_daily=True))
    tell(connection)
    put(connection, alert("k1", edition=2), generation=2, at=NOW + 7 * DAY)
    connection.execute(messages.delete())
    assert prune(connection, NOW + 30 * DAY) == []
    assert sum(prune(connection, NOW + 30 * DAY + SECOND)) == 3 + 2
    assert all_alerts(connection) == {("k1", CHAT, 0, False)}
    assert connection.execute(select(bulletin_rows.c.key, bulletin_rows.c.generation)).all() == [("k1", 2)]
    assert sum(prune(connection, NOW + 37 * DAY + SECOND)) == 2
    assert all_alerts(connection) == set()


def test_many_old_alerts_go_in_small_steps(connection: Connection) -> None:
    """Others write in between; an article may have been told to ten thousand chats."""
    put(connection, *(alert("k1", chat_id) for chat_id in range(1, 2501)))
    connection.execute(messages.delete())
    assert prune(connection, NOW + 31 * DAY) == [2000, 501]
