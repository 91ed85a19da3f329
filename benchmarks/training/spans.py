"""Fits the weights that rank spans: tables for all questions, by kind of question, and by class of the thing asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.training.listwise import Lists, Vector, fit
from retrieval.evaluation.evaluate import character_f1
from retrieval.question.kinds import QuestionKind
from retrieval.ranking.span_context import build_span_context
from retrieval.ranking.span_features import first_word_features, last_word_features, thing_class, whole_span_features
from retrieval.ranking.spans import candidate_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.training.examples import Example
    from retrieval.library import Library

PENALTY = 3.0
LEAST_SEEN = 50  # questions that must have a feature; what fewer have does not generalise
LEAST_WEIGHT = 0.05  # smaller weights are left out: half of all, without loss
LEAST_F1 = 0.3  # of the best candidate; a question whose answer is no span of the sentence is left out

Tables = dict[str, dict[str, float]]
Name = tuple[str, str]  # the table and the feature


@dataclass(frozen=True)
class Case:
    """The spans of one sentence as candidates for the answer to one question."""

    candidates: list[dict[Name, float]]  # of each span its features, in each table that counts for the question
    f1: Vector  # (len(candidates),): the best F1 of each with an accepted answer


def span_case(library: Library, example: Example, number: int) -> Case | None:
    """Measure the spans of sentence `number` of an example; None if it has none, or for a yes-no question."""
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
    return Case(candidates, np.array([max(character_f1(word, text) for text in example.accepted) for word in words]))


def fit_tables(sets: Sequence[Sequence[Case]]) -> Tables:
    """Return the tables without small weights; each set counts as much as the others, whatever its size."""
    useful = [[case for case in cases if case.f1.max() > LEAST_F1] for cases in sets]
    all_cases = [case for cases in useful for case in cases]
    shares = [np.full(len(cases), len(all_cases) / len(sets) / max(len(cases), 1)) for cases in useful]
    seen = Counter(name for case in all_cases for name in {name for candidate in case.candidates for name in candidate})
    names = sorted(name for name, count in seen.items() if count >= LEAST_SEEN)
    weights = fit(_lists(all_cases, names, np.concatenate(shares)), PENALTY)
    tables: Tables = {}
    for (group, name), weight in zip(names, weights, strict=True):
        if abs(weight) >= LEAST_WEIGHT:
            tables.setdefault(group, {})[name] = round(float(weight), 2)
    return tables


def _lists(cases: Sequence[Case], names: Sequence[Name], shares: Vector) -> Lists:
    columns = {name: number for number, name in enumerate(names)}
    indices: list[int] = []
    values: list[float] = []
    ends = [0]
    for case in cases:
        for candidate in case.candidates:
            known = [(columns[name], value) for name, value in candidate.items() if name in columns]
            indices.extend(column for column, _ in known)
            values.extend(value for _, value in known)
            ends.append(len(indices))
    rows = csr_matrix((np.array(values), np.array(indices), np.array(ends)), shape=(len(ends) - 1, len(names)))
    sizes = np.array([len(case.candidates) for case in cases])
    return Lists(rows, sizes, np.concatenate([case.f1 for case in cases]), shares)
