"""Fits the weights that rank the best passages which the index finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.training.listwise import Lists, Vector, fit
from retrieval.question.query import parse_question
from retrieval.search import PASSAGE_FEATURES, RERANKED, passage_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library
    from retrieval.ranking.matching import Matrix

PENALTY = 10.0


def fit_passages(asked: Sequence[tuple[Library, Sequence[tuple[Gold, ...]]]]) -> dict[str, float]:
    """Return the weights by feature; questions whose right article is not among the hits are left out."""
    cases = [case for library, groups in asked for golds in groups if (case := _case(library, golds))]
    lists = Lists(
        np.concatenate([rows for rows, _ in cases]),
        np.array([len(rows) for rows, _ in cases]),
        np.concatenate([right for _, right in cases]),
        np.ones(len(cases)),
    )
    return dict(zip(PASSAGE_FEATURES, fit(lists, PENALTY).round(3).tolist(), strict=True))


def _case(library: Library, golds: tuple[Gold, ...]) -> tuple[Matrix, Vector] | None:
    query = parse_question(golds[0].question, library.segmenter)
    hits = library.search(query.terms, RERANKED) if query.parts else ()
    right = np.array([float(any(gold.accepts_article(hit.passage.article) for gold in golds)) for hit in hits])
    return (passage_features(library, query, hits), right) if right.any() else None
