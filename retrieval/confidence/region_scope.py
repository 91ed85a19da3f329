"""Of which place a figure is told, and whether that is the place that the question asks about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.regions import covers, find_region, region_mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.regions import Region, RegionMention

# 各地市 are those of the province or the country, of all of them together: no single place has the figure.
_TOGETHER = re.compile(r"各(?:地市|市州|县市|地区?|省市?|市县?|区县)|全国|全球|全省|省内|两地|双方")
_ONLY_NAMED = re.compile(r"是[^,，。;；]{0,3}$")  # 襄城区是襄阳的中心城区: what follows is told of 襄城区


@dataclass(frozen=True, slots=True)
class _Scope:
    start: int
    regions: tuple[Region, ...]  # an address from the widest to the narrowest; empty for several places together


_LISTED = re.compile(
    r"、[^，,。;；]{1,20}等(?:[共约超近]{0,2})$"
)  # 黄冈蕲艾、宜昌秭归脐橙等21个: of all that are listed


def is_of_another_region(question: str, sentence: str, figure: int, around: str, about: Sequence[str]) -> bool:
    """Whether a figure is told of another place, or of a wider or a narrower one, than a question asks about.

    Args:
        question: normalised; one that names no place asks about any.
        sentence: normalised.
        figure: where the figure begins in the sentence.
        around: normalised: the heading, and the sentence before.
        about: the names of the places that the article is about, for a sentence that names none.
    """
    asked = [one.regions for one in _addresses(question, region_mentions(question))]
    if not asked or _TOGETHER.search(question):
        return False
    scope = None if _LISTED.search(sentence, 0, figure) else _governing(sentence, figure)
    if scope is not None:
        told = scope.regions
        return not any(_is_same(one, told) if told else not one[-1].city for one in asked)
    near = [mention.region for mention in region_mentions(around)]
    places = near or [region for name in about if (region := find_region(name))]
    return bool(places) and not any(_touches(one[-1], place) for one in asked for place in places)


def _is_same(asked: Sequence[Region], told: Sequence[Region]) -> bool:
    """宜昌点军区 is told of 点军区, and of 宜昌 where the address says so; not the province's figure of a city."""
    return asked[-1] in told or told[-1] in asked[-1:]


def _touches(asked: Region, place: Region) -> bool:
    """Whether what names no place may be told of the one asked for: in an article on the province, not of a city."""
    return covers(asked, place) or (bool(place.city) and covers(place, asked))


def _governing(sentence: str, figure: int) -> _Scope | None:
    """The last scope that is named before the figure; None where there is none."""
    named = [one for one in _addresses(sentence, region_mentions(sentence)) if not _ONLY_NAMED.search(sentence, 0, one.start)]
    together = [_Scope(match.start(), ()) for match in _TOGETHER.finditer(sentence)]
    before = [one for one in (*named, *together) if one.start < figure]
    return max(before, key=lambda one: one.start, default=None)


def _addresses(text: str, found: Sequence[RegionMention]) -> list[_Scope]:
    """The places named, those that make one address together: 湖北省宜昌市点军区."""
    addresses: list[_Scope] = []
    end = -1
    for mention in found:
        if addresses and mention.start == end:
            last = addresses.pop()
            addresses.append(_Scope(last.start, (*last.regions, mention.region)))
        else:
            addresses.append(_Scope(mention.start, (mention.region,)))
        end = mention.end
    return [one for one in addresses if not text.startswith("招商", one.start)]
