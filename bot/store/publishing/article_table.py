"""The articles that were published: which said what in which generation, written before it counts.

Rows are written in batches, for a generation that is not there yet: whoever reads an older one does not see them, so
the one row that makes the generation publishes all of them. What a process left behind that died before that is
cleaned away by the next one.
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

MOST_ROWS = 1_000  # at once: other writers wait for some 20 ms
MOST_TEXTS = 500  # in memory, as JSON
_GIVEN = ("key", "source_id", "is_named", "digest", "text_digest", "path", "line")  # what a row has of a Member


def content(article: Article) -> str:
    """What the store keeps of an article's words, as JSON."""
    sections = [[section.heading, [one.text for one in section.paragraphs]] for section in article.sections]
    date = article.date.isoformat() if article.date else None
    return json.dumps([article.title, date, sections], ensure_ascii=False)


def member(article: Article, said: str) -> GenerationMember:
    """An article as a member of a generation that has no row yet; `said` is its `content`."""
    digest = hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
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
    """The members of a generation, in the order of the library."""
    columns = (versions.c.id, *(versions.c[name] for name in _GIVEN))
    rows = connection.execute(select(*columns).where(_in(generation))).mappings()
    return tuple(sorted((GenerationMember(**row) for row in rows), key=lambda one: one.order))


def members_of(connection: Connection, generation: int, keys: Iterable[str]) -> tuple[GenerationMember, ...]:
    """Those members of a generation that are among some articles."""
    found: list[GenerationMember] = []
    columns = (versions.c.id, *(versions.c[name] for name in _GIVEN))
    for some in dialect.batched(keys, MOST_ROWS):
        found += (
            GenerationMember(**row)
            for row in connection.execute(select(*columns).where(_in(generation), versions.c.key.in_(some))).mappings()
        )
    return tuple(sorted(found, key=lambda one: one.order))


def _in(generation: int) -> ColumnElement[bool]:
    ended = versions.c.to_generation
    return (versions.c.from_generation <= generation) & or_(ended.is_(None), ended > generation)


def read(connection: Connection, of: Sequence[GenerationMember]) -> Iterator[Article]:
    """The articles that members are, in their order."""
    for start in range(0, len(of), MOST_TEXTS):
        part = of[start : start + MOST_TEXTS]
        wanted = select(texts.c.digest, texts.c.content).where(texts.c.digest.in_({one.text_digest for one in part}))
        said = {row.digest: row.content for row in connection.execute(wanted)}
        yield from (_article(one, said[one.text_digest]) for one in part)


def _article(one: GenerationMember, said: str) -> Article:
    title, date, parts = json.loads(said)
    number = 0
    sections = []
    for heading, paragraphs in parts:
        sections.append(Section(heading, tuple(Paragraph(number + n, text) for n, text in enumerate(paragraphs, 1))))
        number += len(paragraphs)
    return Article(
        id=one.source_id,
        title=title,
        date=datetime.date.fromisoformat(date) if date else None,
        sections=tuple(sections),
        origin=Origin(one.path, one.line),
        is_named=one.is_named,
        key=one.key,
    )


def retired(connection: Connection, living: Iterable[str]) -> dict[str, str]:
    """Of the articles that were published and are no more, the last digest and the key.

    Where several said the same at last, the digest has the key behind it for all but one: none is forgotten.
    """
    alive, found = set(living), dict[str, str]()
    for digest, key in connection.execute(select(articles.c.digest, articles.c.key).order_by(articles.c.key)):
        if key not in alive:
            found[f"{digest} {key}" if digest in found else digest] = key
    return found


def remove_unpublished(connection: Connection, current: int) -> None:
    """Remove what was written for a generation that never came."""
    connection.execute(delete(versions).where(versions.c.from_generation > current))
    connection.execute(update(versions).where(versions.c.to_generation > current).values(to_generation=None))


def close_versions(connection: Connection, ids: Sequence[int], generation: int) -> None:
    """Let versions end with a generation: it is the first without them."""
    connection.execute(update(versions).where(versions.c.id.in_(ids)).values(to_generation=generation))


def open_versions(
    connection: Connection, opening: Sequence[GenerationMember], contents: Mapping[str, str], generation: int
) -> None:
    """Let versions begin with a generation, with what they say where that is new."""
    dialect.acquire_lock(connection, dialect.Lock.TEXTS)  # or what is there already could be pruned before this counts
    said = {one.text_digest: contents[one.text_digest] for one in opening if one.text_digest in contents}
    if said:
        fresh = dialect.insert(connection, texts).on_conflict_do_nothing(index_elements=["digest"])
        connection.execute(fresh, [{"digest": digest, "content": said[digest]} for digest in sorted(said)])
    rows = [{**{name: getattr(one, name) for name in _GIVEN}, "from_generation": generation} for one in opening]
    connection.execute(insert(versions), rows)
    known = dialect.insert(connection, articles).on_conflict_do_nothing(index_elements=["key"])
    digests = {one.key: one.digest for one in opening}
    connection.execute(known, [{"key": key, "digest": digests[key]} for key in sorted(digests)])


def update_digests(connection: Connection, opening: Sequence[GenerationMember], keys: Collection[str]) -> None:
    """Know articles by what they say now: only once that is published."""
    for one in opening:
        if one.key in keys:
            connection.execute(update(articles).where(articles.c.key == one.key).values(digest=one.digest))


def prune(connection: Connection, oldest: int) -> int:
    """Remove some of what only generations before the oldest kept one said; returns how many rows."""
    dialect.acquire_lock(connection, dialect.Lock.TEXTS)
    ended = versions.c.to_generation
    old = select(versions.c.id).where(ended.is_not(None), ended <= oldest).limit(MOST_ROWS)
    removed = connection.execute(delete(versions).where(versions.c.id.in_(old))).rowcount
    unsaid = select(texts.c.digest).where(texts.c.digest.not_in(select(versions.c.text_digest))).limit(MOST_ROWS)
    return removed + connection.execute(delete(texts).where(texts.c.digest.in_(unsaid))).rowcount
