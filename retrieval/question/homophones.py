"""Corrects words that were typed with wrong characters of the same sound, as input by pinyin produces: 宝刚 for 宝钢.

A word is replaced only if no article and no dictionary has it, and an article has a word that sounds the same. The
reader is told (`NoteCode.HEARD_AS`).
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
LONGEST_RUN = 6  # characters: a longer run of unknown ones is no misspelling
MOST_RUNS = 3  # runs of unknown characters that are looked at
RARE = 2e-6  # relative frequency; a keyboard offers commoner words first, so they are not misspelt
LEAST_PASSAGES = 3  # that must hold a replacement of two characters which no dictionary has
_NAMES = frozenset({"nr", "ns", "nt", "nz"})
_PLACES = "路街桥河湖江山岭村镇乡区港园站"  # 银岭路 is cut into 银岭 and 路, so it is enough that all its pairs occur
_PART_OF_NAME = re.compile(
    "集团|公司|股份|有限|科技|科学|汽车|控股|银行|证券|实业|药业|酒店|大学|学院|医院|中学|小学|先生|女士|[村县市省镇乡路街]"
)
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A misspelt word of a question and its correction."""

    start: int  # offset in the normalised question
    original: str  # as typed
    replacement: str  # of the same length as `original`


def find_misspellings(library: Library, text: str) -> tuple[Misspelling, ...]:
    """Find the misspelt words of a normalised question.

    Returns:
        The misspellings in reading order, without overlaps: at most one word in each of the first MOST_RUNS runs of
        unknown characters, wherever that word occurs.
    """
    replacements: dict[str, str] = {}
    for start, run in islice(_unknown_runs(library, text), MOST_RUNS):
        word, replacement = _first_correction(library, run, text[start + len(run) :])
        if replacement:
            replacements[word] = replacement
    places = ((match.start(), word) for word in replacements for match in re.finditer(word, text))
    return tuple(Misspelling(start, word, replacements[word]) for start, word in sorted(places))


def _first_correction(library: Library, run: str, after: str) -> tuple[str, str]:
    """Return the longest word of a run that has a replacement, the first of several, and the replacement.

    Args:
        library: its articles decide.
        run: unknown characters.
        after: the text of the question behind the run.

    Returns:
        Two empty strings if no word has a replacement.
    """
    for size in range(LONGEST, SHORTEST - 1, -1):
        for at in range(len(run) - size + 1):
            word, following = run[at : at + size], run[at + size :] + after
            if (replacement := _replacement(library, word)) and _may_precede(library, replacement, following):
                return word, replacement
    return "", ""


def correct_misspellings(text: str, misspellings: tuple[Misspelling, ...]) -> str:
    """Return a normalised question with its own misspellings replaced; its length stays the same."""
    for misspelling in misspellings:
        end = misspelling.start + len(misspelling.original)
        text = text[: misspelling.start] + misspelling.replacement + text[end:]
    return text


def _may_precede(library: Library, name: str, following: str) -> bool:
    """Return False if the text behind a name would make it another, unknown name.

    江铃汽车 is no misspelling of 江陵 and 汽车, while articles have 宝钢集团, so 宝刚集团 may be one of it.
    """
    return not _PART_OF_NAME.match(following) or _has_pair(library, name[-1] + following[0])


def _unknown_runs(library: Library, text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of each run of SHORTEST to LONGEST_RUN unknown ideographs, in order; skip longer ones.

    Known are question words, and words of two characters or more that a dictionary has.
    """
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


def _replacement(library: Library, word: str) -> str | None:
    """Return the word of the articles that a word stands for; None if it is known itself, or there is no such word.

    It is known if a dictionary has it, or if articles have all its pairs of neighbouring characters. Of several
    candidates the one with the fewest changed characters wins, then the one in the most passages.
    """
    if library.segmenter.frequency(word) or all(_has_pair(library, left + right) for left, right in pairwise(word)):
        return None
    candidates = [
        (changed, -library.index.document_frequency("word", candidate), candidate)
        for changed, candidate in _sounding_alike(library, word)
        if changed and _is_known(library, candidate)
    ]
    return min(candidates, key=lambda candidate: candidate[:2])[2] if candidates else None


def _sounding_alike(library: Library, word: str) -> list[tuple[int, str]]:
    """Return words of the same sound, each with the number of characters that it changes: at most half of them.

    All their pairs of neighbouring characters occur in the articles; the word itself is included if its pairs do.
    """
    beginnings = [(0, "")]
    for letter in word:
        longer = [(changed, beginning + letter) for changed, beginning in beginnings]
        longer += [
            (changed + 1, beginning + other)
            for changed, beginning in beginnings
            if changed < len(word) // 2
            for other in homophones(letter)
        ]
        beginnings = [(changed, text) for changed, text in longer if len(text) < 2 or _has_pair(library, text[-2:])]
    return beginnings


def _is_known(library: Library, word: str) -> bool:
    """Return True if a word may be a replacement: a rare word or a name, with enough evidence in the articles.

    It must occur in a passage as a word, in LEAST_PASSAGES if it has two characters and no dictionary has it. A longer
    word that no dictionary has need not occur if it ends like the name of a place.
    """
    frequency = library.segmenter.frequency(word)
    is_name = word in domain_words() or part_of_speech(word) in _NAMES
    if frequency > RARE and not is_name:
        return False
    if len(word) > SHORTEST and not frequency:
        return word[-1] in _PLACES or library.index.document_frequency("word", word) > 0
    return library.index.document_frequency("word", word) >= (1 if frequency else LEAST_PASSAGES)


def _has_pair(library: Library, pair: str) -> bool:
    """Return True if an article has two characters side by side."""
    return library.index.document_frequency("character", pair) > 0


@lru_cache(maxsize=1024)
def homophones(letter: str) -> tuple[str, ...]:
    """Return the other characters of GB 2312 that may be read the same, whatever the tone, without duplicates.

    Empty for a character that GB 2312 has not as an ideograph.
    """
    readings, letters = _readings()
    same = (other for reading in readings.get(letter, ()) for other in letters[reading])
    return tuple(dict.fromkeys(other for other in same if other != letter))


@cache
def _readings() -> tuple[dict[str, tuple[str, ...]], dict[str, list[str]]]:
    """Return the readings, without tone, of the 6,763 characters of GB 2312, and the characters of each reading."""
    from pypinyin import Style, pinyin  # takes 0.2 s, so it is put off until a word is unknown

    readings = {}
    letters: dict[str, list[str]] = {}
    for row in range(0xB0, 0xF8):
        for letter in bytes(byte for column in range(0xA1, 0xFF) for byte in (row, column)).decode("gb2312", "ignore"):
            readings[letter] = tuple(pinyin(letter, style=Style.NORMAL)[0])
            for reading in readings[letter]:
                letters.setdefault(reading, []).append(letter)
    return readings, letters
