"""Words of time become days, counted from the day they are said on."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import normalize
from retrieval.periods import Period, read_period

TODAY = datetime.date(2025, 7, 19)  # a Saturday
WORDS = st.lists(
    st.sampled_from("最近 过去 近 这 三 半 几 十五 999 个 月 周 年 天 日 2025 7 30 至 以前 今年 上个月".split())
)


def days(words: str, today: datetime.date | None = TODAY) -> str:
    """The period that some words name, as `first/last`; empty where they name none."""
    found = read_period(normalize(words).text, 0, today)
    return "/".join(str(day or "") for day in found[0]) if found else ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("最近", "2025-06-19/"),
        ("近期", "2025-06-19/"),
        ("最新", "2025-06-19/"),
        ("最近一周", "2025-07-12/"),
        ("近两周", "2025-07-05/"),
        ("最近三天", "2025-07-16/"),
        ("最近15天", "2025-07-04/"),
        ("过去二十天", "2025-06-29/"),
        ("这几天", "2025-07-10/"),
        ("过去24小时", "2025-07-18/"),
        ("最近一个月", "2025-06-19/"),
        ("近三个月", "2025-04-19/"),
        ("最近一个季度", "2025-04-19/"),
        ("最近半年", "2025-01-19/"),
        ("半个月内", "2025-07-04/"),
        ("一年以内", "2024-07-19/"),
        ("近三年", "2022-07-19/"),
        ("本周", "2025-07-14/2025-07-20"),
        ("这个星期", "2025-07-14/2025-07-20"),
        ("上周", "2025-07-07/2025-07-13"),
        ("上个星期", "2025-07-07/2025-07-13"),
        ("本月", "2025-07-01/2025-07-31"),
        ("这个月", "2025-07-01/2025-07-31"),
        ("本月18日", "2025-07-18/2025-07-18"),
        ("上个月", "2025-06-01/2025-06-30"),
        ("今年", "2025-01-01/2025-12-31"),
        ("今年上半年", "2025-01-01/2025-06-30"),
        ("今年6月以来", "2025-06-01/"),
        ("去年12月", "2024-12-01/2024-12-31"),
        ("前年", "2023-01-01/2023-12-31"),
        ("今天", "2025-07-19/2025-07-19"),
        ("昨日", "2025-07-18/2025-07-18"),
        ("前天", "2025-07-17/2025-07-17"),
        ("7月19日", "2025-07-19/2025-07-19"),
        ("7月20日", "2024-07-20/2024-07-20"),
        ("8月", "2024-08-01/2024-08-31"),
        ("6月至7月", "2025-06-01/2025-07-31"),
        ("11月至2月", "2024-11-01/2025-02-28"),
        ("第二季度", "2025-04-01/2025-06-30"),
    ],
)
def test_relative_words_count_from_today(words: str, expected: str) -> None:
    """Who says 最近 means now; a month without its year is the latest."""
    assert days(words) == expected
    assert days(words, None) == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2025年", "2025-01-01/2025-12-31"),
        ("2024年2月", "2024-02-01/2024-02-29"),
        ("2025年7月19日", "2025-07-19/2025-07-19"),
        ("2025-07-19", "2025-07-19/2025-07-19"),
        ("二〇二五年七月", "2025-07-01/2025-07-31"),
        ("2025年7月1日到19日", "2025-07-01/2025-07-19"),
        ("2024年至2025年", "2024-01-01/2025-12-31"),
        ("2025年6月以后", "2025-06-01/"),
        ("2025年6月后", "2025-06-01/"),
        ("自2025年6月", "2025-06-01/"),
        ("2025年6月以前", "/2025-05-31"),
        ("2025年6月之前", "/2025-05-31"),
    ],
)
def test_dates_need_no_clock(words: str, expected: str) -> None:
    """They say all that has to be known."""
    assert days(words) == days(words, None) == expected


@pytest.mark.parametrize(
    "words", ["2025年2月30日", "2月30日", "99年", "三天", "两年", "十四五期间", "年底", "宜昌", "明年", ""]
)
def test_what_names_no_period_gives_none(words: str) -> None:
    """How long is not when; and no calendar has such a day."""
    assert days(words) == ""


@pytest.mark.parametrize(("today", "expected"), [("2024-03-31", "2024-02-29/"), ("2025-01-05", "2024-12-05/")])
def test_a_month_ago_is_in_the_month_before(today: str, expected: str) -> None:
    """Months have different lengths, and January one in another year."""
    assert days("最近", datetime.date.fromisoformat(today)) == expected


def test_the_words_end_where_the_time_does() -> None:
    """What follows decides whether they limit anything."""
    text = "去年12月发布的文章"
    found = read_period(text, 0, TODAY)
    assert found is not None
    assert text[found[1] :] == "发布的文章"


@given(words=WORDS.map("".join) | st.text(max_size=20), today=st.dates())
def test_any_words_on_any_day_are_no_error(words: str, today: datetime.date) -> None:
    """People type anything."""
    found = read_period(normalize(words).text, 0, today)
    period: Period = found[0] if found else (datetime.date.min, None)
    assert period[0] or period[1]
    assert not (period[0] and period[1]) or period[0] <= period[1]
