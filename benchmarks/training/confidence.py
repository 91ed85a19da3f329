"""Fits the confidence on cases in which the answer is there, was removed, or was never there.

The trees are gradient boosting of the log loss (Friedman, "Greedy function approximation: a gradient boosting machine",
2001), as scikit-learn's GradientBoostingClassifier does it.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

from benchmarks.training.examples import is_right
from retrieval.answer import PASSAGES
from retrieval.confidence.confidence import weigh
from retrieval.confidence.evidence_features import CONFIDENCE_FEATURES
from retrieval.confidence.vetoes import NAMES
from retrieval.question.query import parse_question
from retrieval.ranking.answer_types import anchors
from retrieval.ranking.rank import Ranked, rank
from retrieval.ranking.sentences import sentences_of
from retrieval.ranking.span_context import class_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from benchmarks.training.examples import Example
    from benchmarks.training.listwise import Vector
    from retrieval.library import Library

TREES, DEPTH = 120, 3
OTHERS = 40  # questions from which a name is drawn to replace another
TELLING = 5.0  # least idf of a word that replaces another
_YEAR = re.compile(r"(?<!\d)(1[5-9]|20)\d\d(?=年)")


@dataclass(frozen=True)
class Case:
    """The evidence for a best sentence, and whether it answers.

    Attributes:
        question: as asked.
        circumstance: how the case was made: all (as it is), no paragraph, no sentence, year, word, word beside, name
            or asked.
        values: CONFIDENCE_FEATURES by name.
        is_right: True if the best sentence answers.
    """

    question: str
    circumstance: str
    values: Mapping[str, float]
    is_right: bool


def cases(library: Library, examples: Sequence[Example]) -> Iterator[Case]:
    """Yield each question as it is, without the right article, without the right sentences, and with words replaced."""
    choose = random.Random(0)
    for example in examples:
        yield from _reduced(library, example)
        yield from _swapped(library, example, examples, choose)


def _reduced(library: Library, example: Example) -> Iterator[Case]:
    kept = {
        "all": example.sentences,
        "no paragraph": [
            sentence
            for sentence in example.sentences
            if not any(gold.accepts_article(sentence.passage.article) for gold in example.golds)
        ],
        "no sentence": [
            s for s, is_right_one in zip(example.sentences, example.right, strict=True) if not is_right_one
        ],
    }
    for circumstance, sentences in kept.items():
        if sentences:
            ranked = rank(library, example.query.parts[0], sentences)
            yield _case(library, example, circumstance, ranked, is_right(example.golds, sentences[ranked.order[0]]))


def _case(library: Library, example: Example, circumstance: str, ranked: Ranked, is_right: bool) -> Case:
    return Case(example.query.question, circumstance, weigh(library, ranked).values, is_right)


def _swapped(library: Library, example: Example, others: Sequence[Example], choose: random.Random) -> Iterator[Case]:
    """Yield questions that nothing answers: with another year, word, name or thing asked for."""
    question = example.golds[0].question
    swaps = {
        "year": _YEAR.sub(lambda match: str(int(match[0]) + choose.choice((-2, -1, 1, 2))), question),
        "word": _other_word(example, _rarest(choose.choice(others))),
        "word beside": _other_word(example, _word_beside(library, example, choose)),
        "name": _other_name(example, choose.sample(list(others), min(len(others), OTHERS)), choose),
        "asked": _other_asked(example, choose.choice(others)),
    }
    for circumstance, swapped in swaps.items():
        query = parse_question(swapped, library.segmenter)
        found = sentences_of(library.search(query.terms, PASSAGES)) if query.parts else []
        if swapped != question and found:
            yield _case(library, example, circumstance, rank(library, query.parts[0], found), is_right=False)


def _other_word(example: Example, word: str) -> str:
    """Return the question with its word of the greatest idf replaced."""
    return example.query.parts[0].text.replace(_rarest(example), word)


def _other_name(example: Example, others: Sequence[Example], choose: random.Random) -> str:
    """Return the question with a name replaced by one of its class from another question; as it is if there is none."""
    text, names = example.query.parts[0].text, _names(example)
    if not names:
        return example.golds[0].question
    name, kind = choose.choice(names)
    like = [word for other in others for word, its_kind in _names(other) if its_kind == kind and word not in text]
    return text.replace(name, choose.choice(like)) if like else example.golds[0].question


def _names(example: Example) -> list[tuple[str, str]]:
    classes = ((word, class_of(word)) for word in example.ranked.words if len(word) > 1)
    return [(word, kind) for word, kind in classes if kind in NAMES]


def _other_asked(example: Example, other: Example) -> str:
    """Return the question asking for the thing that another one asks for; as it is if both are of one kind."""
    part, asked = example.query.parts[0], other.query.parts[0]
    if asked.kind is part.kind:
        return example.golds[0].question
    thing = asked.text[slice(*asked.asked)] + anchors(asked)[1]
    end = part.asked[1] + len(anchors(part)[1])
    return part.text[: part.asked[0]] + thing + part.text[end:]


def _rarest(example: Example) -> str:
    """Return the word of a question with the greatest idf; empty if it has no words."""
    return max(zip(example.ranked.weights, example.ranked.words, strict=True))[1] if example.ranked.words else ""


def _word_beside(library: Library, example: Example, choose: random.Random) -> str:
    """Return a telling word of the right article that the question lacks; such words make the hardest near misses."""
    right = [s for s in example.sentences if any(g.accepts_article(s.passage.article) for g in example.golds)]
    words = {token.word for token in library.segmenter.tokens(" ".join(s.text for s in right)) if len(token.word) > 1}
    new = (word for word in words if word not in example.query.parts[0].text and not word[0].isdigit())
    telling = sorted(word for word in new if library.idf("word", word) > TELLING)
    return choose.choice(telling or [_rarest(example)])


def fit_confidence(sets: Sequence[Sequence[Case]]) -> GradientBoostingClassifier:
    """Fit shallow boosted trees; each set counts as much as the others.

    On near misses (only the answering sentence removed, or a word replaced) their AUROC is 1 to 3 points better than
    that of logistic regression, also on sets that neither was fitted on: a missing word means little in a long question
    and much in a short one.
    """
    all_cases = [case for cases in sets for case in cases]
    shares = np.concatenate([prior(cases) for cases in sets]) * len(all_cases) / len(sets)
    model = GradientBoostingClassifier(
        n_estimators=TREES, max_depth=DEPTH, learning_rate=0.08, subsample=0.5, min_samples_leaf=40, max_features=0.3,
        random_state=0,
    )  # fmt: skip
    model.fit(matrix(all_cases), [case.is_right for case in all_cases], sample_weight=shares)
    return model


def prior(cases: Sequence[Case]) -> Vector:
    """Return the weight of each case, (len(cases),), 1 in all: as if half of all questions could be answered."""
    is_whole = np.array([case.circumstance == "all" for case in cases])
    shares: Vector = np.where(is_whole, 0.5 / max(is_whole.sum(), 1), 0.5 / max((~is_whole).sum(), 1))
    return shares


def matrix(cases: Iterable[Case]) -> npt.NDArray[np.float64]:
    """Return the features of cases: (cases, len(CONFIDENCE_FEATURES)) float64."""
    return np.array([[case.values[name] for name in CONFIDENCE_FEATURES] for case in cases])


def trees_record(model: GradientBoostingClassifier) -> dict[str, Any]:
    """Return the trees as a JSON record for `retrieval.ranking.trees.read_trees`, rounded to four digits."""
    share = float(model.init_.class_prior_[1])
    roots = [_node_record(tree.tree_, 0, model.learning_rate) for tree in model.estimators_[:, 0]]
    return {"constant": round(math.log(share / (1 - share)), 4), "trees": roots}


def _node_record(tree: Any, number: int, rate: float) -> Any:
    value = round(rate * float(tree.value[number, 0, 0]), 4)
    if tree.children_left[number] < 0:
        return value
    below = (_node_record(tree, int(child[number]), rate) for child in (tree.children_left, tree.children_right))
    return [CONFIDENCE_FEATURES[tree.feature[number]], round(float(tree.threshold[number]), 4), value, *below]
