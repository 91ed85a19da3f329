"""Questions are varied as said, and keep their answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.sets import QuestionSet
from benchmarks.quality.variation import in_chinese, varied
from corpus.numbers import numbers
from retrieval.evaluation.gold import Gold


def _varied(question: str, way: str) -> list[str]:
    gold = Gold(id="1", question=question, answers=("甲",), articles=("a",), title="")
    asked = QuestionSet("set", Path("articles.jsonl"), ((gold,),))
    (one,) = varied([asked], way)
    assert all(group[0].answers == gold.answers for group in one.questions)
    return [group[0].question for group in one.questions]


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("总投资20亿元的项目在哪？", ["总投资二十亿元的项目在哪?"]),
        ("总投资二十亿元的项目在哪？", ["总投资2000000000元的项目在哪?"]),
        ("2019年签了多少？", ["二〇一九年签了多少?"]),
        ("三家企业在哪？", []),
        ("占40%的是什么？", []),
    ],
)
def test_a_number_is_written_in_another_way(question: str, other: list[str]) -> None:
    """Small ones and shares are left out."""
    assert _varied(question, "numbers") == other


def test_a_slip_is_the_same_in_every_run() -> None:
    """One character of a rare word, of the same length."""
    (slip,) = _varied("磷石膏怎么处理？", "slips")
    assert len(slip) == len("磷石膏怎么处理?")
    assert sum(left != right for left, right in zip(slip, "磷石膏怎么处理?", strict=True)) == 1
    assert _varied("磷石膏怎么处理？", "slips") == [slip]


def test_everyday_words_have_no_slip() -> None:
    """The keyboard offers them first."""
    assert _varied("这家公司的产品是什么？", "slips") == []


@given(value=st.integers(10, 10**12 - 1))
def test_chinese_numerals_are_read_back(value: int) -> None:
    """What is written in another way has the same value."""
    assert [number.value for number in numbers(in_chinese(value))] == [value]
