"""A library made from another one is, byte for byte, the one that a full build makes."""

from __future__ import annotations

import filecmp
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.load import Candidates
from corpus.model import Article, Origin, Paragraph, Section
from retrieval.index.folder import SEEN
from retrieval.library import open_library
from retrieval.storage.build_library import write_library
from retrieval.storage.build_progress import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from retrieval.words.segment import Segmenter

    Write = Callable[[Sequence[Article], Path | None], Path]

TITLES = ("【宜昌招商】磷石膏新用", "新港二期动工", "")
TEXTS = ("宜昌磷石膏", "新港码头2024年动工。", " ", "总投资20亿元。", "甲")


def article(key: int, title: str, texts: Sequence[str], line: int) -> Article:
    """An article of one section."""
    paragraphs = tuple(Paragraph(number, text) for number, text in enumerate(texts, 1))
    return Article(
        id=f"{key}", title=title, date=None, sections=(Section("", paragraphs),), origin=Origin("a.jsonl", line)
    )


BODIES = st.lists(st.sampled_from(TEXTS), max_size=4)
CORPORA = st.dictionaries(st.integers(0, 6), st.tuples(st.sampled_from(TITLES), BODIES), max_size=6).map(
    lambda made: [article(key, *one, line) for line, (key, one) in enumerate(made.items(), 1)]
)


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory, segmenter: Segmenter) -> Write:
    """Write the library of some articles, from the one in a folder where that is named."""
    root, folders = tmp_path_factory.mktemp("libraries"), count()

    def made(articles: Sequence[Article], base: Path | None) -> Path:
        folder = root / f"{next(folders)}"
        folder.mkdir()
        old = open_library(base, segmenter) if base else None
        write_library(folder, Candidates(tuple(articles), (), ()), segmenter, base=old)
        return folder

    return made


def differing(one: Path, other: Path) -> list[str]:
    """The names of the files that are not the same in both folders."""
    names = {file.name for folder in (one, other) for file in folder.iterdir()} - {SEEN}
    _, *others = filecmp.cmpfiles(one, other, sorted(names), shallow=False)
    return [name for names in others for name in names]


@settings(max_examples=60)
@given(before=CORPORA, after=CORPORA)
def test_the_way_that_a_library_is_made_leaves_no_trace(
    write: Write, before: list[Article], after: list[Article]
) -> None:
    """Articles come, go, change, change places and double: one process builds anew, another from what it has."""
    assert differing(write(after, write(before, None)), write(after, None)) == []


def test_a_long_corpus_is_no_different(write: Write, segmenter: Segmenter) -> None:
    """A correction in the middle, one article more before it and one less behind."""
    before = [
        article(key, f"第{key}号公告", [f"宜昌第{key}号项目动工。", f"投资{key}亿元。"], key) for key in range(1, 200)
    ]
    after = [article(500, "新来的", ["襄阳新港。"], 1), *before[:120], *before[121:]]
    after[60] = article(60, "第60号公告", ["宜昌第60号项目竣工。", "投资60亿元。", "又一段。"], 61)
    base = write(before, None)
    told: list[tuple[Stage, int, int]] = []
    folder = base.with_name("corrected")
    folder.mkdir()
    old = open_library(base, segmenter)
    write_library(folder, Candidates(tuple(after), (), ()), segmenter, lambda *one: told.append(one), old)
    assert differing(folder, write(after, None)) == []
    assert told == [(Stage.INDEXING, 4, 4)]  # paragraphs: of the new article, and of the corrected one
