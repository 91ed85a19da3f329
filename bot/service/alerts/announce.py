"""Plans the alerts that a generation causes, in batches; one process at a time, each continuing after the last batch.

If that process dies, the next one continues after the last batch that was committed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.jobs import JobKind
from bot.service.alerts.announced_changes import (
    is_announced,
    published_articles,
    published_digests,
    read_changes,
)
from bot.service.alerts.batch_planner import BatchPlanner, to_stored_answers
from bot.service.alerts.digest import next_daily_time
from bot.service.alerts.summary import summarize_article
from bot.service.heartbeat import utc_now
from bot.store import answer_table
from bot.store.alerts import alert_queue, alert_table, announcements, bulletins, subscription_table
from bot.store.db.dialect import MOST_KEYS, batched
from bot.store.publishing import generation_table
from bot.store.queue import processes

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from bot.domain.stored_answers import StoredAnswer
    from bot.domain.subscriptions import Alert, Announcement, ArticleSummary, Subscription
    from bot.service.alerts.plan import AnnouncedChanges
    from bot.service.answers import AnswerService
    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Connection, Database
    from corpus.model import Article
    from retrieval.words.segment import Segmenter

LEASE = "announcing"
MOST_SUBSCRIPTIONS = 400  # in a batch: its transaction blocks other writers for some 10 ms
MOST_ALERTS = 800  # in a batch, for the same reason, if each subscription matches many articles


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAnnouncement:
    """The announcement that this process is planning, with what all of its batches need."""

    #: the generation that `articles` and the planner's answers are from; may be newer than the announced one
    serving: int
    changes: AnnouncedChanges
    #: new and corrected ones, by key
    articles: dict[str, Article]
    #: keys of corrected articles that alerts have told of: their summaries are made anew, whoever has to be told
    corrected: frozenset[str]
    planner: BatchPlanner


class AnnouncementService:
    """Plans the alerts of published generations, one batch for each call of `step`.

    Args:
        database: the store.
        heartbeat: of this process; it must run, because the lease is held under its process id.
        answer_service: returns the current answer service; called once for each batch.
    """

    def __init__(self, database: Database, heartbeat: Heartbeat, answer_service: Callable[[], AnswerService]) -> None:
        self._database = database
        self._heartbeat = heartbeat
        self._answer_service = answer_service
        self._open: OpenAnnouncement | None = None

    def step(self) -> bool:
        """Plan the next batch of the oldest open announcement and commit it; return whether there may be another one.

        True also if nothing was written, because the lease was lost or another process committed the batch. False if no
        announcement is open, another process holds the lease, or this process still serves an older generation.

        Raises:
            SQLAlchemyError: the store cannot be read or written; the batch is not committed, the next call repeats it.
        """
        with self._database.reading() as connection:
            announcement = announcements.open_announcement(connection)
        if announcement is None:
            return False
        answer_service = self._answer_service()
        if not self._has_lease(announcement):
            return False
        if answer_service.generation < announcement.generation:  # it will be opened in a moment
            return False
        self._plan_batch(announcement, answer_service)
        return True

    def _has_lease(self, announcement: Announcement) -> bool:
        """Return whether this process holds the lease, taking it if it is free.

        The store is asked only before the first batch: each batch checks the lease again in the transaction that
        writes.
        """
        if self._open and self._open.changes.generation == announcement.generation:
            return True
        with self._database.writing() as connection:
            return processes.take_lease(connection, LEASE, self._heartbeat.process_id)

    def _plan_batch(self, announcement: Announcement, answer_service: AnswerService) -> None:
        """Plan the alerts of the next chats and commit them with summaries, answers and progress in one transaction.

        If no chat is left, or the announcement leads to no alerts, it is completed instead. Nothing is written if the
        lease is lost, or if another process has recorded progress meanwhile.
        """
        opened = self._opened(announcement, answer_service)
        subscriptions: list[Subscription] = []
        last_chat = None
        with self._database.reading() as connection:
            version = generation_table.counter(connection, generation_table.SUBSCRIBED)
            if is_announced(announcement):
                subscriptions, last_chat = subscription_table.following(
                    connection, announcement.done_to, MOST_SUBSCRIPTIONS
                )
        if last_chat is None:
            self._complete(announcement, opened.changes)
            return
        planned = opened.planner.plan(subscriptions, answer_service.ask)
        alerts, last_chat = _cut_at_chat(planned.alerts, last_chat)
        keys = {alert.key for alert in alerts} | opened.corrected
        summaries = self._missing_summaries(opened, announcement, keys, answer_service.library.segmenter)
        answers = to_stored_answers(alerts, subscriptions, planned.answers, answer_service.generation)
        with self._database.writing() as connection:
            alert_queue.lock_outbox(connection)
            if not processes.take_lease(connection, LEASE, self._heartbeat.process_id):
                self._open = None
            elif announcements.advance(connection, announcement, last_chat):
                bulletins.add(connection, summaries, utc_now())
                if generation_table.counter(connection, generation_table.SUBSCRIBED) != version:
                    alerts = _still_wanted(connection, alerts, subscriptions)
                _store_batch(connection, announcement, alerts, answers, answer_service.zone)

    def _opened(self, announcement: Announcement, answer_service: AnswerService) -> OpenAnnouncement:
        """Return the announcement with its articles as they are now; read again after another generation is published.

        Whenever it is read, messages are added for pending alerts about its new and corrected articles, which may have
        been removed and come back with this generation.
        """
        opened, generation = self._open, answer_service.generation
        if opened and (opened.changes.generation, opened.serving) == (announcement.generation, generation):
            return opened
        with self._database.reading() as connection:
            changes, articles = read_changes(
                connection,
                announcement,
                lambda keys: published_articles(connection, keys),
                answer_service.library.segmenter,
            )
            corrected = frozenset(bulletins.latest_digests(connection, announcement.news.corrected))
        now, news = utc_now(), announcement.news
        with self._database.writing() as connection:
            keys = (*news.added, *news.corrected)
            alert_queue.enqueue_articles(connection, keys, now, next_daily_time(now, answer_service.zone))
        self._open = OpenAnnouncement(
            serving=generation,
            changes=changes,
            articles=articles,
            corrected=corrected & articles.keys(),
            planner=BatchPlanner(self._database, changes, published_digests),
        )
        return self._open

    def _missing_summaries(
        self, opened: OpenAnnouncement, announcement: Announcement, keys: Collection[str], segmenter: Segmenter
    ) -> list[ArticleSummary]:
        """Summarize those of the articles (by key) that have no summary for this announcement yet; sorted by key.

        Articles that are no longer published are left out.
        """
        with self._database.reading() as connection:
            missing = set(keys) - bulletins.existing_keys(connection, keys, announcement.generation)
            others = published_articles(connection, missing - opened.articles.keys())
        articles = {**opened.articles, **others}
        changes = announcement.news.changes
        return [
            summarize_article(articles[key], announcement.generation, changes.get(key, ()), segmenter)
            for key in sorted(missing & articles.keys())
        ]

    def _complete(self, announcement: Announcement, changes: AnnouncedChanges) -> None:
        """Mark the new articles as announced and the announcement as planned; `step` goes on with the next one.

        A first load marks all of its articles, without alerts; a rollback marks none.
        """
        is_first = announcement.kind is JobKind.LOAD
        keys = announcement.news.added if is_first else [article.key for article in changes.added]
        for batch in batched(keys, MOST_KEYS):
            with self._database.writing() as connection:
                announcements.mark_announced(connection, batch, utc_now())
        with self._database.writing() as connection:
            announcements.complete(connection, announcement, utc_now())
        self._open = None


def _cut_at_chat(alerts: list[Alert], last_chat: int) -> tuple[list[Alert], int]:
    """Cut a batch at a chat boundary (at most `MOST_ALERTS`, or all of one chat); return it and its last chat id.

    Args:
        alerts: sorted by chat.
        last_chat: the last chat that the batch was planned for; returned if nothing is cut.
    """
    if len(alerts) <= MOST_ALERTS:
        return alerts, last_chat
    end = alerts[MOST_ALERTS - 1].chat_id
    if alerts[0].chat_id != end:  # this chat may have more alerts
        end = next(alert.chat_id for alert in reversed(alerts[:MOST_ALERTS]) if alert.chat_id != end)
    return [alert for alert in alerts if alert.chat_id <= end], end


def _still_wanted(connection: Connection, alerts: list[Alert], subscriptions: Iterable[Subscription]) -> list[Alert]:
    """Drop subscriptions that were removed, paused, blocked or given another filter while the batch was planned.

    An alert without any subscription left is dropped too. `subscriptions` are as they were when the alerts, sorted by
    chat, were planned.
    """
    if not alerts:
        return alerts
    current = {
        subscription.id: subscription
        for subscription in subscription_table.between(connection, alerts[0].chat_id, alerts[-1].chat_id)
    }
    gone = {old.id for old in subscriptions if old.id not in current or current[old.id].criteria != old.criteria}
    if not gone:
        return alerts
    kept = (
        replace(
            alert,
            subscriptions=tuple(name for name in alert.subscriptions if name not in gone),
            questions=tuple(name for name in alert.questions if name not in gone),
        )
        for alert in alerts
    )
    return [alert for alert in kept if alert.subscriptions]


def _store_batch(
    connection: Connection,
    announcement: Announcement,
    alerts: Sequence[Alert],
    answers: Mapping[str, StoredAnswer],
    zone: datetime.tzinfo,
) -> None:
    """Add the alerts, their messages (daily ones due at DAILY_HOUR in `zone`) and the stored answers they refer to.

    `answers` are by subscription id; those that no alert names are not stored.
    """
    now = utc_now()
    answer_table.put_all(connection, [answers[name] for alert in alerts for name in alert.questions])
    with_answers = [(alert, [answers[name].id for name in alert.questions]) for alert in alerts]
    alert_table.add(connection, with_answers, announcement.generation, now, next_daily_time(now, zone))
