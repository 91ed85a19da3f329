"""What a confidence is worth: how much can be answered at which precision, and whether it is the share right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

BINS = 10

Scored: TypeAlias = tuple[float, bool]  # the confidence, 0..1, and whether the answer is right; at 0 none is ever given
Trial: TypeAlias = tuple[float, bool, bool]  # the same, and whether the articles answer the question at all


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold would give; shares are 0..1."""

    threshold: float
    answered: float  # of all questions, at or above the threshold
    precision: float  # of those answered


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in one tenth of 0..1."""

    confidence: float  # mean
    right: float  # share, 0..1
    questions: int  # at least 1


def curve(scored: Sequence[Scored]) -> tuple[Point, ...]:
    """A point for each confidence that occurs, the highest first; equal ones are answered together.

    This is the risk–coverage curve of El-Yaniv and Wiener ("On the Foundations of Noise-free Selective
    Classification", 2010), with 1 − risk for precision.
    """
    falling = sorted(scored, key=lambda one: -one[0])
    points, right = [], 0
    for number, (confidence, is_right) in enumerate(falling, 1):
        right += is_right
        is_last = number == len(falling) or falling[number][0] < confidence
        if confidence > 0 and is_last:
            points.append(Point(confidence, number / len(falling), right / number))
    return tuple(points)


def point_at(points: Sequence[Point], threshold: float) -> Point | None:
    """What a threshold gives; None where it lets nothing through."""
    allowed = [point for point in points if point.threshold >= threshold]
    return allowed[-1] if allowed else None


def bins(scored: Sequence[Scored]) -> tuple[Bin | None, ...]:
    """BINS of equal width, the lowest first; None where no confidence lies in one."""
    members: list[list[Scored]] = [[] for _ in range(BINS)]
    for confidence, is_right in scored:
        members[min(int(confidence * BINS), BINS - 1)].append((confidence, is_right))
    return tuple(map(_bin, members))


def _bin(members: Sequence[Scored]) -> Bin | None:
    if not members:
        return None
    confidences, rights = zip(*members, strict=True)
    return Bin(sum(confidences) / len(members), sum(rights) / len(members), len(members))
