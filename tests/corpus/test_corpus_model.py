"""Articles refuse what can't be, and say of themselves what readers are shown."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Article, Origin, Paragraph, ParagraphRef, Section, article_key

ORIGIN = Origin("page.txt", 2)


def article(title: str = "", texts: tuple[str, ...] = ("甲。",), heading: str = "", name: str = "page#1") -> Article:
    """Make an article of one section."""
    paragraphs = tuple(Paragraph(number, text) for number, text in enumerate(texts, 1))
    return Article(
        id=name, title=title, date=datetime.date(2025, 7, 19), sections=(Section(heading, paragraphs),), origin=ORIGIN
    )


@pytest.mark.parametrize("line", [0, -1])
def test_an_origin_refuses_lines_below_one(line: int) -> None:
    """Editors count from 1; a 0 would send the operator nowhere."""
    with pytest.raises(ValueError, match="count from 1"):
        Origin("page.txt", line)


def test_an_origin_is_shown_as_path_and_line() -> None:
    """Editors and terminals open `path:line` by a click."""
    assert str(ORIGIN) == "page.txt:2"


@pytest.mark.parametrize("number", [0, -3])
def test_a_paragraph_refuses_numbers_below_one(number: int) -> None:
    """Paragraphs count from 1."""
    with pytest.raises(ValueError, match="count from 1"):
        Paragraph(number, "甲。")


def test_an_article_needs_an_id() -> None:
    """Without one it could not be told from another."""
    with pytest.raises(ValueError, match="id"):
        article(name="")


@pytest.mark.parametrize("numbers", [(2,), (1, 3), (1, 1), (2, 1)])
def test_paragraph_numbers_run_through(numbers: tuple[int, ...]) -> None:
    """A reference names a paragraph by its number, so each number is one paragraph."""
    paragraphs = tuple(Paragraph(number, "甲。") for number in numbers)
    with pytest.raises(ValueError, match="1, 2, 3"):
        Article(id="a", title="", date=None, sections=(Section("", paragraphs),), origin=ORIGIN)


def test_numbers_run_on_through_sections() -> None:
    """They count in the article, not in the section."""
    sections = (Section("一", (Paragraph(1, "甲。"),)), Section("二", (Paragraph(2, "乙。"),)))
    assert [p.number for p in Article(id="a", title="", date=None, sections=sections, origin=ORIGIN).paragraphs] == [
        1,
        2,
    ]


@pytest.mark.parametrize(
    ("title", "column", "headline"),
    [
        ("【黄石招商】宝钢二期开工", "黄石招商", "宝钢二期开工"),
        (" 【黄石招商】 宝钢二期开工 ", "黄石招商", "宝钢二期开工"),
        ("宝钢二期【快讯】开工", None, "宝钢二期【快讯】开工"),
        ("【】宝钢二期开工", "", "宝钢二期开工"),
        ("【黄石【招商】宝钢", "黄石【招商", "宝钢"),
        ("宝钢二期开工", None, "宝钢二期开工"),
        ("【黄石招商】", "黄石招商", "甲。"),
        ("【没有关", None, "【没有关"),
        ("", None, "甲。"),
        ("   ", None, "甲。"),
    ],
)
def test_a_title_is_column_and_headline(title: str, column: str | None, headline: str) -> None:
    """The tag says where an article stood, the rest what it is about; readers need a name in any case."""
    assert (article(title).column, article(title).headline) == (column, headline)


def test_an_untitled_article_is_shown_by_its_first_words() -> None:
    """A source line can't hold a whole body."""
    assert article(texts=("宜" * 200,)).headline == "宜" * 20


@pytest.mark.parametrize(
    ("heading", "title"),
    [("一、历史背景。", "一、历史背景"), ("## 展望\n", "展望"), ("（三）成效：\n", "（三）成效"), ("", "")],
)
def test_a_heading_is_shown_without_its_marks(heading: str, title: str) -> None:
    """A source line shows the heading inside a sentence of its own."""
    assert Section(heading, ()).title == title


@given(st.lists(st.text(max_size=9), max_size=5), st.text(max_size=9))
def test_the_body_is_headings_and_paragraphs(texts: list[str], heading: str) -> None:
    """Nothing published may get lost between the pieces."""
    assert article("", tuple(texts), heading).body == heading + "".join(texts)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_key_fits_into_a_button(name: str) -> None:
    """A chat button carries 64 bytes, so a key is at most 10 ASCII characters whatever the id."""
    key = article_key(name)
    assert key.isascii()
    assert 1 <= len(key) <= 10
    assert key == article(name=name).key


def test_keys_tell_ids_apart() -> None:
    """Two articles with one key would be taken for each other."""
    assert len({article_key(f"page#{number}") for number in range(10_000)}) == 10_000


def test_references_stand_in_reading_order() -> None:
    """Lists of references are shown sorted."""
    assert sorted([ParagraphRef("a", 10), ParagraphRef("a", 2)]) == [ParagraphRef("a", 2), ParagraphRef("a", 10)]
