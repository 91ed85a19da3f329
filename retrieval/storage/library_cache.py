"""Keeps built libraries in a cache folder, and finds the one that fits a corpus without reading the corpus.

The library of a corpus is found by its manifest (path, size and time of change of each file), else by the digest of
its files, else it is built: beside the others, and renamed into place when it is whole. A library of published articles
goes by the name that follows from what is published (`library_name`).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import unicodedata
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import CorpusNotFound
from corpus.load import CACHE_TAG, Candidates, content_digest, load, manifest
from retrieval.errors import CacheUnusable, IndexUnusable
from retrieval.index.folder import VERSION
from retrieval.index.postings import IMPACT_SCALE, K1, PIVOTS, B
from retrieval.library import Library, open_library
from retrieval.ranking import weights
from retrieval.storage.build_library import Progress, Stage
from retrieval.storage.eviction import BUILDING, NAME, locked, prune, remove_left_behind
from retrieval.words.segment import Segmenter, domain_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from corpus.model import Article

CACHE_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"  # of every cache folder, see CACHE_TAG
MOST_READINGS = 5  # of a corpus that keeps changing
_log = logging.getLogger(__name__)


def _logged(error: IndexUnusable) -> None:
    _log.warning("an index is built again: %s", error)


def open_or_build(
    corpus: Path,
    cache: Path,
    progress: Progress | None = None,
    refused: Callable[[IndexUnusable], None] = _logged,
) -> Library:
    """The library of a corpus: from the cache where it fits, else built and kept there.

    Args:
        corpus: a file or folder of articles.
        cache: a folder of this program's own; made where it is missing.
        progress: is told the stage, how much of it is done and how much there is.
        refused: is told of an index that is built again because it cannot be used.

    Raises:
        CorpusNotFound: there is no such file or folder.
        CacheUnusable: the cache folder cannot be read or written.
    """
    try:
        corpus = corpus.absolute()
    except FileNotFoundError as error:  # the working folder is gone
        raise CorpusNotFound(corpus, str(error.strerror)) from error
    try:
        return _open_or_build(corpus, cache, progress, refused)
    except OSError as error:
        raise CacheUnusable(cache, error.strerror or str(error)) from error
    except IndexUnusable as error:  # what has just been built: the folder loses what is written to it
        raise CacheUnusable(cache, error.reason) from error


def library_name(facts: Iterable[str]) -> str:
    """The name of the library of some articles.

    Args:
        facts: everything that tells these articles from others, in whatever order.
    """
    return _digest([_settings(), *sorted(facts)])


def open_named(name: str, cache: Path, segmenter: Segmenter) -> Library | None:
    """The library of that name; None where it is not there, or damaged.

    Raises:
        CacheUnusable: the cache folder cannot be read.
    """
    try:
        library = _open(cache / name, segmenter)
    except OSError as error:
        raise CacheUnusable(cache, error.strerror or str(error)) from error
    if library is not None:
        with suppress(OSError):  # a cache that may only be read serves what it has
            os.utime(cache / name)  # most recently used
    return library


def build_named(
    name: str,
    articles: Sequence[Article],
    cache: Path,
    progress: Progress | None = None,
    base: str = "",
) -> None:
    """Build the library of some articles, unless it is there.

    Args:
        name: `library_name`.
        articles: they.
        cache: the folder of libraries.
        progress: is told the stage, how much of it is done and how much there is.
        base: the name of a library that holds most of them, where there is one.

    Raises:
        CacheUnusable: the cache folder cannot be written.
    """
    try:
        _prepare(cache)
        segmenter = Segmenter(cache)
        if _open(cache / name, segmenter) is None:
            _write(name, Candidates(tuple(articles), (), ()), cache, segmenter, progress, base)
            open_library(cache / name, segmenter)
    except OSError as error:
        raise CacheUnusable(cache, error.strerror or str(error)) from error
    except IndexUnusable as error:  # the folder loses what is written to it
        raise CacheUnusable(cache, error.reason) from error


def _open_or_build(
    corpus: Path, cache: Path, progress: Progress | None, refused: Callable[[IndexUnusable], None]
) -> Library:
    segmenter = Segmenter(cache)
    note = _note(cache, "as it is", str(corpus), *manifest(corpus))
    name = _read_note(note)
    library = _open(cache / name, segmenter, refused) if name else None
    if library is None:
        _prepare(cache)
        name = _digest([_settings(), content_digest(corpus)])
        library = _open(cache / name, segmenter, refused)
        if library is None:
            name = _build(corpus, cache, segmenter, progress)
            library = open_library(cache / name, segmenter)
        with suppress(OSError):  # it is looked for by the digest of the files, then
            _write_note(note, name)
            _write_note(_note(cache, "last", str(corpus)), name)
    with suppress(OSError):  # a cache that may only be read serves what it has
        os.utime(cache / name)  # most recently used
    return library


def _prepare(cache: Path) -> None:
    """Make the folder, and mark it as a cache for programs that back up or search folders."""
    cache.mkdir(parents=True, exist_ok=True)
    tag = cache / CACHE_TAG
    if not tag.exists():
        tag.write_text(f"{CACHE_SIGNATURE}\n# Indexes of Chuwen; may be deleted at any time.\n")


def _settings() -> str:
    """Everything but the articles that an index depends on."""
    versions = [f"{name} {metadata.version(name)}" for name in ("jieba", "OpenCC", "chuwen")]
    formula = [K1, B, PIVOTS, IMPACT_SCALE]
    return json.dumps([VERSION, formula, domain_words(), weights.digest(), *versions, unicodedata.unidata_version])


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for text in texts:
        digest.update(text.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _note(cache: Path, *state: str) -> Path:
    """Where it is noted which library fits a corpus in some state, or fitted it last."""
    return cache / "manifests" / f"{_digest([_settings(), *state])}.json"


def _read_note(note: Path) -> str:
    try:
        name = str(json.loads(note.read_text("utf-8"))["library"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
    return name if NAME.fullmatch(name) else ""


def _write_note(note: Path, name: str) -> None:
    note.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=note.parent, suffix=".tmp", delete=False) as file:
        json.dump({"library": name}, file)
    Path(file.name).replace(note)


def _open(folder: Path, segmenter: Segmenter, refused: Callable[[IndexUnusable], None] = _logged) -> Library | None:
    """The library in a folder; what stands there and is none is removed, to be built again."""
    try:
        if not folder.is_symlink() and not folder.exists():
            return None
        return open_library(folder, segmenter)
    except IndexUnusable as error:
        refused(error)
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
        else:
            folder.unlink(missing_ok=True)
        return None


def _build(corpus: Path, cache: Path, segmenter: Segmenter, progress: Progress | None) -> str:
    """Build a library under the name of what it was built from, and return the name."""
    read = (lambda done, of: progress(Stage.READING, done, of)) if progress else None
    candidates, digest = _load_unchanged(corpus, read)
    name = _digest([_settings(), digest])
    _write(name, candidates, cache, segmenter, progress, _read_note(_note(cache, "last", str(corpus))))
    return name


def _write(
    name: str,
    candidates: Candidates,
    cache: Path,
    segmenter: Segmenter,
    progress: Progress | None,
    base: str,
) -> None:
    from retrieval.storage.build_library import write_library  # most starts need nothing of it

    remove_left_behind(cache)
    last = _open(cache / base, segmenter) if base else None
    with (
        tempfile.TemporaryDirectory(dir=cache, prefix=BUILDING, ignore_cleanup_errors=True) as building,
        locked(Path(building)),
    ):
        write_library(Path(building), candidates, segmenter, progress, last, name)
        try:
            Path(building).rename(cache / name)
        except OSError:  # another process built the same in the meantime
            if not (cache / name).is_dir():
                raise
    with suppress(OSError):  # another process prunes as well
        prune(cache)


def _load_unchanged(corpus: Path, progress: Callable[[int, int], None] | None) -> tuple[Candidates, str]:
    """Read the articles, again where a file changed while they were read, with the digest of their files."""
    before = content_digest(corpus)
    for _ in range(MOST_READINGS):
        candidates = load(corpus, progress)
        after = content_digest(corpus)
        if before == after:
            break
        before = after
    return candidates, after
