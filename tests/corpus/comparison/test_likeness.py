"""Likeness: the formula, the fast ways to the same result, and which articles are the same one twice."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.comparison.likeness import SAME_ARTICLE, is_same_form, similar_pairs, similarity
from corpus.comparison.reprints import near_duplicates
from corpus.load import load
from corpus.model import Article, Origin, Paragraph, Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HARBOUR = "港区二期工程今年三月开工建设，总投资十二亿元，新建万吨级泊位四个，预计明年年底建成投用，年吞吐能力八百万吨。"
LAKE = "环湖步道全长八公里，沿线设有观景台和自行车驿站，市民反映夜间照明不足，园林部门表示本月内补装路灯六十盏。"
texts = st.text("港区湖边开工 \n。，", max_size=12)


def article(body: str, number: int = 1) -> Article:
    """Make an article of one paragraph."""
    section = Section("", (Paragraph(1, body),))
    return Article(
        id=f"page#{number}",
        title="",
        date=datetime.date(2025, 7, 19),
        sections=(section,),
        origin=Origin("page.txt", number),
    )


def groups(*bodies: str) -> list[list[int]]:
    """Return the groups of near duplicates by the places of the bodies."""
    articles = [article(body, number) for number, body in enumerate(bodies, 1)]
    return [[articles.index(one) for one in group] for group in near_duplicates(articles)]


def longest_common(one: str, other: str) -> int:
    """Return the length of the longest common subsequence, as textbooks work it out."""
    row = [0] * (len(other) + 1)
    for character in one:
        above, row = row, [0]
        for place, counterpart in enumerate(other):
            row.append(above[place] + 1 if character == counterpart else max(above[place + 1], row[place]))
    return row[-1]


@given(texts, texts)
def test_likeness_is_the_formula_that_is_documented(one: str, other: str) -> None:
    """Thresholds were chosen for this measure; a library's next version may mean another."""
    bare = "".join(one.split()), "".join(other.split())
    length = len(bare[0]) + len(bare[1])
    assert similarity(one, other) == pytest.approx(2 * longest_common(*bare) / length if length else 1.0)


@given(texts, texts)
def test_likeness_has_no_direction(one: str, other: str) -> None:
    """Else it would depend on which of two versions came first."""
    assert similarity(one, other) == similarity(other, one)


def test_white_space_does_not_count() -> None:
    """A page wraps its lines, a JSON file has paragraphs, and both print the same article."""
    assert similarity(HARBOUR, HARBOUR.replace("，", "，\n　　")) == 1.0


@pytest.mark.parametrize(("least", "expected"), [(0.0, 0.8), (0.8, 0.8), (0.81, 0.0)])
def test_too_little_likeness_is_none(least: float, expected: float) -> None:
    """Callers ask for `at least so much` and read the result as yes or no."""
    assert similarity("港区二期开", "港区二期湖", least) == expected


def test_one_corrected_figure_changes_little() -> None:
    """This is the most frequent correction; it must be far above the threshold."""
    assert similarity(HARBOUR, HARBOUR.replace("十二亿", "十三亿")) > 0.95


def test_unrelated_texts_are_far_below_the_thresholds() -> None:
    """Chinese texts share common characters; that must not make one article of two."""
    assert similarity(HARBOUR, LAKE) < 0.4


@given(st.lists(texts, max_size=8), st.lists(texts, max_size=8), st.sampled_from([0.1, 0.5, 0.8, 1.0]))
def test_pairs_are_those_of_comparing_each_with_each(ones: list[str], others: list[str], least: float) -> None:
    """The filter before the comparison may save time, never a pair."""
    expected = [
        (likeness, i, j)
        for i, one in enumerate(ones)
        for j, other in enumerate(others)
        if (likeness := similarity(one, other, least))
    ]
    assert sorted(similar_pairs(ones, others, least)) == sorted(expected)


def test_among_many_alike_the_best_is_compared() -> None:
    """Where all are near, only the nearest are compared: the right one has to be among them."""
    forms = [f"第{number:03}号公告：{HARBOUR}" for number in range(200)]
    best = max(similar_pairs([forms[123]], forms))
    assert best == (1.0, 0, 123)


def form(name: str, figures: Sequence[float]) -> str:
    """Fill in a daily report on a fund."""
    parts = "".join(
        f"近{number}个月收益率{figure}%，同类排名{figure * 100:.0f}。" for number, figure in enumerate(figures)
    )
    return f"{name}最新单位净值为{figures[0]}元，累计净值为{figures[1]}元。{parts}"


FUND = form("中海环保混合", [1.8, 2.1, 3.4, 0.6, 7.9, 5.5])


def test_a_form_filled_in_twice_is_told_from_a_reprint() -> None:
    """Daily reports on two funds share nine characters of ten, and say nothing of each other."""
    other = form("中海能源混合", [1.3, 2.7, 4.4, 0.9, 6.8, 1.5])
    assert similarity(FUND, other) >= SAME_ARTICLE
    assert is_same_form(FUND, other)


@pytest.mark.parametrize("changed", [FUND, FUND.replace("7.9%", "7.8%"), FUND + "（记者王五）", HARBOUR])
def test_a_few_corrected_figures_make_no_other_form(changed: str) -> None:
    """A correction of some figures must stay the same article."""
    assert not is_same_form(FUND, changed)


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ((HARBOUR, LAKE), []),
        ((HARBOUR, LAKE, HARBOUR), [[0, 2]]),
        ((HARBOUR, LAKE, HARBOUR.replace("十二亿", "十三亿")), [[0, 2]]),
        ((HARBOUR, f"本报讯（记者李四）{HARBOUR}"), [[0, 1]]),
        ((HARBOUR, HARBOUR + LAKE), []),
        ((LAKE, HARBOUR, HARBOUR.replace("，", "，\n"), LAKE), [[0, 3], [1, 2]]),
        (("停水。", "停电。", "停水。"), [[0, 2]]),
        ((), []),
    ],
    ids=["others", "equal", "one figure", "a line on top", "half of it", "two groups", "short", "none"],
)
def test_near_duplicates(bodies: tuple[str, ...], expected: list[list[int]]) -> None:
    """A reader who asks once must not be told the same article twice, nor lose another one."""
    assert groups(*bodies) == expected


def test_a_chain_of_versions_is_one_group() -> None:
    """A third version may be far from the first; the second shows that all are one article."""
    first, second, third = HARBOUR + LAKE[:20], HARBOUR, HARBOUR[-40:]
    assert not similarity(first, third, SAME_ARTICLE)
    assert groups(first, second, third) == [[0, 1, 2]]


def test_reports_made_from_one_form_are_no_duplicates() -> None:
    """Each fund's report is the only source of its figures."""
    closing = "以上数据由行情系统自动生成仅供参考。"
    assert groups(FUND + closing, form("中海能源混合", [1.3, 2.7, 4.4, 0.9, 6.8, 1.5]) + closing) == []


def test_a_stock_phrase_suggests_nothing() -> None:
    """A closing line in every article would make each a suspect of each, and time quadratic."""
    closing = "欢迎拨打市长热线反映您身边的问题。"
    bodies = [f"{chr(0x4E00 + number) * 9}。{closing}" for number in range(30)]
    assert groups(*bodies) == []


def test_duplicates_in_the_news_are_real(shared_data: Path) -> None:
    """Of 5,000 crawled articles some hundred came from two sources; each must have its like in its group."""
    articles = load(shared_data / "news" / "articles.jsonl.gz").articles[:5_000]
    found = near_duplicates(articles)
    assert 100 < len(found) < 200
    for group in found:
        for one in group:
            assert any(similarity(one.body, other.body, SAME_ARTICLE) for other in group if other is not one)
