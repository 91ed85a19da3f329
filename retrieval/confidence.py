"""How sure it is that a sentence answers: what the evidence has of the question, and what it lacks."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.regions import Region, covers, mentions
from corpus.text import normalize
from retrieval.features import FEATURES, stands
from retrieval.typed import FIGURES, UNITS
from retrieval.weights import weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.rank import Ranked
    from retrieval.sentences import Sentence

CONFIDENCE_FEATURES = (
    "1",  # the constant
    "score",  # of the ranker
    "margin",  # to the best sentence of another article
    *(f"best {name}" for name in FEATURES),
    "rarest missing",  # idf of the rarest question word that the evidence lacks, over that of the rarest one
    "rarest missing here",  # the same, but of the sentence alone
    "missing in article",  # idf-weighted share of the words that all the article's sentences found lack
    "elsewhere",  # the question names a year or a place of Hubei, and the evidence others
)
# 5% of the right sentences have no figure that is recognised (三女, 高二的时候), most wrong ones have none.
NO_FIGURE = 2.0
LEAST_FIT = 0.45  # below it there is no time, or no amount in the unit asked for
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?=年|\D|$)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against the best sentence.

    Attributes:
        values: CONFIDENCE_FEATURES by name.
        penalty: taken from the log odds where an amount or a time is asked for and none stands there.
        missing: words of the question that the evidence lacks, the most telling first.
    """

    values: dict[str, float]
    penalty: float
    missing: tuple[str, ...]

    @property
    def confidence(self) -> float:
        """The probability that the sentence answers, 0..1."""
        table = weights().confidence
        odds = sum(table.get(name, 0.0) * value for name, value in self.values.items()) - self.penalty
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def weigh(ranked: Ranked) -> Evidence:
    """The evidence for the first of some ranked sentences."""
    best = ranked.order[0]
    sentence = ranked.sentences[best]
    context = ranked.context(best)
    lacking = _lacking(ranked, context)
    mine = sentence.passage.article.id
    others = [ranked.scores[i] for i in ranked.order if ranked.sentences[i].passage.article.id != mine]
    rarest = max(ranked.weights, default=1.0)
    article = " ".join(s.text for s in ranked.sentences if s.passage.article.id == mine)
    values = {
        "1": 1.0,
        "score": ranked.scores[best],
        "margin": min(ranked.scores[best] - max(others, default=ranked.scores[best] - 3.0), 3.0),
        **{f"best {name}": float(ranked.features[best, i]) for i, name in enumerate(FEATURES)},
        "rarest missing": lacking[0][0] / rarest if lacking else 0.0,
        "rarest missing here": max((weight for weight, _ in _lacking(ranked, sentence.text)), default=0.0) / rarest,
        "missing in article": sum(w for w, _ in _lacking(ranked, article)) / max(sum(ranked.weights), 1e-9),
        "elsewhere": max(
            _year_lacks(ranked.part.text, sentence, context),
            _place_lacks(ranked.part.text, f"{context} {' '.join(sentence.passage.article.regions)}"),
        ),
    }
    penalty = NO_FIGURE * (ranked.part.kind in FIGURES and values["best kind"] < LEAST_FIT)
    missing = (word for _, word in lacking if word not in UNITS and (len(word) > 1 or len(lacking) == 1))
    return Evidence(values, penalty, tuple(missing))


def _lacking(ranked: Ranked, text: str) -> list[tuple[float, str]]:
    """What a text lacks of the question's words, the most telling first, each with what it would have weighed."""
    lacks = (
        (weight * (1 - stands(word, text)), word) for weight, word in zip(ranked.weights, ranked.words, strict=True)
    )
    return sorted((one for one in lacks if one[0] > 0), reverse=True)


def _year_lacks(question: str, sentence: Sentence, context: str) -> float:
    """1 if no year of the question is one that the sentence names, else the paragraph before it, else its title."""
    asked = set(_YEAR.findall(question))
    paragraph = normalize(sentence.passage.text[: sentence.start]).text
    there = _YEAR.findall(sentence.text) or _YEAR.findall(paragraph)[-1:] or _YEAR.findall(context)
    return float(bool(asked) and not asked.intersection(there))


def _place_lacks(question: str, evidence: str) -> float:
    asked = [mention.region for mention in mentions(question)]
    there = [mention.region for mention in mentions(evidence)]
    return float(any(_is_lacking(region, there) for region in asked if region.city))


def _is_lacking(region: Region, there: Sequence[Region]) -> bool:
    return not any(covers(region, other) or (other.city and covers(other, region)) for other in there)
