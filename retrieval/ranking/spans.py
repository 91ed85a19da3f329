"""Chooses the words of a sentence that answer: the span with the highest score of a linear model (`span_features`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from retrieval.question.kinds import QuestionKind
from retrieval.ranking.answer_types import FIGURES
from retrieval.ranking.matching import match_degree
from retrieval.ranking.span_context import CLOSING, OPENING, SpanContext, build_span_context, clause_edges, is_quoted
from retrieval.ranking.span_features import (
    first_word_features,
    last_word_features,
    span_weights,
    thing_class,
    whole_span_features,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from retrieval.question.query import SubQuestion
    from retrieval.ranking.answer_types import TypedSpan
    from retrieval.words.segment import Segmenter

LONGEST_SPAN = 16  # words of a span within a clause
MOST_ENDS = 3  # following clauses at whose ends a span that begins within a clause may end
AS_FIT = 0.2  # how much less than the best an amount may fit and still be a candidate
MOST_CLAUSES = 12  # whose edges begin and end spans: more clauses are a list, and the spans grow quadratically
LONGEST_MARKED = 30  # characters between a quotation mark outside the span and the span
_CLAUSE = re.compile(r"[^,，。;；!！?？\n]*[^\W_][^,，。;；!！?？\n]*")
_PLANNED = re.compile(r"(?:计划|预计|力争|拟|争取|目标|有望|打算)[^,，。;；:：、\d]{0,8}$")
# Shown with an amount, as in 突破200家的目标, which is a goal and no fact.
_GOAL = re.compile(r"[^,，。;；:：、\d]{0,4}的(?:目标|计划|规划|预期|任务|愿景)")


def find_span(segmenter: Segmenter, part: SubQuestion, text: str) -> tuple[int, int] | None:
    """Return start and end of the answering words, as offsets in `text`, a normalised sentence; None if there are none.

    For a yes-no question they are the clause that has the most words of the question.
    """
    if part.kind is QuestionKind.YES_NO:
        return _deciding_clause(part, text)
    context = build_span_context(segmenter, part, text)
    spans = candidate_spans(context)
    if not spans:
        return None
    best = int(np.argmax(_scores(context, spans)))
    return _widen(context, *spans[best])


def _scores(context: SpanContext, spans: list[tuple[int, int]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the score of each span, (len(spans),); the features of each first or last word are computed once.

    Args:
        context: the sentence and the question.
        spans: numbers of first and last word, both included.
    """
    table = span_weights(context.part.kind, thing_class(context.part))
    firsts = {number: _weigh(table, first_word_features(context, number)) for number in {first for first, _ in spans}}
    lasts = {number: _weigh(table, last_word_features(context, number)) for number in {last for _, last in spans}}
    return np.array(
        [
            firsts[first] + lasts[last] + _weigh(table, whole_span_features(context, first, last))
            for first, last in spans
        ]
    )


def _weigh(table: Mapping[str, float], features: Mapping[str, float]) -> float:
    """Return Σ weight × value over the features; those that the table has not weigh nothing."""
    return sum(table.get(name, 0.0) * value for name, value in features.items())


def _deciding_clause(part: SubQuestion, text: str) -> tuple[int, int] | None:
    """Return start and end of the clause with the most words of the question, the first of several; None for none."""
    clauses = [match.span() for match in _CLAUSE.finditer(text)]
    matches = [sum(match_degree(token.word, text[start:end]) for token in part.words) for start, end in clauses]
    return clauses[matches.index(max(matches))] if clauses else None


def candidate_spans(context: SpanContext) -> list[tuple[int, int]]:
    """Return the spans that may be the answer, as numbers of their first and last word (included), in reading order.

    If an amount is asked for and the sentence has some, they are those that fit best. Otherwise they are the runs of
    words within a clause, runs of clauses, and runs from any word to the end of one of the next clauses. Empty if the
    sentence has no words.
    """
    if context.part.kind is QuestionKind.HOW_MANY and context.typed_spans:
        best = max(span.fit for span in context.typed_spans)
        if figures := _words_of(context, (span for span in context.typed_spans if span.fit > best - AS_FIT)):
            return sorted(figures)
    count = len(context.tokens)
    begins, ends = (edges[:MOST_CLAUSES] for edges in clause_edges(context))
    spans = {(first, last) for first in begins for last in ends if first <= last}
    for first in range(count):
        stop = min(first + LONGEST_SPAN, count)
        spans.update((first, last) for last in range(first, stop) if context.clauses[last] == context.clauses[first])
        spans.update(
            (first, last) for last in [end for end in ends if context.clauses[end] > context.clauses[first]][:MOST_ENDS]
        )
    return sorted(spans)


def _words_of(context: SpanContext, typed_spans: Iterable[TypedSpan]) -> set[tuple[int, int]]:
    """Return the numbers of the first and last word of each typed span that touches a word."""
    spans = set()
    for typed in typed_spans:
        numbers = [i for i, token in enumerate(context.tokens) if token.start < typed.end and typed.start < token.end]
        if numbers:
            spans.add((numbers[0], numbers[-1]))
    return spans


def _widen(context: SpanContext, first: int, last: int) -> tuple[int, int]:
    """Return start and end, in characters, of the span of words first to last, widened to what is shown with it.

    That is hedge and unit of an amount or time, the 计划 before and the 目标 behind one, the noun of one character that
    is asked for (联棚 becomes 联棚河 for 哪条河), and quotation marks around the span.
    """
    start, end = context.tokens[first].start, context.tokens[last].end
    if context.part.kind in FIGURES:
        for typed in context.typed_spans:
            if typed.start < end and start < typed.end:
                start, end = min(start, typed.start), max(end, typed.end)
        planned, goal = _PLANNED.search(context.text, 0, start), _GOAL.match(context.text, end)
        start, end = planned.start() if planned else start, goal.end() if goal else end
    elif len(context.anchors[1]) == 1 and context.text.startswith(context.anchors[1], end):
        end += 1
    return _balanced(context.text, start, end)


def _balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span so that it has both marks of a pair of which it has one, or of which both stand around it.

    A missing mark LONGEST_MARKED characters or more away is left out.
    """
    for opening, closing in zip(OPENING, CLOSING, strict=True):
        if opening == closing:
            continue
        inside = text[start:end]
        if inside.count(opening) > inside.count(closing):
            close = text.find(closing, end)
            end = close + 1 if 0 <= close - end < LONGEST_MARKED else end
        elif inside.count(closing) > inside.count(opening):
            open_ = text.rfind(opening, 0, start)
            start = open_ if open_ >= 0 and start - open_ < LONGEST_MARKED else start
    if is_quoted(text, start, end):
        start, end = start - 1, end + 1
    return start, end
