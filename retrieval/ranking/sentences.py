"""Cuts the passages that a search found into sentences, the candidates for an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from corpus.text import normalize, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.model import Hit, Passage

LONGEST_SENTENCE = 400  # characters; longer text without a full stop is a list or a table
MOST_SENTENCES = 300  # of one paragraph; what has more is not read to its end
PAUSE = re.compile(r"[,，;；:：]")  # between the clauses of a sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence of a passage.

    Attributes:
        start, end: its place in `passage.text`, which is as published.
        text: normalised.
        before: the sentence before it in the paragraph, normalised; empty for the first.
        score: the score of its passage divided by that of the best passage, 0..1.
    """

    passage: Passage
    start: int
    end: int
    text: str
    before: str
    score: float


def sentences_of(hits: Sequence[Hit]) -> list[Sentence]:
    """Return the sentences of the passages found, in the order of the hits; none for no hits."""
    best = max((hit.score for hit in hits), default=1.0)
    candidates = []
    for hit in hits:
        before = ""
        for start, end in _pieces(hit.passage.text):
            text = normalize(hit.passage.text[start:end]).text
            candidates.append(
                Sentence(passage=hit.passage, start=start, end=end, text=text, before=before, score=hit.score / best)
            )
            before = text
    return candidates


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the first MOST_SENTENCES sentences, in order.

    One longer than LONGEST_SENTENCE is cut at its last pause before that, or there if it has none.
    """
    for start, end in islice(sentences(text), MOST_SENTENCES):
        while end - start > LONGEST_SENTENCE:
            pauses = [match.end() for match in PAUSE.finditer(text, start, start + LONGEST_SENTENCE)]
            stop = pauses[-1] if pauses else start + LONGEST_SENTENCE
            yield start, stop
            start = stop
        yield start, end
