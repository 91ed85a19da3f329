"""Compares numbers by amount: value and unit, however they are written."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.numbers import CACHED_TEXTS, cached_numbers, numbers
from corpus.text import normalize
from corpus.units import EQUIVALENT_UNITS

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from corpus.numbers import Number


def contains_number(text: str, number: Number) -> bool:
    """Return True if a normalised text names the same amount as `number`: 5公里 and 5000米, 40万吨 and 400000吨.

    If `number` has no unit, only values are compared; a number with a unit does not match one without.
    """
    return number_matcher(number)(text)


def number_matcher(number: Number) -> Callable[[str], bool]:
    """Return a function that takes a normalised text and returns `contains_number(text, number)`."""
    value, unit = _amount(number)
    if not number.unit:
        return lambda text: any(value == other for other, _ in _amounts(text))
    return lambda text: any(unit == other_unit and value == other for other, other_unit in _amounts(text))


def same_amount(left: str, right: str) -> bool:
    """Return True if two texts name the same amounts: 近40万吨 and 40万吨, 40% and 百分之四十, but not 2018年 and 2018.

    The texts need not be normalised. Several amounts are compared in order; a text without numbers equals no other.
    Hedges such as 近 don't count. A number of 万 or more may lack its unit on one side (约50万 and 50万人).
    """
    lefts, rights = (numbers(normalize(text).text) for text in (left, right))
    return bool(lefts) and len(lefts) == len(rights) and all(map(_is_same, lefts, rights))


def _is_same(left: Number, right: Number) -> bool:
    """Compare value and unit; the units may differ if a number that is written with 万 or more has none."""
    (left_value, left_unit), (right_value, right_unit) = _amount(left), _amount(right)
    lacks_unit = (left.scale > 1 and not left_unit) or (right.scale > 1 and not right_unit)
    return left_value == right_value and (left_unit == right_unit or lacks_unit)


@lru_cache(CACHED_TEXTS)
def _amounts(text: str) -> tuple[tuple[Fraction, str], ...]:
    """Return the `_amount` of each number in a normalised text, in order; cached."""
    return tuple(map(_amount, cached_numbers(text)))


def _amount(number: Number) -> tuple[Fraction, str]:
    """Return value and unit, converted by EQUIVALENT_UNITS (5公里 to 5000米); a unit that isn't listed there stays."""
    unit, size = EQUIVALENT_UNITS.get(number.unit, (number.unit, 1))
    return number.value * size, unit
