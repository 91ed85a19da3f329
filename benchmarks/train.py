"""Makes retrieval/weights.json: linear weights for sentences, spans and confidence.

Trained on CMRC 2018 (CC BY-SA 4.0) and DRCD (CC BY-SA 3.0) only. Run it as

    python benchmarks/train.py SETS

where SETS is a folder with cmrc_trial/ and drcd_dev/, each with articles.jsonl.gz and questions.jsonl.gz.
It prints what the weights reach on questions left out of the fit, and on any other set in the folder.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import platformdirs
from sklearn.linear_model import LogisticRegression

from corpus.text import normalize
from retrieval.answer import PASSAGES
from retrieval.cache import open_or_build
from retrieval.confidence import CONFIDENCE_FEATURES, weigh
from retrieval.evaluate import auroc, character_f1
from retrieval.features import FEATURES
from retrieval.gold import Gold, read_questions
from retrieval.query import Query, understand
from retrieval.rank import Ranked, rank
from retrieval.scene import SPAN_FEATURES, look, span_features
from retrieval.sentences import Sentence, sentences_of
from retrieval.spans import group_of, spans_of
from retrieval.weights import vector, weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.library import Library

TRAINED_ON = ("cmrc_trial", "drcd_dev")
NEGATIVES = 8  # sentences a question, the likeliest wrong ones
WRONG_SPANS = 30  # a question
TELLING = 5.0  # idf of a word that may take another's place
QUESTIONS = 1000  # of a set, at most
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A question, the sentences found for it, and which of them are right."""

    gold: Gold
    query: Query
    sentences: list[Sentence]
    ranked: Ranked
    right: npt.NDArray[np.bool_]


def examples(library: Library, golds: Iterable[Gold]) -> Iterator[Example]:
    """Ask each question without choosing."""
    for gold in golds:
        query = understand(gold.question, library.segmenter)
        found = sentences_of(library.search(query.terms, PASSAGES))
        if query.parts and found:
            ranked = rank(library, query.parts[0], found)
            yield Example(gold, query, found, ranked, np.array([is_right(gold, one) for one in found]))


def is_right(gold: Gold, sentence: Sentence) -> bool:
    """Whether a sentence is of the right article and holds an accepted string."""
    return gold.accepts_article(sentence.passage.article) and any(
        normalize(text).text in sentence.text for text in gold.answers or ()
    )


def pairwise(differences: Sequence[Matrix], names: Sequence[str]) -> dict[str, float]:
    """Logistic regression on right minus wrong, every question weighing the same."""
    rows = np.concatenate(differences)
    share = np.concatenate([np.full(len(one), 1 / len(one)) for one in differences])
    model = LogisticRegression(fit_intercept=False, max_iter=1000)
    model.fit(
        np.concatenate([rows, -rows]),
        np.r_[np.ones(len(rows)), np.zeros(len(rows))],
        sample_weight=np.r_[share, share],
    )
    return dict(zip(names, model.coef_[0].round(3).tolist(), strict=True))


def sentence_differences(items: Iterable[Example]) -> list[Matrix]:
    """The best right sentence against the likeliest wrong ones."""
    words, local = FEATURES.index("words"), FEATURES.index("local words")
    found = []
    for item in items:
        if item.right.any() and not item.right.all():
            likely = item.ranked.features[:, words] + item.ranked.features[:, local]
            right = item.ranked.features[item.right][np.argmax(likely[item.right])]
            wrong = item.ranked.features[~item.right][np.argsort(-likely[~item.right])[:NEGATIVES]]
            found.append(right - wrong)
    return found


def span_cases(library: Library, items: Iterable[Example]) -> Iterator[tuple[str, Matrix, npt.NDArray[np.float64]]]:
    """For each question its group, the features of all candidates in the right sentence, and their F1."""
    for item in items:
        number = next((i for i in item.ranked.order if item.right[i]), None)
        if number is not None:
            text = item.sentences[number].text
            scene = look(library.segmenter, item.query.parts[0], text)
            spans = list(spans_of(scene))
            rows = [[span_features(scene, *span)[name] for name in SPAN_FEATURES] for span in spans]
            words = [text[scene.tokens[first].start : scene.tokens[last].end] for first, last in spans]
            f1 = [max(character_f1(word, text) for text in item.gold.answers or ()) for word in words]
            if spans:
                yield group_of(item.query.parts[0].kind), np.array(rows), np.array(f1)


def span_differences(cases: Iterable[tuple[str, Matrix, npt.NDArray[np.float64]]], group: str) -> list[Matrix]:
    """The best candidate against worse ones, chosen at random."""
    choose = np.random.default_rng(0)
    found = []
    for kind, rows, f1 in cases:
        if kind != group:
            continue
        worse = np.flatnonzero(f1 < f1.max() - 0.2)
        if f1.max() > 0.5 and len(worse):
            wrong = rows[choose.choice(worse, min(WRONG_SPANS, len(worse)), replace=False)]
            found.append(rows[int(np.argmax(f1))] - wrong)
    return found


def confidence_cases(library: Library, items: Iterable[Example]) -> Iterator[tuple[list[float], bool]]:
    """Each question three times: as it is, without the right paragraph, and without the right sentences."""
    for item in items:
        part = item.query.parts[0]
        kept = {
            "all": item.sentences,
            "no paragraph": [s for s in item.sentences if not item.gold.accepts_article(s.passage.article)],
            "no sentence": [s for s, is_right in zip(item.sentences, item.right, strict=True) if not is_right],
        }
        for sentences in kept.values():
            if sentences:
                ranked = rank(library, part, sentences)
                values = weigh(ranked).values
                yield [values[name] for name in CONFIDENCE_FEATURES], is_right(item.gold, sentences[ranked.order[0]])


def swapped_cases(library: Library, items: Sequence[Example]) -> Iterator[tuple[list[float], bool]]:
    """Questions that nothing answers: of another year, or with the most telling word replaced."""
    choose = random.Random(0)
    for item in items:
        for question in (
            _other_year(item.gold.question, choose),
            _other_word(item, _rarest(choose.choice(items))),
            _other_word(item, _word_beside(library, item, choose)),
        ):
            query = understand(question, library.segmenter)
            found = sentences_of(library.search(query.terms, PASSAGES))
            if question != item.gold.question and query.parts and found:
                values = weigh(rank(library, query.parts[0], found)).values
                yield [values[name] for name in CONFIDENCE_FEATURES], False


def _other_year(question: str, choose: random.Random) -> str:
    return re.sub(
        r"(?<!\d)(1[5-9]|20)\d\d(?=年)", lambda match: str(int(match[0]) + choose.choice((-2, -1, 1, 2))), question
    )


def _other_word(item: Example, word: str) -> str:
    """The question with its most telling word replaced."""
    return item.query.parts[0].text.replace(_rarest(item), word)


def _rarest(item: Example) -> str:
    return max(zip(item.ranked.weights, item.ranked.words, strict=True))[1]


def _word_beside(library: Library, item: Example, choose: random.Random) -> str:
    """A telling word of the right paragraph that the question lacks: the hardest near misses are made of such."""
    beside = " ".join(s.text for s in item.sentences if item.gold.accepts_article(s.passage.article))
    words = {token.word for token in library.segmenter.tokens(beside) if len(token.word) > 1}
    new = (word for word in words if word not in item.query.parts[0].text and not word[0].isdigit())
    telling = sorted(word for word in new if library.idf("word", word) > TELLING)
    return choose.choice(telling or [_rarest(item)])


def fit_confidence(cases: Sequence[tuple[list[float], bool]]) -> dict[str, float]:
    """Plain logistic regression; the constant is a feature."""
    model = LogisticRegression(fit_intercept=False, max_iter=2000)
    model.fit(np.array([row for row, _ in cases]), np.array([is_right for _, is_right in cases]))
    return dict(zip(CONFIDENCE_FEATURES, model.coef_[0].round(3).tolist(), strict=True))


def main() -> None:
    """Fit, print what is reached, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--only", choices=("sentence", "span", "confidence"), help="fit this alone")
    options = parser.parse_args()
    cache = platformdirs.user_cache_path("chuwen")
    libraries, items = {}, {}
    for folder in sorted(options.sets.iterdir()):
        libraries[folder.name] = open_or_build(folder / "articles.jsonl.gz", cache)
        golds = [gold for gold in read_questions(folder / "questions.jsonl.gz") if gold.answers]
        golds = random.Random(0).sample(golds, min(QUESTIONS, len(golds)))
        if not golds:
            continue
        items[folder.name] = list(examples(libraries[folder.name], golds))
        print(f"{folder.name}: {len(golds)} questions", flush=True)
    if options.only in (None, "sentence"):
        write(sentence=fit_sentences(items))
    if options.only in (None, "span"):
        write(span=fit_spans(libraries, items))
    if options.only in (None, "confidence"):
        write(confidence=fit_all_confidence(libraries, items))


def write(**tables: object) -> None:
    """Put tables into the shipped file, so that what is fitted next uses what was fitted first."""
    path = Path(__file__).parents[1] / "retrieval" / "weights.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | tables, indent=1) + "\n", "utf-8")
    weights.cache_clear()


def fit_sentences(items: dict[str, list[Example]]) -> dict[str, float]:
    """The ranker; printed cross-fitted: each training set with the weights of the other."""

    def hits(name: str, table: dict[str, float]) -> float:
        factors = vector(table, FEATURES)
        return float(np.mean([one.right[np.argmax(one.ranked.features @ factors)] for one in items[name]]))

    both = pairwise([d for name in TRAINED_ON for d in sentence_differences(items[name])], FEATURES)
    for name in items:
        others = [other for other in TRAINED_ON if other != name]
        crossed = pairwise([d for other in others for d in sentence_differences(items[other])], FEATURES)
        print(
            f"right sentence first, {name}: {hits(name, crossed):.3f}, fitted with it {hits(name, both):.3f}",
            flush=True,
        )
    return both


def fit_spans(libraries: dict[str, Library], items: dict[str, list[Example]]) -> dict[str, dict[str, float]]:
    """The span rankers, likewise; F1 with the right sentence given."""
    cases = {name: list(span_cases(libraries[name], items[name])) for name in items}
    groups = sorted({group for one in cases.values() for group, _, _ in one})

    def fitted(names: Iterable[str]) -> dict[str, dict[str, float]]:
        listed = [case for name in names for case in cases[name]]
        return {group: pairwise(span_differences(listed, group), SPAN_FEATURES) for group in groups}

    def f1(name: str, tables: dict[str, dict[str, float]], group: str) -> float:
        factors = vector(tables[group], SPAN_FEATURES)
        return float(np.mean([f1[np.argmax(rows @ factors)] for kind, rows, f1 in cases[name] if kind == group]))

    both = fitted(TRAINED_ON)
    for name in items:
        crossed = fitted(other for other in TRAINED_ON if other != name)
        for group in groups:
            mine = [f1.max() for kind, _, f1 in cases[name] if kind == group]
            print(
                f"span F1, {name}, {group} ({len(mine)}): {f1(name, crossed, group):.3f}, "
                f"fitted with it {f1(name, both, group):.3f}, ceiling {np.mean(mine):.3f}",
                flush=True,
            )
    return both


def fit_all_confidence(libraries: dict[str, Library], items: dict[str, list[Example]]) -> dict[str, float]:
    """The confidence, likewise; AUROC over all protocols together."""
    cases = {
        name: [*confidence_cases(libraries[name], items[name]), *swapped_cases(libraries[name], items[name])]
        for name in items
    }

    def area(name: str, table: dict[str, float]) -> float:
        factors = vector(table, CONFIDENCE_FEATURES)
        return auroc([(float(np.dot(row, factors)), is_right) for row, is_right in cases[name]]) or 0.0

    both = fit_confidence([case for name in TRAINED_ON for case in cases[name]])
    for name in items:
        others = [other for other in TRAINED_ON if other != name]
        crossed = fit_confidence([case for other in others for case in cases[other]])
        print(f"AUROC, {name}: {area(name, crossed):.3f}, fitted with it {area(name, both):.3f}", flush=True)
    return both


if __name__ == "__main__":
    main()
