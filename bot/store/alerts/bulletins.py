"""What alerts say of articles, made once for all chats."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from bot.domain.subscriptions import ArticleSummary
from bot.store.db import dialect
from bot.store.db.dialect import MOST_KEYS, batched
from bot.store.db.json_codec import read_source, to_json
from bot.store.db.schema import bulletins, versions
from bot.store.publishing import generation_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection, Row

# Of each article what was made of it as it is published; else what was made last.
_BULLETINS = (
    select(bulletins, versions.c.id.label("version"))
    .join(
        versions,
        (versions.c.key == bulletins.c.key)
        & (versions.c.digest == bulletins.c.digest)
        & (versions.c.from_generation <= bindparam("serving"))
        & or_(versions.c.to_generation.is_(None), bindparam("serving") < versions.c.to_generation),
        isouter=True,
    )
    .where(bulletins.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(versions.c.id.is_not(None), bulletins.c.generation)
)


def add(connection: Connection, fresh: Iterable[ArticleSummary], now: datetime.datetime) -> None:
    """Keep what alerts say of articles; what is there already stays."""
    rows = [
        {
            "key": one.key,
            "generation": one.generation,
            "digest": one.digest,
            "content": _content(one),
            "made_at": now,
        }
        for one in fresh
    ]
    if rows:
        connection.execute(dialect.insert(connection, bulletins).on_conflict_do_nothing(), rows)


def of(connection: Connection, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], ArticleSummary]:
    """What alerts say of articles, by (key, edition).

    Of a correction what was made for it, of a new article what was made of it as it is published.
    """
    pairs = set(wanted)
    facts = {"keys": list({key for key, _ in pairs}), "serving": generation_table.current_number(connection)}
    found: dict[tuple[str, int], Row[Any]] = {}
    for row in connection.execute(_BULLETINS, facts):
        found[row.key, row.generation] = found[row.key, 0] = row
    return {pair: _bulletin(found[pair]) for pair in pairs if pair in found}


def get(connection: Connection, key: str, edition: int = 0) -> ArticleSummary | None:
    """What alerts say of one."""
    return of(connection, [(key, edition)]).get((key, edition))


def _bulletin(row: Any) -> ArticleSummary:
    said = json.loads(row.content)
    return ArticleSummary(
        key=row.key,
        generation=row.generation,
        title=said["title"],
        date=datetime.date.fromisoformat(said["date"]) if said["date"] else None,
        regions=tuple(said["regions"]),
        sources=tuple(read_source(source) for source in said["sources"]),
        changes=tuple(tuple(change) for change in said["changes"]),
        digest=row.digest,
    )


def _content(one: ArticleSummary) -> str:
    said = {
        name: value for name, value in dataclasses.asdict(one).items() if name not in ("key", "generation", "digest")
    }
    return to_json(said)


def latest_digests(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """What was told last of each of some articles, by `Article.digest`."""
    found: dict[str, str] = {}
    for some in batched(keys, MOST_KEYS):
        rows = select(bulletins.c.key, bulletins.c.digest).where(bulletins.c.key.in_(some))
        for row in connection.execute(rows.order_by(bulletins.c.generation)):
            found[row.key] = row.digest
    return found


def existing_keys(connection: Connection, keys: Collection[str], generation: int) -> set[str]:
    """The articles of which something is kept for that announcement."""
    found: set[str] = set()
    for some in batched(keys, MOST_KEYS):
        where = (bulletins.c.key.in_(some), bulletins.c.generation == generation)
        found.update(connection.scalars(select(bulletins.c.key).where(*where)))
    return found
