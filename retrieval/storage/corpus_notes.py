"""Notes that say which library fits a corpus in some state, so that a start doesn't have to read the corpus."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from retrieval.storage.eviction import NAME, NOTES


def read_note(cache: Path, key: str) -> str:
    """Return the name of the library that a note names; empty if the note is missing or damaged, or names none.

    The library itself may be gone.

    Args:
        cache: the folder of libraries.
        key: the digest of the corpus's state.
    """
    try:
        name = str(json.loads(_path(cache, key).read_text("utf-8"))["library"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
    return name if NAME.fullmatch(name) else ""


def write_note(cache: Path, key: str, name: str) -> None:
    """Write a note, replacing an older one in one step; the folder of notes is created, the cache must exist.

    Args:
        cache: the folder of libraries.
        key: the digest of the corpus's state.
        name: the library's name.

    Raises:
        OSError: it cannot be written.
    """
    path = _path(cache, key)
    path.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", delete=False) as file:
        json.dump({"library": name}, file)
    Path(file.name).replace(path)


def _path(cache: Path, key: str) -> Path:
    """Return the path of the note of a key."""
    return cache / NOTES / f"{key}.json"
