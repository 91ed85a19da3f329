"""The TF-IDF index: three weighted fields in one inverted index of integer impacts.

A passage's score for a question is

    score(q, d) = sum over fields f, terms t of q:  w_f · idf_f(t) · impact(f, t, d)
    idf(t)      = ln(1 + (N − df + ½) / (df + ½))

with the impacts of `retrieval.index.postings`. The idf is a factor of the query, so that what is stored of a passage
depends on that passage alone. Impacts and query weights are integers, so that a sum is the same in any order, on any
machine and in any thread.
"""

from __future__ import annotations

from bisect import bisect_left
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from retrieval.index import kernel
from retrieval.index.columns import file_name, map_array, map_arrays
from retrieval.index.kernel import Lists, Scratch, Table, bucket_shift
from retrieval.index.postings import IMPACT_SCALE, Postings
from retrieval.index.terms import term_id, term_ids

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

    from retrieval.index.folder import Files
    from retrieval.index.terms import QueryTerm

TERMS_A_BUCKET = 8  # in the mean, at most: a look-up is three times as fast as a binary search of all terms
ARRAYS = {  # dtype by file name
    "terms": "<u8",
    "starts": "<i8",
    "rows": "<i4",
    "impacts": "|u1",
    "peaks": "|u1",
    "buckets": "<i8",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """The inverted index, as arrays that may be memory maps; searches are thread-safe.

    Attributes:
        passages: the number of passages (rows) that were indexed.
        table: where the postings of each term of each field are.
        rows: (postings,) int32: the passage of each posting.
        impacts: (postings,) uint8: its impact, times IMPACT_SCALE.
        within: (passages,) bool: the only passages that a search may find; None for all.
    """

    passages: int
    table: Table
    rows: npt.NDArray[np.int32]
    impacts: npt.NDArray[np.uint8]
    within: npt.NDArray[np.bool_] | None = None
    # Views of terms and starts: reading a single element is four times as fast as through numpy.
    _views: tuple[memoryview[int], memoryview[int]] = field(init=False, compare=False, repr=False)
    _scratches: list[Scratch] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_views", (self.table.terms.data, self.table.starts.data))

    @property
    def postings(self) -> Postings:
        """The postings of all terms of all fields."""
        return Postings(self.table.terms, self.table.starts, self.rows, self.impacts)

    def search(self, query: Iterable[QueryTerm], k: int) -> tuple[tuple[int, float], ...]:
        """Return the k best passages as (row, score), best first, ties by row; only rows with a term of the query.

        Scores are above 0. Fewer than k are returned if fewer hold a term; none for an empty query or a k below 1.
        """
        weigh, search = kernel.current_kernel()
        fields, terms, weights = list(zip(*query, strict=True)) or ((), (), ())
        weighed = weigh(self.table, self.passages, term_ids(fields, terms), np.array(weights, np.float64))
        k = min(k, self.passages)
        if k < 1 or not len(weighed.starts):
            return ()
        try:
            scratch = self._scratches.pop()  # each concurrent search has its own
        except IndexError:
            scratch = Scratch.of(self.passages)
        lists = Lists(*weighed[:-1], self.rows, self.impacts)
        rows, totals = search(lists, self.within, scratch, k)
        self._scratches.append(scratch)
        return tuple(zip(rows.tolist(), (totals / (IMPACT_SCALE * weighed.scale)).tolist(), strict=True))

    def document_frequency(self, field: str, term: str) -> int:
        """Return the number of passages that hold a term, those outside `within` included; 0 for an unknown one."""
        terms, starts = self._views
        wanted = term_id(field, term)
        bucket = wanted >> bucket_shift(self.table)
        place = bisect_left(terms, wanted, self.table.buckets.item(bucket), self.table.buckets.item(bucket + 1))
        return starts[place + 1] - starts[place] if place < len(terms) and terms[place] == wanted else 0


def write_index(files: Files, parts: Iterable[Postings]) -> None:
    """Write an index in parts.

    Args:
        files: of the folder.
        parts: disjoint ranges of terms, in ascending order, as `retrieval.index.merging.merge` yields them.
    """
    with ExitStack() as stack:
        columns = {name: stack.enter_context(files.column(file_name(name, dtype))) for name, dtype in ARRAYS.items()}
        written = 0
        for part in parts:
            columns["terms"].append(part.terms)
            columns["starts"].append(part.starts[:-1] + written)
            columns["rows"].append(part.rows)
            columns["impacts"].append(part.impacts)
            columns["peaks"].append(np.maximum.reduceat(part.impacts, part.starts[:-1]))
            written += len(part.rows)
        columns["starts"].append(np.array([written], np.int64))
        columns["terms"].flush()
        terms = map_array(files.folder / file_name("terms", ARRAYS["terms"]), ARRAYS["terms"])
        columns["buckets"].append(_buckets(terms))


def _buckets(terms: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Return where in the ascending terms each bucket begins, and the end of the last one: `Table.buckets`.

    A bucket holds the terms with the same upper n bits; there are 2ⁿ, at least 2. The least n is taken at which they
    hold fewer than TERMS_A_BUCKET terms in the mean; as terms are hashes, one may hold two or three times as many.
    """
    bits = max(1, (len(terms) // TERMS_A_BUCKET).bit_length())
    edges = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
    return np.append(np.searchsorted(terms, edges), len(terms))


def open_index(folder: Path, passages: int) -> Index:
    """Map the files that `write_index` wrote.

    Raises:
        OSError: a file cannot be opened.
        ValueError: the files don't fit one another.
    """
    terms, starts, rows, impacts, peaks, buckets = map_arrays(folder, ARRAYS)
    if not (
        len(starts) - 1 == len(terms) == len(peaks) == int(buckets[-1])
        and len(rows) == len(impacts) == int(starts[-1])
        and (len(buckets) - 1).bit_count() == 1 < len(buckets)
    ):
        raise ValueError("the files do not fit one another")
    return Index(passages=passages, table=Table(terms, starts, peaks, buckets), rows=rows, impacts=impacts)
