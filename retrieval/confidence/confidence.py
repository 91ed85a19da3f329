"""How sure it is that a sentence answers: what the evidence has of the question, and what it lacks."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.numbers import cached_numbers, digits
from corpus.regions import Region, covers, region_mentions
from corpus.text import normalize
from retrieval.confidence.region_scope import is_of_another_region
from retrieval.confidence.vetoes import NAMES, contradictions
from retrieval.question.kinds import QuestionKind
from retrieval.ranking.answer_types import FIGURES, UNITS, anchors, kind_fit
from retrieval.ranking.features import FEATURES, TELLING
from retrieval.ranking.matching import match_degree, numbers_in
from retrieval.ranking.span_context import LATIN, class_of
from retrieval.ranking.weights import weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.library import Library
    from retrieval.model import Citation
    from retrieval.question.query import SubQuestion
    from retrieval.ranking.rank import Ranked
    from retrieval.ranking.sentences import Sentence
    from retrieval.words.segment import Segmenter

CONFIDENCE_FEATURES = (
    "score",  # of the ranker
    "margin",  # to the best sentence of another article
    "margin here",  # to the second best of the same article
    *(f"best {name}" for name in FEATURES),
    "rarest missing",  # idf of the rarest question word that the evidence lacks, over that of the rarest one
    "rarest missing here",  # the same, but of the sentence alone
    "missing in article",  # idf-weighted share of the words that all the article's sentences found lack
    "missing anywhere",  # the same of all the sentences found
    "name missing",  # share of the question's names, by idf, that the evidence lacks
    "name missing here",  # the same, but of the sentence alone
    "number missing",  # share of the question's numbers that the evidence lacks
    "beside missing",  # share of the words next to the question word that the sentence lacks
    "verb missing",  # share of the question's verbs, by idf, that the sentence lacks
    "elsewhere",  # the question names a year or a place of Hubei, and the evidence others
    "no figure",  # an amount or a time is asked for, and none of the kind stands there
    "words",  # of the question, as a logarithm: few are soon found
    "weight missing",  # idf of the question's words that the evidence lacks, in all, of 10
    "weight missing here",  # the same, but of the sentence alone
    "weight here",  # idf of those that stand in the sentence
    "telling missing here",  # as "weight missing here", but words of the title or of most sentences count less
    "telling missing",  # the same of the sentence and the one before
    "telling here",  # as "weight here", likewise
    "characters missing here",  # idf of the question's characters that the sentence lacks, in all, of 10
)
PENALTIES = {
    "elsewhere": 3.0,
    "another scope": 4.0,
    "no figure": 1.0,
    "foreign words": 3.0,
    "hardly a word": 4.0,
    "nothing said": 3.0,
    "another stage": 4.0,
    "another number": 2.0,
    "another name": 2.5,
    "no name": 2.5,
    "no year": 3.0,
    "no time": 2.5,
    "another step": 3.0,
    "a change": 2.5,
    "denied": 3.0,
}  # taken from the log odds
FOREIGN = 2  # words in Latin letters
LEAST_CHARACTERS = 2  # different ones, of all words of a question together: one stands everywhere
WEIGHT = 10.0  # idf of a rare word, so that the weights of all features are about 1
LEAST_FIT = 0.45  # below it there is no time, or no amount in the unit asked for
YEARS = 1000, 2099
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?=年|\D|$)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against the best sentence.

    Attributes:
        values: CONFIDENCE_FEATURES by name.
        missing: words of the question that the evidence lacks, the most telling first.
    """

    values: dict[str, float]
    missing: tuple[str, ...]

    @property
    def log_odds(self) -> float:
        """That the sentence answers, before the corpus's own calibration."""
        return weights().confidence.log_odds(self.values) - sum(self.penalties.values())

    @property
    def penalties(self) -> dict[str, float]:
        """What the trees could not learn, because what they were fitted on has none of it, or is vague about it."""
        return {name: PENALTIES[name] * self.values[name] for name in PENALTIES if self.values[name]}


def probability(log_odds: float) -> float:
    """Log odds as a probability, 0..1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def weigh(library: Library, ranked: Ranked, citation: Citation | None = None) -> Evidence:
    """The evidence for the first of some ranked sentences.

    Args:
        library: where they were found.
        ranked: the sentences.
        citation: the first, quoted; None where it does not matter of which place its figure is told.
    """
    best = ranked.order[0]
    context = ranked.context(best)
    lacking = _lacking(ranked, context)
    values = {
        **_of_scores(ranked, best),
        **{f"best {name}": float(ranked.features[best, i]) for i, name in enumerate(FEATURES)},
        **_of_words(library.segmenter, ranked, best, context),
        **_of_weights(library, ranked, best, context),
        **_of_question(ranked, ranked.sentences[best], context),
        "foreign words": float(_foreign(ranked, context)),
        "hardly a word": float(len(set("".join(ranked.words))) < LEAST_CHARACTERS),
        "another scope": float(citation is not None and _is_of_another_place(ranked, citation)),
        "nothing said": float(bool(ranked.words) and not any(match_degree(word, context) for word in ranked.words)),
        **contradictions(library.segmenter, ranked.part, ranked.sentences[best].text, context, citation),
    }
    missing = (word for _, word in lacking if word not in UNITS and (len(word) > 1 or len(lacking) == 1))
    return Evidence(values, tuple(missing))


def _of_scores(ranked: Ranked, best: int) -> dict[str, float]:
    mine, top = ranked.sentences[best].passage.article.id, ranked.scores[best]
    rest = [(ranked.sentences[i].passage.article.id == mine, ranked.scores[i]) for i in ranked.order if i != best]
    others = next((score for is_mine, score in rest if not is_mine), top - 3.0)
    second = next((score for is_mine, score in rest if is_mine), top - 3.0)
    margins = {"margin": top - others, "margin here": top - second}
    # One that the question prefers, as the latest, may score less than others: that is no doubt about it.
    return {"score": top, **{name: max(0.0, min(margin, 3.0)) for name, margin in margins.items()}}


def _of_words(segmenter: Segmenter, ranked: Ranked, best: int, context: str) -> dict[str, float]:
    """What the sentence, what is around it, its article, and all that was found lack of the question's words."""
    sentence = ranked.sentences[best]
    rarest = max(ranked.weights, default=1.0)
    article = " ".join(s.text for s in ranked.sentences if s.passage.article.id == sentence.passage.article.id)
    everything = " ".join(s.text for s in ranked.sentences)
    is_name = [class_of(word) in NAMES or not segmenter.frequency(word) for word in ranked.words]
    is_verb = [class_of(word) == "v" for word in ranked.words]
    return {
        "rarest missing": max((weight for weight, _ in _lacking(ranked, context)), default=0.0) / rarest,
        "rarest missing here": max((weight for weight, _ in _lacking(ranked, sentence.text)), default=0.0) / rarest,
        "missing in article": _missing(ranked, article),
        "missing anywhere": _missing(ranked, everything),
        "name missing": _missing(ranked, context, is_name),
        "name missing here": _missing(ranked, sentence.text, is_name),
        "verb missing": _missing(ranked, sentence.text, is_verb),
        "words": math.log1p(len(ranked.words)),
    }


def _of_weights(library: Library, ranked: Ranked, best: int, context: str) -> dict[str, float]:
    """How much of the question, not which share, stands there and does not: a long question has more to lack."""
    sentence = ranked.sentences[best]
    mine = [one.text for one in ranked.sentences if one.passage.article.id == sentence.passage.article.id]
    title = normalize(sentence.passage.article.headline).text
    telling = []
    for word, weight in zip(ranked.words, ranked.weights, strict=True):
        often = sum(match_degree(word, text) for text in mine) / len(mine)
        telling.append(weight * (1 - TELLING * match_degree(word, title)) * (1 - TELLING * often))
    here = [match_degree(word, sentence.text) for word in ranked.words]
    near = [max(one, match_degree(word, sentence.before)) for one, word in zip(here, ranked.words, strict=True)]
    around = [match_degree(word, context) for word in ranked.words]
    letters = {letter for letter in ranked.part.text if "\u4e00" <= letter <= "\u9fff"} - set(_asked(ranked.part))
    absent = sum(library.idf("character", letter) for letter in letters if letter not in sentence.text)
    return {
        "weight missing": _lost(ranked.weights, around),
        "weight missing here": _lost(ranked.weights, here),
        "weight here": sum(ranked.weights) / WEIGHT - _lost(ranked.weights, here),
        "telling missing here": _lost(telling, here),
        "telling missing": _lost(telling, near),
        "telling here": sum(telling) / WEIGHT - _lost(telling, here),
        "characters missing here": absent / WEIGHT,
    }


def _asked(part: SubQuestion) -> str:
    return part.text[slice(*part.asked)]


def _lost(weights: Sequence[float], present: Sequence[float]) -> float:
    return sum(weight * (1 - one) for weight, one in zip(weights, present, strict=True)) / WEIGHT


def _of_question(ranked: Ranked, sentence: Sentence, context: str) -> dict[str, float]:
    """What the question names or asks for that must stand there: numbers, years, places, the kind of thing."""
    part = ranked.part
    figures = numbers_in(part.text)
    beside = [word for word in anchors(part) if word]
    regions = " ".join(sentence.passage.article.regions)
    return {
        "number missing": _share([1 - match_degree(number, context) for number in figures]),
        "beside missing": _share([1 - match_degree(word, sentence.text) for word in beside]),
        "elsewhere": max(_year_lacks(part.text, sentence, context), _place_lacks(part.text, f"{context} {regions}")),
        "no figure": float(part.kind in FIGURES and kind_fit(part, sentence.text) < LEAST_FIT),
    }


def _is_of_another_place(ranked: Ranked, citation: Citation) -> bool:
    if ranked.part.kind is not QuestionKind.HOW_MANY or not citation.spans:
        return False
    sentence = ranked.sentences[ranked.order[0]]
    before = normalize(citation.passage.text[sentence.start : citation.spans[0][0]]).text
    around = f"{normalize(citation.passage.section).text} {sentence.before}"
    return is_of_another_region(ranked.part.text, sentence.text, len(before), around, citation.passage.article.regions)


def _foreign(ranked: Ranked, context: str) -> bool:
    """Whether words in Latin letters that the evidence lacks are no slip: English, or an address."""
    return sum(class_of(word) == LATIN and word not in context for word in ranked.words) >= FOREIGN


def _share(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _missing(ranked: Ranked, text: str, counted: Sequence[bool] | None = None) -> float:
    """The idf-weighted share of the question's words, or of some of them, that a text lacks; 0 where there are none."""
    counted = counted or [True] * len(ranked.words)
    words = [
        (word, weight) for word, weight, counts in zip(ranked.words, ranked.weights, counted, strict=True) if counts
    ]
    total = sum(weight for _, weight in words)
    return sum(weight * (1 - match_degree(word, text)) for word, weight in words) / total if total else 0.0


def _lacking(ranked: Ranked, text: str) -> list[tuple[float, str]]:
    """What a text lacks of the question's words, the most telling first, each with what it would have weighed."""
    lacks = (
        (weight * (1 - match_degree(word, text)), word)
        for weight, word in zip(ranked.weights, ranked.words, strict=True)
    )
    return sorted((one for one in lacks if one[0] > 0), reverse=True)


def _year_lacks(question: str, sentence: Sentence, context: str) -> float:
    """1 if no year of the question is one that the sentence names, else the paragraph before it, else its title."""
    asked = set(_years(question))
    if not asked:
        return 0.0
    paragraph = normalize(sentence.passage.text[: sentence.start]).text
    there = _years(sentence.text) or _years(paragraph)[-1:] or _years(context)
    return float(not asked.intersection(there))


def _years(text: str) -> list[str]:
    """The years that a text names, also spelled out: 二〇一九年 is 2019."""
    found = {match.start(): match[0] for match in _YEAR.finditer(text)}
    spelled = (one for one in cached_numbers(text) if one.unit == "年" and YEARS[0] <= one.value <= YEARS[1])
    found |= {one.start: digits(one) for one in spelled}
    return [found[start] for start in sorted(found)]


def _place_lacks(question: str, evidence: str) -> float:
    asked = [mention.region for mention in region_mentions(question)]
    there = [mention.region for mention in region_mentions(evidence)]
    return float(any(_is_lacking(region, there) for region in asked if region.city))


def _is_lacking(region: Region, there: Sequence[Region]) -> bool:
    return not any(covers(region, other) or (other.city and covers(other, region)) for other in there)
