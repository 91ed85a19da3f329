"""The sentences that come nearest to a question that nothing answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.model import Citation
from retrieval.ranking.features import FEATURES

if TYPE_CHECKING:
    from retrieval.ranking.rank import Ranked

NEAREST = 3  # sentences shown at most
NEAR = 0.3  # least share of the question's words, by idf, in a sentence and its title for it to be worth showing
_NEARNESS = FEATURES.index("context words")


def nearest_sentences(ranked: Ranked) -> tuple[Citation, ...]:
    """Return the best sentences of different paragraphs, best first, without marked words, since they do not answer.

    They are at most NEAREST, and each has at least NEAR of the question's words; empty if none has. Of near-duplicate
    articles only the best sentence counts: three copies of one report would say nothing new.
    """
    by_row: dict[int, Citation] = {}
    for number in ranked.order:
        sentence = ranked.sentences[number]
        article = sentence.passage.article
        is_copy = any(article.is_twin_of(other.passage.article) for other in by_row.values())
        if ranked.features[number, _NEARNESS] >= NEAR and not is_copy:
            by_row.setdefault(sentence.passage.row, Citation(sentence.passage, sentence.start, sentence.end))
        if len(by_row) == NEAREST:
            break
    return tuple(by_row.values())
