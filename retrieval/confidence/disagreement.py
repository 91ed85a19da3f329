"""Finds articles that tell different times or amounts of one thing, so that all of them can be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.amounts import same_amount
from corpus.regions import find_region, region_mentions
from corpus.text import normalize
from retrieval.ranking.answer_types import FIGURES, typed_spans
from retrieval.ranking.extract import cite
from retrieval.ranking.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.library import Library
    from retrieval.model import Citation
    from retrieval.ranking.rank import Ranked

AS_GOOD = 2.0  # how much less than the best a sentence may score and still tell of the same thing
MOST_TOLD = 3  # different figures shown: enough to see that articles disagree
MOST = 12  # sentences looked at
LEAST_WORDS = 0.95  # of the best sentence's share of the question's words
LEAST_SHARE = 0.6  # of the question's words, by idf, that a sentence must have without its surroundings
_WORDS, _CONTEXT, _FIT = (FEATURES.index(name) for name in ("words", "context words", "kind"))


def disagreeing_citations(library: Library, ranked: Ranked, citation: Citation) -> tuple[Citation, ...]:
    """Cite other articles that tell another figure than a citation of the best sentence.

    Args:
        library: gives the segmenter.
        ranked: the sentences found.
        citation: the first of them, quoted.

    Returns:
        At most MOST_TOLD − 1 citations, the best first; none if all agree, or if no time or amount is asked for.
    """
    if ranked.part.kind not in FIGURES or not citation.spans:
        return ()
    citations = [citation]
    for number in _others(ranked):
        other = cite(library.segmenter, ranked.part, ranked.sentences[number])
        if _is_figure(ranked, other) and not any(_has_same_figure(earlier, other) for earlier in citations):
            citations.append(other)
    return tuple(citations[1:MOST_TOLD])


def _others(ranked: Ranked) -> Iterator[int]:
    """Yield the numbers of sentences of other articles that tell of the same thing as the best one, best first.

    Only the first MOST sentences are looked at; those of the same article as the best one are skipped.
    """
    best = ranked.order[0]
    article, top = ranked.sentences[best].passage.article, ranked.features[best]
    for number in ranked.order[1:MOST]:
        row, other = ranked.features[number], ranked.sentences[number].passage.article
        is_close = ranked.scores[number] >= ranked.scores[best] - AS_GOOD and row[_FIT] >= top[_FIT]
        says_it = row[_CONTEXT] >= LEAST_WORDS * top[_CONTEXT] and row[_WORDS] >= max(
            LEAST_WORDS * top[_WORDS], LEAST_SHARE
        )
        is_of_one_place = _are_one_place(article.regions, other.regions) and _name_one_place(ranked, best, number)
        if other.id != article.id and is_close and says_it and is_of_one_place:
            yield number


def _name_one_place(ranked: Ranked, left: int, right: int) -> bool:
    """Return True if two sentences may tell of one place: if they name one in common, or one of them names none.

    宜昌市 and 点军区 are two places, though one holds the other.
    """
    named = [{mention.region for mention in region_mentions(ranked.sentences[number].text)} for number in (left, right)]
    return not all(named) or bool(named[0] & named[1])


def _are_one_place(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Return True if two articles may be about one place, by the names of theirs.

    They may if they share a city, or if one of them has none.
    """
    cities = [
        {region.city for name in names if (region := find_region(name)) and region.city} for names in (left, right)
    ]
    return not all(cities) or bool(cities[0] & cities[1])


def _is_figure(ranked: Ranked, citation: Citation) -> bool:
    """Return True if words are marked, and hold a time or amount as it is asked for."""
    return bool(citation.spans) and bool(typed_spans(ranked.part, normalize(citation.span_text).text))


def _has_same_figure(left: Citation, right: Citation) -> bool:
    """Return True if the marked words of one citation contain those of the other, or tell the same amount."""
    figure, other = (normalize(citation.span_text).text for citation in (left, right))
    return figure in other or other in figure or same_amount(figure, other)
