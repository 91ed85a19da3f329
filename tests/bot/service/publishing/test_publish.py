"""Publishing as a whole, on a real store and a real cache: what is published, what is held back, and what fails."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import shutil
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.effects import SetHidden
from bot.domain.job_codes import Failure, Hold, Step
from bot.domain.jobs import Actor, JobEnd, JobKind, JobRequest
from bot.domain.messages import OutgoingMessage
from bot.domain.stored_answers import CitationSnapshot, Feedback, StoredAnswer
from bot.service.answers import AnswerService
from bot.service.heartbeat import Heartbeat, utc_now
from bot.service.publishing.live_library import LiveLibrary
from bot.service.publishing.prepare import prepare
from bot.service.publishing.publish import Place, PublishService, order_of
from bot.service.publishing.report import JobReport
from bot.service.publishing.worker_process import Cancelled, WorkerCrashed
from bot.store import answer_table, moderation
from bot.store.db.database import Database
from bot.store.db.errors import JobLost
from bot.store.publishing import article_table, generation_table
from bot.store.queue import job_queue, outbox
from retrieval.model import Abstention, Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.domain.job_codes import StepCallback
    from bot.domain.jobs import Job
    from bot.service.publishing.compare import Prepared
    from bot.service.publishing.prepare_order import PrepareOrder
    from bot.service.publishing.publish import JobOutcome

TODAY = datetime.date(2026, 3, 14)
ACTOR = Actor("小明 (5)", 5, 7)
FILLER = "这里说的是别的事情，与道路无关，只谈论天气和收成。"


def write(folder: Path, name: str, title: str, text: str, date: str = "2025-07-19") -> None:
    """An article in a file of its own."""
    (folder / f"{name}.md").write_text(f"---\ntitle: {title}\ndate: {date}\n---\n{text}\n", "utf-8")


class House:
    """A store, a folder, and who publishes."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.folder = root / "corpus"
        self.folder.mkdir()
        for number in range(6):
            text = f"第{number}条路名叫银岭{number}路，全长{number}00米。{FILLER}"
            write(self.folder, f"road{number}", f"道路{number}", text)
        address = str(root / "chuwen.db")
        self.database = Database.open(address)
        self.heartbeat = Heartbeat(self.database)
        self.heartbeat.start()
        self.place = Place(address=address, corpus=self.folder, cache=cache, kept=3, today=lambda: TODAY, quiet=0)
        self.live_library = LiveLibrary(
            self.database, self.place, lambda library, number: AnswerService(library=library, generation=number)
        )
        self.told: list[Step] = []

    def close(self) -> None:
        """End."""
        self.heartbeat.stop()
        self.database.close()

    def publishing(self) -> PublishService:
        """Says in one message how a job ended."""
        return PublishService(
            self.database,
            self.heartbeat,
            self.place,
            lambda job, end, _: (OutgoingMessage(chat_id=7, payload=f"{job.request.kind} {end}"),),
        )

    def begin(self, kind: JobKind = JobKind.RELOAD, **options: object) -> Job:
        """A job in hand."""
        request = replace(JobRequest(kind=kind, actor=ACTOR, language="zh-Hans"), **options)  # type: ignore[arg-type]
        with self.database.writing() as connection:
            number = job_queue.request_job(connection, request, utc_now(), self.heartbeat.process_id)
            assert number is not None
            job = job_queue.get(connection, number)
        assert job is not None
        return job

    def run(self, kind: JobKind = JobKind.RELOAD, **options: object) -> JobOutcome:
        """A job done, and the library refreshed."""
        ended = self.publishing().run(self.begin(kind, **options), prepare, lambda step, *_: self.told.append(step))
        self.live_library.refresh()
        return ended

    def ask(self, question: str) -> str | None:
        """What is quoted; None where there is no answer."""
        result = self.live_library.answer_service.ask(question)
        return result.citations[0].quote if isinstance(result, Answer) else None

    @property
    def generation(self) -> int:
        """That serves."""
        with self.database.reading() as connection:
            return generation_table.current_number(connection)


@pytest.fixture
def house(tmp_path: Path, cache: Path) -> Iterator[House]:
    """One with its first generation published."""
    house = House(tmp_path, cache)
    house.run(JobKind.LOAD)
    yield house
    house.close()


QUESTION = "银岭3路全长多少米？"


def test_the_first_load_is_a_generation(house: House) -> None:
    """It serves at once."""
    assert (house.generation, house.live_library.answer_service.generation) == (1, 1)
    assert "300米" in (house.ask(QUESTION) or "")


def test_a_reload_publishes_what_changed(house: House) -> None:
    """And tells it, by the words that an operator uses."""
    write(house.folder, "road3", "道路3", f"第3条路名叫银岭3路，全长350米。{FILLER}")
    write(house.folder, "bridge", "新桥", f"金水桥2025年建成，全长80米。{FILLER}")
    (house.folder / "road5.md").unlink()
    ended = house.run()
    report = ended.report
    assert (ended.end, report.generation, house.generation) == (JobEnd.DONE, 2, 2)
    assert [one.title for one in report.added] == ["新桥"]
    assert [(one.article.title, [(c.before, c.after) for c in one.changes]) for one in report.corrected] == [
        ("道路3", [("第3条路名叫银岭3路，全长300米。", "第3条路名叫银岭3路，全长350米。")])
    ]
    assert [one.place for one in report.removed] == ["road5.md:1"]
    assert (report.count("unchanged"), report.count("articles")) == (4, 6)
    assert "350米" in (house.ask(QUESTION) or "")
    assert house.told.index(Step.READING) < house.told.index(Step.INDEXING) < house.told.index(Step.PUBLISHING)


def test_what_serves_goes_on_while_something_else_is_published(house: House) -> None:
    """Whoever reads the old library reads it to the end."""
    old = house.live_library.answer_service
    write(house.folder, "road3", "道路3", f"第3条路名叫银岭3路，全长350米。{FILLER}")
    house.run()
    result = old.ask(QUESTION)
    assert isinstance(result, Answer)
    assert "300米" in result.citations[0].quote
    assert (old.generation, house.live_library.answer_service.generation) == (1, 2)


def test_an_unchanged_reload_publishes_nothing(house: House) -> None:
    """Nor does it build anything."""
    house.told.clear()
    ended = house.run()
    assert (ended.end, house.generation, ended.report.count("unchanged")) == (JobEnd.UNCHANGED, 1, 6)
    assert Step.INDEXING not in house.told


def test_a_check_changes_nothing(house: House) -> None:
    """And tells the same as the reload that follows."""
    write(house.folder, "bridge", "新桥", f"金水桥2025年建成，全长80米。{FILLER}")
    checked = house.run(JobKind.CHECK)
    assert (checked.end, house.generation) == (JobEnd.DONE, 1)
    done = house.run()
    assert checked.report.added == done.report.added
    assert checked.report.name == done.report.name


def test_a_moved_file_is_no_news(house: House) -> None:
    """What it says is the same, so is its key, and old buttons still lead to it."""
    before = {card.key for card in map(house.live_library.answer_service.library.card, range(6))}
    (house.folder / "sub").mkdir()
    shutil.move(house.folder / "road3.md", house.folder / "sub" / "street.md")
    ended = house.run()
    assert ended.report.count("moved") == 1
    assert (ended.report.added, ended.report.removed) == ((), ())
    library = house.live_library.answer_service.library
    assert {card.key for card in map(library.card, range(6))} == before
    assert "sub/street.md:1" in {card.place for card in map(library.card, range(6))}


def test_many_removals_are_held_back(house: House) -> None:
    """A folder that was not mounted must not empty the bot; an operator may want it all the same."""
    for number in range(2):
        (house.folder / f"road{number}.md").unlink()
    held = house.run()
    assert (held.end, held.report.holds, house.generation) == (JobEnd.HELD, (Hold.REMOVALS,), 1)
    assert house.run(approved=("another",)).end is JobEnd.HELD
    approved = house.run(approved=(held.report.name,))
    assert (approved.end, house.generation, approved.report.count("removed")) == (JobEnd.DONE, 2, 2)


def test_what_was_approved_is_what_was_shown(house: House) -> None:
    """More has gone in the meantime: it is asked again."""
    for number in range(2):
        (house.folder / f"road{number}.md").unlink()
    held = house.run()
    (house.folder / "road2.md").unlink()
    assert house.run(approved=(held.report.name,)).end is JobEnd.HELD
    assert house.run(approved=("*",)).end is JobEnd.DONE


def canary(house: House, *lines: dict[str, object]) -> None:
    """Write the canary questions."""
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    (house.folder / "canary.jsonl").write_text(text, "utf-8")


def test_worse_answers_are_held_back(house: House) -> None:
    """It is shown which, with what was answered before and what would be."""
    canary(house, {"question": QUESTION, "title": "道路3", "answers": ["300米"]})
    assert house.run().end is JobEnd.UNCHANGED
    write(house.folder, "road3", "道路3", f"第3条路名叫银岭3路，全长350米。{FILLER}")
    held = house.run()
    assert (held.end, held.report.holds) == (JobEnd.HELD, (Hold.WORSE,))
    assert held.report.canary is not None
    (broken,) = held.report.canary.broken
    assert (held.report.canary.before, held.report.canary.after, broken.question) == (1, 0, QUESTION)
    assert "300米" in broken.before
    assert "350米" in (broken.after or "")
    assert house.run(JobKind.CHECK).report.holds == (Hold.WORSE,)
    assert house.run(approved=(held.report.name,)).end is JobEnd.DONE


def test_as_many_right_answers_are_enough(house: House) -> None:
    """Another question took its place: fewer would be held back."""
    canary(
        house,
        {"question": QUESTION, "title": "道路3", "answers": ["300米"]},
        {"question": "金水桥全长多少米？", "title": "新桥", "answers": ["80米"]},
    )
    write(house.folder, "road3", "道路3", f"第3条路名叫银岭3路，全长350米。{FILLER}")
    write(house.folder, "bridge", "新桥", f"金水桥2025年建成，全长80米。{FILLER}")
    ended = house.run()
    assert ended.report.canary is not None
    assert (ended.end, ended.report.canary.before, ended.report.canary.after) == (JobEnd.DONE, 1, 1)


def test_canary_questions_that_cannot_be_read_hold_back(house: House) -> None:
    """Nobody would be warned by them; the line is named."""
    (house.folder / "canary.jsonl").write_text('{"question": "甲？", "answers": []}\nx\n', "utf-8")
    write(house.folder, "bridge", "新桥", f"金水桥2025年建成，全长80米。{FILLER}")
    held = house.run()
    assert (held.end, held.report.holds) == (JobEnd.HELD, (Hold.BAD_QUESTIONS,))
    assert held.report.bad_questions is not None
    assert held.report.bad_questions[0] == "canary.jsonl:2"


def test_liked_answers_serve_where_there_are_no_canary_questions(house: House) -> None:
    """What people found right must not get lost."""
    result = house.live_library.answer_service.ask(QUESTION)
    assert isinstance(result, Answer)
    citation = result.citations[0]
    source = CitationSnapshot(
        article=citation.passage.ref.article,
        paragraph=1,
        title="道路3",
        date=None,
        section="",
        start=0,
        quote=citation.quote,
        spans=((0, 2),),
    )
    row = StoredAnswer(
        id="a1",
        chat_id=7,
        person_id=5,
        message_id=3,
        thread_id=None,
        question=QUESTION,
        language="zh-Hans",
        confidence=0.9,
        reason=None,
        sources=(source,),
        asked_at=utc_now(),
    )
    with house.database.writing() as connection:
        answer_table.put(connection, row)
        answer_table.set_feedback(connection, Feedback("a1", 5, is_good=True), utc_now())
    (house.folder / "road3.md").unlink()
    held = house.run()
    assert (held.end, held.report.holds) == (JobEnd.HELD, (Hold.WORSE,))
    assert held.report.canary is not None
    assert (held.report.canary.place, held.report.canary.asked) == ("", 1)


def test_a_rollback_is_a_new_generation(house: House) -> None:
    """With what was published then; forwards again the same articles have the same keys."""
    write(house.folder, "bridge", "新桥", f"金水桥2025年建成，全长80米。{FILLER}")
    house.run()
    bridge = next(key for key in keys(house) if key not in keys(house, 1))
    back = house.run(JobKind.ROLLBACK, target=1)
    assert (back.end, house.generation, back.report.origin) == (JobEnd.DONE, 3, 1)
    assert [one.title for one in back.report.removed] == ["新桥"]
    assert house.ask("金水桥全长多少米？") is None
    forward = house.run()
    assert [one.key for one in forward.report.added] == [bridge]
    assert "80米" in (house.ask("金水桥全长多少米？") or "")


def keys(house: House, number: int | None = None) -> set[str]:
    """Of the articles of a generation."""
    with house.database.reading() as connection:
        return {
            one.key for one in article_table.members(connection, number or generation_table.current_number(connection))
        }


def test_a_generation_that_is_not_kept_cannot_be_gone_back_to(house: House) -> None:
    """It is said, and nothing changes."""
    for number in range(4):
        write(house.folder, f"new{number}", f"新路{number}", f"新路{number}全长{number}千米。{FILLER}")
        house.run()
    ended = house.run(JobKind.ROLLBACK, target=1)
    assert (ended.end, ended.report.failure, ended.report.generation) == (JobEnd.FAILED, Failure.NO_GENERATION, 5)
    with house.database.reading() as connection:
        assert [one.number for one in generation_table.kept(connection)] == [5, 4, 3]


def test_a_folder_that_is_gone_changes_nothing(house: House) -> None:
    """The disk was not mounted."""
    shutil.move(house.folder, house.folder.with_name("elsewhere"))
    ended = house.run()
    assert (ended.end, ended.report.failure) == (JobEnd.FAILED, Failure.NO_CORPUS)
    assert (ended.report.generation, house.ask(QUESTION) is not None) == (1, True)


def test_a_cache_that_cannot_be_written_changes_nothing(house: House, tmp_path: Path) -> None:
    """The disk is full, or somebody changed the rights."""
    (tmp_path / "file").write_text("")
    house.place = replace(house.place, cache=tmp_path / "file" / "cache")
    write(house.folder, "bridge", "新桥", f"金水桥2025年建成，全长80米。{FILLER}")
    ended = house.run()
    assert (ended.end, ended.report.failure, house.generation) == (JobEnd.FAILED, Failure.NO_INDEX, 1)


def test_a_broken_file_keeps_its_articles(house: House) -> None:
    """The last good version stays, and the operator is told which line to mend."""
    (house.folder / "road3.md").write_text("---\ntitle: [\n---\nx\n", "utf-8")
    ended = house.run()
    report = ended.report
    assert (ended.end, report.problems, [one.place for one in report.kept]) == (JobEnd.UNCHANGED, 1, ["road3.md:1"])
    assert "300米" in (house.ask(QUESTION) or "")


def test_a_process_that_dies_over_the_work_is_told_of(house: House) -> None:
    """Lack of memory, most likely."""

    def dies(_order: PrepareOrder, _tell: StepCallback) -> Prepared:
        raise WorkerCrashed("exit code -9")

    ended = house.publishing().run(house.begin(), dies, lambda *_: None)
    assert (ended.end, ended.report.failure, ended.report.reason) == (JobEnd.FAILED, Failure.BROKE_OFF, "exit code -9")


def test_work_that_is_broken_off_is_free(house: House) -> None:
    """Whoever comes begins it anew."""

    def stops(_order: PrepareOrder, _tell: StepCallback) -> Prepared:
        raise Cancelled

    with pytest.raises(Cancelled):
        house.publishing().run(house.begin(), stops, lambda *_: None)
    with house.database.writing() as connection:
        assert job_queue.claim(connection, house.heartbeat.process_id, tuple(JobKind)) is not None


def test_who_was_thought_dead_publishes_nothing(house: House) -> None:
    """Another one has the job in hand."""
    write(house.folder, "bridge", "新桥", f"金水桥2025年建成，全长80米。{FILLER}")

    def freezes(order: PrepareOrder, tell: StepCallback) -> Prepared:
        prepared = prepare(order, tell)
        with house.database.writing() as connection:
            job_queue.release(connection, job.id, house.heartbeat.process_id)
            job_queue.claim(connection, "another", tuple(JobKind))
        return prepared

    job = house.begin()
    with pytest.raises(JobLost):
        house.publishing().run(job, freezes, lambda *_: None)
    assert house.generation == 1


def test_a_job_that_kills_is_given_up(house: House) -> None:
    """It would kill the next process, too."""
    ended = house.publishing().run(replace(house.begin(), deaths=3), prepare, lambda *_: None)
    assert (ended.end, ended.report.failure) == (JobEnd.FAILED, Failure.BROKE_OFF)


def test_the_end_of_a_job_comes_with_all_that_it_led_to(house: House) -> None:
    """The generation, the message, the audit log: one transaction."""
    house.run()
    with house.database.writing() as connection:
        assert [one.payload for one in outbox.claim(connection, "p", 9, utc_now())] == ["load done"]
        assert [entry.end for entry in moderation.entries(connection, 9)] == [JobEnd.UNCHANGED, JobEnd.DONE]
        last = job_queue.latest(connection, [JobKind.RELOAD])
    assert last is not None
    assert last.report is not None
    assert last.report["counts"]["articles"] == 6


def test_an_index_that_is_gone_is_built_anew(house: House, tmp_path: Path) -> None:
    """The cache may be deleted at any time; another machine has none yet."""
    place = replace(house.place, cache=tmp_path / "empty")
    live_library = LiveLibrary(
        house.database, place, lambda library, number: AnswerService(library=library, generation=number)
    )
    assert live_library.refresh()
    result = live_library.answer_service.ask(QUESTION)
    assert isinstance(result, Answer)


def test_nobody_waits_for_the_kernel_to_be_compiled(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time, that may take longer than an end may."""
    begun, may_end, ended = (threading.Event() for _ in range(3))

    def compiling() -> None:
        begun.set()
        may_end.wait()
        ended.set()

    async def run_until_it_compiles(live_library: LiveLibrary) -> None:
        running = asyncio.create_task(live_library.run())
        await asyncio.to_thread(begun.wait)
        running.cancel()

    monkeypatch.setattr("bot.service.publishing.live_library.COMPILE_SECONDS", 0)
    monkeypatch.setattr("bot.service.publishing.live_library._compile", compiling)
    (patience := threading.Timer(10, may_end.set)).start()
    live_library = LiveLibrary(
        house.database, house.place, lambda library, number: AnswerService(library=library, generation=number)
    )
    asyncio.run(run_until_it_compiles(live_library))  # waits for all threads that are asyncio's
    assert not ended.is_set()
    patience.cancel()
    may_end.set()


def test_a_hidden_article_is_gone_at_once(house: House) -> None:
    """From answers, from passages, and from buttons that lead to it; and it comes back."""
    result = house.live_library.answer_service.ask(QUESTION)
    assert isinstance(result, Answer)
    key = result.citations[0].passage.ref.article
    source = CitationSnapshot(
        article=key,
        paragraph=1,
        title="道路3",
        date=None,
        section="",
        start=0,
        quote=result.citations[0].quote,
        spans=(),
    )
    with house.database.writing() as connection:
        moderation.set_hidden(connection, SetHidden(key=key, title="道路3", actor="小明"), utc_now())
    house.live_library.refresh()
    asking = house.live_library.answer_service
    hidden = asking.ask(QUESTION)
    shown = hidden.nearest if isinstance(hidden, Abstention) else hidden.citations
    assert key not in {citation.passage.ref.article for citation in shown}
    assert key not in {hit.passage.ref.article for hit in asking.search("银岭路", 50).hits}
    assert key not in {passage.ref.article for passage in asking.more(QUESTION, (), 0, 20)}
    assert (asking.library.article(key), asking.is_hidden(source), asking.library.articles) == (None, True, 5)
    with house.database.writing() as connection:
        moderation.set_hidden(connection, SetHidden(key=key, title="道路3", actor="小明", is_hidden=False), utc_now())
    house.live_library.refresh()
    assert house.ask(QUESTION) is not None


def test_a_report_is_kept_short_in_the_store() -> None:
    """Ten thousand bad files make no row of megabytes; the counts tell how many there were."""
    report = JobReport(kind=JobKind.RELOAD, faults=(), counts={"faults": 9})
    assert report.record(50)["counts"] == {"faults": 9}


def test_near_duplicates_are_told_and_collapsed(house: House) -> None:
    """The same report from another source is no other opinion."""
    body = "。".join(f"银岭3路第{number}段穿过{place}" for number, place in enumerate("山林田野湖河村镇城")) + "。"
    write(house.folder, "one", "银岭路穿过哪里", body, "2025-08-01")
    write(house.folder, "two", "【转】银岭路穿过哪里", body.replace("镇", "集镇"), "2025-08-02")
    report = house.run().report
    assert [[one.title for one in group] for group in report.duplicates] == [["银岭路穿过哪里", "【转】银岭路穿过哪里"]]
    passages = house.live_library.answer_service.more("银岭3路穿过哪里？", (), 0, 20)
    assert len({passage.article.title for passage in passages} & {"银岭路穿过哪里", "【转】银岭路穿过哪里"}) == 1
    assert house.run(JobKind.CHECK).report.duplicates == ()


def test_a_copy_does_not_take_the_place_of_what_is_published(house: House) -> None:
    """It is the copy that an operator may delete, however its name sorts."""
    shutil.copy(house.folder / "road3.md", house.folder / "a-copy.md")
    report = house.run().report
    assert (report.count("moved"), [(fault.path, fault.other) for fault in report.faults]) == (
        0,
        [("a-copy.md", "road3.md:1")],
    )


def test_a_date_that_is_corrected_with_the_name_is_a_correction(house: House) -> None:
    """Files are named by their dates."""
    (house.folder / "road3.md").unlink()
    write(house.folder, "2025-07-20", "道路3", f"第3条路名叫银岭3路，全长300米。{FILLER}", "2025-07-20")
    report = house.run().report
    assert [change.part for one in report.corrected for change in one.changes] == ["date"]
    assert (report.added, report.removed) == ((), ())


def test_other_paragraphs_are_no_correction(house: House) -> None:
    """Each editor and format parts them in its own way; nobody is told that nothing changed."""
    write(house.folder, "road3", "道路3", f"第3条路名叫银岭3路，全长300米。\n\n{FILLER}")
    ended = house.run()
    assert (ended.end, ended.report.corrected, ended.report.count("unchanged")) == (JobEnd.DONE, (), 6)


def test_an_empty_folder_is_held_back(house: House) -> None:
    """Most likely it is the wrong one, or its disk is not mounted."""
    for file in house.folder.iterdir():
        file.unlink()
    held = house.run()
    assert (held.end, held.report.holds) == (JobEnd.HELD, (Hold.REMOVALS, Hold.EMPTY))


def test_canary_questions_that_cannot_be_read_are_told_of_at_once(house: House) -> None:
    """Not only when an article changes and they are needed."""
    (house.folder / "canary.jsonl").write_text('{"frage": "甲？"}\n', "utf-8")
    ended = house.run(JobKind.CHECK)
    assert ended.report.bad_questions is not None
    assert ended.report.bad_questions[0] == "canary.jsonl:1"


def test_what_was_overridden_is_told(house: House) -> None:
    """A command with --yes is soon in some script."""
    for number in range(2):
        (house.folder / f"road{number}.md").unlink()
    assert house.run(approved=("*",)).report.overridden == (Hold.REMOVALS,)


def test_what_was_left_out_stays_out(house: House) -> None:
    """A check right after a reload finds nothing, though another article of the double's file is published."""
    bridge = {"id": "1", "title": "新桥", "text": f"金水桥2025年建成，全长80米。{FILLER}"}
    port = {"id": "1", "title": "新港", "text": f"新港码头2025年建成，吞吐量5万吨。{FILLER}"}
    (house.folder / "z.jsonl").write_text(json.dumps(bridge, ensure_ascii=False) + "\n", "utf-8")
    house.run()
    other = {"id": "2", "title": "新塔", "text": f"望江塔2024年建成，高60米。{FILLER}"}
    lines = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in (port, other))
    (house.folder / "a.jsonl").write_text(lines, "utf-8")
    first = house.run()
    assert ([one.title for one in first.report.added], first.report.corrected) == (["新塔"], ())
    assert house.run(JobKind.CHECK).end is JobEnd.UNCHANGED


def test_canary_questions_are_a_file_in_the_folder(house: House, tmp_path: Path) -> None:
    """A pipe would be waited for without end; and a link could lead to what nobody may see."""
    os.mkfifo(house.folder / "canary.jsonl")
    assert house.run(JobKind.CHECK).report.bad_questions is not None
    (house.folder / "canary.jsonl").unlink()
    (tmp_path / "secret.jsonl").write_text('{"question": ["secret"], "answers": []}\n')
    (house.folder / "canary.jsonl").symlink_to(tmp_path / "secret.jsonl")
    found = house.run(JobKind.CHECK).report.bad_questions
    assert found is not None
    assert "secret" not in found[1]


def test_what_died_before_publishing_is_not_remembered(house: House) -> None:
    """An article that comes back is known by what was published of it last."""
    before = (house.folder / "road3.md").read_text("utf-8")
    key = next(
        card.key for card in map(house.live_library.answer_service.library.card, range(6)) if card.title == "道路3"
    )
    write(house.folder, "road3", "道路3", f"第3条路名叫银岭3路，全长350米。{FILLER}")
    job = house.begin()
    publishing = house.publishing()
    publishing._stage(job, prepare(order_of(house.database, house.place, job.request), lambda *_: None))
    with house.database.writing() as connection:
        job_queue.release(connection, job.id, house.heartbeat.process_id)
        job_queue.drop(connection, job.id, utc_now())
    (house.folder / "road3.md").unlink()
    house.run()
    (house.folder / "road3.md").write_text(before, "utf-8")
    (added,) = house.run().report.added
    assert added.key == key
