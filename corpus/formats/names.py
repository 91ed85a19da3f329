"""Which file names are articles, which are none of ours, and how a name becomes an id."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENDINGS = (".jsonl.gz", ".jsonl", ".json", ".markdown", ".md", ".txt")
_LEFTOVER_ENDINGS = ("~", ".swp", ".bak", ".tmp", ".orig", ".part", ".crdownload")
_OTHER_NAMES = frozenset({"canary.jsonl", "sources.toml", "thumbs.db", "desktop.ini"})


def ending(name: str) -> str | None:
    """Return the supported ending that a file name has, in lower case, or None."""
    return next((ending for ending in ENDINGS if name.lower().endswith(ending)), None)


def is_ignored(name: str) -> bool:
    """Whether a file or folder is hidden, an editor's leftover, or about the corpus instead of in it."""
    lower = name.lower()
    return (
        lower.startswith((".", "~$", "readme", "license"))
        or lower.endswith(_LEFTOVER_ENDINGS)
        or (lower.startswith("#") and lower.endswith("#"))
        or lower in _OTHER_NAMES
    )


def unknown_ending(name: str) -> str:
    """Return what to tell of a file that no format reads: its ending, or its name where it has none."""
    suffixes = PurePath(name).suffixes
    tail = suffixes[-2:] if suffixes and suffixes[-1].lower() == ".gz" else suffixes[-1:]
    return "".join(tail) or name


def made_names(paths: Iterable[str]) -> Mapping[str, str]:
    """Give each path the name that ids made from places begin with.

    It is the path without its ending; where two files differ in nothing but that, the later in path order keeps it,
    so that `news.json` and `news.txt` don't take each other's ids.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for path in sorted(paths):
        stem = path[: len(path) - len(ending(path) or "")]
        names[path] = path if stem in taken else stem
        taken.add(names[path])
    return names
