"""What a question is about is told apart from what it asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.clause import describe_asked_thing, parse_clauses, topic_of

if TYPE_CHECKING:
    from retrieval.words.segment import Segmenter

ROWS = [
    # question, subject, the thing counted
    ("宝钢黄石新港二期什么时候开工？", "宝钢黄石新港二期", ""),
    ("联棚河生态修复工程用什么措施改善水质？", "联棚河生态修复工程", "措施"),
    ("全省推进资本市场建设工作专题会议开过了吗？", "全省推进资本市场建设工作专题会议", ""),
    ("点军区10月集中开工的生态环保项目有几个？", "点军区10月集中开工的生态环保项目", ""),
    ("宜昌10月集中開工了幾個生態環保項目？", "宜昌", "生態環保項目"),
    ("湖北各市的上市板块着力于哪些产业？", "湖北各市的上市板块", "产业"),
    ("湖北的股权融资规模同比增长多少？", "湖北的股权融资", ""),
    ("银岭路用的是什么建材？", "银岭路", "建材"),
    ("在培育上市板块时，宜昌市着力于什么产业？", "宜昌市", "产业"),
    ("谷城县先前同哪座城市合作“跨省通办”？", "谷城县", "城市"),
    ("谁主持了会议？", "会议", ""),
    ("哪些地方种植黄蝉？", "黄蝉", ""),
    ("《意见》里的“三大原则”指什么？", "《意见》里的“三大原则”", ""),
    ("什么是磷石膏？", "磷石膏", ""),
    ("磷石膏 综合利用", "磷石膏 综合利用", ""),
    ("什么时候开工？", "", ""),
    ("2020年多少？", "", ""),
]


@pytest.mark.parametrize(("question", "subject", "counted"), ROWS, ids=lambda text: text[-12:])
def test_a_question_is_taken_apart(segmenter: Segmenter, question: str, subject: str, counted: str) -> None:
    """Verbs inside a name belong to it, and what a thing has does not."""
    (clause,) = parse_clauses(question, segmenter)
    assert clause.typed_text(*clause.subject) == subject
    assert clause.typed_text(*clause.asked_thing) == counted


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("宜昌10月集中开工了几个生态环保项目？", "宜昌10月集中开工的生态环保项目"),
        ("2022年有多少家企业进驻孵化器？", "2022年进驻孵化器的企业"),
        ("谁主持了会议？", "主持了会议的人"),
        ("夷陵区哪条路用上了磷石膏建材？", "夷陵区用上了磷石膏建材的路"),
        ("宝钢二期什么时候开工？", "宝钢二期"),
    ],
)
def test_what_is_asked_for_is_described(segmenter: Segmenter, question: str, told: str) -> None:
    """它们 and 有哪些 mean that, and its name is not known."""
    (clause,) = parse_clauses(question, segmenter)
    assert describe_asked_thing(clause) == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("宜昌消耗了多少磷石膏？", "宜昌消耗的磷石膏"),
        ("宜昌有多少磷石膏？", "宜昌"),
        ("长飞公司招了多少人？", "长飞公司"),
    ],
)
def test_a_place_alone_is_hardly_meant(segmenter: Segmenter, question: str, told: str) -> None:
    """Who asks what it is good for means the gypsum, not the city."""
    (clause,) = parse_clauses(question, segmenter)
    assert topic_of(clause) == told


@given(question=st.sampled_from([row[0] for row in ROWS]) | st.text())
def test_spans_stand_in_the_question(segmenter: Segmenter, question: str) -> None:
    """They are cut out of it, and shown."""
    for clause in parse_clauses(question, segmenter):
        for start, end in (clause.subject, clause.asked_thing, *clause.times):
            assert 0 <= start <= end <= len(clause.text)
        assert clause.typed_text() == clause.typed_text(0, len(clause.text))
