"""Tells how far words of a question occur in a text: as they are, as a synonym, in part, or as an equal number."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.amounts import number_matcher
from corpus.numbers import cached_numbers
from retrieval.words.synonyms import synonyms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REMEMBERED = 4096  # words whose finders are cached
PARTLY = 0.7  # degree of a word that does not occur, though all pairs of its characters do
Matrix = npt.NDArray[np.float64]


def match_degree(word: str, text: str) -> float:
    """Return how far a word occurs in a normalised text, 0..1.

    For a word with numbers it is 1 if the text has equal ones with the same units, in any notation, else 0. For another
    it is 1 if the word or a synonym (`synonyms`) occurs; else PARTLY times the share of its pairs of neighbouring
    characters that occur, for a word of two characters PARTLY if it occurs reversed (省外 for 外省). A Latin word or a
    single character occurs as a whole or not at all.
    """
    return _finder(word)(text)


@lru_cache(REMEMBERED)
def _finder(word: str) -> Callable[[str], float]:
    """Return a function from a text to `match_degree` of one word; what depends on the word alone is computed once."""
    if matchers := [number_matcher(number) for number in cached_numbers(word)]:  # so that 5个 is not found in 15个
        return lambda text: float(all(matches(text) for matches in matchers))
    others, less = synonyms(word), _part_finder(word)
    if not others:
        return lambda text: 1.0 if word in text else less(text)
    return lambda text: 1.0 if word in text or any(other in text for other in others) else less(text)


def _part_finder(word: str) -> Callable[[str], float]:
    """Return the function that gives the degree of a word in a text where it does not occur as a whole."""
    if word.isascii() or len(word) < 2:
        return lambda _: 0.0
    if len(word) == 2:
        turned = word[::-1]  # 省外 for 外省
        return lambda text: PARTLY if turned in text else 0.0
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return lambda text: PARTLY * sum(pair in text for pair in pairs) / len(pairs)


def numbers_in(text: str) -> tuple[str, ...]:
    """Return the numbers in a normalised text in order, as written there, without units; 百分之四十 as a whole."""
    return tuple(text[number.start : number.end] for number in cached_numbers(text))


def word_matches(words: Sequence[str], texts: Sequence[str]) -> Matrix:
    """Return how far each word occurs in each normalised text: (len(texts), len(words)) float64, 0..1."""
    finders = [_finder(word) for word in words]
    known = {text: [find(text) for find in finders] for text in set(texts)}
    return np.array([known[text] for text in texts], np.float64).reshape(len(texts), len(words))


def character_matches(letters: Sequence[str], texts: Sequence[str]) -> Matrix:
    """Return 1 where a text has a character, else 0: (len(texts), len(letters)) float64."""
    occurs = [[letter in text for letter in letters] for text in texts]
    return np.array(occurs, dtype=np.float64).reshape(len(texts), len(letters))
