"""What of a question stands in a text: its words, those that say the same, its numbers however they are written."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.numbers import cached_numbers, number_matcher
from retrieval.words.synonyms import synonyms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REMEMBERED = 4096  # words of questions
PARTLY = 0.7  # credit for a long word of which all character pairs stand in the text
Matrix = npt.NDArray[np.float64]


def match_degree(word: str, text: str) -> float:
    """Whether a word or one that may stand for it is in a text: 1, or less where only parts of it are, or 0."""
    return _finder(word)(text)


@lru_cache(REMEMBERED)
def _finder(word: str) -> Callable[[str], float]:
    """What tells of a text whether a word stands there: what only the word decides is decided once."""
    if found := [number_matcher(number) for number in cached_numbers(word)]:  # 5个 is no part of 15个
        return lambda text: float(all(find(text) for find in found))
    others, less = synonyms(word), _part_finder(word)
    if not others:
        return lambda text: 1.0 if word in text else less(text)
    return lambda text: 1.0 if word in text or any(other in text for other in others) else less(text)


def _part_finder(word: str) -> Callable[[str], float]:
    """What tells how much of a word is in a text that does not hold all of it."""
    if word.isascii() or len(word) < 2:
        return lambda _: 0.0
    if len(word) == 2:
        turned = word[::-1]  # 外省, 省外
        return lambda text: PARTLY if turned in text else 0.0
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return lambda text: PARTLY * sum(pair in text for pair in pairs) / len(pairs)


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers that a normalised text names, as it writes them."""
    return tuple(text[number.start : number.end] for number in cached_numbers(text))


def word_matches(words: Sequence[str], texts: Sequence[str]) -> Matrix:
    """(texts, words): whether each word stands in each text, 0..1."""
    finders = [_finder(word) for word in words]
    known = {text: [find(text) for find in finders] for text in set(texts)}
    return np.array([known[text] for text in texts], np.float64).reshape(len(texts), len(words))


def character_matches(letters: Sequence[str], texts: Sequence[str]) -> Matrix:
    """(texts, letters): whether each text holds each character."""
    held = [[letter in text for letter in letters] for text in texts]
    return np.array(held, dtype=np.float64).reshape(len(texts), len(letters))
