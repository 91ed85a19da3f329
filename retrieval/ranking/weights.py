"""The trained numbers, as a small readable file that ships with the code."""

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
    """Linear weights by feature name, and trees; `python -m benchmarks.training` makes them.

    Attributes:
        passage: puts the passages that the index finds in order.
        sentence: ranks sentences.
        span: ranks the words within a sentence: a table for all questions, others by kind and by thing asked for.
        confidence: log odds that the best sentence answers.
        threshold: an answer below this confidence is not given.
    """

    passage: Mapping[str, float]
    sentence: Mapping[str, float]
    span: Mapping[str, Mapping[str, float]]
    confidence: Trees
    threshold: float  # 0..1


@cache
def weights() -> Weights:
    """The weights that ship with this version."""
    return Weights(**_read("weights.json"), confidence=read_trees(_read("confidence.json")))


def _read(name: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(resources.files("retrieval.ranking").joinpath(name).read_text("utf-8"))
    return record


def vector(table: Mapping[str, float], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """The weights of some features in their order: (len(names),) float64; one that is not listed weighs nothing."""
    return np.array([table.get(name, 0.0) for name in names])
