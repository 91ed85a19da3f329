"""What part of speech a word is, as jieba's dictionary has it."""

from __future__ import annotations

import mmap
from functools import cache, lru_cache

from retrieval.frequencies import dictionary_file

_NAMES = frozenset({"ns", "nt", "nz"})
REMEMBERED = 4096  # words: a chat says the same ones again


@lru_cache(REMEMBERED)
def word_class(word: str) -> str:
    """The tag that jieba gives a word (n, nr, v, vn, p …); empty where its dictionary does not have the word.

    The Chinese words stand in the order of their bytes, so that looking into some twenty lines is enough: 25 µs, and
    no word in memory. Some twenty words stand out of order, and they and those in Latin letters may not be found.
    """
    (entries, low), wanted = _entries(), word.encode("utf-8", "replace")
    high = len(entries)
    while low < high:
        start = max(low, entries.rfind(b"\n", low, (low + high) // 2) + 1)
        end = entries.find(b"\n", start, high)
        end = high if end < 0 else end
        name, _, tag = entries[start:end].split(b" ")
        if name == wanted:
            return tag.decode()
        low, high = (end + 1, high) if name < wanted else (low, start)
    return ""


def part_of_speech(word: str) -> str:
    """The class of a word without what tells verbs that are nouns, or names of one kind, apart: vn is v, nrt is nr."""
    tag = word_class(word)
    if tag.startswith("nr"):
        return "nr"
    return tag if tag in _NAMES else tag[:1]


@cache
def _entries() -> tuple[mmap.mmap, int]:
    """The dictionary, a word a line with its frequency and its tag, and where 一 stands, the first Chinese word."""
    with dictionary_file().open("rb") as file:
        entries = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return entries, max(entries.find("\n一 ".encode()) + 1, 0)
