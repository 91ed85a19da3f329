"""Citations and answers refuse what can't be: this is why no quote can be invented."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import ParagraphRef
from corpus.times import PartialDate
from retrieval.facts.event import Event
from retrieval.facts.status import Status
from retrieval.model import Answer, ArticleCard, Citation, Passage

TEXT = "累计消耗磷石膏近40万吨。"
CARD = ArticleCard(
    id="a", key="k", title="标题", headline="标题", date=None, place="a.md:1", regions=(), first_row=0, rows=1
)
PASSAGE = Passage(row=0, ref=ParagraphRef("a", 1), article=CARD, section="", text=TEXT)
SPANS = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(lambda ends: (min(ends), max(ends)))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, len(TEXT) + 1), (3, 3), (5, 2), (len(TEXT), len(TEXT) + 1)])
def test_a_citation_refuses_a_quote_outside_its_passage(start: int, end: int) -> None:
    """A quote that is no slice of the text would be an invention."""
    with pytest.raises(ValueError, match="outside"):
        Citation(PASSAGE, start, end)


@pytest.mark.parametrize("span", [(1, 4), (2, 2), (3, 10), (4, 3), (-1, 3)])
def test_a_citation_refuses_a_span_outside_its_quote(span: tuple[int, int]) -> None:
    """Bold words must stand in what is shown."""
    with pytest.raises(ValueError, match="outside"):
        Citation(PASSAGE, 2, 8, (span,))


def test_a_quote_is_a_slice_of_the_text() -> None:
    """Character for character, as published."""
    assert Citation(PASSAGE, 4, 7).quote == "磷石膏"


def test_the_answering_words_are_the_spans() -> None:
    """The short answer that scripts read."""
    assert Citation(PASSAGE, 0, len(TEXT), ((2, 4), (7, 12))).span_text == "消耗…近40万吨"


def test_the_quote_answers_where_no_words_stand_out() -> None:
    """A script always gets words."""
    assert Citation(PASSAGE, 4, 7).span_text == "磷石膏"


@given(st.lists(SPANS.filter(lambda span: span[0] < span[1]), max_size=5))
def test_marking_covers_exactly_the_words_marked(spans: list[tuple[int, int]]) -> None:
    """Two parts of a question may be answered by the same words: they are marked once, and no others."""
    marked = Citation(PASSAGE, 0, len(TEXT)).with_spans(spans[:2]).with_spans(spans[2:]).spans
    covered = [i for start, end in marked for i in range(start, end)]
    assert covered == sorted({i for start, end in spans for i in range(start, end)})


def cited(marked: str, date: datetime.date | None = datetime.date(2025, 7, 19)) -> Citation:
    """A citation of the sentence whose answering words stand in 【】; a paragraph may go before it, up to ‖."""
    before, _, sentence = marked.rpartition("‖")
    start, end = sentence.index("【") + len(before), sentence.index("】") - 1 + len(before)
    text = before + sentence.replace("【", "").replace("】", "")
    passage = dataclasses.replace(PASSAGE, article=dataclasses.replace(CARD, date=date), text=text)
    return Citation(passage, len(before), len(text), ((start, end),))


def test_a_citation_knows_when_that_was_and_how_far_it_has_come() -> None:
    """Both stand in the paragraph; neither is the date of publication."""
    citation = cited("2018年，双方签约。‖二期【正在】建设。")
    assert citation.event == Event(PartialDate(2018), PartialDate(2018), is_inferred=True)
    assert citation.status is Status.ONGOING


def test_the_status_is_that_of_the_sentence_not_of_a_clipped_quote() -> None:
    """力争 may stand in the part of a long sentence that is not quoted."""
    text = "到2027年，园区力争建成厂房，入驻企业800家。"
    passage = dataclasses.replace(PASSAGE, text=text)
    start = text.index("入驻")
    citation = Citation(passage, start, len(text), ((start + 4, start + 8),))
    assert (citation.status, citation.event) == (Status.PLANNED, Event(PartialDate(2027), PartialDate(2027)))


@pytest.mark.parametrize(
    ("marked", "status"),
    [
        ("2028年，二期【投产】。", Status.PLANNED),
        ("2025年，二期【投产】。", Status.DONE),
        ("2028年，二期有望【投产】。", Status.VIEW),
    ],
)
def test_what_lies_after_the_publication_is_not_done(marked: str, status: Status) -> None:
    """An article cannot report on a year to come."""
    assert cited(marked).status is status


@pytest.mark.parametrize(
    ("marked", "is_old"),
    [
        ("2023年，二期【投产】。", True),
        ("2024年，二期【投产】。", False),
        ("2018年至2024年，投资【5亿元】。", False),
        ("2018年以来，投资【5亿元】。", True),
        ("2018年签约。‖选址在【猇亭】。", True),
        ("银岭路全长【300米】。", False),
    ],
)
def test_old_news_happened_two_years_or_more_before_it_was_published(marked: str, is_old: bool) -> None:
    """Who reads 2025 above it takes it for news."""
    assert cited(marked).is_old_news is is_old
    assert not cited(marked, date=None).is_old_news


def test_an_answer_needs_a_citation() -> None:
    """An answer without a source is what this program never gives."""
    with pytest.raises(ValueError, match="citation"):
        Answer((), 0.5)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_confidence_is_a_probability(confidence: float) -> None:
    """Thresholds are compared with it."""
    with pytest.raises(ValueError, match="confidence"):
        Answer((Citation(PASSAGE, 0, 2),), confidence)


def test_an_answer_is_made_of_its_quotes() -> None:
    """Nothing is said that no article says."""
    assert Answer((Citation(PASSAGE, 0, 2), Citation(PASSAGE, 4, 7)), 1.0).text == "累计\n磷石膏"
