"""What alerts say of an article: its most telling sentences as they stand there, and when that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.service.asking import source_of
from bot.store.subscribing import Bulletin
from corpus.model import ParagraphRef
from corpus.regions import regions_of
from retrieval.model import ArticleCard, Citation, Passage
from retrieval.telling import telling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.store.model import Source
    from corpus.changes import Change
    from corpus.model import Article
    from retrieval.segment import Segmenter

MOST_CHANGES = 3  # of a correction that are told
MOST_CHANGED = 300  # characters of each side of one


def bulletin_of(
    article: Article, generation: int, changes: Iterable[tuple[str, str, str]], segmenter: Segmenter
) -> Bulletin:
    """What alerts say of an article.

    Args:
        article: as it is published.
        generation: for whose announcement it is made.
        changes: what a correction changed, as (part, before, after).
        segmenter: cuts words.
    """
    regions = tuple(region.name for region in regions_of(article).about)
    said = tuple(_sources(article, regions, segmenter))
    title = article.title or article.headline
    return Bulletin(article.key, generation, title, article.date, regions, said, tuple(changes), article.digest)


def _sources(article: Article, regions: tuple[str, ...], segmenter: Segmenter) -> Iterator[Source]:
    title, place = article.headline, str(article.origin)
    card = ArticleCard(article.id, article.key, article.title, title, article.date, place, regions, 0, 0)
    for one in telling(article, segmenter):
        ref = ParagraphRef(article.key, one.paragraph.number)
        yield source_of(
            Citation(Passage(0, ref, card, one.section, one.paragraph.text), one.start, one.end, one.figures)
        )


def changes_to_tell(changes: Iterable[Change]) -> tuple[tuple[str, str, str], ...]:
    """The first of what a correction changed, as (part, before, after)."""
    first = list(changes)[:MOST_CHANGES]
    return tuple((one.part.value, one.before[:MOST_CHANGED], one.after[:MOST_CHANGED]) for one in first)
