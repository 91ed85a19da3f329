"""Evaluates a confidence: coverage and precision at each threshold, and calibration in bins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

BINS = 10

#: the confidence, 0..1, and True if the answer is right; at confidence 0 none is ever given
Scored: TypeAlias = tuple[float, bool]
#: the same, and True if the articles answer the question at all
Trial: TypeAlias = tuple[float, bool, bool]


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives; shares are 0..1."""

    threshold: float
    answered: float  # of all questions, those with a confidence of at least the threshold
    precision: float  # of the questions answered, those answered right


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in one tenth of 0..1."""

    confidence: float  # the mean
    right: float  # the share that was answered right, 0..1
    questions: int  # at least 1


def curve(scored: Sequence[Scored]) -> tuple[Point, ...]:
    """Return a point for each confidence above 0 that occurs, taken as the threshold, the highest first.

    For threshold t over n questions, of which k have a confidence of at least t and r of these are right:

        answered = k / n      precision = r / k

    This is the risk–coverage curve of El-Yaniv and Wiener ("On the Foundations of Noise-free Selective
    Classification", 2010), with 1 − risk as the precision.
    """
    falling = sorted(scored, key=lambda question: -question[0])
    points, right = [], 0
    for number, (confidence, is_right) in enumerate(falling, 1):
        right += is_right
        is_last = number == len(falling) or falling[number][0] < confidence
        if confidence > 0 and is_last:
            points.append(Point(confidence, number / len(falling), right / number))
    return tuple(points)


def point_at(points: Sequence[Point], threshold: float) -> Point | None:
    """Return what a threshold gives; None if no confidence reaches it.

    Args:
        points: from `curve`.
        threshold: 0..1. The point returned is that of the lowest confidence at or above it.
    """
    allowed = [point for point in points if point.threshold >= threshold]
    return allowed[-1] if allowed else None


def bins(scored: Sequence[Scored]) -> tuple[Bin | None, ...]:
    """Sort questions into BINS bins of equal width, the lowest first; None for a bin without questions.

    A bin includes its lower bound but not its upper one, except that the last includes 1.
    """
    members: list[list[Scored]] = [[] for _ in range(BINS)]
    for confidence, is_right in scored:
        members[min(int(confidence * BINS), BINS - 1)].append((confidence, is_right))
    return tuple(map(_bin, members))


def _bin(members: Sequence[Scored]) -> Bin | None:
    if not members:
        return None
    confidences, rights = zip(*members, strict=True)
    return Bin(sum(confidences) / len(members), sum(rights) / len(members), len(members))
