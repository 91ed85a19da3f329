"""Numbers that a text holds, as values with their units: 二十亿元, 20亿元 and 2,000,000,000元 are one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from corpus.numerals import (
    NUMERALS,
    ONES,
    ZEROS,
    chinese_value,
    decimal_value,
    digits_value,
    scale_value,
    spelled_value,
)
from corpus.text import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number in a text, without what it counts: of 近40万吨 it is 40万, of 百分之四十 all.

    Attributes:
        value: of 1.2万 12,000, of 35% 35, of 三成 30.
        unit: what it counts, as written; % of a share; 第 before it in an order; empty where none is known.
        scale: the 万, 亿 or 万亿 that it is written with; 1 for none.
    """

    start: int
    end: int
    value: Fraction
    unit: str = ""
    scale: int = 1


# Units that are written in several ways, each with one of them and how many of that it is.
_SAME = {
    name: (unit, size)
    for names, unit, size in (
        ("公里 千米 km", "米", 1000),
        ("公尺 m", "米", 1),
        ("千克 kg", "公斤", 1),
        ("平方公里 平方千米 km2", "平方米", 10**6),
        ("平米 平方 m2", "平方米", 1),
        ("立方 m3", "立方米", 1),
        ("名 位", "人", 1),
        ("人民币 块钱", "元", 1),
        ("美金", "美元", 1),
        ("号", "日", 1),
        ("年度", "年", 1),
        ("°c 摄氏度", "度", 1),
    )
    for name in names.split()
}
# What may follow a single numeral and makes no other word with it (三元, 五台山, 三峡, 十分, 一些).
_SURE = (
    "个 家 项 条 座 件 户 台(?![山河县]) 辆 种 岁 届 场 次 位(?!一) 所 间 艘 架 倍 层 款 名 人(?!民) 年 月 天 周年 "
    "小时 分钟 公里 千米 公斤 公顷 吨 亩 平方 立方 美元 万 亿"
)
_OTHER = (
    "平方米 立方米 公斤 个百分点 百分点 个工作日 工作日 个小时 小时 个月 周年 分钟 人次 架次 车次 美元 日元 英镑 "
    "欧元 港元 新台币 英里 海里 公顷 亩 吨 千瓦时 千瓦 兆瓦 瓦 元 米 克 升 里 倍 岁 秒 天 日 年 月 周 度 人 家 个 项 "
    "条 套 座 件 户 台 辆 种 届 场 次 所 间 艘 架 级 层 期 款 颗 支 部 集 章 首 幅 段 代 头 匹 口 块 门 只 枚 票 类 册 "
    "卷 篇 句 字 道 国 站 排 对 组 株 起 张 本 份 轮 笔 批 片 棵 节 堂 页 趟 回 例 栋 幢 强 %"
)
_LONGEST_FIRST = sorted((*_SAME, *_OTHER.split()), key=len, reverse=True)
_UNIT = re.compile(rf"[多余]?\s?({'|'.join(_LONGEST_FIRST)})")
_SURE_UNIT = re.compile(f"[多余]?(?:{_SURE.replace(' ', '|')})")

REMEMBERED = 4096  # texts: a question looks at the same sentences and clauses several times
_MOST_DIGITS = 27  # that a decimal holds in any case
_EXACT = 10**_MOST_DIGITS
LONGEST = 40  # characters of a number: Python refuses to read thousands of digits, and nobody counts so far
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+(?![.\d]))?"
_CHINESE = f"[{NUMERALS}](?:[多余](?=[万亿])|[{NUMERALS}])*"
_DECIMAL = f"[{NUMERALS}]+点[{ZEROS}{ONES}]+"
_BEFORE = rf"(?<![几数{NUMERALS}])"
_PATTERN = re.compile(
    rf"{_BEFORE}(?P<whole>百|千|万|[{ONES}十])分之(?:(?P<share>{_DIGITS})|(?P<said>{_DECIMAL}|{_CHINESE}))"
    rf"|(?<![\da-z.])(?P<high>\d+)(?P<large>亿|万)零?(?:(?P<low>\d{{1,4}})(?P<small>[十百千]?万|千(?![米克瓦万]))|(?P<ones>\d{{4}})(?!\d))"
    rf"|(?<![\da-z.])(?P<digits>{_DIGITS})(?:(?![a-z])|(?=(?:km2?|kg|[cm]?m|m[23])(?![a-z\d])))"
    r"(?:[多余]?\s?(?P<scale>(?:[十百千](?![米克瓦])[多余]?)?(?:万亿|[万亿])|[十百千](?![米克瓦])))?"
    rf"|{_BEFORE}(?P<decimal>{_DECIMAL})(?P<size>万?亿|[万千百]|(?=[%倍]))"
    rf"|{_BEFORE}(?P<tenths>[{ONES}])成(?![不为立功员果绩长都熟就本因分交份套品型人年家])"
    rf"|{_BEFORE}(?P<chinese>{_CHINESE})(?!几)"
)
_START = re.compile(rf"[\d{NUMERALS}]")  # what every number begins with
_AS_DIGITS = re.compile(f"(?=.*[{ZEROS}])[{ZEROS}{ONES}]{{3,}}|[一二][{ZEROS}{ONES}]{{3}}")
_RANGE = re.compile(r"\s?(?:[-—–―~〜]{1,2}|[至到])\s?")
_LONGEST_BETWEEN = 4  # characters that it matches


def numbers(text: str) -> tuple[Number, ...]:
    """The numbers of a normalised text, in its order.

    A single Chinese numeral is one only before a sure unit: 三家 is, 三峡, 一带一路, 百色 and 第一 are not; nor is what
    leaves its value open (几十, 三四百, 十几). Of a range each end is one, and 2-3亿元 begins with 2亿元.
    """
    found: list[Number] = []
    for number in _read(text):
        if found and not found[-1].unit and _is_range(text, found[-1].end, number.start):
            found[-1] = _as_in_range(found[-1], number)
        found.append(number)
    return tuple(found)


@lru_cache(REMEMBERED)
def cached_numbers(text: str) -> tuple[Number, ...]:
    """As `numbers`, kept: the sentences that are found are asked for theirs again and again."""
    return numbers(text)


def digits(number: Number) -> str:
    """A number's value in plain digits: 2000000000 of 二十亿, 0.5 of 千分之五; empty where they would not end."""
    return _in_digits(number.value)


def _in_digits(value: Fraction) -> str:
    if value.denominator == 1 and value.numerator < _EXACT:
        return str(value.numerator)
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{decimal.normalize():f}" if Fraction(decimal) == value else ""


def digit_forms(text: str) -> Iterator[str]:
    """The `digits` of those numbers of a normalised text that are not written so; most are, and soon passed over."""
    matches = list(_matches(text))
    for match, following in zip_longest(matches, matches[1:]):
        is_scaled = following and following.lastgroup != "digits"  # only that can change what a range begins with
        is_range = is_scaled and _is_range(text, match.end(), following.start())
        if not is_range and _is_in_digits(match):
            continue
        value = _value_within(match, text)
        if is_range and (first := _number(match, text)) and not first.unit and (last := _number(following, text)):
            value = _as_in_range(first, last).value
        said = "" if value is None else _in_digits(value)
        if said and said != match[0]:
            yield said


def _is_range(text: str, start: int, end: int) -> bool:
    """Whether what stands between two numbers makes a range of them."""
    return end - start <= _LONGEST_BETWEEN and _RANGE.fullmatch(text, start, end) is not None


def _is_in_digits(match: re.Match[str]) -> bool:
    """Whether a number is written as `digits` would: no scale, no comma, no needless zero, not too long."""
    if match.lastgroup != "digits":
        return False
    said: str = match[0]
    whole, point, places = said.partition(".")
    is_bare = whole.isdecimal() and said.isascii() and (whole[0] != "0" or whole == "0")
    return is_bare and not (point and places[-1] == "0") and len(said) <= _MOST_DIGITS


def contains_number(text: str, number: Number) -> bool:
    """Whether a normalised text has a number, however it is written; its unit matters where it has one."""
    return number_matcher(number)(text)


def number_matcher(number: Number) -> Callable[[str], bool]:
    """What tells of a normalised text whether it `contains_number`."""
    value, unit = _amount(number)
    if not number.unit:
        return lambda text: any(value == other for other, _ in _amounts_of(text))
    return lambda text: any(unit == its and value == other for other, its in _amounts_of(text))


def same_amount(left: str, right: str) -> bool:
    """Whether two texts name the same amounts: 近40万吨 and 40万吨, 40% and 百分之四十, not 2018年 and 2018.

    Hedges don't count. Where one names no unit, its numbers must be large ones (约50万 and 50万人).
    """
    mine, theirs = (numbers(normalize(text).text) for text in (left, right))
    return bool(mine) and len(mine) == len(theirs) and all(map(_is_same, mine, theirs))


def _is_same(left: Number, right: Number) -> bool:
    (value, unit), (other, other_unit) = _amount(left), _amount(right)
    is_unsaid = (left.scale > 1 and not unit) or (right.scale > 1 and not other_unit)
    return value == other and (unit == other_unit or is_unsaid)


@lru_cache(REMEMBERED)
def _amounts_of(text: str) -> tuple[tuple[Fraction, str], ...]:
    return tuple(map(_amount, cached_numbers(text)))


def _amount(number: Number) -> tuple[Fraction, str]:
    unit, size = _SAME.get(number.unit, (number.unit, 1))
    return number.value * size, unit


def _as_in_range(first: Number, last: Number) -> Number:
    """The beginning of a range with what only its end says: 2-3亿元, 20-30%."""
    is_short = last.scale > 1 and first.scale == 1 and first.value < last.value / last.scale
    value = first.value * last.scale if is_short else first.value
    return Number(start=first.start, end=first.end, value=value, unit=last.unit, scale=first.scale)


def _read(text: str) -> Iterator[Number]:
    return filter(None, (_number(match, text) for match in _matches(text)))


def _number(match: re.Match[str], text: str) -> Number | None:
    value = _value_within(match, text)
    return (
        None
        if value is None
        else Number(start=match.start(), end=match.end(), value=value, unit=_unit(match, text), scale=_scale(match))
    )


def _value_within(match: re.Match[str], text: str) -> Fraction | None:
    return _value(match, text) if match.end() - match.start() <= LONGEST else None


def _matches(text: str) -> Iterator[re.Match[str]]:
    """As `_PATTERN.finditer`, several times as fast, because it is tried only where a number may begin."""
    end = 0
    for start in map(re.Match.start, _START.finditer(text)):
        if start >= end and (match := _PATTERN.match(text, start)):
            yield match
            end = match.end()


def _scale(match: re.Match[str]) -> int:
    return _largest_scale(match["scale"] or match["large"] or match["size"] or match["chinese"] or "")


@lru_cache(REMEMBERED)
def _largest_scale(said: str) -> int:
    return next((scale_value(scale) for scale in ("万亿", "亿", "万") if scale in said), 1)


def _unit(match: re.Match[str], text: str) -> str:
    if match["whole"] or match["tenths"]:
        return "%"
    unit = _UNIT.match(text, match.end())
    return ("第" if text.endswith("第", 0, match.start()) else "") + (unit[1] if unit else "")


def _value(match: re.Match[str], text: str) -> Fraction | None:
    if match["chinese"]:
        return _chinese(match, text)
    if match["whole"]:
        return _share(match)
    if match["high"]:
        is_spoken = match["large"] == "亿" and match["small"] == "千"  # 1亿5千: 千万 is meant
        small = "千万" if is_spoken else match["small"] or ""
        parts = ((match["high"], match["large"]), (match["low"] or match["ones"], small))
        return Fraction(sum(digits_value(digits) * scale_value(scale) for digits, scale in parts))
    if match["digits"]:
        bare = digits_value(match["digits"])
        return bare * scale_value(_unhedged(match["scale"])) if match["scale"] else bare
    if match["decimal"]:
        value = decimal_value(match["decimal"])
        return None if value is None else value * scale_value(match["size"])
    return Fraction(10 * (chinese_value(match["tenths"]) or 0))


def _share(match: re.Match[str]) -> Fraction | None:
    """Of a hundred: 千分之五 is 0.5, 三分之一 33⅓."""
    whole = scale_value(match["whole"]) if match["whole"] in "百千万" else chinese_value(match["whole"])
    part = digits_value(match["share"]) if match["share"] else _said(match["said"])
    return None if part is None or not whole else 100 * part / whole


def _said(numeral: str) -> Fraction | None:
    if numeral == "百":
        return Fraction(100)  # 百分之百
    return decimal_value(numeral) if "点" in numeral else chinese_value(numeral)


def _chinese(match: re.Match[str], text: str) -> Fraction | None:
    numeral = _unhedged(match["chinese"])
    if len(numeral) == 1:
        is_sure = _SURE_UNIT.match(text, match.end()) and not text.endswith("第", 0, match.start())
        return chinese_value(numeral) if is_sure else None
    if _AS_DIGITS.fullmatch(numeral):
        return spelled_value(numeral)
    if numeral == "千万" and not _UNIT.match(text, match.end()):  # 千万不要
        return None
    return chinese_value(numeral)


def _unhedged(said: str) -> str:
    """Without what leaves open how much more it is: 十多万 is 十万 here."""
    return said.replace("多", "").replace("余", "")
