"""What is measured of an engine at a size, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.speed.engines import Engine
    from benchmarks.speed.texts import Facts


@dataclass(frozen=True, slots=True)
class Built:
    """How an index was built; memory and files in bytes."""

    seconds: float
    peak: int  # memory at most, in all
    before: int  # memory that there was already: Python, the engine's packages
    disk: int  # of all files


@dataclass(frozen=True, slots=True)
class Queried:
    """How an index answered, in one round; memory in bytes."""

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
    """One engine at one size; neither built nor asked where it was left out or failed."""

    engine: Engine
    built: Built | None
    rounds: tuple[Queried, ...] = ()
    left_out: str = ""  # why it was
    failure: str = ""  # how it failed

    def median(self, name: str) -> float:
        """The median of one figure over the rounds."""
        return float(median(getattr(one, name) for one in self.rounds))


@dataclass(frozen=True, slots=True)
class Size:
    """All engines at one size."""

    facts: Facts
    outcomes: tuple[Outcome, ...]

    def ratio(self, outcome: Outcome, baseline: str, name: str) -> float | None:
        """How many times a figure is that of the baseline: in each round, and the median of that.

        The rounds of all engines alternate, so that both have about the same of whatever else the machine does.
        """
        other = next((one for one in self.outcomes if one.engine.key == baseline), None)
        if other is None or not other.rounds or not outcome.rounds:
            return None
        pairs = zip(outcome.rounds, other.rounds, strict=True)
        return float(median(getattr(own, name) / getattr(its, name) for own, its in pairs))
