"""Finds the article files of a corpus, and tells from their sizes and times whether they changed."""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import CorpusNotFound, Fault, FaultCode
from corpus.formats.names import is_ignored, unsupported_ending
from corpus.formats.readers import Reader, reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE_TAG = "CACHEDIR.TAG"  # marks a folder as a program's cache (bford.info/cachedir), which holds no articles
QUIET_SECONDS = 2.0  # a file that changed more recently than this may still be being written
STABLE_TIMEOUT_SECONDS = 60.0  # that `wait_until_stable` waits for files that are being copied


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file of a corpus whose ending is known."""

    #: relative to the corpus, with `/`; always valid UTF-8, so it may differ from `path`
    shown: str
    path: Path
    reader: Reader


@dataclass(frozen=True, slots=True)
class FileListing:
    """The article files of a corpus, and faults for entries that can't be read as such."""

    files: tuple[ArticleFile, ...]  # in order of `shown`
    faults: tuple[Fault, ...]  # in order of path: UNKNOWN_FORMAT, OUTSIDE and UNREADABLE


def list_files(path: Path) -> FileListing:
    """List a corpus: the files below a folder that are not ignored, or the file `path` itself, whatever its name.

    No file is opened. Hidden entries and cache folders are skipped. A file whose ending is unknown gives an
    UNKNOWN_FORMAT fault.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
        if is_folder:
            os.scandir(path).close()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise CorpusNotFound(path, getattr(error, "strerror", None) or str(error)) from error
    files: list[ArticleFile] = []
    faults: list[Fault] = []
    for shown, entry in sorted(_walk(path), key=itemgetter(0)) if is_folder else [(_shown(Path(path.name)), path)]:
        if isinstance(entry, Fault):
            faults.append(entry)
        elif reader := reader_of(shown):
            files.append(ArticleFile(shown, entry, reader))
        else:
            code, suffix = FaultCode.UNKNOWN_FORMAT, unsupported_ending(entry.name)
            faults.append(Fault(code=code, path=shown, line=0, found=suffix))
    return FileListing(tuple(files), tuple(faults))


def wait_until_stable(
    path: Path, quiet: float = QUIET_SECONDS, timeout: float = STABLE_TIMEOUT_SECONDS
) -> frozenset[str]:
    """Block until no article file has changed for a while; return at once if none changed recently.

    Args:
        path: a file or folder.
        quiet: seconds for which every file must stay unchanged; also the interval of the checks.
        timeout: seconds after which files that still change are given up.

    Returns:
        The files that still change (also new ones), by the paths that faults show; empty unless the timeout was
        reached.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    states, deadline = _file_states(list_files(path)), time.monotonic() + timeout
    while any(abs(time.time_ns() - changed_at) < quiet * 1e9 for _, *times in states.values() for changed_at in times):
        time.sleep(quiet)
        before, states = states, _file_states(list_files(path))
        changing = frozenset(shown for shown, state in states.items() if state != before.get(shown))
        if not changing or time.monotonic() > deadline:
            return changing
    return frozenset()


def manifest(path: Path) -> Iterator[str]:
    """Yield lines that change when the corpus does, without reading any file.

    First a line for each article file: its path, size, modification time (ns) and whether it may be read. Then one for
    each fault, which holds the name of an entry that is no article file.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    listing = list_files(path)
    states = _file_states(listing)
    for file in listing.files:
        size, modified_at, _ = states[file.shown]
        yield f"{file.shown} {size} {modified_at} {os.access(file.path, os.R_OK)}"
    yield from map(str, listing.faults)


def total_bytes(path: Path) -> int:
    """Return the size of all article files together, in bytes; files that vanish meanwhile count as 0.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    return sum(max(size, 0) for size, _, _ in _file_states(list_files(path)).values())


def _file_states(listing: FileListing) -> dict[str, tuple[int, int, int]]:
    """Map each shown path to size, modification and inode change time in ns; to (-1, 0, 0) if the file is gone."""
    states = {}
    for file in listing.files:
        try:
            status = file.path.stat()
            states[file.shown] = status.st_size, status.st_mtime_ns, status.st_ctime_ns
        except OSError:
            states[file.shown] = -1, 0, 0
    return states


def _shown(relative: Path) -> str:
    """Return a path with `/` as valid UTF-8 text: bytes of a file name that aren't are written as backslash escapes."""
    return relative.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _walk(root: Path) -> Iterator[tuple[str, Path | Fault]]:
    """Yield (shown path, file) once for each file below a folder, or a fault for what can't be followed; in no order.

    Skipped are hidden and ignored names, and folders with a CACHE_TAG. Faults are UNREADABLE and, for a link that leads
    out of the folder, OUTSIDE. Links are followed last, and skipped where they lead to something found already: loops
    end, and an article keeps its path when somebody adds a link to it.
    """
    inside = root.resolve()
    seen: set[Path] = set()
    entries, links = deque([root]), deque[Path]()
    while queue := entries or links:
        entry = queue.popleft()
        shown = _shown(entry.relative_to(root))
        try:
            real = entry.resolve(strict=True)
            if not real.is_relative_to(inside):
                yield shown, Fault(code=FaultCode.OUTSIDE, path=shown, line=0, found=_shown(real))
            elif real not in seen:
                seen.add(real)
                if real.is_dir() and not (real / CACHE_TAG).exists():
                    children = [child for child in entry.iterdir() if not child.name.startswith(".")]
                    links.extend(child for child in children if child.is_symlink())
                    entries.extend(child for child in children if not child.is_symlink())
                elif not real.is_dir() and not is_ignored(entry.name):
                    yield shown, entry
        except (OSError, RuntimeError) as error:  # RuntimeError: raised for a link loop by Python before 3.13
            reason = getattr(error, "strerror", None) or "link loop"
            yield shown, Fault(code=FaultCode.UNREADABLE, path=shown, line=0, found=reason)
