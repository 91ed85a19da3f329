"""What serves, and what would change if some other articles did: as facts to tell, and as rows to write."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.jobs import MemberChanges
from bot.domain.subscriptions import AnnouncedKeys
from bot.service.publishing.report import JobReport, corrected, mention
from bot.store.db.database import Database
from bot.store.publishing import article_table, generation_table
from corpus.model import Correction, Delta, Snapshot
from corpus.reprints import NO_REPRINTS, near_duplicates
from retrieval.index.rows import rows_of
from retrieval.storage.library_cache import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.jobs import Generation, GenerationMember, JobKind
    from bot.store.db.database import Connection
    from corpus.model import Article
    from corpus.reprints import Reprints


MOST_COPIES = 8  # of an article, that are looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What may be published.

    Attributes:
        base: the generation that it was compared with.
        changes: what has to be written.
        news: what somebody may want to be told of.
        is_to_publish: whether there is any reason to.
    """

    report: JobReport
    base: int = 0
    changes: MemberChanges = field(default_factory=MemberChanges)
    news: AnnouncedKeys = field(default_factory=AnnouncedKeys)
    is_to_publish: bool = True


@dataclass(frozen=True, slots=True)
class Published:
    """What serves now."""

    generation: Generation | None
    members: tuple[GenerationMember, ...]
    snapshot: Snapshot
    hidden: frozenset[str]

    @property
    def number(self) -> int:
        """Of the generation; 0 where nothing was published ever."""
        return self.generation.number if self.generation else 0

    @property
    def name(self) -> str:
        """Of the library."""
        return library_name(one.fact for one in self.members)


NOTHING = Published(None, (), Snapshot(), frozenset())


def what_serves(address: str | None) -> Published:
    """What is published in a store; nothing where there is none."""
    if address is None:
        return NOTHING
    with _reading(address) as connection:
        generation = generation_table.current(connection)
        members = article_table.members(connection, generation.number) if generation else ()
        said = tuple(article_table.read(connection, members))
        retired = article_table.retired(connection, (one.key for one in members))
        return Published(generation, members, Snapshot(said, retired), generation_table.hidden_keys(connection))


def articles_of(address: str | None, number: int) -> tuple[Article, ...] | None:
    """The articles of a generation; None where it is not kept."""
    with _reading(address or "") as connection:
        if generation_table.get(connection, number) is None:
            return None
        return tuple(article_table.read(connection, article_table.members(connection, number)))


@contextlib.contextmanager
def _reading(address: str) -> Iterator[Connection]:
    with contextlib.closing(Database.connect(address)) as database, database.reading() as connection:
        yield connection


def compare(
    kind: JobKind, published: Published, said: Sequence[Article], delta: Delta, reprints: Reprints = NO_REPRINTS
) -> Prepared:
    """What changes, as a report and as rows to be written.

    Args:
        kind: of what is done.
        published: what serves.
        said: the articles that are to serve.
        delta: how they differ from what serves.
        reprints: those among what serves.
    """
    contents = {article.key: article_table.content(article) for article in said}
    members = [article_table.member(article, contents[article.key]) for article in said]
    before = {one.fact: one for one in published.members}
    facts = {one.fact for one in members}
    opening = tuple(one for one in members if one.fact not in before)
    known = {one.text_digest for one in published.members}
    changes = MemberChanges(
        closing=tuple(one.id for fact, one in before.items() if fact not in facts),
        opening=opening,
        contents={one.text_digest: contents[one.key] for one in opening if one.text_digest not in known},
    )
    added = tuple(article.key for article in delta.added)
    corrected_keys = tuple(one.after.key for one in delta.corrected)
    fresh = {*added, *corrected_keys}
    groups = near_duplicates(said, reprints) if fresh else ()
    duplicates = [group for group in groups if any(article.key in fresh for article in group)]
    counts = {
        "articles": len(said),
        "paragraphs": sum(1 for article in said for _ in rows_of(article)),
        "added": len(delta.added),
        "corrected": len(delta.corrected),
        "removed": len(delta.removed),
        "unchanged": delta.unchanged,
        "moved": delta.moved,
        "kept": len(delta.kept),
        "duplicates": len(duplicates),
    }
    report = JobReport(
        kind=kind,
        generation=published.number,
        name=library_name(facts),
        counts=counts,
        added=tuple(map(mention, delta.added)),
        corrected=corrected(delta.corrected),
        removed=tuple(map(mention, delta.removed)),
        kept=tuple(map(mention, delta.kept)),
        duplicates=tuple(tuple(map(mention, group)) for group in duplicates),
    )
    news = AnnouncedKeys(added, corrected_keys, copies=_copies(added, groups))
    return Prepared(report=report, base=published.number, changes=changes, news=news)


def _copies(added: Sequence[str], groups: Sequence[Sequence[Article]]) -> dict[str, tuple[str, ...]]:
    """Of new articles, their near-duplicates that were there before, or are new as well and come before."""
    places = {key: place for place, key in enumerate(added)}
    copies: dict[str, tuple[str, ...]] = {}
    for group in groups:
        keys = sorted((article.key for article in group), key=lambda key: places.get(key, -1))
        for number, key in enumerate(keys):
            if key in places and number:
                copies[key] = tuple(keys[:number][:MOST_COPIES])
    return copies


def difference(before: Sequence[Article], after: Sequence[Article]) -> Delta:
    """What changes where it is known who is who."""
    old, new = ({article.key: article for article in some} for some in (before, after))
    both = [(old[key], new[key]) for key in new if key in old]
    same = [(one, other) for one, other in both if one.digest == other.digest]
    return Delta(
        added=tuple(article for key, article in new.items() if key not in old),
        corrected=tuple(Correction(one, other) for one, other in both if one.digest != other.digest),
        removed=tuple(article for key, article in old.items() if key not in new),
        unchanged=len(same),
        moved=sum(one.origin.path != other.origin.path for one, other in same),
    )
