"""Figures of abstention: how well the confidence separates, what the threshold achieves, and the calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.quality.indexes import SETTINGS
from benchmarks.quality.tables import mean, percents, table
from bot.settings import read_settings
from bot.texts import texts_in
from bot.views.confidence_chart import draw_confidence
from retrieval.evaluation.evaluate import auroc
from retrieval.evaluation.selective import bins, curve
from retrieval.ranking.weights import weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.quality.outcome import Outcome
    from retrieval.evaluation.selective import Bin, Point, Trial

PRECISION = 0.9
PROTOCOLS = {
    "article": "The right article taken from half of the questions",
    "sentences": "Only the answering sentences taken from half of the questions",
    "swap": "Questions of what is told against questions of what is not",
}
PLACES = {**SETTINGS, "sample": "The sample corpus", "page": "A page as it is published"}


@dataclass(frozen=True, slots=True)
class Areas:
    """AUROC of a score, 0..1, under two definitions of a positive."""

    answerable: float | None  # questions that are answered
    right: float | None  # what would be given first is right; a wrong answer to what is answered counts against it


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one set; shares are 0..1, None if nothing could be counted.

    Attributes:
        told_elsewhere: the number of unanswerable questions whose answer would be right, from another article. Counting
            them as false is too strict; leaving them out would be a rule made after the questions were seen.
        confidence_without: AUROC of the confidence without those questions.
        answered_at_precision: the largest share of all questions that can be answered with PRECISION.
        answered, precision: at the shipped threshold: the share of all questions, and the right share of those.
        answered_answerable, answered_unanswerable: the answered share of either kind; the second are false answers.
        bins: of the confidence, for a reliability diagram.
        trials: for each question the confidence, whether the answer would be right, and whether there is one.
    """

    protocol: str  # of PROTOCOLS
    place: str  # of PLACES
    set: str
    answerable: int
    unanswerable: int
    told_elsewhere: int
    confidence: Areas
    confidence_without: Areas
    passage_score: Areas
    sentence_score: Areas
    answered_at_precision: float
    threshold: float
    answered: float | None
    precision: float | None
    answered_answerable: float | None
    answered_unanswerable: float | None
    calibration_error: float | None
    bins: tuple[Bin | None, ...]
    trials: tuple[Trial, ...]


def figures(protocol: str, place: str, name: str, outcomes: Sequence[Outcome]) -> Figures:
    """Compute the figures of one set from the outcomes of its questions."""
    told_here = [one for one in outcomes if not one.is_told_elsewhere]
    scored = [(one.confidence, one.is_right) for one in outcomes]
    filled = bins(scored)
    answerable = [one for one in outcomes if one.is_answerable]
    unanswerable = [one for one in outcomes if not one.is_answerable]
    return Figures(
        protocol=protocol,
        place=place,
        set=name,
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        told_elsewhere=len(outcomes) - len(told_here),
        confidence=_areas(outcomes, [one.confidence for one in outcomes]),
        confidence_without=_areas(told_here, [one.confidence for one in told_here]),
        passage_score=_areas(outcomes, [one.passage_score for one in outcomes]),
        sentence_score=_areas(outcomes, [one.sentence_score for one in outcomes]),
        answered_at_precision=answered_at(curve(scored), PRECISION),
        threshold=weights().threshold,
        answered=_answered(outcomes),
        precision=mean(one.is_shown_right for one in outcomes if one.is_shown),
        answered_answerable=_answered(answerable),
        answered_unanswerable=_answered(unanswerable),
        calibration_error=calibration_error(filled),
        bins=filled,
        trials=tuple((one.confidence, one.is_right, one.is_answerable) for one in outcomes),
    )


def _areas(outcomes: Sequence[Outcome], scores: Sequence[float]) -> Areas:
    return Areas(
        auroc([(score, one.is_answerable) for score, one in zip(scores, outcomes, strict=True)]),
        auroc([(score, one.is_right) for score, one in zip(scores, outcomes, strict=True)]),
    )


def _answered(outcomes: Sequence[Outcome]) -> float | None:
    return mean(one.is_shown for one in outcomes)


def answered_at(points: Sequence[Point], precision: float) -> float:
    """Return the largest share that can be answered with at least this precision; 0 if no threshold reaches it.

    The threshold is chosen on the same questions, so this is an upper bound, not what a threshold chosen elsewhere
    achieves.
    """
    return max((point.answered for point in points if point.precision >= precision), default=0.0)


def calibration_error(found: Sequence[Bin | None]) -> float | None:
    """Return Σ n/N · |share right − mean confidence| over the bins (Naeini et al. 2015); None without questions."""
    filled = [one for one in found if one]
    of = sum(one.questions for one in filled)
    return sum(one.questions * abs(one.right - one.confidence) for one in filled) / of if of else None


def markdown(found: Sequence[Figures]) -> str:
    """Format the figures of one protocol: measures as rows, sets as columns; then their reliability."""
    title = f"{PROTOCOLS[found[0].protocol]}. {PLACES[found[0].place]}"
    shares = [_shares(one) for one in found]
    rows = {name: [percents(*of_one[name]) for of_one in shares] for name in shares[0]}
    columns = ["%", *map(_column, found)]
    if found[0].protocol != "swap":  # there the sets are parts of the first one
        columns.append("mean")
        for name, cells in rows.items():
            cells.append(percents(*_means([of_one[name] for of_one in shares])))
    tenths = [f"{number / len(found[0].bins):.1f}–" for number in range(len(found[0].bins))]
    reliability = {one.set: [_cell(tenth) for tenth in one.bins] for one in found}
    heading = f"{title}: confidence → right (questions)"
    return f"{table(title, columns, rows)}\n{table(heading, ('', *tenths), reliability)}"


def picture(found: Iterable[Figures]) -> str:
    """Draw the reliability of the confidence on removed answers as SVG: all sets, settings and ways together."""
    trials = [trial for one in found if one.protocol != "swap" for trial in one.trials]
    return draw_confidence(trials, weights().threshold, texts_in(read_settings().language))


def _column(one: Figures) -> str:
    elsewhere = f", {one.told_elsewhere} told elsewhere" if one.told_elsewhere else ""
    return f"{one.set} ({one.answerable} + {one.unanswerable}{elsewhere})"


def _shares(one: Figures) -> dict[str, tuple[float | None, ...]]:
    return {
        "AUROC of the confidence, answerable / right": (one.confidence.answerable, one.confidence.right),
        "the same, without what is told elsewhere": (one.confidence_without.answerable, one.confidence_without.right),
        "AUROC of the index's top score": (one.passage_score.answerable, one.passage_score.right),
        "AUROC of the ranker's top score": (one.sentence_score.answerable, one.sentence_score.right),
        f"answered at {PRECISION:.0%} precision": (one.answered_at_precision,),
        f"answered / precision at {one.threshold:.2f}": (one.answered, one.precision),
        "answered of the answerable / of the others": (one.answered_answerable, one.answered_unanswerable),
        "expected calibration error": (one.calibration_error,),
    }


def _means(cells: Sequence[tuple[float | None, ...]]) -> list[float | None]:
    return [mean(share for share in shares if share is not None) for shares in zip(*cells, strict=True)]


def _cell(tenth: Bin | None) -> str:
    return f"{percents(tenth.confidence)} → {percents(tenth.right)} ({tenth.questions})" if tenth else "–"
