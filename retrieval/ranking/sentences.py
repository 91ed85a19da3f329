"""The sentences of the passages found, as candidates for an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from corpus.text import normalize, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.model import Hit, Passage

LONGEST_SENTENCE = 400  # characters; what goes on longer without a full stop is a list or a table
MOST_SENTENCES = 300  # of one paragraph: more are no paragraph
PAUSE = re.compile(r"[,，;；:：]")  # between the clauses of a sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence of a passage."""

    passage: Passage
    start: int
    end: int
    text: str  # normalised
    before: str  # the sentence before it in the paragraph, normalised; empty at the start
    score: float  # of its passage, relative to the best passage


def sentences_of(hits: Sequence[Hit]) -> list[Sentence]:
    """All sentences of the passages found, in the order of the passages."""
    best = max((hit.score for hit in hits), default=1.0)
    found = []
    for hit in hits:
        before = ""
        for start, end in _pieces(hit.passage.text):
            text = normalize(hit.passage.text[start:end]).text
            found.append(
                Sentence(passage=hit.passage, start=start, end=end, text=text, before=before, score=hit.score / best)
            )
            before = text
    return found


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Sentences; one that is too long to be one is cut where it pauses."""
    for start, end in islice(sentences(text), MOST_SENTENCES):
        while end - start > LONGEST_SENTENCE:
            pauses = [match.end() for match in PAUSE.finditer(text, start, start + LONGEST_SENTENCE)]
            stop = pauses[-1] if pauses else start + LONGEST_SENTENCE
            yield start, stop
            start = stop
        yield start, end
