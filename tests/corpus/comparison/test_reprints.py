"""Reprints that are found from what was found before are those that are found without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.comparison.likeness import SAME_ARTICLE, similarity
from corpus.comparison.reprints import NO_REPRINTS, find_reprints, near_duplicates
from corpus.comparison.similar_pairs import HOLDERS
from corpus.model import Article, Origin, Paragraph, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.comparison.reprints import Reprints

# Each of ten characters and more: they are compared for the sake of every one.
CLAUSES = (
    "宜昌港的第一座磷石膏码头",
    "襄阳动工的新能源电池工厂",
    "黄石新港二期集装箱堆场区",
    "随州专用汽车产业园标准厂房",
    "荆州纺织工业城的印染车间",
)
BODIES = st.lists(st.sampled_from(CLAUSES), max_size=4).map("。".join)
CORPORA = st.lists(st.tuples(st.sampled_from(("甲", "乙1", "乙2")), BODIES), max_size=7)


def articles(said: Sequence[tuple[str, str]]) -> list[Article]:
    """One article for each title and body."""
    return [
        Article(
            id=f"{number}",
            title=title,
            date=None,
            sections=(Section("", (Paragraph(1, body),)),),
            origin=Origin("a.jsonl", number + 1),
        )
        for number, (title, body) in enumerate(said)
    ]


def same(one: Reprints, other: Reprints) -> bool:
    """Whether all that was found is equal."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in one._fields)


@given(CORPORA, CORPORA)
@settings(max_examples=300)
def test_what_was_found_before_leaves_no_trace(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> None:
    """A library that is corrected has to be the one that is built."""
    both = [*new[:3], *old, *new[3:]]
    assert same(find_reprints(articles(new), find_reprints(articles(old))), find_reprints(articles(new)))
    assert same(find_reprints(articles(both), find_reprints(articles(old))), find_reprints(articles(both)))
    assert same(find_reprints(articles(old), find_reprints(articles(both))), find_reprints(articles(old)))


@pytest.mark.parametrize("before", [1, HOLDERS - 1, HOLDERS, HOLDERS + 1])
@pytest.mark.parametrize("after", [1, HOLDERS - 1, HOLDERS, HOLDERS + 1])
def test_a_clause_becomes_a_stock_phrase_and_is_none_again(before: int, after: int) -> None:
    """Who is compared with whom depends on articles that stay as they are."""
    said = [("甲", f"{CLAUSES[0]}。{chr(0x4E00 + number) * 3}") for number in range(HOLDERS + 1)]
    found = find_reprints(articles(said[:after]), find_reprints(articles(said[:before])))
    assert same(found, find_reprints(articles(said[:after])))
    assert len(found.alike) == (0 if after > HOLDERS else after * (after - 1) // 2)


@given(CORPORA)
def test_groups_are_those_of_comparing_each_with_each(said: list[tuple[str, str]]) -> None:
    """However they are found."""
    listed = articles(said)
    near = {
        (one.id, other.id)
        for one in listed
        for other in listed
        if one.body == other.body or (similarity(one.body, other.body, SAME_ARTICLE) and share_a_clause(one, other))
    }
    grouped = {(one.id, other.id) for group in near_duplicates(listed) for one in group for other in group}
    assert grouped >= {(one, other) for one, other in near if one != other}
    for one, other in grouped:
        assert any(pair[0] == one and pair[1] != one for pair in near), (one, other)


def share_a_clause(one: Article, other: Article) -> bool:
    """Whether one clause stands in both."""
    return not set(one.body.split("。")).isdisjoint(other.body.split("。"))


def test_of_none_there_are_none() -> None:
    """An empty corpus is a corpus."""
    assert same(find_reprints([]), NO_REPRINTS)
    assert find_reprints([]).groups == []
