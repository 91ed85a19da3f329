"""Slips by sound: a word that neither Chinese nor the articles know, and one that sounds the same and stands there.

Whoever types by pinyin picks 宝刚 for 宝钢. A word is only taken for another where no article has it, no dictionary
knows it, and the other is known; the reader is told (`NoteCode.HEARD_AS`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from retrieval.index.terms import QUESTION_WORDS
from retrieval.words.lexicon import part_of_speech
from retrieval.words.segment import domain_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.library import Library

SHORTEST, LONGEST = 2, 4  # characters of a word
LONGEST_RUN = 6  # characters: what nobody knows for longer is no slip
MOST_RUNS = 3  # runs of characters that nobody knows are looked at
RARE = 2e-6  # of all words: common ones are what a keyboard offers first, and nobody slips on them
LEAST_PASSAGES = 3  # that hold a word of two characters which no dictionary knows
_NAMES = frozenset({"nr", "ns", "nt", "nz"})
_PLACES = "路街桥河湖江山岭村镇乡区港园站"  # 银岭路 is cut into 银岭 and 路: that all pairs stand there is enough
_PART_OF_NAME = re.compile(
    "集团|公司|股份|有限|科技|科学|汽车|控股|银行|证券|实业|药业|酒店|大学|学院|医院|中学|小学|先生|女士|[村县市省镇乡路街]"
)
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A word as it was typed, where it stands in the text, and what it is taken for."""

    start: int
    original: str
    replacement: str


def find_misspellings(library: Library, text: str) -> tuple[Misspelling, ...]:
    """The slips by sound in a normalised question, in its order; they do not overlap."""
    runs = islice(_unknown(library, text), MOST_RUNS)
    found = (_slip(library, text, start, run) for start, run in runs)
    first = {slip.original: slip.replacement for slip in found if slip}
    places = ((match.start(), typed) for typed in first for match in re.finditer(typed, text))
    return tuple(Misspelling(start, typed, first[typed]) for start, typed in sorted(places))


def _slip(library: Library, text: str, start: int, run: str) -> Misspelling | None:
    """The first of the longest words in a run of characters that are taken for others."""
    for size in range(LONGEST, SHORTEST - 1, -1):
        for at in range(len(run) - size + 1):
            after = text[start + at + size :]
            if (meant := _meant(library, run[at : at + size])) and _may_stand_before(library, meant, after):
                return Misspelling(start + at, run[at : at + size], meant)
    return None


def correct_misspellings(text: str, found: tuple[Misspelling, ...]) -> str:
    """A text with its slips put right."""
    for slip in reversed(found):
        text = text[: slip.start] + slip.replacement + text[slip.start + len(slip.original) :]
    return text


def _may_stand_before(library: Library, meant: str, after: str) -> bool:
    """Whether what follows a name leaves it a name: 江铃汽车 is not of 江陵, while 宝钢集团 stands there."""
    return not _PART_OF_NAME.match(after) or _stands(library, meant[-1] + after[0])


def _unknown(library: Library, text: str) -> Iterator[tuple[int, str]]:
    """Where characters follow one another that make up no word which a dictionary knows, and what they are."""
    known = [
        (token.start, token.end)
        for token in library.segmenter.tokens(text)
        if token.word in QUESTION_WORDS or (len(token.word) > 1 and library.segmenter.frequency(token.word))
    ]
    masked = [" " if letter in QUESTION_WORDS else letter for letter in text]
    for start, end in known:
        masked[start:end] = " " * (end - start)
    for match in _IDEOGRAPHS.finditer("".join(masked)):
        if SHORTEST <= len(match[0]) <= LONGEST_RUN:
            yield match.start(), match[0]


def _meant(library: Library, typed: str) -> str | None:
    """The word of the articles that a word is taken for; None where it is one itself, or there is no other."""
    if library.segmenter.frequency(typed) or all(_stands(library, pair) for pair in _pairs(typed)):
        return None
    words = [(changed, word) for changed, word in _alike(library, typed) if changed and _is_word(library, word)]
    if not words:
        return None
    return min(words, key=lambda one: (one[0], -library.index.document_frequency("word", one[1])))[1]


def _alike(library: Library, typed: str) -> list[tuple[int, str]]:
    """What sounds the same and has only pairs of characters that stand in the articles, with how many it changes."""
    found = [(0, "")]
    for letter in typed:
        longer = [(changed, word + letter) for changed, word in found]
        longer += [
            (changed + 1, word + other)
            for changed, word in found
            if changed < len(typed) // 2
            for other in homophones(letter)
        ]
        found = [(changed, word) for changed, word in longer if len(word) < 2 or _stands(library, word[-2:])]
    return found


def _is_word(library: Library, word: str) -> bool:
    frequency = library.segmenter.frequency(word)
    is_name = word in domain_words() or part_of_speech(word) in _NAMES
    if frequency > RARE and not is_name:
        return False
    if len(word) > SHORTEST and not frequency:
        return word[-1] in _PLACES or library.index.document_frequency("word", word) > 0
    return library.index.document_frequency("word", word) >= (1 if frequency else LEAST_PASSAGES)


def _pairs(word: str) -> Iterator[str]:
    return (left + right for left, right in pairwise(word))


def _stands(library: Library, pair: str) -> bool:
    return library.index.document_frequency("character", pair) > 0


@lru_cache(maxsize=1024)
def homophones(letter: str) -> tuple[str, ...]:
    """Other characters in common use that may be read the same, tones apart."""
    readings, letters = _readings()
    same = (other for reading in readings.get(letter, ()) for other in letters[reading])
    return tuple(dict.fromkeys(other for other in same if other != letter))


@cache
def _readings() -> tuple[dict[str, tuple[str, ...]], dict[str, list[str]]]:
    """The readings of the 6,763 characters of GB 2312, and the characters of each reading."""
    from pypinyin import Style, pinyin  # 0.2 s, which a question without a slip need not wait for

    readings = {}
    letters: dict[str, list[str]] = {}
    for row in range(0xB0, 0xF8):
        for letter in bytes(byte for column in range(0xA1, 0xFF) for byte in (row, column)).decode("gb2312", "ignore"):
            readings[letter] = tuple(pinyin(letter, style=Style.NORMAL)[0])
            for reading in readings[letter]:
                letters.setdefault(reading, []).append(letter)
    return readings, letters
