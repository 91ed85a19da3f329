"""What changed between two versions of a sentence, word by word, for the alert about a correction."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

from bot.telegram.wire.markup import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

Runs: TypeAlias = "list[Run]"

AROUND = 8  # tokens shown on either side of a difference
NEAR = 6  # tokens between two differences that are shown as one
MOST = 4  # differences; a text with more is shown as a whole
MOST_WHOLE = 150  # characters of such a text
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|\s+|.", re.DOTALL)


def differences(before: str, after: str) -> list[tuple[Runs, Runs]]:
    """Return each difference as (old, new), the changed words in bold with up to AROUND tokens on either side.

    A number changes as a whole: **200** → **180**, not 2**0**0 → 1**8**0. Differences at most NEAR tokens apart are
    joined. They are in order of the text; empty if both are the same. Where there are more than MOST of them, the
    beginnings of both texts, with nothing in bold, are returned as the only one.
    """
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
    """Return tokens[start:end] in bold, with some tokens around them; … where the text is cut."""
    first, last = max(0, start - AROUND), min(len(tokens), end + AROUND)
    before, changed, after = ("".join(tokens[a:b]) for a, b in ((first, start), (start, end), (end, last)))
    left, right = "…" if first else "", "…" if last < len(tokens) else ""
    return [Run(left + before), Run(changed, is_bold=True), Run(after + right)]


def _cut(text: str) -> str:
    """Return a text as it is, or its first MOST_WHOLE characters and an ellipsis."""
    return text if len(text) <= MOST_WHOLE else f"{text[:MOST_WHOLE]}…"
