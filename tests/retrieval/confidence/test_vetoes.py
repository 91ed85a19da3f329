"""What shares a question's words and yet tells of something else is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.answer import answer
from retrieval.model import Abstention, Answer, NoteCode, Reason
from retrieval.question.understand import understand

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.model import Result
    from tests.conftest import LibraryOf


def ask(library: Library, question: str) -> Result:
    """As a user would."""
    return answer(library, understand(library, question))


@pytest.mark.parametrize(
    "question",
    [
        "宝钢黄石新港二期什么时候建成投产？",  # the first one did
        "宝钢黄石新港三期什么时候动工？",
        "600套人才公寓哪年建成？",  # 500套
        "2023年新签约的5个项目是什么？",  # 15个
        "签约投资金额超过0亿元的平台是哪个？",  # 20亿元
        "哪个平台推动的直接签约投资超过30亿元？",
        "红安经济开发区的区长是谁？",  # 时间表
        "点军三个生态项目哪一年开工的？",  # 10月
        "点军路全长多少米？",  # 银岭路
    ],
)
def test_another_stage_number_name_or_time_is_no_answer(sample: Library, question: str) -> None:
    """The quote would be true, and the reader misled."""
    assert isinstance(ask(sample, question), Abstention)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("宝钢黄石新港首期什么时候建成投产？", "2018年"),
        ("宝钢黄石新港二期什么时候动工？", "2024年"),
        ("500套人才公寓哪年建成？", "2023年"),
        ("污水处理厂建成了吗？", "建成"),
        ("宜昌2019年磷石膏建材项目有多少个？", "20个"),
    ],
)
def test_the_same_of_what_is_told_is_answered(sample: Library, question: str, words: str) -> None:
    """Nobody is to be refused what is there."""
    result = ask(sample, question)
    assert isinstance(result, Answer)
    assert words in result.citations[0].span_text


@pytest.mark.parametrize(
    ("text", "question", "words"),
    [
        ("2020年，云帆化工园道路总里程增加到38公里。", "2020年云帆化工园道路总里程是多少公里？", "38公里"),
        ("云帆化工园二期项目2021年动工，建成后年产铜箔5万吨。", "云帆化工园二期项目建成后年产多少吨铜箔？", "5万吨"),
        ("云帆化工园道路总里程30公里，2020年增加8公里。", "2020年云帆化工园道路里程增加了多少公里？", "8公里"),
    ],
)
def test_what_only_looks_like_another_thing_is_answered(
    library_of: LibraryOf, text: str, question: str, words: str
) -> None:
    """增加到 tells how much there is, and 建成后 asks nothing of when."""
    result = ask(library_of([("云帆化工园近况", [text])]), question)
    assert isinstance(result, Answer)
    assert words in result.citations[0].span_text


@pytest.mark.parametrize("question", ["生态湿地公园建成了吗？", "生态湿地公园什么时候建成？"])
def test_a_beginning_is_no_end(sample: Library, question: str) -> None:
    """启动建设 is told of it, and 建成 of something else in the same sentence."""
    result = ask(sample, question)
    assert isinstance(result, Abstention)
    assert result.reason is Reason.ONLY_PLANNED


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("截至目前，没有一家企业入驻云帆化工园。", "有多少家企业入驻云帆化工园？"),
        ("2020年，云帆化工园道路总里程增加8公里。", "2020年云帆化工园道路总里程是多少公里？"),
        ("云帆化工园污水处理厂2022年建成投用。", "云帆化工园污水处理厂什么时候开工？"),
        ("云帆化工园力争2037年成为国家级开发区。", "云帆化工园是国家级开发区吗？"),
    ],
)
def test_what_is_denied_a_change_or_a_plan_is_no_answer(library_of: LibraryOf, text: str, question: str) -> None:
    """A figure in the right sentence may say the opposite."""
    assert isinstance(ask(library_of([("云帆化工园近况", [text])]), question), Abstention)


def test_one_thing_asked_takes_from_the_one_before_what_it_leaves_out(sample: Library) -> None:
    """Another project's total is not this one's."""
    result = ask(sample, "宝钢二期什么时候动工，总投资多少？")
    assert isinstance(result, Answer)
    assert [citation.span_text for citation in result.citations] == ["2024年"]
    assert result.unanswered == ("宝钢二期的总投资多少",)


def test_what_is_no_place_of_hubei_limits_nothing_and_that_is_told(sample: Library) -> None:
    """Or the answer would pass for one about it."""
    result = ask(sample, "只看北京，磷石膏消耗了多少？")
    assert [(note.code, note.facts) for note in result.notes] == [(NoteCode.UNKNOWN_PLACE, ("北京",))]


def test_an_answer_within_the_limits_is_not_said_to_be_from_elsewhere(sample: Library) -> None:
    """Where the place's name has to be in the question for the answer to be sure."""
    result = ask(sample, "只看宜昌，磷石膏哪一年用？")
    assert all(note.code is not NoteCode.ELSEWHERE for note in result.notes)


def test_a_long_string_of_digits_in_an_article_breaks_nothing(library_of: LibraryOf) -> None:
    """Python refuses to read it as a number."""
    library = library_of([("宜昌", [f"宜昌消耗磷石膏40万吨。{'1' * 5000} 3.{'1' * 5000}"])])
    assert isinstance(ask(library, "宜昌消耗了多少磷石膏？"), Answer)
