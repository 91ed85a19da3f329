"""Reports in words: every kind of end, in every language, short enough for a phone."""

from __future__ import annotations

import datetime
import itertools

import pytest

from bot.domain.job_codes import Failure, Hold, Step
from bot.domain.jobs import Actor, Job, JobEnd, JobKind, JobRequest
from bot.service.publishing.report import ArticleMention, Broken, Canary, Corrected, JobReport
from bot.telegram.jobs.job_messages import MOST_SHOWN, last_messages
from bot.telegram.wire.markup import MOST_UNITS, units
from bot.telegram.wire.payload import Act, load
from bot.texts import Language, texts_in
from bot.views.job_report import progress_lines, report_sections, shortened
from bot.views.report_record import report_record
from corpus.comparison.changes import Change, ChangedPart
from corpus.errors import Fault, FaultCode

NOW = datetime.datetime(2026, 3, 14, tzinfo=datetime.UTC)
COUNTS = dict.fromkeys(
    ("articles", "paragraphs", "added", "corrected", "removed", "unchanged", "moved", "kept", "faults", "duplicates"), 3
)
ARTICLE = ArticleMention("k", "id", "【宜昌】<b>很长的标题" * 20, "a.md:1")


def full(kind: JobKind, count: int = 3) -> JobReport:
    """A report with something of everything."""
    change = Change(ChangedPart.TEXT, "原来的句子。" * 100, "")
    return JobReport(
        kind=kind,
        generation=4,
        name="n" * 32,
        seconds=1.25,
        counts=COUNTS | {"added": count, "corrected": count, "removed": count, "kept": count, "duplicates": count},
        added=(ARTICLE,) * count,
        corrected=(Corrected(ARTICLE, (change,) * 9),) * count,
        removed=(ARTICLE,) * count,
        kept=(ARTICLE,) * count,
        faults=(
            Fault(code=FaultCode.BAD_DATE, path="a.md", line=3, found="x"),
            Fault(code=FaultCode.DUPLICATE_ARTICLE, path="b.md", line=1, found="", other="c.md:1"),
        )
        * count,
        duplicates=((ARTICLE,) * 5,) * count,
        canary=Canary(
            asked=9, before=8, after=7, broken=(Broken("何时？", "以前", None),) * count, place="canary.jsonl"
        ),
        bad_questions=("canary.jsonl:2", "坏"),
        holds=tuple(Hold),
    )


def job(kind: JobKind) -> Job:
    """One that was asked for in a chat."""
    request = JobRequest(kind=kind, actor=Actor("小明", 5, 7), language="zh-Hans", message_key="job:1")
    return Job(
        id=12,
        request=request,
        created_at=NOW,
        process_id=None,
        deaths=0,
        progress=None,
        ended_at=None,
        end=None,
        report=None,
    )


@pytest.mark.parametrize(("kind", "end", "language"), list(itertools.product(JobKind, JobEnd, Language)))
def test_every_end_is_told(kind: JobKind, end: JobEnd, language: Language) -> None:
    """None fails for want of a word just when something else has failed."""
    for report in (full(kind), JobReport(kind=kind, failure=Failure.NO_INDEX, place="/x", reason="磁盘满")):
        sections = list(report_sections(report, end, texts_in(language), 8))
        assert sections[0].heading
        assert "{" not in "".join(section.heading + "".join(section.lines) for section in sections)


@pytest.mark.parametrize("end", list(JobEnd))
def test_ten_thousand_faults_fit_on_a_phone(end: JobEnd) -> None:
    """Some of each list, and how many more; every message is one that Telegram takes."""
    report = full(JobKind.RELOAD, 10_000)
    sent = last_messages(job(JobKind.RELOAD), 7, 3, end, report, texts_in(Language.SIMPLIFIED))
    payloads = [load(one.payload) for one in sent]
    assert all(units(payload.plain) <= MOST_UNITS for payload in payloads)
    assert len(sent) <= 6
    assert f"……另有 {10_000 - MOST_SHOWN} 项" in "".join(payload.plain for payload in payloads)


def test_a_report_takes_the_place_of_the_progress() -> None:
    """One message from the beginning to the end, with the next step below the last."""
    sent = last_messages(job(JobKind.RELOAD), 7, 3, JobEnd.HELD, full(JobKind.RELOAD), texts_in(Language.SIMPLIFIED))
    first, last = load(sent[0].payload), load(sent[-1].payload)
    assert (first.act, sent[0].edits) == (Act.EDIT, 3)
    assert [button.press for row in last.keyboard for button in row] == ["op:publish:12", "op:drop:12"]


def test_a_row_that_is_gone_is_no_reason_for_silence() -> None:
    """The report is a message of its own then."""
    sent = last_messages(job(JobKind.CHECK), 7, None, JobEnd.DONE, full(JobKind.CHECK), texts_in(Language.ENGLISH))
    assert (load(sent[0].payload).act, sent[0].edits) == (Act.SEND, None)


@pytest.mark.parametrize("kind", list(JobKind))
@pytest.mark.parametrize("end", [JobEnd.DONE, JobEnd.UNCHANGED, JobEnd.HELD, JobEnd.FAILED])
def test_every_report_ends_with_a_next_step(kind: JobKind, end: JobEnd) -> None:
    """An operator is never left wondering what to do."""
    sent = last_messages(job(kind), 7, 3, end, full(kind), texts_in(Language.SIMPLIFIED))
    assert load(sent[-1].payload).keyboard


def test_progress_is_a_bar() -> None:
    """How much is done, of how much, and how long it takes."""
    told = progress_lines(JobKind.RELOAD, Step.INDEXING, 5_200, 10_000, 571.4, texts_in(Language.SIMPLIFIED))
    assert told == [
        "⏳ 更新：建立索引（第 4 步，共 7 步）",
        "▓▓▓▓▓░░░░░ 52%　5,200 / 10,000",
        "每秒 571，大约还要 8 秒",
    ]
    assert len(progress_lines(JobKind.CHECK, Step.COMPARING, 0, 0, None, texts_in(Language.ENGLISH))) == 1


def test_the_record_holds_all_of_it() -> None:
    """Scripts count what people only see the beginning of."""
    record = report_record(full(JobKind.RELOAD, 100), texts_in(Language.ENGLISH))
    assert [len(record[name]) for name in ("new", "corrected", "removed", "kept", "duplicates")] == [100] * 5
    assert record["corrected"][0]["changes"][0]["part"] == "text"
    assert {hold["code"] for hold in record["holds"]} == set(Hold)
    assert record["failure"] is None


@pytest.mark.parametrize(("words", "shown"), [("甲乙丙", "甲乙丙"), ("甲乙丙丁", "甲乙…"), (" 甲\n乙 ", "甲 乙")])
def test_words_are_shortened_to_one_line(words: str, shown: str) -> None:
    """Titles of badly made files are as long as paragraphs."""
    assert shortened(words, 3) == shown
