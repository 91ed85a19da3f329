"""What a question limits itself to, places and days of publication, told from what it is about."""

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
    """Which articles a question is to be answered from.

    Attributes:
        regions: those about one of these places, or a place within; empty for all.
        published: those published then; None for whenever.

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
        """The names of the places."""
        return tuple(region.name for region in self.regions)


UNLIMITED = Limits()

_MARKS = r",;:。?!()\[\]【】"
_START = rf"(?:^|(?<=[\s、{_MARKS}]))"
_NOUN = "(?:文章|新闻|消息|报道|报导)(?![稿人源发局社])(?:里面?|当?中|内)?"  # 新闻稿, 新闻发布会 are other things
_ENOUGH = f"(?:[呢吧哦啊]|就[好行]|即可)*(?=$|[\\s{_MARKS}])"
# What may follow a place that nothing parts from the rest: 只看武汉大学 must not become 只看武汉.
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
    """Part a question into what is left to be asked and what it limits itself to.

    只看, 仅看, 只查 or 限 with a place limits to that place. Words of publication limit by date where nobody is named
    who published, and nothing but articles that is published: 最近发布的文章里 and （7月19日发布） do, while
    湖北省2016年发布的《意见》 and 今天发布的政策 are what the question is about.

    Args:
        text: normalised.
        today: what 最近 and 本月 count from; where it is None, they limit nothing.
    """
    rest, regions = _take_regions(text)
    rest, published = _take_period(rest, today)
    return rest, Limits(regions, published)


def unknown_places(text: str) -> tuple[str, ...]:
    """The names in 只看… and the like that are no places of Hubei, and so limit nothing."""
    named = (name for match in _REGIONS.finditer(text) for name in _AND.split(match["names"] or match["restricted"]))
    return tuple(dict.fromkeys(name for name in named if not find_region(name)))


def relax(asked: str, limits: Limits) -> tuple[tuple[str, Limits], ...]:
    """What to ask under which limits, one after the other until something is found, from all of them to none.

    The days give way before the places; and where articles about a place do not answer, others that name it may.
    """
    with_dates = (limits, replace(limits, published=None))
    without_places = tuple(replace(kept, regions=()) for kept in with_dates)
    naming = " ".join((*limits.places, asked))
    wider = [(text, kept) for text in (naming, asked) for kept in without_places]
    return tuple(dict.fromkeys([*((asked, kept) for kept in with_dates), *wider]))


def limit_notes(asked: Limits, kept: Limits) -> tuple[Note, ...]:
    """What to say of an answer that was found under some of the limits asked for."""
    said = []
    if asked.regions != kept.regions:
        said.append(Note(NoteCode.ELSEWHERE, asked.places))
    if asked.published != kept.published:
        said.append(Note(NoteCode.OTHER_DATES, period=asked.published))
    if kept != UNLIMITED:
        said.append(Note(NoteCode.LIMITED, kept.places, kept.published))
    return tuple(said)


def _take_regions(text: str) -> tuple[str, tuple[Region, ...]]:
    for match in _REGIONS.finditer(text):
        found = tuple(map(find_region, _AND.split(match["names"] or match["restricted"])))
        regions = tuple(dict.fromkeys(region for region in found if region))
        if regions and None not in found:
            return _without(text, *match.span()), regions
    return text, ()


def _take_period(text: str, today: datetime.date | None) -> tuple[str, Period | None]:
    for opening in _BEFORE_TIME.finditer(text) if re.search(_PUBLISHED, text) else ():
        read = read_period(text, opening.end(), today)
        closing = _AFTER_TIME.match(text, read[1]) if read else None
        if read and closing and _is_limiting(text, opening, closing):
            return _without(text, opening.start(), closing.end()), read[0]
    return text, None


def _is_limiting(text: str, opening: re.Match[str], closing: re.Match[str]) -> bool:
    """Whether it is articles that were published then; a bare 今天发布 behind a space is what something did."""
    if opening["only"]:
        return True
    if closing["of"]:
        return closing["any"] is None
    return not text[: opening.start()].endswith(" ")


def _without(text: str, start: int, end: int) -> str:
    """A text without some of its words, and without the marks that set them off."""
    if text[:start].endswith("(") and text[end:].startswith(")"):
        start, end = start - 1, end + 1
    left, right = text[:start].rstrip(" ,、:"), text[end:].lstrip(" ,、:")
    meets = left and right and not re.search(rf"[{_MARKS}]$", left) and not re.match(rf"[{_MARKS}]", right)
    return f"{left},{right}" if meets else left + right
