"""Measures the evidence that the best sentence answers: the features of which boosted trees make log odds.

Notation: w is a word of the question, idf(w) its `Library.idf`, m(w, t) in 0..1 how far w occurs in a text t
(`match_degree`); s is the best sentence, and "the evidence" is s with the sentence before, heading and title.

    missing(t) = Σ_w idf(w) (1 − m(w, t)) / Σ_w idf(w)                 a share: 0 if t has all words
    rarest(t)  = max_w idf(w) (1 − m(w, t)) / max_w idf(w)             a share, of one word
    lost(v, t) = Σ_w v(w) (1 − m(w, t)) / WEIGHT                       an amount: a long question has more to lack
    kept(v, t) = Σ_w v(w) m(w, t) / WEIGHT
    telling(w) = idf(w) (1 − TELLING m(w, title)) (1 − TELLING often(w))

where often(w) is the mean of m(w, ·) over those sentences of the article that were found. The features are the
project's own; the trees are fitted in `benchmarks.training.confidence`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from corpus.numbers import cached_numbers, digits
from corpus.text import normalize
from retrieval.confidence.region_scope import lacks_region
from retrieval.confidence.vetoes import NAMES
from retrieval.ranking.answer_types import FIGURES, anchors, kind_fit
from retrieval.ranking.features import FEATURES, TELLING
from retrieval.ranking.matching import match_degree, numbers_in
from retrieval.ranking.span_context import class_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.library import Library
    from retrieval.ranking.rank import Ranked
    from retrieval.ranking.sentences import Sentence
    from retrieval.words.segment import Segmenter

CONFIDENCE_FEATURES = (  # the names are those in confidence.json
    "score",  # the ranker's score of the sentence
    "margin",  # its lead over the best sentence of another article, 0..MOST_MARGIN
    "margin here",  # its lead over the second best of the same article, 0..MOST_MARGIN
    *(f"best {name}" for name in FEATURES),  # the ranker's features of the sentence
    "rarest missing",  # rarest(evidence)
    "rarest missing here",  # rarest(s)
    "missing in article",  # missing(all sentences found of the article)
    "missing anywhere",  # missing(all sentences found)
    "name missing",  # missing(evidence), of the question's names alone
    "name missing here",  # missing(s), of the question's names alone
    "number missing",  # share of the question's numbers that the evidence lacks
    "beside missing",  # share of the words next to the question word that the sentence lacks
    "verb missing",  # missing(s), of the question's verbs alone
    "elsewhere",  # 1 if the question names a year or a place of Hubei, and the evidence another
    "no figure",  # 1 if an amount or a time is asked for, and the sentence has none that fits
    "words",  # ln(1 + number of the question's words): few are soon found
    "weight missing",  # lost(idf, evidence)
    "weight missing here",  # lost(idf, s)
    "weight here",  # kept(idf, s)
    "telling missing here",  # lost(telling, s)
    "telling missing",  # lost(telling, s and the sentence before)
    "telling here",  # kept(telling, s)
    "characters missing here",  # idf of the question's different ideographs that the sentence lacks, over WEIGHT
)
MOST_MARGIN = 3.0  # of score; a sentence without a rival has this margin
WEIGHT = 10.0  # idf of a rare word, so that the weights of all features are about 1
LEAST_FIT = 0.45  # below it there is no time, or no amount in the unit asked for
YEARS = 1000, 2099  # numbers that are taken for years if 年 follows
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?=年|\D|$)")


def measure_evidence(library: Library, ranked: Ranked, context: str) -> dict[str, float]:
    """Measure CONFIDENCE_FEATURES of the first of some ranked sentences, by name.

    Args:
        library: gives the idf of characters and the frequency of words.
        ranked: the sentences.
        context: the first of them with its surroundings (`Ranked.context`).
    """
    best = ranked.order[0]
    return {
        **_score_features(ranked, best),
        **{f"best {name}": float(ranked.features[best, i]) for i, name in enumerate(FEATURES)},
        **_word_features(library.segmenter, ranked, best, context),
        **_weight_features(library, ranked, best, context),
        **_question_features(ranked, ranked.sentences[best], context),
    }


def missing_words(ranked: Ranked, text: str) -> list[tuple[float, str]]:
    """Return the words of the question that a text lacks, with idf(w) (1 − m(w, text)), the greatest first."""
    losses = (
        (weight * (1 - match_degree(word, text)), word)
        for weight, word in zip(ranked.weights, ranked.words, strict=True)
    )
    return sorted((loss for loss in losses if loss[0] > 0), reverse=True)


def _score_features(ranked: Ranked, best: int) -> dict[str, float]:
    """Return the features of scores: that of the best sentence and its margins."""
    article, top = ranked.sentences[best].passage.article.id, ranked.scores[best]
    rivals = [(ranked.sentences[i].passage.article.id == article, ranked.scores[i]) for i in ranked.order if i != best]
    other = next((score for is_same_article, score in rivals if not is_same_article), top - MOST_MARGIN)
    second = next((score for is_same_article, score in rivals if is_same_article), top - MOST_MARGIN)
    margins = {"margin": top - other, "margin here": top - second}
    # A sentence that was preferred, as the latest event, may score less than others, which is no reason for doubt.
    return {"score": top, **{name: max(0.0, min(margin, MOST_MARGIN)) for name, margin in margins.items()}}


def _word_features(segmenter: Segmenter, ranked: Ranked, best: int, context: str) -> dict[str, float]:
    """Return the features of words that are shares or counts, from the best sentence, its article or all found."""
    sentence = ranked.sentences[best]
    rarest = max(ranked.weights, default=1.0)
    article = " ".join(s.text for s in ranked.sentences if s.passage.article.id == sentence.passage.article.id)
    everything = " ".join(s.text for s in ranked.sentences)
    is_name = [class_of(word) in NAMES or not segmenter.frequency(word) for word in ranked.words]
    is_verb = [class_of(word) == "v" for word in ranked.words]
    return {
        "rarest missing": max((loss for loss, _ in missing_words(ranked, context)), default=0.0) / rarest,
        "rarest missing here": max((loss for loss, _ in missing_words(ranked, sentence.text)), default=0.0) / rarest,
        "missing in article": _missing_share(ranked, article),
        "missing anywhere": _missing_share(ranked, everything),
        "name missing": _missing_share(ranked, context, is_name),
        "name missing here": _missing_share(ranked, sentence.text, is_name),
        "verb missing": _missing_share(ranked, sentence.text, is_verb),
        "words": math.log1p(len(ranked.words)),
    }


def _missing_share(ranked: Ranked, text: str, is_counted: Sequence[bool] | None = None) -> float:
    """Return missing(text), of some of the words or by default of all; 0 if there are none."""
    is_counted = is_counted or [True] * len(ranked.words)
    words = [
        (word, weight) for word, weight, counts in zip(ranked.words, ranked.weights, is_counted, strict=True) if counts
    ]
    total = sum(weight for _, weight in words)
    return sum(weight * (1 - match_degree(word, text)) for word, weight in words) / total if total else 0.0


def _weight_features(library: Library, ranked: Ranked, best: int, context: str) -> dict[str, float]:
    """Return the features of words that are amounts of idf, over WEIGHT."""
    sentence = ranked.sentences[best]
    article = [s.text for s in ranked.sentences if s.passage.article.id == sentence.passage.article.id]
    title = normalize(sentence.passage.article.headline).text
    telling = []
    for word, weight in zip(ranked.words, ranked.weights, strict=True):
        often = sum(match_degree(word, text) for text in article) / len(article)
        telling.append(weight * (1 - TELLING * match_degree(word, title)) * (1 - TELLING * often))
    in_sentence = [match_degree(word, sentence.text) for word in ranked.words]
    near = [max(m, match_degree(word, sentence.before)) for m, word in zip(in_sentence, ranked.words, strict=True)]
    in_context = [match_degree(word, context) for word in ranked.words]
    question_word = ranked.part.text[slice(*ranked.part.asked)]
    letters = {letter for letter in ranked.part.text if "\u4e00" <= letter <= "\u9fff"} - set(question_word)
    absent = sum(library.idf("character", letter) for letter in sorted(letters) if letter not in sentence.text)
    return {
        "weight missing": _lost(ranked.weights, in_context),
        "weight missing here": _lost(ranked.weights, in_sentence),
        "weight here": sum(ranked.weights) / WEIGHT - _lost(ranked.weights, in_sentence),
        "telling missing here": _lost(telling, in_sentence),
        "telling missing": _lost(telling, near),
        "telling here": sum(telling) / WEIGHT - _lost(telling, in_sentence),
        "characters missing here": absent / WEIGHT,
    }


def _lost(weights: Sequence[float], matches: Sequence[float]) -> float:
    """Return lost(weights, t) for the matches of each word in t."""
    return sum(weight * (1 - match) for weight, match in zip(weights, matches, strict=True)) / WEIGHT


def _question_features(ranked: Ranked, sentence: Sentence, context: str) -> dict[str, float]:
    """Return the features of the question's numbers, words beside the question word, year, place and figure."""
    part = ranked.part
    numbers = [1 - match_degree(number, context) for number in numbers_in(part.text)]
    beside = [1 - match_degree(word, sentence.text) for word in anchors(part) if word]
    places = f"{context} {' '.join(sentence.passage.article.regions)}"
    is_elsewhere = _lacks_year(part.text, sentence, context) or lacks_region(part.text, places)
    return {
        "number missing": sum(numbers) / len(numbers) if numbers else 0.0,
        "beside missing": sum(beside) / len(beside) if beside else 0.0,
        "elsewhere": float(is_elsewhere),
        "no figure": float(part.kind in FIGURES and kind_fit(part, sentence.text) < LEAST_FIT),
    }


def _lacks_year(question: str, sentence: Sentence, context: str) -> bool:
    """Return True if the question names years and none of them is a year of the sentence.

    If the sentence has none, the last year before it in its paragraph counts, else those of the context.
    """
    asked = set(_years(question))
    if not asked:
        return False
    paragraph = normalize(sentence.passage.text[: sentence.start]).text
    years = _years(sentence.text) or _years(paragraph)[-1:] or _years(context)
    return not asked.intersection(years)


def _years(text: str) -> list[str]:
    """Return the years in a normalised text in reading order, as digits: 二〇一九年 is 2019."""
    by_start = {match.start(): match[0] for match in _YEAR.finditer(text)}
    spelled = (
        number for number in cached_numbers(text) if number.unit == "年" and YEARS[0] <= number.value <= YEARS[1]
    )
    by_start |= {number.start: digits(number) for number in spelled}
    return [by_start[start] for start in sorted(by_start)]
