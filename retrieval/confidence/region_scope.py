"""Decides whether the places of a sentence are those that the question names, for a figure or for all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.regions import covers, find_region, region_mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.regions import Region, RegionMention

# Words for several places together, as 各地市 of the province: no single one of them has the figure.
_TOGETHER = re.compile(r"各(?:地市|市州|县市|地区?|省市?|市县?|区县)|全国|全球|全省|省内|两地|双方")
# Before a place that only explains: in 襄城区是襄阳的中心城区 the figure is of 襄城区
_ONLY_NAMED = re.compile(r"是[^,，。;；]{0,3}$")
# Before a figure of all that is listed: 黄冈蕲艾、宜昌秭归脐橙等21个
_LISTED = re.compile(r"、[^，,。;；]{1,20}等(?:[共约超近]{0,2})$")


@dataclass(frozen=True, slots=True)
class _Scope:
    """The place of which a part of a sentence tells."""

    start: int  # where it is named
    regions: tuple[Region, ...]  # an address from the widest to the narrowest; empty for several places together


def is_of_another_region(question: str, sentence: str, figure: int, around: str, about: Sequence[str]) -> bool:
    """Return True if a figure is told of another place, or of a wider or a narrower one, than the question names.

    The place of the figure is the last one named before it in the sentence; if there is none, or if the figure counts
    all that is listed (A、B等21个), one of those around, or else of those that the article is about, must contain the
    place asked for or lie within it. False if no place is known of the figure.

    Args:
        question: normalised; False if it names no place, or several together (各市).
        sentence: normalised.
        figure: where the figure begins in the sentence.
        around: the heading and the sentence before, normalised.
        about: the names of the places that the article is about.
    """
    asked = [scope.regions for scope in _addresses(question, region_mentions(question))]
    if not asked or _TOGETHER.search(question):
        return False
    scope = None if _LISTED.search(sentence, 0, figure) else _governing(sentence, figure)
    if scope is not None:
        regions = scope.regions
        # 宜昌点军区 is told of 点军区 and of 宜昌; a figure of several places together only of the province.
        return not any(address[-1] in regions if regions else not address[-1].city for address in asked)
    near = [mention.region for mention in region_mentions(around)]
    places = near or [region for name in about if (region := find_region(name))]
    return bool(places) and not any(_may_be_about(address[-1], place) for address in asked for place in places)


def lacks_region(question: str, evidence: str) -> bool:
    """Return True if the question names a city or county, and the evidence neither it nor a place in or around it.

    Of several places one that is lacking is enough. The province does not count as a place around it. Both texts are
    normalised.
    """
    asked = [mention.region for mention in region_mentions(question)]
    named = [mention.region for mention in region_mentions(evidence)]
    return any(region.city and not any(_may_be_about(region, place) for place in named) for region in asked)


def _may_be_about(asked: Region, place: Region) -> bool:
    """Return True if the place asked for holds the other one, or the other one, unless it is the province, holds it."""
    return covers(asked, place) or (bool(place.city) and covers(place, asked))


def _governing(sentence: str, figure: int) -> _Scope | None:
    """Return the last scope that is named before the figure; None if there is none."""
    addresses = _addresses(sentence, region_mentions(sentence))
    named = [scope for scope in addresses if not _ONLY_NAMED.search(sentence, 0, scope.start)]
    together = [_Scope(match.start(), ()) for match in _TOGETHER.finditer(sentence)]
    before = [scope for scope in (*named, *together) if scope.start < figure]
    return max(before, key=lambda scope: scope.start, default=None)


def _addresses(text: str, mentions: Sequence[RegionMention]) -> list[_Scope]:
    """Return the places named, in order, adjacent ones joined to one address: 湖北省宜昌市点军区."""
    addresses: list[_Scope] = []
    end = -1
    for mention in mentions:
        if addresses and mention.start == end:
            last = addresses.pop()
            addresses.append(_Scope(last.start, (*last.regions, mention.region)))
        else:
            addresses.append(_Scope(mention.start, (mention.region,)))
        end = mention.end
    return [scope for scope in addresses if not text.startswith("招商", scope.start)]
