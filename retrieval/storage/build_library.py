"""Builds the files of a library: from all articles, or from an older library and the articles that differ.

Both ways give the same files, byte for byte.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.comparison.alignment import GONE, align
from corpus.comparison.reprints import find_reprints
from corpus.regions import regions_about
from retrieval.confidence.calibration import measure_shift
from retrieval.index.catalogue import write_catalogue
from retrieval.index.counting import count_all
from retrieval.index.folder import Files, write_manifest
from retrieval.index.index import write_index
from retrieval.index.merging import MergeInput, merge
from retrieval.index.records import encode_records, write_records
from retrieval.index.reprint_groups import write_reprints
from retrieval.index.rows import rows_of
from retrieval.library import KEY, open_files
from retrieval.storage.build_progress import Stage
from retrieval.storage.calibration_file import write_calibration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from corpus.comparison.alignment import Alignment
    from corpus.comparison.reprints import Reprints
    from corpus.load import Candidates
    from corpus.model import Article
    from retrieval.library import Library
    from retrieval.storage.build_progress import ProgressCallback
    from retrieval.words.segment import Segmenter

SPOOL = "spool"


def write_library(
    folder: Path,
    candidates: Candidates,
    segmenter: Segmenter,
    progress: ProgressCallback | None = None,
    base: Library | None = None,
    name: str = "",
) -> None:
    """Build the library of some articles in an empty folder.

    Args:
        folder: exists and is empty; nobody may open it before this returns.
        candidates: the articles, and the faults to keep beside them.
        segmenter: segments the texts.
        progress: called with the stage, how much of it is done and how much there is.
        base: a library built with the same settings; what is the same in both is copied from it.
        name: the folder's later name; under another one the library can't be opened. Empty for any.

    Raises:
        OSError: a file cannot be written.
    """
    files, articles = Files(folder), candidates.articles
    reprints = find_reprints(articles, base.reprints) if base else find_reprints(articles)
    plan = _plan(articles, reprints, base)
    _write_index(files, plan, segmenter, progress)
    write_records(files, "paragraphs", _paragraphs(plan))
    write_reprints(files, reprints)
    cards = _cards(plan, reprints)
    write_records(files, "articles", encode_records(cards))
    write_catalogue(files, cards)
    with files.column("keys") as column:
        keys = np.array([(article.key, number) for number, article in enumerate(articles)], dtype=KEY)
        column.append(np.sort(keys, order="key"))
    write_calibration(folder, measure_shift(open_files(folder, segmenter)))
    write_manifest(files, candidates.faults, name)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """What is copied from the base, and what is built anew.

    Attributes:
        articles: those of the new library.
        first_rows: (articles + 1,) int64: the rows of article i are first_rows[i]:first_rows[i + 1].
        alignment: which of the articles the base has.
        base: the older library; None if all is built anew.
        moved: (rows of the base,) int32: their new numbers; GONE for rows that are removed.
        fresh: (new rows,) int32, ascending: the rows that the base has not.
    """

    articles: Sequence[Article]
    first_rows: npt.NDArray[np.int64]
    alignment: Alignment
    base: Library | None
    moved: npt.NDArray[np.int32]
    fresh: npt.NDArray[np.int32]


def _plan(articles: Sequence[Article], reprints: Reprints, base: Library | None) -> _Plan:
    """Match the articles with those of the base by the digests of their contents, and number the rows."""
    old_rows = base.catalogue.first_rows if base else np.zeros(1, np.int64)
    alignment = align(base.reprints.contents if base else reprints.contents[:0], reprints.contents)
    counts = np.zeros(len(articles), np.int64)
    for start, end in alignment.runs:
        first = alignment.origins[start]
        if first == GONE:
            counts[start:end] = [sum(1 for _ in rows_of(article)) for article in articles[start:end]]
        else:
            counts[start:end] = np.diff(old_rows[first : first + end - start + 1])
    rows = np.append(0, np.cumsum(counts))
    moved, is_fresh = np.full(old_rows[-1], GONE, np.int32), np.ones(rows[-1], np.bool_)
    for start, end in alignment.runs:
        first = alignment.origins[start]
        if first != GONE:
            moved[old_rows[first] : old_rows[first + end - start]] = np.arange(rows[start], rows[end])
            is_fresh[rows[start] : rows[end]] = False
    return _Plan(
        articles=articles,
        first_rows=rows,
        alignment=alignment,
        base=base,
        moved=moved,
        fresh=np.flatnonzero(is_fresh).astype(np.int32),
    )


def _write_index(files: Files, plan: _Plan, segmenter: Segmenter, progress: ProgressCallback | None) -> None:
    """Count the postings of the new rows, and write them merged with those of the base.

    The counts are spooled to a folder in the library's, which is removed even after an error.
    """
    fresh, spool = plan.fresh, files.folder / SPOOL
    on_counted = (lambda done: progress(Stage.INDEXING, done, len(fresh))) if progress else None
    on_written = (lambda done, of: progress(Stage.WRITING, done, of)) if progress else None
    new = (article for article, origin in zip(plan.articles, plan.alignment.origins, strict=True) if origin == GONE)
    texts = (row.published_text for article in new for row in rows_of(article))
    base = MergeInput(plan.base.index.postings, plan.moved) if plan.base else None
    spool.mkdir()
    try:
        batches = count_all(texts, len(fresh), segmenter, spool, on_counted)
        write_index(files, merge([MergeInput(postings, fresh) for postings in batches], base, progress=on_written))
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _paragraphs(plan: _Plan) -> Iterator[tuple[bytes | memoryview, npt.ArrayLike]]:
    """Yield the records of the rows, as `write_records` takes them; a run of rows of the base is copied at once."""
    for start, end in plan.alignment.runs:
        first = plan.alignment.origins[start]
        if plan.base is None or first == GONE:
            rows = (row for article in plan.articles[start:end] for row in rows_of(article))
            yield from encode_records([row.number, row.section, row.text] for row in rows)
        else:
            edges = plan.base.catalogue.first_rows[[first, first + end - start]]
            starts = plan.base.records.starts[edges[0] : edges[1] + 1]
            yield plan.base.records.lines[starts[0] : starts[-1]], np.diff(starts)


def _cards(plan: _Plan, reprints: Reprints) -> list[dict[str, Any]]:
    """Return the record of each article, with the fields of `ArticleCard`."""
    articles, rows = plan.articles, plan.first_rows.tolist()
    groups = {number: group for group in reprints.groups for number in group}
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
        for number, (article, origin) in enumerate(zip(articles, plan.alignment.origins.tolist(), strict=True))
    ]


def _regions(article: Article, origin: int, base: Library | None) -> list[str]:
    """Return the names of the places that an article is about, copied from the base if that has the article."""
    if base is None or origin == GONE:
        return [region.name for region in regions_about(article)]
    return list(base.catalogue.sets[base.catalogue.places[origin]])
