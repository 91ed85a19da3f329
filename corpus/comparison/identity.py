"""Decides which article of the corpus is which published one.

Articles are matched, in this order, by the id that the source gave; by equal content; within a file by title, text or
neighbours; by title and text, where only the date differs; by date and text in any file.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from corpus.comparison.likeness import SAME_ARTICLE, is_same_form, similar_pairs, similarity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

    from corpus.model import Article

_REWRITTEN = 0.5  # similarity of a text rewritten in its place; 52 of a million pairs of news are that similar
_EDGE = -1  # stands for the neighbour before the first and behind the last article of a file


class Matching:
    """A one-to-one matching between old and new articles, by their indices."""

    def __init__(self, olds: Sequence[Article], news: Sequence[Article]) -> None:
        self.olds = olds
        self.news = news
        self.new_of: dict[int, int] = {}
        self.old_of: dict[int, int] = {}

    def pair(self, old: int, new: int) -> None:
        """Match two articles, unless either is matched already."""
        if old not in self.new_of and new not in self.old_of:
            self.new_of[old] = new
            self.old_of[new] = old

    def unmatched(self, group: Callable[[Article], Hashable]) -> list[tuple[list[int], list[int]]]:
        """Return, for each group that has some of both, the ascending indices of its unmatched old and new articles."""
        olds = _groups(self.olds, group, self.new_of)
        news = _groups(self.news, group, self.old_of)
        return [(olds[name], news[name]) for name in olds if name in news]


def match_articles(olds: Sequence[Article], news: Sequence[Article], faulty: Collection[str]) -> Matching:
    """Match old and new articles, from the surest evidence to the weakest.

    Args:
        olds: in file order.
        news: in file order.
        faulty: paths that faults name; an old article in such a file is not looked for in other files by similar text.
    """
    matching = Matching(olds, news)
    _match_ids(matching)
    _match_contents(matching)
    old_files, new_files = _groups(olds, _path), _groups(news, _path)
    for old_indices, new_indices in matching.unmatched(_path):
        path = _path(olds[old_indices[0]])
        _match_titles(matching, old_indices, new_indices)
        _match_texts(matching, old_indices, new_indices)
        _match_neighbours(matching, old_files[path], new_files[path])
    for old_indices, new_indices in matching.unmatched(
        lambda article: (article.title.strip(), "".join(article.body.split()))
    ):
        _match_texts(matching, old_indices, new_indices)  # only the date was corrected
    for old_indices, new_indices in matching.unmatched(lambda article: article.date):
        gone = [old for old in old_indices if not is_broken(olds[old], faulty)]  # others are kept, so they can't move
        _match_texts(matching, gone, new_indices)
    return matching


def is_broken(article: Article, faulty: Collection[str]) -> bool:
    """Return True if a fault names the article's file or a folder above it (`.` is the corpus)."""
    path = PurePosixPath(article.origin.path)
    return any(str(place) in faulty for place in (path, *path.parents))


def _path(article: Article) -> str:
    return article.origin.path


def _groups(
    articles: Iterable[Article], group: Callable[[Article], Hashable], without: Collection[int] = ()
) -> dict[Hashable, list[int]]:
    """Return the ascending indices of the articles of each group; the indices in `without` are left out."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, article in enumerate(articles):
        if index not in without:
            groups[group(article)].append(index)
    return groups


def _match_ids(matching: Matching) -> None:
    """Match articles to which the source gave the same id, whatever they say now."""
    named = {article.id: index for index, article in enumerate(matching.olds) if article.is_named}
    for new, article in enumerate(matching.news):
        if article.is_named and article.id in named:
            matching.pair(named[article.id], new)


def _match_contents(matching: Matching) -> None:
    """Match articles with equal digests, in any file; of several, those in the same place or with the same id first.

    The same file counts most, then the same line, then the id.
    """

    def differences(old: int, new: int) -> tuple[bool, bool, bool]:
        before, after = matching.olds[old], matching.news[new]
        return _path(before) != _path(after), before.origin.line != after.origin.line, before.id != after.id

    for olds, news in matching.unmatched(lambda article: article.digest):
        for _, new, old in sorted((differences(old, new), new, old) for old in olds for new in news):
            matching.pair(old, new)


def _match_titles(matching: Matching, olds: Sequence[int], news: Sequence[int]) -> None:
    """Match articles of one file with the same unique title, if the date or half of the text is the same too.

    Otherwise the title may be that of a column which appears every day. Two articles with given ids are not matched.
    """
    old_titles, new_titles = _unique_titles(matching.olds, olds), _unique_titles(matching.news, news)
    for title in old_titles.keys() & new_titles.keys():
        old, new = old_titles[title], new_titles[title]
        before, after = matching.olds[old], matching.news[new]
        if not _may_be_same(before, after):
            continue
        if before.date == after.date or similarity(before.body, after.body, _REWRITTEN):
            matching.pair(old, new)


def _unique_titles(articles: Sequence[Article], indices: Iterable[int]) -> dict[str, int]:
    """Map each title that is not empty and that only one of these articles has to the article's index."""
    titles = {index: articles[index].title.strip() for index in indices}
    counts = Counter(titles.values())
    return {title: index for index, title in titles.items() if title and counts[title] == 1}


def _match_texts(matching: Matching, olds: Sequence[int], news: Sequence[int]) -> None:
    """Match articles whose bodies are at least 80% similar, best first, except reports made from one form.

    Matched articles are skipped; two articles with given ids are not matched.

    Args:
        matching: receives the pairs.
        olds: indices of old articles.
        news: indices of new articles.
    """
    olds = [old for old in olds if old not in matching.new_of]
    news = [new for new in news if new not in matching.old_of]
    pairs = []
    for is_named in (False, True):  # separately, because two named articles needn't be compared
        lefts = [old for old in olds if matching.olds[old].is_named == is_named]
        rights = [new for new in news if not (is_named and matching.news[new].is_named)]
        bodies = [matching.olds[old].body for old in lefts], [matching.news[new].body for new in rights]
        pairs += [(-score, lefts[i], rights[j]) for score, i, j in similar_pairs(*bodies)]
    for _, old, new in sorted(pairs):
        if not is_same_form(matching.olds[old].body, matching.news[new].body):
            matching.pair(old, new)


def _match_neighbours(matching: Matching, olds: Sequence[int], news: Sequence[int]) -> None:
    """Match articles that stand between the same matched neighbours, at the same distance from one of them.

    Args:
        matching: receives the pairs.
        olds: all articles that stood in a file, matched or not, in file order.
        news: all articles that stand there now.
    """
    in_file = set(news)
    anchors = {old: matching.new_of[old] for old in olds if matching.new_of.get(old) in in_file}
    new_runs = _runs(news, {new: new for new in anchors.values()}, matching.old_of)
    for gap, run in _runs(olds, anchors, matching.new_of).items():
        new_run = new_runs.get(gap, [])
        from_end = zip(reversed(run), reversed(new_run), strict=False)
        for old, new in chain(zip(run, new_run, strict=False), from_end):
            before, after = matching.olds[old], matching.news[new]
            if _may_be_same(before, after) and _is_rewritten(before, after):
                matching.pair(old, new)


def _runs(
    indices: Iterable[int], anchors: Mapping[int, int], matched: Collection[int]
) -> Mapping[tuple[int, int], list[int]]:
    """Group unmatched articles by the anchors before and behind them; skip articles matched in another file.

    Args:
        indices: of all articles of a file, in order.
        anchors: the matched articles of the file: the index of each on the new side by its own index.
        matched: indices of all matched articles.

    Returns:
        Indices by (anchor before, anchor behind), as new indices; _EDGE where there is none.
    """
    runs: dict[tuple[int, int], list[int]] = {}
    run: list[int] = []
    before = _EDGE
    for index in indices:
        if index in anchors:
            runs[before, anchors[index]] = run
            run, before = [], anchors[index]
        elif index not in matched:
            run.append(index)
    runs[before, _EDGE] = run
    return runs


def _may_be_same(old: Article, new: Article) -> bool:
    """Return False if the source gave both articles an id."""
    return not (old.is_named and new.is_named)  # their ids differ, or they would have been matched by id


def _is_rewritten(old: Article, new: Article) -> bool:
    """Return True if the title is the same, or half of the text; if the date differs too, 80% of the text.

    An empty title doesn't count, nor does the text of one form filled in twice.
    """
    if old.title.strip() and old.title.strip() == new.title.strip():
        return True
    least = _REWRITTEN if old.date == new.date else SAME_ARTICLE
    return similarity(old.body, new.body, least) > 0 and not is_same_form(old.body, new.body)
