"""Aligns two lists by the digests of their items: which old item is which new one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Int32s = npt.NDArray[np.int32]

GONE = -1  # stands for the index of an item that the other list lacks


@dataclass(frozen=True, slots=True)
class Alignment:
    """The index of each item in the other list."""

    #: (old,) int32: the new index of each old item, not necessarily ascending; GONE if it was removed
    moved: Int32s
    #: (new,) int32: the old index of each new item; GONE if it was added
    origins: Int32s

    @property
    def is_fresh(self) -> npt.NDArray[np.bool_]:
        """(new,): True for items that were added."""
        fresh: npt.NDArray[np.bool_] = self.origins == GONE
        return fresh

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Ranges (start, end), end excluded, that cover the new list; each as long as possible.

        In each, all items are added, or they are consecutive in the old list.
        """
        if not len(self.origins):
            return []
        fresh = self.is_fresh
        breaks = (fresh[1:] != fresh[:-1]) | (~fresh[1:] & (np.diff(self.origins) != 1))
        edges = [0, *(np.flatnonzero(breaks) + 1).tolist(), len(self.origins)]
        return list(pairwise(edges))


def align(old: npt.NDArray[np.uint64], new: npt.NDArray[np.uint64]) -> Alignment:
    """Match equal digests; the n-th occurrence of a digest in one list matches the n-th in the other.

    Args:
        old: (old, 2): a digest per row.
        new: (new, 2): likewise.
    """
    both = np.concatenate([old, new])
    order = np.lexsort(both.T)
    is_other = (both[order][1:] != both[order][:-1]).any(axis=1)
    kinds = np.cumsum(np.append(0, is_other)) if len(order) else order
    is_new = order >= len(old)
    _, left, right = np.intersect1d(
        _occurrence_keys(kinds[~is_new], len(both)),
        _occurrence_keys(kinds[is_new], len(both)),
        assume_unique=True,
        return_indices=True,
    )
    old_indices, new_indices = order[~is_new][left], order[is_new][right] - len(old)
    alignment = Alignment(np.full(len(old), GONE, np.int32), np.full(len(new), GONE, np.int32))
    alignment.moved[old_indices], alignment.origins[new_indices] = new_indices, old_indices
    return alignment


def _occurrence_keys(kinds: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Return `kind * size + n` for the n-th occurrence (from 0) of each of some ascending kinds.

    The keys are distinct if no kind occurs more than `size` times.
    """
    return kinds * size + np.arange(len(kinds)) - np.searchsorted(kinds, kinds)
