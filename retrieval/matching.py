"""What of a question stands in a text: its words, those that say the same, its numbers however they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.numbers import holds_number, numbers_of
from retrieval.synonyms import synonyms

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTLY = 0.7  # credit for a long word of which all character pairs stand in the text
Matrix = npt.NDArray[np.float64]


def stands(word: str, text: str) -> float:
    """Whether a word or one that may stand for it is in a text: 1, or less where only parts of it are, or 0."""
    if named := numbers_of(word):  # 5个 is no part of 15个
        return float(all(holds_number(text, number) for number in named))
    if word in text or any(synonym in text for synonym in synonyms(word)):
        return 1.0
    if len(word) < 3 or word.isascii():
        return PARTLY if len(word) == 2 and word[::-1] in text and not word.isascii() else 0.0  # 外省, 省外
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return PARTLY * sum(pair in text for pair in pairs) / len(pairs)


def figures_of(text: str) -> tuple[str, ...]:
    """The numbers that a normalised text names, as it writes them."""
    return tuple(text[number.start : number.end] for number in numbers_of(text))


def words_in(words: Sequence[str], texts: Sequence[str]) -> Matrix:
    """(texts, words): whether each word stands in each text, 0..1."""
    known: dict[tuple[str, str], float] = {}
    for text in dict.fromkeys(texts):
        known.update(((word, text), stands(word, text)) for word in words)
    return np.array([[known[word, text] for word in words] for text in texts]).reshape(len(texts), len(words))


def letters_in(letters: Sequence[str], texts: Sequence[str]) -> Matrix:
    """(texts, letters): whether each text holds each character."""
    held = [[letter in text for letter in letters] for text in texts]
    return np.array(held, dtype=np.float64).reshape(len(texts), len(letters))
