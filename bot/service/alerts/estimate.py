"""Estimates how many alerts would be planned if prepared changes were published; nothing is written."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING

from bot.service.alerts.announced_changes import is_announced, read_changes
from bot.service.alerts.batch_planner import BatchPlanner
from bot.store.alerts import subscription_table
from bot.store.db.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.subscriptions import Announcement
    from bot.service.alerts.batch_planner import Ask
    from corpus.model import Article
    from retrieval.model import Result
    from retrieval.words.segment import Segmenter

MOST_SUBSCRIPTIONS = 5_000  # in memory at a time
MOST_QUESTIONS = 200  # that are asked: each takes up to 50 ms, and publishing waits for the estimate


def count_alerts(
    address: str,
    announcement: Announcement,
    articles: Sequence[Article],
    segmenter: Segmenter,
    ask: Ask,
) -> int:
    """Count the alerts that an announcement would lead to, by planning them now; 0 if its kind causes none.

    Questions beyond the first `MOST_QUESTIONS` count as unanswered. Errors of the store are raised.

    Args:
        address: of the store.
        announcement: of the generation that would be published.
        articles: all articles of that generation.
        segmenter: cuts their words.
        ask: answers a question from `articles`; called once for each question that waits for an answer.
    """
    if not is_announced(announcement):
        return 0
    by_key = {article.key: article for article in articles}
    digests = {key: article.digest for key, article in by_key.items()}
    numbers = itertools.count()

    def ask_some(question: str) -> Result | None:
        return ask(question) if next(numbers) < MOST_QUESTIONS else None

    with contextlib.closing(Database.connect(address)) as database:
        with database.reading() as connection:
            if subscription_table.following(connection, None, 1)[1] is None:
                return 0
            changes, _ = read_changes(connection, announcement, lambda _keys: by_key, segmenter)
        planner = BatchPlanner(database, changes, lambda _connection, _keys: digests)
        count, last_chat = 0, None
        while True:
            with database.reading() as connection:
                subscriptions, last_chat = subscription_table.following(connection, last_chat, MOST_SUBSCRIPTIONS)
            if last_chat is None:
                return count
            count += len(planner.plan(subscriptions, ask_some).alerts)
