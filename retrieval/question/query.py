"""From a question as typed to what it asks: cleaned parts, each of a kind, with its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.numbers import numbers
from corpus.text import normalize
from retrieval.index.terms import QUESTION_WORDS, QueryTerm, query_terms
from retrieval.limits import UNLIMITED, Limits, notes, read_limits, relaxed, unknown_places
from retrieval.model import Note, NoteCode
from retrieval.question.kinds import QuestionKind, kind_of
from retrieval.words.segment import Segmenter, Token

if TYPE_CHECKING:
    import datetime


MOST_PARTS = 3  # an answer has at most three sentences
OTHERS_WEIGHT = 0.1  # of the weight of the whole question's terms: 它 and 那里 are found in what was asked before
LONGEST = 512  # characters of a question that are read; articles hold no longer sentence either


_POLITE = re.compile(
    r"^(?:(?:哎|诶|欸|喂|嗯|你好|您好|嗨|hi|hello|请教|请问|请(?![求愿示])|麻烦|劳驾|打扰|不好意思|那个|各位|大家|我?想问一?[下哈]?|我?想知道|我想|"
    r"[谁有]人?知道|知道|了解|帮我|帮忙|问一?[下哈]|问问|查一?[下查]|看一?[下看]|告诉我?|给我|说说|一下|能不能|能否告诉我|可以|你们?(?!的))"
    r"[呀啊哈哦嗯呢吧呐哟,，。!！~、\s]*)+"
)
_THANKS = re.compile(r"[,，。\s]*(?:谢谢|多谢|感谢|谢了|拜托了?|急)[啦了你您!！。~\s]*$")
_NOISE = re.compile(r"[^\w\s.,，。、?？!！;；:：%()（）《》“”\"'‘’「」『』·\-/&+~～—–℃°]+")  # emoji and the like
_BREAK = re.compile(r"[?？;；!！。\n]+")
_TOPIC = re.compile(r"([^?？:：]{2,30})[:：](?=[^:：]*[?？].*[^?？\s])")
_BOTH = re.compile(r"([^,，、]{2,40})[和与跟及、]([^,，、]{2,40}?)(?:各自|分别)(.*[^\s].*)")
_PARTICLES = "了过着到完好些"
_NOW = re.compile(
    r"(?:明天|今天|后天|昨天|现在|今晚|此刻|目前几点|本周末).{0,8}(?:天气|气温|温度|几点|星期几|周几|几号|股价|汇率|油价|比分|下雨)|天气(?:怎么样|如何|预报)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SubQuestion:
    """One thing that is asked.

    Attributes:
        text: normalised, without politeness and noise.
        words: its content words, question words left out.
        asked: the question word as it stands in `text` (start, end); empty at the end for keywords.
        terms: what is searched for it; where several things are asked, those of the others count a little.
        is_about_today: asks for today's world, which no article knows.
    """

    text: str
    kind: QuestionKind
    words: tuple[Token, ...]
    asked: tuple[int, int]
    terms: tuple[QueryTerm, ...]
    is_about_today: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """What a question asks.

    Attributes:
        question: as typed.
        parts: one to three; empty where the question holds nothing to search for.
        terms: what is searched, for all parts together.
        left_out: things asked beyond the three that are read.
        limits: which articles it is to be answered from.
        notes: what to tell above whatever is found.
        wider: what to ask where nothing is found: the same under fewer limits.
    """

    question: str
    parts: tuple[SubQuestion, ...]
    terms: tuple[QueryTerm, ...]
    left_out: tuple[str, ...]
    limits: Limits = UNLIMITED
    notes: tuple[Note, ...] = ()
    wider: Query | None = None


def parse_question(question: str, segmenter: Segmenter, today: datetime.date | None = None) -> Query:
    """What a question asks; pure, never fails: an empty question has no parts.

    Args:
        question: as typed.
        segmenter: cuts it.
        today: what 最近发布的 counts from; where it is None, such words limit nothing.
    """
    text = _clean(normalize(question[:LONGEST]).text)
    asked, limits = read_limits(text, today)
    if limits != UNLIMITED:
        query = _limited(question, _clean(asked), limits, segmenter)
        if query.parts:  # else the limit is all that was said
            return query
    unknown = unknown_places(text)
    query = _query(question, text, segmenter)
    return replace(query, notes=(Note(NoteCode.UNKNOWN_PLACE, unknown),)) if unknown else query


def _limited(question: str, asked: str, limits: Limits, segmenter: Segmenter) -> Query:
    """The query under its limits, and behind it those under fewer."""
    query = None
    for text, kept in reversed(relaxed(asked, limits)):
        query = replace(_query(question, text, segmenter), limits=kept, notes=notes(limits, kept), wider=query)
    return query or _query(question, asked, segmenter)


def _query(question: str, text: str, segmenter: Segmenter) -> Query:
    pieces = list(dict.fromkeys(_pieces(text)))  # who asks a thing twice wants it once
    whole = query_terms(segmenter, text)
    shared = tuple(term._replace(weight=OTHERS_WEIGHT * term.weight) for term in whole) if len(pieces) > 1 else ()
    parts = [part for piece in pieces if (part := _part(piece, segmenter, shared)).words or part.is_about_today]
    left_out = tuple(part.text for part in parts[MOST_PARTS:])
    return Query(question=question, parts=tuple(parts[:MOST_PARTS]), terms=whole if parts else (), left_out=left_out)


def parse_parts(question: str, segmenter: Segmenter) -> tuple[SubQuestion, ...]:
    """All that is asked, one after the other, also what has no words to search for (什么时候？); no limits are read."""
    text = _clean(normalize(question[:LONGEST]).text)
    return tuple(_part(piece, segmenter, ()) for piece in _pieces(text))


def split_questions(text: str) -> list[str]:
    """The things that a normalised text asks, without politeness, each in its own words."""
    return list(dict.fromkeys(_pieces(_clean(text))))


def _clean(text: str) -> str:
    text = _NOISE.sub(" ", text).replace("甚么", "什么").strip()
    return _THANKS.sub("", _POLITE.sub("", text)).strip()


def _pieces(text: str) -> list[str]:
    """The questions in a text, each with the topic that is set before them all: 想问宜昌的情况:…?…?"""
    topic = _TOPIC.match(text)
    if topic and kind_of(topic[1])[0] is QuestionKind.KEYWORDS:
        rest = _pieces(text[topic.end() :])
        return [f"{topic[1]} {piece}" for piece in rest] if len(rest) > 1 else _split(text)
    return _split(text)


def _split(text: str) -> list[str]:
    """The questions in a text: at question marks, at commas where both sides ask, and what 分别 asks of two."""
    pieces: list[str] = []
    for piece in _BREAK.split(text):
        if not piece.strip():
            continue
        clauses = re.split(r"[,，]", piece)
        asking = [clause for clause in clauses if kind_of(clause)[0] is not QuestionKind.KEYWORDS]
        if len(asking) > 1:
            pieces.extend(_join_context(clauses))
        else:
            pieces.append(piece.strip())
    askers = [one for piece in pieces if kind_of(piece)[0] is not QuestionKind.KEYWORDS for one in _each(piece)]
    return askers if len(askers) > 1 else [" ".join(pieces)] if pieces else []


def _each(piece: str) -> list[str]:
    """一期投产和二期动工分别在什么时候 asks 一期投产在什么时候 and 二期动工在什么时候."""
    both = _BOTH.fullmatch(piece)
    return [both[1] + both[3], both[2] + both[3]] if both else [piece]


def _join_context(clauses: list[str]) -> list[str]:
    """Clauses that ask nothing go to the next one that does: 2022年,宜昌投了多少,建了几家."""
    joined, context = [], ""
    for clause in clauses:
        if kind_of(clause)[0] is QuestionKind.KEYWORDS:
            context += clause + ","
        else:
            joined.append((context + clause).strip())
            context = ""
    if context and joined:
        joined[-1] += "," + context.rstrip(",")
    return joined


def _part(text: str, segmenter: Segmenter, shared: tuple[QueryTerm, ...]) -> SubQuestion:
    kind, asked = kind_of(text)
    tokens = (_pared(token, segmenter) for token in _with_whole_numbers(text, segmenter.tokens(text)))
    words = tuple(
        token
        for token in tokens
        if token.word not in QUESTION_WORDS and not (token.start < asked[1] and asked[0] < token.end)
    )
    return SubQuestion(
        text=text,
        kind=kind,
        words=words,
        asked=asked,
        terms=(*query_terms(segmenter, text), *shared),
        is_about_today=bool(_NOW.search(text)),
    )


def _with_whole_numbers(text: str, tokens: list[Token]) -> list[Token]:
    """The words of a text, of which those that make up one number are one: 20 and 亿 say less than 20亿."""
    for number in numbers(text):
        inside = [token for token in tokens if token.start < number.end and number.start < token.end]
        if len(inside) > 1:
            start, end = inside[0].start, inside[-1].end
            at = tokens.index(inside[0])
            tokens = [*tokens[:at], Token(text[start:end], start, end), *tokens[at + len(inside) :]]
    return tokens


def _pared(token: Token, segmenter: Segmenter) -> Token:
    """A word that nobody knows without the particles it was guessed together with: 签了 is 签, 和文 is 文."""
    word = token.word
    if len(word) != 2 or word.isascii() or segmenter.frequency(word):
        return token
    start = token.start + (word[0] in QUESTION_WORDS)
    end = token.end - (word[1] in QUESTION_WORDS or word[1] in _PARTICLES)
    return Token(word[start - token.start : end - token.start], start, end) if start < end else token
