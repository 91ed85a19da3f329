"""Segmentation of normalised text into words, characters and pairs of either: the terms of the index."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.words.lexicon import open_dictionary, read_dictionary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TERM = re.compile(r"\w")
_RUN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?|\w")  # a Latin word or a number as a whole, else one character


def is_term(word: str) -> bool:
    """Return whether a word contains a letter, a digit, a Chinese character or an underscore."""
    return _TERM.search(word) is not None


@dataclass(frozen=True, slots=True)
class Token:
    """A word and its span in the text that was segmented."""

    word: str
    start: int
    end: int


class Segmenter:
    """Segments Chinese text with jieba and the project's own words; thread-safe.

    Args:
        cache: a folder for a file of word frequencies (6 MB), which are looked up in the file; None reads them into
            memory instead (0.4 s, 50 MB), which makes segmenting 1.6 times as fast.
    """

    def __init__(self, cache: Path | None) -> None:
        words = domain_words()
        self._dictionary = read_dictionary(words) if cache is None else open_dictionary(cache, words)
        self._tokenizer = self._dictionary.tokenizer()

    def for_building(self) -> Segmenter:
        """Return a segmenter with the same words, in memory: building an index takes millions of look-ups.

        That is this one if its words are in memory already.
        """
        return self if self._dictionary.is_in_memory else Segmenter(None)

    def cut(self, text: str) -> list[str]:
        """Split a normalised text into words and what is between them; joined they are the text."""
        return self._tokenizer.lcut(text)

    def tokens(self, text: str) -> list[Token]:
        """Return the words of a normalised text for which `is_term` is true, in order, with their offsets in it."""
        tokens = []
        start = 0
        for word in self.cut(text):
            end = start + len(word)
            if is_term(word):
                tokens.append(Token(word, start, end))
            start = end
        return tokens

    def frequency(self, word: str) -> float:
        """Return a word's share of all words in general Chinese (jieba's counts), 0..1; 0 if unknown."""
        return self._dictionary.share(word)


@cache
def domain_words() -> tuple[str, ...]:
    """Return terms and places of Hubei that jieba's own dictionary would split (磷石膏, 专精特新, 猇亭区 …).

    Terms come first, then places; each once. The result is cached.
    """
    lines = resources.files("retrieval.words").joinpath("dictionary.txt").read_text("utf-8").splitlines()
    terms = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return tuple(dict.fromkeys([*terms, *_place_names()]))


def _place_names() -> Iterator[str]:
    """Yield all names of places but short ones that are ordinary words too (公安, 青山); some more than once."""
    table = resources.files("corpus").joinpath("regions.tsv").read_text("utf-8")
    for row in csv.DictReader(table.splitlines(), dialect="excel-tab", restval=""):
        if row["alone"] == "yes":
            yield row["name"]
        yield row["full name"]
        yield from row["other names"].split()


def characters(text: str) -> Iterator[str]:
    """Yield the `units` of a normalised text, each followed by its pair with the unit before if nothing is between.

    For `g7高速,湖北` these are g7, 高, g7高, 速, 高速, 湖, 北, 湖北.
    """
    previous_end, previous = -1, ""
    for match in _RUN.finditer(text):
        yield match[0]
        if match.start() == previous_end:
            yield previous + match[0]
        previous_end, previous = match.end(), match[0]


def units(text: str) -> list[str]:
    """Return the single characters, and runs of Latin letters or digits, of a normalised text, in order."""
    return _RUN.findall(text)


def word_pairs(tokens: list[Token]) -> Iterator[str]:
    """Yield pairs of consecutive tokens with nothing between them in the text, joined by a space."""
    for left, right in pairwise(tokens):
        if left.end == right.start:
            yield f"{left.word} {right.word}"
