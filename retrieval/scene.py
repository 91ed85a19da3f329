"""A sentence seen with a question in mind, and what is measured of words in it that may be the answer."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.index import QUESTION_WORDS
from retrieval.query import Kind, Part
from retrieval.synonyms import synonyms
from retrieval.typed import FIGURES, SHORT_KINDS, Typed, anchors, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.segment import Segmenter, Token

FARTHEST = 20  # characters
LONGEST_RUN = 8  # characters
LONGEST_SCENE = 1000  # characters looked at: a sentence has 400 at most, but some characters fold to eighteen
SPAN_FEATURES = (
    "typed",  # overlap with a time, amount, place or name where such is asked for: 1 is exactly that
    "untyped",  # such is asked for, and the words hold none
    "asked",  # share of the words that the question already says
    "after known",  # a word of the question stands right before
    "before known",  # a word of the question stands right after
    "after anchor",  # that word is the one before the question word
    "before anchor",  # that word is the one after the question word
    "anchor gap",  # characters to these two words, in the mean, of 20
    "run before",  # as many characters before the words as before the question word are the same, of 8
    "run after",  # the same of those after
    "side",  # how differently the question's words lie around the words and around the question word, 0..1
    "cuts list",  # 、 stands right before or after
    "far",  # words to the nearest word of the question, of 10
    "spread",  # mean distance to the question's words, of 20
    "clause share",  # share of the question's words found that stand in the same clause
    "starts clause",
    "ends clause",
    "starts weak",  # with a word that says nothing alone
    "ends weak",
    "length",  # log of the words
    "length of short",  # the same where when, how many, who or where is asked
    "cue",  # a word that leads to the kind asked for stands right before: 由 to who, 位于 to where
    "quoted",  # quotation marks or title marks stand around it
    "suffix",  # ends as the thing asked for does: 城市, 襄阳市
    "digits",  # holds a digit though no time or amount is asked for
    "listed",  # holds 、 where a list is asked for
    "list elsewhere",  # holds 、 where no list is asked for
    "unknown word",  # share of the words that general Chinese does not know: names
)

_CUES = {
    Kind.WHO: ("由", "被", "是", "为", "与", "和"),
    Kind.WHERE: ("在", "于", "位于", "到", "至", "往", "落户", "来自", "从"),
    Kind.WHY: ("因", "因为", "由于", "为了", "为", "以"),
    Kind.DEFINITION: ("是", "指", "是指", "即", "为", "意为"),
    Kind.WHAT: ("是", "为", "叫", "称", "称为", "即", "作", "成"),
    Kind.LIST: ("包括", "有", "为", "是", "如", "含", "涵盖", "包含"),
    Kind.HOW: ("通过", "以", "用", "依托"),
}
_WEAK = QUESTION_WORDS | frozenset(
    (
        "也 又 还 则 将 已 已经 曾 并且 而且 因此 所以 但 但是 这 该 此 那 等等 之一 以及 而 后 前 里 上 下 来 去 "
    ).split()
)
_CLAUSE_END = re.compile(r"[,，。;；:：!！?？\n]")
_DIVISIONS = "省市县区"  # 襄阳市 is known where the question says 襄阳
OPENING, CLOSING = "“‘「『《〈\"'(（", "”’」』》〉\"')）"


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence's words, and what of the question stands among them."""

    part: Part
    text: str
    tokens: Sequence[Token]
    clauses: Sequence[int]  # the number of the clause of each word
    known: Sequence[bool]  # whether the question says the word
    known_at: Sequence[int]  # the numbers of those words, ascending
    typed: Sequence[Typed]  # times, amounts, places or names, as asked for
    anchors: tuple[str, str]  # the words before and after the question word; empty where there is none
    unknown: Sequence[bool]  # whether general Chinese does not know the word


def look(segmenter: Segmenter, part: Part, text: str) -> Scene:
    """Cut a normalised sentence into words, and find in it what the question says and asks for."""
    tokens = segmenter.tokens(text[:LONGEST_SCENE])
    clauses, clause, end = [], 0, 0
    for token in tokens:
        clause += bool(_CLAUSE_END.search(text, end, token.start))
        clauses.append(clause)
        end = token.end
    said = {word for token in part.words for word in (token.word, *synonyms(token.word))}
    stems = [token.word.rstrip(_DIVISIONS) for token in tokens]
    known = [t.word in said or (len(stem) > 1 and stem in part.text) for t, stem in zip(tokens, stems, strict=True)]
    unknown = [not segmenter.frequency(token.word) for token in tokens]
    known_at = [i for i, is_known in enumerate(known) if is_known]
    return Scene(part, text, tokens, clauses, known, known_at, typed(part, text), anchors(part), unknown)


def span_features(scene: Scene, first: int, last: int) -> dict[str, float]:
    """SPAN_FEATURES of the words first..last."""
    return (
        _of_the_words(scene, first, last) | _of_the_neighbours(scene, first, last) | _of_the_place(scene, first, last)
    )


def _of_the_words(scene: Scene, first: int, last: int) -> dict[str, float]:
    tokens, kind, count = scene.tokens, scene.part.kind, last - first + 1
    start, end = tokens[first].start, tokens[last].end
    words, asked_thing = scene.text[start:end], scene.anchors[1]
    fit, is_short = _fit(scene.typed, start, end), kind in SHORT_KINDS
    return {
        "typed": fit,
        "untyped": float(is_short and not fit),
        "asked": sum(scene.known[first : last + 1]) / count,
        "starts weak": float(tokens[first].word in _WEAK),
        "ends weak": float(tokens[last].word in _WEAK),
        "length": math.log(count),
        "length of short": math.log(count) * is_short,
        "quoted": float(is_quoted(scene.text, start, end)),
        "suffix": float(bool(asked_thing) and words[-1] == asked_thing[-1]),
        "digits": float(kind not in FIGURES and any(c.isdigit() for c in words)),
        "listed": float("、" in words and kind is Kind.LIST),
        "list elsewhere": float("、" in words and kind is not Kind.LIST),
        "unknown word": sum(scene.unknown[first : last + 1]) / count,
    }


def _of_the_neighbours(scene: Scene, first: int, last: int) -> dict[str, float]:
    tokens, clauses = scene.tokens, scene.clauses
    before = first - 1 if first and clauses[first - 1] == clauses[first] else None
    after = last + 1 if last + 1 < len(tokens) and clauses[last + 1] == clauses[last] else None
    cues = _CUES.get(scene.part.kind, ())
    return {
        "after known": float(before is not None and scene.known[before]),
        "before known": float(after is not None and scene.known[after]),
        "after anchor": float(before is not None and tokens[before].word == scene.anchors[0]),
        "before anchor": float(after is not None and tokens[after].word == scene.anchors[1]),
        "starts clause": float(before is None),
        "ends clause": float(after is None),
        "cue": float(before is not None and tokens[before].word in cues),
    }


def _of_the_place(scene: Scene, first: int, last: int) -> dict[str, float]:
    text, known_at, part = scene.text, scene.known_at, scene.part
    start, end = scene.tokens[first].start, scene.tokens[last].end
    distances = [max(first - i, i - last) for i in known_at if not first <= i <= last]
    same_clause = sum(scene.clauses[i] == scene.clauses[first] for i in known_at)
    return {
        "anchor gap": _anchor_gap(scene, start, end),
        "run before": _run(text[max(start - LONGEST_RUN, 0) : start][::-1], part.text[: part.asked[0]][::-1]),
        "run after": _run(text[end : end + LONGEST_RUN], part.text[part.asked[1] :]),
        "side": _side(scene, first, last),
        "cuts list": float(text[max(start - 1, 0) : start] == "、" or text[end : end + 1] == "、"),
        "far": min(min(distances, default=10), 10) / 10,
        "spread": min(sum(distances) / len(distances), 20) / 20 if distances else 1.0,
        "clause share": same_clause / max(len(known_at), 1),
    }


def _run(left: str, right: str) -> float:
    same = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        same += 1
    return same / LONGEST_RUN


def _side(scene: Scene, first: int, last: int) -> float:
    """Question words before the words in the sentence, against those before the question word in the question."""
    before = bisect_left(scene.known_at, first)
    after = len(scene.known_at) - bisect_right(scene.known_at, last)
    asked = scene.part.asked[0]
    expected = sum(token.start < asked for token in scene.part.words) / max(len(scene.part.words), 1)
    return abs(before / (before + after) - expected) if before + after else 0.5


def _anchor_gap(scene: Scene, start: int, end: int) -> float:
    """How far the anchors are, each where it is nearest, in the mean."""
    gaps = [_gap(scene.text, anchor, start, end) for anchor in scene.anchors if anchor]
    return sum(gaps) / len(gaps) / FARTHEST if gaps else 1.0


def _gap(text: str, word: str, start: int, end: int) -> int:
    after, before = text.find(word, end), text.rfind(word, 0, start)
    gaps = [after - end if after >= 0 else FARTHEST, start - before - len(word) if before >= 0 else FARTHEST]
    return min(*gaps, FARTHEST)


def _fit(typed: Sequence[Typed], start: int, end: int) -> float:
    """How well the likest typed words fit, times what they share with the span (intersection over union)."""
    best = 0.0
    for one in typed:
        shared = min(end, one.end) - max(start, one.start)
        if shared > 0:
            best = max(best, one.fit * shared / (max(end, one.end) - min(start, one.start)))
    return best


def is_quoted(text: str, start: int, end: int) -> bool:
    """Whether quotation marks or title marks stand right around a span."""
    return start > 0 and end < len(text) and text[start - 1] in OPENING and text[end] in CLOSING
