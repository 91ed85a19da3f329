"""Alerts go at the pace that Telegram allows, after replies, and say what is to be told in the moment they go."""

from __future__ import annotations

import datetime
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.domain.effects import ChangeSubscription, Resend, SetHidden, Subscribe, Unsubscribe
from bot.domain.messages import MessageState, Priority
from bot.domain.subscriptions import Alert, ArticleSummary, Filter, Subscription
from bot.service.alerts.digest import LATE_SECONDS, MOST_AT_ONCE
from bot.store import answer_table, moderation
from bot.store.alerts import alert_table, bulletins, subscription_table
from bot.store.db.schema import outbox as rows
from bot.store.publishing import article_table
from bot.store.queue import chats, dead_letters, outbox, processes
from bot.store.queue.rate_limit import CHAT_SECONDS, PER_BURST, PER_GROUP, PER_SECOND, wait_of
from bot.telegram.outbound.claim import claim
from bot.telegram.wire.payload import load
from bot.texts import Language, texts_in
from tests.bot.store.publishing.test_generation_table import article, publish
from tests.support.store_fixtures import CHAT, DAY, GROUP, HOUR, NOW, OTHER_CHAT, SECOND, answer, message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from bot.domain.messages import ClaimedMessage, OutgoingMessage
    from bot.store.db.database import Database

ARTICLES = [article(name, path=f"{number}.md") for number, name in enumerate("甲乙丙丁戊己庚")]
KEYS = [one.key for one in ARTICLES]
BY_KEY = {one.key: one for one in (*ARTICLES, article("新"))}
SAID = texts_in(Language.SIMPLIFIED).subscribing
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(name="connection")
def connection_fixture(database: Database) -> Iterator[Connection]:
    """A transaction that writes, where some articles are published."""
    publish(database, 1, ARTICLES)
    with database.writing() as connection:
        yield connection


def paced(chat_id: int, words: str = "消息", at: datetime.datetime | None = None) -> OutgoingMessage:
    """An alert whose words are decided."""
    return message(words, chat_id, priority=Priority.ALERT, not_before=at)


def sent(connection: Connection, parcels: Sequence[ClaimedMessage], now: datetime.datetime, holder: str = "me") -> None:
    """All arrive."""
    for parcel in parcels:
        assert outbox.mark_sent(connection, parcel, holder, 1, now)


def chats_of(parcels: Sequence[ClaimedMessage]) -> list[int]:
    """To whom."""
    return [parcel.chat_id for parcel in parcels]


@pytest.mark.parametrize(
    ("chat_id", "ago", "wait"),
    [  # seconds since each of the messages before, and for how long to wait
        (CHAT, [0], 1),
        (CHAT, [0.4], 0.6),
        (CHAT, [1], None),
        (CHAT, [30, 0.25], 0.75),
        (CHAT, [*range(59, 1, -1)], None),
        (GROUP, [0.4], 0.6),
        (GROUP, [*range(50, 31, -1)], None),  # 19
        (GROUP, [*range(50, 30, -1)], 10),  # 20
        (GROUP, [59.5, *range(50, 31, -1)], 0.5),
        (GROUP, [60, *range(50, 31, -1)], None),
        (GROUP, [58, 57, *range(50, 31, -1)], 3),  # 21: the second has to be a minute ago
        (GROUP, [59.9, *range(50, 32, -1), 0.5], 0.5),  # of two reasons the longer one
    ],
)
def test_a_chat_waits_for_a_second_and_a_group_for_a_minute(chat_id: int, ago: list[float], wait: float | None) -> None:
    """One a second, and of a group twenty a minute: more are refused for everybody."""
    times = [NOW - one * SECOND for one in ago]
    found = wait_of(chat_id, times, NOW)
    assert found == (None if wait is None else wait * SECOND)


@dataclass
class Post:
    """Two processes that send at a simulated time, each message taking as long as it takes."""

    connection: Connection
    tick: datetime.timedelta
    seconds: Iterator[float]  # that a message takes
    now: datetime.datetime = NOW
    in_hand: list[tuple[datetime.datetime, str, ClaimedMessage]] = field(default_factory=list)
    log: list[tuple[datetime.datetime, int]] = field(default_factory=list)  # when what was sent

    def run(self) -> None:
        """Until nothing waits."""
        while self.waiting():
            self._arrive()
            taken = sum(self._take(name) for name in ("one", "two"))
            is_idle = not taken and not self.in_hand
            self.now = max(self.now + self.tick, self._next_at()) if is_idle else self.now + self.tick
            assert self.now < NOW + HOUR, "something is never sent"

    def waiting(self) -> int:
        """How many are still to arrive."""
        return outbox.count_waiting(self.connection)

    def _arrive(self) -> None:
        for at, holder, parcel in sorted(self.in_hand, key=lambda one: one[0]):
            if at <= self.now:
                assert outbox.mark_sent(self.connection, parcel, holder, 1, at)
        self.in_hand = [one for one in self.in_hand if one[0] > self.now]

    def _take(self, holder: str) -> int:
        room = 32 - sum(name == holder for _, name, _ in self.in_hand)
        parcels = claim(self.connection, holder, room, self.now)
        self.log += [(self.now, parcel.chat_id) for parcel in parcels]
        self.in_hand += [(self.now + next(self.seconds) * SECOND, holder, parcel) for parcel in parcels]
        return len(parcels)

    def _next_at(self) -> datetime.datetime:
        found = self.connection.scalar(select(func.min(rows.c.next_at)).where(rows.c.state == MessageState.WAITING))
        return found or self.now


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    """A transaction of which nothing stays."""
    with database.writing() as connection, connection.begin_nested() as attempt:
        yield connection
        attempt.rollback()


def most_within(times: Sequence[datetime.datetime], span: datetime.timedelta) -> int:
    """How many there are in the fullest span of that length."""
    ordered, first, most = sorted(times), 0, 0
    for number, at in enumerate(ordered):
        while ordered[first] <= at - span:
            first += 1
        most = max(most, number - first + 1)
    return most


delays = st.lists(st.sampled_from([0, 0, 0.4, 3, 30]), min_size=1, max_size=4)  # seconds until an alert is due


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    crowd=st.integers(0, 70),
    busy=st.lists(st.integers(2, 5), max_size=3),
    groups=st.lists(st.integers(1, 24), max_size=2),
    delays=delays,
    tick=st.sampled_from([0.1, 0.5, 1.3]),
    seconds=st.lists(st.sampled_from([0.03, 0.2, 0.9, 1.5]), min_size=1, max_size=3),
)
def test_whoever_is_to_be_told_the_pace_is_kept(
    database: Database,
    crowd: int,
    busy: list[int],
    groups: list[int],
    delays: list[float],
    tick: float,
    seconds: list[float],
) -> None:
    """Never more than Telegram allows: by second, by chat and by group; and everything is sent in the end."""
    counts = Counter({100 + number: 1 for number in range(crowd)})
    counts.update({200 + number: count for number, count in enumerate(busy)})
    counts.update({-300 - number: count for number, count in enumerate(groups)})
    due = cycle(delays)
    planned = [paced(chat, at=NOW + next(due) * SECOND) for chat in counts for _ in range(counts[chat])]
    with undone(database) as connection:
        outbox.add(connection, planned, NOW)
        post = Post(connection, tick * SECOND, cycle(seconds))
        post.run()
    assert Counter(chat for _, chat in post.log) == counts
    assert most_within([at for at, _ in post.log], SECOND) <= PER_SECOND
    for chat in counts:
        times = [at for at, one in post.log if one == chat]
        assert most_within(times, CHAT_SECONDS * SECOND) <= 1
        assert chat > 0 or most_within(times, MINUTE) <= PER_GROUP


def test_a_crowd_is_told_as_fast_as_may_be(database: Database) -> None:
    """A thousand subscribers need not wait longer than Telegram makes them."""
    with undone(database) as connection:
        outbox.add(connection, [paced(100 + number) for number in range(200)], NOW)
        post = Post(connection, 0.1 * SECOND, cycle([0.05]))
        post.run()
    assert (max(at for at, _ in post.log) - NOW).total_seconds() < 200 / PER_SECOND * 1.4


def test_processes_that_take_on_at_the_same_moment_keep_the_pace(database: Database) -> None:
    """None of them sees what another one is about to take."""
    with database.writing() as connection:
        outbox.add(connection, [paced(100 + number) for number in range(80)], NOW)

    def take(holder: str) -> list[int]:
        with database.writing() as connection:
            return chats_of(claim(connection, holder, 32, NOW))

    with ThreadPoolExecutor(4) as pool:
        taken = [chat for found in pool.map(take, ["a", "b", "c", "d"]) for chat in found]
    assert len(taken) == len(set(taken)) == PER_BURST


def test_replies_go_before_alerts(connection: Connection) -> None:
    """Somebody waits for a reply; nobody for news."""
    outbox.add(connection, [paced(1), paced(2)], NOW - HOUR)
    outbox.add(connection, [message("回复", 3), message("警报", 4, priority=Priority.ALARM)], NOW)
    assert chats_of(claim(connection, "me", 1, NOW)) == [3]
    assert chats_of(claim(connection, "me", 2, NOW)) == [4, 1]
    assert chats_of(claim(connection, "me", 0, NOW)) == []


def test_replies_do_not_wait_for_alerts(connection: Connection) -> None:
    """However many alerts went just now, an answer goes at once."""
    outbox.add(connection, [paced(100 + number) for number in range(40)], NOW)
    sent(connection, claim(connection, "me", 32, NOW), NOW)
    outbox.add(connection, [message("回复", 100)], NOW)
    assert chats_of(claim(connection, "me", 32, NOW)) == [100]


def test_replies_count_for_the_pace(connection: Connection) -> None:
    """Telegram counts them all; those under way as well."""
    outbox.add(connection, [message("回复", 100 + number) for number in range(PER_SECOND)], NOW)
    outbox.add(connection, [paced(1)], NOW)
    replies = claim(connection, "me", PER_SECOND, NOW)
    assert claim(connection, "other", 9, NOW) == []
    sent(connection, replies, NOW)
    assert claim(connection, "me", 9, NOW + 0.9 * SECOND) == []
    assert chats_of(claim(connection, "me", 9, NOW + SECOND)) == [1]


def test_an_alert_does_not_follow_a_reply_at_once(connection: Connection) -> None:
    """One message a second in a chat, whatever it is."""
    outbox.add(connection, [message("回复"), paced(CHAT)], NOW)
    sent(connection, claim(connection, "me", 9, NOW), NOW)
    assert claim(connection, "me", 9, NOW) == []
    assert claim(connection, "me", 9, NOW + 0.9 * SECOND) == []
    assert chats_of(claim(connection, "me", 9, NOW + SECOND)) == [CHAT]


def test_a_chat_has_one_message_under_way(connection: Connection) -> None:
    """Of its topics, too; so a second passes between two, however long one takes."""
    outbox.add(connection, [paced(GROUP), paced(GROUP)], NOW)
    first = claim(connection, "me", 9, NOW)
    assert len(first) == 1
    assert claim(connection, "other", 9, NOW + HOUR) == []
    sent(connection, first, NOW + 5 * SECOND)
    assert claim(connection, "me", 9, NOW + 5 * SECOND) == []
    assert len(claim(connection, "me", 9, NOW + 6 * SECOND)) == 1


def test_a_chat_that_has_to_wait_holds_up_nobody(connection: Connection) -> None:
    """A forum with a hundred topics waits for minutes; all others are told meanwhile."""
    outbox.add(connection, [paced(GROUP) for _ in range(100)], NOW - HOUR)
    outbox.add(connection, [paced(1), paced(2)], NOW)
    sent(connection, claim(connection, "me", 1, NOW), NOW)
    found = [claim(connection, "me", 9, NOW) for _ in range(3)]
    assert sorted(chat for parcels in found for chat in chats_of(parcels)) == [1, 2]


def test_a_chat_that_blocked_the_bot_is_left_in_peace(connection: Connection) -> None:
    """What was put in since then waits until it comes back."""
    chats.block(connection, CHAT, NOW)
    outbox.add(connection, [paced(CHAT), paced(OTHER_CHAT)], NOW)
    assert chats_of(claim(connection, "me", 9, NOW)) == [OTHER_CHAT]
    chats.unblock(connection, CHAT, NOW)
    assert chats_of(claim(connection, "me", 9, NOW)) == [CHAT]


def follow(connection: Connection, name: str = "s1", chat_id: int = CHAT, **others: object) -> Subscription:
    """Subscribe to everything."""
    one = replace(Subscription(id=name, chat_id=chat_id, thread_id=0, criteria=Filter(), language="zh-Hans"), **others)  # type: ignore[arg-type]
    subscription_table.subscribe(connection, Subscribe(one), NOW)
    return one


def news(
    connection: Connection,
    *keys: str,
    name: str = "s1",
    chat_id: int = CHAT,
    now: datetime.datetime = NOW,
    **others: bool | int,
) -> None:
    """Let a chat be told of some articles."""
    planned = [Alert(chat_id=chat_id, thread_id=0, key=key, subscriptions=(name,), **others) for key in keys]  # type: ignore[arg-type]
    alert_table.add(connection, [(one, ()) for one in planned], 1, now, now + DAY)
    bulletins.add(connection, [bulletin(key) for key in keys], now)


def bulletin(key: str, generation: int = 1, **others: object) -> ArticleSummary:
    """What alerts say of an article."""
    title, digest = (BY_KEY[key].title, BY_KEY[key].digest) if key in BY_KEY else (key, article(key).digest)
    said = ArticleSummary(
        key=key,
        generation=generation,
        title=title,
        date=NOW.date(),
        regions=("宜昌",),
        sources=answer().sources,
        digest=digest,
    )
    return replace(said, **others)  # type: ignore[arg-type]


def cites(connection: Connection, parcel: ClaimedMessage) -> list[str]:
    """The articles that a message is about, in order."""
    found: str = connection.scalar(select(rows.c.cites).where(rows.c.id == parcel.id)) or ""
    return found.split()


def told(connection: Connection, now: datetime.datetime = NOW) -> list[list[str]]:
    """The articles of one message after another, until nothing is due any more; a second between them."""
    found = []
    while parcels := claim(connection, "me", 9, now):
        found += [cites(connection, parcel) for parcel in parcels]
        sent(connection, parcels, now)
        now += SECOND
    return found


def test_a_few_alerts_follow_one_another(connection: Connection) -> None:
    """Each is a message of its own."""
    follow(connection)
    news(connection, *KEYS[:MOST_AT_ONCE])
    assert told(connection) == [[key] for key in sorted(KEYS[:MOST_AT_ONCE])]


def test_many_alerts_are_one_list(connection: Connection) -> None:
    """Nobody wants a hundred messages in a row."""
    follow(connection)
    news(connection, *KEYS[: MOST_AT_ONCE + 1])
    (one,) = told(connection)
    assert sorted(one) == sorted(KEYS[: MOST_AT_ONCE + 1])


def test_daily_alerts_go_once_a_day(connection: Connection) -> None:
    """All in one message, and what came since the first is in it."""
    follow(connection)
    news(connection, KEYS[0], is_daily=True)
    news(connection, KEYS[1], is_daily=True, now=NOW + HOUR)
    assert told(connection, NOW + DAY - SECOND) == []
    assert told(connection, NOW + DAY) == [sorted(KEYS[:2])]


def test_alerts_that_could_not_go_for_long_are_one_list(connection: Connection) -> None:
    """Telegram was away, or the bot."""
    follow(connection)
    news(connection, *KEYS[:3])
    assert told(connection, NOW + (LATE_SECONDS + 1) * SECOND) == [sorted(KEYS[:3])]


def test_an_alert_says_what_it_is_about_and_why_it_came(connection: Connection) -> None:
    """A phone shows the first line."""
    follow(connection)
    news(connection, KEYS[0])
    (parcel,) = claim(connection, "me", 9, NOW)
    html = load(parcel.payload).html
    assert html.split("\n")[0].find(ARTICLES[0].title) >= 0
    assert SAID.everything in html


def test_a_message_that_was_decided_stays_so(connection: Connection) -> None:
    """Its process died, and it may have arrived: the next one sends the same."""
    follow(connection)
    news(connection, KEYS[0])
    (first,) = claim(connection, "me", 9, NOW)
    outbox.release(connection, "me", [])
    news(connection, KEYS[1])
    assert claim(connection, "other", 9, NOW) == []  # a second later: it may have arrived
    (again,) = claim(connection, "other", 9, NOW + SECOND)
    assert (again.id, again.payload) == (first.id, first.payload)
    sent(connection, [again], NOW + SECOND, "other")
    assert told(connection, NOW + 2 * SECOND) == [[KEYS[1]]]


@pytest.mark.parametrize("is_paused", [True, False])
def test_what_is_no_longer_wanted_is_not_told(connection: Connection, is_paused: bool) -> None:
    """Somebody paused or unsubscribed while it waited."""
    one = follow(connection)
    news(connection, KEYS[0])
    if is_paused:
        subscription_table.change(connection, ChangeSubscription(replace(one, is_paused=True)))
    else:
        subscription_table.unsubscribe(connection, Unsubscribe(CHAT, (one.id,)))
    assert told(connection) == []
    assert alert_table.pending(connection, CHAT, 0, is_daily=False) == []


def test_a_message_with_nothing_to_tell_is_in_the_way_of_none(connection: Connection) -> None:
    """The place is told of what comes next, whatever became of what came before."""
    one = follow(connection)
    news(connection, KEYS[0])
    subscription_table.unsubscribe(connection, Unsubscribe(CHAT, (one.id,)))
    assert told(connection) == []
    follow(connection, "s2")
    news(connection, KEYS[1], name="s2", now=NOW + HOUR)
    assert told(connection, NOW + HOUR) == [[KEYS[1]]]


def hide(connection: Connection, key: str, *, is_hidden: bool = True) -> None:
    """Take an article out of sight, or bring it back."""
    moderation.set_hidden(connection, SetHidden(key=key, title="题", actor="我", is_hidden=is_hidden), NOW)


def test_what_is_hidden_in_the_moment_is_told_when_it_is_shown_again(connection: Connection) -> None:
    """Others are told meanwhile."""
    follow(connection)
    news(connection, *KEYS[:2])
    hide(connection, KEYS[0])
    assert told(connection) == [[KEYS[1]]]
    hide(connection, KEYS[0], is_hidden=False)
    assert told(connection, NOW + HOUR) == [[KEYS[0]]]


def test_what_is_hidden_alone_is_told_when_it_is_shown_again(connection: Connection) -> None:
    """Its message found nothing to tell; it must come all the same."""
    follow(connection)
    news(connection, KEYS[0])
    hide(connection, KEYS[0])
    assert told(connection) == []
    hide(connection, KEYS[0], is_hidden=False)
    assert told(connection, NOW + HOUR) == [[KEYS[0]]]


@pytest.mark.parametrize("edition", [0, 1, 2])
def test_an_alert_without_words_holds_up_no_other(connection: Connection, edition: int) -> None:
    """Nothing was made of its article, or not for this edition: what else there is to tell goes."""
    follow(connection)
    alert_table.add(
        connection,
        [(Alert(chat_id=CHAT, thread_id=0, key=KEYS[0], subscriptions=("s1",), edition=edition), ())],
        1,
        NOW - SECOND,
        NOW,
    )
    if edition == 2:
        bulletins.add(connection, [bulletin(KEYS[0])], NOW)
    news(connection, *KEYS[1:3])
    assert told(connection) == [[key] for key in sorted(KEYS[1:3])]


def test_an_alert_that_cannot_be_made_holds_up_no_other_chat(connection: Connection) -> None:
    """Whatever is wrong with it."""
    follow(connection, language="klingon")
    follow(connection, "s2", OTHER_CHAT)
    news(connection, KEYS[0])
    news(connection, KEYS[0], name="s2", chat_id=OTHER_CHAT)
    assert chats_of(claim(connection, "me", 9, NOW)) == [OTHER_CHAT]


def test_an_alert_that_could_not_be_made_is_made_when_it_is_sent_once_more(connection: Connection) -> None:
    """What was wrong with it was put right; the message that was given up has no words yet."""
    one = follow(connection, language="klingon")
    news(connection, KEYS[0])
    assert claim(connection, "me", 9, NOW) == []
    (letter,) = dead_letters.list_dead_letters(connection, 9)
    subscription_table.change(connection, ChangeSubscription(replace(one, language="en")))
    assert moderation.resend(connection, Resend(letter.id), NOW)
    assert told(connection, NOW + SECOND) == [[KEYS[0]]]


MANY = [article(f"第{number}", path=f"{number}.md") for number in range(alert_table.MOST_PENDING + 20)]
BY_KEY |= {one.key: one for one in MANY}


def test_more_than_a_message_holds_is_told_in_the_next(database: Database) -> None:
    """A daily list after several big reloads; none of them is forgotten."""
    said = MANY
    publish(database, 1, said)
    with database.writing() as connection:
        follow(connection)
        news(connection, *(one.key for one in said), is_daily=True)
        found = told(connection, NOW + DAY)
        assert Counter(key for some in found for key in some) == Counter(one.key for one in said)


def test_more_than_a_message_holds_is_told_though_some_is_not_wanted_any_more(database: Database) -> None:
    """What is dropped makes room for what was not looked at yet."""
    said = MANY
    publish(database, 1, said)
    with database.writing() as connection:
        follow(connection)
        news(connection, *(one.key for one in said[:200]), name="gone", is_daily=True)
        news(connection, *(one.key for one in said[200:]), is_daily=True, now=NOW + SECOND)
        found = told(connection, NOW + DAY)
        assert Counter(key for some in found for key in some) == Counter(one.key for one in said[200:])


def test_what_is_gone_holds_up_nothing_that_is_there(database: Database) -> None:
    """A big reload was taken back before anybody was told; what is published since then is told."""
    said = MANY
    publish(database, 1, said)
    with database.writing() as connection:
        follow(connection)
        news(connection, *(one.key for one in said))
        gone = [one.id for one in article_table.members(connection, 1)]
    publish(database, 2, [article("新", path="new.md")], ending=gone)
    with database.writing() as connection:
        news(connection, article("新").key, now=NOW + SECOND)
        assert told(connection, NOW + SECOND) == [[article("新").key]]


def test_who_was_not_told_yet_is_told_of_no_correction(connection: Connection) -> None:
    """The article was corrected before the morning: it is news to them as it stands now."""
    follow(connection)
    news(connection, KEYS[0], is_daily=True)
    changes = (("text", "全长300米", "全长350米"),)
    bulletins.add(connection, [bulletin(KEYS[0], 2, title="改正后的标题", changes=changes)], NOW)
    (parcel,) = claim(connection, "me", 9, NOW + DAY)
    html = load(parcel.payload).html
    assert "改正后的标题" in html
    assert SAID.digest_correction.format(number=1, title="改正后的标题") not in html


def test_who_was_told_is_told_what_was_corrected(connection: Connection) -> None:
    """Before and after, in words."""
    follow(connection)
    changes = (("text", "全长300米", "全长350米"),)
    news(connection, KEYS[0], edition=1)
    bulletins.add(connection, [bulletin(KEYS[0], 2, changes=changes)], NOW)
    sent(connection, claim(connection, "me", 9, NOW), NOW)
    news(connection, KEYS[0], edition=2)
    (parcel,) = claim(connection, "me", 9, NOW + SECOND)
    html = load(parcel.payload).html
    assert SAID.correction.format(title=ARTICLES[0].title) in html
    assert "全长<b>300</b>米 → 全长<b>350</b>米" in html


def test_an_alert_is_silent_where_all_that_it_matches_are(connection: Connection) -> None:
    """One loud subscription is reason enough to ring."""
    follow(connection, is_silent=True)
    follow(connection, "s2", OTHER_CHAT, is_silent=True)
    follow(connection, "s3", OTHER_CHAT)
    news(connection, KEYS[0])
    planned = Alert(chat_id=OTHER_CHAT, thread_id=0, key=KEYS[0], subscriptions=("s2", "s3"))
    alert_table.add(connection, [(planned, ())], 1, NOW, NOW)
    found = {parcel.chat_id: load(parcel.payload).is_silent for parcel in claim(connection, "me", 9, NOW)}
    assert found == {CHAT: True, OTHER_CHAT: False}


def test_showing_an_article_again_while_alerts_go_breaks_neither(database: Database) -> None:
    """Each waits for the other at most, and not both for each other, which PostgreSQL ends by an error."""
    publish(database, 1, ARTICLES)
    with database.writing() as connection:
        holder = processes.register(connection, "here", 1, NOW)
        follow(connection)
        news(connection, KEYS[0])
        hide(connection, KEYS[1])
    failed: list[Exception] = []

    def show() -> None:
        try:
            with database.writing() as connection:
                hide(connection, KEYS[1], is_hidden=False)
        except Exception as error:
            failed.append(error)

    other = threading.Thread(target=show)
    with database.writing() as connection:
        assert outbox.claim(connection, holder, 9, NOW) == []  # as `claim` begins
        other.start()
        time.sleep(0.3)
        assert len(claim(connection, holder, 9, NOW)) == 1
    other.join()
    assert failed == []


def test_an_announcement_while_alerts_go_loses_none(database: Database) -> None:
    """What is put in while a message is being decided is in it, or in the next."""
    publish(database, 1, ARTICLES)
    with database.writing() as connection:
        follow(connection)
        news(connection, KEYS[0])

    def announce() -> None:
        with database.writing() as connection:
            news(connection, KEYS[1])

    other = threading.Thread(target=announce)
    with database.writing() as connection:
        first = claim(connection, "me", 9, NOW)
        found = cites(connection, first[0])
        other.start()
        time.sleep(0.2)
    other.join()
    with database.writing() as connection:
        sent(connection, first, NOW)
        found += [key for some in told(connection, NOW + SECOND) for key in some]
    assert sorted(found) == sorted(KEYS[:2])


def test_generations_are_kept_in_mind(database: Database) -> None:
    """An article that a later generation took back is not told."""
    publish(database, 1, ARTICLES)
    with database.writing() as connection:
        follow(connection)
        news(connection, *KEYS[:2])
        ending = [one.id for one in article_table.members(connection, 1) if one.key == KEYS[0]]
    publish(database, 2, [article("新", path="new.md")], ending=ending)
    with database.writing() as connection:
        assert told(connection) == [[KEYS[1]]]


def test_what_is_hidden_while_it_waits_for_flood_control_is_not_sent(connection: Connection) -> None:
    """It was decided before; neither it nor word of its withdrawal comes."""
    follow(connection)
    news(connection, KEYS[0])
    (parcel,) = claim(connection, "me", 9, NOW)
    outbox.postpone(connection, parcel, "me", NOW + 30 * SECOND, is_miss=False)
    withdrawn = [moderation.messages_quoting(connection, KEYS[0])]
    moderation.set_hidden(connection, SetHidden(key=KEYS[0], title="甲", actor="小明"), NOW)
    assert withdrawn == [[]]
    assert claim(connection, "me", 9, NOW + MINUTE) == []
    moderation.set_hidden(connection, SetHidden(key=KEYS[0], title="甲", actor="小明", is_hidden=False), NOW + MINUTE)
    assert told(connection, NOW + 2 * MINUTE) == [[KEYS[0]]]


def test_what_is_ended_while_it_waits_for_flood_control_is_not_sent(connection: Connection) -> None:
    """Whoever unsubscribed has seen enough."""
    follow(connection)
    news(connection, KEYS[0])
    (parcel,) = claim(connection, "me", 9, NOW)
    outbox.postpone(connection, parcel, "me", NOW + 30 * SECOND, is_miss=False)
    subscription_table.unsubscribe(connection, Unsubscribe(CHAT, ("s1",)))
    assert claim(connection, "me", 9, NOW + MINUTE) == []


def test_flood_control_holds_back_all_alerts_of_its_chat(connection: Connection) -> None:
    """Each further request would be refused, and be one more."""
    follow(connection)
    news(connection, *KEYS[:2])
    (parcel,) = claim(connection, "me", 9, NOW)
    outbox.postpone(connection, parcel, "me", NOW + 30 * SECOND, is_miss=False)
    assert claim(connection, "me", 9, NOW + 5 * SECOND) == []
    assert sorted(told(connection, NOW + MINUTE)) == [[key] for key in sorted(KEYS[:2])]


def test_a_clock_that_is_put_back_stops_nothing(connection: Connection) -> None:
    """What was sent in the hour to come is no reason to wait for it."""
    outbox.add(connection, [paced(number) for number in range(1, PER_BURST + 1)], NOW)
    sent(connection, claim(connection, "me", 9, NOW + HOUR), NOW + HOUR)
    outbox.add(connection, [paced(1)], NOW)
    assert chats_of(claim(connection, "me", 9, NOW + SECOND)) == [1]


def test_as_many_answers_as_there_are_take_as_many_messages_as_they_need(connection: Connection) -> None:
    """Their subscriptions end with them, so none may be left out."""
    names = [f"q{number:07}" for number in range(45)]
    for name in names:
        follow(connection, name, criteria=Filter(question=f"{name}？"))
    rows = [answer(f"{name:<12}".replace(" ", "x"), question=f"{name}？" + "长" * 100) for name in names]
    answer_table.put_all(connection, rows)
    told_ones = (
        Alert(chat_id=CHAT, thread_id=0, key=KEYS[0], subscriptions=tuple(names), questions=tuple(names), edition=1),
        [row.id for row in rows],
    )
    alert_table.add(connection, [told_ones], 1, NOW, NOW + DAY)
    bulletins.add(connection, [bulletin(KEYS[0])], NOW)
    said, at = [], NOW
    while parcels := claim(connection, "me", 9, at):
        said += [load(parcel.payload) for parcel in parcels]
        sent(connection, parcels, at)
        at += SECOND
    assert len(said) > 1
    shown = "".join(one.html for one in said)
    assert all(f"{name}？" in shown for name in names)
    assert [bool(one.keyboard) for one in said].count(True) == 1
