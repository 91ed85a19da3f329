"""Previews a filter: which of the published articles it would have matched."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.service.alerts.plan import AnnouncedArticle, matches
from corpus.regions import find_region
from retrieval.summary.keywords import Keywords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.subscriptions import Filter
    from bot.service.answers import AnswerService
    from retrieval.library import Library
    from retrieval.model import ArticleCard

MONTH = datetime.timedelta(days=30)
MOST_READ = 1_000  # of the latest articles; reading one takes half a millisecond
MOST_TITLES = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """The articles that a filter would have matched, copies of a report counted once."""

    #: how many were published in the last 30 days
    recent: int = 0
    #: the titles of the latest of them
    titles: tuple[str, ...] = ()
    #: how many were published before, among the latest `MOST_READ` articles
    earlier: int = 0
    #: date and title of the latest of those
    latest: tuple[datetime.date, str] | None = None


def preview(answer_service: AnswerService, criteria: Filter) -> Preview:
    """Return which of the latest articles a filter matches by its regions and keywords.

    "Recent" are articles dated `answer_service.today` − 30 days or later, future dates included. Of near-duplicates
    only the latest that matches counts. Hidden and undated articles are left out. A filter with a question matches
    nothing.
    """
    since, library = answer_service.today - MONTH, answer_service.library
    matching: list[ArticleCard] = []
    groups: set[str] = set()
    for card in _latest(library):
        if card.group not in groups and matches(criteria, _to_match(library, card, criteria)):
            matching.append(card)
            groups.add(card.group)
    dated = [(card.date, card.title or card.headline) for card in matching if card.date]
    recent = [title for date, title in dated if date >= since]
    earlier = [(date, title) for date, title in dated if date < since]
    return Preview(len(recent), tuple(recent[:MOST_TITLES]), len(earlier), earlier[0] if earlier else None)


def _latest(library: Library) -> Iterator[ArticleCard]:
    """Yield the latest `MOST_READ` articles that have a date and are not hidden, the latest first."""
    cards = [card for number in range(library.all_articles) if (card := library.card(number)).date]
    cards.sort(key=lambda card: card.date or datetime.date.min, reverse=True)
    yield from [card for card in cards if card.key not in library.hidden][:MOST_READ]


def _to_match(library: Library, card: ArticleCard, criteria: Filter) -> AnnouncedArticle:
    """Reduce an article to what the filter matches; its text is read only if the filter has keywords."""
    regions = tuple(region for name in card.regions if (region := find_region(name)))
    passages = library.article_passages(card) if criteria.keywords else ()
    text = [card.title, *(f"{passage.section}\n{passage.text}" for passage in passages)]
    return AnnouncedArticle(key=card.key, regions=regions, words=Keywords("\n".join(text), library.segmenter))


def places(library: Library, most: int) -> list[str]:
    """Return the names of the cities that most articles are about, the most frequent first, at most `most`.

    An article counts once for each city, also for a county of it; hidden articles count too.
    """
    counts: dict[str, int] = {}
    for number in range(library.all_articles):
        regions = (find_region(name) for name in library.card(number).regions)
        for city in {region.city for region in regions if region and region.city}:
            counts[city] = counts.get(city, 0) + 1
    return sorted(counts, key=lambda city: -counts[city])[:most]
