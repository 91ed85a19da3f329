"""What many tests share: one cache folder, one segmenter, the sample library, and small libraries of given words."""

from __future__ import annotations

import itertools
import json
import signal
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import settings

from bot.settings import sample_corpus
from retrieval.index.counting import count_batch
from retrieval.index.folder import Files
from retrieval.index.index import open_index, write_index
from retrieval.index.merging import MergeInput, merge
from retrieval.storage.library_cache import open_or_build
from retrieval.words.segment import Segmenter
from tests.support.paths import SHARED_DATA

if TYPE_CHECKING:
    from retrieval.index.index import Index
    from retrieval.library import Library

Articles: TypeAlias = Iterable[tuple[str, Sequence[str]]]  # title, paragraphs
WriteArticles: TypeAlias = Callable[[Path, Articles], Path]
IndexOf: TypeAlias = "Callable[[Sequence[str]], Index]"
LibraryOf: TypeAlias = Callable[[Articles], "Library"]

settings.register_profile("chuwen", deadline=None)  # a busy machine is no fault of the program
settings.load_profile("chuwen")
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what runs in the background ignore Ctrl-C


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder for the whole run, so that each library is built once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def segmenter(cache: Path) -> Segmenter:
    """The segmenter that the libraries use."""
    return Segmenter(cache)


@pytest.fixture(scope="session")
def sample(cache: Path) -> Library:
    """The library of the sample corpus."""
    return open_or_build(sample_corpus(), cache)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; tests that need it are skipped where it is not."""
    folder = SHARED_DATA
    if not folder.is_dir():
        pytest.skip("the real data are not here")
    return folder


@pytest.fixture(scope="session")
def write_articles() -> WriteArticles:
    """Write (title, paragraphs) as the JSON lines of a file, and return the file."""
    return _write_articles


@pytest.fixture(scope="session")
def library_of(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> LibraryOf:
    """Build a library of (title, paragraphs)."""

    def build(articles: Articles) -> Library:
        return open_or_build(_write_articles(tmp_path_factory.mktemp("corpus") / "articles.jsonl", articles), cache)

    return build


@pytest.fixture(scope="session")
def index_of(tmp_path_factory: pytest.TempPathFactory, segmenter: Segmenter) -> IndexOf:
    """Index normalised texts, counted in batches of three, so that several are merged."""
    root, folders = tmp_path_factory.mktemp("indexes"), itertools.count()

    def build(texts: Sequence[str]) -> Index:
        folder = root / f"{next(folders)}"
        folder.mkdir()
        pieces = (count_batch((row, list(texts[row : row + 3])), segmenter) for row in range(0, len(texts), 3))
        write_index(Files(folder), merge([MergeInput(piece) for piece in pieces]))
        return open_index(folder, len(texts))

    return build


def _write_articles(file: Path, articles: Articles) -> Path:
    records = ({"title": title, "paragraphs": list(paragraphs)} for title, paragraphs in articles)
    file.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), "utf-8")
    return file
