"""SQLite's FTS5, which anybody has who has Python: words joined by spaces, any of them, ranked by its BM25."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks.speed.peer import DEPTH, Found, Opened, Peer, asked_in_words

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.speed.texts import Texts

# Everything but white space belongs to a word, so that these are the words that all others have; the texts themselves
# are kept by none.
TABLE = """
    CREATE VIRTUAL TABLE paragraphs USING fts5(
        words, content='', tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
    )
"""
FIND = f"SELECT rowid, -rank FROM paragraphs WHERE paragraphs MATCH ? ORDER BY rank LIMIT {DEPTH}"  # noqa: S608
MAPPED = 1 << 40  # bytes of the file at most: all that SQLite was built for
NAME = "paragraphs.sqlite"


def _build(texts: Texts, folder: Path) -> None:
    with closing(sqlite3.connect(folder / NAME)) as database, database:
        database.execute(TABLE)
        rows = ((row, " ".join(words)) for row, words in enumerate(texts.words()))
        database.executemany("INSERT INTO paragraphs (rowid, words) VALUES (?, ?)", rows)
        database.execute("INSERT INTO paragraphs (paragraphs) VALUES ('optimize')")


def _open(folder: Path) -> Opened[list[str]]:
    database = sqlite3.connect(f"{(folder / NAME).resolve().as_uri()}?mode=ro", uri=True)
    database.execute(f"PRAGMA mmap_size = {MAPPED}")

    def search(words: list[str]) -> Found:
        expression = " OR ".join(f'"{word.replace(_QUOTE, _QUOTE * 2)}"' for word in words)
        hits = database.execute(FIND, (expression,)).fetchall()
        return [row for row, _ in hits], [score for _, score in hits]

    return asked_in_words(search)


_QUOTE = '"'
FTS5 = Peer(_build, _open)
