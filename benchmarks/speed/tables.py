"""Formats the figures as Markdown: a table for each size, and how they were measured."""

from __future__ import annotations

import os
import platform
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.tables import table
from benchmarks.speed.engines import BASELINE, BY_KEY, needed, version
from benchmarks.speed.peer import DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.speed.engines import Engine
    from benchmarks.speed.figures import Outcome, Size

COLUMNS = (
    "engine",
    "p50 ms",
    "p99 ms",
    f"p50 / p99, × {BY_KEY[BASELINE].name}",
    "questions a second",
    "first question s",
    "open s",
    "memory MB: own / mapped",
    "build s",
    "build memory MB: peak / of it for the build",
    "disk MB",
    "found",
    "asked",
)
NONE = "–"
ABOUT = f"""\
Made by `python -m benchmarks.speed`. All engines index the same paragraphs and are asked the same questions, one at a
time, in a process of their own with one thread, for the best {DEPTH} rows with their scores. Build and questions begin
with words that are cut already, jieba's with the marks between them; how long that took is told below each table. The
engines take turns, and what is shown is the median of the rounds; the ratios are made in each round, and then the
median of them. Other questions are asked before any is timed. `found` tells, of some paragraphs, how many are among the
best {DEPTH} when their beginnings are asked for; `asked`, how many questions were timed. Memory is told after the
questions: what the process has of its own, and pages of files that the system can let go at any time. 1 MB is 1,000,000
bytes.
"""


def markdown(sizes: Sequence[Size], rounds: int) -> str:
    """Return the whole report as Markdown."""
    engines = [outcome.engine for outcome in sizes[0].outcomes]
    heading = f"# Speed\n\n{ABOUT}\n{_machine(engines)} Rounds: {rounds}.\n"
    return "\n".join((heading, *(of_size(size) for size in sizes)))


def of_size(size: Size) -> str:
    """Return the table of one size and the notes on it."""
    facts = size.facts
    rows = {outcome.engine.name: _cells(size, outcome) for outcome in size.outcomes}
    others = facts.paragraphs - facts.real
    made = f", {others:,} of them made up of the others' sentences" if others else ""
    cut = f"{facts.words:,} words, cut in {number(facts.seconds)} s by {facts.processes} processes"
    told = (f"{facts.paragraphs:,} paragraphs{made}; {cut}.", *_notes(size))
    return "\n".join((table(f"{facts.paragraphs:,} paragraphs", COLUMNS, rows), *(f"- {line}" for line in told), ""))


def number(value: float) -> str:
    """Format a number with three significant digits, or more before the point."""
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.3g}"


def _cells(size: Size, outcome: Outcome) -> Iterator[str]:
    if not outcome.rounds or outcome.built is None:
        yield from [NONE] * (len(COLUMNS) - 1)
        return
    built, last = outcome.built, outcome.rounds[-1]
    ratios = [size.ratio(outcome, BASELINE, name) for name in ("p50", "p99")]
    yield from (number(outcome.median(name)) for name in ("p50", "p99"))
    yield " / ".join(NONE if ratio is None else number(ratio) for ratio in ratios)
    yield from (number(outcome.median(name)) for name in ("a_second", "first", "open"))
    yield " / ".join(_megabytes(outcome.median(name)) for name in ("own", "mapped"))
    if outcome.engine.is_kept:
        yield number(built.seconds)
        yield f"{_megabytes(built.peak)} / {_megabytes(built.peak - built.before)}"
        yield _megabytes(built.disk)
    else:
        yield from [NONE] * 3
    yield f"{last.found} of {last.beginnings}"
    yield f"{last.questions:,}"


def _notes(size: Size) -> Iterator[str]:
    for outcome in size.outcomes:
        if outcome.left_out or outcome.failure:
            yield f"{outcome.engine.name}: {outcome.left_out or outcome.failure}."
        elif not outcome.engine.is_kept:
            yield f"{outcome.engine.name} has no format on disk: it is built each time it is opened."


def _machine(engines: Sequence[Engine]) -> str:
    versions = [f"{name} {version(name)}" for name in ("numpy", "scikit-learn", "jieba", *needed(engines))]
    packages = ", ".join([*dict.fromkeys(versions), f"SQLite {sqlite3.sqlite_version}"])
    return f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}; {packages}."


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _megabytes(size: float) -> str:
    return number(size / 1e6)
