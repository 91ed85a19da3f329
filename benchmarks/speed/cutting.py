"""Segments the paragraphs of a folder into words, once for all engines, on all cores."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import time
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.speed.progress import told_in_steps
from benchmarks.speed.texts import ARTICLES, SEPARATOR, TEXTS, WORDS, Facts
from corpus.formats import jsonl
from corpus.model import Origin
from retrieval.index.rows import rows_of
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = 32  # of the articles for each process: how often it is told how far they are


class Part(NamedTuple):
    """A range of bytes of the articles in a folder, which holds whole lines."""

    folder: Path
    number: int
    start: int
    end: int

    def file(self, name: str) -> Path:
        """Return the path of one part of a file until all parts are joined."""
        return self.folder / f"{name}.{self.number}"


def cut_all(folder: Path, paragraphs: int, real: int) -> Facts:
    """Write the texts and words of the articles in a folder, in the order of the articles."""
    processes = os.cpu_count() or 1
    words, started = 0, time.monotonic()
    with (
        multiprocessing.get_context("spawn").Pool(processes, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool,
        (folder / TEXTS).open("wb") as texts_file,
        (folder / WORDS).open("wb") as words_file,
    ):
        cut = pool.imap(_cut_part, parts(folder, PARTS * processes))
        steps = ((one, one[1]) for one in cut)
        for part, _, number in told_in_steps(f"{paragraphs:,} paragraphs · cutting into words", steps, paragraphs):
            words += number
            for name, target in ((TEXTS, texts_file), (WORDS, words_file)):
                with part.file(name).open("rb") as source:
                    shutil.copyfileobj(source, target)
                part.file(name).unlink()
    return Facts(paragraphs, real, words, time.monotonic() - started, processes)


def parts(folder: Path, number: int) -> list[Part]:
    """Divide the articles of a folder into at most this many parts of about equal size, at line ends."""
    articles = folder / ARTICLES
    size = articles.stat().st_size
    ends = [0]
    with articles.open("rb") as file:
        for place in range(1, number):
            file.seek(size * place // number)
            file.readline()
            ends.append(file.tell())
    ends = [*dict.fromkeys(ends), size] if ends[-1] < size else [*dict.fromkeys(ends)]
    return [Part(folder, place, *span) for place, span in enumerate(pairwise(ends))]


def indexed_texts(article: str) -> Iterator[str]:
    """Return the indexed text of each paragraph of an article, which is given as a line of a file."""
    read = jsonl.article(article, Origin(ARTICLES, 1), ARTICLES)
    return (row.indexed_text for row in rows_of(read))


def cut(text: str) -> list[str]:
    """Segment a normalised text into words, with punctuation but without white space."""
    return [word for word in _segmenter().cut(text) if not word.isspace()]


@cache
def _segmenter() -> Segmenter:
    return Segmenter(None)


def _cut_part(part: Part) -> tuple[Part, int, int]:
    """Write the texts and words of a part; return how many there are of both."""
    number = words = 0
    with (
        (part.folder / ARTICLES).open("rb") as articles,
        part.file(TEXTS).open("w", encoding="utf-8", newline="\n") as texts_file,
        part.file(WORDS).open("w", encoding="utf-8", newline="\n") as words_file,
    ):
        articles.seek(part.start)
        while articles.tell() < part.end:
            for text in indexed_texts(articles.readline().decode("utf-8")):
                found = cut(text)
                texts_file.write(json.dumps(text, ensure_ascii=False) + "\n")
                words_file.write(SEPARATOR.join(found) + "\n")
                number, words = number + 1, words + len(found)
    return part, number, words
