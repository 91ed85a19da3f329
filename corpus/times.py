"""Finds the times that a text names, from its words alone: without a clock, and without guessing a year."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.text import normalize
from corpus.time_patterns import (
    CALENDAR,
    DECADE,
    DURATION,
    ERA_YEAR,
    PART_OF_YEAR,
    PLAN_PERIOD,
    RELATIVE,
    YEAR_DECADE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_CACHED_TEXTS = 4096  # a question looks at the same sentences and clauses several times


class TimeKind(StrEnum):
    """The kind of a time mention."""

    YEAR = "year"  # 2016年度, 二〇一九年, 公元前221年
    MONTH = "month"  # 2019年10月
    DAY = "day"  # 2019年10月31日, 2025-07-19
    BARE_MONTH = "bare-month"  # 10月, without a year
    BARE_DAY = "bare-day"  # 10月31日, without a year
    RANGE = "range"  # 2016年至2020年, 1-10月
    SINCE = "since"  # 1992年以来, 自2019年10月, 2020年起: without an end
    PART_OF_YEAR = "part-of-year"  # 2024年上半年, 第二季度, Q3, 2024年底, 年初
    DECADE = "decade"  # 20世纪90年代
    PLAN_PERIOD = "plan-period"  # “十四五”期间
    RELATIVE = "relative"  # 去年10月, 近三年, 当天: depends on when the text was written
    DURATION = "duration"  # 3年, 15个工作日: a length of time, no date


@dataclass(frozen=True, slots=True)
class PartialDate:
    """The parts of a date that a text names; the others are None."""

    year: int | None = None  # negative for BC: -221 is 公元前221年
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeMention:
    """A time that a text names at `text[start:end]`."""

    start: int
    end: int
    kind: TimeKind
    #: when the time begins; None if the text names no calendar date
    first: PartialDate | None = None
    #: when it ends; equal to `first` for a single time; None also if the end is open
    last: PartialDate | None = None

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year; twice the first if the end is open; None if a year is not named."""
        last = self.last or self.first
        if not self.first or not last or self.first.year is None or last.year is None:
            return None
        return self.first.year, last.year


_Interpretation = tuple[TimeKind, PartialDate | None, PartialDate | None]
_Groups = dict[str, str | None]  # the named groups of a match

_ARABIC = str.maketrans("〇零○一二两三四五六七八九", "0001223456789")


@lru_cache(_CACHED_TEXTS)
def time_mentions(text: str) -> tuple[TimeMention, ...]:
    """Return the times that a text names, in order and without overlaps; of two that begin together, the longer.

    One that begins within another is left out. The result is cached.

    Args:
        text: Simplified or Traditional, with digits of any width; the mentions' offsets refer to it.
    """
    plain = normalize(text)
    mentions: list[TimeMention] = []
    end = 0
    for mention in sorted(_candidates(plain.text), key=lambda mention: (mention.start, -mention.end)):
        if mention.start >= end:
            start, stop = plain.original(mention.start, mention.end)
            mentions.append(replace(mention, start=start, end=stop))
            end = mention.end
    return tuple(mentions)


def years(text: str) -> frozenset[int]:
    """Return the years that a text names or spans: three for 2016年至2018年, one for 1992年以来, none for 去年."""
    spans = (mention.years for mention in time_mentions(text))
    return frozenset(year for span in spans if span for year in range(span[0], span[1] + 1))


def _candidates(plain: str) -> Iterator[TimeMention]:
    """Yield a mention for each match of each rule in a normalised text; they overlap and are not in order."""
    for needed, pattern, interpret in _RULES:
        for match in pattern.finditer(plain) if needed.search(plain) else ():
            if interpretation := interpret(match.groupdict()):
                kind, first, last = interpretation
                end = match.start() + len(match[0].rstrip())
                yield TimeMention(start=match.start(), end=end, kind=kind, first=first, last=last)


def _calendar(groups: _Groups) -> _Interpretation | None:
    """Interpret a date or a range; the end of a range takes over what it doesn't repeat (2016年3月至10月).

    None if a range ends before it begins.
    """
    first = PartialDate(*(_number(groups.get(name)) for name in ("y1", "m1", "d1")))
    last = PartialDate(*(_number(groups.get(name)) for name in ("y2", "m2", "d2")))
    if last == PartialDate():
        is_open = bool(groups.get("since") or groups.get("onward"))
        return (TimeKind.SINCE, first, None) if is_open else (_kind(first), first, first)
    if last.year is None:
        last = replace(last, year=first.year, month=last.month or first.month)
    # 2019年10月至3月 must not end in March 2019: such a range is not taken as one, so its parts are found separately.
    return None if first.year and _order(last) < _order(first) else (TimeKind.RANGE, first, last)


def _kind(date: PartialDate) -> TimeKind:
    """Return the kind of a single date: that of its smallest part that is known."""
    if date.day:
        return TimeKind.DAY if date.year else TimeKind.BARE_DAY
    if date.month:
        return TimeKind.MONTH if date.year else TimeKind.BARE_MONTH
    return TimeKind.YEAR


def _order(date: PartialDate) -> tuple[int, int, int]:
    """Return a sort key: an unknown year is 0, an unknown month or day the last one."""
    return date.year or 0, date.month or 12, date.day or 31


def _era_year(groups: _Groups) -> _Interpretation:
    """Interpret 公元 and 公元前; a year BC is negative."""
    year = _number(groups["year"]) or 0
    date = PartialDate(-year if groups["before"] else year)
    return TimeKind.YEAR, date, date


def _part_of_year(groups: _Groups) -> _Interpretation:
    """Return the months of halves and quarters; for 年底 and 年初 only the year, if it is written."""
    year, part = _number(groups["y1"]), groups["part"] or ""
    if "半年" in part:
        first, last = (1, 6) if part[0] == "上" else (7, 12)
    elif digit := re.search("[一二两三四1-4]", part):
        last = 3 * (_number(digit[0]) or 0)
        first = 1 if part[0] == "前" else last - 2
    else:
        date = PartialDate(year) if year else None
        return TimeKind.PART_OF_YEAR, date, date
    return TimeKind.PART_OF_YEAR, PartialDate(year, first), PartialDate(year, last)


def _decade(groups: _Groups) -> _Interpretation:
    """Return years only for a numbered century: which one 上世纪 is depends on when the text was written.

    20世纪八九十年代 is 1980 to 1999.
    """
    century, first = _number(groups["century"]), _number(groups["first"]) or 0
    if not century:
        return TimeKind.DECADE, None, None
    begin, last = 100 * (century - 1), _number(groups["last"]) or first
    return TimeKind.DECADE, PartialDate(begin + 10 * first), PartialDate(begin + 10 * last + 9)


def _year_decade(groups: _Groups) -> _Interpretation:
    """Return the ten years of a decade that is named by its first year: 1990年代."""
    year = _number(groups["year"]) or 0
    return TimeKind.DECADE, PartialDate(year), PartialDate(year + 9)


def _plan_period(groups: _Groups) -> _Interpretation:
    """Return the years of the n-th five-year plan: from 1953 and 1958, then every five years from 1966.

    初期 is its first year only, 末期 its last.
    """
    ordinal, when = _number(groups["plan"]) or 0, groups["when"] or ""
    begin = 1966 + 5 * (ordinal - 3) if ordinal > 2 else 1953 + 5 * (ordinal - 1)
    first = PartialDate(begin + 4 if when.startswith(("末", "收官")) else begin)
    last = PartialDate(begin if when.startswith(("初", "开局")) else begin + 4)
    return TimeKind.PLAN_PERIOD, first, last


def _relative(_: _Groups) -> _Interpretation:
    """Return the kind alone: the text names no calendar date."""
    return TimeKind.RELATIVE, None, None


def _duration(_: _Groups) -> _Interpretation:
    """Return the kind alone: a length of time has no date."""
    return TimeKind.DURATION, None, None


def _number(numeral: str | None) -> int | None:
    """Return the value of 2019, 二〇一九, 十一 or 三十一; None for an empty or missing numeral."""
    if not numeral:
        return None
    tens, ten, ones = numeral.translate(_ARABIC).partition("十")
    return 10 * int(tens or 1) + int(ones or 0) if ten else int(tens)


# Each rule is tried on the whole text; of two that match the same span, the earlier counts.
_RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[_Groups], _Interpretation | None]], ...] = tuple(
    (re.compile(f"[{needed}]"), re.compile(pattern), interpret)
    for patterns, interpret in (
        (CALENDAR, _calendar),
        (ERA_YEAR, _era_year),
        (PART_OF_YEAR, _part_of_year),
        (DECADE, _decade),
        (YEAR_DECADE, _year_decade),
        (PLAN_PERIOD, _plan_period),
        (RELATIVE, _relative),
        (DURATION, _duration),
    )
    for needed, pattern in patterns
)
