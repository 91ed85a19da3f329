"""Parses a question into a query: its parts, each with its kind and words, and the limits on articles it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.numbers import numbers
from corpus.text import normalize
from retrieval.index.terms import QUESTION_WORDS, QueryTerm, query_terms
from retrieval.limits import UNLIMITED, Limits, limit_notes, read_limits, relax, unknown_places
from retrieval.model import Note, NoteCode
from retrieval.question.kinds import QuestionKind, kind_of
from retrieval.words.segment import Segmenter, Token

if TYPE_CHECKING:
    import datetime


MOST_PARTS = 3  # an answer has at most three sentences
OTHERS_WEIGHT = 0.1  # of the terms of the whole question in each of its parts: 它 and 那里 refer to an earlier part
LONGEST = 512  # characters of a question that are read; no sentence of an article is read for longer either


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
    """One part of a question: one thing that is asked.

    Attributes:
        text: the part, normalised, without politeness and noise; all offsets count its characters.
        kind: what must stand in an answer.
        words: its content words in reading order, question words left out.
        asked: start and end of the question word in `text`; both are len(text) if it has none (keywords).
        terms: the index terms to search for; if the question has several parts, all terms of the whole question as
            well, at OTHERS_WEIGHT of their weight.
        is_about_today: True if it asks about the present moment (weather, time, prices), which no article knows.
    """

    text: str
    kind: QuestionKind
    words: tuple[Token, ...]
    asked: tuple[int, int]
    terms: tuple[QueryTerm, ...]
    is_about_today: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A parsed question.

    Attributes:
        question: as typed.
        parts: at most MOST_PARTS, in reading order; empty if the question holds nothing to search for.
        terms: the index terms to search for all parts together.
        left_out: the texts of the parts beyond the first MOST_PARTS, which are not answered.
        limits: the places and days of publication to which the articles are limited.
        notes: what the reader has to be told above any result.
        wider: the query to ask if this one finds no answer, the same under fewer limits; None if it is the last.
    """

    question: str
    parts: tuple[SubQuestion, ...]
    terms: tuple[QueryTerm, ...]
    left_out: tuple[str, ...]
    limits: Limits = UNLIMITED
    notes: tuple[Note, ...] = ()
    wider: Query | None = None


def parse_question(question: str, segmenter: Segmenter, today: datetime.date | None = None) -> Query:
    """Parse a question without looking at articles; the same input gives the same query, and no input is an error.

    Args:
        question: as typed; of a longer one the first LONGEST characters are read.
        segmenter: cuts it into words.
        today: the day from which 最近发布的 is counted; if it is None, such words limit nothing.

    Returns:
        The query; it has no parts if the question is empty or consists of question words alone. Behind a query with
        limits stand the queries to ask when it finds nothing, each under fewer limits (`Query.wider`). A limit beside
        which nothing is asked is searched for as words instead.
    """
    text = _clean(normalize(question[:LONGEST]).text)
    asked, limits = read_limits(text, today)
    if limits != UNLIMITED:
        query: Query | None = None
        for shorter, kept in reversed(relax(_clean(asked), limits)):
            query = replace(
                _query(question, shorter, segmenter), limits=kept, notes=limit_notes(limits, kept), wider=query
            )
        if query and query.parts:  # else the question names a limit and nothing else
            return query
    unknown = unknown_places(text)
    unlimited = _query(question, text, segmenter)
    return replace(unlimited, notes=(Note(NoteCode.UNKNOWN_PLACE, unknown),)) if unknown else unlimited


def _query(question: str, text: str, segmenter: Segmenter) -> Query:
    """Build the query of a cleaned text, without limits; a part that is asked twice counts once.

    Parts without words to search for are dropped, unless they are about today.
    """
    pieces = list(dict.fromkeys(_pieces(text)))
    terms = query_terms(segmenter, text)
    shared = tuple(term._replace(weight=OTHERS_WEIGHT * term.weight) for term in terms) if len(pieces) > 1 else ()
    parts = [part for piece in pieces if (part := _part(piece, segmenter, shared)).words or part.is_about_today]
    left_out = tuple(part.text for part in parts[MOST_PARTS:])
    return Query(question=question, parts=tuple(parts[:MOST_PARTS]), terms=terms if parts else (), left_out=left_out)


def parse_parts(question: str, segmenter: Segmenter) -> tuple[SubQuestion, ...]:
    """Return all parts of a question as typed, in order, however many; limits are not read but kept as words.

    Parts without words to search for (什么时候？) and repeated ones are included. Only the first LONGEST characters are
    read; empty if politeness and noise are all there is.
    """
    text = _clean(normalize(question[:LONGEST]).text)
    return tuple(_part(piece, segmenter, ()) for piece in _pieces(text))


def split_questions(text: str) -> list[str]:
    """Split a normalised text into the different questions that it asks, in order, politeness and noise removed.

    Sentences that ask nothing are dropped if there are several questions. A text that asks at most one is returned as
    one piece; empty if nothing is left of it.
    """
    return list(dict.fromkeys(_pieces(_clean(text))))


def _clean(text: str) -> str:
    """Remove emoji and the like, and polite words at the beginning and the end; write 甚么 as 什么."""
    text = _NOISE.sub(" ", text).replace("甚么", "什么").strip()
    return _THANKS.sub("", _POLITE.sub("", text)).strip()


def _pieces(text: str) -> list[str]:
    """Split a cleaned text into questions, not deduplicated; empty for no text.

    A topic that ends with a colon and precedes several questions is put before each of them: 想问宜昌的情况:…?…?
    """
    topic = _TOPIC.match(text)
    if topic and kind_of(topic[1])[0] is QuestionKind.KEYWORDS:
        rest = _pieces(text[topic.end() :])
        return [f"{topic[1]} {piece}" for piece in rest] if len(rest) > 1 else _split(text)
    return _split(text)


def _split(text: str) -> list[str]:
    """Split a text into questions: at question marks, at commas if both sides ask, and at what 分别 asks of two things.

    Sentences without a question word are dropped if there is more than one question, and joined to it otherwise.
    """
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
    questions = [
        question
        for piece in pieces
        if kind_of(piece)[0] is not QuestionKind.KEYWORDS
        for question in _split_pair(piece)
    ]
    return questions if len(questions) > 1 else [" ".join(pieces)] if pieces else []


def _split_pair(piece: str) -> list[str]:
    """Split 一期投产和二期动工分别在什么时候 into 一期投产在什么时候 and 二期动工在什么时候; else return [piece]."""
    both = _BOTH.fullmatch(piece)
    return [both[1] + both[3], both[2] + both[3]] if both else [piece]


def _join_context(clauses: list[str]) -> list[str]:
    """Join clauses that ask nothing to the next one that does: 2022年,宜昌投了多少,建了几家.

    Those behind the last one that asks are joined to it; there must be one that asks, or nothing is returned.
    """
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
    """Build one part from its text; `shared` are the terms that it has from the whole question."""
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
    """Join the words that make up one number: 20 and 亿 say less than 20亿."""
    for number in numbers(text):
        inside = [token for token in tokens if token.start < number.end and number.start < token.end]
        if len(inside) > 1:
            start, end = inside[0].start, inside[-1].end
            at = tokens.index(inside[0])
            tokens = [*tokens[:at], Token(text[start:end], start, end), *tokens[at + len(inside) :]]
    return tokens


def _pared(token: Token, segmenter: Segmenter) -> Token:
    """Strip particles and question words from a guessed word of two characters: 签了 is 签, 和文 is 文.

    A word that a dictionary has, or of which nothing would be left, is returned as it is.
    """
    word = token.word
    if len(word) != 2 or word.isascii() or segmenter.frequency(word):
        return token
    start = token.start + (word[0] in QUESTION_WORDS)
    end = token.end - (word[1] in QUESTION_WORDS or word[1] in _PARTICLES)
    return Token(word[start - token.start : end - token.start], start, end) if start < end else token
