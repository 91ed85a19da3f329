"""rank-bm25, the one that many begin with: each paragraph as a dict, looked into for each word of a question."""

from __future__ import annotations

import sys
from pathlib import Path

import rank_bm25

from benchmarks.speed.peer import Found, Opened, Peer, asked_in_words
from benchmarks.speed.peers.best import best
from benchmarks.speed.texts import Texts

NAME = "texts"  # where they are: all that can be kept


def _build(texts: Texts, folder: Path) -> None:
    (folder / NAME).write_text(str(texts.folder.resolve()), "utf-8")


def _open(folder: Path) -> Opened[list[str]]:
    texts = Texts(Path((folder / NAME).read_text("utf-8")))
    index = rank_bm25.BM25Okapi([[sys.intern(word) for word in words] for words in texts.words()])

    def search(words: list[str]) -> Found:
        return best(index.get_scores(words))

    return asked_in_words(search)


RANK_BM25 = Peer(_build, _open)
