"""Splits the running text of a body into sections and paragraphs, without losing a character.

Published bodies are on one line: an introduction, several sections `一、标题。正文` or `一、标题 正文`, and often a
closing passage that is set off only by white space.
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

_AIM = 300  # characters of a paragraph: three or four sentences, which a chat shows without scrolling
_COLUMN = re.compile(r"^\s*【[^】]*】\s*")


def sections(body: str, title: str) -> tuple[Section, ...]:
    """Split a body into sections, whose texts, joined, are the body again; an empty body has none.

    Args:
        body: running text, with line feeds as its only line ends.
        title: the article's title; if the body repeats it at its beginning, that is the heading of the introduction.
    """
    enclosed = inside(body)
    places = breaks(body, enclosed)
    repeat = _repeat(body, title)
    body_headings = headings(body, enclosed, places, repeat)
    closing = _closing(body, places, body_headings)
    spans = [(0, repeat), *((heading.start, heading.end) for heading in body_headings), (closing, closing)]
    result: list[Section] = []
    number = 1
    for (start, below), (end, _) in pairwise([*spans, (len(body), len(body))]):
        texts = _paragraphs(body, below, end, places)
        if start < end:
            result.append(Section(body[start:below], tuple(Paragraph(n, text) for n, text in enumerate(texts, number))))
        number += len(texts)
    return tuple(result)


def _repeat(body: str, title: str) -> int:
    """Return the end offset of the title that the body begins with, following white space included; 0 if it doesn't.

    The title counts with or without its column tag, if white space and further text follow it.
    """
    for headline in (title.strip(), _COLUMN.sub("", title, count=1).strip()):
        match = re.match(rf"\s*{re.escape(headline)}\s+(?=\S)", body) if headline else None
        if match:
            return match.end()
    return 0


def _closing(body: str, breaks: Sequence[Break], headings: Sequence[Heading]) -> int:
    """Return the offset of the passage that closes the article; the end of the body if there is none.

    It begins behind the first white space after a sentence in the last section. There is none if white space stands
    inside an earlier section with a heading, or if there are no headings; white space in the introduction and just
    before or behind a heading does not count.
    """
    spaced = [end.next for end in breaks if headings and end.stop < end.next and end.next > headings[0].end]
    starts = {heading.start for heading in headings} | {heading.end for heading in headings}
    spaced = [at for at in spaced if at not in starts]
    is_last = bool(spaced) and spaced[0] > headings[-1].end
    return spaced[0] if is_last else len(body)


def _paragraphs(body: str, start: int, end: int, breaks: Sequence[Break]) -> list[str]:
    """Split `body[start:end]` at the ends of lines, and long lines also at the ends of sentences; no character is lost.

    Args:
        body: the whole body.
        start: offset of the section's text, behind its heading.
        end: offset of the next section.
        breaks: of the whole body.
    """
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
    """Join the consecutive sentences of a line to paragraphs of about equal length, close to `_AIM`."""
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
