"""Key figures: the amounts in a text, with units and hedges, and which of them matter most."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from corpus.numbers import numbers
from corpus.text import normalize
from corpus.times import TimeKind, time_mentions
from retrieval.facts.cues import any_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.numbers import Number

Span: TypeAlias = tuple[int, int]

MOST_FIGURES = 3  # of a sentence: if everything is bold, nothing stands out

_MONEY = frozenset("元 美元 日元 英镑 欧元 港元 新台币 人民币 美金 块钱".split())
_SHARES = frozenset({"%", "倍", "百分点", "个百分点"})
_NO_AMOUNT = frozenset("年 月 日 号 年度 周年 周 岁 秒 届 期 代 段 章 强".split())  # 2019年, 三期, 500强
_RARELY = frozenset(
    "级 集 首 部 层 站 里 回 字 句 页 节 道 国 类 度 口 门 对 组 排".split()
)  # only from MANY on: 200对
MANY = 100
FEW = 10  # below it, only digits count: 两个方面 and 三项举措 are no amounts, 3个项目 is one
_FOREIGN = re.compile(r"\s?(?:[韩澳加泰]元|卢布|卢比|法郎|[韩日]圆|美分|泰铢)")
_OTHER_UNIT = re.compile(r"\s?(?:[kmgt]wh?p?(?![a-z])|吉瓦时?|标准?箱|基点|毫[米升克]|厘米|班次|[股桶宗箱])")
_LATIN_UNIT = re.compile(r"(?<![\da-z.])\d+(?:\.\d+)?[kmgt]wh?p?(?![a-z\d])")
_LONGER_WORD = re.compile(  # a word that starts like a unit: 7000 支持
    any_of(
        "支[持付队] 条[件例款] 位[于置列] 名[为单列额] 家[庭长属乡] 场[景地馆合] 种植 人[均民工才类] 台[湾风] "
        "座[位谈落] 次[日年要] 部[分门署] 组[织成合] 类[型似] 级别 门[店口户] 站点 集[团中成] 对[于比] 项目 起[步点来]"
    )
)
_HEDGES = (
    "超过? 超出 逾 (?<![签合违条节预契履制特])(?:大约|约) 将近 接近 (?<![附最靠临亲远相])近 至少 不少于 不低于 "
    "不超过 不高于 不足 不到 未满 最[多高低大] [高多]达 突破 仅"
)
_HEDGE = re.compile(  # with a currency sign or a minus sign
    rf"(?:{any_of(_HEDGES)}(?:为|了|可?达)?\s?)?(?:[¥$€£]|(?<![\d%])-)?$"
)
_HEDGE_LENGTH = 7  # characters
_PER = "平方米|立方米|千瓦时|公里|小时|工作日|[年月日天吨斤亩股人只台套度升桶户次h]"
_BEHIND = re.compile(rf"(?:/(?:{_PER}))*(?:\s?(?:以上|以下|[之以]内|左右|上下|有余|级(?!别)))?")
_RANGE = re.compile(r"\s?(?:[-—–―~〜]{1,2}|[至到])\s?")
_CURRENCY = re.compile("[¥$€£]")
_ORDER = re.compile(r"第\s?$")
_TITLE = re.compile("《[^《》]*》")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a normalised text.

    Attributes:
        start, end: its span, with hedge, currency sign and unit.
        value: in the smallest unit: 3亿 is 300,000,000; 0 for a Latin unit (GW), which is not read.
    """

    start: int
    end: int
    value: Fraction
    is_money: bool


def key_figures(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Return the spans of the amounts in text[start:end] that matter most, with hedge and unit: 超500家, never 500家.

    Money comes first, the largest sum before smaller ones; other amounts follow as they stand. At most MOST_FIGURES are
    returned, as offsets in `text`, which is as published, in reading order and without overlaps; empty for none.
    """
    plain = normalize(text[start:end])
    by_rank = sorted(amounts(plain.text), key=lambda amount: -amount.value if amount.is_money else Fraction(1))
    spans: list[Span] = []
    for amount in sorted(by_rank[:MOST_FIGURES], key=lambda amount: amount.start):
        left, right = plain.original(amount.start, amount.end)
        if left < right and (not spans or spans[-1][1] <= start + left):
            spans.append((start + left, start + right))
    return tuple(spans)


def unit_end(text: str, number: Number) -> int:
    """Return the end of a number with its unit, if that follows directly or behind 多, 余 or a space; else its own end.

    In 2-3亿元 the unit of the 2 only follows the 3.
    """
    unit = re.compile(rf"[多余]?\s?{re.escape(number.unit.removeprefix('第'))}").match(text, number.end)
    return unit.end() if unit else number.end


def amounts(text: str) -> list[Amount]:
    """Return the amounts in a normalised text, in order; a range is one amount.

    Left out are times, ranks, what stands in 《》, and numbers without a unit unless they are written with 万 or more.
    """
    times = [(time.start, time.end) for time in time_mentions(text) if time.kind is not TimeKind.DURATION]
    excluded = [*times, *(match.span() for match in _TITLE.finditer(text))]
    latin = [Amount(*match.span(), Fraction(0), is_money=False) for match in _LATIN_UNIT.finditer(text)]
    others = filter(None, (_amount(text, start, number) for start, number in _spans(text)))
    return [
        amount
        for amount in sorted((*others, *latin), key=lambda amount: amount.start)
        if not any(amount.start < end and start < amount.end for start, end in excluded)
    ]


def _spans(text: str) -> Iterator[tuple[int, Number]]:
    """Yield each number with its start; for a range, the last number with the start of the first."""
    pending: tuple[int, Number] | None = None
    for number in numbers(text):
        if pending and not _is_range(text, pending[1], number):
            yield pending
            pending = None
        pending = (pending[0] if pending else number.start, number)
    if pending:
        yield pending


def _is_range(text: str, first: Number, last: Number) -> bool:
    """Return whether two numbers are the ends of a range: 2-3亿元, 20%至30%, but not 增长9%至10亿元."""
    end = unit_end(text, first)
    return bool(_RANGE.fullmatch(text, end, last.start)) and (end == first.end or first.unit == last.unit)


def _amount(text: str, start: int, number: Number) -> Amount | None:
    """Return a number or range with its hedge and its unit; None if it is no amount."""
    hedge = _HEDGE.search(text, max(0, start - _HEDGE_LENGTH), start)
    left, end = hedge.start() if hedge else start, unit_end(text, number)
    foreign, other = (None if number.unit else unit.match(text, end) for unit in (_FOREIGN, _OTHER_UNIT))
    is_money = number.unit in _MONEY or bool(foreign) or bool(_CURRENCY.search(text, left, start))
    if not (is_money or other or _counts(text, start, number)):
        return None
    unit = foreign or other
    behind = _BEHIND.match(text, unit.end() if unit else end)
    return Amount(left, behind.end() if behind else end, number.value, is_money)


def _counts(text: str, start: int, number: Number) -> bool:
    """Return whether a number is an amount, rather than a time, a rank, a name or a manner of speaking."""
    is_written = text[number.start].isdigit()
    if number.unit in _NO_AMOUNT or _ORDER.search(text, max(0, start - 2), start):
        return False
    if number.scale > 1:
        return bool(number.unit) or is_written  # not 千亿园区
    if not number.unit or _is_longer(text, number) or (number.unit in _RARELY and number.value < MANY):
        return False
    return number.value >= FEW or is_written or number.unit in _SHARES


def _is_longer(text: str, number: Number) -> bool:
    """Return whether its unit is only the start of a longer word: 7000 支持, 360 marketplace."""
    end = unit_end(text, number)
    is_latin = number.unit.isascii() and number.unit.isalpha()
    return bool(_LONGER_WORD.match(text, end - len(number.unit))) or (is_latin and text[end : end + 1].isalpha())
