"""From the words somebody subscribes with to a wish, and back: 宜昌 磷石膏, 全部, or a question."""

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

MOST_WORDS = 6  # of a subscription
MOST_KEYWORD = 20  # characters
MOST_LINK = 64  # characters of what a deep link carries (Bot API, deep linking)
LINK = "s_"  # begins it
EVERYTHING = "全部"
_EVERYTHING = frozenset("全部 所有 全部文章 所有文章 all everything".split())
_ASKS = re.compile(
    r"[?？]\s*$|什么|甚么|多少|几[个家项次年月天亿万]|谁|哪(?!吒)|[吗么]$|如何|怎么|怎样|为何|是否|有没有|何[时地处]|能不能|可不可以"
    r"|^(?:what|when|where|who|which|why|how)\s+\S+\s+\S"
)
_APART = re.compile(r"[\s、，,;；+＋/]+")
_STEERING = re.compile(r"[\x00-\x1f\x7f]")  # the store takes no NUL, and nobody looks for the others
_JOINED = re.compile("以及|[或和与及]")
_COMMON = frozenset("的 了 在 是 和 与 及 或 等 有 也 都 将 为 对 中 上 下 不 年 月 日".split())
_QUESTION = re.compile(r"^(?:问题|question)\s*[:：]\s*", re.IGNORECASE)  # as the list of subscriptions shows it
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class ParseErrorCode(StrEnum):
    """Why words are no wish."""

    EMPTY = "empty"
    TOO_MANY_WORDS = "too-many-words"
    TOO_LONG = "too-long"
    NO_WORD = "no-word"
    TOO_COMMON = "too-common"
    QUESTION_TOO_LONG = "question-too-long"


@dataclass(frozen=True, slots=True)
class ParseError:
    """That words are no wish, and what is wrong with which of them."""

    reason: ParseErrorCode
    found: str = ""
    most: int = 0


def parse_subscription(text: str) -> Filter | ParseError:
    """What somebody wants to be told of.

    Words that are places are regions, any of which will do; all others are keywords, all of which are needed. What
    asks something is a question.
    """
    text = " ".join(_STEERING.sub(" ", text).split())
    plain = normalize(text).text
    if not text:
        return ParseError(ParseErrorCode.EMPTY)
    asked = _QUESTION.match(text)
    text = text[asked.end() :] if asked else text
    if text and (asked or _ASKS.search(plain)):
        return (
            Filter(question=text)
            if len(text) <= LONGEST
            else ParseError(ParseErrorCode.QUESTION_TOO_LONG, most=LONGEST)
        )
    return _words([word for word in _APART.split(text) if word])


def _words(words: list[str]) -> Filter | ParseError:
    regions: dict[str, None] = {}
    keywords: dict[str, str] = {}
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
    """The words of a phrase that names places: 武汉和宜昌 two of them, 宜昌的磷石膏 one and a keyword."""
    several = _JOINED.split(word)
    if len(several) > 1 and all(map(find_region, several)):
        return several
    place, _, rest = word.partition("的")
    return [place, rest] if rest and find_region(place) else [word]


def is_equivalent(one: Filter, other: Filter) -> bool:
    """Whether two wishes are fulfilled by the same, whatever the order and script of their words."""
    return _facts(one) == _facts(other)


def _facts(wish: Filter) -> tuple[frozenset[str], frozenset[str], str]:
    question = "".join(character for character in normalize_keyword(wish.question or "") if character.isalnum())
    return frozenset(wish.regions), frozenset(map(normalize_keyword, wish.keywords)), question


def format_filter(wish: Filter) -> str:
    """Words that `parse_subscription` makes the same wish of; a question that does not look like one gets its mark."""
    if wish.question is not None:
        return wish.question if _ASKS.search(normalize(wish.question).text) else f"{wish.question}？"
    words = " ".join((*wish.regions, *wish.keywords)) or EVERYTHING
    if _ASKS.search(normalize(words).text):  # 宜昌 要么 looks like a question, 要么 宜昌 does not
        words = " ".join((*wish.keywords, *wish.regions))
    return f"{words}、" if _ASKS.search(normalize(words).text) else words


def to_link(wish: Filter) -> str | None:
    """What a deep link carries; None where that is too long."""
    carried = base64.urlsafe_b64encode(format_filter(wish).encode()).decode().rstrip("=")
    return f"{LINK}{carried}" if len(LINK) + len(carried) <= MOST_LINK else None


def from_link(carried: str) -> str | None:
    """The words that a deep link carries; None where it carries none."""
    coded = carried.removeprefix(LINK)
    if coded == carried or not re.fullmatch(r"[A-Za-z0-9_-]+", coded):
        return None
    try:
        return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
