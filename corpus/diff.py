"""Deciding who is who from one published state to the next: what is new, corrected, removed, and what only moved.

An article is known again, in this order, by the id that its source gave; by saying the same; by its place in its file,
where title, text or neighbours agree; by date and text in any file. Who is known keeps the key of before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import chain, count
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from corpus.likeness import SAME_ARTICLE, is_same_form, similar_pairs, similarity
from corpus.model import Article, Correction, Delta, Snapshot, article_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

    from corpus.load import Candidates

_HALF = 0.5  # of a text rewritten in its place; 52 of a million pairs of news are that much alike
_EDGE = -1  # stands for the neighbour before the first and after the last article of a file


class _Matching:
    """Which old article, by its index, is which new one; each at most once."""

    def __init__(self, olds: Sequence[Article], news: Sequence[Article]) -> None:
        self.olds = olds
        self.news = news
        self.new_of: dict[int, int] = {}
        self.old_of: dict[int, int] = {}

    def pair(self, old: int, new: int) -> None:
        """Take two for one article, unless either has its partner."""
        if old not in self.new_of and new not in self.old_of:
            self.new_of[old] = new
            self.old_of[new] = old

    def free(self, group: Callable[[Article], Hashable]) -> list[tuple[list[int], list[int]]]:
        """Those without partner, old and new, for each group that has some of both."""
        olds = _groups(self.olds, group, self.new_of)
        news = _groups(self.news, group, self.old_of)
        return [(olds[name], news[name]) for name in olds if name in news]


def diff(previous: Snapshot, candidates: Candidates) -> tuple[Snapshot, Delta]:
    """Compare what is published with what the corpus holds now.

    The order of `previous.articles` doesn't matter. Within the delta articles stand in file order, and so they do in
    the new snapshot.
    """
    faulty = frozenset(fault.path for fault in candidates.faults if not fault.is_notice)
    matching = _matching(sorted(previous.articles, key=_file_order), candidates.articles, faulty)
    gone = [old for index, old in enumerate(matching.olds) if index not in matching.new_of]
    kept = tuple(old for old in gone if _is_broken(old, faulty))
    removed = tuple(old for old in gone if not _is_broken(old, faulty))
    pairs = {new: matching.olds[old] for new, old in matching.old_of.items()}
    living = {article.key for article in chain(pairs.values(), kept)}
    retired = {**previous.retired, **{article.digest: article.key for article in removed}}
    keys = {new: before.key for new, before in pairs.items()}
    keys |= _new_keys({n: new for n, new in enumerate(matching.news) if n not in pairs}, living, retired)
    articles = [_with_key(new, keys[n]) for n, new in enumerate(matching.news)]
    snapshot = Snapshot(
        tuple(sorted([*articles, *kept], key=lambda article: (article.origin.path, article.origin.line))),
        {digest: key for digest, key in retired.items() if key not in living.union(keys.values())},
    )
    same = {n for n, before in pairs.items() if before.digest == articles[n].digest}
    delta = Delta(
        added=tuple(article for n, article in enumerate(articles) if n not in pairs),
        corrected=tuple(Correction(pairs[n], articles[n]) for n in sorted(pairs.keys() - same)),
        removed=removed,
        unchanged=len(same),
        moved=sum(pairs[n].origin.path != articles[n].origin.path for n in same),
        kept=kept,
    )
    return snapshot, delta


def _groups(
    articles: Iterable[Article], group: Callable[[Article], Hashable], without: Collection[int] = ()
) -> dict[Hashable, list[int]]:
    """The indices of the articles of each group."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, article in enumerate(articles):
        if index not in without:
            groups[group(article)].append(index)
    return groups


def _path(article: Article) -> str:
    return article.origin.path


def _file_order(article: Article) -> tuple[str, int, int, str, str]:
    """The order in a file, also of many articles on one line: made ids end with a number, so shorter ones are first."""
    return article.origin.path, article.origin.line, len(article.id), article.id, article.key


def _is_broken(article: Article, faulty: Collection[str]) -> bool:
    """Whether something is wrong with the article's file or a folder above it (`.` is the corpus)."""
    path = PurePosixPath(article.origin.path)
    return any(str(place) in faulty for place in (path, *path.parents))


def _matching(olds: Sequence[Article], news: Sequence[Article], faulty: Collection[str]) -> _Matching:
    """Find partners, from the surest sign to the weakest."""
    matching = _Matching(olds, news)
    _by_id(matching)
    _by_content(matching)
    old_files, new_files = _groups(olds, _path), _groups(news, _path)
    for old_few, new_few in matching.free(_path):
        path = olds[old_few[0]].origin.path
        _by_title(matching, old_few, new_few)
        _by_text(matching, old_few, new_few)
        _by_neighbours(matching, old_files[path], new_files[path])
    for old_few, new_few in matching.free(lambda article: (article.title.strip(), "".join(article.body.split()))):
        _by_text(matching, old_few, new_few)  # only the date was corrected
    for old_few, new_few in matching.free(lambda article: article.date):
        gone = [old for old in old_few if not _is_broken(olds[old], faulty)]  # the others are kept, not gone elsewhere
        _by_text(matching, gone, new_few)
    return matching


def _by_id(matching: _Matching) -> None:
    """Pair those to which the source gave the same id, whatever they say now."""
    named = {article.id: index for index, article in enumerate(matching.olds) if article.is_named}
    for new, article in enumerate(matching.news):
        if article.is_named and article.id in named:
            matching.pair(named[article.id], new)


def _by_content(matching: _Matching) -> None:
    """Pair those that say the same, in the same place rather than in another."""
    for olds, news in matching.free(lambda article: article.digest):
        pairs = ((_moves(matching.olds[old], matching.news[new]), new, old) for old in olds for new in news)
        for _, new, old in sorted(pairs):
            matching.pair(old, new)


def _moves(old: Article, new: Article) -> tuple[bool, bool, bool]:
    return old.origin.path != new.origin.path, old.origin.line != new.origin.line, old.id != new.id


def _by_title(matching: _Matching, olds: Sequence[int], news: Sequence[int]) -> None:
    """Pair those of one title, unless it is a column's that returns every day: another date and another text."""
    old_titles, new_titles = _unique_titles(matching.olds, olds), _unique_titles(matching.news, news)
    for title in old_titles.keys() & new_titles.keys():
        old, new = old_titles[title], new_titles[title]
        before, after = matching.olds[old], matching.news[new]
        if _may_be_same(before, after) and (before.date == after.date or similarity(before.body, after.body, _HALF)):
            matching.pair(old, new)


def _unique_titles(articles: Sequence[Article], indices: Iterable[int]) -> dict[str, int]:
    titles = {index: articles[index].title.strip() for index in indices}
    times = Counter(titles.values())
    return {title: index for index, title in titles.items() if title and times[title] == 1}


def _by_text(matching: _Matching, olds: Sequence[int], news: Sequence[int]) -> None:
    """Pair those of which the bodies are at least 80 % alike, best first; no reports that are made from one form."""
    olds = [old for old in olds if old not in matching.new_of]
    news = [new for new in news if new not in matching.old_of]
    pairs = []
    for is_named in (False, True):  # apart, because two that are named needn't be compared
        ones = [old for old in olds if matching.olds[old].is_named == is_named]
        others = [new for new in news if not (is_named and matching.news[new].is_named)]
        bodies = [matching.olds[old].body for old in ones], [matching.news[new].body for new in others]
        pairs += [(-likeness, ones[i], others[j]) for likeness, i, j in similar_pairs(*bodies)]
    for _, old, new in sorted(pairs):
        if not is_same_form(matching.olds[old].body, matching.news[new].body):
            matching.pair(old, new)


def _by_neighbours(matching: _Matching, olds: Sequence[int], news: Sequence[int]) -> None:
    """Pair those in the same place between the same neighbours, counted from the one before or the one after.

    Args:
        matching: gets the pairs.
        olds: all that stood in a file, with and without partner, in file order.
        news: all that stand there now.
    """
    here = set(news)
    anchors = {old: matching.new_of[old] for old in olds if matching.new_of.get(old) in here}
    new_runs = _runs(news, {new: new for new in anchors.values()}, matching.old_of)
    for gap, run in _runs(olds, anchors, matching.new_of).items():
        others = new_runs.get(gap, [])
        for old, new in chain(zip(run, others, strict=False), zip(reversed(run), reversed(others), strict=False)):
            before, after = matching.olds[old], matching.news[new]
            if _may_be_same(before, after) and _is_rewritten(before, after):
                matching.pair(old, new)


def _runs(
    indices: Iterable[int], anchors: Mapping[int, int], partners: Collection[int]
) -> Mapping[tuple[int, int], list[int]]:
    """Collect neighbours without partner by the anchors before and after; who has moved away is no neighbour."""
    runs: dict[tuple[int, int], list[int]] = {}
    run: list[int] = []
    before = _EDGE
    for index in indices:
        if index in anchors:
            runs[before, anchors[index]] = run
            run, before = [], anchors[index]
        elif index not in partners:
            run.append(index)
    runs[before, _EDGE] = run
    return runs


def _may_be_same(old: Article, new: Article) -> bool:
    return not (old.is_named and new.is_named)  # their ids differ, or they would have been paired by them


def _is_rewritten(old: Article, new: Article) -> bool:
    """Whether the title stays, or half of the text; where title and date are others, nearly all of it."""
    if old.title.strip() and old.title.strip() == new.title.strip():
        return True
    least = _HALF if old.date == new.date else SAME_ARTICLE
    return similarity(old.body, new.body, least) > 0 and not is_same_form(old.body, new.body)


def _new_keys(news: Mapping[int, Article], living: Collection[str], retired: Mapping[str, str]) -> dict[int, str]:
    """Give each new article, by its index, the key it had when it said the same before, or one that nobody has."""
    used = set(living)
    taken = used.union(retired.values())
    keys: dict[int, str] = {}
    for index, article in news.items():
        if (key := retired.get(article.digest)) and key not in used:
            keys[index] = key
            used.add(key)
    for index, article in news.items():
        if index not in keys:
            own = article_key(article.id)
            is_free = own not in (used if article.is_named else taken)
            keys[index] = own if is_free else _other_key(article.id, taken)
            used.add(keys[index])
            taken.add(keys[index])
    return keys


def _other_key(article_id: str, taken: Collection[str]) -> str:
    keys = (article_key(f"{article_id}\0{number}") for number in count(2))
    return next(key for key in keys if key not in taken)


def _with_key(article: Article, key: str) -> Article:
    return article if article.key == key else replace(article, key=key)
