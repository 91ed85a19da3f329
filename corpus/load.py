"""Reads the articles of a corpus: the only module that opens article files. Faults are collected, not raised."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from typing import TYPE_CHECKING

from corpus.article_files import list_files
from corpus.errors import Fault, FaultCode, FaultError
from corpus.formats.names import id_prefixes
from corpus.model import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from corpus.article_files import ArticleFile

_NONBLOCKING = getattr(os, "O_NONBLOCK", 0)  # without it, opening a FIFO would wait for a writer


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a corpus holds: the articles that may be published, and the faults that stood in the way of others."""

    #: in path order, then in file order; ids and digests are unique
    articles: tuple[Article, ...]
    #: in order of path and line
    faults: tuple[Fault, ...]
    #: every file that has a known format, including those that could not be read
    files: tuple[Path, ...]


def load(
    path: Path,
    progress: Callable[[int, int], None] | None = None,
    changing: Collection[str] = (),
    published: Collection[tuple[str, str]] = (),
) -> Candidates:
    """Read all articles of a file, or of a folder and its sub-folders; faults are returned, not raised.

    Args:
        path: a file or folder.
        progress: called after each file, read or skipped, with the number of files so far and of all files.
        changing: files that are not read because they are being written, by the paths that faults show.
        published: which of several duplicates to keep: pairs of the path that faults show and the article's digest, or
            the id that its source gave. If it has none of them, the first is kept.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    listing = list_files(path)
    prefixes = id_prefixes(file.shown for file in listing.files)
    entries: list[Article | Fault] = list(listing.faults)
    for number, file in enumerate(listing.files, 1):
        if file.shown in changing:
            entries.append(Fault(code=FaultCode.CHANGING, path=file.shown, line=0))
        else:
            entries.extend(_read(file, prefixes[file.shown]))
        if progress is not None:
            progress(number, len(listing.files))
    articles, duplicates = _deduplicate([entry for entry in entries if isinstance(entry, Article)], published)
    faults = [entry for entry in entries if isinstance(entry, Fault)] + duplicates
    faults.sort(key=lambda fault: (fault.path, fault.line))
    return Candidates(articles, tuple(faults), tuple(file.path for file in listing.files))


def content_digest(path: Path) -> str:
    """Return a digest of the names and bytes of all article files: equal digests load equal articles and faults.

    A file that can't be read counts with its error number instead of its bytes.

    Raises:
        CorpusNotFound: there is no such path, or it can't be listed.
    """
    digest, listing = blake2b(digest_size=16), list_files(path)
    for file in listing.files:
        digest.update(file.shown.encode() + b"\0")
        try:
            with open(file.path, "rb", opener=_open_nonblocking) as stream:  # Path.open takes no opener
                if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    digest.update(file_digest(stream, lambda: blake2b(digest_size=16)).digest())
        except OSError as error:
            digest.update(str(error.errno).encode())
    for fault in listing.faults:
        digest.update(f"{fault}\0".encode())
    return digest.hexdigest()


def _read(file: ArticleFile, id_prefix: str) -> list[Article | Fault]:
    """Read one file up to a fault that ends the reading; return only a CHANGING fault if it changed meanwhile.

    Errors of the system become an UNREADABLE fault behind what was read before.
    """
    shown = file.shown
    entries: list[Article | Fault] = []
    try:
        with open(file.path, "rb", opener=_open_nonblocking) as stream:  # Path.open takes no opener
            before = os.fstat(stream.fileno())
            if not stat.S_ISREG(before.st_mode):
                return [Fault(code=FaultCode.UNREADABLE, path=shown, line=0, found="not a regular file")]
            try:
                for entry in file.reader(stream, shown, id_prefix):
                    entries.append(entry)  # noqa: PERF402 # the entries before a fault are kept
            except FaultError as error:
                entries.append(error.fault)
        after = file.path.stat()
    except OSError as error:
        return [*entries, Fault(code=FaultCode.UNREADABLE, path=shown, line=0, found=error.strerror or str(error))]
    is_unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return entries if is_unchanged else [Fault(code=FaultCode.CHANGING, path=shown, line=0)]


def _open_nonblocking(path: str, flags: int) -> int:
    """Open a file for the built-in `open` without waiting for the writer of a FIFO; return the descriptor."""
    return os.open(path, flags | _NONBLOCKING)


def _deduplicate(
    articles: Sequence[Article], published: Collection[tuple[str, str]]
) -> tuple[tuple[Article, ...], list[Fault]]:
    """Keep one of the articles with equal digests, and one of those with equal ids; return a fault for each other.

    A published article is preferred, then the first in the given order, which the articles kept stay in.
    """
    kept: dict[str, Article] = {}
    by_digest: dict[str, Article] = {}  # the bodies of a large corpus are too long for keys
    faults = []

    def is_unpublished(article: Article) -> bool:
        names = [article.digest, *([article.id] if article.is_named else [])]
        return not any((article.origin.path, name) in published for name in names)

    for article in sorted(articles, key=is_unpublished):
        digest = article.digest
        if first := by_digest.get(digest):
            faults.append(_duplicate_fault(FaultCode.DUPLICATE_ARTICLE, article, article.title, first))
        elif first := kept.get(article.id):
            faults.append(_duplicate_fault(FaultCode.DUPLICATE_ID, article, article.id, first))
        else:
            kept[article.id] = by_digest[digest] = article
    position = {id(article): index for index, article in enumerate(articles)}
    return tuple(sorted(kept.values(), key=lambda article: position[id(article)])), faults


def _duplicate_fault(code: FaultCode, article: Article, found: str, first: Article) -> Fault:
    """Return the fault for a duplicate, at its place; `first` is the article that was kept."""
    return Fault(code=code, path=article.origin.path, line=article.origin.line, found=found, other=str(first.origin))
