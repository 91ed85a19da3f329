"""What is published, jobs, operators and what they hide: on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.effects import Outcome, RequestJob, ResolveHeldJob, SetHidden, SetOperator
from bot.domain.jobs import Actor, AuditEntry, Generation, GenerationMember, JobEnd, JobKind, JobRequest
from bot.domain.stored_answers import Feedback
from bot.domain.subscriptions import AnnouncedKeys
from bot.store import answer_table, commit_outcome, moderation, statistics
from bot.store.db.errors import Withdrawn
from bot.store.publishing import article_table, generation_table
from bot.store.queue import inbox, job_queue, outbox, processes
from corpus.model import Article, Origin, Paragraph, Section
from tests.support.store_fixtures import DAY, HOUR, NO_LIMITS, NOW, SECOND, answer, message, update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.jobs import Job
    from bot.domain.messages import ClaimedUpdate, OutgoingMessage
    from bot.store.db.database import Database

ACTOR = Actor("小明 (5)", 5, 7)
RELOAD = JobRequest(kind=JobKind.RELOAD, actor=ACTOR, language="zh-Hans", message_key="job:1")


def article(name: str, text: str = "正文。", path: str = "a.md", line: int = 1, **others: Any) -> Article:
    """An article of one paragraph below a heading."""
    sections = (Section("一、", (Paragraph(1, text),)), Section("", (Paragraph(2, "尾。"),)))
    return Article(
        id=name, title=f"{name}的标题", date=NOW.date(), sections=sections, origin=Origin(path, line), **others
    )


def members(said: Sequence[Article]) -> tuple[list[GenerationMember], dict[str, str]]:
    """Articles as rows to be written, and what they say."""
    rows = [article_table.member(one, article_table.content(one)) for one in said]
    contents = {row.text_digest: article_table.content(one) for row, one in zip(rows, said, strict=True)}
    return rows, contents


def write(database: Database, number: int, said: Sequence[Article], ending: Sequence[int] = ()) -> None:
    """Write the rows of a generation that is not there yet."""
    rows, contents = members(said)
    with database.writing() as connection:
        article_table.remove_unpublished(connection, number - 1)
        article_table.close_versions(connection, ending, number)
        article_table.open_versions(connection, rows, contents, number)


def publish(database: Database, number: int, said: Sequence[Article] = (), ending: Sequence[int] = ()) -> None:
    """Publish a generation."""
    write(database, number, said, ending)
    made = Generation(
        number=number,
        kind=JobKind.RELOAD,
        made_at=NOW,
        actor="小明",
        corpus="/corpus",
        source_digest="d" * 32,
        origin=None,
        counts={"articles": len(said)},
    )
    with database.writing() as connection:
        generation_table.publish(connection, made, AnnouncedKeys(tuple(one.key for one in said)))


def keys(database: Database, number: int) -> list[str]:
    """Of the articles of a generation, in order."""
    with database.reading() as connection:
        return [one.key for one in article_table.members(connection, number)]


def process(database: Database, host: str = "here", pid: int = 1) -> str:
    """Somebody at work on the store."""
    with database.writing() as connection:
        return processes.register(connection, host, pid, NOW)


def test_articles_come_back_as_they_were(database: Database) -> None:
    """What is quoted is what was published, character for character."""
    said = article("甲", "“引”\n　𠮷。 ")
    publish(database, 1, [said, dataclasses.replace(article("乙", path="b.md"), is_named=True, date=None)])
    with database.reading() as connection:
        first, second = article_table.read(connection, article_table.members(connection, 1))
    assert first == said
    assert (second.is_named, second.date, second.body) == (True, None, "一、正文。尾。")


def test_what_is_written_counts_once_the_generation_is_there(database: Database) -> None:
    """Killed in between, the old one serves; and what was left behind is cleaned away by the next."""
    publish(database, 1, [article("甲")])
    with database.reading() as connection:
        (only,) = article_table.members(connection, 1)
    write(database, 2, [article("乙", path="b.md")], ending=[only.id])
    with database.reading() as connection:
        assert generation_table.current_number(connection) == 1
    assert keys(database, 1) == [article("甲").key]
    publish(database, 2, [article("丙", path="c.md")])
    assert keys(database, 2) == [article("甲").key, article("丙").key]


def test_earlier_generations_stay_as_they_were(database: Database) -> None:
    """One can go back to them."""
    publish(database, 1, [article("甲"), article("乙", path="b.md")])
    with database.reading() as connection:
        gone = next(one for one in article_table.members(connection, 1) if one.path == "b.md")
    publish(database, 2, [article("丙", path="c.md")], ending=[gone.id])
    assert (len(keys(database, 1)), len(keys(database, 2))) == (2, 2)
    assert gone.key in keys(database, 1)
    assert gone.key not in keys(database, 2)


def test_the_order_is_that_of_the_files(database: Database) -> None:
    """Every process builds the same index, whatever order the database gives."""
    publish(database, 1, [article("丙", path="b.md"), article("甲", line=10), article("乙", line=9)])
    assert keys(database, 1) == [article(name).key for name in ("乙", "甲", "丙")]


def test_only_the_newest_generations_are_kept(database: Database) -> None:
    """And of what was said, what one of them says."""
    publish(database, 1, [article("甲", "一")])
    for number in (2, 3, 4):
        with database.reading() as connection:
            (before,) = article_table.members(connection, number - 1)
        publish(database, number, [article("甲", "一二三四"[number - 1])], ending=[before.id])
    with database.writing() as connection:
        oldest = generation_table.forget(connection, 2)
        while article_table.prune(connection, oldest):
            pass
    with database.reading() as connection:
        assert [one.number for one in generation_table.kept(connection)] == [4, 3]
        said = [
            next(article_table.read(connection, article_table.members(connection, number))).body for number in (3, 4)
        ]
        assert said == ["一、三尾。", "一、四尾。"]
        assert article_table.members(connection, 2) == ()


def test_a_removed_article_keeps_its_key(database: Database) -> None:
    """Nobody else gets it, and the article has it again when it comes back."""
    publish(database, 1, [article("甲")])
    with database.reading() as connection:
        assert article_table.retired(connection, ["another"]) == {article("甲").digest: article("甲").key}
        assert article_table.retired(connection, [article("甲").key]) == {}


def test_an_announcement_comes_with_the_generation(database: Database) -> None:
    """Alerts are planned from it: it must be there if, and only if, the articles are."""
    publish(database, 1, [article("甲")])
    with database.reading() as connection:
        found = connection.exec_driver_sql("SELECT generation, changes FROM announcements").all()
    assert [(number, json.loads(told)["added"]) for number, told in found] == [(1, [article("甲").key])]


def test_every_change_is_seen(database: Database) -> None:
    """Processes look at one number only."""
    seen = []

    def look() -> None:
        with database.reading() as connection:
            seen.append(generation_table.counter(connection))

    look()
    publish(database, 1, [article("甲")])
    look()
    for deed in (
        SetHidden(key="k", title="题", actor="我"),
        SetHidden(key="k", title="题", actor="我", is_hidden=False),
    ):
        with database.writing() as connection:
            moderation.set_hidden(connection, deed, NOW)
        look()
    with database.writing() as connection:
        moderation.set_operator(connection, SetOperator(9, "", "我"), NOW)
    look()
    assert seen == sorted(set(seen))


def test_one_job_of_a_lane_at_a_time(database: Database) -> None:
    """Two reloads would write the same generation."""
    with ThreadPoolExecutor(8) as pool:

        def ask(_: int) -> int | None:
            with database.writing() as connection:
                return job_queue.request_job(connection, RELOAD, NOW)

        found = [number for number in pool.map(ask, range(8)) if number is not None]
    assert len(found) == 1
    with database.writing() as connection:
        assert job_queue.request_job(connection, dataclasses.replace(RELOAD, kind=JobKind.ROLLBACK), NOW) is None
        assert job_queue.request_job(connection, dataclasses.replace(RELOAD, kind=JobKind.CHECK), NOW) is not None


def test_a_job_is_as_it_was_asked_for(database: Database) -> None:
    """It may be done by another process, after a restart."""
    asked = dataclasses.replace(RELOAD, kind=JobKind.ROLLBACK, target=3, approved=("x", "y"), thread_id=4)
    with database.writing() as connection:
        number = job_queue.request_job(connection, asked, NOW)
        assert number is not None
        job = job_queue.get(connection, number)
    assert job is not None
    assert (job.request, job.created_at, job.process_id, job.end) == (asked, NOW, None, None)


def test_a_job_of_a_dead_process_is_free(database: Database) -> None:
    """Whoever comes begins it anew; a death is counted."""
    holder = process(database)
    with database.writing() as connection:
        number = job_queue.request_job(connection, RELOAD, NOW, holder)
        assert number is not None
        assert job_queue.claim(connection, "other", tuple(JobKind)) is None
    with database.writing() as connection:
        processes.reap_dead(connection, "here", lambda _: False, NOW, but=None)
    other = process(database, pid=2)
    with database.writing() as connection:
        job = job_queue.claim(connection, other, tuple(JobKind))
        assert job is not None
        assert (job.id, job.deaths, job.process_id) == (number, 1, other)
        assert not job_queue.is_held(connection, number, holder)
        assert not job_queue.end(connection, number, holder, JobEnd.DONE, {}, NOW)


def test_who_leaves_lets_go_of_its_job(database: Database) -> None:
    """No death is counted."""
    holder = process(database)
    with database.writing() as connection:
        number = job_queue.request_job(connection, RELOAD, NOW, holder) or 0
        processes.deregister(connection, holder)
        job = job_queue.get(connection, number)
    assert job is not None
    assert (job.process_id, job.deaths) == (None, 0)


def test_a_job_ends_once(database: Database) -> None:
    """And then the next may begin."""
    holder = process(database)
    with database.writing() as connection:
        number = job_queue.request_job(connection, RELOAD, NOW, holder) or 0
        assert job_queue.set_progress(connection, number, holder, {"step": "reading"})
        assert job_queue.end(connection, number, holder, JobEnd.HELD, {"name": "n"}, NOW)
        assert not job_queue.end(connection, number, holder, JobEnd.DONE, {}, NOW)
        job = job_queue.get(connection, number)
        assert job is not None
        assert (job.end, job.report, job.process_id) == (JobEnd.HELD, {"name": "n"}, None)
        assert job_queue.resolve_held(connection, number, JobEnd.DROPPED)
        assert not job_queue.resolve_held(connection, number, JobEnd.DONE)
        assert job_queue.request_job(connection, RELOAD, NOW) is not None


def test_a_job_in_hand_is_not_dropped(database: Database) -> None:
    """Only one that nobody works on."""
    holder = process(database)
    with database.writing() as connection:
        number = job_queue.request_job(connection, RELOAD, NOW, holder) or 0
        assert not job_queue.drop(connection, number, NOW)
        assert job_queue.release(connection, number, holder)
        assert job_queue.drop(connection, number, NOW)
        assert not job_queue.is_waiting(connection)


def task_of(database: Database, holder: str) -> ClaimedUpdate:
    """An update in hand."""
    with database.writing() as connection:
        inbox.put(connection, [update(1)], NO_LIMITS, NOW)
        (task,) = inbox.claim(connection, holder, 1, NOW)
    return task


def test_deeds_are_done_with_the_end_of_an_update(database: Database) -> None:
    """A crash does them again, or not at all."""
    holder = process(database)
    task = task_of(database, holder)
    deeds = (
        SetHidden(key="k1", title="题目", actor="小明"),
        SetOperator(9, "小红", "小明"),
        AuditEntry(actor=ACTOR, action="hide", detail="题目", end=JobEnd.DONE),
    )
    with database.writing() as connection:
        assert commit_outcome.commit_outcome(
            connection, task, holder, Outcome(messages=(message(),), effects=deeds), NOW
        )
        assert not commit_outcome.commit_outcome(
            connection, task, holder, Outcome(effects=(SetOperator(10, "", "小明"),)), NOW
        )
    with database.reading() as connection:
        assert generation_table.hidden_keys(connection) == {"k1"}
        assert [one.person_id for one in moderation.list_operators(connection)] == [9]
        assert [entry.action for entry in moderation.entries(connection, 9)] == ["hide"]
        assert outbox.count_waiting(connection) == 1


def test_what_cannot_be_done_leaves_nothing(database: Database) -> None:
    """All of it or nothing, and another message."""
    holder = process(database)
    task = task_of(database, holder)
    with database.writing() as connection:
        job_queue.request_job(connection, RELOAD, NOW)
    deeds = (
        SetHidden(key="k1", title="题目", actor="小明"),
        RequestJob(RELOAD),
        AuditEntry(actor=ACTOR, action="x", detail="", end=JobEnd.DONE),
    )
    outcome = Outcome(
        messages=(message("开始"),),
        effects=deeds,
        otherwise=lambda job: (message(f"已在进行：{job and job.request.kind}"),),
    )
    with database.writing() as connection:
        assert commit_outcome.commit_outcome(connection, task, holder, outcome, NOW)
    with database.writing() as connection:
        assert generation_table.hidden_keys(connection) == frozenset()
        assert moderation.entries(connection, 9) == []
        assert [parcel.payload for parcel in outbox.claim(connection, holder, 9, NOW)] == ["已在进行：reload"]


def unless_busy(told: OutgoingMessage, job: Job | None) -> tuple[OutgoingMessage, ...]:
    """What is said where no job is in the way."""
    return () if job else (told,)


def test_a_decision_is_made_once(database: Database) -> None:
    """Two operators press at the same time."""
    holder = process(database)
    with database.writing() as connection:
        number = job_queue.request_job(connection, RELOAD, NOW, holder) or 0
        job_queue.end(connection, number, holder, JobEnd.HELD, {}, NOW)
        inbox.put(connection, [update(1), update(2, chat_id=8)], NO_LIMITS, NOW)
        first, second = inbox.claim(connection, holder, 2, NOW)
    for task in (first, second):
        deeds = (ResolveHeldJob(number, JobEnd.DONE), RequestJob(RELOAD))
        begun, decided = (message(said, task.chat_id) for said in ("开始", "已处理"))
        outcome = Outcome(messages=(begun,), effects=deeds, otherwise=partial(unless_busy, decided))
        with database.writing() as connection:
            commit_outcome.commit_outcome(connection, task, holder, outcome, NOW)
    with database.writing() as connection:
        assert [one.payload for one in outbox.claim(connection, holder, 9, NOW)] == ["开始", "已处理"]


def test_an_answer_that_quotes_what_was_just_hidden_is_made_anew(database: Database) -> None:
    """It was worked out before the article was hidden."""
    holder = process(database)
    task = task_of(database, holder)
    with database.writing() as connection:
        moderation.set_hidden(connection, SetHidden(key="k1", title="题目", actor="小明"), NOW)
    with pytest.raises(Withdrawn), database.writing() as connection:
        commit_outcome.commit_outcome(
            connection, task, holder, Outcome(messages=(message(cites=("k0", "k1")),), answer=answer()), NOW
        )
    with database.reading() as connection:
        assert answer_table.get(connection, "a1") is None
        assert inbox.count_waiting(connection) == 1


def test_messages_that_quote_an_article_are_found(database: Database) -> None:
    """Those that are sent and those that wait, but no others."""
    with database.writing() as connection:
        cited = [message("甲", cites=("k1", "k_2")), message("乙", cites=("kx2",)), message("丙")]
        outbox.add(connection, cited, NOW)
        assert [one.payload for one in moderation.messages_quoting(connection, "k_2")] == ["甲"]
        assert [one.payload for one in moderation.messages_quoting(connection, "kx2")] == ["乙"]
        assert moderation.messages_quoting(connection, "k%") == []


def test_a_message_that_quotes_something_else_by_now_is_left(database: Database) -> None:
    """An edited question, a turned page, or what was withdrawn before: only what stands there counts."""
    holder = process(database)
    with database.writing() as connection:
        outbox.add(connection, [message("甲", cites=("k1",)), message("乙", 8, cites=("k1",))], NOW)
        first, second = outbox.claim(connection, holder, 2, NOW)
        outbox.mark_sent(connection, first, holder, 51, NOW)
        outbox.mark_sent(connection, second, holder, 52, NOW)
        outbox.add(connection, [message("丙", edits=first.id, cites=("k2",))], NOW)
        assert [one.payload for one in moderation.messages_quoting(connection, "k1")] == ["乙"]
        assert [(one.payload, one.edits) for one in moderation.messages_quoting(connection, "k2")] == [("丙", first.id)]
        outbox.add(connection, [message("按钮", 8)], NOW)  # it changes the same message
        (turned,) = [one for one in outbox.claim(connection, holder, 9, NOW) if one.chat_id == 8]
        outbox.mark_sent(connection, turned, holder, 52, NOW)
        assert moderation.messages_quoting(connection, "k1") == []


def test_hiding_withdraws_with_it(database: Database) -> None:
    """In one transaction: what is answered meanwhile either sees it, or is seen by it."""
    with database.writing() as connection:
        outbox.add(connection, [message("甲", cites=("k1",))], NOW)
        hide = SetHidden(
            key="k1", title="题", actor="我", withdraw=lambda one: message(f"撤回 {one.payload}", edits=one.row)
        )
        moderation.set_hidden(connection, hide, NOW)
        assert outbox.count_waiting(connection) == 2
        moderation.set_hidden(connection, hide, NOW)
        assert outbox.count_waiting(connection) == 2


def test_hiding_twice_is_hiding_once(database: Database) -> None:
    """Two operators may have thought of it."""
    with database.writing() as connection:
        moderation.set_hidden(connection, SetHidden(key="k", title="题", actor="甲"), NOW)
        moderation.set_hidden(connection, SetHidden(key="k", title="题", actor="乙"), NOW + SECOND)
        (only,) = moderation.list_hidden(connection)
        assert only.actor == "甲"
        moderation.set_hidden(connection, SetHidden(key="k", title="题", actor="乙", is_hidden=False), NOW)
        assert moderation.list_hidden(connection) == []


def test_the_audit_log_is_read_backwards(database: Database) -> None:
    """The latest is what one looks for."""
    with database.writing() as connection:
        for number in range(5):
            moderation.record(
                connection,
                AuditEntry(actor=ACTOR, action="reload", detail=f"{number}\0\ud800", end=JobEnd.REFUSED),
                NOW,
            )
        assert [entry.detail[0] for entry in moderation.entries(connection, 2, 1)] == ["3", "2"]
        assert moderation.count_entries(connection) == 5
        (latest, *_) = moderation.entries(connection, 1)
    assert (latest.actor, latest.end, latest.at) == (ACTOR, JobEnd.REFUSED, NOW)


def test_days_are_those_of_whoever_looks(database: Database) -> None:
    """Late in the evening it is tomorrow in China."""
    with database.writing() as connection:
        answer_table.put(connection, answer("a1", 1))
        answer_table.put(connection, answer("a2", 2, reason="unsure", asked_at=NOW + HOUR))
        answer_table.put(connection, answer("a3", 3, reason="empty-question"))
        answer_table.put(connection, answer("a4", 4, asked_at=NOW - 3 * DAY))
        answer_table.set_feedback(connection, Feedback("a1", 5, is_good=True), NOW)
        answer_table.set_feedback(connection, Feedback("a1", 6, is_good=False), NOW)
        found = statistics.days(connection, NOW - DAY, lambda moment: (moment + 9 * HOUR).date())
    (day,) = found.values()
    assert day == statistics.DayCount(day=(NOW + 9 * HOUR).date(), questions=2, answered=1, good=1, bad=1)


def test_questions_of_the_same_words_count_together(database: Database) -> None:
    """Punctuation and script make no other question; what was answered at last is asked in vain no more."""
    with database.writing() as connection:
        for number, (question, person, reason) in enumerate(
            (
                ("宝钢二期何时开工？", 1, "missing"),
                ("寶鋼二期何時開工", 2, "missing"),
                ("明天天气", 1, "not-in-articles"),
                ("磷石膏？", 1, "unsure"),
                ("磷石膏？", 1, None),
            )
        ):
            asked_at = NOW + number * SECOND
            put = answer(f"a{number}", number, question=question, person_id=person, reason=reason, asked_at=asked_at)
            answer_table.put(connection, put)
        (only,) = statistics.most_asked_unanswered(connection, NOW - DAY, 9)
        asked = statistics.most_asked(connection, NOW - DAY, 2)
    assert (only.question, only.times, only.people) == ("寶鋼二期何時開工", 2, 2)
    assert [wish.times for wish in asked] == [2, 2]


def test_liked_questions_come_with_what_was_liked(database: Database) -> None:
    """They are asked again before something else is published."""
    with database.writing() as connection:
        answer_table.put(connection, answer("a1", 1))
        answer_table.put(connection, answer("a2", 2, question="别的？"))
        answer_table.set_feedback(connection, Feedback("a1", 5, is_good=True), NOW)
        answer_table.set_feedback(connection, Feedback("a1", 6, is_good=True), NOW)
        answer_table.set_feedback(connection, Feedback("a2", 6, is_good=False), NOW)
        assert list(statistics.liked(connection, NOW - DAY, 9)) == [("何时？", ("k1",), ("引", "文”"))]
        assert list(statistics.liked(connection, NOW + DAY, 9)) == []
