"""Finds the headings in a body's running text: numbered from one, at least two, with text below each.

Without these conditions, `一、二、三产业` would be a heading, and a sentence of a numbered list could never be quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from corpus.breaks import ENDS, skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.breaks import Break

_LONGEST = 40  # characters of a heading, numbering included
_LONGEST_PART = 20  # characters of the second half of a heading such as `一、凝聚共识 共谋发展`
_LONGEST_LOOK = 300  # characters behind a second half in which prose is searched for
_TENS = ("", "十", *(f"{digit}十" for digit in "二三四五六七八九"))
_ONES = ("", *"一二三四五六七八九")
_NUMBERS = {tens + ones: 10 * ten + one for ten, tens in enumerate(_TENS) for one, ones in enumerate(_ONES)}
_NUMERAL = r"[一二三四五六七八九十]{1,3}"
_MARKERS = {
    "一、": re.compile(rf"({_NUMERAL})、(?!{_NUMERAL}、)[ \u3000]?"),
    "（一）": re.compile(rf"[（(]({_NUMERAL})[）)]、?"),
    "1.": re.compile(r"([0-9]{1,2})(?:[.．](?![0-9])|、)[ \u3000]?"),
    "第一章": re.compile(rf"第({_NUMERAL})[章节篇][ \u3000]"),
}
# In the news these often begin sentences (`1. 强降雨将…。`, `第一节刚开始，…`), which must stay quotable.
_MARKERS_OF_LISTS = frozenset({"1.", "第一章"})
_PROSE = re.compile(r"[，,。；;：:！？!?…]")
_PART = re.compile(rf"[^\S\n]+([^\s，。、；：,;:{ENDS}]{{1,{_LONGEST_PART}}})(?=[^\S\n])")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at `body[start:end]`, with its trailing white space."""

    kind: str  # a key of _MARKERS
    start: int
    end: int


def headings(body: str, inside: Sequence[int], breaks: Sequence[Break], start: int) -> list[Heading]:
    """Return the headings of a body in reading order; sequences of different numbering may be nested.

    A sequence runs 1, 2, 3 … without gaps. It is cut at its first heading without text below, and needs two headings.

    Args:
        body: the text.
        inside: for each offset, how many marks enclose it; no heading begins or ends inside a quotation.
        breaks: the ends of sentences and blocks, behind which a heading may begin.
        start: offset at which the text begins, behind a repeated title.
    """
    runs: list[list[Heading]] = []
    waiting: dict[tuple[str, int], list[list[Heading]]] = {}  # sequences by kind and the number that comes next
    end = start
    for number, heading in _candidates(body, inside, breaks, start):
        if heading.start < end:
            continue
        if runs_to_continue := waiting.get((heading.kind, number)):
            run = runs_to_continue.pop()
        elif number == 1:
            run = []
            runs.append(run)
        else:
            continue
        run.append(heading)
        waiting.setdefault((heading.kind, number + 1), []).append(run)
        end = heading.end
    runs = [run for run in runs if len(run) > 1]
    bare = _bare(body, sorted((heading for run in runs for heading in run), key=lambda heading: heading.start))
    runs = [list(takewhile(lambda heading: heading not in bare, run)) for run in runs]
    return sorted((heading for run in runs if len(run) > 1 for heading in run), key=lambda heading: heading.start)


def _bare(body: str, headings: Sequence[Heading]) -> set[Heading]:
    """Return the headings without text below them, which are probably list items; sub-headings count as text.

    Args:
        body: the text.
        headings: in reading order.
    """
    bare = {headings[-1]} if headings and headings[-1].end == len(body) else set()
    return bare | {
        above for above, below in pairwise(headings) if above.end == below.start and above.kind == below.kind
    }


def _candidates(body: str, inside: Sequence[int], breaks: Sequence[Break], start: int) -> Iterator[tuple[int, Heading]]:
    """Yield (number, heading), in order, for what has the form of a heading and stands where one may begin.

    The number is the one written, whatever the numbers before it; candidates may overlap. Arguments as in `headings`.
    """
    stops = {start} | {end.stop for end in breaks}
    first = skip(body, start)  # a heading here takes the white space before it, which belongs to no other text
    found = []
    for kind, marker in _MARKERS.items():
        for match in marker.finditer(body, start):
            at = match.start()
            if inside[at] or not (at in stops or body[at - 1].isspace()):
                continue
            end = _heading_end(body, inside, kind, match)
            number = _number(match[1])
            if not end or not number or (kind in _MARKERS_OF_LISTS and _PROSE.search(body, match.end(), end)):
                continue
            found.append((number, Heading(kind, start if at == first else at, end)))
    yield from sorted(found, key=lambda numbered: numbered[1].start)


def _number(numeral: str) -> int:
    """Return the value of a numeral from 1 to 99, in Chinese or ASCII digits; 0 for anything else."""
    return int(numeral) if numeral.isdecimal() else _NUMBERS.get(numeral, 0)


def _heading_end(body: str, inside: Sequence[int], kind: str, marker: re.Match[str]) -> int | None:
    """Return the end offset of the heading that begins with a marker, white space included; None if it is no heading.

    It ends with its line, or with the first sentence end or white space, whichever comes first; no heading is longer
    than _LONGEST. A marker alone is none.
    """
    text_start, limit = marker.end(), marker.start() + _LONGEST
    line_end = body.find("\n", text_start, limit + 1)
    if line_end > text_start and not any(end in body[text_start:line_end] for end in ENDS):
        below = skip(body, line_end)
        if not _MARKERS[kind].match(body, below):
            return below
    for at in range(text_start, min(limit + 1, len(body))):
        if inside[at]:
            continue
        if body[at] in ENDS:
            return skip(body, at + 1) if at > text_start else None
        if body[at].isspace():
            return _second_part_end(body, at, limit) or skip(body, at) if at > text_start else None
    return None


def _second_part_end(body: str, space: int, limit: int) -> int | None:
    """Return the end of a heading's second half behind white space, as in `一、凝聚共识 共谋发展 各地…，`.

    Return None if there is none: it must be short and without punctuation, on the same line, and prose must follow it.

    Args:
        body: the text.
        space: offset of the white space behind the first half.
        limit: offset behind which no heading may end.
    """
    part = _PART.match(body, space, limit + 1)
    if part is None or any(marker.match(body, part.start(1)) for marker in _MARKERS.values()):
        return None
    below = skip(body, part.end())
    if any(marker.match(body, below) for marker in _MARKERS.values()):
        return None
    following = _WORD.match(body, below, below + _LONGEST_LOOK)
    return below if following and _PROSE.search(following[0]) else None
