"""The figures of an engine at a size, and values computed from them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.speed.engines import Engine
    from benchmarks.speed.texts import Facts


@dataclass(frozen=True, slots=True)
class Built:
    """The figures of building an index; memory and files in bytes."""

    seconds: float
    peak: int  # memory at most, in all
    before: int  # memory that there was already: Python, the engine's packages
    disk: int  # of all files


@dataclass(frozen=True, slots=True)
class Queried:
    """The figures of asking an index in one round; memory in bytes."""

    open: float  # seconds
    first: float  # seconds of the first question, with what is compiled or loaded for it
    p50: float  # milliseconds
    p99: float  # milliseconds
    a_second: float  # questions, one after another
    own: int  # memory, after all questions
    mapped: int  # pages of files in memory then
    questions: int  # measured
    beginnings: int  # paragraphs whose beginnings were asked for
    found: int  # of them, among the best that were returned


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of one engine at one size; without building or asking if it was left out or failed."""

    engine: Engine
    built: Built | None
    rounds: tuple[Queried, ...] = ()
    left_out: str = ""  # why it was
    failure: str = ""  # how it failed

    def median(self, name: str) -> float:
        """Return the median of one figure over the rounds."""
        return float(median(getattr(one, name) for one in self.rounds))


@dataclass(frozen=True, slots=True)
class Size:
    """The figures of all engines at one size."""

    facts: Facts
    outcomes: tuple[Outcome, ...]

    def ratio(self, outcome: Outcome, baseline: str, name: str) -> float | None:
        """Return the median over the rounds of a figure divided by the baseline's.

        The rounds of all engines alternate, so that other load on the machine affects both about equally.
        """
        other = next((one for one in self.outcomes if one.engine.key == baseline), None)
        if other is None or not other.rounds or not outcome.rounds:
            return None
        pairs = zip(outcome.rounds, other.rounds, strict=True)
        return float(median(getattr(own, name) / getattr(its, name) for own, its in pairs))
