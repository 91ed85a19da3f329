"""Loads the trained weights, JSON files in this package that `python -m benchmarks.training` writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.ranking.trees import Trees, read_trees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """All trained weights.

    Attributes:
        passage: weights by feature (`search.PASSAGE_FEATURES`) that rank the passages which the index finds.
        sentence: weights by feature (`features.FEATURES`) that rank sentences.
        span: weights by feature that rank spans of a sentence, in tables: "all", one by kind of question, one by class
            of the thing asked for.
        confidence: log odds that the best sentence answers.
        threshold: the least confidence of an answer that is given.
    """

    passage: Mapping[str, float]
    sentence: Mapping[str, float]
    span: Mapping[str, Mapping[str, float]]
    confidence: Trees
    threshold: float  # 0..1


@cache
def weights() -> Weights:
    """Return the weights that ship with this version; read once per process."""
    return Weights(**_read("weights.json"), confidence=read_trees(_read("confidence.json")))


def _read(name: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(resources.files("retrieval.ranking").joinpath(name).read_text("utf-8"))
    return record


def vector(table: Mapping[str, float], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the weights of features in the order of their names: (len(names),) float64; 0 for one not in the table."""
    return np.array([table.get(name, 0.0) for name in names])
