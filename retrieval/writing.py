"""Makes the files of a library: of all articles, or of those that differ from a library that there is.

Whatever way a library is made, of the same articles it is the same, byte for byte.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.likeness import near_duplicates
from corpus.regions import regions_about
from retrieval.building import counted
from retrieval.calibration import shift_of
from retrieval.catalogue import write_catalogue
from retrieval.folder import Files, Manifest, write_manifest
from retrieval.index import write_index
from retrieval.library import KEY, open_files
from retrieval.postings import Source, merge
from retrieval.records import one_by_one, write_records
from retrieval.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from corpus.load import Candidates
    from corpus.model import Article
    from retrieval.library import Library
    from retrieval.rows import Row
    from retrieval.segment import Segmenter

    Int32s = npt.NDArray[np.int32]

SPOOL = "spool"
GONE = -1


@dataclass(frozen=True, slots=True)
class Descent:
    """What becomes of the rows of a library in another one.

    Attributes:
        moved: (old rows,) int32: their new numbers, ascending or not; GONE for those that go.
        origins: (new rows,) int32: their old numbers; GONE for those that are new.
    """

    moved: Int32s
    origins: Int32s

    @property
    def fresh(self) -> Int32s:
        """The numbers of the rows that are new."""
        return np.flatnonzero(self.origins == GONE).astype(np.int32)


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
    descent = _descent(base.digests if base else digests[:0], digests)
    files = Files(folder)
    with files.column("digests.u8") as column:
        column.append(digests)
    _write_index(files, rows, descent, segmenter, progress, base)
    write_records(files, "paragraphs", _paragraphs(rows, descent, base))
    cards = _cards(candidates.articles, rows, descent, base)
    write_records(files, "articles", one_by_one(cards))
    write_catalogue(files, cards)
    with files.column("keys") as column:
        keys = np.array([(article.key, number) for number, article in enumerate(candidates.articles)], dtype=KEY)
        column.append(np.sort(keys, order="key"))
    shift = shift_of(open_files(folder, segmenter))
    write_manifest(files, Manifest(candidates.faults, shift))


def _descent(old: npt.NDArray[np.uint64], new: npt.NDArray[np.uint64]) -> Descent:
    """Which of the old digests is which of the new; of several that are equal, only the first is taken for any."""
    moved = np.full(len(old), GONE, np.int32)
    origins = np.full(len(new), GONE, np.int32)
    if len(old) and len(new):
        order = np.argsort(old[:, 0], kind="stable")
        places = order.take(np.searchsorted(old[order, 0], new[:, 0]), mode="clip")
        same = np.flatnonzero((old[places] == new).all(axis=1))
        taken, first = np.unique(places[same], return_index=True)
        moved[taken] = same[first]
        origins[same[first]] = taken
    return Descent(moved, origins)


def _write_index(
    files: Files,
    rows: Sequence[Row],
    descent: Descent,
    segmenter: Segmenter,
    progress: Callable[[int, int], None] | None,
    base: Library | None,
) -> None:
    fresh, spool = descent.fresh, files.folder / SPOOL
    tell = (lambda done: progress(done, len(fresh))) if progress else None
    spool.mkdir()
    try:
        texts = (rows[number].published_text for number in fresh.tolist())
        sources = [Source(piece, fresh) for piece in counted(texts, len(fresh), segmenter, spool, tell)]
        if base:
            sources.append(Source(base.index.postings, descent.moved))
        write_index(files, merge(sources))
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _paragraphs(
    rows: Sequence[Row], descent: Descent, base: Library | None
) -> Iterator[tuple[bytes | memoryview, npt.ArrayLike]]:
    """The record of each row; those that follow one another in both libraries are taken over at once."""
    if not rows:
        return
    origins, is_fresh = descent.origins, descent.origins == GONE
    breaks = (is_fresh[1:] != is_fresh[:-1]) | (~is_fresh[1:] & (np.diff(origins) != 1))
    for start, end in pairwise([0, *(np.flatnonzero(breaks) + 1).tolist(), len(rows)]):
        if base is None or is_fresh[start]:
            yield from one_by_one([row.number, row.section, row.text] for row in rows[start:end])
        else:
            starts = base.records.starts[origins[start] : origins[start] + end - start + 1]
            yield base.records.lines[starts[0] : starts[-1]], np.diff(starts)


def _cards(
    articles: Sequence[Article], rows: Sequence[Row], descent: Descent, base: Library | None
) -> list[dict[str, Any]]:
    counts = Counter(row.article.key for row in rows)
    groups = {article.key: group for group in near_duplicates(articles) for article in group}
    cards: list[dict[str, Any]] = []
    first_row = 0
    for article in articles:
        group, count = groups.get(article.key, (article,)), counts[article.key]
        known = _regions_of_first(descent.origins[first_row], base) if base and count else None
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
                "group": group[0].key,
                "twins": [other.id for other in group if other is not article],
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
