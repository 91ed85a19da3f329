"""Which of some old things are which of some new ones, by their digests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Int32s = npt.NDArray[np.int32]

GONE = -1


@dataclass(frozen=True, slots=True)
class Descent:
    """What becomes of old things, and where new ones come from.

    Attributes:
        moved: (old,) int32: their new numbers, ascending or not; GONE for those that go.
        origins: (new,) int32: their old numbers; GONE for those that are new.
    """

    moved: Int32s
    origins: Int32s

    @property
    def is_fresh(self) -> npt.NDArray[np.bool_]:
        """(new,): which are new."""
        fresh: npt.NDArray[np.bool_] = self.origins == GONE
        return fresh

    @property
    def runs(self) -> list[tuple[int, int]]:
        """The new things in pieces (start, end), each new or from one piece of the old ones."""
        if not len(self.origins):
            return []
        fresh = self.is_fresh
        breaks = (fresh[1:] != fresh[:-1]) | (~fresh[1:] & (np.diff(self.origins) != 1))
        edges = [0, *(np.flatnonzero(breaks) + 1).tolist(), len(self.origins)]
        return list(pairwise(edges))


def descent(old: npt.NDArray[np.uint64], new: npt.NDArray[np.uint64]) -> Descent:
    """Match by digests; of several that are equal the first is the first, the second the second.

    Args:
        old: (old, 2).
        new: (new, 2).
    """
    both = np.concatenate([old, new])
    order = np.lexsort(both.T)
    is_other = (both[order][1:] != both[order][:-1]).any(axis=1)
    kinds = np.cumsum(np.append(0, is_other)) if len(order) else order
    is_new = order >= len(old)
    _, left, right = np.intersect1d(
        _numbered(kinds[~is_new], len(both)),
        _numbered(kinds[is_new], len(both)),
        assume_unique=True,
        return_indices=True,
    )
    ones, others = order[~is_new][left], order[is_new][right] - len(old)
    found = Descent(np.full(len(old), GONE, np.int32), np.full(len(new), GONE, np.int32))
    found.moved[ones], found.origins[others] = others, ones
    return found


def _numbered(kinds: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Of ascending kinds, each together with its number among its like."""
    return kinds * size + np.arange(len(kinds)) - np.searchsorted(kinds, kinds)
