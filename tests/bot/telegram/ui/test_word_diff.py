"""What became different between two texts, as somebody sees it who reads it once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.ui.word_diff import MOST, differences


def shown(before: str, after: str) -> list[str]:
    """Each difference as HTML."""
    return ["".join(run.html for run in (*old, *new)) for old, new in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("总投资200亿元。", "总投资180亿元。", ["总投资<b>200</b>亿元。总投资<b>180</b>亿元。"]),
        ("占地1,800亩", "占地1,900亩", ["占地<b>1,800</b>亩占地<b>1,900</b>亩"]),
        ("宝钢二期", "宝武二期", ["宝<b>钢</b>二期宝<b>武</b>二期"]),
        ("一样", "一样", []),
    ],
)
def test_what_changed_is_bold(before: str, after: str, told: list[str]) -> None:
    """A figure as a whole: nobody reads 2<b>0</b>0."""
    assert shown(before, after) == told


def test_what_is_far_apart_is_told_apart() -> None:
    """With a few words around each, and marks where more was left out."""
    text = "该项目总投资{}亿元，占地1800亩，建成后年产能60吉瓦时，计划2027年{}月投产。"
    first, second = differences(text.format(200, 6), text.format(180, 9))
    assert [run.text for run in first[0]] == ["该项目总投资", "200", "亿元，占地1800亩，…"]
    assert [run.text for run in second[1]] == ["…吉瓦时，计划2027年", "9", "月投产。"]


def test_what_was_written_anew_is_shown_as_a_whole() -> None:
    """A dozen shreds tell nobody anything."""
    before = "".join(f"{number}甲乙丙丁戊己庚辛" for number in range(MOST + 2))
    assert differences(before, before.replace("甲", "子")) != []
    ((old, new),) = differences(before, before.replace("甲", "子"))
    assert (old[0].text, new[0].text) == (before, before.replace("甲", "子"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_sides_are_slices(before: str, after: str) -> None:
    """Whatever is shown stands there."""
    for old, new in differences(before, after):
        for runs, text in ((old, before), (new, after)):
            words = [run.text for run in runs]
            assert "".join(words) in f"…{text}…" or "".join(words).strip("…") in text
