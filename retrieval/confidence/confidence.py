"""Estimates how probable it is that the best sentence answers: boosted trees, minus penalties that they cannot learn.

    log odds   = F(x) − Σ_p PENALTIES[p] v_p
    confidence = 1 / (1 + exp(−(log odds + shift)))

F are the trees (`retrieval.ranking.trees`) over x, the CONFIDENCE_FEATURES; v_p is the value of a penalty, 0 or 1
("elsewhere" and "no figure" are features as well); the shift is that of the corpus
(`retrieval.confidence.calibration`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.confidence.evidence_features import measure_evidence, missing_words
from retrieval.confidence.region_scope import is_of_another_region
from retrieval.confidence.vetoes import contradictions
from retrieval.question.kinds import QuestionKind
from retrieval.ranking.answer_types import UNITS
from retrieval.ranking.matching import match_degree
from retrieval.ranking.span_context import LATIN, class_of
from retrieval.ranking.weights import weights

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.model import Citation
    from retrieval.ranking.rank import Ranked

PENALTIES = {  # in log odds; named in texts for readers
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
}
FOREIGN = 2  # words in Latin letters that the evidence lacks: English or an address, no misspelling
LEAST_CHARACTERS = 2  # different ones in all words of a question together: a single one occurs everywhere


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against the best sentence.

    Attributes:
        values: CONFIDENCE_FEATURES and the values of PENALTIES, by name.
        missing: words of the question that the evidence lacks, the greatest loss of idf first; without units, and
            without words of one character unless a single word is missing.
    """

    values: dict[str, float]
    missing: tuple[str, ...]

    @property
    def log_odds(self) -> float:
        """The log odds that the sentence answers, before the shift of the corpus."""
        return weights().confidence.log_odds(self.values) - sum(self.penalties.values())

    @property
    def penalties(self) -> dict[str, float]:
        """The penalties that apply, by name, as the positive log odds to subtract.

        They are for what the trees could not learn, because their training sets have none of it or are vague about it.
        """
        return {name: PENALTIES[name] * self.values[name] for name in PENALTIES if self.values[name]}


def probability(log_odds: float) -> float:
    """Return the probability of log odds, 0..1; they are cut off at ±30."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def weigh(library: Library, ranked: Ranked, citation: Citation | None = None) -> Evidence:
    """Collect the evidence for the first of some ranked sentences.

    Args:
        library: where they were found.
        ranked: the sentences.
        citation: the first of them, quoted; without it nothing that depends on the answering words is a penalty.
    """
    context = ranked.context(ranked.order[0])
    words = ranked.words
    foreign = [word for word in words if class_of(word) == LATIN and word not in context]
    values = {
        **measure_evidence(library, ranked, context),
        "foreign words": float(len(foreign) >= FOREIGN),
        "hardly a word": float(len(set("".join(words))) < LEAST_CHARACTERS),
        "another scope": float(citation is not None and _is_of_another_place(ranked, citation)),
        "nothing said": float(bool(words) and not any(match_degree(word, context) for word in words)),
        **contradictions(library.segmenter, ranked.part, ranked.sentences[ranked.order[0]].text, context, citation),
    }
    missing = [word for _, word in missing_words(ranked, context)]
    shown = (word for word in missing if word not in UNITS and (len(word) > 1 or len(missing) == 1))
    return Evidence(values, tuple(shown))


def _is_of_another_place(ranked: Ranked, citation: Citation) -> bool:
    """Return True if an amount is asked for, and the marked one is told of another place than the question names."""
    if ranked.part.kind is not QuestionKind.HOW_MANY or not citation.spans:
        return False
    sentence = ranked.sentences[ranked.order[0]]
    before = normalize(citation.passage.text[sentence.start : citation.spans[0][0]]).text
    around = f"{normalize(citation.passage.section).text} {sentence.before}"
    return is_of_another_region(ranked.part.text, sentence.text, len(before), around, citation.passage.article.regions)
