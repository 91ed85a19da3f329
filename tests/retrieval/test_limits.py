"""A question limits itself only where it says so; what it limits itself to is searched first, and told."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.regions import find_region
from corpus.text import normalize
from retrieval.limits import UNLIMITED, Limits, limit_notes, read_limits, relax
from retrieval.model import NoteCode
from retrieval.question.query import LONGEST, parse_question

if TYPE_CHECKING:
    from retrieval.words.segment import Segmenter

TODAY = datetime.date(2025, 7, 19)
JULY = (datetime.date(2025, 7, 1), datetime.date(2025, 7, 31))
REST = "磷石膏用了多少"


def read(question: str, today: datetime.date | None = TODAY) -> tuple[str, Limits]:
    """What is left of a question, and its limits."""
    return read_limits(normalize(question).text, today)


def limits(*places: str, published: tuple[datetime.date | None, datetime.date | None] | None = None) -> Limits:
    """Limits by the names of places."""
    return Limits(tuple(region for name in places if (region := find_region(name))), published)


@pytest.mark.parametrize(
    "question",
    [
        "只看宜昌，磷石膏用了多少",
        "只看宜昌 磷石膏用了多少",
        "只看宜昌：磷石膏用了多少",
        "请只看宜昌市，磷石膏用了多少",
        "仅看宜昌，磷石膏用了多少",
        "只查宜昌，磷石膏用了多少",
        "限宜昌，磷石膏用了多少",
        "仅限宜昌，磷石膏用了多少",
        "限于宜昌地区，磷石膏用了多少",
        "只看宜昌的，磷石膏用了多少",
        "只看宜昌的文章，磷石膏用了多少",
        "只看宜昌的新闻里磷石膏用了多少",
        "只看宜昌的磷石膏用了多少",
        "磷石膏用了多少（只看宜昌）",
        "磷石膏用了多少，只看宜昌",
        "磷石膏用了多少 限宜昌",
        "磷石膏用了多少，只看宜昌就好",
        "衹看宜昌，磷石膏用了多少",
        "祇看宜昌的新聞，磷石膏用了多少",
        "僅看宜昌，磷石膏用了多少",
    ],
)
def test_a_place_limits_where_it_is_said_to(question: str) -> None:
    """It is taken out: it need not stand in the answer."""
    assert read(question) == (REST, limits("宜昌"))


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("只看宜昌、襄阳：上市板块", ["宜昌", "襄阳"]),
        ("只看宜昌和襄阳，上市板块", ["宜昌", "襄阳"]),
        ("只看宜昌以及襄陽的文章，上市板块", ["宜昌", "襄阳"]),
        ("只看宜昌、宜昌市、恩施州，上市板块", ["宜昌", "恩施"]),
        ("只看湖北省宜昌市点军区，上市板块", ["点军"]),
        ("只看青山，上市板块", ["青山"]),
    ],
)
def test_several_places_limit_together(question: str, places: list[str]) -> None:
    """By whichever of their names, each once."""
    assert read(question) == ("上市板块", limits(*places))


@pytest.mark.parametrize(
    "question",
    [
        "宜昌消耗了多少磷石膏？",
        "只看武汉大学的专利",
        "只看武汉市场的价格",
        "游客为什么只看宜昌？",
        "他只看宜昌",
        "限武汉户籍的岗位有哪些？",
        "期限宜昌",
        "该公司仅限宜昌使用",
        "限宜昌的企业申报吗",
        "只看北京，有多少",
        "只看宜昌和北京，有多少",
        "只看2019年的",
        "只看一眼",
        "只看",
        "仅宜昌就有20个吗",
        "只要宜昌有项目就行吗",
    ],
)
def test_a_place_does_not_limit_otherwise(question: str) -> None:
    """A question about a place may be answered from anywhere."""
    assert read(question) == (normalize(question).text, UNLIMITED)


@pytest.mark.parametrize(
    "question",
    [
        "2025年7月发布的文章里，磷石膏用了多少",
        "2025年7月发布的文章里磷石膏用了多少",
        "2025年7月发布的，磷石膏用了多少",
        "2025年7月发布，磷石膏用了多少",
        "在2025年7月发布的新闻中，磷石膏用了多少",
        "2025年7月刊登的消息，磷石膏用了多少",
        "2025年7月登出的报道：磷石膏用了多少",
        "只看2025年7月发布的，磷石膏用了多少",
        "只看2025年7月发布的磷石膏用了多少",
        "磷石膏用了多少（2025年7月发布）",
        "磷石膏用了多少（2025年7月发布的文章）",
        "磷石膏用了多少，2025年7月发布的",
        "磷石膏用了多少 2025年7月发布的",
        "7月發佈的報導裡，磷石膏用了多少",
        "本月发布的文章中，磷石膏用了多少",
        "这个月发布的，磷石膏用了多少",
    ],
)
def test_days_of_publication_limit(question: str) -> None:
    """They are no time that the answer has to name."""
    assert read(question) == (REST, limits(published=JULY))


@pytest.mark.parametrize(
    ("words", "since"),
    [("最近", "2025-06-19"), ("最近一周", "2025-07-12"), ("近三个月", "2025-04-19"), ("2025年6月以后", "2025-06-01")],
)
def test_what_is_new_has_no_last_day(words: str, since: str) -> None:
    """An article that is dated tomorrow is recent, too."""
    expected = limits(published=(datetime.date.fromisoformat(since), None))
    assert read(f"{words}发布的新闻里，磷石膏用了多少") == (REST, expected)


@pytest.mark.parametrize(
    "question",
    [
        "湖北省发布了什么意见？",
        "2016年发布的《意见》是谁印发的？",
        "《意见》2016年发布，现在还有效吗？",
        "湖北省2016年发布的《意见》提了什么？",
        "湖北省2016年发布的文章说了什么？",
        "《意见》是2016年发布的吗？",
        "谁发布的",
        "最近发布了什么政策？",
        "最近发布的政策有哪些？",
        "今年发布的报告说了什么？",
        "7月19日发布的名单里有哪些企业？",
        "今年发布的新闻稿",
        "7月发布的消息人士",
        "2023年7月新闻发布会说了什么",
        "《白皮书》今天发布",
        "白皮书 今天发布",
        "国防部2月6日发布的消息称什么",
        "联合国什么时候发布2019年儿童与武装冲突年度报告",
        "2019年宜昌消耗了多少磷石膏？",
        "最近一周宜昌有什么新闻？",
        "2025年7月的文章里磷石膏用了多少",
        "2月30日发布的文章里磷石膏用了多少",
    ],
)
def test_time_and_publishing_do_not_limit_otherwise(question: str) -> None:
    """What was published is mostly what is asked about, and times are mostly those of events."""
    assert read(question) == (normalize(question).text, UNLIMITED)


def test_without_today_relative_words_limit_nothing() -> None:
    """Nobody knows which month is meant."""
    assert read("最近发布的，磷石膏用了多少", None)[1] == UNLIMITED
    assert read("2025年7月发布的，磷石膏用了多少", None)[1] == limits(published=JULY)


@pytest.mark.parametrize(
    "question",
    [
        "只看宜昌，2025年7月发布的，磷石膏用了多少",
        "只看宜昌2025年7月发布的文章，磷石膏用了多少",
        "2025年7月发布的文章里，磷石膏用了多少，只看宜昌",
        "磷石膏用了多少（只看宜昌，2025年7月发布）",
        "磷石膏用了多少（2025年7月发布、只看宜昌）",
    ],
)
def test_place_and_days_limit_together(question: str) -> None:
    """In any order."""
    assert read(question) == (REST, limits("宜昌", published=JULY))


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("磷石膏，只看宜昌，用了多少", "磷石膏,用了多少"),
        ("磷石膏用了多少？（只看宜昌）", "磷石膏用了多少?"),
        ("磷石膏（只看宜昌）用了多少", "磷石膏,用了多少"),
        ("最近发布的关于磷石膏的新闻有哪些", "关于磷石膏的新闻有哪些"),
        ("只看宜昌有多少个项目？", "有多少个项目?"),
    ],
)
def test_what_is_left_can_be_asked(question: str, rest: str) -> None:
    """No bracket or comma stays behind alone."""
    assert read(question)[0] == rest


@given(
    st.lists(st.sampled_from("只看 限 宜昌 襄阳 、 ， （ ） 的 最近 7月 2025年 发布 文章 里 ？".split())).map("".join)
)
def test_only_what_limits_is_taken_out(question: str) -> None:
    """What is left was said, in its order, but for a comma."""
    text = normalize(question).text
    rest, found = read(question)
    assert (rest == text) or found != UNLIMITED
    characters = iter(text)
    assert all(character in characters for character in rest.replace(",", ""))


@given(st.text(max_size=LONGEST))
def test_any_text_can_be_read(text: str) -> None:
    """People type anything."""
    read(text)


@pytest.mark.parametrize("period", [(None, None), (JULY[1], JULY[0])])
def test_impossible_periods_are_refused(period: tuple[datetime.date | None, datetime.date | None]) -> None:
    """They would find everything, or nothing."""
    with pytest.raises(ValueError, match="period"):
        Limits(published=period)


def test_limits_are_given_up_one_after_the_other() -> None:
    """The days before the place, which is asked for before it is given up altogether."""
    given_up = relax(REST, limits("宜昌", published=JULY))
    assert given_up == (
        (REST, limits("宜昌", published=JULY)),
        (REST, limits("宜昌")),
        (f"宜昌 {REST}", limits(published=JULY)),
        (f"宜昌 {REST}", UNLIMITED),
        (REST, limits(published=JULY)),
        (REST, UNLIMITED),
    )
    assert relax(REST, limits(published=JULY)) == ((REST, limits(published=JULY)), (REST, UNLIMITED))


@pytest.mark.parametrize(
    ("kept", "codes"),
    [
        (limits("宜昌", published=JULY), [NoteCode.LIMITED]),
        (limits("宜昌"), [NoteCode.OTHER_DATES, NoteCode.LIMITED]),
        (limits(published=JULY), [NoteCode.ELSEWHERE, NoteCode.LIMITED]),
        (UNLIMITED, [NoteCode.ELSEWHERE, NoteCode.OTHER_DATES]),
    ],
)
def test_what_is_kept_and_what_is_not_is_told(kept: Limits, codes: list[NoteCode]) -> None:
    """Who asked for a place must not take another's figure for its own."""
    assert [note.code for note in limit_notes(limits("宜昌", published=JULY), kept)] == codes


def test_a_question_is_understood_without_its_limits(segmenter: Segmenter) -> None:
    """The words would have to stand in the answer."""
    query = parse_question("只看宜昌，磷石膏用了多少？", segmenter)
    assert query.limits == limits("宜昌")
    assert [part.text for part in query.parts] == [REST]
    assert query.wider
    assert query.wider.limits == UNLIMITED


@pytest.mark.parametrize("question", ["只看宜昌", "只看宜昌呢？", "最近发布的文章有哪些？"])
def test_a_limit_alone_is_asked_as_it_stands(segmenter: Segmenter, question: str) -> None:
    """There is nothing else to ask."""
    query = parse_question(question, segmenter, TODAY)
    assert (query.limits, query.notes, query.wider) == (UNLIMITED, (), None)


@pytest.mark.parametrize("polite", ["请问{}", "只看宜昌，请问{}", "你好，请只看宜昌，{}谢谢", "{}谢谢，只看宜昌"])
def test_politeness_beside_a_limit_is_not_searched_for(segmenter: Segmenter, polite: str) -> None:
    """It comes before and behind."""
    (part,) = parse_question(polite.format(REST), segmenter).parts
    assert part.text == REST
