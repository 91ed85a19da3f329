"""Measures recall: how often the right article is found, and at what rank, by Chuwen and by other engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.quality.indexes import SETTINGS, indexes, require_news
from benchmarks.quality.peers import require_packages, searches
from benchmarks.quality.progress import telling
from benchmarks.quality.sets import open_corpus
from benchmarks.quality.tables import mean, percents, table
from retrieval.evaluation.evaluate import AskedQuestion
from retrieval.model import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.quality.peers import Search
    from benchmarks.quality.sets import Group, QuestionSet
    from retrieval.library import Library


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one search on one set in one setting; shares are 0..1, None if nothing was asked."""

    setting: str  # of SETTINGS
    search: str
    set: str
    questions: int
    recall_at_1: float | None
    recall_at_5: float | None
    mrr_at_10: float | None

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Format one cell of a table."""
        return self.recall_at_1, self.recall_at_5, self.mrr_at_10


def measure(sets: Sequence[QuestionSet], news: Path, cache: Path, settings: Sequence[str]) -> Iterator[list[Figures]]:
    """Ask all questions in each setting.

    Args:
        sets: of questions.
        news: a file of articles that answer none of them.
        cache: a folder for indexes.
        settings: which of SETTINGS.

    Raises:
        NotReady: packages or news are missing, or the articles cannot be told apart.
    """
    require_packages()
    require_news(settings, news)
    for setting in settings:
        yield [one for file, asked in indexes(setting, sets, news, cache) for one in _ask(setting, file, asked, cache)]


def _ask(setting: str, file: Path, sets: Sequence[QuestionSet], cache: Path) -> Iterator[Figures]:
    """Ask each search all questions of the sets."""
    corpus = open_corpus(file, cache)
    for name, search in searches(corpus, cache):
        for one in sets:
            ranks = list(_ranks(corpus.library, search, one, telling(f"{setting}, {name}, {one.name}")))
            yield Figures(
                setting,
                name,
                one.name,
                len(ranks),
                mean(rank == 1 for rank in ranks),
                mean(rank is not None and rank <= 5 for rank in ranks),
                mean(1 / rank if rank and rank <= 10 else 0.0 for rank in ranks),
            )


def _ranks(
    library: Library, search: Search, asked: QuestionSet, tell: Callable[[int, int], None]
) -> Iterator[int | None]:
    """Return the rank of the first right article for each question that has one."""
    groups = [group for group in asked.questions if any(gold.has_answer for gold in group)]
    for done, group in enumerate(groups, 1):
        yield rank_of(library, search(group[0].question), group)
        tell(done, len(groups))


def rank_of(library: Library, rows: Iterable[int], group: Group) -> int | None:
    """Return the rank of the first right article, from 1, counted as in Chuwen's own evaluation."""
    hits = tuple(Hit(library.passage(row), 0.0) for row in rows)
    return AskedQuestion(golds=group, hits=hits, shown=(), forced=(), confidence=0.0).rank


def markdown(figures: Sequence[Figures]) -> str:
    """Format the figures of one setting: searches as rows, sets as columns, and the mean of the sets."""
    questions = {one.set: one.questions for one in figures}
    rows = {}
    for search in dict.fromkeys(one.search for one in figures):
        mine = [one.shares for one in figures if one.search == search]
        means = [mean(share for share in shares if share is not None) for shares in zip(*mine, strict=True)]
        rows[search] = [percents(*shares) for shares in (*mine, means)]
    columns = ("R@1 / R@5 / MRR@10", *(f"{name} ({number})" for name, number in questions.items()), "mean")
    return table(SETTINGS[figures[0].setting], columns, rows)
