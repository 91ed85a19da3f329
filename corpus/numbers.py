"""Finds the numbers in a text, as values with their units: 二十亿元, 20亿元 and 2,000,000,000元 are the same number."""

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
from corpus.units import SURE_UNIT, UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHED_TEXTS = 4096  # a question looks at the same sentences and clauses several times


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number in a text; its span excludes what it counts: of 近40万吨 it is 40万, of 百分之四十 the whole."""

    start: int
    end: int
    #: with the scale applied: of 1.2万 12,000; of shares the percentage: of 35% 35, of 三成 30
    value: Fraction
    #: as written; % for a share; prefixed with 第 for an ordinal; empty if none is recognised
    unit: str = ""
    #: the 万, 亿 or 万亿 that it is written with; 1 if there is none
    scale: int = 1


_MOST_DIGITS = 27  # that a Decimal holds exactly in the default context
_EXACT = 10**_MOST_DIGITS
_LONGEST = 40  # characters of a number; Python refuses to parse thousands of digits
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+(?![.\d]))?"
_CHINESE = f"[{NUMERALS}](?:[多余](?=[万亿])|[{NUMERALS}])*"
_DECIMAL = f"[{NUMERALS}]+点[{ZEROS}{ONES}]+"
_BEFORE = rf"(?<![几数{NUMERALS}])"
_PATTERN = re.compile(
    rf"{_BEFORE}(?P<whole>百|千|万|[{ONES}十])分之(?:(?P<share>{_DIGITS})|(?P<numeral>{_DECIMAL}|{_CHINESE}))"
    rf"|(?<![\da-z.])(?P<high>\d+)(?P<large>亿|万)零?(?:(?P<low>\d{{1,4}})(?P<small>[十百千]?万|千(?![米克瓦万]))|(?P<ones>\d{{4}})(?!\d))"
    rf"|(?<![\da-z.])(?P<digits>{_DIGITS})(?:(?![a-z])|(?=(?:km2?|kg|[cm]?m|m[23])(?![a-z\d])))"
    r"(?:[多余]?\s?(?P<scale>(?:[十百千](?![米克瓦])[多余]?)?(?:万亿|[万亿])|[十百千](?![米克瓦])))?"
    rf"|{_BEFORE}(?P<decimal>{_DECIMAL})(?P<size>万?亿|[万千百]|(?=[%倍]))"
    rf"|{_BEFORE}(?P<tenths>[{ONES}])成(?![不为立功员果绩长都熟就本因分交份套品型人年家])"
    rf"|{_BEFORE}(?P<chinese>{_CHINESE})(?!几)"
)
_START = re.compile(rf"[\d{NUMERALS}]")  # the first character of every number
_AS_DIGITS = re.compile(f"(?=.*[{ZEROS}])[{ZEROS}{ONES}]{{3,}}|[一二][{ZEROS}{ONES}]{{3}}")
_RANGE = re.compile(r"\s?(?:[-—–―~〜]{1,2}|[至到])\s?")
_LONGEST_BETWEEN = 4  # characters that _RANGE matches


def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a normalised text, in order; offsets refer to this text.

    A single Chinese numeral counts only before a sure unit: 三家 is a number; 三峡, 一带一路, 百色 and 第一 are not.
    Numerals that leave the value open (几十, 三四百, 十几) are skipped, and so is what is longer than _LONGEST. Each
    end of a range is a number; the first takes over the unit and scale that are written only behind the second: 2-3亿元
    begins with 2亿元.
    """
    result: list[Number] = []
    for match in _matches(text):
        if number := _number(match, text):
            if result and not result[-1].unit and _is_range(text, result[-1].end, number.start):
                result[-1] = _as_range_start(result[-1], number)
            result.append(number)
    return tuple(result)


@lru_cache(CACHED_TEXTS)
def cached_numbers(text: str) -> tuple[Number, ...]:
    """Return `numbers(text)`, cached: ranking asks for the numbers of the same sentences again and again."""
    return numbers(text)


def digits(number: Number) -> str:
    """Return a value in plain digits: 2000000000 for 二十亿, 0.5 for 千分之五; empty for a repeating decimal."""
    return _plain_digits(number.value)


def _plain_digits(value: Fraction) -> str:
    """Write a value as `digits` does; empty if a Decimal (28 digits) does not hold it exactly."""
    if value.denominator == 1 and value.numerator < _EXACT:
        return str(value.numerator)
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{decimal.normalize():f}" if Fraction(decimal) == value else ""


def digit_forms(text: str) -> Iterator[str]:
    """Yield the `digits` of each number of a normalised text that is written in another way, in order.

    二十亿 gives 2000000000, 2-3亿 gives 200000000 and 300000000, and 20 gives nothing. Equal numbers are each yielded;
    those without `digits`, such as 三分之一, are skipped. The result is that of comparing the `digits` of all `numbers`
    with how they are written, but faster, because most numbers are written in plain digits and need not be read.
    """
    matches = list(_matches(text))
    for match, following in zip_longest(matches, matches[1:]):
        is_scaled = following and following.lastgroup != "digits"  # only then can the start of a range change
        is_range = is_scaled and _is_range(text, match.end(), following.start())
        if not is_range and _is_plain(match):
            continue
        value = _value_if_short(match, text)
        if is_range and (first := _number(match, text)) and not first.unit and (last := _number(following, text)):
            value = _as_range_start(first, last).value
        plain = "" if value is None else _plain_digits(value)
        if plain and plain != match[0]:
            yield plain


def _is_range(text: str, start: int, end: int) -> bool:
    """Return True if `text[start:end]`, all that stands between two numbers, joins them to a range."""
    return end - start <= _LONGEST_BETWEEN and _RANGE.fullmatch(text, start, end) is not None


def _is_plain(match: re.Match[str]) -> bool:
    """Return True if a number is written as `digits` would: no scale, no comma, no needless zero, not too long."""
    if match.lastgroup != "digits":
        return False
    written: str = match[0]
    whole, point, places = written.partition(".")
    is_bare = whole.isdecimal() and written.isascii() and (whole[0] != "0" or whole == "0")
    return is_bare and not (point and places[-1] == "0") and len(written) <= _MOST_DIGITS


def _as_range_start(first: Number, last: Number) -> Number:
    """Return the start of a range with the unit and scale that only its end has: 2-3亿元, 20-30%.

    The scale is taken over only if the start is the smaller one then: not in 500-2万.
    """
    is_short = last.scale > 1 and first.scale == 1 and first.value < last.value / last.scale
    value = first.value * last.scale if is_short else first.value
    return Number(start=first.start, end=first.end, value=value, unit=last.unit, scale=first.scale)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_PATTERN.finditer` would, but several times faster: try only where a number may begin.

    A match need not be a number with a definite value: `_number` decides.
    """
    end = 0
    for start in map(re.Match.start, _START.finditer(text)):
        if start >= end and (match := _PATTERN.match(text, start)):
            yield match
            end = match.end()


def _number(match: re.Match[str], text: str) -> Number | None:
    """Return the number that a match of `_PATTERN` stands for; None if its value is open or it is too long."""
    value = _value_if_short(match, text)
    if value is None:
        return None
    scale = _largest_scale(match["scale"] or match["large"] or match["size"] or match["chinese"] or "")
    return Number(start=match.start(), end=match.end(), value=value, unit=_unit(match, text), scale=scale)


@lru_cache(CACHED_TEXTS)
def _largest_scale(numeral: str) -> int:
    """Return the value of the largest of 万, 亿 and 万亿 that a numeral contains; 1 if it contains none."""
    return next((scale_value(scale) for scale in ("万亿", "亿", "万") if scale in numeral), 1)


def _unit(match: re.Match[str], text: str) -> str:
    """Return the unit of a number, as `Number.unit` describes it; empty if none is recognised.

    It is looked for behind the match, and 第 directly before it: 第名 for 第三十名, 第 for 第三十. Shares have %.

    Args:
        match: of `_PATTERN`.
        text: the text in which it was found.
    """
    if match["whole"] or match["tenths"]:
        return "%"
    unit = UNIT.match(text, match.end())
    return ("第" if text.endswith("第", 0, match.start()) else "") + (unit[1] if unit else "")


def _value_if_short(match: re.Match[str], text: str) -> Fraction | None:
    """Return the `_value` of a match; None if it is longer than _LONGEST."""
    return _value(match, text) if match.end() - match.start() <= _LONGEST else None


def _value(match: re.Match[str], text: str) -> Fraction | None:
    """Return the value of a match with its scale applied, a share as a percentage; None if it leaves the value open."""
    if match["chinese"]:
        return _chinese(match, text)
    if match["whole"]:
        return _share(match)
    if match["high"]:
        is_spoken = match["large"] == "亿" and match["small"] == "千"  # 1亿5千 means 1亿5千万
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
    """Return a fraction as a percentage: 0.5 for 千分之五, 33⅓ for 三分之一; None if either numeral is no number."""
    whole = scale_value(match["whole"]) if match["whole"] in "百千万" else chinese_value(match["whole"])
    numeral: str = match["numeral"]
    part: Fraction | None
    if match["share"]:
        part = digits_value(match["share"])
    elif numeral == "百":
        part = Fraction(100)  # 百分之百
    else:
        part = decimal_value(numeral) if "点" in numeral else chinese_value(numeral)
    return None if part is None or not whole else 100 * part / whole


def _chinese(match: re.Match[str], text: str) -> Fraction | None:
    """Return the value of a match that is a Chinese numeral; None if it is no number or leaves the value open.

    A single numeral needs a sure unit behind it, and no 第 before it.
    """
    numeral = _unhedged(match["chinese"])
    if len(numeral) == 1:
        is_sure = SURE_UNIT.match(text, match.end()) and not text.endswith("第", 0, match.start())
        return chinese_value(numeral) if is_sure else None
    if _AS_DIGITS.fullmatch(numeral):
        return spelled_value(numeral)
    if numeral == "千万" and not UNIT.match(text, match.end()):  # 千万不要
        return None
    return chinese_value(numeral)


def _unhedged(numeral: str) -> str:
    """Remove 多 and 余, which leave open how much more it is: 十多万 is read as 十万."""
    return numeral.replace("多", "").replace("余", "")
