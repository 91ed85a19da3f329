"""Published articles: which article had which content in which generation.

The rows of a generation are written in batches before it is published. Readers of earlier generations do not see them,
so inserting the one row of the generation publishes all of them at once. Rows that remain from a process that died
before that are deleted by the next one.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update

from bot.domain.jobs import GenerationMember
from bot.store.db import dialect
from bot.store.db.schema import articles, texts, versions
from corpus.model import Article, Origin, Paragraph, Section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

MOST_ROWS = 1_000  # in a transaction: other writers wait for about 20 ms
MOST_TEXTS = 500  # contents in memory, as JSON
_COPIED = (
    "key",
    "source_id",
    "is_named",
    "digest",
    "text_digest",
    "path",
    "line",
)  # fields of GenerationMember that are columns


def content(article: Article) -> str:
    """Return title, date and sections of an article as JSON, as the store keeps them.

    Equal if and only if these are equal. It is [title, date or null, [[heading, [paragraph, …]], …]].
    """
    sections = [[section.heading, [paragraph.text for paragraph in section.paragraphs]] for section in article.sections]
    date = article.date.isoformat() if article.date else None
    return json.dumps([article.title, date, sections], ensure_ascii=False)


def member(article: Article, stored_content: str) -> GenerationMember:
    """Return an article as a member that is not stored yet (id 0); `stored_content` is its `content`, to be hashed."""
    digest = hashlib.blake2b(stored_content.encode(), digest_size=16).hexdigest()
    origin = article.origin
    return GenerationMember(
        id=0,
        key=article.key,
        source_id=article.id,
        is_named=article.is_named,
        digest=article.digest,
        text_digest=digest,
        path=origin.path,
        line=origin.line,
    )


def members(connection: Connection, generation: int) -> tuple[GenerationMember, ...]:
    """Return the members of a generation that is kept, by path, line and key (the order of the library)."""
    columns = (versions.c.id, *(versions.c[name] for name in _COPIED))
    rows = connection.execute(select(*columns).where(_in(generation))).mappings()
    return tuple(sorted((GenerationMember(**row) for row in rows), key=lambda member: member.order))


def members_of(connection: Connection, generation: int, keys: Iterable[str]) -> tuple[GenerationMember, ...]:
    """Return the members of a kept generation that have one of these keys, by path, line and key."""
    members: list[GenerationMember] = []
    columns = (versions.c.id, *(versions.c[name] for name in _COPIED))
    for batch in dialect.batched(keys, MOST_ROWS):
        members += (
            GenerationMember(**row)
            for row in connection.execute(select(*columns).where(_in(generation), versions.c.key.in_(batch))).mappings()
        )
    return tuple(sorted(members, key=lambda member: member.order))


def _in(generation: int) -> ColumnElement[bool]:
    """Return the condition on `versions` that a row belongs to a generation."""
    ended = versions.c.to_generation
    return (versions.c.from_generation <= generation) & or_(ended.is_(None), ended > generation)


def read(connection: Connection, of: Sequence[GenerationMember]) -> Iterator[Article]:
    """Yield the articles of members, in their order; contents are read lazily, at most `MOST_TEXTS` at a time.

    Raises:
        KeyError: a content was deleted, since its generation is no longer kept.
    """
    for start in range(0, len(of), MOST_TEXTS):
        batch = of[start : start + MOST_TEXTS]
        digests = {member.text_digest for member in batch}
        rows = connection.execute(select(texts.c.digest, texts.c.content).where(texts.c.digest.in_(digests)))
        contents = {row.digest: row.content for row in rows}
        yield from (_article(member, contents[member.text_digest]) for member in batch)


def _article(member: GenerationMember, stored_content: str) -> Article:
    """Build an article from a member and its JSON; paragraphs are numbered from 1 through all sections."""
    title, date, parts = json.loads(stored_content)
    number = 0
    sections = []
    for heading, paragraphs in parts:
        sections.append(Section(heading, tuple(Paragraph(number + n, text) for n, text in enumerate(paragraphs, 1))))
        number += len(paragraphs)
    return Article(
        id=member.source_id,
        title=title,
        date=datetime.date.fromisoformat(date) if date else None,
        sections=tuple(sections),
        origin=Origin(member.path, member.line),
        is_named=member.is_named,
        key=member.key,
    )


def retired(connection: Connection, living: Iterable[str]) -> dict[str, str]:
    """Return the keys of articles that are no longer published, by the digest by which they are recognised.

    That is the digest of their last version (see `update_digests`). If several have the same digest, the lowest key is
    under the digest, and each other one under the digest, a space and its key.

    Args:
        connection: for reading.
        living: keys of the articles that are published.
    """
    alive, by_digest = set(living), dict[str, str]()
    for digest, key in connection.execute(select(articles.c.digest, articles.c.key).order_by(articles.c.key)):
        if key not in alive:
            by_digest[f"{digest} {key}" if digest in by_digest else digest] = key
    return by_digest


def remove_unpublished(connection: Connection, current: int) -> None:
    """Undo what was written for a generation after `current`, and so never published.

    Versions that it began are deleted, those that it ended are open again. Contents and keys stay. Does nothing if
    there is nothing to undo.
    """
    connection.execute(delete(versions).where(versions.c.from_generation > current))
    connection.execute(update(versions).where(versions.c.to_generation > current).values(to_generation=None))


def close_versions(connection: Connection, ids: Sequence[int], generation: int) -> None:
    """End the versions with these ids: `generation` is the first one without them."""
    connection.execute(update(versions).where(versions.c.id.in_(ids)).values(to_generation=generation))


def open_versions(
    connection: Connection, opening: Sequence[GenerationMember], contents: Mapping[str, str], generation: int
) -> None:
    """Add versions that begin with a generation, and those of their contents and article keys that are not stored yet.

    Args:
        connection: in a transaction that writes.
        opening: the versions, at least one.
        contents: by text digest; those that `opening` does not need are ignored, and a missing one must be stored.
        generation: the first one with these versions.
    """
    dialect.acquire_lock(connection, dialect.Lock.TEXTS)  # or `prune` could delete a stored content before this commits
    fresh_contents = {row.text_digest: contents[row.text_digest] for row in opening if row.text_digest in contents}
    if fresh_contents:
        fresh = dialect.insert(connection, texts).on_conflict_do_nothing(index_elements=["digest"])
        connection.execute(
            fresh, [{"digest": digest, "content": fresh_contents[digest]} for digest in sorted(fresh_contents)]
        )
    rows = [{**{name: getattr(row, name) for name in _COPIED}, "from_generation": generation} for row in opening]
    connection.execute(insert(versions), rows)
    known = dialect.insert(connection, articles).on_conflict_do_nothing(index_elements=["key"])
    digests = {row.key: row.digest for row in opening}
    connection.execute(known, [{"key": key, "digest": digests[key]} for key in sorted(digests)])


def update_digests(connection: Connection, opening: Sequence[GenerationMember], keys: Collection[str]) -> None:
    """Set the digests by which articles are recognised to those of their new versions, once these are published.

    Versions in `opening` of articles that are not in `keys` are ignored.
    """
    for row in opening:
        if row.key in keys:
            connection.execute(update(articles).where(articles.c.key == row.key).values(digest=row.digest))


def prune(connection: Connection, oldest: int) -> int:
    """Delete a batch of versions and contents that no kept generation has, at most `MOST_ROWS` of each."""
    dialect.acquire_lock(connection, dialect.Lock.TEXTS)
    ended = versions.c.to_generation
    old = select(versions.c.id).where(ended.is_not(None), ended <= oldest).limit(MOST_ROWS)
    removed = connection.execute(delete(versions).where(versions.c.id.in_(old))).rowcount
    unused = select(texts.c.digest).where(texts.c.digest.not_in(select(versions.c.text_digest))).limit(MOST_ROWS)
    return removed + connection.execute(delete(texts).where(texts.c.digest.in_(unused))).rowcount
