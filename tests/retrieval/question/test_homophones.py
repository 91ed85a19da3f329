"""A word misspelt by sound is corrected, and the reader is told; a word that was meant is left alone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer import answer
from retrieval.model import Answer, NoteCode
from retrieval.question.homophones import MOST_RUNS, correct_misspellings, find_misspellings, homophones
from retrieval.question.query import parse_question
from retrieval.question.understand import understand

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.question.query import Query


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("宝刚黄石新港二期什么时候开工?", "宝钢黄石新港二期什么时候开工?"),
        ("磷石羔用了多少?", "磷石膏用了多少?"),
        ("点均区签约了几个项目?", "点军区签约了几个项目?"),
        ("黄石心港二期", "黄石新港二期"),
        ("专京特新企业有多少?", "专精特新企业有多少?"),
        ("宝刚的二期用了多少磷石羔?", "宝钢的二期用了多少磷石膏?"),
        ("宝刚集团的宝刚二期什么时候开工?", "宝钢集团的宝钢二期什么时候开工?"),
        ("银陵路全长多少米?", "银岭路全长多少米?"),
    ],
)
def test_a_word_that_nobody_knows_is_taken_for_one_of_the_same_sound(sample: Library, typed: str, meant: str) -> None:
    """Keyboards offer characters by sound, and the first one is not always the right one."""
    assert correct_misspellings(typed, find_misspellings(sample, typed)) == meant


@pytest.mark.parametrize(
    "question",
    [
        "宝钢黄石新港二期什么时候开工?",  # right already
        "小米黄石工厂什么时候开工?",  # known, and in no article
        "蔚来汽车在哪?",  # 未来 is an everyday word, which nobody types wrong
        "江铃汽车投了多少?",  # not of 江陵
        "李明投了多少?",  # 黎明 likewise
        "特斯拉在宜昌投了多少?",
        "who built it?",
        "",
    ],
)
def test_what_somebody_meant_is_left_alone(sample: Library, question: str) -> None:
    """A company of which no article tells is not to get another one's answer."""
    assert find_misspellings(sample, question) == ()


def test_the_reader_is_told(sample: Library) -> None:
    """Above an answer to something that was not typed."""
    result = answer(sample, understand(sample, "宝刚黄石新港二期什么时候动工？"))
    assert isinstance(result, Answer)
    assert [(note.code, note.facts) for note in result.notes] == [(NoteCode.HEARD_AS, ("宝刚", "宝钢"))]
    assert "宝钢" in result.text


def test_the_question_stays_as_it_was_typed(sample: Library) -> None:
    """Whoever reads it again must find their own words, also where its limits give way."""
    question = "只看襄阳，宝刚的二期什么时候動工？"
    query: Query | None = understand(sample, question)
    while query:
        assert query.question == question
        assert query.notes[0].code is NoteCode.HEARD_AS
        query = query.wider


def test_without_a_misspelling_nothing_changes(sample: Library) -> None:
    """It is understood as anywhere else."""
    question = "磷石膏怎么处理？"
    assert understand(sample, question) == parse_question(question, sample.segmenter)


@given(text=st.text(st.sampled_from("宝刚钢黄石新港膏羔磷二期的了?， a1"), max_size=40))
@settings(max_examples=200)
def test_misspellings_are_where_they_say(sample: Library, text: str) -> None:
    """They follow one another, few, and each keeps its length."""
    found = find_misspellings(sample, text)
    assert len(found) <= MOST_RUNS
    assert all(text.startswith(word.original, word.start) for word in found)
    assert all(len(word.original) == len(word.replacement) for word in found)
    assert all(one.start + len(one.original) <= other.start for one, other in pairwise(found))
    assert len(correct_misspellings(text, found)) == len(text)


def test_homophones_differ_in_nothing_but_the_character() -> None:
    """Tones do not count, as in typing."""
    assert {"钢", "港"} <= set(homophones("刚"))
    assert "刚" not in homophones("刚")
    assert homophones("a") == homophones("") == ()


def test_long_unknown_strings_are_no_misspellings(sample: Library) -> None:
    """Of those no word is looked for: each would take a thousand lookups."""
    assert find_misspellings(sample, "宝刚" * 10) == ()
