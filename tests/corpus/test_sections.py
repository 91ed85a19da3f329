"""Sections: what is a heading, what isn't, and that no character is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.load import load
from corpus.sections import sections
from tests.support.paths import SHARED_DATA

PAGE = SHARED_DATA / "page" / "hubei-2025-07-19.txt"
ALPHABET = '一二三十百1.2、。！ \u3000\n“”"（）《》第章甲乙ab'


def headings(body: str, title: str = "") -> list[str]:
    """Return the headings as published, the introduction's and the closing passage's empty ones included."""
    return [section.heading for section in sections(body, title)]


@given(st.text(ALPHABET, max_size=200), st.text(ALPHABET, max_size=5))
@example("甲 甲。 一、甲 乙。 二、乙。 甲。 乙", "甲")
@example("一、甲（一）乙。（二）乙", "")
@example("\n\n", "")
def test_no_character_is_lost(body: str, title: str) -> None:
    """A quote's place is counted in the body, so the parts must be the body."""
    made = sections(body, title)
    paragraphs = [paragraph for section in made for paragraph in section.paragraphs]
    assert "".join(section.text for section in made) == body
    assert [paragraph.number for paragraph in paragraphs] == list(range(1, len(paragraphs) + 1))
    assert all(paragraph.text for paragraph in paragraphs)


@given(st.text(ALPHABET, max_size=200))
def test_whatever_has_text_has_a_paragraph(body: str) -> None:
    """A body that were headings alone could not be quoted."""
    assert bool(sections(body, "")) == bool(body)
    assert not body or sections(body, "")[-1].paragraphs


@given(st.text("一二三、。 \n甲乙", max_size=60))
def test_a_quotation_is_never_cut(inner: str) -> None:
    """Half a quotation says something else than the whole."""
    paragraphs = [
        paragraph.text for section in sections(f"甲。 “{inner}”乙。 丙", "") for paragraph in section.paragraphs
    ]
    assert any(f"“{inner}”" in text for text in paragraphs)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("导语。 一、背景。正文。 二、前景 正文。", ["", "一、背景。", "二、前景 "]),
        ("一、背景\n正文。\n二、前景\n正文。", ["一、背景\n", "二、前景\n"]),
        ("导语。一、背景 正文。二、前景 正文。", ["", "一、背景 ", "二、前景 "]),
        ("  一、背景 正文。 二、前景 正文。", ["  一、背景 ", "二、前景 "]),
        ("（一）背景 正文。 （二）前景 正文。", ["（一）背景 ", "（二）前景 "]),
        ("1. 背景\n正文。\n2. 前景\n正文。", ["1. 背景\n", "2. 前景\n"]),
        ("第一章 背景\n正文。\n第二章 前景\n正文。", ["第一章 背景\n", "第二章 前景\n"]),
        ("一、甲 （一）子 正文。 （二）丑 正文。 二、乙 正文。", ["一、甲 ", "（一）子 ", "（二）丑 ", "二、乙 "]),
        ("一、“三村 工程”创新 正文。 二、前景 正文。", ["一、“三村 工程”创新 ", "二、前景 "]),
        ("一、凝聚共识 共谋发展 各地，同心。 二、AI 产业 各地，同心。", ["一、凝聚共识 共谋发展 ", "二、AI 产业 "]),
        ("一、甲 正文。 二、乙 正文。 结语。", ["一、甲 ", "二、乙 ", ""]),
        ("一、甲 正文。\n二、乙 正文。\n结语。", ["一、甲 ", "二、乙 ", ""]),
        ("一、为什么？正文。 二、怎么办？正文。", ["一、为什么？", "二、怎么办？"]),
    ],
)
def test_headings_are_found(body: str, expected: list[str]) -> None:
    """Each of these forms is published, and its heading must not run into a quoted sentence."""
    assert headings(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "推动一、二、三产业融合。 一、二、三产业并进，共同发展。",
        "成百上千。 十、百、千逐级放大。 百、千",
        "第一、要快。第二、要好。",
        "要求：一、要快；二、要好；三、要省。",
        "会议提出要求。一、加强领导。二、落实责任。三、督促检查。",
        "二、前景 正文。 三、展望 正文。",
        "只有一条。 一、背景 正文。",
        "他说：“一、背景 正文。 二、前景 正文。”",
        "1. 雨在北部。风大。 2. 雪在南部。风小。",
        "第一节刚开始，主队领先。 第二节后半段，客队反超。",
        "增长3.5倍。 1.5倍和2.5倍",
        "一、" + "长" * 50 + " 正文。 二、" + "长" * 50 + " 正文。",
    ],
)
def test_enumerations_are_no_headings(body: str) -> None:
    """What is taken for a heading is never quoted, so a sentence must not be."""
    assert headings(body) == [""]


def test_white_space_within_sections_sets_nothing_off() -> None:
    """Where every sentence is followed by a space, a space can't tell the closing passage."""
    assert headings("一、甲 正文。 正文。 二、乙 正文。 正文。") == ["一、甲 ", "二、乙 "]


def test_a_repeated_title_heads_the_introduction() -> None:
    """Else the title would be quoted as the beginning of the first sentence."""
    made = sections("港区二期开工 港区开工。 一、甲 正文。 二、乙 正文。", "【港区】港区二期开工")
    assert made[0].heading == "港区二期开工 "
    assert [paragraph.text for paragraph in made[0].paragraphs] == ["港区开工。 "]


def test_a_title_that_runs_on_is_text() -> None:
    """A sentence may begin with the words of the title; it must stay whole."""
    assert headings("港区开工了。", "港区开工") == [""]


def test_long_text_is_cut_at_sentence_ends() -> None:
    """A paragraph has to fit a chat, and a sentence has to stay in one piece."""
    sentence = "甲" * 48 + "。”"
    texts = [paragraph.text for paragraph in sections(sentence * 20, "")[0].paragraphs]
    assert len(texts) == 3
    assert all(text.endswith("。”") and len(text) <= 400 for text in texts)


def test_a_long_sentence_stays_whole() -> None:
    """A quote is a whole sentence, however long."""
    texts = [paragraph.text for paragraph in sections("乙。" + "甲" * 2000 + "。丙。", "")[0].paragraphs]
    assert any("甲" * 2000 in text for text in texts)


def test_lines_are_paragraphs_but_wrapped_lines_are_not() -> None:
    """A line that ends in mid-sentence was wrapped, and the sentence goes on."""
    texts = [paragraph.text for paragraph in sections("甲。\n乙\n乙。\n\n丙", "")[0].paragraphs]
    assert texts == ["甲。\n", "乙\n乙。\n\n", "丙"]


@pytest.mark.parametrize("body", ["“" * 100_000, "一、甲 " * 50_000, "。 " * 100_000, '"' * 100_001, "\n" * 100_000])
def test_odd_bodies_take_linear_time(body: str) -> None:
    """A body of four megabytes of anything must not stop a reload; squared, these would take minutes."""
    assert "".join(section.text for section in sections(body, "")) == body


@pytest.mark.skipif(not PAGE.exists(), reason="the real page is not part of the project")
def test_the_real_page() -> None:
    """The form that is really published: every heading found, every character kept."""
    lines = PAGE.read_text("utf-8").split("\n")
    articles = load(PAGE).articles
    assert [article.body for article in articles] == [lines[article.origin.line] for article in articles]
    numbered = [[s.heading for s in article.sections if re.match("[一二三四五]、", s.heading)] for article in articles]
    assert [len(found) for found in numbered] == [4, 4, 4, 4, 5, 5, 4, 4, 4, 4]
    assert [article.sections[-1].heading == "" for article in articles] == [
        number in {2, 4, 7} for number in range(1, 11)
    ]
    repeated = articles[5].sections[0].heading
    assert articles[5].title.endswith(repeated.strip())
    assert repeated.strip()
