"""File names: which files are not part of a corpus, and which ids are made from a name."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from corpus.formats.readers import ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LEFTOVER_ENDINGS = ("~", ".swp", ".bak", ".tmp", ".orig", ".part", ".crdownload")
_OTHER_NAMES = frozenset({"canary.jsonl", "sources.toml", "thumbs.db", "desktop.ini"})


def is_ignored(name: str) -> bool:
    """Return True for a hidden file, an editor's or browser's leftover, and files that describe the corpus (README).

    Args:
        name: without folders; its case doesn't matter.
    """
    lower = name.lower()
    return (
        lower.startswith((".", "~$", "readme", "license"))
        or lower.endswith(_LEFTOVER_ENDINGS)
        or (lower.startswith("#") and lower.endswith("#"))
        or lower in _OTHER_NAMES
    )


def unsupported_ending(name: str) -> str:
    """Return what an UNKNOWN_FORMAT fault shows for a file: its ending (`.pdf`, `.txt.gz`), or its name without one."""
    suffixes = PurePath(name).suffixes
    tail = suffixes[-2:] if suffixes and suffixes[-1].lower() == ".gz" else suffixes[-1:]
    return "".join(tail) or name


def id_prefixes(paths: Iterable[str]) -> Mapping[str, str]:
    """Map each path to the prefix of the ids that are made from places in its file.

    The prefix is the path without its ending. Where two paths differ in nothing but the ending, the later one in path
    order keeps the ending, so that the ids of `news.json` and `news.txt` don't collide.
    """
    prefixes: dict[str, str] = {}
    taken: set[str] = set()
    for path in sorted(paths):
        stem = path[: len(path) - len(ending(path))]
        prefixes[path] = path if stem in taken else stem
        taken.add(prefixes[path])
    return prefixes
