"""What a correction changed, as people look at it."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from corpus.comparison.changes import Change, ChangedPart, changes
from corpus.model import Article, Correction, Origin, Paragraph, Section

DAY = datetime.date(2025, 7, 19)


def article(text: str, title: str = "题", date: datetime.date | None = DAY) -> Article:
    """One of one paragraph."""
    return Article(
        id="a", title=title, date=date, sections=(Section("", (Paragraph(1, text),)),), origin=Origin("a.md", 1)
    )


def test_only_what_differs_is_told() -> None:
    """The sentence with the figure, and none of the others."""
    before, after = article("甲。乙有3个。丙。"), article("甲。乙有5个。丙。")
    assert changes(Correction(before, after)) == (Change(ChangedPart.TEXT, "乙有3个。", "乙有5个。"),)


def test_title_and_date_are_told() -> None:
    """They are corrected most often."""
    told = changes(Correction(article("甲。", "旧", None), article("甲。", "新", DAY)))
    assert told == (Change(ChangedPart.TITLE, "旧", "新"), Change(ChangedPart.DATE, "", "2025-07-19"))


def test_sentences_that_came_and_went() -> None:
    """Nothing stands on the other side."""
    came = changes(Correction(article("甲。"), article("甲。乙。")))
    went = changes(Correction(article("甲。乙。"), article("乙。")))
    assert came == (Change(ChangedPart.TEXT, "", "乙。"),)
    assert went == (Change(ChangedPart.TEXT, "甲。", ""),)


@given(st.lists(st.sampled_from("甲乙丙丁"), max_size=6), st.lists(st.sampled_from("甲乙丙丁"), max_size=6))
def test_nothing_is_told_of_what_is_the_same(before: list[str], after: list[str]) -> None:
    """And every difference is: there are changes if, and only if, the sentences differ."""
    old, new = (article("".join(f"{one}说了话。" for one in said) or "空。") for said in (before, after))
    told = changes(Correction(old, new))
    assert bool(told) == (old.body != new.body)
    assert all(change.before != change.after for change in told)
