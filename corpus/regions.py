"""Finds the places of Hubei that a text names, and those that an article is about."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from corpus.text import normalize

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from corpus.model import Article

_TAG_ENDING = re.compile(r"招商(?:引资|网)?$")
_LISTING = frozenset("、,和与及")  # separators of a list in normalised text, in which ， is a comma
# A road may be named after a place that is elsewhere (上海宜昌路); but 武汉路演 and 武汉街头 are in Wuhan.
_NO_ROAD = r"(?![东南西北中]?[一二三四]?路(?![演网桥径线况港])|[东南西北中]?(?:大街|大道|街(?![道头区])))"
# 武汉市场, 襄城区域 and 襄阳县域 don't contain 武汉市, 襄城区 or 襄阳县 (an old name of 襄州).
_NO_LONGER_WORD = {"市": "(?![场值])", "区": "(?![域位块间划])", "县": "(?![域级])"}


@dataclass(frozen=True, slots=True)
class Region:
    """The province, a city (also the prefecture and the four places directly under the province) or a county."""

    #: as the news calls it: 宜昌; with its type if the rest is no name or another place's: 随县, 荆州区
    name: str
    #: 宜昌市
    full_name: str
    #: the name of its city; its own name for a city; empty for the province
    city: str


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A place that a text names at `text[start:end]`, by any of its names."""

    region: Region
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """The rows of `regions.tsv`, parsed.

    The column `alone` says whether the bare name means the place in running text: always (`yes`), only if the context
    confirms it (`context`: it is also an ordinary word), or never (`no`: 公安 means the police). The column
    `not within` lists longer or overlapping words in which the same characters mean something else: no 沙市 in 长沙市.
    """

    #: every name, also those that don't count in running text
    names: Mapping[str, Region]
    #: names that count in running text only if the context confirms them
    ambiguous: frozenset[str]
    #: names that count in running text, and the words of `not within`, the longest first
    pattern: re.Pattern[str]


@cache
def _gazetteer() -> _Gazetteer:
    """Parse `regions.tsv`; cached."""
    table = files("corpus").joinpath("regions.tsv").read_text("utf-8")
    names: dict[str, Region] = {}
    patterns: dict[str, str] = {}
    ambiguous = set()
    for row in csv.DictReader(table.splitlines(), dialect="excel-tab", restval=""):
        region = Region(row["name"], row["full name"], row["city"])
        own = [region.name, region.full_name, *row["other names"].split()]
        names |= dict.fromkeys(own, region)
        counted = own[1:] if row["alone"] == "no" else own
        patterns |= {name: name + _NO_LONGER_WORD.get(name[-1], _NO_ROAD) for name in counted}
        patterns |= {word: word for word in row["not within"].split()}
        if row["alone"] == "context":
            ambiguous.add(region.name)
    longest_first = sorted(patterns, key=len, reverse=True)
    pattern = re.compile("|".join(patterns[name] for name in longest_first))
    return _Gazetteer(names, frozenset(ambiguous), pattern)


def region_mentions(text: str, known: Collection[Region] = ()) -> tuple[RegionMention, ...]:
    """Return the places that a text names, in order and without overlaps; longer names take precedence.

    A name that is also an ordinary word (青山, 通城) counts if it stands behind its city, or in a list with a place
    that is sure (武汉青山; 仙桃、天门), or if the text has named that place unambiguously before. Roads don't count.

    Args:
        text: Simplified or Traditional; the mentions' offsets refer to it.
        known: places that the text is known to deal with, whose bare names count.
    """
    gazetteer, plain = _gazetteer(), normalize(text)
    named = [match for match in gazetteer.pattern.finditer(plain.text) if match[0] in gazetteer.names]
    sure = [match[0] not in gazetteer.ambiguous for match in named]
    confirmed = set(known)
    mentions: list[RegionMention] = []
    for i, match in enumerate(named):
        region = gazetteer.names[match[0]]
        neighbours = [named[j] for j in (i - 1, i + 1) if 0 <= j < len(named) and sure[j]]
        sure[i] = sure[i] or region in confirmed or any(_confirms(other, match) for other in neighbours)
        if sure[i]:
            confirmed.add(region)
            mentions.append(RegionMention(region, *plain.original(*match.span())))
    return tuple(mentions)


def _confirms(other: re.Match[str], match: re.Match[str]) -> bool:
    """Return True if a sure name shows that its neighbour is a place: 武汉 in 武汉青山, 仙桃 in 天门、仙桃.

    It must stand directly before it and contain it, or in a list with it: both in one city, or both cities.

    Args:
        other: the sure name.
        match: the name before or after it in the same text.
    """
    names = _gazetteer().names
    sure, region = names[other[0]], names[match[0]]
    first, second = sorted((other, match), key=re.Match.start)
    gap = match.string[first.end() : second.start()]
    if not gap:
        return first is other and covers(sure, region)
    return gap in _LISTING and (sure.city == region.city or (_is_city(sure) and _is_city(region)))


def find_region(name: str) -> Region | None:
    """Return the place with a name: short, full or old, behind its city's name, or in a tag (黄石招商).

    Return None for an unknown name, for several places, and for a name with other words beside it.
    """
    plain = _TAG_ENDING.sub("", normalize(name).text.strip())
    if region := _gazetteer().names.get(plain):
        return region
    mentions = region_mentions(plain)
    narrowest = _narrowest(mentions)
    is_whole = len(narrowest) == 1 and (mentions[0].start, mentions[-1].end) == (0, len(plain))
    return narrowest[0] if is_whole else None


def covers(region: Region, other: Region) -> bool:
    """Return True if `region` is `other` or contains it: a city its counties, the province everything."""
    return region == other or not region.city or (_is_city(region) and region.name == other.city)


def _is_city(region: Region) -> bool:
    """Return True for a city and whatever else is directly under the province; False for counties and the province."""
    return region.name == region.city


def regions_about(article: Article) -> tuple[Region, ...]:
    """Return the places that an article is about: those that its headline names within the column tag's place.

    They are in the order of the headline, each once; empty if no place is named. If the headline names none, the result
    is the tag's place. If the tag names no place or the province, and the headline names none, the first place in the
    introduction decides: 湖北省襄阳市 means 襄阳, 湖北省……在襄阳召开 the province.
    """
    scope = _place_of(article.column)
    about = _within(scope, _narrowest(region_mentions(article.headline, scope)))
    if not about and not any(region.city for region in scope):
        introduction = article.paragraphs[0].text if article.paragraphs else ""
        about = _within(scope, _narrowest(region_mentions(introduction))[:1])
    return about or scope


def _place_of(column: str | None) -> tuple[Region, ...]:
    """Return the place of a column tag, which may be only a part of the tag (黄石新港招商); empty if there is none."""
    region = find_region(column or "")
    return (region,) if region else _narrowest(region_mentions(column or ""))[:1]


def _within(scope: tuple[Region, ...], regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Return the regions that lie in every place of `scope`; all if it is empty."""
    return tuple(region for region in regions if all(covers(place, region) for place in scope))


def _narrowest(mentions: Sequence[RegionMention]) -> tuple[Region, ...]:
    """Return the places named, in order, each once, without those that begin an address: 宜昌市 in 宜昌市点军区."""
    return tuple(
        dict.fromkeys(
            mention.region
            for mention, following in zip(mentions, [*mentions, None][1:], strict=True)
            if not (following and mention.end == following.start and covers(mention.region, following.region))
        )
    )
