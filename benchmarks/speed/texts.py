"""The paragraphs of one size as engines get them, from a folder: as articles, as texts, and as words."""

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
    """What is known of the paragraphs of one size.

    Attributes:
        paragraphs: how many there are.
        real: how many of them are a file's own; the others are made up of its sentences.
        words: how many there are in all.
        seconds: in which they were cut.
        processes: that cut them, side by side.
    """

    paragraphs: int
    real: int
    words: int
    seconds: float
    processes: int

    def save(self, folder: Path) -> None:
        """Write them beside the texts."""
        (folder / FACTS).write_text(json.dumps(asdict(self)), "utf-8")


@dataclass(frozen=True, slots=True)
class Texts:
    """The paragraphs in a folder; the n-th of each kind belongs to the n-th row, from 0.

    Attributes:
        folder: where they are.
        what: is told on standard error while they are read, with how far that is; empty for nothing.
    """

    folder: Path
    what: str = ""

    @property
    def articles(self) -> Path:
        """The articles, as Chuwen reads them."""
        return self.folder / ARTICLES

    @property
    def facts(self) -> Facts:
        """What is known of them."""
        return Facts(**json.loads((self.folder / FACTS).read_text("utf-8")))

    def texts(self) -> Iterator[str]:
        """Of each paragraph what is indexed: headline, empty line and text, normalised."""
        for line in self._lines(TEXTS):
            text: str = json.loads(line)
            yield text

    def words(self) -> Iterator[list[str]]:
        """The words of each text but for white space, in their order."""
        for line in self._lines(WORDS):
            yield line.split(SEPARATOR) if line else []

    def _lines(self, name: str) -> Iterable[str]:
        return told(self.what, self._read(name), self.facts.paragraphs) if self.what else self._read(name)

    def _read(self, name: str) -> Iterator[str]:
        with (self.folder / name).open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield line.removesuffix("\n")
