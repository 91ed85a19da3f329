"""Fits the sentence ranker on all sentences of the best passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.training.listwise import Lists, chosen_gains, fit
from retrieval.ranking.features import FEATURES
from retrieval.ranking.weights import vector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.training.examples import Example

PENALTY = 1.0
# Measured for the reranker and the confidence; here they helped the set that they were fitted on and cost 0.7 on news
# and 2.4 on CMRC when fitted on DRCD.
UNRANKED = ("characters", "asked thing", "telling words")
_RANKED = np.array([float(name not in UNRANKED) for name in FEATURES])


def fit_sentences(sets: Sequence[Sequence[Example]]) -> dict[str, float]:
    """The weights by feature; each set counts as much as the others."""
    taught = [[one for one in examples if one.right.any() and not one.right.all()] for examples in sets]
    total = sum(map(len, taught))
    shares = [np.full(len(examples), total / len(sets) / max(len(examples), 1)) for examples in taught]
    weights = fit(_lists([one for examples in taught for one in examples], np.concatenate(shares)), PENALTY)
    return dict(zip(FEATURES, weights.round(3).tolist(), strict=True))


def right_first(examples: Sequence[Example], table: Mapping[str, float]) -> float:
    """For what share of the questions the right sentence comes first."""
    return float(chosen_gains(_lists(examples, np.ones(len(examples))), vector(table, FEATURES)).mean())


def _lists(examples: Sequence[Example], shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Lists:
    return Lists(
        np.concatenate([one.ranked.features * _RANKED for one in examples]),
        np.array([len(one.sentences) for one in examples]),
        np.concatenate([one.right for one in examples]).astype(np.float64),
        shares,
    )
