"""Reads the paragraphs of one size from a folder: as articles, as texts, and as words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from benchmarks.speed.progress import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ARTICLES, TEXTS, WORDS, FACTS = "articles.jsonl", "texts.jsonl", "words.txt", "facts.json"
SEPARATOR = "\x1f"  # between words, which may hold whatever is no white space: to jieba this is


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about the paragraphs of one size.

    Attributes:
        paragraphs: their number.
        real: how many of them come from a file; the others are made up of its sentences.
        words: the number of all words.
        seconds: the time of segmenting.
        processes: the number of processes that segmented them in parallel.
    """

    paragraphs: int
    real: int
    words: int
    seconds: float
    processes: int

    def save(self, folder: Path) -> None:
        """Write the facts beside the texts."""
        (folder / FACTS).write_text(json.dumps(asdict(self)), "utf-8")


@dataclass(frozen=True, slots=True)
class Texts:
    """The paragraphs in a folder; the n-th of each kind belongs to the n-th row, from 0.

    Attributes:
        folder: their folder.
        what: the label of the progress on standard error while they are read; empty for no progress.
    """

    folder: Path
    what: str = ""

    @property
    def articles(self) -> Path:
        """Yield the articles as Chuwen reads them."""
        return self.folder / ARTICLES

    @property
    def facts(self) -> Facts:
        """The facts about the paragraphs."""
        return Facts(**json.loads((self.folder / FACTS).read_text("utf-8")))

    def texts(self) -> Iterator[str]:
        """Yield the indexed text of each paragraph: headline, empty line and text, normalised."""
        for line in self._lines(TEXTS):
            text: str = json.loads(line)
            yield text

    def words(self) -> Iterator[list[str]]:
        """Yield the words of each text in order, without white space."""
        for line in self._lines(WORDS):
            yield line.split(SEPARATOR) if line else []

    def _lines(self, name: str) -> Iterable[str]:
        return told(self.what, self._read(name), self.facts.paragraphs) if self.what else self._read(name)

    def _read(self, name: str) -> Iterator[str]:
        with (self.folder / name).open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield line.removesuffix("\n")
