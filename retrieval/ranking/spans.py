"""Which words of a sentence answer: spans within a clause or over whole clauses, weighed by a linear model."""

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

LONGEST_SPAN = 16  # words within a clause
MOST_ENDS = 3  # clauses that a span may go on into from the middle of one
AS_FIT = 0.2  # how much less fitting an amount may be than the best
MOST_CLAUSES = 12  # of a sentence between whose edges spans are tried: more is a list, and quadratic
LONGEST_MARKED = 30  # characters from a quotation mark to the one that closes it
_CLAUSE = re.compile(r"[^,，。;；!！?？\n]*[^\W_][^,，。;；!！?？\n]*")
_PLANNED = re.compile(r"(?:计划|预计|力争|拟|争取|目标|有望|打算)[^,，。;；:：、\d]{0,8}$")
_GOAL = re.compile(r"[^,，。;；:：、\d]{0,4}的(?:目标|计划|规划|预期|任务|愿景)")  # 突破200家的目标 is no fact


def find_span(segmenter: Segmenter, part: SubQuestion, text: str) -> tuple[int, int] | None:
    """The words of a normalised sentence that answer, as a span of it; None where it has no words."""
    if part.kind is QuestionKind.YES_NO:
        return _deciding_clause(part, text)
    scene = build_span_context(segmenter, part, text)
    spans = candidate_spans(scene)
    if not spans:
        return None
    best = int(np.argmax(_scores(scene, spans)))
    return _widen(scene, *spans[best])


def _scores(scene: SpanContext, spans: list[tuple[int, int]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    table = span_weights(scene.part.kind, thing_class(scene.part))
    firsts = {number: _weigh(table, first_word_features(scene, number)) for number in {first for first, _ in spans}}
    lasts = {number: _weigh(table, last_word_features(scene, number)) for number in {last for _, last in spans}}
    return np.array(
        [firsts[first] + lasts[last] + _weigh(table, whole_span_features(scene, first, last)) for first, last in spans]
    )


def _weigh(table: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(table.get(name, 0.0) * value for name, value in features.items())


def _deciding_clause(part: SubQuestion, text: str) -> tuple[int, int] | None:
    """The clause that says most of what is asked, whole: what it says, not a word of it, is yes or no."""
    clauses = [match.span() for match in _CLAUSE.finditer(text)]
    says = [sum(match_degree(token.word, text[start:end]) for token in part.words) for start, end in clauses]
    return clauses[says.index(max(says))] if clauses else None


def candidate_spans(scene: SpanContext) -> list[tuple[int, int]]:
    """What may be the answer, as the numbers of the first and the last word, in reading order.

    Where an amount is asked for and such stand there, only they: those whose unit fits best. Else runs of words within
    a clause, runs of clauses, and words to the end of one of the next clauses.
    """
    if scene.part.kind is QuestionKind.HOW_MANY and scene.typed_spans:
        best = max(one.fit for one in scene.typed_spans)
        if figures := _words_of(scene, (one for one in scene.typed_spans if one.fit > best - AS_FIT)):
            return sorted(figures)
    count = len(scene.tokens)
    begins, ends = (edges[:MOST_CLAUSES] for edges in clause_edges(scene))
    found = {(first, last) for first in begins for last in ends if first <= last}
    for first in range(count):
        stop = min(first + LONGEST_SPAN, count)
        found.update((first, last) for last in range(first, stop) if scene.clauses[last] == scene.clauses[first])
        found.update(
            (first, last) for last in [end for end in ends if scene.clauses[end] > scene.clauses[first]][:MOST_ENDS]
        )
    return sorted(found)


def _words_of(scene: SpanContext, typed: Iterable[TypedSpan]) -> set[tuple[int, int]]:
    spans = set()
    for one in typed:
        numbers = [i for i, token in enumerate(scene.tokens) if token.start < one.end and one.start < token.end]
        if numbers:
            spans.add((numbers[0], numbers[-1]))
    return spans


def _widen(scene: SpanContext, first: int, last: int) -> tuple[int, int]:
    """To the marks around it, and over the hedge and unit of an amount or time: never the bare figure."""
    start, end = scene.tokens[first].start, scene.tokens[last].end
    if scene.part.kind in FIGURES:
        for one in scene.typed_spans:
            if one.start < end and start < one.end:
                start, end = min(start, one.start), max(end, one.end)
        planned, goal = _PLANNED.search(scene.text, 0, start), _GOAL.match(scene.text, end)
        start, end = planned.start() if planned else start, goal.end() if goal else end
    elif len(scene.anchors[1]) == 1 and scene.text.startswith(scene.anchors[1], end):
        end += 1  # 哪条河: 联棚 is 联棚河
    return _balanced(scene.text, start, end)


def _balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """With both or neither of the marks that stand around words or begin or end in them."""
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
