"""What alerts say of an article: its most telling sentences as they stand there, and when that was."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.subscriptions import ArticleSummary
from bot.service.answers import source_of
from corpus.model import ParagraphRef
from corpus.regions import regions_about
from corpus.times import time_mentions
from retrieval.facts.event import event_of
from retrieval.model import OLD_NEWS, ArticleCard, Citation, Passage
from retrieval.summary.key_sentences import key_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.stored_answers import CitationSnapshot
    from corpus.changes import Change
    from corpus.model import Article
    from retrieval.summary.key_sentences import KeySentence
    from retrieval.words.segment import Segmenter

_PAUSE = re.compile(r"[，；：;:]|,(?!\d)")
LEAST_CLAUSE = 10  # characters: the comma behind 2022年， divides nothing
MOST_CHANGES = 3  # of a correction that are told
MOST_CHANGED = 300  # characters of each side of one


def summarize_article(
    article: Article, generation: int, changes: Iterable[tuple[str, str, str]], segmenter: Segmenter
) -> ArticleSummary:
    """What alerts say of an article.

    Args:
        article: as it is published.
        generation: for whose announcement it is made.
        changes: what a correction changed, as (part, before, after).
        segmenter: cuts words.
    """
    regions = tuple(region.name for region in regions_about(article))
    said = tuple(_sources(article, regions, segmenter))
    title = article.title or article.headline
    return ArticleSummary(
        key=article.key,
        generation=generation,
        title=title,
        date=article.date,
        regions=regions,
        sources=said,
        changes=tuple(changes),
        digest=article.digest,
    )


def _sources(article: Article, regions: tuple[str, ...], segmenter: Segmenter) -> Iterator[CitationSnapshot]:
    title, place = article.headline, str(article.origin)
    card = ArticleCard(
        id=article.id,
        key=article.key,
        title=article.title,
        headline=title,
        date=article.date,
        place=place,
        regions=regions,
        first_row=0,
        rows=0,
    )
    for one in key_sentences(article, segmenter):
        ref = ParagraphRef(article.key, one.paragraph.number)
        passage = Passage(row=0, ref=ref, article=card, section=one.section, text=one.paragraph.text)
        yield _careful(source_of(Citation(passage, one.start, one.end, one.figures)), one)


def _careful(source: CitationSnapshot, told: KeySentence) -> CitationSnapshot:
    """A quote with the time that it begins with, and none that another clause or sentence lends it.

    Nobody asked for certain words that a year could govern: 二期点火，…，一期2024年已满产 is no news of 2024.
    """
    text = told.paragraph.text
    pause = _PAUSE.search(text, told.start + LEAST_CLAUSE, told.end)
    stop = pause.start() if pause else told.end
    is_dated = any(time.years for time in time_mentions(text[told.start : stop]))
    event = event_of(text, told.start, told.end, ((told.start, stop),)) if is_dated else None
    if event is None or event.is_inferred:
        return replace(source, event=None, is_old_news=False)
    is_old = source.date is not None and event.key[0] <= source.date.year - OLD_NEWS
    return replace(source, event=event, is_old_news=is_old)


def first_changes(changes: Iterable[Change]) -> tuple[tuple[str, str, str], ...]:
    """The first of what a correction changed, as (part, before, after)."""
    first = list(changes)[:MOST_CHANGES]
    return tuple((one.part.value, one.before[:MOST_CHANGED], one.after[:MOST_CHANGED]) for one in first)
