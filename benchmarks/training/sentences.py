"""Fits the weights that rank sentences, on all sentences of the best passages."""

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
# Features for the ranking of passages and the confidence only: here they helped the set that they were fitted on, but
# cost 0.7 points on news, and 2.4 on CMRC when fitted on DRCD.
UNRANKED = ("characters", "asked thing", "telling words")
_RANKED = np.array([float(name not in UNRANKED) for name in FEATURES])


def fit_sentences(sets: Sequence[Sequence[Example]]) -> dict[str, float]:
    """Return the weights by feature; each set counts as much as the others.

    Only examples with both right and wrong sentences are used.
    """
    useful = [[example for example in examples if example.right.any() and not example.right.all()] for examples in sets]
    total = sum(map(len, useful))
    shares = [np.full(len(examples), total / len(sets) / max(len(examples), 1)) for examples in useful]
    weights = fit(_lists([example for examples in useful for example in examples], np.concatenate(shares)), PENALTY)
    return dict(zip(FEATURES, weights.round(3).tolist(), strict=True))


def right_first(examples: Sequence[Example], table: Mapping[str, float]) -> float:
    """Return the share of the questions for which a right sentence comes first, 0..1."""
    return float(chosen_gains(_lists(examples, np.ones(len(examples))), vector(table, FEATURES)).mean())


def _lists(examples: Sequence[Example], shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Lists:
    return Lists(
        np.concatenate([example.ranked.features * _RANKED for example in examples]),
        np.array([len(example.sentences) for example in examples]),
        np.concatenate([example.right for example in examples]).astype(np.float64),
        shares,
    )
