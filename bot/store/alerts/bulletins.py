"""Bulletins: summaries of articles for alerts, made once for all chats."""

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

# Those of the published version come last, and among them the latest: `of` lets later rows replace earlier ones.
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


def add(connection: Connection, summaries: Iterable[ArticleSummary], now: datetime.datetime) -> None:
    """Add bulletins, made at `now`; those of the same article and generation are kept, so adding is idempotent."""
    rows = [
        {
            "key": summary.key,
            "generation": summary.generation,
            "digest": summary.digest,
            "content": _content(summary),
            "made_at": now,
        }
        for summary in summaries
    ]
    if rows:
        connection.execute(dialect.insert(connection, bulletins).on_conflict_do_nothing(), rows)


def _content(summary: ArticleSummary) -> str:
    """Return the part of a summary that has no column of its own, as JSON."""
    fields = dataclasses.asdict(summary)
    return to_json({name: value for name, value in fields.items() if name not in ("key", "generation", "digest")})


def of(connection: Connection, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], ArticleSummary]:
    """Return bulletins by (article, edition); pairs without one are left out.

    For a correction or an answer (edition > 0) it is the one made for that generation. For a new article (edition 0) it
    is the one of the published version, or the latest if there is none of it.
    """
    pairs = set(wanted)
    facts = {"keys": list({key for key, _ in pairs}), "serving": generation_table.current_number(connection)}
    rows: dict[tuple[str, int], Row[Any]] = {}
    for row in connection.execute(_BULLETINS, facts):
        rows[row.key, row.generation] = rows[row.key, 0] = row
    return {pair: _summary(rows[pair]) for pair in pairs if pair in rows}


def get(connection: Connection, key: str, edition: int = 0) -> ArticleSummary | None:
    """Return one bulletin, as `of` does; None if there is none."""
    return of(connection, [(key, edition)]).get((key, edition))


def _summary(row: Any) -> ArticleSummary:
    content = json.loads(row.content)
    return ArticleSummary(
        key=row.key,
        generation=row.generation,
        title=content["title"],
        date=datetime.date.fromisoformat(content["date"]) if content["date"] else None,
        regions=tuple(content["regions"]),
        sources=tuple(read_source(source) for source in content["sources"]),
        changes=tuple(tuple(change) for change in content["changes"]),
        digest=row.digest,
    )


def latest_digests(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Return by key `Article.digest` of the version that was summarised last; keys without a bulletin are left out."""
    digests: dict[str, str] = {}
    for batch in batched(keys, MOST_KEYS):
        rows = select(bulletins.c.key, bulletins.c.digest).where(bulletins.c.key.in_(batch))
        for row in connection.execute(rows.order_by(bulletins.c.generation)):
            digests[row.key] = row.digest
    return digests


def existing_keys(connection: Connection, keys: Collection[str], generation: int) -> set[str]:
    """Return those of the keys whose article has a bulletin made for the announcement of a generation."""
    existing: set[str] = set()
    for batch in batched(keys, MOST_KEYS):
        where = (bulletins.c.key.in_(batch), bulletins.c.generation == generation)
        existing.update(connection.scalars(select(bulletins.c.key).where(*where)))
    return existing
