"""Keeps built libraries in a cache folder, and finds the one that fits a corpus without reading the corpus.

The library of a corpus is found by the corpus's manifest (path, size and modification time of each file), else by the
digest of its files; else it is built in a temporary folder and renamed into place when it is complete. A library of
published articles is found by the name that `library_name` computes from what is published. Each build also removes the
least recently used libraries (`retrieval.storage.eviction`).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import unicodedata
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.article_files import CACHE_TAG, manifest
from corpus.errors import CorpusNotFound
from corpus.load import Candidates, content_digest, load
from retrieval.errors import CacheUnusable, IndexUnusable
from retrieval.index.folder import VERSION
from retrieval.index.postings import IMPACT_SCALE, K1, PIVOTS, B
from retrieval.storage.build_progress import ProgressCallback, Stage
from retrieval.storage.calibration_file import open_calibrated
from retrieval.storage.corpus_notes import read_note, write_note
from retrieval.storage.eviction import BUILDING, locked, prune, remove_abandoned_builds
from retrieval.words.segment import Segmenter, domain_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from corpus.model import Article
    from retrieval.library import Library

CACHE_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"  # of every cache folder, see CACHE_TAG
MOST_READINGS = 5  # of a corpus that keeps changing
_log = logging.getLogger(__name__)


def _log_unusable(error: IndexUnusable) -> None:
    _log.warning("an index is built again: %s", error)


def open_or_build(
    corpus: Path,
    cache: Path,
    progress: ProgressCallback | None = None,
    on_unusable: Callable[[IndexUnusable], None] = _log_unusable,
) -> Library:
    """Open the library of a corpus from the cache and mark it as used; if none fits, build it and keep it there.

    Args:
        corpus: a file or folder of articles.
        cache: a folder of this program's own; created if it is missing.
        progress: called with the stage, how much of it is done and how much there is; not if a library fits.
        on_unusable: called with the error for each index that cannot be used; it is removed and built again.

    Raises:
        CorpusNotFound: there is no such file or folder.
        CacheUnusable: the cache folder cannot be read or written.
    """
    try:
        corpus = corpus.absolute()
    except FileNotFoundError as error:  # the working folder is gone
        raise CorpusNotFound(corpus, str(error.strerror)) from error
    with _errors_of(cache):
        segmenter = Segmenter(cache)
        state = _digest([_settings(), "as it is", str(corpus), *manifest(corpus)])
        name = read_note(cache, state)
        library = _open(cache / name, segmenter, on_unusable) if name else None
        if library is None:
            _prepare(cache)
            name = _digest([_settings(), content_digest(corpus)])
            library = _open(cache / name, segmenter, on_unusable)
            if library is None:
                name = _build(corpus, cache, segmenter, progress)
                library = open_calibrated(cache / name, segmenter)
            with suppress(OSError):  # without a note the library is found by the digest of the files
                write_note(cache, state, name)
                write_note(cache, _last_state(corpus), name)
        _mark_as_used(cache / name)
        return library


def library_name(facts: Iterable[str]) -> str:
    """Return the name of the library of published articles, which is also the name of its folder in the cache.

    It is a hash of the facts, and of everything else that an index depends on, such as the version of this program.

    Args:
        facts: for each article a string that identifies it and its version (`GenerationMember.fact`), in any order.
    """
    return _digest([_settings(), *sorted(facts)])


def open_named(name: str, cache: Path, segmenter: Segmenter) -> Library | None:
    """Open the library with a name from the cache and mark it as used; None if it is missing or damaged.

    A damaged one is logged and removed.

    Raises:
        CacheUnusable: the cache folder cannot be read.
    """
    with _errors_of(cache):
        library = _open(cache / name, segmenter)
    if library is not None:
        _mark_as_used(cache / name)
    return library


def build_named(
    name: str,
    articles: Sequence[Article],
    cache: Path,
    progress: ProgressCallback | None = None,
    base: str = "",
) -> None:
    """Build the library of some articles in the cache, unless it is there already; a damaged one is built again.

    Args:
        name: of the library, from `library_name`.
        articles: all articles of the library, in its order.
        cache: the folder of libraries; created if it is missing.
        progress: called with the stage, how much of it is done and how much there is.
        base: the name of a library from which the articles that are the same are copied; empty for none. If it is
            missing or damaged, all is built anew.

    Raises:
        CacheUnusable: the cache folder cannot be written.
    """
    with _errors_of(cache):
        _prepare(cache)
        segmenter = Segmenter(cache)
        if _open(cache / name, segmenter) is None:
            _write(name, Candidates(tuple(articles), (), ()), cache, segmenter, progress, base)
            open_calibrated(cache / name, segmenter)


@contextmanager
def _errors_of(cache: Path) -> Iterator[None]:
    """Raise CacheUnusable in place of an error of the system, or of a library that was unusable as soon as built."""
    try:
        yield
    except OSError as error:
        raise CacheUnusable(cache, error.strerror or str(error)) from error
    except IndexUnusable as error:  # the folder loses what is written to it
        raise CacheUnusable(cache, error.reason) from error


def _prepare(cache: Path) -> None:
    """Create the folder if it is missing, and mark it as a cache for programs that back up or search folders."""
    cache.mkdir(parents=True, exist_ok=True)
    tag = cache / CACHE_TAG
    if not tag.exists():
        tag.write_text(f"{CACHE_SIGNATURE}\n# Indexes of Chuwen; may be deleted at any time.\n")


def _settings() -> str:
    """Return, as JSON, what an index depends on besides the articles: no trained weights and no calibration."""
    versions = [f"{name} {metadata.version(name)}" for name in ("jieba", "OpenCC", "chuwen")]
    formula = [K1, B, PIVOTS, IMPACT_SCALE]
    return json.dumps([VERSION, formula, domain_words(), *versions, unicodedata.unidata_version])


def _digest(texts: Iterable[str]) -> str:
    """Return the digest of some texts in their order, 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    for text in texts:
        digest.update(text.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _mark_as_used(folder: Path) -> None:
    """Set the time by which `prune` finds the least recently used libraries; errors are ignored."""
    with suppress(OSError):  # a cache that is read-only serves what it has
        os.utime(folder)


def _open(
    folder: Path, segmenter: Segmenter, on_unusable: Callable[[IndexUnusable], None] = _log_unusable
) -> Library | None:
    """Open the library in a folder; None if there is none. What is there but unusable is removed, to be built again."""
    try:
        if not folder.is_symlink() and not folder.exists():
            return None
        return open_calibrated(folder, segmenter)
    except IndexUnusable as error:
        on_unusable(error)
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
        else:
            folder.unlink(missing_ok=True)
        return None


def _build(corpus: Path, cache: Path, segmenter: Segmenter, progress: ProgressCallback | None) -> str:
    """Build the library of a corpus, from the last one of this corpus if there is one, and return its name."""
    on_file = (lambda done, of: progress(Stage.READING, done, of)) if progress else None
    candidates, digest = _load_unchanged(corpus, on_file)
    name = _digest([_settings(), digest])
    _write(name, candidates, cache, segmenter, progress, read_note(cache, _last_state(corpus)))
    return name


def _last_state(corpus: Path) -> str:
    """Return the key of the note that names the last library of a corpus, whatever has changed since."""
    return _digest([_settings(), "last", str(corpus)])


def _load_unchanged(corpus: Path, progress: Callable[[int, int], None] | None) -> tuple[Candidates, str]:
    """Read the articles, again if a file changed while they were read, and return them with the digest of the files.

    After MOST_READINGS the last reading is returned, though files may have changed during it.
    """
    before = content_digest(corpus)
    for _ in range(MOST_READINGS):
        candidates = load(corpus, progress)
        after = content_digest(corpus)
        if before == after:
            break
        before = after
    return candidates, after


def _write(
    name: str,
    candidates: Candidates,
    cache: Path,
    segmenter: Segmenter,
    progress: ProgressCallback | None,
    base: str,
) -> None:
    """Build a library in a temporary folder, rename it into place, and prune the cache.

    If another process has built the same meanwhile, that one is kept. A missing or damaged `base` is ignored.
    """
    from retrieval.storage.build_library import write_library  # 60 ms that most starts don't need

    remove_abandoned_builds(cache)
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
