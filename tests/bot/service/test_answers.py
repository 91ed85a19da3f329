"""What a question limits itself to is searched first; where that does not answer, the rest is, and that is told."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest

from bot.service.answers import AnswerService, sources
from bot.settings import read_timezone
from bot.telegram.ui.answer_view import answer_pieces
from bot.telegram.wire.markup import messages
from bot.terminal.render import answer_lines, hit_lines
from bot.texts import Language, texts_in
from bot.views.json_records import answer_record, search_record
from retrieval.answer import Policy
from retrieval.limits import Limits
from retrieval.model import Abstention, Answer, NoteCode
from retrieval.question.query import parse_question
from retrieval.search import search
from retrieval.storage.library_cache import open_or_build

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.library import Library
    from retrieval.model import Result

SAID = texts_in(Language.SIMPLIFIED)
TODAY = datetime.date(2025, 7, 19)
ARTICLES = (
    ("新", "2025-07-01", "【宜昌招商】磷石膏综合利用", "宜昌市2025年累计消耗磷石膏40万吨。"),
    ("旧", "2024-05-01", "【宜昌招商】磷石膏项目回顾", "宜昌市当年累计消耗磷石膏20万吨，银岭路全长300米。"),
    ("点军", "2025-06-25", "【点军招商】绿色建筑", "点军区的项目累计消耗磷石膏3万吨。"),
    ("襄阳", "2025-07-10", "【襄阳招商】绿色建材", "襄阳市累计消耗磷石膏5万吨。"),
    ("全省", "2025-01-10", "【湖北招商】工业固废", "湖北省的人才公寓有500套。黄石市累计消耗磷石膏1万吨。"),
    ("无", None, "磷石膏常识", "磷石膏是磷化工的副产物。"),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Library:
    """Articles about different places, of different days."""
    file = tmp_path_factory.mktemp("corpus") / "articles.jsonl"
    records = ({"id": key, "date": day, "title": title, "text": text} for key, day, title, text in ARTICLES)
    file.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), "utf-8")
    return open_or_build(file, cache)


@pytest.fixture(scope="module")
def asking(library: Library) -> AnswerService:
    """Asks them, on a day in July."""
    return AnswerService(library=library, day=TODAY)


def found(asking: AnswerService, question: str) -> list[str]:
    """The articles that a search finds, in the order of the alphabet."""
    return sorted({hit.passage.article.id for hit in asking.search(question, 20).hits})


def cited(result: Result) -> list[str]:
    """The articles that answer."""
    return [one.passage.article.id for one in result.citations] if isinstance(result, Answer) else []


def codes(result: Result) -> list[NoteCode]:
    """What is told above an answer."""
    return [note.code for note in result.notes]


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("磷石膏", ["全省", "新", "无", "旧", "点军", "襄阳"]),
        ("只看宜昌，磷石膏", ["新", "旧", "点军"]),
        ("只看点军，磷石膏", ["点军"]),
        ("只看宜昌、襄阳，磷石膏", ["新", "旧", "点军", "襄阳"]),
        ("只看湖北，磷石膏", ["全省", "新", "旧", "点军", "襄阳"]),
        ("最近发布的，磷石膏", ["新", "点军", "襄阳"]),
        ("最近一周发布的文章里，磷石膏", ["全省", "新", "无", "旧", "点军", "襄阳"]),
        ("今年发布的文章里，磷石膏", ["全省", "新", "点军", "襄阳"]),
        ("2025年7月1日以前发布的文章里，磷石膏", ["全省", "旧", "点军"]),
        ("只看宜昌，本月发布的，磷石膏", ["新"]),
    ],
)
def test_a_search_finds_what_is_within_the_limits(asking: AnswerService, question: str, articles: list[str]) -> None:
    """A city holds its counties; an article without a date was published on no day; nothing leaves all."""
    assert found(asking, question) == sorted(articles)


def test_the_limits_of_one_question_are_not_those_of_the_next(asking: AnswerService) -> None:
    """Many ask from the same articles at once."""
    assert len(found(asking, "只看点军，磷石膏")) < len(found(asking, "磷石膏"))
    assert asking.library.within(Limits()) is asking.library


def test_an_answer_within_the_limits_says_what_they_are(asking: AnswerService) -> None:
    """Who sees it knows that the question was understood."""
    result = asking.ask("只看襄阳，累计消耗了多少磷石膏？")
    assert (cited(result), codes(result)) == (["襄阳"], [NoteCode.LIMITED])
    assert result.notes[0].facts == ("襄阳",)


def test_the_days_decide_between_two_answers(asking: AnswerService) -> None:
    """That is what they are said for."""
    result = asking.ask("2024年发布的文章里，宜昌市累计消耗了多少磷石膏？")
    assert (cited(result), codes(result)) == (["旧"], [NoteCode.LIMITED])


def test_a_place_without_an_answer_gives_way_and_says_so(asking: AnswerService) -> None:
    """Another place's figure must not be taken for this one's."""
    result = asking.ask("只看襄阳，银岭路全长多少米？")
    assert (cited(result), codes(result)) == (["旧"], [NoteCode.ELSEWHERE])


def test_an_article_that_names_the_place_comes_before_others(asking: AnswerService) -> None:
    """The province's articles tell of its cities."""
    result = asking.ask("只看黄石，累计消耗了多少磷石膏？")
    assert (cited(result), codes(result)) == (["全省"], [NoteCode.ELSEWHERE])


def test_days_without_an_answer_give_way_and_say_so(asking: AnswerService) -> None:
    """An old answer is better than none, where it is told to be old."""
    result = asking.ask("最近一周发布的文章里，银岭路全长多少米？")
    assert (cited(result), codes(result)) == (["旧"], [NoteCode.OTHER_DATES])


def test_the_days_give_way_before_the_place(asking: AnswerService) -> None:
    """The place changes the answer more."""
    result = asking.ask("只看宜昌，2023年发布的，累计消耗了多少磷石膏？")
    assert set(cited(result)) <= {"新", "旧", "点军"}
    assert codes(result)[:2] == [NoteCode.OTHER_DATES, NoteCode.LIMITED]  # they do not agree, either


def test_what_comes_nearest_is_within_the_limits(asking: AnswerService) -> None:
    """Where nothing answers at all, they still hold."""
    result = asking.ask("只看襄阳，磷石膏出口到哪些国家？")
    assert isinstance(result, Abstention)
    assert {one.passage.article.id for one in result.nearest} == {"襄阳"}
    assert codes(result) == [NoteCode.LIMITED]


@pytest.mark.parametrize("question", ["只看襄阳，武汉今天会下雨吗？", "只看襄阳，大熊猫吃什么？"])
def test_where_nothing_is_shown_nothing_is_told_of_it(asking: AnswerService, question: str) -> None:
    """“What follows is from elsewhere” must be followed by something."""
    result = asking.ask(question)
    assert isinstance(result, Abstention)
    assert (result.nearest, result.notes) == ((), ())


def test_without_limits_nothing_is_noted(asking: AnswerService) -> None:
    """Notes tell what changed the search."""
    assert asking.ask("襄阳市累计消耗了多少磷石膏？").notes == ()


def test_a_forced_answer_keeps_to_the_limits(library: Library) -> None:
    """It gives up certainty, not what was asked for."""
    result = AnswerService(library=library, policy=Policy(is_forced=True), day=TODAY).ask(
        "只看襄阳，磷石膏铺的银岭路多长？"
    )
    assert (cited(result), codes(result)) == (["襄阳"], [NoteCode.LIMITED])


def test_an_explanation_is_of_the_service_s_policy(library: Library) -> None:
    """Forced or not, it explains the answer that is given."""
    for policy in (Policy(), Policy(is_forced=True), Policy(threshold=1.0)):
        service = AnswerService(library=library, policy=policy, day=TODAY)
        question = "只看襄阳，磷石膏铺的银岭路多长？"
        assert service.explain(question).decision.result == service.ask(question)


def test_a_search_without_a_hit_gives_way_and_says_so(asking: AnswerService) -> None:
    """Any paragraph counts as found."""
    listing = asking.search("只看襄阳 人才公寓", 3)
    assert [note.code for note in listing.notes] == [NoteCode.ELSEWHERE]
    assert listing.hits[0].passage.article.id == "全省"


def test_a_search_without_a_clock_knows_only_dates(library: Library) -> None:
    """`retrieval` asks no clock."""
    query = parse_question("最近发布的，磷石膏", library.segmenter)
    assert len(search(library, query, 20)) == len(ARTICLES)


def test_the_day_is_that_of_the_time_zone(library: Library) -> None:
    """At eight in the evening in London it is tomorrow in China."""
    zone = read_timezone({"CHUWEN_TIMEZONE": "Pacific/Kiritimati"})  # 26 hours ahead of the next
    far = read_timezone({"CHUWEN_TIMEZONE": "Etc/GMT+12"})
    days = (AnswerService(library=library, zone=zone).today - AnswerService(library=library, zone=far).today).days
    assert days in (1, 2)
    assert AnswerService(library=library, zone=zone, day=TODAY).today == TODAY


BOTH = "只看宜昌，最近发布的，累计消耗了多少磷石膏？"
LIMITED = "已限定：宜昌 · 2025-06-19 以后发布"


def test_notes_stand_above_the_answer_in_the_terminal(asking: AnswerService) -> None:
    """They say how to read it."""
    lines = [line.plain for line in answer_lines(asking.ask(BOTH), SAID, is_styled=False)]
    assert lines[:2] == [LIMITED, ""]
    assert "磷石膏" in lines[2]


def test_notes_stand_above_the_hits_in_the_terminal(asking: AnswerService) -> None:
    """Likewise."""
    lines = [line.plain for line in hit_lines(asking.search(BOTH, 3), SAID)]
    assert lines[:2] == [LIMITED, ""]
    assert lines[2].startswith("[1] ")


def test_notes_stand_above_the_answer_on_telegram(asking: AnswerService) -> None:
    """Likewise."""
    result = asking.ask(BOTH)
    message = "\n\n".join(messages(answer_pieces(result, sources(result), SAID)))
    assert message.startswith(f"{LIMITED}\n\n")


def test_notes_are_codes_and_words_in_json(asking: AnswerService) -> None:
    """Scripts branch on the code."""
    noted = [{"code": "limited", "text": LIMITED}]
    assert answer_record(BOTH, asking.ask(BOTH), SAID)["notes"] == noted
    assert search_record(BOTH, asking.search(BOTH, 3), SAID)["notes"] == noted
    assert answer_record("磷石膏", asking.ask("磷石膏"), SAID)["notes"] == []
