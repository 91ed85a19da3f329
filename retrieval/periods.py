"""Periods of days that expressions of time name; relative ones count from the day of the question."""

from __future__ import annotations

import calendar
import datetime
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from corpus.times import PartialDate, TimeKind, TimeMention, time_mentions

if TYPE_CHECKING:
    from collections.abc import Callable

Period: TypeAlias = tuple[datetime.date | None, datetime.date | None]  # the first day and the last; None where open

RECENT_MONTHS = 1  # 最近 means days or weeks in news: a month includes them, and the user is shown its first day
SEVERAL = 9  # 几 is nine at most; a period that is too long excludes nothing
LONGEST_WORDS = 40  # characters of 自2025年6月30日至2025年12月31日 and the like
_UNDATED = frozenset({TimeKind.RELATIVE, TimeKind.DURATION, TimeKind.DECADE, TimeKind.PLAN_PERIOD})

_RECENT = re.compile("最近|最新|新近|近期|近日|近来")
_STRETCH = re.compile(
    r"(?P<lead>(?:最近|过去|近|这)[的这]?)?(?P<count>\d{1,3}|十五|[二三]十|[一二两三四五六七八九十半几数])"
    r"(?P<unit>小时|[天日周年]|个?(?:星期|礼拜|月|季度))(?P<within>[以之]?内|以?来|里|间)?"
)
_COUNTS: dict[str, float] = {numeral: count for count, numeral in enumerate("一二三四五六七八九十", 1)}
_COUNTS |= {"半": 0.5, "两": 2, "十五": 15, "二十": 20, "三十": 30, "几": SEVERAL, "数": SEVERAL}
_MONTHS = {"月": 1, "季度": 3, "年": 12}
_DAYS = {"小时": 1 / 24, "天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
MONTH_DAYS = 30  # 半个月 is half of them
_WEEK = re.compile("(?P<last>上个?)?(?(last)|(?:本|这个?))(?:周|星期|礼拜)")
_POINTS: tuple[tuple[re.Pattern[str], Callable[[datetime.date], str]], ...] = tuple(
    (re.compile(pattern), date)
    for pattern, date in (
        ("今年|本年度?", lambda today: f"{today.year}年"),
        ("去年", lambda today: f"{today.year - 1}年"),
        ("前年", lambda today: f"{today.year - 2}年"),
        ("(?:本|这个?)月", lambda today: f"{today.year}年{today.month}月"),
        ("上个?月", lambda today: f"{_months_before(today, 1):%Y年%m月}"),
        ("今[天日]", lambda today: today.isoformat()),
        ("昨[天日]", lambda today: (today - datetime.timedelta(1)).isoformat()),
        ("前天", lambda today: (today - datetime.timedelta(2)).isoformat()),
    )
)
_SIDE = re.compile("(?P<before>以前|之前|前)|以后|之后|后|以来|至今|起")


def read_period(text: str, start: int, today: datetime.date | None) -> tuple[Period, int] | None:
    """Parse the expression of time at an offset, and return the period and the offset of the expression's end.

    None if there is no expression that tells a period, or if its date does not exist (2月30日).

    Args:
        text: normalised.
        start: the offset at which the expression starts.
        today: the day that 最近 and 本月 count from, and by which a bare 7月 is the latest July; None if unknown.
    """
    try:
        if today and (relative := _read_relative(text, start, today)):
            return relative
        return _read_date(text, start, today)
    except (ValueError, OverflowError):  # 2月30日; the year before the first
        return None


def _read_relative(text: str, start: int, today: datetime.date) -> tuple[Period, int] | None:
    """Parse an expression at an offset that counts from today (最近三个月, 一周内, 本周); None if none is there."""
    stretch = _STRETCH.match(text, start)
    if stretch and (stretch["lead"] or stretch["within"]):
        return (_days_ago(today, stretch["count"], stretch["unit"].removeprefix("个")), None), stretch.end()
    if week := _WEEK.match(text, start):
        monday = today - datetime.timedelta(today.weekday() + (7 if week["last"] else 0))
        return (monday, monday + datetime.timedelta(6)), week.end()
    if recent := _RECENT.match(text, start):
        return (_months_before(today, RECENT_MONTHS), None), recent.end()
    return None


def _days_ago(today: datetime.date, numeral: str, unit: str) -> datetime.date:
    """Return the day that lies `numeral` times `unit` before today; 半个月 is 15 days, 几 is SEVERAL."""
    count = _COUNTS.get(numeral) or int(numeral)
    part, months = math.modf(count * _MONTHS.get(unit, 0))
    days = math.ceil(count * _DAYS.get(unit, 0) + part * MONTH_DAYS)
    return _months_before(today, int(months)) - datetime.timedelta(days)


def _months_before(day: datetime.date, months: int) -> datetime.date:
    """Return the same day of the month that is `months` months earlier; the last day of that month if it is shorter."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _read_date(text: str, start: int, today: datetime.date | None) -> tuple[Period, int] | None:
    """Parse a date or a calendar period at an offset (7月19日, 今年上半年, 2025年6月以后); None if none is there.

    Raises:
        ValueError: the date does not exist (2月30日), or is before the year 1.
    """
    words = _with_date(text[start : start + LONGEST_WORDS], today)
    mention = next((mention for mention in time_mentions(words) if mention.start == 0), None)
    period = _period(mention, today) if mention else None
    if mention is None or period is None:
        return None
    side = _SIDE.match(words, mention.end)
    end = side.end() if side else mention.end
    if side and period[0]:
        period = (None, period[0] - datetime.timedelta(1)) if side["before"] else (period[0], None)
    return period, min(start + LONGEST_WORDS, len(text)) - (len(words) - end)


def _with_date(words: str, today: datetime.date | None) -> str:
    """Replace 今年, 上个月, 昨天 or the like at the beginning by its date: in 2025, 去年上半年 becomes 2024年上半年.

    Words that begin otherwise are returned unchanged, as are all words if `today` is None.
    """
    for point, date in _POINTS if today else ():
        if match := point.match(words):
            return date(today) + words[match.end() :] if today else words
    return words


def _period(mention: TimeMention, today: datetime.date | None) -> Period | None:
    """Return the first and the last day of the time that a mention names; the last is None if its end is open.

    Args:
        mention: an expression of time.
        today: the day by which a date without a year is the latest one that has begun; None if unknown.

    Returns:
        The period; None for the kinds in `_UNDATED`, if the year is unknown, or if the end is before the beginning.

    Raises:
        ValueError: the date does not exist (2月30日), or is before the year 1.
    """
    first, last = mention.first, mention.last
    if mention.kind in _UNDATED or first is None:
        return None
    year = first.year or (last.year if last else None) or (_latest_year(first, today) if today else None)
    if year is None:
        return None
    begin = datetime.date(year, first.month or 1, first.day or 1)
    if last is None:
        return begin, None
    if last.year is None:
        last = replace(last, year=year + ((last.month or 12) < begin.month))  # 11月至2月
    end = _last_day(last)
    return (begin, end) if begin <= end else None


def _latest_year(date: PartialDate, today: datetime.date) -> int:
    """Return the latest year in which a date without a year has begun by today; a month begins on its first day."""
    return today.year - ((date.month or 1, date.day or 1) > (today.month, today.day))


def _last_day(date: PartialDate) -> datetime.date:
    """Return the last day of a year, a month or a single day; the year must be known."""
    year, month = date.year or 0, date.month or 12
    return datetime.date(year, month, date.day or calendar.monthrange(year, month)[1])
