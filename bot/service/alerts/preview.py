"""What a wish would have caught: among the articles that are published already."""

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
MOST_READ = 1_000  # articles, the latest published; reading one takes half a millisecond
MOST_TITLES = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """What a wish would have caught.

    Attributes:
        recent: how many articles of the last month.
        titles: of the latest of them.
        earlier: how many before, as far as was looked.
        latest: the date and title of the latest of those.
    """

    recent: int = 0
    titles: tuple[str, ...] = ()
    earlier: int = 0
    latest: tuple[datetime.date, str] | None = None


def preview(asking: AnswerService, wish: Filter) -> Preview:
    """What a wish would have caught by its regions and words; copies of a report count once."""
    since = asking.today - MONTH
    found: list[ArticleCard] = []
    groups: set[str] = set()
    for card in _latest(asking.library):
        if card.group not in groups and matches(wish, _story(asking.library, card, wish)):
            found.append(card)
            groups.add(card.group)
    dated = [(card.date, card.title or card.headline) for card in found if card.date]
    recent = [title for date, title in dated if date >= since]
    earlier = [(date, title) for date, title in dated if date < since]
    return Preview(len(recent), tuple(recent[:MOST_TITLES]), len(earlier), earlier[0] if earlier else None)


def _latest(library: Library) -> Iterator[ArticleCard]:
    """The articles that were published last, the latest first."""
    cards = [card for number in range(library.all_articles) if (card := library.card(number)).date]
    cards.sort(key=lambda card: card.date or datetime.date.min, reverse=True)
    yield from [card for card in cards if card.key not in library.hidden][:MOST_READ]


def _story(library: Library, card: ArticleCard, wish: Filter) -> AnnouncedArticle:
    """An article as far as the wish needs it: only words have to be read for."""
    regions = tuple(region for name in card.regions if (region := find_region(name)))
    text = [card.title] + [f"{one.section}\n{one.text}" for one in library.article_passages(card) if wish.keywords]
    return AnnouncedArticle(key=card.key, regions=regions, words=Keywords("\n".join(text), library.segmenter))


def places(library: Library, most: int) -> list[str]:
    """The cities that most articles are about, for buttons."""
    counts: dict[str, int] = {}
    for number in range(library.all_articles):
        regions = (find_region(name) for name in library.card(number).regions)
        for city in {region.city for region in regions if region and region.city}:
            counts[city] = counts.get(city, 0) + 1
    return sorted(counts, key=lambda city: -counts[city])[:most]
