"""Where articles tell different figures of one thing: then all are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.numbers import same_amount
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

AS_GOOD = 2.0  # how much less a sentence may score than the best and still tell of the same thing
MOST_TOLD = 3  # different figures: enough to see that it is not settled
MOST = 12  # sentences looked at
LEAST_WORDS = 0.95  # of the best sentence's own share of the question's words
LEAST_SAID = 0.6  # of the question's words, by weight, that the sentences have to say themselves
_WORDS, _CONTEXT, _FIT = (FEATURES.index(name) for name in ("words", "context words", "kind"))


def disagreeing_citations(library: Library, ranked: Ranked, citation: Citation) -> tuple[Citation, ...]:
    """What other articles say instead of what a citation says of a time or an amount; empty where they agree."""
    if ranked.part.kind not in FIGURES or not citation.spans:
        return ()
    told = [citation]
    for number in _others(ranked):
        other = cite(library.segmenter, ranked.part, ranked.sentences[number])
        if _is_figure(ranked, other) and not any(_is_same(one, other) for one in told):
            told.append(other)
    return tuple(told[1:MOST_TOLD])


def _others(ranked: Ranked) -> Iterator[int]:
    """Sentences of other articles that say of the question what the best one says."""
    best = ranked.order[0]
    mine, top = ranked.sentences[best].passage.article, ranked.features[best]
    for number in ranked.order[1:MOST]:
        row, article = ranked.features[number], ranked.sentences[number].passage.article
        is_close = ranked.scores[number] >= ranked.scores[best] - AS_GOOD and row[_FIT] >= top[_FIT]
        says_it = row[_CONTEXT] >= LEAST_WORDS * top[_CONTEXT] and row[_WORDS] >= max(
            LEAST_WORDS * top[_WORDS], LEAST_SAID
        )
        is_of_one_place = _are_one_place(mine.regions, article.regions) and _name_one_place(ranked, best, number)
        if article.id != mine.id and is_close and says_it and is_of_one_place:
            yield number


def _name_one_place(ranked: Ranked, left: int, right: int) -> bool:
    """Whether two sentences may be told of one place: 宜昌市 and 点军区 are two, though one holds the other."""
    named = [{one.region for one in region_mentions(ranked.sentences[number].text)} for number in (left, right)]
    return not all(named) or bool(named[0] & named[1])


def _are_one_place(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two articles may be about one place: those about two cities tell of two things."""
    cities = [{region.city for name in names if (region := find_region(name)) and region.city} for names in (left, right)]
    return not all(cities) or bool(cities[0] & cities[1])


def _is_figure(ranked: Ranked, citation: Citation) -> bool:
    return bool(citation.spans) and bool(typed_spans(ranked.part, normalize(citation.span_text).text))


def _is_same(left: Citation, right: Citation) -> bool:
    one, other = (normalize(citation.span_text).text for citation in (left, right))
    return one in other or other in one or same_amount(one, other)
