"""Evaluates numerals: 20, 2,000, 二十亿, 三千五, 二〇一九, 一点二."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

ZEROS, ONES = "〇零○", "一二两三四五六七八九"
NUMERALS = f"{ZEROS}{ONES}十百千万亿"
_CACHED_NUMERALS = 4096  # of each function: the same numerals come again and again
_ARABIC = str.maketrans(f"{ZEROS}{ONES}", "0001223456789")
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_GROUPS = re.compile("(?:([^万亿]+)(万?亿))?零?(?:([^万亿]+)万)?(零?)([^万亿]*)")
_BELOW_10_000 = re.compile(f"(?:([{ONES}])千)?零?(?:([{ONES}])百)?零?(?:([{ONES}])?(十))?(?:零?([{ONES}]))?")
_SPOKEN = re.compile(f"(.*([百千万亿])[{ONES}])")  # 三百五 is 350, 一万二 is 12,000


@lru_cache(_CACHED_NUMERALS)
def scale_value(scale: str) -> int:
    """Return the value of a scale: 10⁴ for 万, 10⁷ for 千万, 10¹² for 万亿, 1 for an empty one.

    Raises:
        KeyError: a character is none of 十百千万亿.
    """
    value = 1
    for part in re.findall("万亿|.", scale):
        value *= _SCALES[part]
    return value


@lru_cache(_CACHED_NUMERALS)
def digits_value(digits: str) -> Fraction:
    """Return the value of a number in ASCII digits, with or without commas and decimals: 2,000, 76.01.

    Raises:
        ValueError: the text is no such number.
    """
    return Fraction(digits.replace(",", ""))


def decimal_value(numeral: str) -> Fraction | None:
    """Return the value of a decimal such as 一点二 or 零点五; None if the part before 点 is no number.

    Raises:
        ValueError: there is no 点, or what follows it are not only digits.
    """
    whole, _, places = numeral.partition("点")
    before = chinese_value(whole)
    after = Fraction(int(places.translate(_ARABIC)), 10 ** len(places))
    return None if before is None else before + after


def spelled_value(numeral: str) -> Fraction:
    """Return the value of digits that are read one by one: 二〇一九.

    Raises:
        ValueError: a character is no digit.
    """
    return Fraction(int(numeral.translate(_ARABIC)))


@lru_cache(_CACHED_NUMERALS)
def chinese_value(numeral: str) -> Fraction | None:
    """Return the value of 二十, 三亿五千万 or 三百五 (350); None if the text is no number, or several (三四百, 万一).

    Args:
        numeral: characters of `NUMERALS`; 0 is returned if it is empty, None for 百, 千, 万 or 亿 alone.
    """
    if len(numeral) == 1:
        return None if numeral in "百千万亿" else Fraction(10 if numeral == "十" else int(numeral.translate(_ARABIC)))
    if re.match("[百千][万亿]|百万亿|千万亿|万亿", numeral):
        numeral = "一" + numeral  # 百亿
    groups = _GROUPS.fullmatch(numeral)
    if not groups:
        return None
    high, size, middle, zero, low = groups.groups("")
    values = [_below_10_000(group) for group in (high, middle, low)]
    if None in values or (zero and not low):
        return None
    first, second, third = (value or 0 for value in values)
    spoken = _SPOKEN.fullmatch(numeral)
    last = third * _SCALES[spoken[2]] // 10 if spoken and not zero and len(low) == 1 else third
    return Fraction(first * _SCALES[size] + second * 10**4 + last)


def _below_10_000(group: str) -> int | None:
    """Return the value of the characters before, between or after 亿 and 万; 0 if there are none, None if no number."""
    match = _BELOW_10_000.fullmatch(group)
    if not match:
        return None
    thousands, hundreds, tens, ten, ones = match.groups("")
    value = sum(size * int(digit.translate(_ARABIC)) for size, digit in ((1000, thousands), (100, hundreds)) if digit)
    value += 10 * int((tens or "一").translate(_ARABIC)) if ten else 0
    if group.endswith("零"):
        return None
    is_spoken = "零" not in group and not ten and (hundreds or thousands)
    return value + int(ones.translate(_ARABIC) or 0) * ((10 if hundreds else 100) if is_spoken else 1)
