"""What is measured of words in a sentence that may be the answer: of their first word, of their last, and of all.

A feature weighs what the table of all questions gives it, plus what the tables of the question's kind and of the
thing asked for (`thing_class`) add: `span_weights`. So kinds share what they have in common, and each learns what it has
of its own (Daumé III, "Frustratingly easy domain adaptation", 2007).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.index.terms import QUESTION_WORDS
from retrieval.ranking.answer_types import anchors
from retrieval.ranking.span_context import CLOSING, OPENING, is_quoted
from retrieval.ranking.weights import weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from retrieval.question.query import SubQuestion
    from retrieval.ranking.answer_types import TypedSpan
    from retrieval.ranking.span_context import SpanContext

FARTHEST = 20  # characters
LONGEST_SHAPE = 3  # words
LONGEST_RUN = 8  # characters
NEAR_IN_SENTENCE, NEAR_IN_QUESTION = 6, 4  # characters in which nearness falls to 1/e
LENGTHS = 11  # classes of length, half an octave of characters each
_THINGS = {  # by the last character of what is asked for: 哪位作家, 什么公司
    "person": "人者家师长员王帝主席统理后妃星手将军士生子父母妻夫兄弟姐妹徒授",
    "place": "国省市县区镇乡村州岛洲城地方处街路河江湖海山",
    "organisation": "司业校学院部局会团队党行厂店馆所中心构织",
    "time": "年月日代期世纪天时候",
    "amount": "数量额度率例积长高",
    "work": "书作品影片剧曲歌目节著报杂志",
    "language": "语文字族教",
}
_WEAK = QUESTION_WORDS | frozenset(
    "也 又 还 则 将 并且 而且 因此 所以 但 但是 该 此 等等 之一 而 后 前 上 下 来 去".split()
)
_VAGUE = frozenset("什么哪一个种些样")  # of a question word, which name no class
_TELLING_BESIDE = frozenset({"p", "v", "c", "u"})  # classes of words that lead to an answer, or away from it
_NOMINAL = frozenset("n nz nr ns nt j b a g i l m name latin unknown".split())
_NOTED = ("v", "p", "d", "nr", "ns", "nt", "m", "t", "u", "c")


@lru_cache(256)
def span_weights(kind: str, thing: str) -> Mapping[str, float]:
    """The weight of each feature for questions of a kind that ask for such a thing."""
    tables = weights().span
    merged = dict(tables["all"])
    for group in (kind, thing):
        for name, weight in tables.get(group, {}).items():
            merged[name] = merged.get(name, 0.0) + weight
    return merged


def thing_class(part: SubQuestion) -> str:
    """What sort of thing is asked for by name, one of _THINGS; empty where the question does not tell."""
    for word in (anchors(part)[1], part.text[slice(*part.asked)]):
        if word and word not in QUESTION_WORDS:
            for thing, endings in _THINGS.items():
                if word[-1] in endings:
                    return thing
    return ""


def first_word_features(scene: SpanContext, number: int) -> dict[str, float]:
    """What speaks for and against a word as the first."""
    features = _of_edge(scene, number, "first")
    gap = scene.gaps[number]
    features[f"after {gap[-1:] or 'nothing'}" if number else "after the start"] = 1.0
    if number and not gap:
        features["after known"] = float(scene.known[number - 1])
        features[f"after class {scene.classes[number - 1]}"] = 1.0
        features |= _beside(scene, number - 1, "after word")
    return features


def last_word_features(scene: SpanContext, number: int) -> dict[str, float]:
    """What speaks for and against a word as the last."""
    features, word = _of_edge(scene, number, "last"), scene.tokens[number].word
    gap = scene.gaps[number + 1]
    is_end = number + 1 == len(scene.tokens)
    features[f"before {gap[:1] or ('the end' if is_end else 'nothing')}"] = 1.0
    if not is_end and not gap:
        features["before known"] = float(scene.known[number + 1])
        features[f"before class {scene.classes[number + 1]}"] = 1.0
        features |= _beside(scene, number + 1, "before word")
    asked, thing = scene.part.text[slice(*scene.part.asked)], scene.anchors[1]
    named = f"{asked}{thing}"[-2:] if thing or len(asked) > 1 else ""
    features["ends as the class"] = float(word[-1] in named and word[-1] not in _VAGUE)
    features["ends as the thing"] = float(bool(thing) and word[-1] == thing[-1])
    features["is the thing"] = float(word == thing)
    features["ends as the question word"] = float(len(asked) > 1 and word[-1] == asked[-1])
    return features


def _of_edge(scene: SpanContext, number: int, edge: str) -> dict[str, float]:
    return {
        f"{edge} class {scene.classes[number]}": 1.0,
        f"{edge} known": float(scene.known[number]),
        f"{edge} weak": float(scene.tokens[number].word in _WEAK),
    }


def _beside(scene: SpanContext, number: int, where: str) -> dict[str, float]:
    word = scene.tokens[number].word
    is_telling = word in _WEAK or scene.classes[number] in _TELLING_BESIDE
    return {f"{where} {word}": 1.0} if is_telling else {}


def whole_span_features(scene: SpanContext, first: int, last: int) -> dict[str, float]:
    """What speaks for and against the words first..last together."""
    start, end = scene.tokens[first].start, scene.tokens[last].end
    return {
        **_of_length(scene, first, last),
        **_of_content(scene, first, last),
        **_of_marks(scene, start, end),
        **_of_surroundings(scene, first, last),
        **_of_context(scene, start, end),
    }


def _of_length(scene: SpanContext, first: int, last: int) -> dict[str, float]:
    count = last - first + 1
    length = scene.tokens[last].end - scene.tokens[first].start
    starts = not first or scene.clauses[first - 1] != scene.clauses[first]
    ends = last + 1 == len(scene.tokens) or scene.clauses[last + 1] != scene.clauses[last]
    return {
        "length": math.log(count),
        "length squared": math.log(count) ** 2,
        f"length class {min(int(math.log2(length) * 2), LENGTHS)}": 1.0,
        "clauses": float(scene.clauses[last] - scene.clauses[first]),
        "whole clauses": float(starts and ends),
        "whole sentence": float(count == len(scene.tokens)),
    }


def _of_content(scene: SpanContext, first: int, last: int) -> dict[str, float]:
    classes = set(scene.classes[first : last + 1])
    fit = _fit(scene.typed_spans, scene.tokens[first].start, scene.tokens[last].end)
    features = {f"holds {name}": 1.0 for name in _NOTED if name in classes}
    if last - first < LONGEST_SHAPE:
        features[f"shape {' '.join(scene.classes[first : last + 1])}"] = 1.0
    return features | {
        "known": sum(scene.known[first : last + 1]) / (last - first + 1),
        "typed": fit,
        "untyped": float(bool(scene.typed_spans) and not fit),
        "nominal": float(classes <= _NOMINAL),
    }


def _of_marks(scene: SpanContext, start: int, end: int) -> dict[str, float]:
    words, around = scene.text[start:end], scene.text[max(start - 1, 0) : start] + scene.text[end : end + 1]
    opened, closed = (sum(map(words.count, marks)) for marks in (OPENING, CLOSING))
    return {
        "quoted": float(is_quoted(scene.text, start, end)),
        "half quoted": float(opened != closed),
        "list": float("、" in words),
        "cuts list": float("、" in around),
        "digits": float(any(letter.isdigit() for letter in words)),
    }


def _of_surroundings(scene: SpanContext, first: int, last: int) -> dict[str, float]:
    """The question's words around: how near each is, there and in the question, and on which side."""
    near = side = spread = 0.0
    count = same_clause = 0
    for number, distance in _known_around(scene, first, last):
        count += 1
        spread += min(distance, FARTHEST)
        same_clause += scene.clauses[number] == scene.clauses[first]
        in_question, is_before = scene.nearness.get(scene.tokens[number].word, (2 * NEAR_IN_QUESTION, None))
        share = math.exp(-distance / NEAR_IN_SENTENCE - in_question / NEAR_IN_QUESTION)
        near += share
        if is_before is not None:
            side += share if (number < first) == is_before else -share
    return {
        "near": near,
        "side": side,
        "spread": spread / count / FARTHEST if count else 1.0,
        "clause share": same_clause / max(sum(scene.known), 1),
    }


def _known_around(scene: SpanContext, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The numbers of the question's words outside of first..last, each with the characters between."""
    start, end = scene.tokens[first].start, scene.tokens[last].end
    for number, token in enumerate(scene.tokens):
        if scene.known[number] and not first <= number <= last and token.word not in QUESTION_WORDS:
            yield number, start - token.end if number < first else token.start - end


def _of_context(scene: SpanContext, start: int, end: int) -> dict[str, float]:
    """The words next to the question word, and how far the characters around are those around the question word."""
    text, part = scene.text, scene.part
    gaps = zip(("gap to the word before", "gap to the word after"), scene.anchors, strict=True)
    return {
        **{name: _gap(text, word, start, end) / FARTHEST for name, word in gaps if word},
        "run before": _run(text[max(start - LONGEST_RUN, 0) : start][::-1], part.text[: part.asked[0]][::-1]),
        "run after": _run(text[end : end + LONGEST_RUN], part.text[part.asked[1] :]),
    }


def _gap(text: str, word: str, start: int, end: int) -> int:
    after, before = text.find(word, end), text.rfind(word, 0, start)
    gaps = [after - end if after >= 0 else FARTHEST, start - before - len(word) if before >= 0 else FARTHEST]
    return min(*gaps, FARTHEST)


def _run(left: str, right: str) -> float:
    same = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        same += 1
    return same / LONGEST_RUN


def _fit(typed: Sequence[TypedSpan], start: int, end: int) -> float:
    """How well the likest typed words fit, times what they share with the span (intersection over union)."""
    best = 0.0
    for one in typed:
        shared = min(end, one.end) - max(start, one.start)
        if shared > 0:
            best = max(best, one.fit * shared / (max(end, one.end) - min(start, one.start)))
    return best
