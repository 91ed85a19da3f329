"""Writes a given number of paragraphs: those of a file, then made-up ones of its sentences."""

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
    """An article's paragraphs that are not blank, and its other fields."""

    id: str
    title: str
    date: str  # of publication, or empty
    headline: str  # the title without its tag, or the first words of the text
    paragraphs: tuple[str, ...]

    def line(self, most: int) -> str:
        """Return the article as a line of a JSON Lines file, with at most this many paragraphs."""
        record = {"id": self.id, "title": self.title, "date": self.date, "paragraphs": self.paragraphs[:most]}
        return json.dumps(record, ensure_ascii=False) + "\n"


def write_articles(news: Path, target: Path, paragraphs: int, seed: int) -> int:
    """Write articles with exactly this many paragraphs: the file's first, then made-up ones.

    Returns:
        The number of paragraphs that come from the file.

    Raises:
        NotReady: the file cannot be read, or has no paragraphs.
    """
    with target.open("w", encoding="utf-8", newline="\n") as file:
        real = _write(file, read_articles(news), paragraphs)
        if not real:
            raise NotReady(f"{news}: 没有段落 / no paragraphs in there; name another file in --news")
        if real < paragraphs:
            _write(file, made_up(read_articles(news), seed), paragraphs - real)
    return real


def _write(file: TextIO, articles: Iterable[Source], paragraphs: int) -> int:
    """Write articles until there are this many paragraphs; return how many there are in the end."""
    written = 0
    for article in articles:
        file.write(article.line(paragraphs - written))
        written = min(paragraphs, written + len(article.paragraphs))
        if written == paragraphs:
            break
    return written


def read_articles(news: Path) -> Iterator[Source]:
    """Yield the articles of a file; of those that Chuwen takes for the same one, only the first.

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
    """Yield articles endlessly, each shaped like a real one and filled with random sentences.

    The headlines are real ones followed by a number, so that there are no duplicates, which Chuwen would leave out; the
    numbers are new words, as more real articles would also bring.
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
