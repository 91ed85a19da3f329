"""Fits the span ranker: tables of feature weights for all questions, and by kind of question and thing asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.training.listwise import Lists, Vector, chosen_gains, fit
from retrieval.evaluation.evaluate import character_f1
from retrieval.question.kinds import QuestionKind
from retrieval.ranking.span_context import build_span_context
from retrieval.ranking.span_features import first_word_features, last_word_features, thing_class, whole_span_features
from retrieval.ranking.spans import candidate_spans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.training.examples import Example
    from retrieval.library import Library

PENALTY = 3.0
LEAST_SEEN = 50  # questions; a feature that fewer have teaches nothing that holds elsewhere
LEAST_WEIGHT = 0.05  # below it a weight is left out: half of them, for no loss
LEAST_F1 = 0.3  # of the best candidate: questions whose answer is no span of the sentence teach nothing

Tables = dict[str, dict[str, float]]
Name = tuple[str, str]  # the table and the feature


@dataclass(frozen=True)
class Case:
    """The candidates for one question in one sentence: for each its features by name, and its F1."""

    candidates: list[dict[Name, float]]
    f1: Vector


def case(library: Library, example: Example, number: int) -> Case | None:
    """The spans of one of an example's sentences; None where it has none."""
    part, text = example.query.parts[0], example.sentences[number].text
    context = build_span_context(library.segmenter, part, text)
    groups = ("all", str(part.kind), thing_class(part))
    spans = candidate_spans(context)
    if not spans or part.kind is QuestionKind.YES_NO:
        return None
    firsts = {first: first_word_features(context, first) for first, _ in spans}
    lasts = {last: last_word_features(context, last) for _, last in spans}
    candidates = [
        {
            (group, name): value
            for features in (firsts[first], lasts[last], whole_span_features(context, first, last))
            for name, value in features.items()
            if value
            for group in groups
            if group
        }
        for first, last in spans
    ]
    words = [text[context.tokens[first].start : context.tokens[last].end] for first, last in spans]
    return Case(candidates, np.array([max(character_f1(word, one) for one in example.accepted) for word in words]))


def fit_tables(sets: Sequence[Sequence[Case]]) -> Tables:
    """The tables, small weights left out; each set counts as much as the others, however many questions it has."""
    chosen = [[one for one in cases if one.f1.max() > LEAST_F1] for cases in sets]
    taught = [one for cases in chosen for one in cases]
    shares = [np.full(len(cases), len(taught) / len(sets) / max(len(cases), 1)) for cases in chosen]
    seen = Counter(name for one in taught for name in {name for candidate in one.candidates for name in candidate})
    names = sorted(name for name, count in seen.items() if count >= LEAST_SEEN)
    weights = fit(_lists(taught, names, np.concatenate(shares)), PENALTY)
    tables: Tables = {}
    for (group, name), weight in zip(names, weights, strict=True):
        if abs(weight) >= LEAST_WEIGHT:
            tables.setdefault(group, {})[name] = round(float(weight), 2)
    return tables


def mean_f1(cases: Sequence[Case], tables: Mapping[str, Mapping[str, float]]) -> float:
    """The F1 that the tables reach, in the mean."""
    names = sorted((group, name) for group, table in tables.items() for name in table)
    weights = np.array([tables[group][name] for group, name in names])
    return float(chosen_gains(_lists(cases, names, np.ones(len(cases))), weights).mean())


def _lists(cases: Sequence[Case], names: Sequence[Name], shares: Vector) -> Lists:
    columns = {name: number for number, name in enumerate(names)}
    indices: list[int] = []
    values: list[float] = []
    ends = [0]
    for one in cases:
        for candidate in one.candidates:
            known = [(columns[name], value) for name, value in candidate.items() if name in columns]
            indices.extend(column for column, _ in known)
            values.extend(value for _, value in known)
            ends.append(len(indices))
    rows = csr_matrix((np.array(values), np.array(indices), np.array(ends)), shape=(len(ends) - 1, len(names)))
    sizes = np.array([len(one.candidates) for one in cases])
    return Lists(rows, sizes, np.concatenate([one.f1 for one in cases]), shares)
