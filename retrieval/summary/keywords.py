"""Where a subscriber's keyword stands in an article as a word, or as words: 石膏 in 磷石膏, but no 海南 in 上海南站.

A keyword counts where it begins and ends at a boundary of one reading of the text: between the words of the precise
cut, and between the parts that a longer word is itself made of (新能源汽车 is 新能源 and 汽车, 新能源 is 新 and 能源).
Words that only another reading would have (中国 in 发展中国家, 研究生 in 研究生命科学) have no boundary there.
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

# A Latin word or number as one, else a mark or a space; gdp237 is gdp and 237, but c919 is one.
_BLOCK = re.compile(r"[\u4e00-\u9fd5a-z0-9+#&._%-]+")  # what jieba cuts by itself
_NOT_CHINESE = re.compile(r"[a-z]{2,}(?=[0-9])|[a-z0-9]+(?:\.[0-9]+)?|[\W_]")
_SHORTEST = 3  # characters of a word that has parts: 长江 is not 长 and 江
_UNKNOWN = 1e-8  # an unknown character's share of all words: less than one in the 60 million that jieba counted
_ADJECTIVES = "大小新老旧主重深远近半各非未"  # what rather stands before a word than begins one: 小龙虾 is a 龙虾
_PLACE = re.compile(rf"[^{_ADJECTIVES}][^市区县][市区县]|.[^市区]县")  # 盐城市 is 盐城, not 盐 and 城市 as 大城市 is
# Words whose first character belongs to the word before as well: 宜昌市委, 到2025年底.
_LEANING = re.compile("[省市区县州镇乡](?:[委长府级区县内属直]|政府|政协|人大|人民|纪委)|[年月][初中末底]")


def normalize_keyword(keyword: str) -> str:
    """A keyword as `Keywords` is asked for it: made comparable as texts are, without white space around it."""
    return normalize(keyword).text.strip()


class Keywords:
    """The words of one text, so that many keywords can be looked up in it.

    Keywords must be `normalize_keyword`. One whose characters don't occur costs a search for them and nothing else; the text is
    cut around the places where one occurs.
    """

    def __init__(self, text: str, segmenter: Segmenter) -> None:
        self.text = normalize(text).text
        self._segmenter = segmenter
        self._cut: dict[int, Mapping[int, bool]] = {}  # by where a block begins

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.text and any(True for _ in self._spans(keyword))

    def spans(self, keyword: str) -> tuple[tuple[int, int], ...]:
        """Where a keyword stands (start, end) in `self.text`, which is normalised; in order, overlapping ones too."""
        return tuple(self._spans(keyword)) if keyword in self.text else ()

    def _spans(self, keyword: str) -> Iterator[tuple[int, int]]:
        start = self.text.find(keyword) if keyword else -1
        while start >= 0:
            ends = (start, start + len(keyword))
            if all(self._may_end(keyword, at) for at in ends):
                yield ends
            start = self.text.find(keyword, start + 1)

    def _may_end(self, keyword: str, at: int) -> bool:
        """Whether a keyword may begin or end at a place of the text."""
        found = self._boundary(at)
        return found is True or (found is not None and len(keyword) > 1)

    def _boundary(self, at: int) -> bool | None:
        """Whether words meet there, and, as True, whether one of a single character may begin or end there."""
        place = bisect_left(self._blocks, (at, at)) - 1
        start, end = self._blocks[place] if place >= 0 else (0, 0)
        return self._inside(start, end).get(at) if start < at < end else True

    @cached_property
    def _blocks(self) -> list[tuple[int, int]]:
        """The stretches that are cut by themselves, as marks and spaces part them."""
        return [match.span() for match in _BLOCK.finditer(self.text)]

    def _inside(self, start: int, end: int) -> Mapping[int, bool]:
        """The boundaries of one of them: most are never asked for, and cutting a text takes 15 ms."""
        if start not in self._cut:
            self._cut[start] = _boundaries(self.text[start:end], start, self._segmenter)
        return self._cut[start]


def _boundaries(text: str, offset: int, segmenter: Segmenter) -> Mapping[int, bool]:
    """Where a keyword may begin and end; and whether one of a single character may."""
    boundaries: dict[int, bool] = {}
    for match in _NOT_CHINESE.finditer(text):
        boundaries |= dict.fromkeys((offset + at for at in match.span()), True)
    within: dict[str, Mapping[int, bool]] = {}
    for token in segmenter.tokens(text):
        if token.word not in within:
            within[token.word] = _inner_boundaries(token.word, segmenter)
        start = offset + token.start
        boundaries |= {start: True, offset + token.end: True}
        boundaries |= {start + inner: is_sure for inner, is_sure in within[token.word].items()}
    return boundaries


def _inner_boundaries(word: str, segmenter: Segmenter) -> Mapping[int, bool]:
    """Where the parts of a word meet; between any two characters of one that no dictionary knows."""
    if word.isascii() or not segmenter.frequency(word):
        return {} if word.isascii() else dict.fromkeys(range(1, len(word)), True)
    boundaries = {}
    if _LEANING.match(word):
        boundaries[1] = False
    parts = _parts(word, segmenter)
    if len(word) == _SHORTEST and len(parts[0]) == 1 and segmenter.frequency(word[:2]):
        boundaries[2] = False  # 大学生 is 大学 besides 学生; but 自行车 is no 行车 besides 自行
    start = 0
    for part in parts if len(parts) > 1 else ():
        boundaries |= {start: True} if start else {}
        if segmenter.frequency(part):
            boundaries |= {start + inner: is_sure for inner, is_sure in _inner_boundaries(part, segmenter).items()}
        start += len(part)
    return boundaries


def _parts(word: str, segmenter: Segmenter) -> list[str]:
    """The shorter words that a word is made of; itself where it is made of none."""
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
    """The likeliest cut into shorter words and single characters, by the product of their shares, as jieba has it."""
    best: list[tuple[float, int]] = [(0.0, 0)] * (len(word) + 1)  # from each character on: log share, end of the first
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
    """The parts with neighbouring single characters as one: 巧克力 is not 巧 and 克, 规上企业 is 规上 and 企业."""
    joined: list[str] = []
    previous = ""
    for part in parts:
        if len(part) == len(previous) == 1:
            joined[-1] += part
        else:
            joined.append(part)
        previous = part
    return joined
