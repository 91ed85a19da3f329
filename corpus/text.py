"""Normalising with offsets kept, and sentences as spans: what every comparison of texts rests on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

_LONG_LINE = 20  # characters; a longer line without a final mark was wrapped, not ended
_PROTECTED = r"《[^《》\n]{0,60}》|（[^（）\n]{0,60}）|\([^()\n]{0,60}\)"
_END = r"[。！？!?]+[”’」』）)\]】\"']*"
_SENTENCE_END = re.compile(rf"(?P<protected>{_PROTECTED})|(?P<end>{_END})|(?P<line>\n+)")
_FINAL_MARK = re.compile(r"[。！？!?；;：:，,、”’」』\"]\s*$")


class _Folding(dict[int, str]):
    """NFKC and lower case for each code point, worked out when it is first met (for `str.translate`)."""

    def __init__(self) -> None:
        super().__init__()
        self.resizing: set[str] = set()  # characters that fold to none or to several

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).lower()
        if unicodedata.category(character) in ("Cf", "Cs"):  # zero-width and direction marks hide a match
            folded = ""
        if len(folded) != 1:
            self.resizing.add(character)
        self[code] = folded
        return folded


_FOLDING = _Folding()


@dataclass(frozen=True, slots=True)
class Normalized:
    """A text made comparable, and where each of its characters came from.

    Attributes:
        text: NFKC, lower case, Traditional characters turned Simplified.
        offsets: for each character of `text` its offset in the original, and at the end the original's
            length; None where both have the same characters in the same places.
    """

    text: str
    offsets: tuple[int, ...] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text from which `text[start:end]` was made."""
        if self.offsets is None or start >= end:
            return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[start])
        last = self.offsets[end - 1]
        while end < len(self.offsets) and self.offsets[end] == last:
            end += 1
        return self.offsets[start], self.offsets[end] if end < len(self.offsets) else last + 1


def normalize(text: str) -> Normalized:
    """Make a text comparable: NFKC, lower case, Simplified; every character keeps its origin."""
    folded = text.translate(_FOLDING)
    offsets: tuple[int, ...] | None = None
    if not _FOLDING.resizing.isdisjoint(text):
        offsets = (*(i for i, c in enumerate(text) for _ in _FOLDING[ord(c)]), len(text))
    return Normalized(_simplified(folded), offsets)


def _simplified(text: str) -> str:
    """Traditional to Simplified, keeping the length: by phrase where that does, else by character."""
    if text.isascii():
        return text
    converted: str = converter("t2s").convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_simplified_character(character) for character in text)


@cache
def _simplified_character(character: str) -> str:
    converted: str = converter("t2s").convert(character)
    return converted if len(converted) == 1 else character


@cache
def converter(configuration: str) -> opencc.OpenCC:
    """OpenCC's converter, loaded once for each of its configurations (`t2s`, `s2t`)."""
    from opencc import OpenCC  # 30 ms: only when the first text is compared

    return OpenCC(configuration)


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text as spans (start, end) without the white space around them.

    A sentence ends at 。！？ with the quotes and brackets that close there, never inside 《》 or （）, and at a
    line break, unless a long line without a final mark shows that the line was only wrapped. All characters
    but white space belong to exactly one sentence.
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
    """The sentence that holds `text[start:end]`, as a span; from the first to the last where several do."""
    held = [span for span in sentences(text) if span[0] < end and start < span[1]]
    return (held[0][0], held[-1][1]) if held else (start, end)


def _is_wrapped(line: str, breaks: str) -> bool:
    return len(breaks) == 1 and len(line.strip()) > _LONG_LINE and not _FINAL_MARK.search(line)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
