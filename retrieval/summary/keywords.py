"""Finds a subscriber's keyword in an article as a word or several words: 石膏 in 磷石膏, but not 海南 in 上海南站.

A keyword matches where it starts and ends at a word boundary. There are boundaries between the words of jieba's precise
segmentation, and between the shorter words that make up a longer one (新能源汽车 is 新能源 and 汽车, 新能源 is 新 and
能源). Words of another segmentation only (中国 in 发展中国家, 研究生 in 研究生命科学) have no boundary there.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from corpus.regions import find_region
from corpus.text import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from retrieval.words.segment import Segmenter

# A Latin word or number as a whole, else a mark or a space; gdp237 is gdp and 237, but c919 is one word.
_BLOCK = re.compile(r"[\u4e00-\u9fd5a-z0-9+#&._%-]+")  # what jieba segments by itself
_NOT_CHINESE = re.compile(r"[a-z]{2,}(?=[0-9])|[a-z0-9]+(?:\.[0-9]+)?|[\W_]")
_SHORTEST = 3  # characters of a word that has parts: 长江 is not 长 and 江
_UNKNOWN = 1e-8  # share of an unknown character: less than one in the 60 million words that jieba counted
_ADJECTIVES = "大小新老旧主重深远近半各非未"  # that more often precede a word than start one: 小龙虾 is a 龙虾
_PLACE = re.compile(rf"[^{_ADJECTIVES}][^市区县][市区县]|.[^市区]县")  # 盐城市 is 盐城, not 盐 and 城市 as 大城市 is
# Words whose first character also belongs to the word before: 宜昌市委, 到2025年底.
_LEANING = re.compile("[省市区县州镇乡](?:[委长府级区县内属直]|政府|政协|人大|人民|纪委)|[年月][初中末底]")


def normalize_keyword(keyword: str) -> str:
    """Return a keyword as typed in the form that `Keywords` expects: normalised, without white space around it."""
    return normalize(keyword).text.strip()


class Keywords:
    """The words of one text, so that many keywords can be looked up in it.

    Keywords are expected in the form of `normalize_keyword`. A keyword whose characters don't occur costs one search
    for the string; the text is segmented only around the places where one occurs.
    """

    def __init__(self, text: str, segmenter: Segmenter) -> None:
        self.text = normalize(text).text
        self._segmenter = segmenter
        self._boundaries: dict[int, Mapping[int, bool]] = {}  # by the start of the block

    def __contains__(self, keyword: str) -> bool:
        """Return whether a keyword occurs within word boundaries; False for an empty one."""
        return keyword in self.text and any(True for _ in self._spans(keyword))

    def spans(self, keyword: str) -> tuple[tuple[int, int], ...]:
        """Return the spans of a keyword in `self.text`, which is normalised; in order, overlapping ones too.

        Empty if it does not occur within word boundaries, or is empty.
        """
        return tuple(self._spans(keyword)) if keyword in self.text else ()

    def _spans(self, keyword: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of a keyword that start and end at word boundaries, in order; none for an empty one."""
        start = self.text.find(keyword) if keyword else -1
        while start >= 0:
            span = (start, start + len(keyword))
            if all(self._may_end(keyword, place) for place in span):
                yield span
            start = self.text.find(keyword, start + 1)

    def _may_end(self, keyword: str, place: int) -> bool:
        """Return whether a keyword may start or end at a place of the text."""
        number = bisect_left(self._blocks, (place, place)) - 1
        start, end = self._blocks[number] if number >= 0 else (0, 0)
        if not start < place < end:
            return True
        is_sure = self._boundaries_in(start, end).get(place)
        return is_sure is True or (is_sure is not None and len(keyword) > 1)

    @cached_property
    def _blocks(self) -> list[tuple[int, int]]:
        """The spans between marks and spaces, each of which is segmented by itself."""
        return [match.span() for match in _BLOCK.finditer(self.text)]

    def _boundaries_in(self, start: int, end: int) -> Mapping[int, bool]:
        """Return the boundaries in a block; segmented at the first use, since a whole text takes 15 ms."""
        if start not in self._boundaries:
            self._boundaries[start] = _boundaries(self.text[start:end], start, self._segmenter)
        return self._boundaries[start]


def _boundaries(text: str, offset: int, segmenter: Segmenter) -> Mapping[int, bool]:
    """Return the places where a keyword may start and end, and whether one of a single character may as well.

    Args:
        text: a block.
        offset: where it starts in the whole text; the places are offsets in that.
        segmenter: cuts the block.
    """
    boundaries: dict[int, bool] = {}
    for match in _NOT_CHINESE.finditer(text):
        boundaries |= dict.fromkeys((offset + place for place in match.span()), True)
    by_word: dict[str, Mapping[int, bool]] = {}
    for token in segmenter.tokens(text):
        if token.word not in by_word:
            by_word[token.word] = _inner_boundaries(token.word, segmenter)
        start = offset + token.start
        boundaries |= {start: True, offset + token.end: True}
        boundaries |= {start + inner: is_sure for inner, is_sure in by_word[token.word].items()}
    return boundaries


def _inner_boundaries(word: str, segmenter: Segmenter) -> Mapping[int, bool]:
    """Return the boundaries between the words that make up a word, as offsets in it, with values as in `_boundaries`.

    None if the word is all ASCII (Latin, digits), known or not; else all places inside it, neither start nor end, if
    the lexicon has not the word. Chinese numerals count as words.
    """
    if word.isascii() or not segmenter.frequency(word):
        return {} if word.isascii() else dict.fromkeys(range(1, len(word)), True)
    boundaries = {}
    if _LEANING.match(word):
        boundaries[1] = False
    parts = _parts(word, segmenter)
    if len(word) == _SHORTEST and len(parts[0]) == 1 and segmenter.frequency(word[:2]):
        boundaries[2] = False  # 大学生 is 大学 as well as 学生; but 自行车 is 自行 and not 行车
    start = 0
    for part in parts if len(parts) > 1 else ():
        boundaries |= {start: True} if start else {}
        if segmenter.frequency(part):
            boundaries |= {start + inner: is_sure for inner, is_sure in _inner_boundaries(part, segmenter).items()}
        start += len(part)
    return boundaries


def _parts(word: str, segmenter: Segmenter) -> list[str]:
    """Return the shorter words that make up a word, in order; the word itself if there are none."""
    if len(word) < _SHORTEST:
        return [word]
    region = find_region(word)
    if region and word != region.name and word.startswith(region.name):
        return [region.name, word[len(region.name) :]]
    if _PLACE.fullmatch(word) and segmenter.frequency(word[:-1]):
        return [word[:-1], word[-1]]
    if region:
        return [word]  # 东西湖 is not 东西
    if len(word) == _SHORTEST and word[0] in _ADJECTIVES and segmenter.frequency(word[1:]):
        return [word[0], word[1:]]
    return _joined(_likeliest(word, segmenter))


def _likeliest(word: str, segmenter: Segmenter) -> list[str]:
    """Split a word into shorter words and single characters with the highest product of shares, as jieba does."""
    best: list[tuple[float, int]] = [(0.0, 0)] * (len(word) + 1)  # from each character on: log share, first part's end
    for start in reversed(range(len(word))):
        ends = (end for end in range(start + 1, len(word) + 1) if end - start < len(word))
        shares = ((segmenter.frequency(word[start:end]), end) for end in ends)
        best[start] = max(
            (math.log(share or _UNKNOWN) + best[end][0], end) for share, end in shares if share or end == start + 1
        )
    parts, start = [], 0
    while start < len(word):
        parts.append(word[start : best[start][1]])
        start = best[start][1]
    return parts


def _joined(parts: list[str]) -> list[str]:
    """Join adjacent single characters: 巧克力 is not 巧 and 克, 规上企业 is 规上 and 企业."""
    joined: list[str] = []
    previous = ""
    for part in parts:
        if len(part) == len(previous) == 1:
            joined[-1] += part
        else:
            joined.append(part)
        previous = part
    return joined
