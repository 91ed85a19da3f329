"""Compares the published articles with the corpus: what was added, corrected, removed or moved.

An article that is recognised keeps the key it had before.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count
from typing import TYPE_CHECKING

from corpus.comparison.identity import is_broken, match_articles
from corpus.model import Article, Correction, Delta, Snapshot, article_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from corpus.load import Candidates


def diff(previous: Snapshot, candidates: Candidates) -> tuple[Snapshot, Delta]:
    """Compare what is published with what the corpus holds now.

    Articles of a file that could not be read are kept, not removed; a notice is no such fault. Articles that are
    recognised keep their keys. The order of `previous.articles` doesn't matter.

    Returns:
        The new snapshot and how it differs, both with articles in file order.
    """
    faulty = frozenset(fault.path for fault in candidates.faults if not fault.is_notice)
    matching = match_articles(sorted(previous.articles, key=_file_order), candidates.articles, faulty)
    unmatched = [old for index, old in enumerate(matching.olds) if index not in matching.new_of]
    kept = tuple(old for old in unmatched if is_broken(old, faulty))
    removed = tuple(old for old in unmatched if not is_broken(old, faulty))
    pairs = {new: matching.olds[old] for new, old in matching.old_of.items()}
    living = {article.key for article in chain(pairs.values(), kept)}
    retired = {**previous.retired, **{article.digest: article.key for article in removed}}
    keys = {new: before.key for new, before in pairs.items()}
    keys |= _new_keys({n: new for n, new in enumerate(matching.news) if n not in pairs}, living, retired)
    articles = [new if new.key == keys[n] else replace(new, key=keys[n]) for n, new in enumerate(matching.news)]
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


def _file_order(article: Article) -> tuple[str, int, int, str, str]:
    """Sort by place. Articles on one line sort by id, the shorter first, because made ids end with a number."""
    return article.origin.path, article.origin.line, len(article.id), article.id, article.key


def _new_keys(news: Mapping[int, Article], living: Collection[str], retired: Mapping[str, str]) -> dict[int, str]:
    """Give each new article a key that no other article has; return the keys by index.

    An article with the content of a removed one gets that one's key back. Otherwise the key is made from the id. It may
    be a removed article's key only if the source gave the id.

    Args:
        news: the new articles by their indices.
        living: keys of the articles that stay.
        retired: the keys of removed articles by their digests.
    """
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
    """Return a key that is made from an id and is not among those taken; the same for the same arguments."""
    keys = (article_key(f"{article_id}\0{number}") for number in count(2))
    return next(key for key in keys if key not in taken)
