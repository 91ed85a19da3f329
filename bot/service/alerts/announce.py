"""Announcing: what a generation brought becomes alerts for whoever subscribed, in batches, by one process at a time.

Whoever dies over it is followed by the next one, from the last batch that was committed.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.jobs import JobKind
from bot.domain.stored_answers import StoredAnswer
from bot.service.alerts.plan import SILENT_KINDS, AnnouncedArticle, AnnouncedChanges, plan
from bot.service.alerts.summary import summarize_article
from bot.service.answers import sources
from bot.service.heartbeat import utc_now
from bot.store import answer_table
from bot.store.alerts import alert_table, announcements, bulletins, subscription_table
from bot.store.db.dialect import MOST_KEYS, portions
from bot.store.publishing import article_table, generation_table
from bot.store.queue import processes
from corpus.regions import regions_about
from retrieval.model import Answer
from retrieval.summary.keywords import Keywords

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from bot.domain.stored_answers import CitationSnapshot
    from bot.domain.subscriptions import Alert, AnnouncedKeys, Announcement, ArticleSummary, Subscription
    from bot.service.answers import AnswerService
    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Connection, Database
    from corpus.model import Article
    from retrieval.words.segment import Segmenter

LEASE = "announcing"
DAILY_HOUR = 9  # of the clock of who publishes, when daily messages go
MOST_ALERTS = 800  # likewise, where each subscription matches many articles
MOST_SUBSCRIPTIONS = 400  # in a batch: other writers wait for some 10 ms


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAnnouncement:
    """An announcement that this process is planning.

    Attributes:
        serving: the generation whose articles it is told with.
        articles: new and corrected ones, by their keys.
        corrected: keys of those of which alerts told before, or are about to: they have to tell what is right.
        results: what questions are answered so far; None for those without an answer.
    """

    serving: int
    delta: AnnouncedChanges
    articles: dict[str, Article]
    corrected: frozenset[str]
    results: dict[str, Answer | None]


class AnnouncementService:
    """Plans announcements, a batch at each step."""

    def __init__(self, database: Database, presence: Heartbeat, asking: Callable[[], AnswerService]) -> None:
        self._database = database
        self._presence = presence
        self._asking = asking
        self._open: OpenAnnouncement | None = None

    def step(self) -> bool:
        """Do the next batch; False where there is none, or another process does it.

        Raises:
            SQLAlchemyError: the store cannot be read or written; nothing is half done.
        """
        with self._database.reading() as connection:
            announcement = announcements.open_announcement(connection)
        if announcement is None:
            return False
        asking = self._asking()
        if not self._has_lease(announcement):
            return False
        if asking.generation < announcement.generation:  # it is opened in a moment
            return False
        self._batch(announcement, asking)
        return True

    def _has_lease(self, announcement: Announcement) -> bool:
        """Whether this process plans it; asked once, and again whenever a batch is written."""
        if self._open and self._open.delta.generation == announcement.generation:
            return True
        with self._database.writing() as connection:
            return processes.take_lease(connection, LEASE, self._presence.process_id)

    def _batch(self, announcement: Announcement, asking: AnswerService) -> None:
        opened = self._opened(announcement, asking)
        delta = opened.delta
        with self._database.reading() as connection:
            mark = generation_table.marked(connection, generation_table.SUBSCRIBED)
            found: list[Subscription] = []
            last = None
            news = announcement.news
            if delta.kind not in SILENT_KINDS and (news.added or news.corrected):  # or a question may have its answer
                found, last = subscription_table.following(connection, announcement.done_to, MOST_SUBSCRIPTIONS)
            told = announcements.told(connection, delta.corrected, found[0].chat_id, found[-1].chat_id) if found else []
        if last is None:
            self._finish(announcement, delta)
            return
        waiting = self._waiting(found)
        results = self._results(opened, waiting, asking)
        answered = {question: result.citations[0].passage.ref.article for question, result in results.items()}
        planned, last = _some(self._fresh(plan(delta, waiting, told, answered)), last)
        keys = {one.key for one in planned} | opened.corrected
        made = self._bulletins(opened, announcement, keys, asking.library.segmenter)
        rows = _answers(planned, found, results, asking)
        with self._database.writing() as connection:
            alert_table.hold(connection)
            is_ours = processes.take_lease(connection, LEASE, self._presence.process_id)
            if not is_ours:
                self._open = None
            elif announcements.advance(connection, announcement, last):
                bulletins.keep(connection, made, utc_now())
                if generation_table.marked(connection, generation_table.SUBSCRIBED) != mark:
                    planned = _still_wanted(connection, planned, found)
                _keep(connection, announcement, planned, rows, asking.zone)

    def _waiting(self, found: Sequence[Subscription]) -> list[Subscription]:
        """Without questions whose answers are about to be told."""
        if not any(one.wish.question for one in found):
            return list(found)
        with self._database.reading() as connection:
            told = alert_table.answered(connection, found[0].chat_id, found[-1].chat_id)
        return [one for one in found if one.wish.question is None or one.id not in told]

    def _fresh(self, planned: list[Alert]) -> list[Alert]:
        """Without what a place was told of with an answer, before the article went and came back."""
        keys = {one.key for one in planned if not one.edition}
        if not keys:
            return planned
        with self._database.reading() as connection:
            held = alert_table.held(connection, keys, planned[0].chat_id, planned[-1].chat_id)
        return [one for one in planned if one.edition or (one.chat_id, one.thread_id, one.key) not in held]

    def _opened(self, announcement: Announcement, asking: AnswerService) -> OpenAnnouncement:
        """The announcement with its articles as they are now; read once, and again where something was published."""
        before = self._open
        if before and (before.delta.generation, before.serving) == (announcement.generation, asking.generation):
            return before
        with self._database.reading() as connection:
            delta, by_key = _delta(connection, announcement, asking)
            corrected = frozenset(bulletins.last_told(connection, announcement.news.corrected))
        now = utc_now()
        with self._database.writing() as connection:  # what is pending of those that were gone for a while
            news = announcement.news
            alert_table.wake(connection, (*news.added, *news.corrected), now, daily_at(now, asking.zone))
        self._open = OpenAnnouncement(
            serving=asking.generation, delta=delta, articles=by_key, corrected=corrected & by_key.keys(), results={}
        )
        return self._open

    def _results(
        self, opened: OpenAnnouncement, found: Iterable[Subscription], asking: AnswerService
    ) -> dict[str, Answer]:
        """The answers to those questions that have one by now; each is asked once."""
        questions = {one.wish.question for one in found if one.wish.question is not None}
        for question in questions - opened.results.keys():
            result = asking.ask(question)
            opened.results[question] = result if isinstance(result, Answer) else None
        answered = ((question, opened.results[question]) for question in questions)
        return {question: result for question, result in answered if result is not None}

    def _bulletins(
        self, opened: OpenAnnouncement, announcement: Announcement, keys: Collection[str], segmenter: Segmenter
    ) -> list[ArticleSummary]:
        """What alerts say of these articles, where it is not kept yet."""
        with self._database.reading() as connection:
            missing = set(keys) - bulletins.made(connection, keys, announcement.generation)
            others = _articles(connection, missing - opened.articles.keys())
        known = {**opened.articles, **others}
        changes = announcement.news.changes
        return [
            summarize_article(known[key], announcement.generation, changes.get(key, ()), segmenter)
            for key in sorted(missing & known.keys())
        ]

    def _finish(self, announcement: Announcement, delta: AnnouncedChanges) -> None:
        """All are planned for; after a first load, everybody knows everything."""
        is_first = announcement.kind is JobKind.LOAD
        keys = announcement.news.added if is_first else [one.key for one in delta.stories]
        for some in portions(keys, MOST_KEYS):
            with self._database.writing() as connection:
                announcements.tell(connection, some, utc_now())
        with self._database.writing() as connection:
            announcements.finish(connection, announcement, utc_now())
        self._open = None


def daily_at(now: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """When the next daily messages go."""
    local = now.astimezone(zone)
    today = local.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
    return today if local < today else today + datetime.timedelta(days=1)


def _delta(
    connection: Connection, announcement: Announcement, asking: AnswerService
) -> tuple[AnnouncedChanges, dict[str, Article]]:
    """What is to be told of an announcement, and the articles; of what is not there any more, nothing is."""
    news, kind = announcement.news, announcement.kind
    if kind in SILENT_KINDS:
        return AnnouncedChanges(announcement.generation, kind), {}
    added = set(news.added) - announcements.known(connection, news.added)
    copies = {key for some in news.copies.values() for key in some}
    hidden = generation_table.hidden_keys(connection)
    by_key = _articles(connection, {*added, *(copies - hidden), *news.corrected})
    segmenter = asking.library.segmenter
    stories = tuple(_story(by_key[key], news, by_key, segmenter) for key in news.added if key in added & by_key.keys())
    corrected = still_news(connection, announcement, by_key)
    return AnnouncedChanges(announcement.generation, kind, stories, corrected), by_key


def still_news(connection: Connection, announcement: Announcement, by_key: Mapping[str, Article]) -> tuple[str, ...]:
    """The corrections that nobody was told of yet: after a rollback, the same one may come once more."""
    news, told = announcement.news, bulletins.last_told(connection, announcement.news.changes)
    begun = bulletins.made(connection, news.changes.keys(), announcement.generation)
    return tuple(key for key in news.changes if key in by_key and (key in begun or told.get(key) != by_key[key].digest))


def _articles(connection: Connection, keys: Collection[str]) -> dict[str, Article]:
    """Of some articles those that are published, as they are now."""
    members = article_table.members_of(connection, generation_table.number(connection), keys)
    return {article.key: article for article in article_table.read(connection, members)}


def _story(article: Article, news: AnnouncedKeys, by_key: dict[str, Article], segmenter: Segmenter) -> AnnouncedArticle:
    copies = (by_key[key] for key in news.copies.get(article.key, ()) if key in by_key)
    return story_of(article, segmenter, copies)


def story_of(article: Article, segmenter: Segmenter, copies: Iterable[Article] = ()) -> AnnouncedArticle:
    """An article, as far as it matters to whom it is told.

    Args:
        article: it.
        segmenter: cuts its words.
        copies: near-duplicates that were announced earlier.
    """
    words = Keywords(f"{article.title}\n{article.body}", segmenter)
    earlier = tuple(story_of(one, segmenter) for one in copies)
    return AnnouncedArticle(
        key=article.key, regions=regions_about(article), words=words, date=article.date, copies=earlier
    )


def _keep(
    connection: Connection,
    announcement: Announcement,
    planned: Sequence[Alert],
    rows: Mapping[str, StoredAnswer],
    zone: datetime.tzinfo,
) -> None:
    """Keep a batch, with the answers that it tells."""
    now = utc_now()
    answer_table.put_all(connection, [rows[name] for one in planned for name in one.questions])
    told = [(one, [rows[name].id for name in one.questions]) for one in planned]
    alert_table.put(connection, told, announcement.generation, now, daily_at(now, zone))


def _some(planned: list[Alert], last: int) -> tuple[list[Alert], int]:
    """The alerts of as many of the chats as one transaction takes, and the last of these chats."""
    if len(planned) <= MOST_ALERTS:
        return planned, last
    end = planned[MOST_ALERTS - 1].chat_id
    if planned[0].chat_id != end:  # the last one may have more alerts
        end = next(one.chat_id for one in reversed(planned[:MOST_ALERTS]) if one.chat_id != end)
    return [one for one in planned if one.chat_id <= end], end


def _still_wanted(connection: Connection, planned: list[Alert], found: Iterable[Subscription]) -> list[Alert]:
    """Without what somebody unsubscribed from, reworded, paused or forgot while it was planned."""
    if not planned:
        return planned
    now = {one.id: one for one in subscription_table.between(connection, planned[0].chat_id, planned[-1].chat_id)}
    gone = {one.id for one in found if one.id not in now or now[one.id].wish != one.wish}
    if not gone:
        return planned
    kept = (
        replace(
            one,
            subscriptions=tuple(name for name in one.subscriptions if name not in gone),
            questions=tuple(name for name in one.questions if name not in gone),
        )
        for one in planned
    )
    return [one for one in kept if one.subscriptions]


def _answers(
    planned: Iterable[Alert], found: Iterable[Subscription], results: Mapping[str, Answer], asking: AnswerService
) -> dict[str, StoredAnswer]:
    """The answers that a batch tells, by subscription; what they quote is made once for all who asked the same."""
    now, by_id = utc_now(), {one.id: one for one in found}
    told = {question: sources(result) for question, result in results.items()}
    waited = (by_id[name] for one in planned for name in one.questions)
    return {one.id: _answer(one, results, told, asking, now) for one in waited}


def _answer(
    one: Subscription,
    results: Mapping[str, Answer],
    told: Mapping[str, tuple[CitationSnapshot, ...]],
    asking: AnswerService,
    now: datetime.datetime,
) -> StoredAnswer:
    """The answer to a question that somebody waited for, as if it were asked now."""
    question = one.wish.question or ""
    return StoredAnswer(
        id=secrets.token_urlsafe(9),
        chat_id=one.chat_id,
        person_id=one.chat_id if one.chat_id > 0 else None,
        message_id=0,
        thread_id=one.thread_id or None,
        question=question,
        language=one.language,
        confidence=results[question].confidence,
        reason=None,
        sources=told[question],
        asked_at=now,
        generation=asking.generation,
    )
