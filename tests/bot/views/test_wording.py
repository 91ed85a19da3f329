"""A source's line says when that was and how far it has come, not only when somebody published it."""

from __future__ import annotations

import datetime

import pytest

from bot.domain.stored_answers import CitationSnapshot
from bot.texts import Language, texts_in
from bot.views.wording import details, evidence_name, feature_name
from corpus.times import PartialDate
from retrieval.facts.event import Event
from retrieval.facts.status import Status

DAY = datetime.date(2025, 7, 19)
YEAR, MONTH, DATE = PartialDate(2018), PartialDate(2018, 10), PartialDate(2018, 10, 31)
ENGLISH = {
    Event(YEAR, YEAR): "event 2018",
    Event(MONTH, MONTH): "event 2018-10",
    Event(DATE, DATE): "event 2018-10-31",
    Event(YEAR, YEAR, is_inferred=True): "event 2018 (inferred)",
    Event(PartialDate(2016), YEAR): "event 2016 to 2018",
    Event(YEAR, None): "event since 2018",
    Event(PartialDate(-221), PartialDate(-221)): "event 221 BC",
    None: "year not stated",
}
CHINESE = dict(
    zip(
        ENGLISH,
        "事件 2018年|事件 2018年10月|事件 2018年10月31日|事件 2018年（推定）|事件 2016年至2018年|事件 2018年起|"
        "事件 公元前221年|未写年份".split("|"),
        strict=True,
    )
)


def line(
    event: Event | None,
    status: Status | None = Status.DONE,
    language: Language = Language.SIMPLIFIED,
    is_old_news: bool = False,
) -> str:
    """The line of a source."""
    source = CitationSnapshot(
        article="k",
        paragraph=1,
        title="题",
        date=DAY,
        section="一、节",
        start=0,
        quote="引文",
        spans=(),
        event=event,
        status=status,
        is_old_news=is_old_news,
    )
    return details(source.date, source.section, texts_in(language), source)


@pytest.mark.parametrize(("event", "words"), CHINESE.items())
def test_the_event_stands_before_the_publication(event: Event | None, words: str) -> None:
    """As much of its time as the article says; that it says none, too."""
    assert line(event) == f"{words} · 2025-07-19 发布 · 一、节"


@pytest.mark.parametrize(("event", "words"), ENGLISH.items())
def test_the_event_is_told_in_english(event: Event | None, words: str) -> None:
    """Dates as they are written elsewhere."""
    assert line(event, language=Language.ENGLISH) == f"{words} · published 2025-07-19 · 一、节"


@pytest.mark.parametrize(
    ("status", "words"), [(Status.PLANNED, "计划"), (Status.ONGOING, "进行中"), (Status.VIEW, "评价")]
)
def test_what_is_not_done_is_told(status: Status, words: str) -> None:
    """What is done needs no word."""
    assert line(Event(YEAR, YEAR), status) == f"事件 2018年 · {words} · 2025-07-19 发布 · 一、节"


def test_old_news_is_told() -> None:
    """In the asker's script, too."""
    told = line(Event(YEAR, YEAR, is_inferred=True), language=Language.TRADITIONAL, is_old_news=True)
    assert told == "事件 2018年（推定） · 2025-07-19 發佈 · 舊事新發 · 一、节"


def test_nothing_is_told_of_what_was_not_kept() -> None:
    """未写年份 below an answer from before events were told would be a guess."""
    assert line(None, None) == "2025-07-19 发布 · 一、节"
    assert details(DAY, "一、节", texts_in(Language.SIMPLIFIED)) == "2025-07-19 发布 · 一、节"


def test_features_of_the_first_sentence_are_named_after_the_ranker_s() -> None:
    """They are measured once; a confidence feature of the same name, as `words`, is another thing."""
    chinese = texts_in(Language.SIMPLIFIED)
    assert evidence_name("best words", chinese) == f"第一句：{feature_name('words', chinese)}"
    assert evidence_name("words", chinese) == "问题有几个词"
    assert evidence_name("a new one", chinese) == feature_name("a new one", chinese) == "a new one"
