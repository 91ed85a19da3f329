"""Finds where a body may be cut: behind sentences and blocks, but not inside quotation marks or brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ENDS = "。！？!?…"  # of sentences
_LONGEST_QUOTE = 500  # characters; marks further apart are taken for two unpaired marks
_CLOSERS = '”’」』）)】》"'
_BREAK = re.compile(rf"[{ENDS}]+|\n[^\S\n]*\n\s*")  # sentence ends and blank lines
_SPACE = re.compile(r"\s*")
_OPENERS = {"”": "“", "’": "‘", "」": "「", "』": "『", "）": "（", ")": "(", "】": "【", "》": "《"}
_MARK = re.compile("[“”‘’「」『』（）()【】《》]")


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a sentence or block and the start of the next, as offsets; white space may stand between."""

    stop: int
    next: int
    is_line: bool  # True if a line ends here too


def breaks(body: str, inside: Sequence[int]) -> list[Break]:
    """Return the breaks of a body in order; closing marks belong to the sentence before them.

    The start and the end of the body are no breaks.

    Args:
        body: running text, with line feeds as its only line ends.
        inside: what the function `inside` returns for the body; no break is where it is above 0.
    """
    result: list[Break] = []
    for match in _BREAK.finditer(body):
        stop = match.start() if match[0].startswith("\n") else match.end()
        while body[stop : stop + 1] in _CLOSERS and (inside[stop] or body[stop : stop + 1] != '"') and stop < len(body):
            stop += 1
        following = skip(body, stop)
        if not inside[stop] and 0 < following < len(body) and (not result or result[-1].next < following):
            result.append(Break(stop, following, "\n" in body[stop:following]))
    return result


def inside(body: str) -> Sequence[int]:
    """Return for each offset i how many pairs of quotation marks or brackets are open between body[i - 1] and body[i].

    The result has len(body) + 2 entries. Pairs over _LONGEST_QUOTE apart don't count.
    """
    changes = [0] * (len(body) + 2)
    for start, end in _quotes(body):
        if end - start <= _LONGEST_QUOTE:
            changes[start + 1] += 1
            changes[end + 1] -= 1
    return list(accumulate(changes))


def _quotes(body: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets (opening mark, closing mark) of each pair, also of nested pairs; unpaired marks are ignored.

    Straight marks open and close alike, so they are paired within their line, and only if their number is even.
    """
    opened: dict[str, list[int]] = {opener: [] for opener in _OPENERS.values()}
    for match in _MARK.finditer(body):
        if match[0] in opened:
            opened[match[0]].append(match.start())
        elif places := opened[_OPENERS[match[0]]]:
            yield places.pop(), match.start()
    for line in re.finditer(r"[^\n]+", body):
        places = [line.start() + at.start() for at in re.finditer('"', line[0])]
        if len(places) % 2 == 0:
            yield from zip(places[::2], places[1::2], strict=True)


def skip(body: str, position: int) -> int:
    """Return the offset of the first character from `position` on that isn't white space; len(body) if none."""
    match = _SPACE.match(body, position)
    return match.end() if match else position
