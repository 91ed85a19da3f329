"""bm25s (Lù 2024): BM25 of every word in every paragraph worked out beforehand, summed up with NumPy or by numba.

It is given what makes it fastest for one question at a time, measured side by side on 10,000 paragraphs, p50 in ms:
`retrieve([words])`, made for many at once, 0.053; `get_scores` and then its own selection of the best 0.026. With
memory maps, as `load(mmap=True)` leaves them, that is 0.033: numba takes longer to recognise them than plain arrays,
so they are shown to it as such, which copies nothing. The scores are the same in all ways.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import bm25s
import numpy as np
from bm25s import selection

from benchmarks.speed.peer import DEPTH, Found, Opened, Peer, asked_in_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.speed.texts import Texts


def _build(texts: Texts, folder: Path) -> None:
    """Index numbers instead of words, as its own tokenizer gives them; scipy sorts them faster than its own ways do."""
    vocabulary: dict[str, int] = {}
    numbers = [[vocabulary.setdefault(word, len(vocabulary)) for word in words] for words in texts.words()]
    index = bm25s.BM25(method="lucene", csc_backend="scipy")
    index.index((numbers, vocabulary), show_progress=False)
    index.save(folder, show_progress=False)


def _open(folder: Path, backend: str) -> Opened[list[str]]:
    index = bm25s.BM25.load(folder, mmap=True, backend=backend, show_progress=False)
    for name in ("data", "indices", "indptr"):
        index.scores[name] = np.asarray(index.scores[name])
    best = _numba_selection(index) if backend == "numba" else partial(selection.topk, backend="numpy")
    depth = min(DEPTH, index.scores["num_docs"])

    def search(words: list[str]) -> Found:
        scores, rows = best(index.get_scores(words), depth)
        return rows, scores

    return asked_in_words(search)


def _numba_selection(index: bm25s.BM25) -> Callable[..., Found]:
    """Have scores summed up and the best selected by numba; unless told not to, it sorts these a second time."""
    from bm25s.numba.selection import topk

    index.activate_numba_scorer()
    return partial(topk, sorted=False)


NUMPY = Peer(_build, partial(_open, backend="numpy"))
NUMBA = Peer(_build, partial(_open, backend="numba"))
