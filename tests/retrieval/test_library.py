"""A library gives back what was loaded, and refuses a folder that is not whole."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest

from corpus.errors import FaultCode
from corpus.load import load
from corpus.model import ParagraphRef, article_key
from corpus.text import normalize
from retrieval.errors import IndexUnusable
from retrieval.index.folder import MANIFEST, SEEN
from retrieval.index.rows import rows_of
from retrieval.index.terms import query_terms
from retrieval.library import open_library
from retrieval.storage.build_library import write_library
from retrieval.storage.calibration_file import CALIBRATION

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.load import Candidates
    from retrieval.library import Library
    from retrieval.words.segment import Segmenter
    from tests.conftest import LibraryOf

LINES = """
{"id": "a", "title": "【宜昌】磷石膏新用", "date": "2025-07-19", "paragraphs": ["消耗40万吨。", " ", "全长300米。"]}
{"id": "b", "title": "", "paragraphs": ["湖边步道开放。\\n全长八公里。"]}
{"id": "b", "title": "重名", "paragraphs": ["这一篇没有收入。"]}
""".lstrip()


@pytest.fixture
def candidates(tmp_path: Path) -> Candidates:
    """Two articles and a fault."""
    file = tmp_path / "corpus.jsonl"
    file.write_text(LINES, "utf-8")
    return load(file)


@pytest.fixture
def folder(tmp_path: Path, candidates: Candidates, segmenter: Segmenter) -> Path:
    """Their library, written."""
    folder = tmp_path / "library"
    folder.mkdir()
    write_library(folder, candidates, segmenter)
    return folder


@pytest.fixture
def library(folder: Path, segmenter: Segmenter) -> Library:
    """Their library, opened."""
    return open_library(folder, segmenter)


def test_every_paragraph_comes_back_as_published(library: Library, candidates: Candidates) -> None:
    """Quotes are cut from these texts."""
    published = [p.text for article in candidates.articles for p in article.paragraphs if p.text.strip()]
    assert [library.passage(row).text for row in range(library.passages)] == published


def test_empty_paragraphs_keep_their_numbers(library: Library) -> None:
    """A number names the same paragraph in the article and in the index."""
    assert [library.passage(row).ref for row in range(3)] == [
        ParagraphRef(article_key("a"), 1),
        ParagraphRef(article_key("a"), 3),
        ParagraphRef(article_key("b"), 1),
    ]


def test_an_article_card_says_what_was_loaded(library: Library) -> None:
    """A source line is made of it."""
    card = library.card(0)
    assert (card.id, card.title, card.headline, card.date, card.place) == (
        "a",
        "【宜昌】磷石膏新用",
        "磷石膏新用",
        datetime.date(2025, 7, 19),
        "corpus.jsonl:1",
    )


def test_an_undated_untitled_article_has_a_card(library: Library) -> None:
    """Both may be missing in real corpora."""
    assert (library.card(1).date, library.card(1).title, library.card(1).headline[:7]) == (None, "", "湖边步道开放。")


def test_an_article_gives_all_its_passages(library: Library) -> None:
    """The way from a quote to the original."""
    card = library.passage(1).article
    assert [passage.row for passage in library.article_passages(card)] == [0, 1]


def test_every_article_is_found_by_its_key(library: Library, sample: Library) -> None:
    """The way from a button below an old answer to the article of today."""
    for found in (library, sample):
        cards = [found.card(number) for number in range(found.articles)]
        assert [found.article(article_key(card.id)) for card in cards] == cards


@pytest.mark.parametrize("key", ["", "AAAAAAAAAA", "zzzzzzzzzz", "__________", article_key("c"), article_key("a")[:-1]])
def test_an_unknown_key_finds_no_article(library: Library, key: str) -> None:
    """An article may have been taken out since; another one in its place would be a false source."""
    assert library.article(key) is None


@pytest.mark.parametrize("more", ["\0", "x", "汉"])
def test_a_key_with_more_behind_it_finds_no_article(library: Library, more: str) -> None:
    """Keys are compared whole."""
    assert library.article(article_key("a") + more) is None


def test_no_articles_have_no_keys(library_of: LibraryOf) -> None:
    """A corpus may be emptied."""
    assert library_of([]).article(article_key("a")) is None


def test_counts_are_those_of_the_articles(library: Library) -> None:
    """The greeting tells them."""
    assert (library.articles, library.passages) == (2, 3)


def test_faults_are_kept_with_the_library(library: Library, candidates: Candidates) -> None:
    """Whoever answers from the cache must still be told what was left out."""
    assert library.faults == candidates.faults
    assert [fault.code for fault in library.faults] == [FaultCode.DUPLICATE_ID]


def test_a_search_finds_by_title_too(library: Library, segmenter: Segmenter) -> None:
    """A paragraph seldom repeats what its title says."""
    hits = library.search(query_terms(segmenter, "磷石膏新用"), 5)
    assert {hit.passage.row for hit in hits} == {0, 1}


def test_hits_are_best_first(sample: Library, segmenter: Segmenter) -> None:
    """The first is shown first."""
    scores = [hit.score for hit in sample.search(query_terms(segmenter, "宜昌磷石膏用量"), 20)]
    assert scores == sorted(scores, reverse=True)


def test_rows_are_indexed_normalised(candidates: Candidates) -> None:
    """A Traditional question must find a Simplified text, and the other way round."""
    texts = [row.indexed_text for article in candidates.articles for row in rows_of(article)]
    assert texts == [normalize(text).text for text in texts]


def test_either_script_finds_both(library_of: LibraryOf, segmenter: Segmenter) -> None:
    """A Traditional question must find a Simplified text, and the other way round."""
    library = library_of([("磷石膏", ["長江經濟帶"]), ("路", ["长江经济带"])])
    for question in ("長江經濟帶", "长江经济带"):
        assert len(library.search(query_terms(segmenter, normalize(question).text), 5)) == 2


def test_an_empty_corpus_has_a_library(tmp_path: Path, segmenter: Segmenter) -> None:
    """No articles yet is a state, not an error."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "library").mkdir()
    write_library(tmp_path / "library", load(tmp_path / "corpus"), segmenter)
    library = open_library(tmp_path / "library", segmenter)
    assert (library.articles, library.passages, library.search(query_terms(segmenter, "宜昌"), 5)) == (0, 0, ())


def test_another_version_is_refused(folder: Path, segmenter: Segmenter) -> None:
    """Its files mean something else."""
    manifest = folder / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"version": 0}), "utf-8")
    with pytest.raises(IndexUnusable, match="version"):
        open_library(folder, segmenter)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"{", b"\xff", b'{"version": 1, "faults": [{}]}'])
def test_a_damaged_manifest_is_refused(folder: Path, segmenter: Segmenter, content: bytes) -> None:
    """A disk may be full in the middle of a file."""
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(IndexUnusable):
        open_library(folder, segmenter)


def test_a_missing_folder_is_refused(tmp_path: Path, segmenter: Segmenter) -> None:
    """The cache may be deleted at any time."""
    with pytest.raises(IndexUnusable):
        open_library(tmp_path / "nowhere", segmenter)


def test_each_damaged_file_is_refused(folder: Path, segmenter: Segmenter) -> None:
    """Whatever is cut short, gone or empty: the library is built again, never half used."""
    accepted = []
    for file in sorted(file for file in folder.iterdir() if file.name not in (SEEN, CALIBRATION)):
        whole = file.read_bytes()
        for name, content in (("half", whole[: len(whole) // 2]), ("empty", b""), ("garbage", b"\0" * len(whole))):
            if content == whole:
                continue
            file.write_bytes(content)
            try:
                open_library(folder, segmenter)
            except IndexUnusable:
                pass
            except Exception as error:  # any other error would reach the person who asks
                accepted.append((file.name, name, repr(error)))
            else:
                accepted.append((file.name, name, "opened"))
        file.write_bytes(whole)
    assert accepted == []
