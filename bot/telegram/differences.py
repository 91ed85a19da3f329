"""What became different between two texts, with the words around it: 总投资200亿元 → 总投资180亿元."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

from bot.telegram.markup import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

Runs: TypeAlias = "list[Run]"

AROUND = 8  # characters on either side
NEAR = 6  # characters between two differences that are shown as one
MOST = 4  # differences; a text that was written anew is shown as a whole
MOST_WHOLE = 150  # characters of each
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|\s+|.", re.DOTALL)


def differences(before: str, after: str) -> list[tuple[Runs, Runs]]:
    """The words that changed, in bold, with some of those around them, on both sides; a figure changes as a whole."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    spans: list[tuple[int, int, int, int]] = []
    for tag, left, right, other_left, other_right in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if spans and left - spans[-1][1] <= NEAR:
            spans[-1] = (spans[-1][0], right, spans[-1][2], other_right)
        else:
            spans.append((left, right, other_left, other_right))
    if len(spans) > MOST:
        return [([Run(_cut(before))], [Run(_cut(after))])]
    return [(_shown(old, left, right), _shown(new, start, end)) for left, right, start, end in spans]


def _shown(tokens: Sequence[str], start: int, end: int) -> Runs:
    first, last = max(0, start - AROUND), min(len(tokens), end + AROUND)
    before, changed, after = ("".join(tokens[a:b]) for a, b in ((first, start), (start, end), (end, last)))
    left, right = "…" if first else "", "…" if last < len(tokens) else ""
    return [Run(left + before), Run(changed, is_bold=True), Run(after + right)]


def _cut(text: str) -> str:
    return text if len(text) <= MOST_WHOLE else f"{text[:MOST_WHOLE]}…"
