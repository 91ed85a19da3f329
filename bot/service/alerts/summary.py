"""Summarizes articles for alerts: their key sentences, quoted verbatim, with the time of the event."""

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
    from corpus.comparison.changes import Change
    from corpus.model import Article
    from retrieval.summary.key_sentences import KeySentence
    from retrieval.words.segment import Segmenter

_PAUSE = re.compile(r"[，；：;:]|,(?!\d)")
LEAST_CLAUSE = 10  # characters before a comma that ends a clause: the one after 2022年， does not
MOST_CHANGES = 3  # of a correction
MOST_CHANGED = 300  # characters of the text before and after a change


def summarize_article(
    article: Article, generation: int, changes: Iterable[tuple[str, str, str]], segmenter: Segmenter
) -> ArticleSummary:
    """Summarize an article for alerts: title, places, date and its key sentences as citations.

    Args:
        article: as it is published; its headline replaces a missing title.
        generation: number of the generation whose announcement the summary is for.
        changes: what a correction changed, as (part, before, after); empty for a new article.
        segmenter: cuts words.
    """
    regions = tuple(region.name for region in regions_about(article))
    title = article.title or article.headline
    return ArticleSummary(
        key=article.key,
        generation=generation,
        title=title,
        date=article.date,
        regions=regions,
        sources=tuple(_key_citations(article, regions, segmenter)),
        changes=tuple(changes),
        digest=article.digest,
    )


def _key_citations(article: Article, regions: tuple[str, ...], segmenter: Segmenter) -> Iterator[CitationSnapshot]:
    """Yield the article's key sentences in reading order, as citations with the key figures as spans."""
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
    for sentence in key_sentences(article, segmenter):
        ref = ParagraphRef(article.key, sentence.paragraph.number)
        passage = Passage(row=0, ref=ref, article=card, section=sentence.section, text=sentence.paragraph.text)
        citation = Citation(passage, sentence.start, sentence.end, sentence.figures)
        yield _with_own_event(source_of(citation), sentence)


def _with_own_event(citation: CitationSnapshot, sentence: KeySentence) -> CitationSnapshot:
    """Return the citation with the event time of its first clause; without one if that clause tells no year.

    Whether it is old news is decided by that time. In an answer the words that were asked for decide which year applies
    to them; here there are none, so that a year in another clause could be wrong: 二期点火，…，一期2024年已满产 is not
    about 2024.
    """
    text = sentence.paragraph.text
    pause = _PAUSE.search(text, sentence.start + LEAST_CLAUSE, sentence.end)
    stop = pause.start() if pause else sentence.end
    is_dated = any(time.years for time in time_mentions(text[sentence.start : stop]))
    event = event_of(text, sentence.start, sentence.end, ((sentence.start, stop),)) if is_dated else None
    if event is None or event.is_inferred:
        return replace(citation, event=None, is_old_news=False)
    is_old = citation.date is not None and event.key[0] <= citation.date.year - OLD_NEWS
    return replace(citation, event=event, is_old_news=is_old)


def first_changes(changes: Iterable[Change]) -> tuple[tuple[str, str, str], ...]:
    """Return the first MOST_CHANGES changes in their order, as (part, before, after).

    Texts are cut to MOST_CHANGED characters.
    """
    first = list(changes)[:MOST_CHANGES]
    return tuple((change.part.value, change.before[:MOST_CHANGED], change.after[:MOST_CHANGED]) for change in first)
