"""Which words of a sentence answer: candidates of the kind asked for, ranked by what stands around them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from retrieval.features import stands
from retrieval.query import Kind
from retrieval.scene import CLOSING, OPENING, Scene, is_quoted, look, span_features
from retrieval.typed import FIGURES
from retrieval.weights import weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.query import Part
    from retrieval.segment import Segmenter
    from retrieval.typed import Typed

LONGEST_SPAN = 16  # words
LONGEST_MARKED = 30  # characters from a quotation mark to the one that closes it
_CLAUSE = re.compile(r"[^,，。;；!！?？\n]*[^\W_][^,，。;；!！?？\n]*")
_PLANNED = re.compile(r"(?:计划|预计|力争|拟|争取|目标|有望|打算)[^,，。;；:：、\d]{0,8}$")
_GOAL = re.compile(r"[^,，。;；:：、\d]{0,4}的(?:目标|计划|规划|预期|任务|愿景)")  # 突破200家的目标 is no fact


def find_span(segmenter: Segmenter, part: Part, text: str) -> tuple[int, int] | None:
    """The words of a normalised sentence that answer, as a span of it; None where it has no words."""
    if part.kind is Kind.YES_NO:
        return _deciding_clause(part, text)
    scene = look(segmenter, part, text)
    table = weights().span[group_of(part.kind)]
    best, span = -math.inf, None
    for first, last in spans_of(scene):
        score = sum(table.get(name, 0.0) * value for name, value in span_features(scene, first, last).items())
        if score > best:
            best, span = score, (first, last)
    return _widen(scene, *span) if span else None


def _deciding_clause(part: Part, text: str) -> tuple[int, int] | None:
    """The clause that says most of what is asked, whole: what it says, not a word of it, is yes or no."""
    clauses = [match.span() for match in _CLAUSE.finditer(text)]
    says = [sum(stands(token.word, text[start:end]) for token in part.words) for start, end in clauses]
    return clauses[says.index(max(says))] if clauses else None


def group_of(kind: Kind) -> str:
    """Kinds whose answers look alike share their weights: figures, clauses, names."""
    if kind in FIGURES:
        return "figure"
    return "clause" if kind in (Kind.WHY, Kind.HOW, Kind.DEFINITION, Kind.YES_NO) else "name"


def spans_of(scene: Scene) -> Iterator[tuple[int, int]]:
    """Runs of words within a clause, as the numbers of the first and the last word.

    Where a time or an amount is asked for and such stand there, only they: those whose unit fits best.
    """
    if scene.part.kind in FIGURES and scene.typed:
        best = max(one.fit for one in scene.typed)
        figures = {_words_of(scene, one) for one in scene.typed if one.fit > best - 0.2}
        yield from sorted(span for span in figures if span)
        return
    for first in range(len(scene.tokens)):
        for last in range(first, min(first + LONGEST_SPAN, len(scene.tokens))):
            if scene.clauses[last] != scene.clauses[first]:
                break
            yield first, last


def _words_of(scene: Scene, one: Typed) -> tuple[int, int] | None:
    numbers = [i for i, token in enumerate(scene.tokens) if token.start < one.end and one.start < token.end]
    return (numbers[0], numbers[-1]) if numbers else None


def _widen(scene: Scene, first: int, last: int) -> tuple[int, int]:
    """To the marks around it, and over the hedge and unit of an amount or time: never the bare figure."""
    start, end = scene.tokens[first].start, scene.tokens[last].end
    if scene.part.kind in FIGURES:
        for one in scene.typed:
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
