"""Which of many articles are reprints of one another: found without comparing each with each, nor any pair twice."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from corpus.descent import GONE, descent
from corpus.likeness import (
    BINS,
    FIGURE,
    ROUNDING,
    SAME_ARTICLE,
    character_counts,
    count_distance,
    is_same_form,
    without_space,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from corpus.descent import Descent
    from corpus.model import Article

    UInt64s = npt.NDArray[np.uint64]
    Int64s = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]
    Pairs = npt.NDArray[np.int32]

_CLAUSE_END = re.compile(r"[。！？；：，!?;:,]+")  # finer than sentences: a corrected figure spoils less
_TELLING_LENGTH = 10  # characters; shorter clauses are phrases that anybody writes
HOLDERS = 20  # a clause in more bodies is a stock phrase; one in 20 suggests 190 pairs
AT_ONCE = 1 << 16  # pairs of which the characters are compared together: 32 MB
COMPARED = 1 << 12  # of which the texts are


class Held(NamedTuple):
    """Clauses, each together with an article that holds it: both (n,), by ascending articles."""

    clauses: UInt64s
    holders: Int64s


class Reprints(NamedTuple):
    """Who is like whom among some articles, and what that was found by.

    Attributes:
        contents: (articles, 2) uint64: digests of all that an article says, paragraph by paragraph.
        bodies: (articles,) uint64: digests of their bodies, white space aside.
        starts: (articles + 1,) int64: the clauses of article i are clauses[starts[i]:starts[i + 1]].
        clauses: (c,) uint64: hashes of its telling clauses.
        alike: (p, 2) int32, ascending: articles whose bodies differ, but not much. Of several with one body the first
            stands for all.
    """

    contents: UInt64s
    bodies: UInt64s
    starts: Int64s
    clauses: UInt64s
    alike: Pairs

    @property
    def firsts(self) -> Int64s:
        """(articles,): the first article with the same body as each."""
        _, first, of = np.unique(self.bodies, return_index=True, return_inverse=True)
        return first[of]

    @property
    def are_first(self) -> Bools:
        """(articles,): which stand for all with the same body."""
        first: Bools = self.firsts == np.arange(len(self.bodies))
        return first

    @property
    def held(self) -> Held:
        """The clauses of those that stand for others."""
        holders = np.repeat(np.arange(len(self.bodies)), np.diff(self.starts))
        counts = self.are_first[holders]
        return Held(self.clauses[counts], holders[counts])

    @property
    def groups(self) -> list[list[int]]:
        """The numbers of articles that are reprints of one another, two or more in each group, ascending.

        Who is like a second and the second like a third is in one group with both.
        """
        parents = self.firsts.tolist()
        for one, other in self.alike.tolist():
            first, second = sorted((_root(parents, one), _root(parents, other)))
            parents[second] = first
        found: dict[int, list[int]] = defaultdict(list)
        for number in range(len(parents)):
            found[_root(parents, number)].append(number)
        return [group for group in found.values() if len(group) > 1]


NO_REPRINTS = Reprints(
    np.zeros((0, 2), np.uint64),
    np.zeros(0, np.uint64),
    np.zeros(1, np.int64),
    np.zeros(0, np.uint64),
    np.zeros((0, 2), np.int32),
)


def near_duplicates(articles: Sequence[Article], base: Reprints = NO_REPRINTS) -> tuple[tuple[Article, ...], ...]:
    """Group the articles of which the bodies are at least 80 % alike: reprints, and the same from two sources.

    Args:
        articles: all.
        base: what `find_reprints` found among others, most of which are the same.

    Returns:
        Groups of two or more, in the order of their first articles; within a group in the given order.
    """
    groups = find_reprints(articles, base).groups
    return tuple(tuple(articles[number] for number in group) for group in groups)


def find_reprints(articles: Sequence[Article], base: Reprints = NO_REPRINTS) -> Reprints:
    """Find the articles of which the bodies are at least 80 % alike; reports made from one form are no reprints.

    In time about linear in the corpus: compared are only bodies that share a clause that few have. Of a corpus that was
    looked at before, only what changed is compared; what is found is the same.

    Args:
        articles: all.
        base: what was found among others, most of which are the same.
    """
    contents = np.frombuffer(b"".join(map(_content, articles)), "<u8").reshape(-1, 2)
    fate = descent(base.contents, contents)
    found = Reprints(contents, *_told(articles, fate, base), NO_REPRINTS.alike)
    held, stays = found.held, _stays(fate, base, found)
    touched = _touched(fate, base.held, held, stays)
    if touched is None:
        return found._replace(alike=_alike(articles, held))
    among = _are_in(held.clauses, touched)
    fresh = _alike(articles, Held(held.clauses[among], held.holders[among]))
    before = np.sort(fate.moved[base.alike], axis=1)
    before = before[(before != GONE).all(axis=1)]
    return found._replace(alike=_ascending(np.concatenate([before[stays[before].all(axis=1)], fresh])))


def _content(article: Article) -> bytes:
    """Of all that an article says, and of how it is divided: 16 bytes."""
    said = [article.title]
    for section in article.sections:
        said.append(f"\0{section.heading}")
        said += [f"\0\0{paragraph.number}\0{paragraph.text}" for paragraph in section.paragraphs]
    return hashlib.blake2b("".join(said).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _told(articles: Sequence[Article], fate: Descent, base: Reprints) -> tuple[UInt64s, Int64s, UInt64s]:
    """Bodies, starts and clauses of all articles: of those that are new worked out, of the others as they were."""
    bodies, sizes, clauses = [base.bodies[:0]], [base.starts[:1]], [base.clauses[:0]]
    for start, end in fate.runs:
        first = fate.origins[start]
        if first == GONE:
            said = [without_space(article.body) for article in articles[start:end]]
            telling = [_telling(body) for body in said]
            bodies.append(np.array(list(map(_hash, said)), np.uint64))
            sizes.append(np.array(list(map(len, telling)), np.int64))
            clauses.append(np.array([clause for one in telling for clause in one], np.uint64))
        else:
            edges = base.starts[first : first + end - start + 1]
            bodies.append(base.bodies[first : first + end - start])
            sizes.append(np.diff(edges))
            clauses.append(base.clauses[edges[0] : edges[-1]])
    return np.concatenate(bodies), np.cumsum(np.concatenate(sizes)), np.concatenate(clauses)


def _telling(body: str) -> list[int]:
    """The hashes of a body's telling clauses: two clauses of one hash cost a comparison, not a mistake."""
    return sorted({_hash(clause) for clause in _CLAUSE_END.split(body) if len(clause) >= _TELLING_LENGTH})


def _stays(fate: Descent, base: Reprints, found: Reprints) -> Bools:
    """(articles,): which were there before, and stand for others with the same body if they did."""
    stays = ~fate.is_fresh
    stays[stays] = base.are_first[fate.origins[stays]] == found.are_first[stays]
    return stays


def _touched(fate: Descent, before: Held, now: Held, stays: Bools) -> UInt64s | None:
    """The clauses that others hold than before, ascending; None where all have to be looked at.

    That is where a clause became a stock phrase: who was compared for its sake would not be any more.
    """
    if not len(fate.moved):
        return None
    goes = np.ones(len(fate.moved), np.bool_)
    goes[fate.origins[stays]] = False
    touched = np.unique(np.concatenate([before.clauses[goes[before.holders]], now.clauses[~stays[now.holders]]]))
    earlier, later = (_counts(touched, held.clauses) for held in (before, now))
    return None if ((earlier > 1) & (earlier <= HOLDERS) & (later > HOLDERS)).any() else touched


def _counts(wanted: UInt64s, clauses: UInt64s) -> Int64s:
    """How often each of some clauses, which ascend, is held."""
    return np.bincount(np.searchsorted(wanted, clauses[_are_in(clauses, wanted)]), minlength=len(wanted))


def _are_in(clauses: UInt64s, wanted: UInt64s) -> Bools:
    """Which clauses are among some that ascend."""
    if not len(wanted):
        return np.zeros(len(clauses), np.bool_)
    found: Bools = wanted.take(np.searchsorted(wanted, clauses), mode="clip") == clauses
    return found


def _alike(articles: Sequence[Article], held: Held) -> Pairs:
    """Of the articles that share one of these clauses, the pairs that are alike, ascending."""
    found = [NO_REPRINTS.alike]
    pairs = _ascending(np.concatenate([NO_REPRINTS.alike, *_near(articles, held)]))
    for start in range(0, len(pairs), COMPARED):
        some = pairs[start : start + COMPARED]
        bodies = {number: without_space(articles[number].body) for number in np.unique(some).tolist()}
        ones, others = ([bodies[number] for number in column] for column in some.T.tolist())
        likeness = cpdist(
            ones, others, scorer=Indel.normalized_similarity, score_cutoff=SAME_ARTICLE - ROUNDING, workers=-1
        )
        alike = some[likeness > 0]
        is_told_apart = [
            is_same_form(bodies[one], bodies[other]) or _are_numbered(articles[one], articles[other])
            for one, other in alike.tolist()
        ]
        found.append(alike[~np.array(is_told_apart, np.bool_)])
    return np.concatenate(found)


def _near(articles: Sequence[Article], held: Held) -> Iterator[Pairs]:
    """The pairs that share a clause and have about the same characters in any order; some more than once."""
    shared = list(_shared(held))
    numbers = np.unique(np.concatenate([NO_REPRINTS.alike.ravel(), *(members.ravel() for members in shared)]))
    lengths, counts = np.zeros(len(numbers), np.int64), np.zeros((len(numbers), BINS), np.int16)
    for place, number in enumerate(numbers.tolist()):
        body = without_space(articles[number].body)
        lengths[place], counts[place] = len(body), character_counts(body)
    for members in shared:
        left, right = np.triu_indices(members.shape[1], 1)
        pairs = _ascending(np.stack([members[:, left].ravel(), members[:, right].ravel()], axis=1))
        ones, others = np.searchsorted(numbers, pairs).T
        allowed = (1 - SAME_ARTICLE) * (lengths[ones] + lengths[others]) + ROUNDING
        fits = np.flatnonzero(np.abs(lengths[ones] - lengths[others]) <= allowed)  # most do not, and that is soon told
        yield pairs[fits[count_distance(counts[ones[fits]], counts[others[fits]]) <= allowed[fits]]]


def _shared(held: Held) -> Iterator[Int64s]:
    """The articles that hold a clause together: (clauses, holders of each), at most AT_ONCE pairs at a time."""
    order = np.argsort(held.clauses, kind="stable")
    clauses, holders = held.clauses[order], held.holders[order]
    edges = np.flatnonzero(np.concatenate([[True], clauses[1:] != clauses[:-1], [True]])) if len(clauses) else order
    sizes = np.diff(edges)
    for size in range(2, HOLDERS + 1):
        runs = edges[:-1][sizes == size]
        at_once = 2 * AT_ONCE // (size * (size - 1))
        for start in range(0, len(runs), at_once):
            yield holders[runs[start : start + at_once, np.newaxis] + np.arange(size)]


def _are_numbered(one: Article, other: Article) -> bool:
    """Whether two titles are told apart by their figures, as notices of one series are, and the texts as well."""
    titles = [Counter(FIGURE.findall(article.title)) for article in (one, other)]
    bodies = [Counter(FIGURE.findall(article.body)) for article in (one, other)]
    return titles[0] != titles[1] and bodies[0] != bodies[1]


def _ascending(pairs: Pairs) -> Pairs:
    """The same pairs, each once."""
    keys = np.unique(pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1])
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1).astype(np.int32)


def _root(parents: list[int], number: int) -> int:
    """The first of a group (union-find, halving the path)."""
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number
