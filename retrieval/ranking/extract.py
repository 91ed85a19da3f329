"""Makes a citation of a sentence: a quote that is short enough to read, with the answering words marked in it."""

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

LONGEST_QUOTE = 240  # characters; of a longer sentence only the clauses around the answering words are quoted
_CLAUSE = re.compile(r"[，,；;：:、]")


def cite(segmenter: Segmenter, part: SubQuestion, sentence: Sentence) -> Citation:
    """Quote a sentence and mark the words that answer a part of a question.

    The quote has at most LONGEST_QUOTE characters. If the sentence has no words, nothing is marked and all is quoted.
    """
    text = sentence.passage.text
    plain = normalize(text[sentence.start : sentence.end])
    answering = find_span(segmenter, part, plain.text)
    if answering is None:
        return Citation(sentence.passage, sentence.start, sentence.end)
    left, right = plain.original(*answering)
    span = (sentence.start + left, sentence.start + right)
    start, end = _clip(text, sentence.start, sentence.end, span)
    return Citation(sentence.passage, start, end, ((max(start, span[0]), min(end, span[1])),))


def _clip(text: str, start: int, end: int, span: tuple[int, int]) -> tuple[int, int]:
    """Return start and end of the quote: the sentence, or as many clauses around the span as LONGEST_QUOTE allows.

    All are offsets in `text`, the passage. If the clauses of the span alone are longer, the quote begins with the span
    and is cut off.
    """
    if end - start <= LONGEST_QUOTE:
        return start, end
    stops = [start, *(match.end() for match in _CLAUSE.finditer(text, start, end)), end]
    left = max((stop for stop in stops if stop <= span[0]), default=start)
    right = min((stop for stop in stops if stop >= span[1]), default=end)
    for stop in [later for later in stops if later > right]:
        if stop - left > LONGEST_QUOTE:
            break
        right = stop
    for stop in reversed([earlier for earlier in stops if earlier < left]):
        if right - stop > LONGEST_QUOTE:
            break
        left = stop
    if right - left > LONGEST_QUOTE:
        return span[0], min(span[0] + LONGEST_QUOTE, end)
    return left, right
