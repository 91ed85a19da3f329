"""Times, amounts, places and names are found whole: with hedge and unit, never the bare figure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import normalize
from retrieval.question.kinds import QuestionKind
from retrieval.question.query import SubQuestion, parse_question
from retrieval.ranking.answer_types import anchors, asked_units, kind_fit, typed_spans

if TYPE_CHECKING:
    from retrieval.words.segment import Segmenter

AMOUNTS = [
    ("宜昌消耗了多少吨磷石膏？", "磷石膏近40万吨，为工业副产物", "近40万吨"),
    ("企业融资额是多少？", "帮助企业融资超20亿元。", "超20亿元"),
    ("高端车型的占比是多少？", "高端车型占比达到60%以上。", "达到60%以上"),
    ("培训了多少人？", "累计培训3万余名技工", "3万余名"),
    ("培训了多少人次？", "培训1200人次。", "1200人次"),
    ("每天能处理多少污水？", "日处理能力2万吨的污水厂", "2万吨"),
    ("银岭路有多长？", "银岭路全长300米，", "300米"),
    ("全长多少公里？", "步道全长约8.5公里。", "约8.5公里"),
    ("茶农的收入增长了多少？", "年均收入增长15%。", "15%"),
    ("占地多少亩？", "占地1,200亩。", "1,200亩"),
    ("合同最高金额是多少？", "单个合同最高达8000万元。", "8000万元"),
    ("覆盖了多少农村人口？", "覆盖农村人口累计超百万人。", "超百万人"),
    ("有多少条专利？", "收录了2100万条专利。", "2100万条"),
    ("有几家企业？", "十二家企业入驻。", "十二家"),
    ("增长了百分之几？", "增长了百分之十八。", "百分之十八"),
    ("建了多少个项目？", "有２０個項目。", "20个"),
    ("排到第几？", "在考核中进入前30位。", "前30位"),
    ("有多少平方米？", "展馆10多万平方米。", "10多万平方米"),
]
TIMES = [
    ("宝钢何时来黄石？", "1992年，宝钢来到黄石。", "1992年"),
    ("项目何时开工？", "项目于2024年3月15日开工。", "2024年3月15日"),
    ("何时建成？", "计划2027年底前建成。", "2027年底前"),
    ("何时开放？", "大约2018年对外开放。", "大约2018年"),
    ("何时召开？", "会议1月31日召开。", "1月31日"),
    ("何时达到200家？", "“十四五”末达到200家。", "十四五"),
]


def part_of(question: str, segmenter: Segmenter) -> SubQuestion:
    """The only part of a question."""
    (part,) = parse_question(question, segmenter).parts
    return part


def words_found(part: SubQuestion, text: str) -> list[str]:
    """The words of the kind asked for."""
    return [text[one.start : one.end] for one in typed_spans(part, text)]


@pytest.mark.parametrize(("question", "text", "amount"), AMOUNTS)
def test_an_amount_is_found_with_hedge_and_unit(segmenter: Segmenter, question: str, text: str, amount: str) -> None:
    """近40万吨 is not 40: what is left out makes an answer wrong."""
    plain = normalize(text).text
    assert [words for words in words_found(part_of(question, segmenter), plain) if amount in words]


@pytest.mark.parametrize(("question", "text", "amount"), AMOUNTS)
def test_the_amount_in_the_unit_asked_for_fits_best(
    segmenter: Segmenter, question: str, text: str, amount: str
) -> None:
    """A sentence may hold a year and another amount beside it."""
    plain = normalize(f"2019年3月，{text}").text
    best = max(typed_spans(part_of(question, segmenter), plain), key=lambda one: one.fit)
    assert amount in plain[best.start : best.end]


@pytest.mark.parametrize(("question", "text", "time"), TIMES)
def test_a_time_is_found_whole(segmenter: Segmenter, question: str, text: str, time: str) -> None:
    """The year alone is not the day asked for."""
    plain = normalize(text).text
    assert [words for words in words_found(part_of(question, segmenter), plain) if time in words]


@pytest.mark.parametrize("text", ["双方签署了协议。", "效果良好，前景广阔。", ""])
def test_nothing_is_found_where_there_is_nothing(segmenter: Segmenter, text: str) -> None:
    """A sentence without an amount does not answer how many."""
    assert kind_fit(part_of("消耗了多少吨？", segmenter), text) == 0


def test_what_the_question_says_is_no_answer(segmenter: Segmenter) -> None:
    """The year of the question comes back in every sentence about it."""
    assert words_found(part_of("2019年消耗了多少吨磷石膏？", segmenter), "2019年消耗磷石膏") == []


@pytest.mark.parametrize("question", ["为什么停产？", "如何办理？", "聚焦什么？", "磷石膏 利用"])
def test_kinds_without_a_shape_fit_everything(segmenter: Segmenter, question: str) -> None:
    """A reason looks like any sentence."""
    assert kind_fit(part_of(question, segmenter), "任何一句话。") == 1


@given(
    text=st.text(
        st.sampled_from("近超约0123456789.,百千万亿余多元吨%米年月日以上第十一在于市县路宜昌公司 ，。"), max_size=40
    )
)
@pytest.mark.parametrize("question", ["宜昌何时开工？", "宜昌有多少吨？", "会议在哪里召开？", "谁主持会议？"])
def test_what_is_found_stands_in_the_text(segmenter: Segmenter, question: str, text: str) -> None:
    """A span outside could not be cited; a fit is a share."""
    for one in typed_spans(part_of(question, segmenter), text):
        assert 0 <= one.start < one.end <= len(text)
        assert 0 <= one.fit <= 1


@given(text=st.text(st.sampled_from("近超约0123456789.百千万亿余多元吨%米 ，。"), max_size=40))
def test_amounts_do_not_overlap(segmenter: Segmenter, text: str) -> None:
    """One amount is one answer."""
    found = typed_spans(part_of("宜昌有多少吨？", segmenter), text)
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("投资多少钱", "元"),
        ("有多少人", "人"),
        ("占比多少", "%"),
        ("全长多少", "米"),
        ("面积多大", "亩"),
        ("几岁", "岁"),
    ],
)
def test_the_unit_is_what_the_question_asks_in(question: str, unit: str) -> None:
    """Money is not counted in people."""
    assert unit in asked_units(question)


def test_anchors_are_the_words_beside_the_question_word(segmenter: Segmenter) -> None:
    """What is asked stands next to them in the answer."""
    part = part_of("宜昌消耗了多少吨磷石膏？", segmenter)
    assert part.kind is QuestionKind.HOW_MANY
    assert anchors(part) == ("消耗", "磷石膏")
