"""Limits of a question to articles about places or published in a period, parsed and removed from its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.regions import Region, find_region
from retrieval.model import Note, NoteCode
from retrieval.periods import Period, read_period

if TYPE_CHECKING:
    import datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """The articles that a question is to be answered from: those that satisfy both limits.

    Attributes:
        regions: articles about one of these places, or about a place within one; empty for no limit.
        published: articles published in this period; None for no limit.

    Raises:
        ValueError: the period is open at both ends, or ends before it begins.
    """

    regions: tuple[Region, ...] = ()
    published: Period | None = None

    def __post_init__(self) -> None:
        first, last = self.published or (None, None)
        if self.published and not (first or last):
            raise ValueError("a period open at both ends limits nothing")
        if first and last and first > last:
            raise ValueError(f"a period must not end before it begins, got {first} to {last}")

    @property
    def places(self) -> tuple[str, ...]:
        """Return the names of `regions`, in their order; empty for no limit."""
        return tuple(region.name for region in self.regions)


UNLIMITED = Limits()

_MARKS = r",;:。?!()\[\]【】"
_START = rf"(?:^|(?<=[\s、{_MARKS}]))"
_NOUN = "(?:文章|新闻|消息|报道|报导)(?![稿人源发局社])(?:里面?|当?中|内)?"  # but not 新闻稿 or 新闻发布会
_ENOUGH = f"(?:[呢吧哦啊]|就[好行]|即可)*(?=$|[\\s{_MARKS}])"
# What may follow a place without a separator: 只看武汉大学 must not be read as 只看武汉.
_ON = r"(?=[有是在哪几共]|多少|什么|谁|怎|如何|\d|最近|近|[今去昨]|本[月周年]|[上这]个?[月周])"
_ONLY = "[只仅单衹祇](?:看|查|找|搜索?)"
_NAMES = "(?P<names>[一-鿿、/]{2,60}?)(?:地区|全市|市内|境内|范围内?|本地|[那这]边|方面)?"
_REGIONS = re.compile(
    rf"{_START}(?:请|就|那)?(?:{_ONLY}\s*{_NAMES}(?:的?{_NOUN}|的?{_ENOUGH}|的|、?{_ON})"
    rf"|[只仅]?限(?:于|定)?\s*{_NAMES.replace('names', 'restricted')}(?:的?{_NOUN}|的?{_ENOUGH}))"
)
_AND = re.compile("以及|[、/和与及跟或]")

_PUBLISHED = "(?:发布|刊登|登出|刊发|登载)"
_BEFORE_TIME = re.compile(rf"{_START}(?:请|就|那)?(?P<only>{_ONLY})?(?:在|从|据)?")
_AFTER_TIME = re.compile(
    rf"{_PUBLISHED}(?:(?P<of>的)(?:{_NOUN}|{_ENOUGH}|(?=(?:关于|有关|涉及)[^{_MARKS}]{{1,30}}{_NOUN})|(?P<any>))"
    rf"|(?=$|[{_MARKS}]))"
)


def read_limits(text: str, today: datetime.date | None) -> tuple[str, Limits]:
    """Split a question into the text without its limits, and the limits; UNLIMITED if there are none.

    只看, 仅看, 只查 or 限 with a place limits to that place. A verb of publication with a time limits by date if no
    publisher is named and articles are the only object: 最近发布的文章里 and （7月19日发布） are limits, while
    湖北省2016年发布的《意见》 and 今天发布的政策 are what the question is about.

    Args:
        text: normalised.
        today: the day that 最近 and 本月 count from; if None, they limit nothing.
    """
    rest, regions = _split_regions(text)
    rest, published = _split_period(rest, today)
    return rest, Limits(regions, published)


def unknown_places(text: str) -> tuple[str, ...]:
    """Return the names after 只看 and the like that are no places of Hubei, and therefore limit nothing.

    The text is normalised; each name is returned once, in order.
    """
    names = (name for match in _REGIONS.finditer(text) for name in _AND.split(match["names"] or match["restricted"]))
    return tuple(dict.fromkeys(name for name in names if not find_region(name)))


def relax(asked: str, limits: Limits) -> tuple[tuple[str, Limits], ...]:
    """Return texts with limits to try in this order until something is found, from the strictest to no limit.

    The first pair is (asked, limits) itself; each pair is returned once, so without limits there is only this one. The
    period is dropped before the places. Without the limit to a place, the text is tried with the place's name first: if
    no article about the place answers, another one that names it may.

    Args:
        asked: the question without its limits.
        limits: of the question.
    """
    in_places = (limits, replace(limits, published=None))
    anywhere = tuple(replace(kept, regions=()) for kept in in_places)
    with_names = " ".join((*limits.places, asked))
    wider = [(text, kept) for text in (with_names, asked) for kept in anywhere]
    return tuple(dict.fromkeys([*((asked, kept) for kept in in_places), *wider]))


def limit_notes(asked: Limits, kept: Limits) -> tuple[Note, ...]:
    """Return the notes for a result: which limits of the question were dropped, and which were kept.

    They are empty for a question without limits.

    Args:
        asked: the limits of the question.
        kept: those under which the result was found.
    """
    notes = []
    if asked.regions != kept.regions:
        notes.append(Note(NoteCode.ELSEWHERE, asked.places))
    if asked.published != kept.published:
        notes.append(Note(NoteCode.OTHER_DATES, period=asked.published))
    if kept != UNLIMITED:
        notes.append(Note(NoteCode.LIMITED, kept.places, kept.published))
    return tuple(notes)


def _split_regions(text: str) -> tuple[str, tuple[Region, ...]]:
    """Return the text without the first limit whose names are all places, and the places; text and () if none."""
    for match in _REGIONS.finditer(text):
        named = tuple(map(find_region, _AND.split(match["names"] or match["restricted"])))
        regions = tuple(dict.fromkeys(region for region in named if region))
        if regions and None not in named:
            return _without(text, *match.span()), regions
    return text, ()


def _split_period(text: str, today: datetime.date | None) -> tuple[str, Period | None]:
    """Return the text without its first limit to a period, and the period; the text and None if there is none."""
    for opening in _BEFORE_TIME.finditer(text) if re.search(_PUBLISHED, text) else ():
        period, end = read_period(text, opening.end(), today) or (None, 0)
        closing = _AFTER_TIME.match(text, end) if period else None
        if closing and _is_limiting(text, opening, closing):
            return _without(text, opening.start(), closing.end()), period
    return text, None


def _is_limiting(text: str, opening: re.Match[str], closing: re.Match[str]) -> bool:
    """Return whether the words say that articles were published then; 今天发布 alone after a space does not.

    Args:
        text: the question.
        opening: the match of _BEFORE_TIME before the time.
        closing: the match of _AFTER_TIME behind it.
    """
    if opening["only"]:
        return True
    if closing["of"]:
        return closing["any"] is None
    return not text[: opening.start()].endswith(" ")


def _without(text: str, start: int, end: int) -> str:
    """Return a text without a span, and without the punctuation or parentheses around it.

    A comma joins what is left on both sides, unless there is punctuation already.
    """
    if text[:start].endswith("(") and text[end:].startswith(")"):
        start, end = start - 1, end + 1
    left, right = text[:start].rstrip(" ,、:"), text[end:].lstrip(" ,、:")
    needs_comma = left and right and not re.search(rf"[{_MARKS}]$", left) and not re.match(rf"[{_MARKS}]", right)
    return f"{left},{right}" if needs_comma else left + right
