"""Normalises texts while keeping offsets, and splits them into sentences; all comparisons of texts use this."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

_LONG_LINE = 20  # characters; a longer line without a final mark is taken for a wrapped one
_PROTECTED = r"《[^《》\n]{0,60}》|（[^（）\n]{0,60}）|\([^()\n]{0,60}\)"
_END = r"[。！？!?]+[”’」』）)\]】\"']*"
_SENTENCE_END = re.compile(rf"(?P<protected>{_PROTECTED})|(?P<end>{_END})|(?P<line>\n+)")
_FINAL_MARK = re.compile(r"[。！？!?；;：:，,、”’」』\"]\s*$")


class _Folding(dict[int, str]):
    """A table for `str.translate` that applies NFKC and lower case, filled when a code point first occurs."""

    def __init__(self) -> None:
        super().__init__()
        self.resizing: set[str] = set()  # characters that become none or several

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).lower()
        if unicodedata.category(character) in ("Cf", "Cs"):  # zero-width and direction marks would prevent a match
            folded = ""
        if len(folded) != 1:
            self.resizing.add(character)
        self[code] = folded
        return folded


_FOLDING = _Folding()


@dataclass(frozen=True, slots=True)
class Normalized:
    """A normalised text, with the origin of each character."""

    #: NFKC, in lower case and Simplified Chinese
    text: str
    #: the offset in the original of each character of `text`, then the original's length; None if all offsets are equal
    offsets: tuple[int, ...] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original from which `text[start:end]` was made; an empty span for an empty one."""
        if self.offsets is None or start >= end:
            return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[start])
        last = self.offsets[end - 1]
        while end < len(self.offsets) and self.offsets[end] == last:
            end += 1
        return self.offsets[start], self.offsets[end] if end < len(self.offsets) else last + 1


def normalize(text: str) -> Normalized:
    """Normalise a text to NFKC, lower case and Simplified Chinese, keeping the origin of every character.

    Zero-width and direction marks and lone surrogates are dropped. White space stays.
    """
    folded = text.translate(_FOLDING)
    offsets: tuple[int, ...] | None = None
    if not _FOLDING.resizing.isdisjoint(text):
        offsets = (*(i for i, c in enumerate(text) for _ in _FOLDING[ord(c)]), len(text))
    return Normalized(_simplified(folded), offsets)


def _simplified(text: str) -> str:
    """Convert Traditional to Simplified, by phrase if that keeps the length, otherwise by character.

    The length never changes.
    """
    if text.isascii():
        return text
    converted: str = converter("t2s").convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_simplified_character(character) for character in text)


@cache
def _simplified_character(character: str) -> str:
    """Convert one character to Simplified; return it unchanged if it would become several."""
    converted: str = converter("t2s").convert(character)
    return converted if len(converted) == 1 else character


@cache
def converter(configuration: str) -> opencc.OpenCC:
    """Return OpenCC's converter for a configuration (`t2s`, `s2t`), loaded once."""
    from opencc import OpenCC  # takes 30 ms, so it is imported with the first text

    return OpenCC(configuration)


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the sentences of a text as spans (start, end) in order, without the white space around them.

    A sentence ends at 。！？ with the quotes and brackets that close there, but not inside 《》 or （）. It also ends
    at a line break, unless the line is long and has no final mark, so that it was only wrapped. Every character except
    white space belongs to exactly one sentence; blank text has none.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        line = max(start, text.rfind("\n", start, match.start()) + 1)
        if match["protected"] or (match["line"] and _is_wrapped(text[line : match.start()], match["line"])):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    trimmed = (_trim(text, start, end) for start, end in spans)
    return tuple((start, end) for start, end in trimmed if start < end)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence that contains `text[start:end]`, or of all that overlap it.

    Where no sentence does, in white space, (start, end) itself is returned.
    """
    spans = [span for span in sentences(text) if span[0] < end and start < span[1]]
    return (spans[0][0], spans[-1][1]) if spans else (start, end)


def _is_wrapped(line: str, breaks: str) -> bool:
    """Return True if a line was only wrapped: it is long, has no final mark, and a single line break follows."""
    return len(breaks) == 1 and len(line.strip()) > _LONG_LINE and not _FINAL_MARK.search(line)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at both ends; its start is not below its end if all is white space."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
