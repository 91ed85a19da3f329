"""How often words occur in general Chinese: jieba's dictionary and words of our own, in memory or mapped from a file.

jieba asks its dictionary three things: `get`, `in` and `[]`, of words and of their beginnings. A dict of half a
million of them takes 0.4 s and 60 MB to make; a question needs a hundred. So they are kept in a file of our own:

    crc32 of the rest, how many (n), sum of all frequencies      =IIq, in this machine's byte order
    ids of the words and beginnings, ascending                   n · uint64
    their frequencies, 0 for a mere beginning                    n · int32
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import mmap
import struct
import sys
import tempfile
import warnings
import zlib
from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

VERSION = 1  # of the file; raise it whenever what is written changes
REMEMBERED = 1024  # jieba asks up to three times for each fragment: 100 characters take 0.55 ms for 0.83, then 0.4
_HEADER = struct.Struct("=IIq")


class Frequencies(Protocol):
    """What jieba asks of its dictionary; 0 for what only begins a word, None or KeyError for what does not."""

    def get(self, word: str, /) -> int | None:
        """The frequency, or None."""

    def __getitem__(self, word: str, /) -> int: ...

    def __contains__(self, word: object, /) -> bool: ...


class Tokenizer(Protocol):
    """What we use of `jieba.Tokenizer`."""

    FREQ: Frequencies
    total: int
    initialized: bool

    def lcut(self, text: str, /) -> list[str]:
        """The words of a text; together they are the text."""

    def add_word(self, word: str, /) -> None:
        """Add a word with the least frequency that keeps it whole."""


class FrequencyTable:
    """Frequencies looked up by the word's id in two sorted arrays; safe to read from any thread, never changed."""

    def __init__(self, ids: memoryview[int], frequencies: memoryview[int]) -> None:
        @lru_cache(REMEMBERED)
        def find(word: str) -> int | None:
            wanted = _word_id(word)
            at = bisect_left(ids, wanted)
            return frequencies[at] if at < len(ids) and ids[at] == wanted else None

        self._find = find

    def get(self, word: str, /) -> int | None:
        """The frequency, or None."""
        return self._find(word)

    def __getitem__(self, word: str, /) -> int:
        frequency = self._find(word)
        if frequency is None:
            raise KeyError(word)
        return frequency

    def __contains__(self, word: object, /) -> bool:
        return isinstance(word, str) and self._find(word) is not None


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The frequencies and their sum."""

    frequencies: Frequencies
    total: int

    @property
    def is_in_memory(self) -> bool:
        """Whether millions of look-ups are fast."""
        return isinstance(self.frequencies, dict)

    def share(self, word: str) -> float:
        """A word's share of all words; 0 if unknown."""
        return (self.frequencies.get(word) or 0) / self.total

    def tokenizer(self) -> Tokenizer:
        """A tokenizer of jieba's with these words; it neither reads a dictionary nor writes a cache."""
        tokenizer: Tokenizer = _import_jieba().Tokenizer()
        tokenizer.FREQ, tokenizer.total, tokenizer.initialized = self.frequencies, self.total, True
        return tokenizer


def read_dictionary(words: Iterable[str]) -> Dictionary:
    """The words of jieba's dictionary and some of our own, in memory."""
    with dictionary_file().open("rb") as file:
        frequencies, total = _import_jieba().Tokenizer.gen_pfdict(file)
    tokenizer = Dictionary(frequencies, total).tokenizer()
    for word in words:
        tokenizer.add_word(word)
    return Dictionary(tokenizer.FREQ, tokenizer.total)


def open_dictionary(folder: Path, words: Iterable[str]) -> Dictionary:
    """The same, mapped from a file in a folder.

    Where the file is missing or damaged it is written, for the next start; this process has the words in memory then
    and goes on with them. It does so too where the folder cannot be written.
    """
    words = tuple(words)
    path = folder / _file_name(words)
    try:
        return _open(path)
    except (OSError, ValueError):
        dictionary = read_dictionary(words)
        with suppress(OSError):
            _write(path, dictionary)
        return dictionary


def _open(path: Path) -> Dictionary:
    with path.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if len(mapped) < _HEADER.size:
        raise ValueError(f"{path}: too short")
    checksum, count, total = _HEADER.unpack_from(mapped)
    frequencies = _HEADER.size + 8 * count
    if len(mapped) != frequencies + 4 * count or zlib.crc32(mapped[4:]) != checksum:  # 1 ms
        raise ValueError(f"{path}: damaged")
    table = FrequencyTable(mapped[_HEADER.size : frequencies].cast("Q"), mapped[frequencies:].cast("i"))
    return Dictionary(table, total)


def _write(path: Path, dictionary: Dictionary) -> None:
    """Write a dictionary that is in memory: to a file of its own, renamed when it is whole."""
    words = cast("dict[str, int]", dictionary.frequencies)
    ids = np.fromiter((_word_id(word) for word in words), np.uint64, len(words))
    frequencies = np.fromiter(words.values(), np.int32, len(words))
    order = np.argsort(ids)
    content = _HEADER.pack(0, len(words), dictionary.total)[4:] + ids[order].tobytes() + frequencies[order].tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".tmp", delete=False) as file:
        try:
            file.write(struct.pack("=I", zlib.crc32(content)) + content)
            file.close()
            Path(file.name).replace(path)
        except BaseException:
            file.close()
            Path(file.name).unlink(missing_ok=True)
            raise


def _file_name(words: tuple[str, ...]) -> str:
    """A name that changes with whatever the content depends on."""
    version, size = _import_jieba().__version__, dictionary_file().stat().st_size
    depends_on = "\0".join([str(VERSION), sys.byteorder, version, str(size), *words])
    return f"frequencies-{hashlib.blake2b(depends_on.encode(), digest_size=8).hexdigest()}.bin"


def _word_id(word: str) -> int:
    """A word as 64 bits: an unknown one passes for one of half a million with a probability of 3 · 10⁻¹⁴."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def dictionary_file() -> Path:
    """Where jieba's dictionary stands: a word a line, with its frequency and its part of speech."""
    return Path(str(_import_jieba().__file__)).with_name("dict.txt")


@cache
def _import_jieba() -> Any:
    """Import jieba, which has no types, without what its import would do besides.

    It looks for pkg_resources, which takes 0.3 s and warns, and which is needed for nothing that we use; and where it
    was not compiled yet, its escape sequences are warned of, on standard error or, in a test, as an error.
    """
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    is_hidden = "pkg_resources" not in modules
    if is_hidden:
        modules["pkg_resources"] = None  # makes its import fail at once
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            jieba: Any = importlib.import_module("jieba")
    finally:
        if is_hidden:
            del modules["pkg_resources"]
    jieba.setLogLevel(logging.WARNING)
    return jieba


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
