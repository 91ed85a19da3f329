"""The best of all scores, for engines that leave that to whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.speed.peer import DEPTH

if TYPE_CHECKING:
    import numpy.typing as npt

    from benchmarks.speed.peer import Found


def best(scores: npt.NDArray[np.floating[Any]]) -> Found:
    """The rows of the highest scores, and these."""
    depth = min(DEPTH, len(scores))
    rows = np.argpartition(scores, len(scores) - depth)[len(scores) - depth :]
    rows = rows[np.argsort(-scores[rows])]
    return rows, scores[rows]
