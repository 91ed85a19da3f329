"""Makes the files of a library: of all articles, or of those that differ from a library that there is.

Whatever way a library is made, of the same articles it is the same, byte for byte.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.descent import GONE, descent
from corpus.regions import regions_about
from corpus.reprints import reprints
from retrieval.confidence.calibration import shift_of
from retrieval.index.catalogue import write_catalogue
from retrieval.index.counting import counted
from retrieval.index.folder import Files, Manifest, write_manifest
from retrieval.index.index import write_index
from retrieval.index.merging import MergeInput, merge
from retrieval.index.records import one_by_one, write_records
from retrieval.index.reprint_groups import write_reprints
from retrieval.index.rows import rows_of
from retrieval.library import KEY, open_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from corpus.descent import Descent
    from corpus.load import Candidates
    from corpus.model import Article
    from corpus.reprints import Reprints
    from retrieval.library import Library
    from retrieval.words.segment import Segmenter

SPOOL = "spool"


def write_library(
    folder: Path,
    candidates: Candidates,
    segmenter: Segmenter,
    progress: Progress | None = None,
    base: Library | None = None,
    name: str = "",
) -> None:
    """Build the library of some articles in an empty folder.

    Args:
        folder: exists and is empty; a reader must not be shown it before this returns.
        candidates: the articles, and the faults to keep beside them.
        segmenter: cuts the texts.
        progress: is told the stage, how much of it is done and how much there is.
        base: a library made with the same settings, of which what is the same is taken over.
        name: that the folder will have when it is shown to readers; under another one it is refused. Empty for any.
    """
    files, articles = Files(folder), candidates.articles
    found = reprints(articles, base.reprints) if base else reprints(articles)
    plan = _plan(articles, found, base)
    _write_index(files, plan, segmenter, progress)
    write_records(files, "paragraphs", _paragraphs(plan))
    write_reprints(files, found)
    cards = _cards(plan, found)
    write_records(files, "articles", one_by_one(cards))
    write_catalogue(files, cards)
    with files.column("keys") as column:
        keys = np.array([(article.key, number) for number, article in enumerate(articles)], dtype=KEY)
        column.append(np.sort(keys, order="key"))
    shift = shift_of(open_files(folder, segmenter))
    write_manifest(files, Manifest(candidates.faults, shift), name)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """What is taken over from the library that there is, and what is made anew.

    Attributes:
        articles: of the new library.
        first_rows: (articles + 1,) int64: the rows of article i are first_rows[i]:first_rows[i + 1].
        fate: which of the articles were there.
        base: the library that there is; None for none.
        moved: (rows of the base,) int32: their new numbers; GONE for those that go.
        fresh: the rows that are new, int32.
    """

    articles: Sequence[Article]
    first_rows: npt.NDArray[np.int64]
    fate: Descent
    base: Library | None
    moved: npt.NDArray[np.int32]
    fresh: npt.NDArray[np.int32]


def _plan(articles: Sequence[Article], found: Reprints, base: Library | None) -> _Plan:
    old_rows = base.catalogue.first_rows if base else np.zeros(1, np.int64)
    fate = descent(base.reprints.contents if base else found.contents[:0], found.contents)
    counts = np.zeros(len(articles), np.int64)
    for start, end in fate.runs:
        first = fate.origins[start]
        if first == GONE:
            counts[start:end] = [sum(1 for _ in rows_of(article)) for article in articles[start:end]]
        else:
            counts[start:end] = np.diff(old_rows[first : first + end - start + 1])
    rows = np.append(0, np.cumsum(counts))
    moved, is_fresh = np.full(old_rows[-1], GONE, np.int32), np.ones(rows[-1], np.bool_)
    for start, end in fate.runs:
        first = fate.origins[start]
        if first != GONE:
            moved[old_rows[first] : old_rows[first + end - start]] = np.arange(rows[start], rows[end])
            is_fresh[rows[start] : rows[end]] = False
    return _Plan(
        articles=articles,
        first_rows=rows,
        fate=fate,
        base=base,
        moved=moved,
        fresh=np.flatnonzero(is_fresh).astype(np.int32),
    )


def _write_index(files: Files, plan: _Plan, segmenter: Segmenter, progress: Progress | None) -> None:
    fresh, spool = plan.fresh, files.folder / SPOOL
    cut = (lambda done: progress(Stage.INDEXING, done, len(fresh))) if progress else None
    written = (lambda done, of: progress(Stage.WRITING, done, of)) if progress else None
    new = (article for article, origin in zip(plan.articles, plan.fate.origins, strict=True) if origin == GONE)
    texts = (row.published_text for article in new for row in rows_of(article))
    base = MergeInput(plan.base.index.postings, plan.moved) if plan.base else None
    spool.mkdir()
    try:
        sources = [MergeInput(piece, fresh) for piece in counted(texts, len(fresh), segmenter, spool, cut)]
        write_index(files, merge(sources, base, progress=written))
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _paragraphs(plan: _Plan) -> Iterator[tuple[bytes | memoryview, npt.ArrayLike]]:
    """The record of each row; those that follow one another in both libraries are taken over at once."""
    for start, end in plan.fate.runs:
        first = plan.fate.origins[start]
        if plan.base is None or first == GONE:
            rows = (row for article in plan.articles[start:end] for row in rows_of(article))
            yield from one_by_one([row.number, row.section, row.text] for row in rows)
        else:
            edges = plan.base.catalogue.first_rows[[first, first + end - start]]
            starts = plan.base.records.starts[edges[0] : edges[1] + 1]
            yield plan.base.records.lines[starts[0] : starts[-1]], np.diff(starts)


def _cards(plan: _Plan, found: Reprints) -> list[dict[str, Any]]:
    articles, rows = plan.articles, plan.first_rows.tolist()
    groups = {number: group for group in found.groups for number in group}
    return [
        {
            "id": article.id,
            "key": article.key,
            "title": article.title,
            "headline": article.headline,
            "date": article.date.isoformat() if article.date else None,
            "place": str(article.origin),
            "regions": _regions(article, origin, plan.base),
            "first_row": rows[number],
            "rows": rows[number + 1] - rows[number],
            "group": articles[groups[number][0]].key if number in groups else article.key,
            "twins": [articles[other].id for other in groups.get(number, ()) if other != number],
        }
        for number, (article, origin) in enumerate(zip(articles, plan.fate.origins.tolist(), strict=True))
    ]


def _regions(article: Article, origin: int, base: Library | None) -> list[str]:
    """The names of the places that an article is about: as they were where the base has it."""
    if base is None or origin == GONE:
        return [region.name for region in regions_about(article)]
    return list(base.catalogue.sets[base.catalogue.places[origin]])


class Stage(StrEnum):
    """What is being done while a library is made ready."""

    READING = "reading"  # counted in files
    INDEXING = "indexing"  # counted in paragraphs that are cut
    WRITING = "writing"  # counted in parts of the index


Progress = Callable[[Stage, int, int], None]  # the stage, how much of it is done, how much there is
