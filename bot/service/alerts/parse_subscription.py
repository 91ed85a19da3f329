"""Parses the text of a subscription (宜昌 磷石膏, 全部, or a question) to a filter, and formats a filter as text."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.subscriptions import Filter
from corpus.regions import find_region
from corpus.text import normalize
from retrieval.question.query import LONGEST
from retrieval.summary.keywords import normalize_keyword

MOST_WORDS = 6  # regions and keywords of a subscription
MOST_KEYWORD = 20  # characters
MOST_LINK = 64  # characters of the payload of a deep link (Bot API, deep linking)
LINK = "s_"  # the prefix of that payload
EVERYTHING = "全部"
_EVERYTHING = frozenset("全部 所有 全部文章 所有文章 all everything".split())
_ASKS = re.compile(
    r"[?？]\s*$|什么|甚么|多少|几[个家项次年月天亿万]|谁|哪(?!吒)|[吗么]$|如何|怎么|怎样|为何|是否|有没有|何[时地处]|能不能|可不可以"
    r"|^(?:what|when|where|who|which|why|how)\s+\S+\s+\S"
)
_APART = re.compile(r"[\s、，,;；+＋/]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # the store takes no NUL, and no article holds the others
_JOINED = re.compile("以及|[或和与及]")
_COMMON = frozenset("的 了 在 是 和 与 及 或 等 有 也 都 将 为 对 中 上 下 不 年 月 日".split())
_QUESTION = re.compile(
    r"^(?:问题|question)\s*[:：]\s*", re.IGNORECASE
)  # the prefix that the list of subscriptions shows
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class ParseErrorCode(StrEnum):
    """Reasons why a subscription could not be parsed."""

    EMPTY = "empty"
    TOO_MANY_WORDS = "too-many-words"
    TOO_LONG = "too-long"
    NO_WORD = "no-word"
    TOO_COMMON = "too-common"
    QUESTION_TOO_LONG = "question-too-long"


@dataclass(frozen=True, slots=True)
class ParseError:
    """Why a subscription could not be parsed."""

    reason: ParseErrorCode
    #: the word that is wrong, shortened; empty if it is not one word
    found: str = ""
    #: the limit that was exceeded; 0 if none was
    most: int = 0


def parse_subscription(text: str) -> Filter | ParseError:
    """Parse the text of a subscription; no text raises an error.

    Words are separated by white space, commas, 、, semicolons, + or /. Those that name a place become regions, of which
    an article has to match one; all others become keywords, of which it has to hold all. Duplicates are dropped; at
    most `MOST_WORDS` are allowed. 全部 and the like, alone, match every article; beside other words they are ignored. A
    text that asks something, or that begins with 问题：, becomes a question without that prefix.
    """
    text = " ".join(_CONTROL.sub(" ", text).split())
    plain = normalize(text).text
    if not text:
        return ParseError(ParseErrorCode.EMPTY)
    prefix = _QUESTION.match(text)
    text = text[prefix.end() :] if prefix else text
    if text and (prefix or _ASKS.search(plain)):
        if len(text) > LONGEST:
            return ParseError(ParseErrorCode.QUESTION_TOO_LONG, most=LONGEST)
        return Filter(question=text)
    return _parse_words([word for word in _APART.split(text) if word])


def _parse_words(words: list[str]) -> Filter | ParseError:
    """Parse words to regions and keywords, without punctuation around them; the first wrong word is the error."""
    regions: dict[str, None] = {}
    keywords: dict[str, str] = {}  # as typed, by their normal form
    bare = [(_EDGES.sub("", word), word) for word in words]
    wanted = [
        (part, typed) for word, typed in bare for part in _parts(word) if normalize_keyword(part) not in _EVERYTHING
    ]
    if words and not wanted:
        return Filter()
    for word, typed in wanted:
        if region := find_region(word):
            regions[region.name] = None
        elif not normalize_keyword(word):
            return ParseError(ParseErrorCode.NO_WORD, typed[:MOST_KEYWORD])
        elif normalize_keyword(word) in _COMMON:
            return ParseError(ParseErrorCode.TOO_COMMON, typed[:MOST_KEYWORD])
        elif len(word) > MOST_KEYWORD:
            return ParseError(ParseErrorCode.TOO_LONG, word[:MOST_KEYWORD], MOST_KEYWORD)
        else:
            keywords.setdefault(normalize_keyword(word), word)
    if not 0 < len(regions) + len(keywords) <= MOST_WORDS:
        return ParseError(ParseErrorCode.TOO_MANY_WORDS, most=MOST_WORDS) if words else ParseError(ParseErrorCode.EMPTY)
    return Filter(tuple(regions), tuple(keywords.values()))


def _parts(word: str) -> list[str]:
    """Split a phrase that names places: 武汉和宜昌 into two places, 宜昌的磷石膏 into a place and a keyword.

    Any other word is returned whole, as the only part.
    """
    names = _JOINED.split(word)
    if len(names) > 1 and all(map(find_region, names)):
        return names
    place, _, rest = word.partition("的")
    return [place, rest] if rest and find_region(place) else [word]


def is_equivalent(first: Filter, second: Filter) -> bool:
    """Return whether two filters match the same articles by the same words.

    The order of words, Simplified or Traditional script, width and case do not matter, nor does punctuation in
    questions.
    """
    return _normal_form(first) == _normal_form(second)


def _normal_form(criteria: Filter) -> tuple[frozenset[str], frozenset[str], str]:
    """Return regions, keywords and question in the form in which equivalent filters are equal."""
    question = "".join(character for character in normalize_keyword(criteria.question or "") if character.isalnum())
    return frozenset(criteria.regions), frozenset(map(normalize_keyword, criteria.keywords)), question


def format_filter(criteria: Filter) -> str:
    """Return a text that `parse_subscription` parses to the same filter; 全部 if it matches every article.

    A question that does not look like one gets a question mark; words that look like a question are rearranged, or get
    a comma.
    """
    if criteria.question is not None:
        return criteria.question if _ASKS.search(normalize(criteria.question).text) else f"{criteria.question}？"
    words = " ".join((*criteria.regions, *criteria.keywords)) or EVERYTHING
    if _ASKS.search(normalize(words).text):  # 宜昌 要么 looks like a question, 要么 宜昌 does not
        words = " ".join((*criteria.keywords, *criteria.regions))
    return f"{words}、" if _ASKS.search(normalize(words).text) else words


def to_link(criteria: Filter) -> str | None:
    """Return the payload of a deep link for a filter; None if it would be longer than `MOST_LINK` characters."""
    payload = base64.urlsafe_b64encode(format_filter(criteria).encode()).decode().rstrip("=")
    return f"{LINK}{payload}" if len(LINK) + len(payload) <= MOST_LINK else None


def from_link(payload: str) -> str | None:
    """Return the subscription text in the payload of a deep link, not yet parsed or checked.

    None if the payload lacks the prefix `LINK`, or if what follows is not Base64 of UTF-8 text.
    """
    coded = payload.removeprefix(LINK)
    if coded == payload or not re.fullmatch(r"[A-Za-z0-9_-]+", coded):
        return None
    try:
        return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
