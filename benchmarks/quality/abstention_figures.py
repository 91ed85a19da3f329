"""The figures of abstention: what the confidence tells apart, what the threshold gives, and whether it is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.quality.indexes import SETTINGS
from benchmarks.quality.tables import mean, percents, table
from bot.settings import read_settings
from bot.texts import texts
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
    """AUROC of a score, 0..1: under two notions of what it should be high for."""

    answerable: float | None  # questions that are answered
    right: float | None  # what would be given first is right; a wrong answer to what is answered counts against it


@dataclass(frozen=True, slots=True)
class Figures:
    """How one set did; shares are 0..1, None where nothing could be counted.

    Attributes:
        told_elsewhere: of the unanswerable, those to which what would be given tells the same from another article: to
            count them as false is too strict, to leave them out would be a rule made after the questions were seen.
        confidence_without: of the confidence, where these are left out.
        answered_at_precision: the most that can be answered with PRECISION, of all questions.
        answered, precision: at the shipped threshold: of all questions, and right of these.
        answered_answerable, answered_unanswerable: the same rate of either kind; the second is false answers.
        bins: of the confidence, for a picture of its reliability.
        trials: of each question the confidence, whether what would be given is right, and whether anything answers it.
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
    """Sum up what the questions of one set came to."""
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
    """The most that can be answered with a precision no lower than this; 0 where no threshold reaches it.

    The threshold is chosen knowing what is right: it is what the confidence could give at best, not what a threshold
    chosen elsewhere gives.
    """
    return max((point.answered for point in points if point.precision >= precision), default=0.0)


def calibration_error(found: Sequence[Bin | None]) -> float | None:
    """Σ n/N · |share right − mean confidence| over the bins (Naeini et al. 2015); None where there is nothing."""
    filled = [one for one in found if one]
    of = sum(one.questions for one in filled)
    return sum(one.questions * abs(one.right - one.confidence) for one in filled) / of if of else None


def markdown(found: Sequence[Figures]) -> str:
    """The figures of one protocol at one place: what is measured as rows, sets as columns; and their reliability."""
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
    """An SVG of what the confidence is worth where answers were taken away: all sets, places and ways together."""
    trials = [trial for one in found if one.protocol != "swap" for trial in one.trials]
    return draw_confidence(trials, weights().threshold, texts(read_settings().language))


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
