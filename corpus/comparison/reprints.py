"""Finds reprints among many articles, comparing only what changed since an earlier search."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus.comparison.alignment import GONE, align
from corpus.comparison.likeness import without_space
from corpus.comparison.similar_pairs import HOLDERS, NO_PAIRS, ClausePostings, find_pairs, sorted_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from corpus.comparison.alignment import Alignment
    from corpus.model import Article

    UInt64s = npt.NDArray[np.uint64]
    Int64s = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]
    Pairs = npt.NDArray[np.int32]

_CLAUSE_END = re.compile(r"[。！？；：，!?;:,]+")  # clauses, not sentences, so that a corrected figure spoils less
_SHORTEST_CLAUSE = 10  # characters; shorter clauses are phrases that anybody writes


class Reprints(NamedTuple):
    """Which articles have similar bodies, and the digests from which a later search can go on."""

    #: (articles, 2) uint64: digests of title, headings and paragraphs, not of the date
    contents: UInt64s
    #: (articles,) uint64: digests of the bodies without white space
    bodies: UInt64s
    #: (articles + 1,) int64: the clauses of article i are clauses[starts[i]:starts[i + 1]]
    starts: Int64s
    #: (c,) uint64: hashes of the distinctive clauses
    clauses: UInt64s
    #: (p, 2) int32, ascending: pairs whose bodies are similar but not equal; of equal bodies, the first article stands
    #: for all
    alike: Pairs

    @property
    def firsts(self) -> Int64s:
        """(articles,): the index of the first article with the same body as each; its own for that one."""
        _, first, inverse = np.unique(self.bodies, return_index=True, return_inverse=True)
        return first[inverse]

    @property
    def are_first(self) -> Bools:
        """(articles,): True for the first article with its body."""
        is_first: Bools = self.firsts == np.arange(len(self.bodies))
        return is_first

    @property
    def postings(self) -> ClausePostings:
        """The clauses of the articles that are the first with their body."""
        articles = np.repeat(np.arange(len(self.bodies)), np.diff(self.starts))
        counts = self.are_first[articles]
        return ClausePostings(self.clauses[counts], articles[counts])

    @property
    def groups(self) -> list[list[int]]:
        """The numbers of articles that are reprints of one another, ascending in each group of two or more.

        Groups are in the order of their first articles, and transitive: if a is like b, and b like c, all three are in
        one group.
        """
        parents = self.firsts.tolist()
        for left, right in self.alike.tolist():
            first, second = sorted((_root(parents, left), _root(parents, right)))
            parents[second] = first
        groups: dict[int, list[int]] = defaultdict(list)
        for number in range(len(parents)):
            groups[_root(parents, number)].append(number)
        return [group for group in groups.values() if len(group) > 1]


NO_REPRINTS = Reprints(
    np.zeros((0, 2), np.uint64), np.zeros(0, np.uint64), np.zeros(1, np.int64), np.zeros(0, np.uint64), NO_PAIRS
)


def near_duplicates(articles: Sequence[Article], base: Reprints = NO_REPRINTS) -> tuple[tuple[Article, ...], ...]:
    """Group the articles whose bodies are at least 80% similar: reprints, or one text from two sources.

    Args:
        articles: all articles.
        base: what `find_reprints` returned for other articles, most of which are the same.

    Returns:
        Groups of two or more, in the order of their first articles; within a group in the given order.
    """
    groups = find_reprints(articles, base).groups
    return tuple(tuple(articles[number] for number in group) for group in groups)


def find_reprints(articles: Sequence[Article], base: Reprints = NO_REPRINTS) -> Reprints:
    """Find the articles whose bodies are at least 80% similar; reports made from one form are no reprints.

    Takes about linear time: only bodies that share a rare clause are compared. With a base, only pairs that may have
    changed are compared; the result is the same.

    Args:
        articles: all articles.
        base: the result for other articles, most of which are the same.
    """
    contents = np.frombuffer(b"".join(map(_content_digest, articles)), "<u8").reshape(-1, 2)
    alignment = align(base.contents, contents)
    reprints = Reprints(contents, *_clauses(articles, alignment, base), NO_PAIRS)
    postings = reprints.postings
    stays = ~alignment.is_fresh  # (articles,): in the base, and the first with its body in both or in neither
    stays[stays] = base.are_first[alignment.origins[stays]] == reprints.are_first[stays]
    changed = _changed_clauses(alignment, base.postings, postings, stays)
    if changed is None:
        return reprints._replace(alike=find_pairs(articles, postings))
    among = _is_in(postings.clauses, changed)
    fresh = find_pairs(articles, ClausePostings(postings.clauses[among], postings.articles[among]))
    before = np.sort(alignment.moved[base.alike], axis=1)
    before = before[(before != GONE).all(axis=1)]
    return reprints._replace(alike=sorted_pairs(np.concatenate([before[stays[before].all(axis=1)], fresh])))


def _content_digest(article: Article) -> bytes:
    """Return 16 bytes that depend on title, headings, paragraphs and their division; not on the date."""
    parts = [article.title]
    for section in article.sections:
        parts.append(f"\0{section.heading}")
        parts += [f"\0\0{paragraph.number}\0{paragraph.text}" for paragraph in section.paragraphs]
    return hashlib.blake2b("".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _hash(text: str) -> int:
    """Return a hash of 64 bits."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _clauses(articles: Sequence[Article], alignment: Alignment, base: Reprints) -> tuple[UInt64s, Int64s, UInt64s]:
    """Return bodies, starts and clauses of `Reprints`, copied from the base where the article is the same."""
    bodies, sizes, clauses = [base.bodies[:0]], [base.starts[:1]], [base.clauses[:0]]
    for start, end in alignment.runs:
        first = alignment.origins[start]
        if first == GONE:
            texts = [without_space(article.body) for article in articles[start:end]]
            hashes = [_clause_hashes(text) for text in texts]
            bodies.append(np.array(list(map(_hash, texts)), np.uint64))
            sizes.append(np.array(list(map(len, hashes)), np.int64))
            clauses.append(np.array([clause for row in hashes for clause in row], np.uint64))
        else:
            edges = base.starts[first : first + end - start + 1]
            bodies.append(base.bodies[first : first + end - start])
            sizes.append(np.diff(edges))
            clauses.append(base.clauses[edges[0] : edges[-1]])
    return np.concatenate(bodies), np.cumsum(np.concatenate(sizes)), np.concatenate(clauses)


def _clause_hashes(body: str) -> list[int]:
    """Hash a body's distinctive clauses: distinct and ascending. The body must be without white space.

    A collision costs one more comparison, and never changes the result.
    """
    return sorted({_hash(clause) for clause in _CLAUSE_END.split(body) if len(clause) >= _SHORTEST_CLAUSE})


def _changed_clauses(
    alignment: Alignment, before: ClausePostings, after: ClausePostings, stays: Bools
) -> UInt64s | None:
    """Return the clauses that other articles have than before, ascending; None if all pairs must be compared anew.

    That is the case without a base, and if a clause became a stock phrase: pairs that were compared only because they
    share it must be dropped.

    Args:
        alignment: of the articles of the base with all articles.
        before: of the base.
        after: of all articles.
        stays: (articles,): True for articles whose postings are the same as in the base.
    """
    if not len(alignment.moved):
        return None
    goes = np.ones(len(alignment.moved), np.bool_)
    goes[alignment.origins[stays]] = False
    changed = np.unique(np.concatenate([before.clauses[goes[before.articles]], after.clauses[~stays[after.articles]]]))
    earlier, later = (
        np.bincount(np.searchsorted(changed, clauses[_is_in(clauses, changed)]), minlength=len(changed))
        for clauses in (before.clauses, after.clauses)
    )
    return None if ((earlier > 1) & (earlier <= HOLDERS) & (later > HOLDERS)).any() else changed


def _is_in(clauses: UInt64s, wanted: UInt64s) -> Bools:
    """Return for each clause whether it is among the wanted ones, which ascend."""
    if not len(wanted):
        return np.zeros(len(clauses), np.bool_)
    is_in: Bools = wanted.take(np.searchsorted(wanted, clauses), mode="clip") == clauses
    return is_in


def _root(parents: list[int], number: int) -> int:
    """Return the first of an article's group (union-find with path halving, which changes `parents`)."""
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number
