"""From the sentence chosen to a citation: the quote, short enough to read, and the words in it that answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.model import Citation
from retrieval.ranking.spans import find_span

if TYPE_CHECKING:
    from retrieval.question.query import SubQuestion
    from retrieval.ranking.sentences import Sentence
    from retrieval.words.segment import Segmenter

LONGEST_QUOTE = 240  # characters; of a longer sentence the clauses around the answer are quoted
_CLAUSE = re.compile(r"[，,；;：:、]")


def cite(segmenter: Segmenter, part: SubQuestion, sentence: Sentence) -> Citation:
    """Quote a sentence with the words in it that answer one thing asked."""
    text = sentence.passage.text
    plain = normalize(text[sentence.start : sentence.end])
    found = find_span(segmenter, part, plain.text)
    if found is None:
        return Citation(sentence.passage, sentence.start, sentence.end)
    left, right = plain.original(*found)
    span = (sentence.start + left, sentence.start + right)
    start, end = _clip(text, sentence.start, sentence.end, span)
    return Citation(sentence.passage, start, end, ((max(start, span[0]), min(end, span[1])),))


def _clip(text: str, start: int, end: int, span: tuple[int, int]) -> tuple[int, int]:
    """The sentence; where it is too long the clauses around the span that fit."""
    if end - start <= LONGEST_QUOTE:
        return start, end
    stops = [start, *(match.end() for match in _CLAUSE.finditer(text, start, end)), end]
    left = max((stop for stop in stops if stop <= span[0]), default=start)
    right = min((stop for stop in stops if stop >= span[1]), default=end)
    for stop in [s for s in stops if s > right]:
        if stop - left > LONGEST_QUOTE:
            break
        right = stop
    for stop in reversed([s for s in stops if s < left]):
        if right - stop > LONGEST_QUOTE:
            break
        left = stop
    if right - left > LONGEST_QUOTE:
        return span[0], min(span[0] + LONGEST_QUOTE, end)
    return left, right
