"""Synonyms: words that may stand in an article in place of a word of the question."""

from __future__ import annotations

from functools import cache
from importlib import resources


def synonyms(word: str) -> tuple[str, ...]:
    """Return the synonyms of a word that have two characters or more: a single character occurs in too many words.

    The word itself is left out; a word without synonyms gives an empty tuple.
    """
    return _groups().get(word, ())


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Return the other words of each word's group; for a word in several groups, of the group that starts with it.

    If none starts with it, its first group counts.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for line in resources.files("retrieval.words").joinpath("synonyms.txt").read_text("utf-8").splitlines():
        words = [] if line.startswith("#") else line.split()
        for word in words:
            others = tuple(other for other in words if other != word and len(other) > 1)
            if word == words[0] or word not in groups:
                groups[word] = others
    return groups
