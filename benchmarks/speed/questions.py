"""Chooses questions: real ones as far as there are any, then pieces of sentences; and beginnings of paragraphs."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from benchmarks.quality.errors import NotReady
from benchmarks.speed.cutting import cut
from corpus.text import normalize, sentences
from retrieval.evaluation.gold import read_questions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.speed.texts import Texts

SHORTEST, LONGEST = 10, 40  # characters of a piece of a sentence: most real questions are that long
BEGINNINGS = 20  # paragraphs that each engine has to find
BEGINNING = 80  # characters of it: with the headline, enough to tell it from most others


@dataclass(frozen=True, slots=True)
class Question:
    """A question to an engine.

    Attributes:
        text: normalised.
        words: segmented like the paragraphs; a list, because bm25s takes nothing else.
        row: the row of the paragraph whose beginning it is; None for other questions.
    """

    text: str
    words: list[str]
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of one size, in disjoint lists."""

    warming: tuple[Question, ...]  # asked before anything is measured
    measured: tuple[Question, ...]
    beginnings: tuple[Question, ...]  # show that an engine finds anything

    def save(self, file: Path) -> None:
        """Write the questions to a file."""
        file.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")


def open_asked(file: Path) -> Asked:
    """Read questions from a file that `save` wrote."""
    record = json.loads(file.read_text("utf-8"))
    return Asked(**{name: tuple(Question(**one) for one in listed) for name, listed in record.items()})


def choose(texts: Texts, sets: Path, number: int, seed: int) -> tuple[Question, ...]:
    """Choose distinct questions in random order, always the same for a seed.

    Args:
        texts: sentences are taken from these if there are too few real questions.
        sets: a folder of question sets; it may be missing.
        number: how many.
        seed: of the random choice.

    Raises:
        NotReady: there are too few questions.
    """
    chance = random.Random(seed)
    chosen = _shuffled(chance, _real(sets))[:number]
    if len(chosen) < number:
        others = _shuffled(chance, _pieces(texts, number - len(chosen), chance))
        chosen = _shuffled(chance, list(dict.fromkeys([*chosen, *others]))[:number])
    asked = tuple(Question(text, words) for text in chosen if (words := cut(text)))
    if len(asked) < number:
        raise NotReady(
            f"只有 {len(asked)} 个问题，需要 {number} 个 / only {len(asked)} questions for {number}: "
            f"lower --questions, or name question sets in --sets"
        )
    return asked


def beginnings(texts: Texts, seed: int) -> tuple[Question, ...]:
    """Return the beginnings of random paragraphs, with their rows."""
    rows = _rows(texts, BEGINNINGS, random.Random(seed))
    texts_of = ((row, text[:BEGINNING]) for row, text in enumerate(texts.texts()) if row in rows)
    return tuple(Question(text, cut(text), row) for row, text in texts_of)


def _real(sets: Path) -> list[str]:
    files = sorted(sets.glob("*/questions.jsonl.gz"))
    return [normalize(gold.question).text for file in files for gold in read_questions(file)]


def _pieces(texts: Texts, number: int, chance: random.Random) -> list[str]:
    """Return pieces of the sentences of this many paragraphs."""
    rows = _rows(texts, number, chance)
    chosen = (text for row, text in enumerate(texts.texts()) if row in rows)
    return [piece for text in chosen for piece in _pieces_of(text, chance)]


def _pieces_of(text: str, chance: random.Random) -> Iterator[str]:
    for start, end in sentences(text):
        length = min(chance.randint(SHORTEST, LONGEST), end - start)
        if length >= SHORTEST:
            begin = chance.randint(start, end - length)
            yield text[begin : begin + length]


def _rows(texts: Texts, number: int, chance: random.Random) -> frozenset[int]:
    paragraphs = texts.facts.paragraphs
    return frozenset(chance.sample(range(paragraphs), min(number, paragraphs)))


def _shuffled(chance: random.Random, listed: list[str]) -> list[str]:
    """Return distinct items in random order."""
    once = list(dict.fromkeys(listed))
    chance.shuffle(once)
    return once
