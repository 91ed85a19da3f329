"""Alerts: one of each article and place, kept until its message goes, and told once whatever happens in between."""

from __future__ import annotations

import dataclasses
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.domain.effects import ChangeSubscription, ForgetPerson, Outcome, Resend, SetHidden, Subscribe, Unsubscribe
from bot.domain.jobs import Generation, JobKind
from bot.domain.messages import MessageState, Priority
from bot.domain.subscriptions import Alert, AnnouncedKeys, ArticleSummary, Filter, PendingAlert, SentAlert, Subscription
from bot.store import commit_outcome, moderation
from bot.store.alerts import alert_queue, alert_table, announcements, bulletins, subscription_table
from bot.store.db.schema import is_unfilled_alert
from bot.store.db.schema import outbox as messages
from bot.store.publishing import article_table, generation_table
from bot.store.queue import dead_letters, inbox, outbox, processes, rate_limit
from corpus.times import PartialDate
from retrieval.facts.event import Event
from retrieval.facts.status import Status
from tests.bot.store.publishing.test_generation_table import article, publish, write
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
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from bot.domain.messages import ClaimedUpdate, OutgoingMessage
    from bot.store.db.database import Database

KEY, OTHER_KEY = article("甲").key, article("乙").key


@pytest.fixture(name="connection")
def connection_fixture(database: Database) -> Iterator[Connection]:
    """A transaction that writes, where two articles are published."""
    publish(database, 1, [article("甲"), article("乙", path="b.md")])
    with database.writing() as connection:
        yield connection


def alert(key: str = KEY, chat_id: int = CHAT, thread_id: int = 0, *named: str, **others: bool | int) -> Alert:
    """That a chat is to be told of an article."""
    return Alert(chat_id=chat_id, thread_id=thread_id, key=key, subscriptions=named or ("s1",), **others)  # type: ignore[arg-type]


def put(connection: Connection, *planned: Alert, generation: int = 1, now: datetime.datetime = NOW) -> None:
    """Keep alerts, with what they say."""
    alert_table.add(connection, [(one, ()) for one in planned], generation, now, NOW + DAY)
    bulletins.add(connection, [bulletin(key, generation) for key in {one.key for one in planned}], now)


def pending(
    connection: Connection, chat_id: int = CHAT, thread_id: int = 0, *, is_daily: bool = False
) -> list[PendingAlert]:
    """What is to be told at a place."""
    return alert_table.pending(connection, chat_id, thread_id, is_daily=is_daily)


def keys(found: Sequence[PendingAlert]) -> list[str]:
    """Of the articles."""
    return [one.key for one in found]


def waiting(connection: Connection) -> list[tuple[int, int, bool, datetime.datetime]]:
    """The alerts that wait without a payload: chat, topic, whether it is the daily one, and when it is due."""
    columns = (messages.c.chat_id, messages.c.thread_id, messages.c.is_daily, messages.c.next_at)
    rows = connection.execute(select(*columns).where(is_unfilled_alert(messages)).order_by(messages.c.id))
    return [(row.chat_id, row.thread_id, row.is_daily, row.next_at) for row in rows]


def row_of(connection: Connection, chat_id: int = CHAT, thread_id: int = 0, *, is_daily: bool = False) -> int:
    """The alert without a payload that waits for a slot."""
    slot = (messages.c.chat_id == chat_id, messages.c.thread_id == thread_id, messages.c.is_daily == is_daily)
    row: int = connection.scalars(select(messages.c.id).where(*slot, is_unfilled_alert(messages))).one()
    return row


def tell(connection: Connection, chat_id: int = CHAT, thread_id: int = 0) -> int:
    """Put what is pending at a place into its message; returns the row."""
    row = row_of(connection, chat_id, thread_id)
    alert_table.bind(connection, chat_id, thread_id, pending(connection, chat_id, thread_id), row)
    return row


def bulletin(key: str = KEY, generation: int = 1, **others: object) -> ArticleSummary:
    """What alerts say of an article."""
    digest = next((one.digest for one in map(article, "甲乙丙") if one.key == key), "")
    said = ArticleSummary(
        key=key,
        generation=generation,
        title="题目",
        date=NOW.date(),
        regions=("宜昌",),
        sources=answer().sources,
        digest=digest,
    )
    return dataclasses.replace(said, **others)  # type: ignore[arg-type]


def subscription(name: str = "s1", chat_id: int = CHAT, thread_id: int = 0, **others: Any) -> Subscription:
    """Of everything."""
    return dataclasses.replace(
        Subscription(id=name, chat_id=chat_id, thread_id=thread_id, criteria=Filter(), language="zh-Hans"), **others
    )


def test_one_message_waits_for_each_place(connection: Connection) -> None:
    """However many alerts it will tell; topics, and what goes once a day, are places of their own."""
    put(connection, alert(), alert(OTHER_KEY), alert(KEY, GROUP, 1), alert(KEY, GROUP, 2))
    put(connection, alert(OTHER_KEY, GROUP, 1), alert(KEY, OTHER_CHAT, is_daily=True), alert(OTHER_KEY, OTHER_CHAT))
    found = waiting(connection)
    assert sorted(found) == [
        (GROUP, 1, False, NOW),
        (GROUP, 2, False, NOW),
        (CHAT, 0, False, NOW),
        (OTHER_CHAT, 0, False, NOW),
        (OTHER_CHAT, 0, True, NOW + DAY),
    ]


def test_processes_that_plan_at_the_same_moment_add_one_message(database: Database) -> None:
    """Each slot has one, whoever comes first."""
    together = threading.Barrier(4)

    def plan(number: int) -> None:
        together.wait()
        with database.writing() as connection:
            put(connection, alert(KEY, CHAT, 0, f"s{number}"), alert(KEY, GROUP, number % 2, is_daily=True))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(plan, range(4)))
    with database.reading() as connection:
        assert {(chat_id, thread_id, is_daily) for chat_id, thread_id, is_daily, _ in waiting(connection)} == {
            (CHAT, 0, False),
            (GROUP, 0, True),
            (GROUP, 1, True),
        }
        assert len(waiting(connection)) == 3


def test_an_alert_is_there_once(connection: Connection) -> None:
    """Whoever died over an announcement is followed by somebody who plans the same."""
    put(connection, alert(), alert())
    put(connection, alert(KEY, CHAT, 0, "s2"), generation=2, now=NOW + HOUR)
    assert pending(connection) == [
        PendingAlert(key=KEY, edition=0, subscriptions=("s1",), answers=(), more=0, made_at=NOW)
    ]
    tell(connection)
    put(connection, alert(), generation=3)
    assert pending(connection) == []


def test_a_correction_is_an_alert_besides_the_article_itself(connection: Connection) -> None:
    """Who was told of the article is told of each correction."""
    put(connection, alert())
    tell(connection)
    for edition in (2, 3, 3):
        put(connection, alert(edition=edition), generation=edition)
    assert [one.edition for one in pending(connection)] == [2, 3]


def test_nothing_to_keep_is_nothing_to_do(connection: Connection) -> None:
    """Most batches of chats match nothing."""
    put(connection)
    assert waiting(connection) == []


def test_pending_alerts_are_those_of_the_place_the_oldest_first(connection: Connection) -> None:
    """By announcement, time and key, so that each time the order is the same."""
    first, second = sorted((KEY, OTHER_KEY))
    put(connection, alert(second), now=NOW + SECOND)
    put(connection, alert(is_daily=True, edition=9), alert(KEY, CHAT, 1), alert(KEY, OTHER_CHAT))
    put(connection, alert(second, edition=2, more=4), generation=2, now=NOW)
    put(connection, alert(first), now=NOW + SECOND)
    found = pending(connection)
    assert [(one.key, one.edition, one.more) for one in found] == [(first, 0, 0), (second, 0, 0), (second, 2, 4)]
    assert [one.edition for one in pending(connection, is_daily=True)] == [9]


def test_what_can_be_told_comes_before_what_cannot(connection: Connection) -> None:
    """A message holds so many; those that are not there at the moment must not fill it."""
    put(connection, alert("gone"))
    put(connection, alert(), now=NOW + SECOND)
    alert_table.add(connection, [(alert(OTHER_KEY), ())], 1, NOW, NOW)  # nothing was made of it
    found = pending(connection)
    assert [one.is_there for one in found] == [True, False, False]
    assert found[0].key == KEY


def test_answers_come_with_their_alert(connection: Connection) -> None:
    """The message tells them."""
    alert_table.add(connection, [(alert(edition=1, is_daily=False), ["a1", "a2"])], 1, NOW, NOW)
    assert [one.answers for one in pending(connection)] == [("a1", "a2")]


def hide(connection: Connection, *, is_hidden: bool = True) -> None:
    """Take the first article out of sight, or bring it back."""
    moderation.set_hidden(connection, SetHidden(key=KEY, title="题", actor="我", is_hidden=is_hidden), NOW)


def are_there(connection: Connection) -> dict[str, bool]:
    """Of pending alerts, whether their articles are there."""
    return {one.key: one.is_there for one in pending(connection)}


def test_what_is_hidden_is_not_there(connection: Connection) -> None:
    """It must not be told in the moment; nor is it lost for when it is shown again."""
    put(connection, alert(), alert(OTHER_KEY))
    hide(connection)
    assert are_there(connection) == {KEY: False, OTHER_KEY: True}
    hide(connection, is_hidden=False)
    assert are_there(connection) == {KEY: True, OTHER_KEY: True}


def test_what_is_not_published_at_the_moment_is_not_there(database: Database) -> None:
    """Removed, or not yet published: rows of a generation to come count once it is there."""
    publish(database, 1, [article("甲"), article("乙", path="b.md")])
    with database.writing() as connection:
        put(connection, alert(), alert(OTHER_KEY), alert(article("丙").key))
        first, second = article_table.members(connection, 1)
    write(database, 2, [article("甲", "改。"), article("丙", path="c.md")], ending=[first.id, second.id])
    with database.reading() as connection:
        assert are_there(connection) == {KEY: True, OTHER_KEY: True, article("丙").key: False}
    made = Generation(
        number=2,
        kind=JobKind.RELOAD,
        made_at=NOW,
        actor="小明",
        corpus="/corpus",
        source_digest="d" * 32,
        origin=None,
        counts={},
    )
    with database.writing() as connection:
        generation_table.publish(connection, made, AnnouncedKeys())
        assert are_there(connection) == {KEY: False, OTHER_KEY: False, article("丙").key: True}
        bulletins.add(connection, [bulletin(KEY, 2, digest=article("甲", "改。").digest)], NOW)  # of what it says now
        assert are_there(connection) == {KEY: True, OTHER_KEY: False, article("丙").key: True}


def test_what_is_put_into_a_message_waits_no_more(connection: Connection) -> None:
    """And the message knows what it tells, in order, for its other pages."""
    put(connection, alert(), alert(OTHER_KEY), alert(KEY, OTHER_CHAT))
    row = tell(connection)
    assert pending(connection) == []
    found, is_daily = alert_table.of_message(connection, row, CHAT)
    assert (keys(found), is_daily) == (sorted((KEY, OTHER_KEY)), False)
    assert alert_table.of_message(connection, row, OTHER_CHAT) == ([], False)
    assert keys(pending(connection, OTHER_CHAT)) == [KEY]


def test_a_daily_message_knows_that_it_is_one(connection: Connection) -> None:
    """Its other pages have the same heading."""
    put(connection, alert(is_daily=True))
    row = row_of(connection, is_daily=True)
    alert_table.bind(connection, CHAT, 0, pending(connection, is_daily=True), row)
    assert alert_table.of_message(connection, row, CHAT)[1]


def test_what_is_not_wanted_is_dropped(connection: Connection) -> None:
    """Nobody there subscribes to it any more; a correction of it is another alert."""
    put(connection, alert(), alert(edition=2), alert(KEY, OTHER_CHAT))
    alert_table.remove(connection, CHAT, 0, pending(connection)[:1])
    assert [one.edition for one in pending(connection)] == [2]
    assert keys(pending(connection, OTHER_CHAT)) == [KEY]


def test_who_was_told_is_who_got_a_message(connection: Connection) -> None:
    """Of a pending alert nobody has read anything wrong yet; and the first alert says by what it came."""
    put(connection, alert(KEY, CHAT, 0, "s1", "s2"), alert(OTHER_KEY), alert(KEY, OTHER_CHAT), alert(KEY, GROUP, 3))
    for place in ((CHAT, 0), (GROUP, 3)):
        tell(connection, *place)
    put(connection, alert(KEY, CHAT, 0, "s3", edition=2))
    tell(connection)
    everywhere = set(announcements.sent_alerts(connection, [KEY], GROUP, OTHER_CHAT))
    assert everywhere == {SentAlert(GROUP, 3, KEY, ("s1",)), SentAlert(CHAT, 0, KEY, ("s1", "s2"))}
    assert announcements.sent_alerts(connection, [KEY], CHAT, CHAT) == [SentAlert(CHAT, 0, KEY, ("s1", "s2"))]
    assert announcements.sent_alerts(connection, [], GROUP, OTHER_CHAT) == []


def test_what_comes_back_wakes_its_alerts(connection: Connection) -> None:
    """Their messages found nothing to tell, and would never come otherwise."""
    put(connection, alert(), alert(KEY, OTHER_CHAT, is_daily=True), alert(OTHER_KEY, GROUP, 3))
    connection.execute(messages.delete())
    alert_queue.enqueue_articles(connection, [KEY], NOW, NOW + DAY)
    alert_queue.enqueue_articles(connection, [KEY], NOW + HOUR, NOW + DAY)
    assert sorted(waiting(connection)) == [
        (CHAT, 0, False, NOW),
        (OTHER_CHAT, 0, True, NOW + DAY),
    ]


def test_what_was_told_is_not_woken(connection: Connection) -> None:
    """Nor is a message sent that has nothing to tell."""
    put(connection, alert())
    row = tell(connection)
    connection.execute(messages.delete().where(messages.c.id == row))
    alert_queue.enqueue_articles(connection, [KEY, OTHER_KEY], NOW, NOW)
    assert waiting(connection) == []


def test_unhiding_wakes_alerts(connection: Connection) -> None:
    """Within the same transaction: whoever wanted to hear of it does now."""
    hide(connection)
    put(connection, alert())
    connection.execute(messages.delete())
    hide(connection, is_hidden=False)
    assert [chat_id for chat_id, *_ in waiting(connection)] == [CHAT]


def test_daily_alerts_stay_daily_when_an_article_is_shown_again(connection: Connection) -> None:
    """Whoever wants one message in the morning gets none at night."""
    put(connection, alert(is_daily=True))
    hide(connection)
    connection.execute(messages.delete())
    hide(connection, is_hidden=False)
    assert [next_at for *_, next_at in waiting(connection) if next_at <= NOW] == []


def announced(connection: Connection, number: int, news: AnnouncedKeys, kind: JobKind = JobKind.RELOAD) -> None:
    """Publish a generation that brings something."""
    generation_table.publish(
        connection,
        Generation(
            number=number,
            kind=kind,
            made_at=NOW,
            actor="小明",
            corpus="/corpus",
            source_digest="d" * 32,
            origin=None,
            counts={},
        ),
        news,
    )


def test_announcements_are_planned_in_their_order(connection: Connection) -> None:
    """A correction comes after what it corrects."""
    news = AnnouncedKeys(("k1", "k2"), ("k3",), {"k3": (("title", "甲", "乙"),)}, {"k2": ("k1", "k0")})
    announced(connection, 2, news, JobKind.SCHEDULED)
    announced(connection, 3, AnnouncedKeys())
    first = announcements.open_announcement(connection)
    assert first is not None
    assert (first.generation, first.kind, first.news.added) == (1, JobKind.LOAD, (KEY, OTHER_KEY))
    announcements.complete(connection, first, NOW)
    second = announcements.open_announcement(connection)
    assert second is not None
    assert (second.generation, second.kind, second.news, second.done_to) == (2, JobKind.SCHEDULED, news, None)
    announcements.complete(connection, second, NOW)
    third = announcements.open_announcement(connection)
    assert third is not None
    announcements.complete(connection, third, NOW)
    assert announcements.open_announcement(connection) is None


def test_an_announcement_of_before_there_were_alerts_is_read() -> None:
    """It said less."""
    assert AnnouncedKeys.read({"added": ["k1"], "corrected": ["k2"]}) == AnnouncedKeys(("k1",), ("k2",))
    news = AnnouncedKeys(("k1",), (), {"k2": (("text", "甲", ""), ("date", "", "乙"))}, {"k1": ("k0",)})
    assert AnnouncedKeys.read(json.loads(json.dumps(news.record))) == news


def test_of_two_that_plan_a_batch_one_counts(connection: Connection) -> None:
    """The other one was thought dead; what it writes in the same transaction is given up."""
    first = announcements.open_announcement(connection)
    assert first is not None
    assert announcements.advance(connection, first, GROUP)
    assert not announcements.advance(connection, first, GROUP)
    second = announcements.open_announcement(connection)
    assert second is not None
    assert second.done_to == GROUP
    assert announcements.advance(connection, second, CHAT)
    assert not announcements.advance(connection, second, OTHER_CHAT)
    assert not announcements.advance(connection, first, CHAT)
    announcements.complete(connection, second, NOW)
    assert not announcements.advance(connection, dataclasses.replace(second, done_to=CHAT), OTHER_CHAT)


def test_everybody_is_told_of_an_article_once(connection: Connection) -> None:
    """Whatever generations it goes and comes back with."""
    assert announcements.already_announced(connection, [KEY, OTHER_KEY, "never"]) == set()
    announcements.mark_announced(connection, [KEY], NOW)
    assert announcements.already_announced(connection, [KEY, OTHER_KEY, "never"]) == {KEY}
    assert announcements.already_announced(connection, []) == set()


def test_a_bulletin_is_read_as_it_was_made(connection: Connection) -> None:
    """What is quoted is what was published, character for character."""
    event = Event(PartialDate(2025, 3), PartialDate(2025, 4, 1), True)
    source = dataclasses.replace(answer().sources[0], event=event, status=Status.DONE)
    made = bulletin(sources=(source, answer().sources[0]), changes=(("text", "“旧”", ""), ("date", "", "新𠮷")))
    undated = bulletin(OTHER_KEY, date=None, regions=(), sources=())
    bulletins.add(connection, [made, undated], NOW)
    assert bulletins.get(connection, KEY) == made
    assert bulletins.get(connection, OTHER_KEY) == undated
    assert bulletins.get(connection, "never") is None


def test_a_bulletin_is_made_once_for_an_announcement(connection: Connection) -> None:
    """All chats are told the same."""
    bulletins.add(connection, [], NOW)
    bulletins.add(connection, [bulletin(), bulletin(OTHER_KEY, 2)], NOW)
    bulletins.add(connection, [bulletin(title="另一个"), bulletin(generation=2, title="改正")], NOW)
    assert bulletins.existing_keys(connection, [KEY, OTHER_KEY, "never"], 1) == {KEY}
    assert bulletins.existing_keys(connection, [KEY, OTHER_KEY, "never"], 2) == {KEY, OTHER_KEY}
    first, second = bulletins.get(connection, KEY, 1), bulletins.get(connection, KEY, 2)
    assert (first and first.title, second and second.title) == ("题目", "改正")


def test_what_is_told_of_an_article_is_what_was_made_last(connection: Connection) -> None:
    """A daily message may go after a correction."""
    changes = (("text", "错", "对"),)
    bulletins.add(connection, [bulletin(), bulletin(generation=2, title="改正", changes=changes)], NOW)
    told, corrected = bulletins.get(connection, KEY), bulletins.get(connection, KEY, 2)
    assert (told and told.title, corrected and corrected.changes) == ("改正", changes)


def test_alerts_are_counted_by_announcement(connection: Connection) -> None:
    """Operators compare it with what was foretold."""
    put(connection, alert(), alert(OTHER_KEY), alert(KEY, OTHER_CHAT))
    put(connection, alert(), alert(edition=2), generation=2)
    assert [alert_table.count(connection, generation) for generation in (1, 2, 3)] == [3, 1, 0]


def letter(connection: Connection, **others: object) -> int:
    """A message that was given up."""
    given = message("没送到", **{"priority": Priority.ALERT, **others})  # type: ignore[arg-type]
    outbox.add(connection, [given], NOW)
    (row,) = connection.scalars(select(messages.c.id).where(messages.c.payload == "没送到")).all()
    gone = {
        "state": MessageState.DEAD,
        "ended_at": NOW,
        "error": "x",
        "tries": 4,
        "is_plain": True,
        "is_uncertain": True,
    }
    connection.execute(messages.update().where(messages.c.id == row).values(gone))
    return int(row)


def test_what_an_alert_says_is_decided_when_it_goes(connection: Connection) -> None:
    """From then on its place may have another one, and the article can be withdrawn from it."""
    put(connection, alert())
    (parcel,) = rate_limit.claim(connection, "me", 9, NOW)
    filled = outbox.set_payload(connection, parcel, "宜昌的消息", [KEY, OTHER_KEY, KEY])
    assert filled == dataclasses.replace(parcel, payload="宜昌的消息", has_payload=True)
    put(connection, alert(OTHER_KEY))
    assert waiting(connection) == [(CHAT, 0, False, NOW)]
    assert row_of(connection) != parcel.id
    assert [one.payload for one in moderation.messages_quoting(connection, OTHER_KEY)] == ["宜昌的消息"]


def test_a_message_that_was_given_up_is_sent_once_more(connection: Connection) -> None:
    """As if it had never been tried."""
    row = letter(connection, priority=Priority.REPLY)
    assert dead_letters.requeue(connection, row, NOW + HOUR)
    assert not dead_letters.requeue(connection, row, NOW + HOUR)
    assert outbox.claim(connection, "me", 9, NOW) == []
    (parcel,) = outbox.claim(connection, "me", 9, NOW + HOUR)
    assert (parcel.id, parcel.tries, parcel.is_plain, parcel.is_uncertain) == (row, 0, False, False)
    assert dead_letters.list_dead_letters(connection, 9) == []
    assert outbox.mark_sent(connection, parcel, "me", 5, NOW + HOUR)
    assert not dead_letters.requeue(connection, row, NOW + HOUR)


def test_a_message_that_was_given_up_is_dropped_for_good(connection: Connection) -> None:
    """It is no failure any more."""
    row = letter(connection)
    assert dead_letters.count_dead(connection) == 1
    assert dead_letters.drop_dead_letter(connection, row, NOW)
    assert not dead_letters.drop_dead_letter(connection, row, NOW)
    assert not dead_letters.requeue(connection, row, NOW)
    assert (dead_letters.count_dead(connection), waiting(connection)) == (0, [])


def holder_and_task(database: Database) -> tuple[str, ClaimedUpdate]:
    """A process with an update in hand."""
    with database.writing() as connection:
        holder = processes.register(connection, "here", 1, NOW)
        inbox.put(connection, [update(1)], NO_LIMITS, NOW)
        (task,) = inbox.claim(connection, holder, 1, NOW)
    return holder, task


def finish(database: Database, outcome: Outcome) -> bool:
    """End an update with what it led to; whether that counted."""
    holder, task = holder_and_task(database)
    with database.writing() as connection:
        return commit_outcome.commit_outcome(connection, task, holder, outcome, NOW)


def test_subscriptions_change_with_the_end_of_an_update(database: Database) -> None:
    """A crash does it again, or not at all."""
    with database.writing() as connection:
        for name in ("s1", "s2"):
            subscription_table.subscribe(connection, Subscribe(subscription(name)), NOW)
    new = subscription("s3", criteria=Filter(("宜昌",), ("磷石膏", "汽车")), is_silent=True)
    changed = subscription("s1", criteria=Filter(question="何时？"), is_daily=True, is_paused=True)
    deeds = (Subscribe(new), ChangeSubscription(changed), Unsubscribe(CHAT, ("s2",)))
    assert finish(database, Outcome(messages=(message(),), effects=deeds))
    with database.reading() as connection:
        assert {one.id: one for one in subscription_table.of_chat(connection, CHAT)} == {"s1": changed, "s3": new}
        assert outbox.count_waiting(connection) == 1


def test_who_lost_an_update_subscribes_to_nothing(database: Database) -> None:
    """Another process does it."""
    _, task = holder_and_task(database)
    with database.writing() as connection:
        outcome = Outcome(effects=(Subscribe(subscription()),))
        assert not commit_outcome.commit_outcome(connection, task, "another", outcome, NOW)
        assert subscription_table.count(connection, CHAT) == 0


def test_who_wants_to_be_forgotten_is_with_the_end_of_the_update(database: Database) -> None:
    """That very update, too; and yet the last word is sent."""
    with database.writing() as connection:
        subscription_table.subscribe(connection, Subscribe(subscription()), NOW)
    assert finish(database, Outcome(messages=(message("已忘记"),), effects=(ForgetPerson(CHAT),)))
    with database.writing() as connection:
        assert subscription_table.count(connection, CHAT) == 0
        assert [one.payload for one in outbox.claim(connection, "me", 9, NOW)] == ["已忘记"]
        assert connection.exec_driver_sql("SELECT raw, chat_id, person_id FROM inbox").all() == [("{}", 0, None)]


@pytest.mark.parametrize(("is_dropped", "state"), [(False, MessageState.WAITING), (True, MessageState.CANCELLED)])
def test_a_message_is_sent_once_more_by_the_first_who_says_so(
    database: Database, is_dropped: bool, state: MessageState
) -> None:
    """Two operators press: for the other one there is nothing left to do, and nothing is half done."""
    with database.writing() as connection:
        row = letter(connection)
    assert finish(database, Outcome(messages=(message("好"),), effects=(Resend(row, is_dropped),)))
    with database.writing() as connection:
        assert connection.scalar(select(messages.c.state).where(messages.c.id == row)) == state
        inbox.put(connection, [update(2)], NO_LIMITS, NOW)
        (task,) = inbox.claim(connection, "me", 1, NOW)

        def decided(_: object) -> tuple[OutgoingMessage, ...]:
            return (message("已处理"),)

        deeds = (Subscribe(subscription()), Resend(row, is_dropped))
        assert commit_outcome.commit_outcome(
            connection, task, "me", Outcome(messages=(message("好"),), effects=deeds, otherwise=decided), NOW
        )
        assert subscription_table.count(connection, CHAT) == 0
        said = connection.scalars(select(messages.c.payload).where(messages.c.priority == Priority.REPLY)).all()
        assert sorted(said) == ["好", "已处理"]


def test_what_was_hidden_is_not_sent_once_more(database: Database) -> None:
    """It was given up before the article was hidden, so nothing took its place."""
    publish(database, 1, [article("甲")])
    with database.writing() as connection:
        row = letter(connection, cites=(KEY,))
        hide(connection)
    finish(database, Outcome(effects=(Resend(row),)))
    with database.reading() as connection:
        assert waiting(connection) == []
