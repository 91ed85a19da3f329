"""Keeps a cache folder from growing: removes libraries that nobody uses, and what killed builds left behind."""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import contextmanager, suppress
from itertools import accumulate
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = 12  # libraries; the longest unused go first
ALWAYS_KEPT = 3  # whatever their size: what serves, what is gone back to, what comes
KEPT_BYTES = 10 * 2**30  # of all that are kept beyond those; one of a million paragraphs has 3 GB
NAME = re.compile(r"[0-9a-f]{32}")  # of a library's folder: a digest
BUILDING = "building-"  # begins the name of a folder that is being built
NOTES = "manifests"  # the folder of notes that say which library fits which state of which corpus
LEFT_BEHIND_SECONDS = 24 * 3600  # no build takes that long
YOUNG_SECONDS = 60  # a folder that was just made may not be locked yet
MOST_NOTES = 200  # of which library fits which state of which corpus


def prune(cache: Path) -> None:
    """Remove the longest unused libraries."""
    libraries = [folder for folder in cache.iterdir() if folder.is_dir() and NAME.fullmatch(folder.name)]
    libraries.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    sizes = list(accumulate(sum(file.stat().st_size for file in folder.iterdir()) for folder in libraries))
    kept = min(KEPT, max(ALWAYS_KEPT, sum(size <= KEPT_BYTES for size in sizes)))
    for folder in libraries[kept:]:
        shutil.rmtree(folder, ignore_errors=True)
    notes = sorted((cache / "manifests").glob("*.json"), key=lambda note: note.stat().st_mtime, reverse=True)
    for note in notes[MOST_NOTES:]:
        note.unlink(missing_ok=True)


def remove_abandoned_builds(cache: Path) -> None:
    """Remove what builds left behind that were killed: before another one, which needs the room."""
    now = time.time()
    for folder in cache.glob(f"{BUILDING}*"):
        with suppress(OSError):
            age = now - folder.stat().st_mtime
            if age > YOUNG_SECONDS:
                with locked(folder) as is_abandoned:
                    if is_abandoned or age > LEFT_BEHIND_SECONDS:
                        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Show others that this process works here, and tell whether nobody else does, as far as one can know."""
    if fcntl is None:
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield _take(handle)
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    """Whether a lock could be had: a process that is killed gives back its own."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another has it, or the disk is of another machine and knows none
        return False
    return True
