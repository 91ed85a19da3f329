"""Eviction: removes the least recently used libraries of a cache folder, and what killed builds left behind."""

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

KEPT = 12  # libraries at most; the least recently used are removed
ALWAYS_KEPT = 3  # whatever their size: the current one, the one to roll back to, the next one
KEPT_BYTES = (
    10 * 2**30
)  # of all that are kept, unless ALWAYS_KEPT have more; a library of a million paragraphs has 3 GB
NAME = re.compile(r"[0-9a-f]{32}")  # of a library's folder: a digest
BUILDING = "building-"  # prefix of the folder of a library that is being built
NOTES = "manifests"  # the folder of `corpus_notes`
LEFT_BEHIND_SECONDS = 24 * 3600  # no build takes that long
YOUNG_SECONDS = 60  # the folder of a build that has just started may not be locked yet
MOST_NOTES = 200


def prune(cache: Path) -> None:
    """Remove the least recently used libraries, and the oldest notes above MOST_NOTES.

    The ALWAYS_KEPT last used ones are kept in any case, and up to KEPT while all together have at most KEPT_BYTES.
    Errors of removing a library are ignored.

    Raises:
        OSError: another process removes the same at the same time, or the folder cannot be read.
    """
    libraries = [folder for folder in cache.iterdir() if folder.is_dir() and NAME.fullmatch(folder.name)]
    libraries.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    sizes = list(accumulate(sum(file.stat().st_size for file in folder.iterdir()) for folder in libraries))
    kept = min(KEPT, max(ALWAYS_KEPT, sum(size <= KEPT_BYTES for size in sizes)))
    for folder in libraries[kept:]:
        shutil.rmtree(folder, ignore_errors=True)
    notes = sorted((cache / NOTES).glob("*.json"), key=lambda note: note.stat().st_mtime, reverse=True)
    for note in notes[MOST_NOTES:]:
        note.unlink(missing_ok=True)


def remove_abandoned_builds(cache: Path) -> None:
    """Remove the folders of builds that were killed, before another build, which needs the space.

    A folder is abandoned if its lock is free, or, since not every disk has locks, if it is LEFT_BEHIND_SECONDS old.
    Folders of up to YOUNG_SECONDS, and those that cannot be read or removed, are left.
    """
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
    """Try to lock a folder for the time of the context, without waiting, and yield whether this process has the lock.

    The system releases the lock of a process that is killed. False if another process has it, and where locks don't
    exist: on Windows and on some network disks.

    Raises:
        OSError: the folder cannot be opened.
    """
    if fcntl is None:
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_locked = True
        except OSError:
            is_locked = False
        yield is_locked
    finally:
        os.close(handle)
