"""Fits linear weights of a listwise loss: a softmax over the candidates of a question should choose a good one.

The loss that is minimised over the weights w:

    L(w)   = − Σ_q share_q ln Σ_{c in q} p_c gain_c  +  penalty / 2 |w|²
    p_c    = exp(x_c · w) / Σ_{d in q} exp(x_d · w)
    ∂L/∂w  = − Σ_q share_q Σ_{c in q} p_c (gain_c / G_q − 1) x_c  +  penalty w,      G_q = Σ_{c in q} p_c gain_c

for questions q with candidates c of features x_c. The gain is 1 for a right candidate, or the F1 of a span, and 0 for a
wrong one. This is ListNet's top-one probability (Cao et al., "Learning to rank: from pairwise approach to listwise
approach", 2007) with the gain inside the logarithm. scikit-learn has no loss over lists; its logistic regression on
pairs (right minus wrong) puts the right sentence first for 79.1 of 100 questions, this loss for 80.4 (CMRC 2018, held
half).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Vector = npt.NDArray[np.float64]
MOST_ITERATIONS = 300
LEAST_GAIN = 1e-9  # added to G_q, so that a question without a right candidate has a logarithm


@dataclass(frozen=True)
class Lists:
    """The candidates of some questions; those of one question are consecutive rows.

    Attributes:
        rows: (candidates, features) float64, dense or sparse: x_c.
        sizes: (questions,) int64: the number of candidates of each question, at least one.
        gains: (candidates,) float64, 0..1.
        shares: (questions,) float64: the weight of each question.
    """

    rows: csr_matrix | npt.NDArray[np.float64]
    sizes: npt.NDArray[np.int64]
    gains: Vector
    shares: Vector


def fit(lists: Lists, penalty: float) -> Vector:
    """Minimise the loss with L-BFGS and return the weights, (features,); dense features are scaled to deviation 1."""
    scale = _scale(lists.rows)
    rows = lists.rows.multiply(1 / scale).tocsr() if hasattr(lists.rows, "multiply") else lists.rows / scale

    def loss(weights: Vector) -> tuple[float, Vector]:
        chosen = softmax(rows @ weights, lists.sizes)
        starts = _starts(lists.sizes)
        expected = np.add.reduceat(chosen * lists.gains, starts) + LEAST_GAIN
        slope = chosen * (lists.gains / np.repeat(expected, lists.sizes) - 1) * np.repeat(lists.shares, lists.sizes)
        return (
            float(-(np.log(expected) * lists.shares).sum() + penalty / 2 * weights @ weights),
            penalty * weights - rows.T @ slope,
        )

    start = np.zeros(rows.shape[1])
    optimum = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_ITERATIONS})
    weights: Vector = optimum.x / scale
    return weights


def softmax(scores: Vector, sizes: npt.NDArray[np.int64]) -> Vector:
    """Return p_c for each candidate from its score x_c · w: (candidates,); they add up to 1 for each question."""
    starts = _starts(sizes)
    raised = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    shares: Vector = raised / np.repeat(np.add.reduceat(raised, starts), sizes)
    return shares


def chosen_gains(lists: Lists, weights: Vector) -> Vector:
    """Return the gain of the candidate with the highest score of each question: (questions,)."""
    scores, ends = lists.rows @ weights, np.cumsum(lists.sizes)
    starts = ends - lists.sizes
    return np.array([lists.gains[a + int(np.argmax(scores[a:b]))] for a, b in zip(starts, ends, strict=True)])


def _starts(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    starts: npt.NDArray[np.int64] = np.cumsum(sizes) - sizes
    return starts


def _scale(rows: csr_matrix | npt.NDArray[np.float64]) -> Vector:
    """Return what features are divided by: their standard deviation if dense, else 1, as they are 0 or about 1."""
    if hasattr(rows, "multiply"):
        return np.ones(rows.shape[1])
    deviation: Vector = rows.std(axis=0)
    return np.where(deviation > 0, deviation, 1.0)
