"""Makes the files of a library: of all articles, or of those that differ from a library that there is.

Whatever way a library is made, of the same articles it is the same, byte for byte.
"""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.descent import GONE, descent
from corpus.regions import regions_about
from corpus.reprints import reprints
from retrieval.building import counted
from retrieval.calibration import shift_of
from retrieval.catalogue import write_catalogue
from retrieval.folder import Files, Manifest, write_manifest
from retrieval.index import write_index
from retrieval.library import KEY, open_files
from retrieval.postings import Source, merge
from retrieval.records import one_by_one, write_records
from retrieval.reprints import write_reprints
from retrieval.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from corpus.descent import Descent
    from corpus.load import Candidates
    from corpus.model import Article
    from corpus.reprints import Reprints
    from retrieval.library import Library
    from retrieval.rows import Row
    from retrieval.segment import Segmenter

SPOOL = "spool"


def write_library(
    folder: Path,
    candidates: Candidates,
    segmenter: Segmenter,
    progress: Callable[[int, int], None] | None = None,
    base: Library | None = None,
) -> None:
    """Build the library of some articles in an empty folder.

    Args:
        folder: exists and is empty; a reader must not be shown it before this returns.
        candidates: the articles, and the faults to keep beside them.
        segmenter: cuts the texts.
        progress: is told how many paragraphs are cut, and of how many.
        base: a library made with the same settings, of which what is the same is taken over.
    """
    rows = [row for article in candidates.articles for row in rows_of(article)]
    digests = np.frombuffer(b"".join(row.digest for row in rows), "<u8").reshape(-1, 2)
    fate = descent(base.digests if base else digests[:0], digests)
    files = Files(folder)
    with files.column("digests.u8") as column:
        column.append(digests)
    _write_index(files, rows, fate, segmenter, progress, base)
    write_records(files, "paragraphs", _paragraphs(rows, fate, base))
    found = reprints(candidates.articles, base.reprints) if base else reprints(candidates.articles)
    write_reprints(files, found)
    cards = _cards(candidates.articles, rows, found, fate, base)
    write_records(files, "articles", one_by_one(cards))
    write_catalogue(files, cards)
    with files.column("keys") as column:
        keys = np.array([(article.key, number) for number, article in enumerate(candidates.articles)], dtype=KEY)
        column.append(np.sort(keys, order="key"))
    shift = shift_of(open_files(folder, segmenter))
    write_manifest(files, Manifest(candidates.faults, shift))


def _write_index(
    files: Files,
    rows: Sequence[Row],
    fate: Descent,
    segmenter: Segmenter,
    progress: Callable[[int, int], None] | None,
    base: Library | None,
) -> None:
    fresh, spool = np.flatnonzero(fate.is_fresh).astype(np.int32), files.folder / SPOOL
    tell = (lambda done: progress(done, len(fresh))) if progress else None
    spool.mkdir()
    try:
        texts = (rows[number].published_text for number in fresh.tolist())
        sources = [Source(piece, fresh) for piece in counted(texts, len(fresh), segmenter, spool, tell)]
        write_index(files, merge(sources, Source(base.index.postings, fate.moved) if base else None))
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _paragraphs(
    rows: Sequence[Row], fate: Descent, base: Library | None
) -> Iterator[tuple[bytes | memoryview, npt.ArrayLike]]:
    """The record of each row; those that follow one another in both libraries are taken over at once."""
    for start, end in fate.runs:
        first = fate.origins[start]
        if base is None or first == GONE:
            yield from one_by_one([row.number, row.section, row.text] for row in rows[start:end])
        else:
            starts = base.records.starts[first : first + end - start + 1]
            yield base.records.lines[starts[0] : starts[-1]], np.diff(starts)


def _cards(
    articles: Sequence[Article], rows: Sequence[Row], found: Reprints, fate: Descent, base: Library | None
) -> list[dict[str, Any]]:
    counts = Counter(row.article.key for row in rows)
    groups = {number: group for group in found.groups for number in group}
    cards: list[dict[str, Any]] = []
    first_row = 0
    for number, article in enumerate(articles):
        group, count = groups.get(number, [number]), counts[article.key]
        known = _regions_of_first(fate.origins[first_row], base) if base and count else None
        cards.append(
            {
                "id": article.id,
                "key": article.key,
                "title": article.title,
                "headline": article.headline,
                "date": article.date.isoformat() if article.date else None,
                "place": str(article.origin),
                "regions": [region.name for region in regions_about(article)] if known is None else known,
                "first_row": first_row,
                "rows": count,
                "group": articles[group[0]].key,
                "twins": [articles[other].id for other in group if other != number],
            }
        )
        first_row += count
    return cards


def _regions_of_first(row: int, base: Library) -> list[str] | None:
    """What the article is about that begins with a row; title, heading and first paragraph decide that."""
    if row == GONE:
        return None
    number = base.catalogue.article_of(row)
    if base.catalogue.first_rows[number] != row:
        return None
    return list(base.catalogue.sets[base.catalogue.places[number]])
