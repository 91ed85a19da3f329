"""Measures spans of a sentence that may be the answer: features of the first word, of the last, and of the whole.

The score of the span from word i to word j is linear in features that are given by name; those not given are 0:

    score(i, j) = Σ_f w(f) first_f(i) + Σ_f w(f) last_f(j) + Σ_f w(f) whole_f(i, j)
    w(f)        = w_all(f) + w_kind(f) + w_thing(f)

w_all is the table of all questions; w_kind and w_thing are those of the question's kind and of the class of the thing
asked for (`thing_class`). So kinds share what they have in common, and each learns what is its own (Daumé III,
"Frustratingly easy domain adaptation", 2007). Of the features of the whole span, over the words k outside of it that
the question has, with d_k characters from k to the span and q_k from k to the question word in the question:

    near  = Σ_k exp(−d_k / NEAR_IN_SENTENCE − q_k / NEAR_IN_QUESTION)
    side  = the same sum with a minus for each k that is on the other side of the span than of the question word
    typed = max over typed spans t:  fit(t) |t ∩ span| / |t ∪ span|      in characters

A synonym has no place in the question: its q_k is 2 NEAR_IN_QUESTION, and it does not count for `side`.
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

FARTHEST = 20  # characters; a longer distance counts as this
LONGEST_SHAPE = 3  # words of a span whose classes together make a feature
LONGEST_RUN = 8  # characters beside the span that are compared with those beside the question word
NEAR_IN_SENTENCE, NEAR_IN_QUESTION = 6, 4  # characters over which nearness falls to 1/e
LENGTHS = 11  # the last class of length; each class is half an octave of characters: from 1, 1.4, 2, 2.8 …
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
_VAGUE = frozenset("什么哪一个种些样")  # characters of a question word that name no class of things
_TELLING_BESIDE = frozenset({"p", "v", "c", "u"})  # classes of which each word is a feature of its own beside a span
_NOMINAL = frozenset("n nz nr ns nt j b a g i l m name latin unknown".split())
_NOTED = ("v", "p", "d", "nr", "ns", "nt", "m", "t", "u", "c")


@lru_cache(256)
def span_weights(kind: str, thing: str) -> Mapping[str, float]:
    """Return w(f) by name, for questions of a kind that ask for a thing of a class (empty for none)."""
    tables = weights().span
    merged = dict(tables["all"])
    for group in (kind, thing):
        for name, weight in tables.get(group, {}).items():
            merged[name] = merged.get(name, 0.0) + weight
    return merged


def thing_class(part: SubQuestion) -> str:
    """Return the class of the thing that a question asks for, a key of _THINGS; empty if the question does not tell."""
    for word in (anchors(part)[1], part.text[slice(*part.asked)]):
        if word and word not in QUESTION_WORDS:
            for thing, endings in _THINGS.items():
                if word[-1] in endings:
                    return thing
    return ""


def first_word_features(context: SpanContext, number: int) -> dict[str, float]:
    """Return the features of a word as the first of a span: of itself and of what stands before it."""
    features = _of_edge(context, number, "first")
    gap = context.gaps[number]
    features[f"after {gap[-1:] or 'nothing'}" if number else "after the start"] = 1.0
    if number and not gap:
        features["after known"] = float(context.known[number - 1])
        features[f"after class {context.classes[number - 1]}"] = 1.0
        features |= _beside(context, number - 1, "after word")
    return features


def last_word_features(context: SpanContext, number: int) -> dict[str, float]:
    """Return the features of a word as the last of a span: of itself, what follows, and whether it is the thing."""
    features, word = _of_edge(context, number, "last"), context.tokens[number].word
    gap = context.gaps[number + 1]
    is_end = number + 1 == len(context.tokens)
    features[f"before {gap[:1] or ('the end' if is_end else 'nothing')}"] = 1.0
    if not is_end and not gap:
        features["before known"] = float(context.known[number + 1])
        features[f"before class {context.classes[number + 1]}"] = 1.0
        features |= _beside(context, number + 1, "before word")
    asked, thing = context.part.text[slice(*context.part.asked)], context.anchors[1]
    named = f"{asked}{thing}"[-2:] if thing or len(asked) > 1 else ""
    features["ends as the class"] = float(word[-1] in named and word[-1] not in _VAGUE)
    features["ends as the thing"] = float(bool(thing) and word[-1] == thing[-1])
    features["is the thing"] = float(word == thing)
    features["ends as the question word"] = float(len(asked) > 1 and word[-1] == asked[-1])
    return features


def _of_edge(context: SpanContext, number: int, edge: str) -> dict[str, float]:
    """Return the features of a word itself as the first or last (`edge`) of a span."""
    return {
        f"{edge} class {context.classes[number]}": 1.0,
        f"{edge} known": float(context.known[number]),
        f"{edge} weak": float(context.tokens[number].word in _WEAK),
    }


def _beside(context: SpanContext, number: int, where: str) -> dict[str, float]:
    """Return the feature of a word beside a span, named after the word; none unless it is a function word or verb."""
    word = context.tokens[number].word
    is_telling = word in _WEAK or context.classes[number] in _TELLING_BESIDE
    return {f"{where} {word}": 1.0} if is_telling else {}


def whole_span_features(context: SpanContext, first: int, last: int) -> dict[str, float]:
    """Return those features of a span that depend on both its ends: length, content, marks and surroundings.

    Args:
        context: the sentence and the question.
        first: number of the first word.
        last: number of the last word, included.
    """
    start, end = context.tokens[first].start, context.tokens[last].end
    return {
        **_of_length(context, first, last),
        **_of_content(context, first, last),
        **_of_marks(context, start, end),
        **_of_surroundings(context, first, last),
        **_of_context(context, start, end),
    }


def _of_length(context: SpanContext, first: int, last: int) -> dict[str, float]:
    """Return how long a span is, in words, characters and clauses, and whether it is all of a clause or sentence."""
    count = last - first + 1
    length = context.tokens[last].end - context.tokens[first].start
    starts = not first or context.clauses[first - 1] != context.clauses[first]
    ends = last + 1 == len(context.tokens) or context.clauses[last + 1] != context.clauses[last]
    return {
        "length": math.log(count),
        "length squared": math.log(count) ** 2,
        f"length class {min(int(math.log2(length) * 2), LENGTHS)}": 1.0,
        "clauses": float(context.clauses[last] - context.clauses[first]),
        "whole clauses": float(starts and ends),
        "whole sentence": float(count == len(context.tokens)),
    }


def _of_content(context: SpanContext, first: int, last: int) -> dict[str, float]:
    """Return the classes of the words in a span, how many the question has, and how well it fits the kind."""
    classes = set(context.classes[first : last + 1])
    fit = _fit(context.typed_spans, context.tokens[first].start, context.tokens[last].end)
    features = {f"holds {name}": 1.0 for name in _NOTED if name in classes}
    if last - first < LONGEST_SHAPE:
        features[f"shape {' '.join(context.classes[first : last + 1])}"] = 1.0
    return features | {
        "known": sum(context.known[first : last + 1]) / (last - first + 1),
        "typed": fit,
        "untyped": float(bool(context.typed_spans) and not fit),
        "nominal": float(classes <= _NOMINAL),
    }


def _of_marks(context: SpanContext, start: int, end: int) -> dict[str, float]:
    """Return whether text[start:end] is quoted, has half a pair of marks, a list or digits."""
    words, around = context.text[start:end], context.text[max(start - 1, 0) : start] + context.text[end : end + 1]
    opened, closed = (sum(map(words.count, marks)) for marks in (OPENING, CLOSING))
    return {
        "quoted": float(is_quoted(context.text, start, end)),
        "half quoted": float(opened != closed),
        "list": float("、" in words),
        "cuts list": float("、" in around),
        "digits": float(any(letter.isdigit() for letter in words)),
    }


def _of_surroundings(context: SpanContext, first: int, last: int) -> dict[str, float]:
    """Return the features of the question's words around a span: how near they are, and on which side."""
    near = side = spread = 0.0
    count = same_clause = 0
    for number, distance in _known_around(context, first, last):
        count += 1
        spread += min(distance, FARTHEST)
        same_clause += context.clauses[number] == context.clauses[first]
        in_question, is_before = context.nearness.get(context.tokens[number].word, (2 * NEAR_IN_QUESTION, None))
        share = math.exp(-distance / NEAR_IN_SENTENCE - in_question / NEAR_IN_QUESTION)
        near += share
        if is_before is not None:
            side += share if (number < first) == is_before else -share
    return {
        "near": near,
        "side": side,
        "spread": spread / count / FARTHEST if count else 1.0,
        "clause share": same_clause / max(sum(context.known), 1),
    }


def _known_around(context: SpanContext, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the number of each word outside of the span that the question has, and its distance in characters."""
    start, end = context.tokens[first].start, context.tokens[last].end
    for number, token in enumerate(context.tokens):
        if context.known[number] and not first <= number <= last and token.word not in QUESTION_WORDS:
            yield number, start - token.end if number < first else token.start - end


def _of_context(context: SpanContext, start: int, end: int) -> dict[str, float]:
    """Compare the text around a span with the text around the question word.

    A gap is the distance to a word that stands beside the question word, a run the number of characters beside the
    span that are the same as those beside the question word; both are shares of their greatest value, 0..1.
    """
    text, part = context.text, context.part
    gaps = zip(("gap to the word before", "gap to the word after"), context.anchors, strict=True)
    return {
        **{name: _gap(text, word, start, end) / FARTHEST for name, word in gaps if word},
        "run before": _run(text[max(start - LONGEST_RUN, 0) : start][::-1], part.text[: part.asked[0]][::-1]),
        "run after": _run(text[end : end + LONGEST_RUN], part.text[part.asked[1] :]),
    }


def _gap(text: str, word: str, start: int, end: int) -> int:
    """Return the characters from text[start:end] to the nearest occurrence of a word outside of it, up to FARTHEST."""
    after, before = text.find(word, end), text.rfind(word, 0, start)
    gaps = [after - end if after >= 0 else FARTHEST, start - before - len(word) if before >= 0 else FARTHEST]
    return min(*gaps, FARTHEST)


def _run(left: str, right: str) -> float:
    """Return the length of the common prefix of two texts, as a share of LONGEST_RUN."""
    same = 0
    for letter, other in zip(left, right, strict=False):
        if letter != other:
            break
        same += 1
    return same / LONGEST_RUN


def _fit(typed_spans: Sequence[TypedSpan], start: int, end: int) -> float:
    """Return the feature "typed": the best fit times intersection over union with text[start:end]; 0 for none."""
    best = 0.0
    for typed in typed_spans:
        shared = min(end, typed.end) - max(start, typed.start)
        if shared > 0:
            best = max(best, typed.fit * shared / (max(end, typed.end) - min(start, typed.start)))
    return best
