"""How the running text of a body falls into sections and paragraphs, of which no character is lost.

Published bodies come on one line: an introduction, `一、标题。正文` or `一、标题 正文` again and again, and often a
closing passage that only white space sets off.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.breaks import Break, breaks, inside
from corpus.headings import headings
from corpus.model import Paragraph, Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.headings import Heading

_AIM = 300  # characters of a paragraph: three or four sentences, what a chat shows without scrolling
_COLUMN = re.compile(r"^\s*【[^】]*】\s*")


def sections(body: str, title: str) -> tuple[Section, ...]:
    """Split a body; the texts of the sections, joined, are the body.

    Args:
        body: running text, with line feeds as its only line ends.
        title: the article's; where the body begins by repeating it, that is the heading of the introduction.
    """
    enclosed = inside(body)
    places = breaks(body, enclosed)
    repeat = _repeat(body, title)
    found = headings(body, enclosed, places, repeat)
    closing = _closing(body, places, found)
    spans = [(0, repeat), *((heading.start, heading.end) for heading in found), (closing, closing)]
    made: list[Section] = []
    number = 1
    for (start, below), (end, _) in pairwise([*spans, (len(body), len(body))]):
        texts = _paragraphs(body, below, end, places)
        if start < end:
            made.append(Section(body[start:below], tuple(Paragraph(n, text) for n, text in enumerate(texts, number))))
        number += len(texts)
    return tuple(made)


def _repeat(body: str, title: str) -> int:
    """Return where the title that the body begins with ends, white space included; 0 if there is none."""
    for headline in (title.strip(), _COLUMN.sub("", title, count=1).strip()):
        match = re.match(rf"\s*{re.escape(headline)}\s+(?=\S)", body) if headline else None
        if match:
            return match.end()
    return 0


def _closing(body: str, breaks: Sequence[Break], headings: Sequence[Heading]) -> int:
    """Return where the passage that closes the article begins; its end if there is none.

    White space sets it off in the last section. Where it also stands inside the sections before, it means nothing.
    """
    spaced = [end.next for end in breaks if headings and end.stop < end.next and end.next > headings[0].end]
    starts = {heading.start for heading in headings} | {heading.end for heading in headings}
    spaced = [at for at in spaced if at not in starts]
    is_last = bool(spaced) and spaced[0] > headings[-1].end
    return spaced[0] if is_last else len(body)


def _paragraphs(body: str, start: int, end: int, breaks: Sequence[Break]) -> list[str]:
    """Cut at ends of lines, and what is long also at ends of sentences."""
    texts: list[str] = []
    sentences: list[str] = []
    first = bisect_right(breaks, start, key=lambda place: place.next)
    last = bisect_left(breaks, end, key=lambda place: place.next)
    for place in [*breaks[first:last], Break(end, end, is_line=True)]:
        sentences.append(body[start : place.next])
        start = place.next
        if place.is_line:
            texts.extend(_packed(sentences))
            sentences = []
    return texts


def _packed(sentences: Sequence[str]) -> Iterator[str]:
    """Join sentences to paragraphs of about the same length, as near to the aim as that allows."""
    length = sum(map(len, sentences))
    aim = length / max(1, round(length / _AIM))
    paragraph = ""
    for sentence in sentences:
        if paragraph and len(paragraph) + len(sentence) / 2 > aim:
            yield paragraph
            paragraph = ""
        paragraph += sentence
    if paragraph:
        yield paragraph
