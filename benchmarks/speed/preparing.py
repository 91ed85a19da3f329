"""Keeps the segmented paragraphs of each size in a folder, so that another run can use them."""

from __future__ import annotations

import tempfile
from hashlib import blake2b
from importlib import metadata
from pathlib import Path

from benchmarks.quality.errors import NotReady
from benchmarks.speed.cutting import cut_all
from benchmarks.speed.progress import say
from benchmarks.speed.texts import ARTICLES, Texts
from benchmarks.speed.writing import write_articles
from corpus.load import content_digest
from retrieval.words.segment import domain_words

VERSION = 1  # of what is written; raise it whenever that changes


def prepare(news: Path, paragraphs: int, seed: int, work: Path) -> Texts:
    """Return the first paragraphs of a file, filled up with made-up ones; from the work folder if it has them.

    Raises:
        NotReady: the file is missing, cannot be read, or has no paragraphs.
    """
    if not news.is_file():
        raise NotReady(f"{news}: 找不到文件，请用 --news 指定 / no such file; name a file of articles in --news")
    folder = work / f"{paragraphs}-{_digest(news, seed)}"
    if not folder.exists():
        say(f"{paragraphs:,} paragraphs · writing articles")
        with tempfile.TemporaryDirectory(dir=work, prefix="partial-", ignore_cleanup_errors=True) as partial:
            real = write_articles(news, Path(partial, ARTICLES), paragraphs, seed)
            cut_all(Path(partial), paragraphs, real).save(Path(partial))
            Path(partial).rename(folder)
    return Texts(folder)


def _digest(news: Path, seed: int) -> str:
    """Return a digest of everything that the paragraphs and their words depend on."""
    facts = [str(VERSION), content_digest(news), str(seed), metadata.version("jieba"), *domain_words()]
    return blake2b("\0".join(facts).encode(), digest_size=8).hexdigest()
