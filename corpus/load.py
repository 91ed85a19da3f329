"""Reading article files: the only module that opens them, and collects what is wrong instead of stopping at it."""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import CorpusNotFound, Fault, FaultCode, FaultError
from corpus.formats import jsonl, page
from corpus.formats.encoding import decode
from corpus.formats.lines import Line, lines, unzipped_lines
from corpus.formats.names import ending, is_ignored, made_names, unknown_ending
from corpus.model import Article, Origin

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

CACHE_TAG = "CACHEDIR.TAG"  # marks a folder as some program's cache (bford.info/cachedir): no articles in there
QUIET_SECONDS = 2.0  # a file that changed no longer ago may go on changing
PATIENCE_SECONDS = 60.0  # for files that are being copied
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)  # or opening a FIFO would wait for its writer


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a corpus holds: articles that may be published, and what stood in the way of others."""

    articles: tuple[Article, ...]  # in path order, then as they stand in the file; no id twice
    faults: tuple[Fault, ...]  # in the order of path and line
    files: tuple[Path, ...]  # that were to be read, broken ones included


@dataclass(frozen=True, slots=True)
class _Found:
    """The article files of a corpus by the path that is shown for each, and what was found that is none."""

    files: dict[str, Path]
    faults: tuple[Fault, ...]


def load(
    path: Path,
    progress: Callable[[int, int], None] | None = None,
    changing: Collection[str] = (),
    published: Collection[tuple[str, str]] = (),
) -> Candidates:
    """Read all articles of a file or, with its sub-folders, a folder.

    Args:
        path: a file or folder.
        progress: called after each file with the number of files read so far and in all.
        changing: files that are not read, by the paths that faults show, because they are being written.
        published: articles that are kept rather than their doubles, by the same path, and their digest or the id that
            the source gave.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    found = _find(path)
    names = made_names(found.files)
    entries: list[Article | Fault] = list(found.faults)
    for number, (shown, file) in enumerate(found.files.items(), 1):
        still = shown in changing
        entries.extend(
            [Fault(code=FaultCode.CHANGING, path=shown, line=0)] if still else _read(file, shown, names[shown])
        )
        if progress is not None:
            progress(number, len(found.files))
    articles, doubles = _without_doubles([entry for entry in entries if isinstance(entry, Article)], published)
    faults = [entry for entry in entries if isinstance(entry, Fault)] + doubles
    faults.sort(key=lambda fault: (fault.path, fault.line))
    return Candidates(articles, tuple(faults), tuple(found.files.values()))


def settle(path: Path, quiet: float = QUIET_SECONDS, patience: float = PATIENCE_SECONDS) -> frozenset[str]:
    """Wait until no file is written to any more; at once where none was of late.

    Args:
        path: a file or folder.
        quiet: seconds for which a file has to stay as it is.
        patience: seconds, until those that still change are given up.

    Returns:
        The files that still change, by the paths that faults show.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    seen, deadline = _looks(_find(path)), time.monotonic() + patience
    while any(abs(time.time_ns() - at) < quiet * 1e9 for _, *times in seen.values() for at in times):
        time.sleep(quiet)
        before, seen = seen, _looks(_find(path))
        changing = frozenset(shown for shown, look in seen.items() if look != before.get(shown))
        if not changing or time.monotonic() > deadline:
            return changing
    return frozenset()


def manifest(path: Path) -> Iterator[str]:
    """A line for each article file, which changes with it: its path, size and time, and whether it may be read.

    Then one for each other file, of which only the name matters.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    found = _find(path)
    for shown, (size, changed_at, _) in _looks(found).items():
        yield f"{shown} {size} {changed_at} {os.access(found.files[shown], os.R_OK)}"
    yield from map(str, found.faults)


def size_of(path: Path) -> int:
    """The bytes of all article files.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    return sum(max(size, 0) for size, _, _ in _looks(_find(path)).values())


def _looks(found: _Found) -> dict[str, tuple[int, int, int]]:
    """The size of each article file, and when its content and its name or rights changed, as nanoseconds."""
    looks = {}
    for shown, file in found.files.items():
        try:
            status = file.stat()
            looks[shown] = status.st_size, status.st_mtime_ns, status.st_ctime_ns
        except OSError:
            looks[shown] = -1, 0, 0
    return looks


def content_digest(path: Path) -> str:
    """Digest the names and bytes of a corpus's files: equal digests load equal articles, with equal faults.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    digest, found = blake2b(digest_size=16), _find(path)
    for shown, file in found.files.items():
        digest.update(shown.encode() + b"\0")
        try:
            with open(file, "rb", opener=_open_at_once) as stream:  # Path.open knows no opener
                if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    digest.update(file_digest(stream, lambda: blake2b(digest_size=16)).digest())
        except OSError as error:
            digest.update(str(error.errno).encode())
    for fault in found.faults:
        digest.update(f"{fault}\0".encode())
    return digest.hexdigest()


def _find(path: Path) -> _Found:
    """List a corpus; a file that is given by its name is read whatever that name is like."""
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
        if is_folder:
            os.scandir(path).close()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise CorpusNotFound(path, getattr(error, "strerror", None) or str(error)) from error
    files: dict[str, Path] = {}
    faults: list[Fault] = []
    for shown, entry in sorted(_walk(path), key=itemgetter(0)) if is_folder else [(_shown(Path(path.name)), path)]:
        if isinstance(entry, Fault):
            faults.append(entry)
        elif ending(shown) is None:
            faults.append(Fault(code=FaultCode.UNKNOWN_FORMAT, path=shown, line=0, found=unknown_ending(entry.name)))
        else:
            files[shown] = entry
    return _Found(files, tuple(faults))


def _shown(relative: Path) -> str:
    """Return a path as text that can be written as UTF-8, whatever bytes the file system gave."""
    return relative.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _walk(root: Path) -> Iterator[tuple[str, Path | Fault]]:
    """Yield each file below a folder once, and what can't be followed.

    Links come last and add nothing where they lead to what was found without them, so that loops end, and an article
    keeps its path when somebody links to it.
    """
    inside = root.resolve()
    seen: set[Path] = set()
    entries, links = deque([root]), deque[Path]()
    while waiting := entries or links:
        entry = waiting.popleft()
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
        except (OSError, RuntimeError) as error:  # RuntimeError: how Python before 3.13 tells of links in a circle
            yield (
                shown,
                Fault(
                    code=FaultCode.UNREADABLE, path=shown, line=0, found=getattr(error, "strerror", None) or "link loop"
                ),
            )


def _read(file: Path, shown: str, name: str) -> list[Article | Fault]:
    """Read one file as far as it can be read; nothing of one that changes meanwhile."""
    entries: list[Article | Fault] = []
    try:
        with open(file, "rb", opener=_open_at_once) as stream:  # Path.open knows no opener
            before = os.fstat(stream.fileno())
            if not stat.S_ISREG(before.st_mode):
                return [Fault(code=FaultCode.UNREADABLE, path=shown, line=0, found="not a regular file")]
            try:
                for entry in _entries(stream, shown, name):
                    entries.append(entry)  # noqa: PERF402 # what stands before a fault is kept
            except FaultError as error:
                entries.append(error.fault)
        after = file.stat()
    except OSError as error:
        return [*entries, Fault(code=FaultCode.UNREADABLE, path=shown, line=0, found=error.strerror or str(error))]
    is_whole = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return entries if is_whole else [Fault(code=FaultCode.CHANGING, path=shown, line=0)]


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_WAITING)


def _entries(stream: io.BufferedReader, shown: str, name: str) -> Iterator[Article | Fault]:
    """Read by the format that the file's ending names."""
    match ending(shown):
        case ".jsonl":
            yield from _by_line(lines(stream, shown), shown, name)
        case ".jsonl.gz":
            yield from _by_line(unzipped_lines(stream, shown), shown, name)
        case ".json":
            yield from jsonl.articles(decode(stream.read(), shown), shown, name)
        case ".txt":
            yield from page.articles(decode(stream.read(), shown), shown, name)
        case _:
            from corpus.formats import markdown  # 30 ms; most starts read no file anew

            yield markdown.article(decode(stream.read(), shown), shown, name)


def _by_line(entries: Iterable[Line | Fault], shown: str, name: str) -> Iterator[Article | Fault]:
    """Read an article a line; a broken one costs only itself."""
    for entry in entries:
        if isinstance(entry, Fault):
            yield entry
            continue
        try:
            yield jsonl.article(entry.text, Origin(shown, entry.number), f"{name}#{entry.number}")
        except FaultError as error:
            yield error.fault


def _without_doubles(
    articles: Sequence[Article], published: Collection[tuple[str, str]]
) -> tuple[tuple[Article, ...], list[Fault]]:
    """Keep one of the articles that say the same, and of those that share an id: a published one, else the first."""
    kept: dict[str, Article] = {}
    by_digest: dict[str, Article] = {}  # the bodies of a large corpus are too long for keys
    faults = []

    def is_unknown(article: Article) -> bool:
        path, names = article.origin.path, [article.digest, *([article.id] if article.is_named else [])]
        return not any((path, name) in published for name in names)

    for article in sorted(articles, key=is_unknown):
        digest = article.digest
        if first := by_digest.get(digest):
            faults.append(_double(FaultCode.DUPLICATE_ARTICLE, article, article.title, first))
        elif first := kept.get(article.id):
            faults.append(_double(FaultCode.DUPLICATE_ID, article, article.id, first))
        else:
            kept[article.id] = by_digest[digest] = article
    order = {id(article): place for place, article in enumerate(articles)}
    return tuple(sorted(kept.values(), key=lambda article: order[id(article)])), faults


def _double(code: FaultCode, article: Article, found: str, first: Article) -> Fault:
    return Fault(code=code, path=article.origin.path, line=article.origin.line, found=found, other=str(first.origin))
