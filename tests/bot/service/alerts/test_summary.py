"""What alerts say of an article: its own words, with no time that is not theirs."""

from __future__ import annotations

import datetime

import pytest

from bot.service.alerts.summary import summarize_article
from corpus.model import Article, Origin, Paragraph, Section
from retrieval.words.segment import Segmenter

TITLE = "【黄石招商】诺德铜箔黄石基地二期点火"


@pytest.fixture(name="segmenter", scope="module")
def segmenter_fixture() -> Segmenter:
    """As an alert is made with."""
    return Segmenter(None)


def article(*paragraphs: str, date: datetime.date | None = datetime.date(2026, 11, 23)) -> Article:
    """An article of these paragraphs."""
    section = Section("", tuple(Paragraph(number, text) for number, text in enumerate(paragraphs, 1)))
    return Article(id="a", title=TITLE, date=date, sections=(section,), origin=Origin("a.md", 1))


@pytest.mark.parametrize(
    ("text", "event", "is_old"),
    [
        ("诺德铜箔黄石基地2025年7月点火，总投资100亿元。", "2025-07", False),
        ("2019年，诺德铜箔黄石基地一期投产，年产铜箔2万吨。", "2019", True),
        ("诺德铜箔黄石基地二期点火，总投资100亿元，一期2024年已满产。", None, False),
        ("诺德铜箔黄石基地二期点火，总投资100亿元。", None, False),
        ("11月20日，诺德铜箔黄石基地二期点火，总投资100亿元。", None, False),
    ],
)
def test_a_quote_has_the_time_that_its_own_clause_tells(
    text: str, event: str | None, is_old: bool, segmenter: Segmenter
) -> None:
    """A year of another clause would make old news of fresh ones."""
    (source,) = summarize_article(article(text), 2, (), segmenter).sources
    assert (source.event.text if source.event else None) == event
    assert source.is_old_news == is_old


def test_no_year_is_inferred(segmenter: Segmenter) -> None:
    """The sentence before tells of the first stage, this one of the second."""
    said = summarize_article(
        article("诺德铜箔黄石基地一期2022年9月投产。二期投资40亿元，年产铜箔5万吨。"), 2, (), segmenter
    )
    second = next(source for source in said.sources if "二期" in source.quote)
    assert (second.event, second.is_old_news) == (None, False)


def test_what_is_told_is_what_stands_there(segmenter: Segmenter) -> None:
    """The quote, its place, and the figures in it."""
    text = "诺德铜箔黄石基地二期点火，总投资100亿元。"
    said = summarize_article(article(text), 2, (("text", "90亿元", "100亿元"),), segmenter)
    (source,) = said.sources
    assert text[source.start :].startswith(source.quote)
    assert [source.quote[start:end] for start, end in source.spans] == ["100亿元"]
    assert (said.title, said.regions, said.changes) == (TITLE, ("黄石",), (("text", "90亿元", "100亿元"),))
    assert said.digest == article(text).digest


def test_an_article_without_words_has_no_quotes(segmenter: Segmenter) -> None:
    """Its title is told all the same."""
    assert summarize_article(article("", date=None), 2, (), segmenter).sources == ()
