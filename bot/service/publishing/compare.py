"""Compares articles with the published ones: as a report for people, and as rows to write to the store."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.jobs import MemberChanges
from bot.domain.subscriptions import AnnouncedKeys
from bot.service.publishing.report import JobReport, corrected, mention
from bot.store.db.database import Database
from bot.store.publishing import article_table, generation_table
from corpus.comparison.reprints import NO_REPRINTS, near_duplicates
from corpus.model import Correction, Delta, Snapshot
from retrieval.index.rows import rows_of
from retrieval.storage.library_cache import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.jobs import Generation, GenerationMember, JobKind
    from bot.store.db.database import Connection
    from corpus.comparison.reprints import Reprints
    from corpus.model import Article


MOST_COPIES = 8  # near-duplicates of an article that are recorded


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """The result of preparing: a report, and what has to be written to publish it."""

    report: JobReport
    #: the generation that it was compared with; 0 if nothing was published
    base: int = 0
    #: rows to write
    changes: MemberChanges = field(default_factory=MemberChanges)
    #: what to announce
    news: AnnouncedKeys = field(default_factory=AnnouncedKeys)
    #: False if nothing changes
    is_to_publish: bool = True


@dataclass(frozen=True, slots=True)
class Published:
    """The generation that is published, and its articles."""

    generation: Generation | None
    members: tuple[GenerationMember, ...]
    snapshot: Snapshot
    hidden: frozenset[str]

    @property
    def number(self) -> int:
        """The number of the generation; 0 if nothing was ever published."""
        return self.generation.number if self.generation else 0

    @property
    def name(self) -> str:
        """The name of its library."""
        return library_name(member.fact for member in self.members)


NOTHING = Published(None, (), Snapshot(), frozenset())


def what_serves(address: str | None) -> Published:
    """Read what is published in a store, hidden articles included; `NOTHING` if `address` is None.

    `generation` is None if nothing was published.

    Raises:
        StoreUnusable: the store cannot be opened.
        SQLAlchemyError: it cannot be read.
    """
    if address is None:
        return NOTHING
    with _reading(address) as connection:
        generation = generation_table.current(connection)
        members = article_table.members(connection, generation.number) if generation else ()
        articles = tuple(article_table.read(connection, members))
        retired = article_table.retired(connection, (member.key for member in members))
        return Published(generation, members, Snapshot(articles, retired), generation_table.hidden_keys(connection))


def articles_of(address: str | None, number: int) -> tuple[Article, ...] | None:
    """Read the articles of a generation, in the order of its library; None if it is no longer kept or never existed.

    Raises:
        StoreUnusable: the store cannot be opened; also if `address` is None.
        SQLAlchemyError: it cannot be read.
    """
    with _reading(address or "") as connection:
        if generation_table.get(connection, number) is None:
            return None
        return tuple(article_table.read(connection, article_table.members(connection, number)))


@contextlib.contextmanager
def _reading(address: str) -> Iterator[Connection]:
    """Open the store for one read-only transaction, and close it."""
    with contextlib.closing(Database.connect(address)) as database, database.reading() as connection:
        yield connection


def compare(
    kind: JobKind, published: Published, articles: Sequence[Article], delta: Delta, reprints: Reprints = NO_REPRINTS
) -> Prepared:
    """Compare articles that may be published with the published ones; nothing is written.

    Return the report, for a job of this kind, the rows to write, and what to announce, without `news.changes`. `delta`
    tells how the articles differ from the published ones; `reprints` are the known reprints among the published ones.
    """
    contents = {article.key: article_table.content(article) for article in articles}
    members = [article_table.member(article, contents[article.key]) for article in articles]
    before = {member.fact: member for member in published.members}
    facts = {member.fact for member in members}
    opening = tuple(member for member in members if member.fact not in before)
    known = {member.text_digest for member in published.members}
    changes = MemberChanges(
        closing=tuple(member.id for fact, member in before.items() if fact not in facts),
        opening=opening,
        contents={member.text_digest: contents[member.key] for member in opening if member.text_digest not in known},
    )
    added = tuple(article.key for article in delta.added)
    corrected_keys = tuple(correction.after.key for correction in delta.corrected)
    fresh = {*added, *corrected_keys}
    groups = near_duplicates(articles, reprints) if fresh else ()
    duplicates = [tuple(map(mention, group)) for group in groups if any(article.key in fresh for article in group)]
    report = JobReport(
        kind=kind,
        generation=published.number,
        name=library_name(facts),
        counts=_counts(articles, delta, duplicates=len(duplicates)),
        added=tuple(map(mention, delta.added)),
        corrected=corrected(delta.corrected),
        removed=tuple(map(mention, delta.removed)),
        kept=tuple(map(mention, delta.kept)),
        duplicates=tuple(duplicates),
    )
    news = AnnouncedKeys(added, corrected_keys, copies=_copies(added, groups))
    return Prepared(report=report, base=published.number, changes=changes, news=news)


def _counts(articles: Sequence[Article], delta: Delta, *, duplicates: int) -> dict[str, int]:
    """Return the counts of a report, without faults; `duplicates` is the number of groups."""
    return {
        "articles": len(articles),
        "paragraphs": sum(1 for article in articles for _ in rows_of(article)),
        "added": len(delta.added),
        "corrected": len(delta.corrected),
        "removed": len(delta.removed),
        "unchanged": delta.unchanged,
        "moved": delta.moved,
        "kept": len(delta.kept),
        "duplicates": duplicates,
    }


def _copies(added: Sequence[str], groups: Sequence[Sequence[Article]]) -> dict[str, tuple[str, ...]]:
    """Map the key of each new article to those of its near-duplicates that were there before it, at most MOST_COPIES.

    These are published already, or new as well and earlier in `added`. An article without any is left out.

    Args:
        added: keys of the new articles, in their order.
        groups: of near-duplicates, new and published ones.
    """
    order = {key: index for index, key in enumerate(added)}
    copies: dict[str, tuple[str, ...]] = {}
    for group in groups:
        keys = sorted((article.key for article in group), key=lambda key: order.get(key, -1))
        for index, key in enumerate(keys):
            if key in order and index:
                copies[key] = tuple(keys[:index][:MOST_COPIES])
    return copies


def difference(before: Sequence[Article], after: Sequence[Article]) -> Delta:
    """Return how the articles of two generations differ; those with the same key are versions of one article.

    An article is corrected if its digest (of title, date and body) changed; otherwise it is unchanged, and counted as
    moved if it is in another file. `kept` is empty.
    """
    old, new = ({article.key: article for article in articles} for articles in (before, after))
    both = [(old[key], new[key]) for key in new if key in old]
    same = [(first, second) for first, second in both if first.digest == second.digest]
    return Delta(
        added=tuple(article for key, article in new.items() if key not in old),
        corrected=tuple(Correction(first, second) for first, second in both if first.digest != second.digest),
        removed=tuple(article for key, article in old.items() if key not in new),
        unchanged=len(same),
        moved=sum(first.origin.path != second.origin.path for first, second in same),
    )
