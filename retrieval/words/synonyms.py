"""Words that may stand for a word of the question."""

from __future__ import annotations

from functools import cache
from importlib import resources


def synonyms(word: str) -> tuple[str, ...]:
    """Other words that say the same, of two characters or more: a single one stands in too many words."""
    return _groups().get(word, ())


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """For each word the other words of its group; the group that begins with it where it is in several."""
    groups: dict[str, tuple[str, ...]] = {}
    for line in resources.files("retrieval.words").joinpath("synonyms.txt").read_text("utf-8").splitlines():
        words = [] if line.startswith("#") else line.split()
        for word in words:
            others = tuple(other for other in words if other != word and len(other) > 1)
            if word == words[0] or word not in groups:
                groups[word] = others
    return groups
