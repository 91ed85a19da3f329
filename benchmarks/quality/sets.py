"""Reads question sets, and opens the articles that they are asked of."""

from __future__ import annotations

import gzip
import os
import random
import shutil
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from benchmarks.quality.errors import NotReady
from benchmarks.quality.split import is_held
from corpus.load import content_digest, load
from retrieval.evaluation.gold import group_by_question, read_questions
from retrieval.index.rows import rows_of
from retrieval.storage.library_cache import open_or_build

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library
    from retrieval.storage.build_progress import ProgressCallback

ARTICLES, QUESTIONS = "articles.jsonl.gz", "questions.jsonl.gz"
SEED = 0  # of the choice of questions: every run asks the same

Group = tuple["Gold", ...]  # questions of the same text: any of their answers will do


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice of questions from each set.

    Attributes:
        limit: the most questions per set; chosen at random, but always the same.
        is_held_only: only questions on articles that nothing is tuned or trained on.
    """

    limit: int
    is_held_only: bool

    def of(self, golds: Iterable[Gold], titles: Mapping[str, str]) -> tuple[Group, ...]:
        """Return the questions that are asked, grouped by their text.

        Args:
            golds: all questions of the set.
            titles: the titles of its articles, by id.
        """
        groups = group_by_question(golds)
        if self.is_held_only:
            groups = tuple(group for group in groups if is_held(page_of(group[0], titles)))
        return tuple(random.Random(SEED).sample(groups, min(self.limit, len(groups))))


def page_of(gold: Gold, titles: Mapping[str, str]) -> str:
    """Return the title of the first right article, or its id; without one, a text that fixes the question's half."""
    first = next(iter(gold.articles), "")
    return titles.get(first) or first or gold.title or gold.id


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions of one set, and the file of the articles that they were asked of."""

    name: str
    articles: Path
    questions: tuple[Group, ...]

    @property
    def judged(self) -> tuple[Group, ...]:
        """Return the questions for which the answer is judged, not only the article."""
        return tuple(group for group in self.questions if any(gold.answers for gold in group))


@dataclass(frozen=True, slots=True)
class Corpus:
    """An opened library, and the text of each row of its index for the other engines."""

    library: Library
    texts: tuple[str, ...]  # headline, section and paragraph, normalised


def read_sets(folder: Path, choice: Choice) -> tuple[QuestionSet, ...]:
    """Read every set in a folder, by name.

    Raises:
        NotReady: there is no set.
        BadQuestions: the questions of a set cannot be read.
    """
    folders = sorted(path.parent for path in folder.glob(f"*/{QUESTIONS}") if (path.parent / ARTICLES).exists())
    if not folders:
        raise NotReady(
            f"{folder}: 找不到问题集（含 {ARTICLES} 和 {QUESTIONS} 的文件夹），请用 --sets 指定 / "
            f"no question sets (folders with {ARTICLES} and {QUESTIONS}) there; name their folder in --sets"
        )
    return tuple(
        QuestionSet(one.name, one / ARTICLES, choice.of(read_questions(one / QUESTIONS), titles_of(one / ARTICLES)))
        for one in folders
    )


def titles_of(articles: Path) -> dict[str, str]:
    """Return the titles of a file's articles, by id; empty for an article without title."""
    return {article.id: article.title for article in load(articles).articles}


def pool(files: Sequence[Path], cache: Path) -> Path:
    """Join the articles of several files in one, cached under a name made from their contents."""
    digest = blake2b("".join(map(content_digest, files)).encode(), digest_size=8).hexdigest()
    pooled = cache / "pools" / digest / "articles.jsonl"
    if not pooled.exists():
        pooled.parent.mkdir(parents=True, exist_ok=True)
        partial = pooled.with_suffix(f".{os.getpid()}")
        with partial.open("wb") as target:
            for file in files:
                with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as source:
                    shutil.copyfileobj(source, target)
                target.write(b"\n")  # a blank line is no article, and a last line may lack its end
        partial.replace(pooled)
    return pooled


def open_corpus(articles: Path, cache: Path, progress: ProgressCallback | None = None) -> Corpus:
    """Open the articles of a file with their texts.

    Raises:
        NotReady: see `open_whole`.
    """
    library = open_whole(articles, cache, progress)
    texts = tuple(row.indexed_text for article in load(articles).articles for row in rows_of(article))
    return Corpus(library, texts)


def open_whole(articles: Path, cache: Path, progress: ProgressCallback | None = None) -> Library:
    """Open the articles of a file; build their index if the cache has none.

    Raises:
        NotReady: articles were left out, so that questions would have lost their right one.
    """
    library = open_or_build(articles, cache, progress)
    if library.faults:
        first = library.faults[0]
        raise NotReady(
            f"{articles}:{first.line}: {len(library.faults)} faults, the first {first.code} {first.found} "
            f"{first.other}; every article must be readable, its id its own, and none there twice"
        )
    return library
