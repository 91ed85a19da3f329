"""Announcing on a real store and a real library: everybody is told once of what is new, whoever dies over it."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.domain.effects import ChangeSubscription, SetHidden, Subscribe
from bot.domain.jobs import Actor, JobEnd, JobKind, JobRequest
from bot.domain.subscriptions import Filter, Subscription
from bot.service.alerts.announce import MOST_SUBSCRIPTIONS, AnnouncementService
from bot.service.alerts.digest import next_daily_time
from bot.service.answers import AnswerService
from bot.service.heartbeat import Heartbeat, utc_now
from bot.service.publishing.live_library import LiveLibrary
from bot.service.publishing.prepare import prepare
from bot.service.publishing.publish import Place, PublishService
from bot.store import answer_table, housekeeping, moderation
from bot.store.alerts import alert_table, announcements, subscription_table
from bot.store.db.database import Database
from bot.store.db.schema import alerts as rows
from bot.store.db.schema import answers as answer_rows
from bot.store.publishing import article_table, generation_table
from bot.store.queue import chats, job_queue, outbox, processes
from bot.telegram.outbound import claim
from bot.telegram.wire.payload import Payload, load
from tests.support.store_fixtures import CHAT, DAY, GROUP, NOW, OTHER_CHAT, empty, new_postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.service.publishing.report import JobReport
    from retrieval.model import Result

FILLER = "这里说的是别的事情，与道路无关，只谈论天气和收成。"
BRIDGE, BRIDGE_TEXT = "【宜昌招商】金水桥建成", f"金水桥2025年建成，全长80米。{FILLER}"
QUESTION, OTHER_QUESTION = "金水桥全长多少米？", "望江塔高多少米？"
LONG = "".join(f"金水桥的第{number}段将要穿过一片{place}。" for number, place in enumerate("山林田野湖河村镇城"))
EVERYTHING, ASKED = Filter(), Filter(question=QUESTION)
MOMENT = datetime.timedelta(seconds=2)


@cache
def postgresql() -> str:
    """A database that tests use one after another."""
    address = new_postgresql()
    Database.open(address).close()
    return address


class House:
    """A store, a folder, who publishes, and who is told."""

    def __init__(self, address: str, root: Path, cache: Path) -> None:
        self.folder = root / "corpus"
        self.folder.mkdir()
        for number in range(3):
            text = f"第{number}条路名叫银岭{number}路，全长{number + 1}00米。{FILLER}"
            self.write(f"road{number}", f"【襄阳招商】道路{number}", text)
        self.database = Database.open(address)
        empty(self.database)
        self.heartbeat = self.process()
        self.place = Place(
            address=address, corpus=self.folder, cache=cache, kept=9, today=lambda: datetime.date(2026, 3, 14), quiet=0
        )
        self.live_library = LiveLibrary(
            self.database, self.place, lambda library, number: AnswerService(library=library, generation=number)
        )
        self.titles: dict[str, str] = {}

    def process(self) -> Heartbeat:
        """Somebody at work on the store."""
        heartbeat = Heartbeat(self.database)
        with self.database.writing() as connection:
            heartbeat.process_id = processes.register(connection, "here", 1, utc_now())
        return heartbeat

    def write(self, name: str, title: str, text: str, date: str = "2025-07-19") -> None:
        """An article in a file of its own."""
        (self.folder / f"{name}.md").write_text(f"---\ntitle: {title}\ndate: {date}\n---\n{text}\n", "utf-8")

    def bridge(self) -> None:
        """Write the article that most tests tell of."""
        self.write("bridge", BRIDGE, BRIDGE_TEXT)

    def run(self, kind: JobKind = JobKind.RELOAD, **options: Any) -> JobReport:
        """Publish."""
        request = replace(JobRequest(kind=kind, actor=Actor("小明"), language="zh-Hans", approved=("*",)), **options)
        with self.database.writing() as connection:
            number = job_queue.request_job(connection, request, utc_now(), self.heartbeat.process_id)
            job = job_queue.get(connection, number or 0)
        assert job is not None
        ended = PublishService(self.database, self.heartbeat, self.place, lambda *_: ()).run(
            job, prepare, lambda *_: None
        )
        assert ended.end in (JobEnd.DONE, JobEnd.UNCHANGED)
        self.live_library.refresh()
        with self.database.reading() as connection:
            members = article_table.members(connection, generation_table.current_number(connection))
            self.titles |= {one.key: one.title for one in article_table.read(connection, members)}
        return ended.report

    def announcing(self, heartbeat: Heartbeat | None = None) -> AnnouncementService:
        """A process that plans, with nothing in mind."""
        return AnnouncementService(self.database, heartbeat or self.heartbeat, lambda: self.live_library.answer_service)

    def announce(self) -> int:
        """Plan all; returns how many steps it took."""
        announcing, steps = self.announcing(), 0
        while announcing.step():
            steps += 1
        with self.database.reading() as connection:
            assert announcements.open_announcement(connection) is None
        return steps

    def subscribe(self, name: str, wish: Filter = EVERYTHING, chat_id: int = CHAT, **others: Any) -> Subscription:
        """Let a chat be told."""
        one = replace(Subscription(id=name, chat_id=chat_id, thread_id=0, criteria=wish, language="zh-Hans"), **others)
        with self.database.writing() as connection:
            subscription_table.subscribe(connection, Subscribe(one), NOW)
        return one

    @property
    def told(self) -> Counter[tuple[int, str]]:
        """Chat and title of each alert."""
        with self.database.reading() as connection:
            return Counter((row.chat_id, self.titles[row.key]) for row in connection.execute(select(rows)))

    @property
    def alerts(self) -> list[Any]:
        """Their rows."""
        with self.database.reading() as connection:
            return list(connection.execute(select(rows).order_by(rows.c.chat_id, rows.c.generation)))

    def send(self, at: datetime.datetime | None = None) -> list[Payload]:
        """What is due in this moment; all of it arrives."""
        now = at or utc_now()
        with self.database.writing() as connection:
            parcels = claim.claim(connection, self.heartbeat.process_id, 99, now)
            for parcel in parcels:
                assert outbox.mark_sent(connection, parcel, self.heartbeat.process_id, 1, now)
                alert_table.end_answered_subscriptions(connection, parcel.chat_id, parcel.id)
        return [load(parcel.payload) for parcel in parcels]

    def send_all(self) -> list[Payload]:
        """One after another, until nothing is due."""
        at, said = utc_now(), []
        while some := self.send(at):
            said += some
            at += MOMENT
        return said

    def hide(self, title: str, *, is_hidden: bool = True) -> None:
        """Take an article out of sight, or bring it back."""
        key = next(key for key, one in self.titles.items() if one == title)
        with self.database.writing() as connection:
            moderation.set_hidden(
                connection, SetHidden(key=key, title=title, actor="小明", is_hidden=is_hidden), utc_now()
            )
        self.live_library.refresh()


@pytest.fixture(name="house", params=["sqlite", "postgresql"])
def house_fixture(request: pytest.FixtureRequest, tmp_path: Path, cache: Path) -> Iterator[House]:
    """One with its first generation published and announced."""
    house = House(str(tmp_path / "chuwen.db") if request.param == "sqlite" else postgresql(), tmp_path, cache)
    house.run(JobKind.LOAD)
    house.announce()
    yield house
    house.database.close()


def test_a_first_load_tells_nobody_and_is_known_to_all(tmp_path: Path, cache: Path) -> None:
    """Whoever subscribes before the bot has articles wants news, not the archive."""
    house = House(str(tmp_path / "chuwen.db"), tmp_path, cache)
    house.subscribe("s1")
    house.run(JobKind.LOAD)
    house.bridge()
    house.run()  # before anybody was there to announce the first load
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 1}
    with house.database.reading() as connection:
        assert announcements.already_announced(connection, house.titles) == set(house.titles)
    house.database.close()


def test_a_new_article_is_told_to_who_wanted_to_hear_of_it(house: House) -> None:
    """With what it says, and by what it came."""
    house.subscribe("s1", Filter(("宜昌",), ("桥",)))
    house.subscribe("s2", Filter(("襄阳",)), OTHER_CHAT)
    house.subscribe("s3", EVERYTHING, GROUP, thread_id=4, is_daily=True)
    house.bridge()
    house.run()
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 1, (GROUP, BRIDGE): 1}
    assert [(row.thread_id, row.subscriptions, row.is_daily) for row in house.alerts] == [
        (4, "s3", True),
        (0, "s1", False),
    ]
    (said,) = house.send()
    assert BRIDGE in said.html
    assert "宜昌" in said.html
    assert "全长<b>80米</b>" in said.html or "80米" in said.html
    (daily,) = house.send(next_daily_time(utc_now(), house.live_library.answer_service.zone))
    assert daily.thread_id == 4


def test_who_paused_or_blocked_is_told_of_nothing(house: House) -> None:
    """Neither now nor when they come back."""
    house.subscribe("s1", is_paused=True)
    house.subscribe("s2", EVERYTHING, OTHER_CHAT)
    with house.database.writing() as connection:
        chats.block(connection, OTHER_CHAT, utc_now())
    house.bridge()
    house.run()
    house.announce()
    assert house.told == {}


def test_a_correction_is_told_to_who_was_told(house: House) -> None:
    """What it said before and says now; a change of style is no news."""
    house.subscribe("s1")
    house.bridge()
    house.run()
    house.announce()
    assert len(house.send()) == 1
    house.subscribe("s2", EVERYTHING, OTHER_CHAT)
    house.write("bridge", BRIDGE, BRIDGE_TEXT.replace("这里说的", "此处说的"))
    house.run()
    house.announce()
    assert len(house.alerts) == 1
    house.write("bridge", BRIDGE, BRIDGE_TEXT.replace("80米", "85米"))
    house.run()
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 2}
    assert [row.edition for row in house.alerts] == [0, 4]
    (said,) = house.send(utc_now() + MOMENT)
    assert "80米" in said.html
    assert "85米" in said.html


def test_a_copy_is_not_told_to_who_was_told_of_the_report(house: House) -> None:
    """In the same reload or in a later one."""
    house.subscribe("s1")
    house.subscribe("s2", Filter((), ("转载",)), OTHER_CHAT)
    house.write("a", "【宜昌招商】金水桥穿过哪里", LONG)
    house.write("b", "【宜昌招商】金水桥穿过哪里（转）", LONG.replace("镇", "集镇"))
    house.run()
    house.announce()
    assert sum(house.told.values()) == 1
    house.write("c", "【宜昌招商】转载：金水桥穿过哪里", LONG.replace("村", "乡村"))
    house.run()
    house.announce()
    assert Counter(chat for chat, _ in house.told) == {CHAT: 1, OTHER_CHAT: 1}


def test_going_back_and_forward_tells_nobody_twice(house: House) -> None:
    """What was told is known; what was gone for a while comes to who was not told yet."""
    house.subscribe("s1")
    house.subscribe("s2", EVERYTHING, OTHER_CHAT, is_daily=True)
    house.bridge()
    house.run()
    house.announce()
    house.send()
    house.run(JobKind.ROLLBACK, target=1)
    house.announce()
    tomorrow = utc_now() + DAY
    assert house.send(tomorrow) == []
    house.run()
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 1, (OTHER_CHAT, BRIDGE): 1}
    assert len(house.send(tomorrow + DAY)) == 1
    assert house.send(tomorrow + 2 * DAY) == []


def test_a_correction_that_was_taken_back_and_comes_again_is_told_once(house: House) -> None:
    """Whoever read it would wonder what is different now."""
    house.subscribe("s1")
    house.bridge()
    house.run()
    house.announce()
    house.send()
    house.write("bridge", BRIDGE, BRIDGE_TEXT.replace("80米", "85米"))
    house.run()
    house.announce()
    house.send(utc_now() + MOMENT)
    house.run(JobKind.ROLLBACK, target=2)
    house.announce()
    house.run()
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 2}


def test_a_rollback_tells_of_nothing_that_it_brings_back(house: House) -> None:
    """It was told when it was new; an operator puts something right, and nobody needs to know."""
    house.bridge()
    house.run()
    house.announce()
    (house.folder / "bridge.md").unlink()
    house.run()
    house.announce()
    house.subscribe("s1")
    house.run(JobKind.ROLLBACK, target=2)
    house.announce()
    assert house.told == {}


def test_what_was_taken_back_before_anybody_was_told_is_new_when_it_comes_again(house: House) -> None:
    """An operator saw a mistake in time; what is published then is told."""
    house.subscribe("s1")
    house.bridge()
    house.run()
    house.run(JobKind.ROLLBACK, target=1)
    house.announce()
    assert house.told == {}
    house.run()
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 1}
    assert len(house.send()) == 1


def crowd(house: House, count: int) -> None:
    """As many chats that want to hear of everything."""
    with house.database.writing() as connection:
        for number in range(count):
            one = Subscription(
                id=f"c{number:07}", chat_id=1000 + number, thread_id=0, criteria=EVERYTHING, language="zh-Hans"
            )
            subscription_table.subscribe(connection, Subscribe(one), NOW)


def test_an_announcement_that_was_broken_off_goes_on_where_it_was(house: House) -> None:
    """Another process follows the dead one: nobody is lost, nobody doubled, and only then all know."""
    count = 2 * MOST_SUBSCRIPTIONS + 5
    crowd(house, count)
    house.bridge()
    house.run()
    for planned in (MOST_SUBSCRIPTIONS, 2 * MOST_SUBSCRIPTIONS, count):
        assert house.announcing().step()
        assert len(house.alerts) == planned
    with house.database.reading() as connection:
        assert len(announcements.already_announced(connection, house.titles)) == 3
    assert house.announce() == 1
    assert house.told == {(1000 + number, BRIDGE): 1 for number in range(count)}
    with house.database.reading() as connection:
        assert len(announcements.already_announced(connection, house.titles)) == 4


def test_who_froze_in_a_batch_plans_it_no_more(house: House) -> None:
    """It was thought dead, and its successor went on from the same place."""
    crowd(house, MOST_SUBSCRIPTIONS + 5)
    house.bridge()
    house.run()
    with house.database.reading() as connection:
        before = announcements.open_announcement(connection)
    assert before is not None
    frozen = house.announcing()
    assert house.announcing().step()
    frozen._plan_batch(before, house.live_library.answer_service)  # what it had read is not true any more
    assert len(house.alerts) == MOST_SUBSCRIPTIONS
    house.announce()
    assert set(house.told.values()) == {1}
    assert len(house.told) == MOST_SUBSCRIPTIONS + 5


def test_taken_back_in_the_middle_and_published_again_reaches_all_once(house: House) -> None:
    """Those who were planned for before, and those who were not; whoever waited for the answer, too."""
    house.subscribe("s1", EVERYTHING, 1)
    house.subscribe("q1", ASKED, 1)
    crowd(house, MOST_SUBSCRIPTIONS + 5)
    house.bridge()
    house.run()
    assert house.announcing().step()
    house.run(JobKind.ROLLBACK, target=1)
    house.announce()
    house.run()
    house.announce()
    assert {place: count for place, count in house.told.items() if count != 1} == {}
    assert len(house.told) == MOST_SUBSCRIPTIONS + 6


def waiting_questions(house: House) -> list[str]:
    """Those that are subscribed to."""
    with house.database.reading() as connection:
        return sorted(
            one.id for chat in (CHAT, GROUP, OTHER_CHAT) for one in subscription_table.of_chat(connection, chat)
        )


def test_a_question_that_waits_for_its_answer_to_be_sent_is_told_once(house: House) -> None:
    """Something else is published meanwhile, and the question is asked of that as well."""
    house.subscribe("q1", ASKED)
    house.bridge()
    house.run()
    house.announce()
    house.write("other", "【宜昌招商】新校开学", f"银岭小学2025年开学，有学生500名。{FILLER}")
    house.run()
    house.announce()
    assert [QUESTION in one.html for one in house.send_all()] == [True]


def test_who_is_about_to_be_told_is_not_told_again_because_somebody_else_asks(house: House) -> None:
    """The same question, of which one answer waits for the morning."""
    house.subscribe("q1", ASKED, is_daily=True)
    house.subscribe("s1", is_daily=True)
    house.bridge()
    house.run()
    house.announce()
    house.subscribe("q2", ASKED, OTHER_CHAT)
    house.write("other", "【宜昌招商】新校开学", f"银岭小学2025年开学，有学生500名。{FILLER}")
    house.run()
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 1, (CHAT, "【宜昌招商】新校开学"): 1, (OTHER_CHAT, BRIDGE): 1}


def test_a_question_goes_on_waiting_where_its_article_went_before_it_was_told(house: House) -> None:
    """Another article answers it later."""
    house.subscribe("q1", ASKED)
    house.bridge()
    house.run()
    house.announce()
    house.run(JobKind.ROLLBACK, target=1)
    assert house.send_all() == []
    assert waiting_questions(house) == ["q1"]
    house.run()
    house.announce()
    assert [QUESTION in one.html for one in house.send_all()] == [True]
    assert waiting_questions(house) == []


def test_what_is_ended_while_it_is_planned_is_not_told(house: House) -> None:
    """Between reading a batch and writing it lies the asking of questions."""
    house.subscribe("q1", ASKED)
    house.subscribe("s1")
    house.subscribe("s2", Filter(keywords=("金水桥",)), OTHER_CHAT)
    house.bridge()
    house.run()

    class Interrupted(AnswerService):
        """Somebody sends /forget while the questions of a batch are asked."""

        def ask(self, question: str) -> Result:
            with house.database.writing() as connection:
                housekeeping.forget_person(connection, CHAT)
            return AnswerService.ask(self, question)

    facts = {field.name: getattr(house.live_library.answer_service, field.name) for field in fields(AnswerService)}
    planning = AnnouncementService(house.database, house.heartbeat, lambda: Interrupted(**facts))
    while planning.step():
        pass
    assert {chat for chat, _ in house.told} == {OTHER_CHAT}
    with house.database.reading() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) FROM answers WHERE chat_id = {CHAT}").scalar() == 0  # noqa: S608


def test_a_question_is_answered_as_soon_as_an_article_can(house: House) -> None:
    """The answer is one like any other, with its buttons; nobody waits for it any more once it was sent."""
    house.subscribe("q1", ASKED)
    house.subscribe("q2", ASKED, GROUP, thread_id=4, language="en")
    house.subscribe("q3", Filter(question=OTHER_QUESTION), OTHER_CHAT)
    house.write("other", "【宜昌招商】新校开学", f"银岭小学2025年开学，有学生500名。{FILLER}")
    house.run()
    house.announce()
    assert house.told == {}
    house.bridge()
    house.run()
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 1, (GROUP, BRIDGE): 1}
    assert waiting_questions(house) == ["q1", "q2", "q3"]
    said = house.send_all()
    with house.database.reading() as connection:
        found = [answer_table.get(connection, row.answers) for row in house.alerts]
    assert waiting_questions(house) == ["q3"]
    told = [(row.chat_id, row.person_id, row.thread_id, row.language, row.question) for row in found if row]
    assert told == [(GROUP, None, 4, "en", QUESTION), (CHAT, CHAT, None, "zh-Hans", QUESTION)]
    assert all(row and "80米" in row.sources[0].quote and row.generation == 3 and row.reason is None for row in found)
    assert len(said) == 2
    assert all("80米" in one.html and QUESTION in one.html for one in said)


def test_an_answer_is_given_once(house: House) -> None:
    """Whatever is published afterwards."""
    house.subscribe("q1", ASKED)
    house.bridge()
    house.run()
    house.announce()
    house.write("other", "【宜昌招商】新校开学", f"银岭小学2025年开学，有学生500名。{FILLER}")
    house.run()
    house.announce()
    with house.database.reading() as connection:
        assert len(connection.execute(select(answer_rows)).all()) == 1
    assert house.told == {(CHAT, BRIDGE): 1}


def test_a_question_that_waits_is_answered_when_its_article_comes_back(house: House) -> None:
    """It was asked while the article was taken back; that others know it already is no answer."""
    house.bridge()
    house.run()
    house.announce()
    house.run(JobKind.ROLLBACK, target=1)
    house.announce()
    house.subscribe("q1", ASKED)
    house.run()
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 1}


def test_a_silent_question_is_answered_in_silence(house: House) -> None:
    """It is gone by the time its answer goes."""
    house.subscribe("q1", ASKED, is_silent=True)
    house.bridge()
    house.run()
    house.announce()
    (said,) = house.send()
    assert said.is_silent


def test_a_subscription_that_became_a_question_stops_nothing(house: House) -> None:
    """Somebody was told of an article, then changed the words to a question; then the article is corrected."""
    one = house.subscribe("s1")
    house.subscribe("s2", EVERYTHING, OTHER_CHAT)
    house.bridge()
    house.run()
    house.announce()
    assert len(house.send()) == 2
    with house.database.writing() as connection:
        subscription_table.change(
            connection, ChangeSubscription(replace(one, criteria=Filter(question=OTHER_QUESTION)))
        )
    house.write("bridge", BRIDGE, BRIDGE_TEXT.replace("80米", "85米"))
    house.run()
    house.announce()
    assert house.told[OTHER_CHAT, BRIDGE] == 2


def test_what_is_hidden_is_not_announced(house: House) -> None:
    """An operator was quicker than the announcement; it is told when the article is shown."""
    house.subscribe("s1")
    house.bridge()
    house.run()
    house.hide(BRIDGE)
    house.announce()
    assert house.send() == []
    house.hide(BRIDGE, is_hidden=False)
    assert [BRIDGE in one.html for one in house.send()] == [True]


def test_what_is_hidden_after_it_was_announced_is_not_sent(house: House) -> None:
    """It comes when it is shown again."""
    house.subscribe("s1")
    house.bridge()
    house.run()
    house.announce()
    house.hide(BRIDGE)
    assert house.send() == []
    house.hide(BRIDGE, is_hidden=False)
    assert [BRIDGE in one.html for one in house.send()] == [True]


def test_one_process_announces(house: House) -> None:
    """Another one follows when it leaves."""
    house.subscribe("s1")
    assert not house.announcing().step()
    house.bridge()
    house.run()
    house.write("tower", "【宜昌招商】望江塔", f"望江塔2024年建成，高60米。{FILLER}")
    house.run()
    other = house.process()
    assert house.announcing().step()
    assert not house.announcing(other).step()
    with house.database.writing() as connection:
        processes.deregister(connection, house.heartbeat.process_id)
    follower = house.announcing(other)
    while follower.step():
        pass
    assert sorted(house.told.values()) == [1, 1]


def test_nothing_is_announced_before_it_serves(house: House) -> None:
    """Whoever is told must be able to ask; the process opens it in a moment."""
    house.subscribe("q1", ASKED)
    old = house.live_library.answer_service
    house.bridge()
    house.run()
    early = AnnouncementService(house.database, house.heartbeat, lambda: old)
    assert not early.step()
    assert house.told == {}
    house.announce()
    assert house.told == {(CHAT, BRIDGE): 1}


def test_what_is_foretold_is_what_is_planned(house: House) -> None:
    """An operator decides by the number: new articles, corrections, copies, chats that paused."""
    house.subscribe("s1")
    house.subscribe("s2", Filter(("宜昌",)))
    house.subscribe("s3", Filter((), ("桥",)), OTHER_CHAT, is_daily=True)
    house.subscribe("s4", EVERYTHING, GROUP, is_paused=True)
    house.bridge()
    house.write("copy", f"{BRIDGE}（转）", BRIDGE_TEXT)
    house.write("tower", "【襄阳招商】望江塔", f"望江塔2024年建成，高60米。{FILLER}")
    check = house.run(JobKind.CHECK)
    report = house.run()
    house.announce()
    assert check.alerts == report.alerts == len(house.alerts) > 0
    house.send_all()
    house.write("bridge", BRIDGE, BRIDGE_TEXT.replace("80米", "85米"))
    house.write("road0", "【襄阳招商】道路0", "换了说法，没有人读过。")
    report = house.run()
    planned = len(house.alerts)
    house.announce()
    assert report.alerts == len(house.alerts) - planned > 0


def test_what_is_hidden_is_not_foretold(house: House) -> None:
    """Nor does it count as the report that everybody has heard of, whose copy is no news."""
    house.subscribe("s1")
    house.write("a", "【宜昌招商】金水桥穿过哪里", LONG)
    house.run()
    house.announce()
    house.hide("【宜昌招商】金水桥穿过哪里")
    house.write("b", "【宜昌招商】金水桥穿过哪里（改）", LONG.replace("镇", "集镇"))
    planned = len(house.alerts)
    report = house.run()
    house.announce()
    assert report.alerts == len(house.alerts) - planned
