"""Writes as many paragraphs as are wished: those of a file, and beyond them some made up of its sentences."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from benchmarks.quality.errors import NotReady
from corpus.errors import FaultError
from corpus.formats import jsonl
from corpus.model import Origin
from corpus.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import TextIO


@dataclass(frozen=True, slots=True)
class Source:
    """An article: those of its paragraphs that hold anything, and what is kept of the rest."""

    id: str
    title: str
    date: str  # of publication, or empty
    headline: str  # the title without its tag, or the first words of the text
    paragraphs: tuple[str, ...]

    def line(self, most: int) -> str:
        """As a line of a file of articles, with so many paragraphs at most."""
        record = {"id": self.id, "title": self.title, "date": self.date, "paragraphs": self.paragraphs[:most]}
        return json.dumps(record, ensure_ascii=False) + "\n"


def write_articles(news: Path, target: Path, paragraphs: int, seed: int) -> int:
    """Write articles with exactly so many paragraphs: the file's first, then made-up ones.

    Returns:
        How many of the paragraphs are the file's own.

    Raises:
        NotReady: the file cannot be read, or has none.
    """
    with target.open("w", encoding="utf-8", newline="\n") as file:
        real = _write(file, read_articles(news), paragraphs)
        if not real:
            raise NotReady(f"{news}: 没有段落 / no paragraphs in there; name another file in --news")
        if real < paragraphs:
            _write(file, made_up(read_articles(news), seed), paragraphs - real)
    return real


def _write(file: TextIO, articles: Iterable[Source], paragraphs: int) -> int:
    """Write articles until there are so many paragraphs; returns how many there are in the end."""
    written = 0
    for article in articles:
        file.write(article.line(paragraphs - written))
        written = min(paragraphs, written + len(article.paragraphs))
        if written == paragraphs:
            break
    return written


def read_articles(news: Path) -> Iterator[Source]:
    """The articles of a file, one after another; of those that Chuwen takes for one and the same only the first.

    Raises:
        NotReady: the file or an article in it cannot be read.
    """
    seen: set[str] = set()
    try:
        with gzip.open(news, "rt", encoding="utf-8") if news.suffix == ".gz" else news.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    article = jsonl.article(line, Origin(news.name, number), f"{news.name}#{number}")
                    if seen.isdisjoint((article.id, article.digest)):
                        texts = tuple(one.text for one in article.paragraphs if one.text.strip())
                        date = article.date.isoformat() if article.date else ""
                        yield Source(article.id, article.title, date, article.headline, texts)
                    seen.update((article.id, article.digest))
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise NotReady(f"{news}: 读不了 / cannot be read ({error}); name a file of articles in --news") from error
    except FaultError as error:
        raise NotReady(f"{news}: {error}; every article must be readable") from error


def made_up(articles: Iterable[Source], seed: int) -> Iterator[Source]:
    """Articles without end, each of the shape of a real one, filled with sentences from anywhere.

    The headlines are real ones with a number behind, so that no article is there twice, which Chuwen would leave out;
    the numbers are new words, as more articles bring some.
    """
    pool: list[str] = []
    shapes: list[tuple[int, ...]] = []  # of each article, how many sentences its paragraphs have
    heads: list[tuple[str, str]] = []  # headline and date
    for article in articles:
        told = [[text[start:end] for start, end in sentences(text)] for text in article.paragraphs]
        pool.extend(sentence for paragraph in told for sentence in paragraph)
        shapes.append(tuple(map(len, told)))
        heads.append((article.headline, article.date))
    chance = random.Random(seed)
    for number in count(1):
        headline, date = chance.choice(heads)
        paragraphs = tuple("".join(chance.choices(pool, k=length)) for length in chance.choice(shapes))
        yield Source(f"made-up-{number}", f"{headline} {number}", date, headline, paragraphs)
