"""A sentence seen with one thing that is asked in mind: its words, and what of the question stands among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.ranking.answer_types import TypedSpan, anchors, typed_spans
from retrieval.words.lexicon import part_of_speech
from retrieval.words.synonyms import synonyms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.question.query import SubQuestion
    from retrieval.words.segment import Segmenter, Token

LONGEST_SCENE = 1000  # characters looked at: a sentence has 400 at most, but some characters fold to eighteen
OPENING, CLOSING = "“‘「『《〈\"'(（", "”’」』》〉\"')）"
_CLAUSE_END = re.compile(r"[,，。;；:：!！?？\n]")
_DIVISIONS = "省市县区"  # 襄阳市 is known where the question says 襄阳
_NUMERAL = re.compile(r"[\d.,一二三四五六七八九十百千万亿两]+")
_FAMILY_NAMES = frozenset(  # the hundred most common ones, which begin most names that no dictionary has
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓韩冯曹彭曾萧田董潘袁于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
NAME, LATIN, UNKNOWN = "name", "latin", "unknown"  # classes of words beside jieba's


@dataclass(frozen=True, kw_only=True, slots=True)
class SpanContext:
    """A sentence's words, and what of the question stands among them."""

    part: SubQuestion
    text: str
    tokens: Sequence[Token]
    clauses: Sequence[int]  # the number of the clause of each word
    gaps: Sequence[str]  # what stands before the first word, between two, and after the last: (len(tokens) + 1,)
    classes: Sequence[str]  # the part of speech of each word
    known: Sequence[bool]  # whether the question says the word
    nearness: Mapping[str, tuple[int, bool]]  # by word of the question: characters to the question word, and if before
    typed_spans: Sequence[TypedSpan]  # times, amounts, places or names, as asked for
    anchors: tuple[str, str]  # the words before and after the question word; empty where there is none


def build_span_context(segmenter: Segmenter, part: SubQuestion, text: str) -> SpanContext:
    """Cut a normalised sentence into words, and find in it what the question says and asks for."""
    tokens = segmenter.tokens(text[:LONGEST_SCENE])
    edges = [0, *(edge for token in tokens for edge in (token.start, token.end)), len(text)]
    gaps = [text[left:right].strip() for left, right in zip(edges[::2], edges[1::2], strict=True)]
    clauses = [0] * len(tokens)
    for number in range(1, len(tokens)):
        clauses[number] = clauses[number - 1] + bool(_CLAUSE_END.search(gaps[number]))
    said = {word for token in part.words for word in (token.word, *synonyms(token.word))}
    stems = [token.word.rstrip(_DIVISIONS) for token in tokens]
    known = [t.word in said or (len(stem) > 1 and stem in part.text) for t, stem in zip(tokens, stems, strict=True)]
    classes = [class_of(token.word) for token in tokens]
    nearness = {token.word: _nearness(part, token) for token in part.words}
    return SpanContext(
        part=part,
        text=text,
        tokens=tokens,
        clauses=clauses,
        gaps=gaps,
        classes=classes,
        known=known,
        nearness=nearness,
        typed_spans=typed_spans(part, text),
        anchors=anchors(part),
    )


def class_of(word: str) -> str:
    """The part of speech; of a word that jieba does not know, what it looks like."""
    if _NUMERAL.fullmatch(word):
        return "m"
    if word.isascii():
        return LATIN
    guess = NAME if word[0] in _FAMILY_NAMES and 2 <= len(word) <= 3 else UNKNOWN
    return part_of_speech(word) or guess


def _nearness(part: SubQuestion, token: Token) -> tuple[int, bool]:
    start, end = part.asked
    return min(abs(token.start - end), abs(start - token.end)), token.end <= start


def is_quoted(text: str, start: int, end: int) -> bool:
    """Whether quotation marks or title marks stand right around a span."""
    return start > 0 and end < len(text) and text[start - 1] in OPENING and text[end] in CLOSING


def clause_edges(scene: SpanContext) -> tuple[list[int], list[int]]:
    """The numbers of the words that begin clauses, and of those that end them."""
    breaks = [number for number, (left, right) in enumerate(pairwise(scene.clauses), 1) if left != right]
    last = len(scene.tokens) - 1
    return [0, *breaks][: last + 1], [*(number - 1 for number in breaks), last][: last + 1]
