"""The lexicon: frequencies of words in general Chinese, and their parts of speech, from jieba's dictionary.

jieba calls three methods of its dictionary: `get`, `in` and `[]`, with words and with prefixes of words. A dict of half
a million of them takes 0.4 s and 60 MB to make; a question needs a hundred. Therefore they are kept in a file:

    crc32 of the rest, number of entries (n), sum of all frequencies     =IIq, in this machine's byte order
    ids of the words and prefixes, ascending                             n · uint64
    their frequencies, 0 for what is only a prefix                       n · int32
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
CACHED_FREQUENCIES = 1024  # jieba asks up to three times a fragment: 100 characters take 0.55 ms for 0.83, then 0.4
CACHED_CLASSES = 4096  # words: the questions of a chat repeat them
_HEADER = struct.Struct("=IIq")


class Frequencies(Protocol):
    """The methods of jieba's dictionary that jieba calls; the frequency of what is only a prefix of a word is 0."""

    def get(self, word: str, /) -> int | None:
        """Return the frequency; None for what is neither a word nor a prefix of one."""

    def __getitem__(self, word: str, /) -> int: ...

    def __contains__(self, word: object, /) -> bool: ...


class Tokenizer(Protocol):
    """The part of `jieba.Tokenizer` that is used here."""

    FREQ: Frequencies
    total: int
    initialized: bool

    def lcut(self, text: str, /) -> list[str]:
        """Split a text into words; joined they are the text."""

    def add_word(self, word: str, /) -> None:
        """Add a word with the lowest frequency at which it isn't split."""


class FrequencyTable:
    """Frequencies that are looked up by the word's id with binary search; immutable and thread-safe.

    Args:
        ids: of the words and prefixes, ascending.
        frequencies: one for each id.
    """

    def __init__(self, ids: memoryview[int], frequencies: memoryview[int]) -> None:
        @lru_cache(CACHED_FREQUENCIES)
        def find(word: str) -> int | None:
            wanted = _word_id(word)
            place = bisect_left(ids, wanted)
            return frequencies[place] if place < len(ids) and ids[place] == wanted else None

        self._find = find

    def get(self, word: str, /) -> int | None:
        """Return the frequency; None for what is neither a word nor a prefix of one."""
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
    """The frequencies of words, and their sum."""

    frequencies: Frequencies
    total: int

    @property
    def is_in_memory(self) -> bool:
        """Whether the frequencies are a dict, fast enough for millions of look-ups."""
        return isinstance(self.frequencies, dict)

    def share(self, word: str) -> float:
        """Return a word's share of all words, 0..1; 0 if it is unknown or only a prefix of words."""
        return (self.frequencies.get(word) or 0) / self.total

    def tokenizer(self) -> Tokenizer:
        """Return a tokenizer of jieba with these words; it neither reads a dictionary file nor writes a cache.

        The two share `frequencies`: a word that is added to the tokenizer is added to a dict here too.
        """
        tokenizer: Tokenizer = _import_jieba().Tokenizer()
        tokenizer.FREQ, tokenizer.total, tokenizer.initialized = self.frequencies, self.total, True
        return tokenizer


def read_dictionary(words: Iterable[str]) -> Dictionary:
    """Read the words of jieba's dictionary into memory as a dict, and add some others.

    Each of `words` gets the lowest frequency at which jieba doesn't split it.
    """
    with dictionary_file().open("rb") as file:
        frequencies, total = _import_jieba().Tokenizer.gen_pfdict(file)
    tokenizer = Dictionary(frequencies, total).tokenizer()
    for word in words:
        tokenizer.add_word(word)
    return Dictionary(tokenizer.FREQ, tokenizer.total)


def open_dictionary(folder: Path, words: Iterable[str]) -> Dictionary:
    """Return the dictionary of `read_dictionary`, but mapped from a file in a folder, which is faster.

    If the file is missing or damaged, the dictionary is read into memory and returned, and the file is written for the
    next start. A folder that is missing is created; one that cannot be written is no error.

    Args:
        folder: for the file, whose name depends on the words and on jieba's version.
        words: added to jieba's own, as in `read_dictionary`.
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
    """Map a dictionary from its file.

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: the file is damaged.
    """
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
    """Write a dictionary to a file atomically: to a temporary file beside it, which is renamed when it is complete.

    Args:
        path: the file; its folder is created if it is missing.
        dictionary: one whose frequencies are a dict (`is_in_memory`).

    Raises:
        OSError: the file cannot be written; the temporary one is removed.
    """
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
    """Return the name of the file: it holds a digest of everything that the content depends on."""
    version, size = _import_jieba().__version__, dictionary_file().stat().st_size
    key = "\0".join([str(VERSION), sys.byteorder, version, str(size), *words])
    return f"frequencies-{hashlib.blake2b(key.encode(), digest_size=8).hexdigest()}.bin"


def _word_id(word: str) -> int:
    """Return a hash of 64 bits: an unknown word collides with one of half a million with a probability of 3 · 10⁻¹⁴."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def dictionary_file() -> Path:
    """Return the path of jieba's dictionary: a word a line, with its frequency and its part of speech."""
    return Path(str(_import_jieba().__file__)).with_name("dict.txt")


@cache
def _import_jieba() -> Any:
    """Import jieba, which has no types, without the side effects of its import; it logs only warnings from then on.

    jieba imports pkg_resources, which takes 0.3 s and warns, for nothing that is used here. And if its bytecode isn't
    cached yet, Python warns of its escape sequences: on standard error, or in a test as an error.
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


@lru_cache(CACHED_CLASSES)
def word_class(word: str) -> str:
    """Return the part-of-speech tag of a word in jieba's dictionary (n, nr, v, vn, p …); empty for an unknown word.

    The Chinese words are sorted by their bytes, so a binary search reads some twenty lines: 25 µs, and no word in
    memory. Some twenty words are out of order; they and words in Latin letters may not be found.
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
    """Return the part of speech without its subclass: v for vn, nr for nrt; ns, nt and nz stay; empty if unknown."""
    tag = word_class(word)
    if tag.startswith("nr"):
        return "nr"
    return tag if tag in _NAMES else tag[:1]


@cache
def _entries() -> tuple[mmap.mmap, int]:
    """Map jieba's dictionary, and return it with the offset in bytes of 一, the first Chinese word."""
    with dictionary_file().open("rb") as file:
        entries = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return entries, max(entries.find("\n一 ".encode()) + 1, 0)
