"""Prepares a sentence for span features: its words, their classes, and which of them the question has."""

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

LONGEST_TEXT = 1000  # characters cut into words: a sentence has 400 at most, but normalising makes up to 18 of one
OPENING, CLOSING = "“‘「『《〈\"'(（", "”’」』》〉\"')）"
_CLAUSE_END = re.compile(r"[,，。;；:：!！?？\n]")
_DIVISIONS = "省市县区"  # 襄阳市 counts as known if the question has 襄阳
_NUMERAL = re.compile(r"[\d.,一二三四五六七八九十百千万亿两]+")
_FAMILY_NAMES = frozenset(  # the hundred most common, with which most names begin that no dictionary has
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓韩冯曹彭曾萧田董潘袁于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
NAME, LATIN, UNKNOWN = "name", "latin", "unknown"  # classes of words besides jieba's parts of speech


@dataclass(frozen=True, kw_only=True, slots=True)
class SpanContext:
    """A sentence and a part of a question, as the features of spans need them.

    Attributes:
        part: what is asked.
        text: the sentence, normalised.
        tokens: its words; a span is given by the numbers of its first and last word, both included.
        clauses: the number of the clause of each word, from 0.
        gaps: the text before the first word, between two words, and after the last: len(tokens) + 1 of them.
        classes: the class of each word (`class_of`).
        known: True for each word that the question has, or a synonym of one; 襄阳市 counts if the question has 襄阳.
        nearness: for each word of the question its distance to the question word in characters, and True if before it.
        typed_spans: the spans of the kind asked for.
        anchors: the words before and after the question word; empty where there is none.
    """

    part: SubQuestion
    text: str
    tokens: Sequence[Token]
    clauses: Sequence[int]
    gaps: Sequence[str]
    classes: Sequence[str]
    known: Sequence[bool]
    nearness: Mapping[str, tuple[int, bool]]
    typed_spans: Sequence[TypedSpan]
    anchors: tuple[str, str]


def build_span_context(segmenter: Segmenter, part: SubQuestion, text: str) -> SpanContext:
    """Cut a normalised sentence into words, and mark what the question has and what it asks for.

    Text beyond the first LONGEST_TEXT characters has no words.
    """
    tokens = segmenter.tokens(text[:LONGEST_TEXT])
    edges = [0, *(edge for token in tokens for edge in (token.start, token.end)), len(text)]
    gaps = [text[left:right].strip() for left, right in zip(edges[::2], edges[1::2], strict=True)]
    clauses = [0] * len(tokens)
    for number in range(1, len(tokens)):
        clauses[number] = clauses[number - 1] + bool(_CLAUSE_END.search(gaps[number]))
    question_words = {word for token in part.words for word in (token.word, *synonyms(token.word))}
    stems = [token.word.rstrip(_DIVISIONS) for token in tokens]
    known = [
        t.word in question_words or (len(stem) > 1 and stem in part.text) for t, stem in zip(tokens, stems, strict=True)
    ]
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
    """Return the class of a word: m for a numeral, LATIN, jieba's part of speech, or NAME or UNKNOWN if it has none."""
    if _NUMERAL.fullmatch(word):
        return "m"
    if word.isascii():
        return LATIN
    guess = NAME if word[0] in _FAMILY_NAMES and 2 <= len(word) <= 3 else UNKNOWN
    return part_of_speech(word) or guess


def _nearness(part: SubQuestion, token: Token) -> tuple[int, bool]:
    """Return the distance of a word to the question word in characters, and True if it stands before it."""
    start, end = part.asked
    return min(abs(token.start - end), abs(start - token.end)), token.end <= start


def is_quoted(text: str, start: int, end: int) -> bool:
    """Return True if an opening mark stands directly before a span and a closing one directly after it.

    Quotation marks, title marks and brackets count; the two need not be a pair.
    """
    return start > 0 and end < len(text) and text[start - 1] in OPENING and text[end] in CLOSING


def clause_edges(context: SpanContext) -> tuple[list[int], list[int]]:
    """Return the numbers of the words that begin clauses, and of those that end them; none if there are no words."""
    breaks = [number for number, (left, right) in enumerate(pairwise(context.clauses), 1) if left != right]
    last = len(context.tokens) - 1
    return [0, *breaks][: last + 1], [*(number - 1 for number in breaks), last][: last + 1]
