"""Reads what an announcement has to tell: which of its articles are new to subscribers, and which corrections are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.service.alerts.plan import SILENT_KINDS, AnnouncedArticle, AnnouncedChanges
from bot.store.alerts import announcements, bulletins
from bot.store.publishing import article_table, generation_table
from corpus.regions import regions_about
from retrieval.summary.keywords import Keywords

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from bot.domain.subscriptions import Announcement
    from bot.store.db.database import Connection
    from corpus.model import Article
    from retrieval.words.segment import Segmenter

    ReadArticles = Callable[[Collection[str]], Mapping[str, Article]]


def is_announced(announcement: Announcement) -> bool:
    """Return whether an announcement can lead to alerts: it adds or corrects articles, and its kind is not silent."""
    news = announcement.news
    return announcement.kind not in SILENT_KINDS and bool(news.added or news.corrected)


def read_changes(
    connection: Connection, announcement: Announcement, read_articles: ReadArticles, segmenter: Segmenter
) -> tuple[AnnouncedChanges, dict[str, Article]]:
    """Read what is left to announce, and by key the articles: new ones, copies and corrected ones.

    Both are empty if `is_announced` is False. Left out are articles that were announced before, corrections of which
    alerts told before (after a rollback the same one may be published again), and articles that no longer exist. A
    correction that an earlier batch of this announcement told of is kept. A hidden article is no copy: nobody was told
    of it.

    Args:
        connection: reads.
        announcement: of a published generation, or of the next one.
        read_articles: returns by key at least those of the articles that exist in that generation.
        segmenter: cuts their words.
    """
    news, number, kind = announcement.news, announcement.generation, announcement.kind
    if not is_announced(announcement):
        return AnnouncedChanges(number, kind), {}
    added = set(news.added) - announcements.already_announced(connection, news.added)
    copies = {key for keys in news.copies.values() for key in keys} - generation_table.hidden_keys(connection)
    articles = dict(read_articles({*added, *copies, *news.corrected}))
    added, copies = added & articles.keys(), copies & articles.keys()
    new_articles = tuple(
        to_announced_article(
            articles[key], segmenter, [articles[copy] for copy in news.copies.get(key, ()) if copy in copies]
        )
        for key in news.added
        if key in added
    )
    last_digests = bulletins.latest_digests(connection, news.changes)
    begun = bulletins.existing_keys(connection, news.changes.keys(), number)  # by an earlier batch of this announcement
    corrected = tuple(
        key
        for key in news.changes
        if key in articles and (key in begun or last_digests.get(key) != articles[key].digest)
    )
    return AnnouncedChanges(number, kind, new_articles, corrected), articles


def to_announced_article(article: Article, segmenter: Segmenter, copies: Iterable[Article] = ()) -> AnnouncedArticle:
    """Reduce an article to what filters match.

    Args:
        article: a new article.
        segmenter: cuts its words.
        copies: near-duplicates of it that were announced earlier.
    """
    return AnnouncedArticle(
        key=article.key,
        regions=regions_about(article),
        words=Keywords(f"{article.title}\n{article.body}", segmenter),
        date=article.date,
        copies=tuple(to_announced_article(copy, segmenter) for copy in copies),
    )


def published_articles(connection: Connection, keys: Collection[str]) -> dict[str, Article]:
    """Return by key those of the articles that are published now, hidden ones included; the others are left out."""
    members = article_table.members_of(connection, generation_table.current_number(connection), keys)
    return {article.key: article for article in article_table.read(connection, members)}


def published_digests(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """Return by key the `Article.digest` of those of the articles that are published now; the others are left out."""
    members = article_table.members_of(connection, generation_table.current_number(connection), keys)
    return {member.key: member.digest for member in members}
