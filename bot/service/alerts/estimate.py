"""How many alerts would go if something were published: nobody is told anything."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from bot.service.alerts.announce import story_of
from bot.service.alerts.plan import AnnouncedChanges, plan
from bot.store.alerts import announcements, bulletins, subscription_table
from bot.store.db.database import Database
from bot.store.publishing import generation_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.jobs import JobKind
    from bot.domain.subscriptions import AnnouncedKeys
    from corpus.model import Article
    from retrieval.words.segment import Segmenter

MOST_SUBSCRIPTIONS = 5_000  # in memory


def count_alerts(
    address: str, kind: JobKind, news: AnnouncedKeys, said: Sequence[Article], segmenter: Segmenter
) -> int:
    """Count the alerts about articles; answers to questions are not known yet.

    Args:
        address: of the store.
        kind: of the job.
        news: what would be announced.
        said: all articles that would be published.
        segmenter: cuts their words.
    """
    with contextlib.closing(Database.connect(address)) as database, database.reading() as connection:
        if subscription_table.following(connection, None, 1)[1] is None:
            return 0
        by_key = {article.key: article for article in said}
        hidden = generation_table.hidden_keys(connection)
        told = bulletins.last_told(connection, news.changes)
        corrected = tuple(key for key in news.changes if told.get(key) != by_key[key].digest)
        known = announcements.known(connection, news.added)
        copies = {key: [one for one in some if one not in hidden] for key, some in news.copies.items()}
        stories = tuple(
            story_of(by_key[key], segmenter, (by_key[one] for one in copies.get(key, ())))
            for key in news.added
            if key not in known
        )
        delta = AnnouncedChanges(0, kind, stories, corrected)
        count, last = 0, None
        while True:
            found, last = subscription_table.following(connection, last, MOST_SUBSCRIPTIONS)
            if last is None:
                return count
            told_ones = (
                announcements.told(connection, delta.corrected, found[0].chat_id, found[-1].chat_id) if found else []
            )
            count += sum(1 + one.more for one in plan(delta, found, told_ones))
