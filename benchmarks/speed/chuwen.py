"""Runs Chuwen's own index with all three fields, by NumPy alone and compiled by numba."""

from __future__ import annotations

from functools import cache
from itertools import islice
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.speed.peer import DEPTH, Found, Opened, Peer
from retrieval.index import kernel
from retrieval.index.counting import spool_postings
from retrieval.index.folder import Files
from retrieval.index.index import open_index, write_index
from retrieval.index.merging import MergeInput, merge
from retrieval.index.postings import BATCH_ROWS, count_postings
from retrieval.index.terms import query_terms
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.speed.questions import Question
    from benchmarks.speed.texts import Texts
    from retrieval.index.terms import QueryTerm

PASSAGES = "passages"  # the file that says how many there are; a library's other files do


def _build(texts: Texts, folder: Path) -> None:
    """Count postings in batches and merge them as a library build does, but in one process and from segmented words."""
    rows, first, sources = zip(texts.texts(), texts.words(), strict=True), 0, []
    with TemporaryDirectory(dir=folder.parent) as spool:
        while batch := list(islice(rows, BATCH_ROWS)):
            some, words = zip(*batch, strict=True)
            sources.append(MergeInput(spool_postings(count_postings(some, words, first), folder.parent / spool)))
            first += len(batch)
        write_index(Files(folder), merge(sources))
    (folder / PASSAGES).write_text(f"{first}", "ascii")


def _open_plain(folder: Path) -> Opened[tuple[QueryTerm, ...]]:
    index = open_index(folder, int((folder / PASSAGES).read_text("ascii")))

    def search(terms: tuple[QueryTerm, ...]) -> Found:
        found = index.search(terms, DEPTH)
        return [row for row, _ in found], [score for _, score in found]

    return Opened(_terms, search)


def _open_compiled(folder: Path) -> Opened[tuple[QueryTerm, ...]]:
    """Open the index and compile the kernel; the time includes compiling, for which a bot does not wait."""
    from retrieval.index.compiled import compile_kernel

    kernel.use_kernel(compile_kernel())
    return _open_plain(folder)


def _terms(question: Question) -> tuple[QueryTerm, ...]:
    return query_terms(_segmenter(), question.text)


@cache
def _segmenter() -> Segmenter:
    return Segmenter(None)


PLAIN = Peer(_build, _open_plain)
COMPILED = Peer(_build, _open_compiled)
