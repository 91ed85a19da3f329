"""The indexes that questions are asked of: each set's own articles, all sets' articles, or these and news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.quality.errors import NotReady
from benchmarks.quality.sets import pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.quality.sets import QuestionSet

SETTINGS = {
    "own": "Each set in an index of its own",
    "pooled": "All sets in one index",
    "news": "All sets in one index, with news among them",
}


def require_news(settings: Iterable[str], news: Path) -> None:
    """Check that news is there if a setting needs it, before a long measurement begins.

    Raises:
        NotReady: a setting needs news, and there is none.
    """
    if "news" in settings and not news.exists():
        raise NotReady(
            f"{news}: 找不到新闻文章，请用 --news 指定，或用 --settings own pooled 略去 / "
            "no news articles there; name their file in --news, or leave them out: --settings own pooled"
        )


def indexes(
    setting: str, sets: Sequence[QuestionSet], news: Path, cache: Path
) -> list[tuple[Path, Sequence[QuestionSet]]]:
    """Return the files that are indexed in a setting, each with the sets that are asked of it.

    Args:
        setting: one of SETTINGS.
        sets: all sets, also those whose questions are not asked: their articles are in the pool.
        news: a file of articles that answer none of the questions.
        cache: a folder for pools.
    """
    if setting == "own":
        return [(one.articles, [one]) for one in sets]
    files = [one.articles for one in sets]
    return [(pool([*files, news] if setting == "news" else files, cache), sets)]
