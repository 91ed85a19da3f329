"""Times that a text names, read off its words alone: no clock is asked, and a bare month borrows no year."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.text import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


REMEMBERED = 4096  # texts: a question looks at the same sentences and clauses several times


class TimeKind(StrEnum):
    """What sort of time a mention is."""

    YEAR = "year"  # 2016年度, 二〇一九年, 公元前221年
    MONTH = "month"  # 2019年10月
    DAY = "day"  # 2019年10月31日, 2025-07-19
    BARE_MONTH = "bare-month"  # 10月: the year isn't said
    BARE_DAY = "bare-day"  # 10月31日: likewise
    RANGE = "range"  # 2016年至2020年, 1-10月
    SINCE = "since"  # 1992年以来, 自2019年10月, 2020年起: no end is said
    PART_OF_YEAR = "part-of-year"  # 2024年上半年, 第二季度, Q3, 2024年底, 年初
    DECADE = "decade"  # 20世纪90年代
    PLAN_PERIOD = "plan-period"  # “十四五”期间
    RELATIVE = "relative"  # 去年10月, 近三年, 当天: known only to who knows when it was written
    DURATION = "duration"  # 3年, 15个工作日: how long, not when


@dataclass(frozen=True, slots=True)
class PartialDate:
    """As much of a date as a text says."""

    year: int | None = None  # negative before our era
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeMention:
    """Where a text names a time.

    Attributes:
        first: as much of its beginning as is said; None where nothing of the calendar is said.
        last: likewise of its end; equal to `first` for a single time, None also where the end is open.
    """

    start: int
    end: int
    kind: TimeKind
    first: PartialDate | None = None
    last: PartialDate | None = None

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year where the text says them; of an open time twice the year it begins."""
        last = self.last or self.first
        if not self.first or not last or self.first.year is None or last.year is None:
            return None
        return self.first.year, last.year


_Reading = tuple[TimeKind, PartialDate | None, PartialDate | None]
_Said = dict[str, str | None]  # the named groups of a match

_ARABIC = str.maketrans("〇零○一二两三四五六七八九", "0001223456789")
_ZEROS, _ONES = "〇零○", "一二三四五六七八九"
_YEAR = rf"(?<![\d第])[12]\d{{3}}(?!\d)|(?<![{_ZEROS}{_ONES}])[一二][{_ZEROS}{_ONES}]{{3}}"
_YEAR_UNIT = "[财学]?年(?!代|级|的?历史|之久)(?:度(?![过假]))?"
_MONTH = rf"1[0-2]|0?[1-9]|十[一二]?|[{_ONES}]"
_DAY = rf"3[01]|[12]\d|0?[1-9]|三十一?|二?十[{_ONES}]?|[{_ONES}]"
_Y1, _Y2 = (rf"(?P<y{n}>{_YEAR}) ?{_YEAR_UNIT} ?" for n in (1, 2))
_M1, _M2 = (rf"(?P<m{n}>{_MONTH}) ?月(?:份|[上中下]旬|[底末]|初(?!步))? ?" for n in (1, 2))
_D1, _D2 = (rf"(?P<d{n}>{_DAY}) ?[日号]" for n in (1, 2))
_ALONE = rf"(?<![\d.十{_ONES}])"  # before a month without its year: neither 3.10月 nor 二十一月
_TO = " ?(?:[至到]|[-—–―~〜]{1,2}) ?"
_SINCE = "(?P<since>(?<![来各独出亲源])自)?"  # not 来自2019年的
_ONWARD = "(?P<onward>以来|至今|以后|之后|开始|起(?![草步点诉源飞航伏吊]))?"
_IN_DIGITS = (
    r"(?<![\d.-])(?P<y1>[12]\d{3})(?P<mark>[-/.])(?P<m1>1[0-2]|0?[1-9])(?P=mark)(?P<d1>3[01]|[12]\d|0?[1-9])"
    r"(?!\d|[.-]\d)"
)
_PART = r"[上下]半年|前[两二三]季度|第?(?<!\d)[一二三四1-4]季度(?!假)|(?<![a-z])q[1-4](?![a-z\d])"
_EDGE = "底(?![部层线气蕴盘])|末(?![端尾])|初(?![步级期创次衷心中见])"

# Words that longer ones hide (投产后年产值, 两次年会) count only at the start of a clause or after a word that
# leads up to a time.
_FREE = "(?:(?<![一-鿿])|(?<=[在于自从至到是比较和与及同的]))"
_THAT_YEAR = (
    "(?:今年|(?<![过失])去年(?!轻|龄|代)|(?<![文说表证声发])明年|(?<![相应适担])当年(?!轻|龄|代)|翌年|(?<![成基])本年度|上一?年度"
    f"|{_FREE}(?:[前后]年(?![产均])|上年|次年|同年(?![龄级代份])))"
)
_THAT_DAY = (
    "(?<![附临接靠将趋])近年来?|近些年来?|近期|(?<![附临接靠将最])近日|近来|最近|今后|如今|当前|当[月日天晚]"
    rf"|(?<![体表实出呈发展再])现在|(?<![项科题条节])目前(?![期景])|(?<![\d十{_ONES}节假生])日前"
    "|[今昨明]天|[今昨]日|(?<!光)明日|(?<!基)本[月周]|[上下]个月|(?<!合)同期|翌日|(?<![全半整周一二两三四五六七八九十百几数多])年内"
    f"|{_FREE}(?:[上下][月周]|次日|同[月日])"
)
_AMOUNT = rf"(?:\d{{1,3}}|[两十百几数{_ONES}]{{1,3}})[多余]?"
_LAST_OR_NEXT = (
    f"(?:最近|过去|未来|今后|此后|往后|接下来|(?<![附临接靠将])近)的? ?{_AMOUNT}(?:[-—~至到]{_AMOUNT})? ?"
    "(?:个?[年月周天日]|个?季度)(?:以来|[来间内里])?"
)
_COUNT = (
    rf"(?:(?<![\d.,第])\d{{1,4}}(?:\.\d{{1,2}})?"
    rf"|(?<![第每同统唯逐上下个十两百千几数半{_ONES}])[十两百千几数半{_ONES}]{{1,4}})[余多来]? ?"
)
_HOW_LONG = (
    f"{_COUNT}(?:周年|年半(?!导)|年(?![级代轻龄份])|个半?(?:月|小时)|(?<=半)月|个季度|天|周(?![年边岁期围转末])|日(?=内|之内)"
    "|个?(?:星期|小时|工作日|交易日))"
)
_TENS = rf"(?<!\d)(?P<first>[1-9{_ONES}])[0十]?(?:[、至到—-]?(?P<last>[1-9{_ONES}])[0十])?年代(?:[中后初末]期|初|末)?"
_PLAN_PART = "(?:规划|计划)?(?P<when>期间|时期|末期?|初期?|开局之年|收官之年)?"
_OPENING, _CLOSING = "[“\"「『‘']", "[”\"」』’']"
_PLAN = (
    rf"(?P<quote>{_OPENING})?(?<![二三四五六七八九])(?P<plan>十[{_ONES}])五(?(quote){_CLOSING})"
    rf"(?![岁个人百千万亿点名家]){_PLAN_PART}"
)


@lru_cache(REMEMBERED)
def time_mentions(text: str) -> tuple[TimeMention, ...]:
    """The times that a text names, in its order and without overlaps: of two that begin together the longer.

    Args:
        text: Simplified or Traditional, with digits of any width; the mentions' offsets are its own.
    """
    plain = normalize(text)
    found: list[TimeMention] = []
    end = 0
    for mention in sorted(_candidates(plain.text), key=lambda mention: (mention.start, -mention.end)):
        if mention.start >= end:
            start, stop = plain.original(mention.start, mention.end)
            found.append(replace(mention, start=start, end=stop))
            end = mention.end
    return tuple(found)


def years(text: str) -> frozenset[int]:
    """The years that a text names or spans: 2016年至2018年 are three, 1992年以来 is one, 去年 is none."""
    spans = (mention.years for mention in time_mentions(text))
    return frozenset(year for span in spans if span for year in range(span[0], span[1] + 1))


def _candidates(plain: str) -> Iterator[TimeMention]:
    for needed, pattern, read in _RULES:
        for match in pattern.finditer(plain) if needed.search(plain) else ():
            if reading := read(match.groupdict()):
                kind, first, last = reading
                end = match.start() + len(match[0].rstrip())
                yield TimeMention(start=match.start(), end=end, kind=kind, first=first, last=last)


def _calendar(said: _Said) -> _Reading | None:
    """Read a date or a range; what the end of a range doesn't repeat is the beginning's (2016年3月至10月)."""
    first = PartialDate(*(_number(said.get(name)) for name in ("y1", "m1", "d1")))
    last = PartialDate(*(_number(said.get(name)) for name in ("y2", "m2", "d2")))
    if last == PartialDate():
        is_open = bool(said.get("since") or said.get("onward"))
        return (TimeKind.SINCE, first, None) if is_open else (_kind(first), first, first)
    if last.year is None:
        last = replace(last, year=first.year, month=last.month or first.month)
    # 2019年10月至3月 must not become March 2019: then the two are read one by one.
    return None if first.year and _order(last) < _order(first) else (TimeKind.RANGE, first, last)


def _kind(date: PartialDate) -> TimeKind:
    if date.day:
        return TimeKind.DAY if date.year else TimeKind.BARE_DAY
    if date.month:
        return TimeKind.MONTH if date.year else TimeKind.BARE_MONTH
    return TimeKind.YEAR


def _order(date: PartialDate) -> tuple[int, int, int]:
    return date.year or 0, date.month or 12, date.day or 31


def _era_year(said: _Said) -> _Reading:
    year = _number(said["year"]) or 0
    date = PartialDate(-year if said["before"] else year)
    return TimeKind.YEAR, date, date


def _part_of_year(said: _Said) -> _Reading:
    """Halves and quarters have their months by definition; 年底 has none."""
    year, part = _number(said["y1"]), said["part"] or ""
    if "半年" in part:
        first, last = (1, 6) if part[0] == "上" else (7, 12)
    elif digit := re.search("[一二两三四1-4]", part):
        last = 3 * (_number(digit[0]) or 0)
        first = 1 if part[0] == "前" else last - 2
    else:
        date = PartialDate(year) if year else None
        return TimeKind.PART_OF_YEAR, date, date
    return TimeKind.PART_OF_YEAR, PartialDate(year, first), PartialDate(year, last)


def _decade(said: _Said) -> _Reading:
    """Years only where the century has its number: to tell which one 上世纪 is, one needs a clock."""
    century, first = _number(said["century"]), _number(said["first"]) or 0
    if not century:
        return TimeKind.DECADE, None, None
    begin, last = 100 * (century - 1), _number(said["last"]) or first
    return TimeKind.DECADE, PartialDate(begin + 10 * first), PartialDate(begin + 10 * last + 9)


def _year_decade(said: _Said) -> _Reading:
    year = _number(said["year"]) or 0
    return TimeKind.DECADE, PartialDate(year), PartialDate(year + 9)


def _plan_period(said: _Said) -> _Reading:
    """The n-th five-year plan: 1953 and 1958 for the first two, then from 1966 every five years."""
    ordinal, when = _number(said["plan"]) or 0, said["when"] or ""
    begin = 1966 + 5 * (ordinal - 3) if ordinal > 2 else 1953 + 5 * (ordinal - 1)
    first = PartialDate(begin + 4 if when.startswith(("末", "收官")) else begin)
    last = PartialDate(begin if when.startswith(("初", "开局")) else begin + 4)
    return TimeKind.PLAN_PERIOD, first, last


def _relative(_: _Said) -> _Reading:
    return TimeKind.RELATIVE, None, None


def _duration(_: _Said) -> _Reading:
    return TimeKind.DURATION, None, None


def _number(numeral: str | None) -> int | None:
    """The value of 2019, 二〇一九, 十一 or 三十一."""
    if not numeral:
        return None
    tens, ten, ones = numeral.translate(_ARABIC).partition("十")
    return 10 * int(tens or 1) + int(ones or 0) if ten else int(tens)


# Each is tried on the whole text; where two match the same span the earlier one counts. All repetitions are
# bounded, so the time stays in proportion to the text. The characters before it are those of which a text that it
# matches holds one: most texts hold few of them, and are read twice as fast for it.
_RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[_Said], _Reading | None]], ...] = tuple(
    (re.compile(f"[{needed}]"), re.compile(pattern), read)
    for needed, pattern, read in (
        (
            "年",
            rf"{_SINCE}(?P<y1>{_YEAR}) ?(?:{_YEAR_UNIT} ?(?:{_M1}(?:{_D1})?)?)?{_TO}{_Y2}(?:{_M2}(?:{_D2})?)?",
            _calendar,
        ),
        ("(", rf"(?<=\()(?P<y1>{_YEAR}){_TO}(?P<y2>{_YEAR})(?=\))", _calendar),  # a plan's title: 规划（2021—2035）
        ("月", rf"{_SINCE}(?:{_Y1}|{_ALONE})(?P<m1>{_MONTH})(?: ?月份?(?: ?{_D1})?)?{_TO}{_M2}(?:{_D2})?", _calendar),
        ("月", rf"{_SINCE}(?:{_Y1}|{_ALONE}){_M1}(?P<d1>{_DAY}) ?[日号]?{_TO}{_D2}", _calendar),
        ("年", rf"{_SINCE}{_Y1}(?:{_M1}(?:{_D1})?)?{_ONWARD}", _calendar),
        ("月", rf"{_SINCE}{_ALONE}{_M1}(?:{_D1})?{_ONWARD}", _calendar),
        ("12", _IN_DIGITS, _calendar),
        ("元", r"公元(?P<before>前)? ?(?P<year>\d{1,4}) ?年", _era_year),
        ("年季q", rf"(?P<y1>{_YEAR}) ?(?:{_YEAR_UNIT} ?)?(?P<part>{_PART}|(?:年|(?<=年))(?:{_EDGE}))", _part_of_year),
        ("年季q", rf"(?P<y1>(?!))?(?P<part>{_PART}|(?<![十百几数半多\d{_ONES}])年(?:{_EDGE}))", _part_of_year),
        ("代", rf"(?:(?P<century>(?<!\d)\d{{1,2}}|十[七八九]|二十一?)世纪|(?:上个?|本)世纪)? ?{_TENS}", _decade),
        ("代", r"(?<!\d)(?P<year>[12]\d\d0)年代(?:[中后初末]期|初|末)?", _year_decade),
        ("五", _PLAN, _plan_period),
        ("五", rf"{_OPENING}(?P<plan>[{_ONES}])五{_CLOSING}(?=规划|计划|期间|时期|[末初]){_PLAN_PART}", _plan_period),
        ("五", rf"第(?P<plan>十?[{_ONES}]|十)个五年{_PLAN_PART}", _plan_period),
        (
            "年",
            rf"{_THAT_YEAR}(?: ?(?:{_PART}|年?(?:{_EDGE})|(?:{_MONTH}){_TO}{_M1}|{_M2}(?:{_D1})?))?(?:以来)?",
            _relative,
        ),
        ("年月周天日季", _LAST_OR_NEXT, _relative),
        ("年期日来近后今前月天晚现周", _THAT_DAY, _relative),
        ("年月时天周日季星", _HOW_LONG, _duration),
    )
)
