"""Hubei's places: which of them a text names, and which of them an article is about."""

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
_LISTING = frozenset("、,和与及")  # what stands between the members of a list; normalised, so ，is a comma
# A road may be named after a place anywhere (上海宜昌路), but 武汉路演 and 武汉街头 are in Wuhan.
_NO_ROAD = r"(?![东南西北中]?[一二三四]?路(?![演网桥径线况港])|[东南西北中]?(?:大街|大道|街(?![道头区])))"
# 武汉市场, 襄城区域 and 襄阳县域 hold no 武汉市, 襄城区 or 襄阳县 (that old name belongs to 襄州).
_NO_LONGER_WORD = {"市": "(?![场值])", "区": "(?![域位块间划])", "县": "(?![域级])"}


@dataclass(frozen=True, slots=True)
class Region:
    """The province, a city (also the prefecture and the four places directly under the province) or a county."""

    name: str  # as the news calls it: 宜昌; with its type where the rest is no name or another's: 随县, 荆州区
    full_name: str  # 宜昌市
    city: str  # the name of its city; its own name for a city; empty for the province


@dataclass(frozen=True, slots=True)
class RegionMention:
    """Where a text names a place, by whichever of its names."""

    region: Region
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """The rows of `regions.tsv`, ready for use.

    A row's columns: `alone` says whether the bare name is the place in running text (`yes`), only where the context
    says so (`context`: an ordinary word) or never (`no`: 公安 is the police); `not within` lists the longer
    or overlapping words in which the same characters are something else (长沙市 holds no 沙市).
    """

    names: Mapping[str, Region]  # every name, for whoever asks for a place
    ambiguous: frozenset[str]  # names that count in running text only where the context says so
    pattern: re.Pattern[str]  # names that count in running text, and the words that hide none


@cache
def _gazetteer() -> _Gazetteer:
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
    """The places that a text names, in its order and without overlaps, the longest name first.

    A name that is also an ordinary word (青山, 通城) counts beside its city or in a list with places that are sure
    (武汉青山; 仙桃、天门), and once the text has named that place beyond doubt. Roads named after a place don't count.

    Args:
        text: Simplified or Traditional; the mentions' offsets are its own.
        known: places that the text is known to deal with, so that their bare names count.
    """
    gazetteer, plain = _gazetteer(), normalize(text)
    named = [match for match in gazetteer.pattern.finditer(plain.text) if match[0] in gazetteer.names]
    sure = [match[0] not in gazetteer.ambiguous for match in named]
    settled = set(known)
    found: list[RegionMention] = []
    for i, match in enumerate(named):
        region = gazetteer.names[match[0]]
        neighbours = [named[j] for j in (i - 1, i + 1) if 0 <= j < len(named) and sure[j]]
        sure[i] = sure[i] or region in settled or any(_vouches(other, match) for other in neighbours)
        if sure[i]:
            settled.add(region)
            found.append(RegionMention(region, *plain.original(*match.span())))
    return tuple(found)


def _vouches(other: re.Match[str], match: re.Match[str]) -> bool:
    """Whether a sure name shows its neighbour to be a place: 武汉 does in 武汉青山, 仙桃 in 天门、仙桃."""
    names = _gazetteer().names
    theirs, ours = names[other[0]], names[match[0]]
    first, second = sorted((other, match), key=re.Match.start)
    gap = match.string[first.end() : second.start()]
    if not gap:
        return first is other and covers(theirs, ours)
    return gap in _LISTING and (theirs.city == ours.city or (_is_city(theirs) and _is_city(ours)))


def find_region(name: str) -> Region | None:
    """The place that goes by a name: short, full or old, after its city, or in a tag (黄石招商)."""
    plain = _TAG_ENDING.sub("", normalize(name).text.strip())
    if region := _gazetteer().names.get(plain):
        return region
    found = region_mentions(plain)
    narrowest = _narrowest(found)
    is_whole = len(narrowest) == 1 and (found[0].start, found[-1].end) == (0, len(plain))
    return narrowest[0] if is_whole else None


def covers(region: Region, other: Region) -> bool:
    """Whether one place is the other or holds it: a city its counties, the province everything."""
    return region == other or not region.city or (_is_city(region) and region.name == other.city)


def _is_city(region: Region) -> bool:
    return region.name == region.city


def regions_about(article: Article) -> tuple[Region, ...]:
    """What an article is about: its column tag's place, or what the headline names within that place.

    Where the tag names the province or no place, and the headline none either, the first place that the
    introduction names decides: 湖北省襄阳市 is 襄阳, 湖北省……在襄阳召开 is the province.
    """
    scope = _place_of(article.column)
    about = _within(scope, _narrowest(region_mentions(article.headline, scope)))
    if not about and not any(region.city for region in scope):
        introduction = article.paragraphs[0].text if article.paragraphs else ""
        about = _within(scope, _narrowest(region_mentions(introduction))[:1])
    return about or scope


def _place_of(column: str | None) -> tuple[Region, ...]:
    """The place of a column tag, which may be one within the tag (黄石新港招商), or nothing."""
    region = find_region(column or "")
    return (region,) if region else _narrowest(region_mentions(column or ""))[:1]


def _within(scope: tuple[Region, ...], regions: tuple[Region, ...]) -> tuple[Region, ...]:
    return tuple(region for region in regions if all(covers(place, region) for place in scope))


def _narrowest(found: Sequence[RegionMention]) -> tuple[Region, ...]:
    """The places named, each once, without those that only begin an address: 宜昌市 in 宜昌市点军区."""
    return tuple(
        dict.fromkeys(
            mention.region
            for mention, following in zip(found, [*found, None][1:], strict=True)
            if not (following and mention.end == following.start and covers(mention.region, following.region))
        )
    )
