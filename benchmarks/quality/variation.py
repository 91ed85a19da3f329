"""Varies questions as users might type them: with a homophone, or with a number written in another way."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from corpus.numbers import digits, numbers
from corpus.text import normalize
from retrieval.question.homophones import RARE, homophones
from retrieval.question.query import parse_question
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.quality.sets import Group, QuestionSet

FAMILIAR = 1e-5  # of all words: a character that is typed by mistake is one in common use
LEAST = 10  # a smaller number is seldom written otherwise


def varied(sets: Sequence[QuestionSet], way: str) -> tuple[QuestionSet, ...]:
    """Return the questions that can be varied in a way, varied.

    Args:
        sets: of questions.
        way: one of WAYS.
    """
    vary = WAYS[way]
    return tuple(
        replace(one, questions=tuple(_asked_as(group, other) for group in one.questions if (other := vary(group))))
        for one in sets
    )


def _asked_as(group: Group, question: str) -> Group:
    return tuple(replace(gold, question=question) for gold in group)


def with_slip(group: Group) -> str | None:
    """Replace one character of the rarest word by a homophone; return None if no word is rare.

    The result is no word of the dictionary.
    """
    text, segmenter = normalize(group[0].question).text, _segmenter()
    words = {token.word for part in parse_question(text, segmenter).parts for token in part.words}
    rare = sorted((segmenter.frequency(word), word) for word in words if len(word) > 1 and not numbers(word))
    dice = random.Random(text)
    for frequency, word in rare:
        at = dice.randrange(len(word))
        others = [other for other in homophones(word[at]) if segmenter.frequency(other) > FAMILIAR]
        slip = word[:at] + dice.choice(others) + word[at + 1 :] if others else word
        if frequency < RARE and slip != word and not segmenter.frequency(slip):
            return text.replace(word, slip, 1)
    return None


def with_other_number(group: Group) -> str | None:
    """Write the first number in another way: 20亿 for 二十亿, 二〇一九 for 2019; return None without a number."""
    text = normalize(group[0].question).text
    for number in numbers(text):
        plain, written = digits(number), text[number.start : number.end]
        if plain.isdigit() and number.value >= LEAST and number.unit != "%":
            is_year = number.unit == "年" and len(plain) == 4
            other = _spelled(plain) if is_year else in_chinese(int(plain))
            return text[: number.start] + (other if written[0].isdigit() else plain) + text[number.end :]
    return None


def in_chinese(value: int) -> str:
    """Return a whole number above 0 in Chinese numerals."""
    words = ""
    for size, scale in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        count, rest = divmod(value, size)
        if count:
            words += (in_chinese(count) if count > 9 else _spelled(str(count))) + scale
            words += "零" if rest and rest < size // 10 else ""
        value = rest
    return words + (_spelled(str(value)) if value else "")


def _spelled(plain: str) -> str:
    return plain.translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


@cache
def _segmenter() -> Segmenter:
    return Segmenter(None)


WAYS = {"slips": with_slip, "numbers": with_other_number}
