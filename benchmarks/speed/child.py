"""Builds or asks one engine, alone in a process with one thread, and prints the figures as JSON.

It is started by `benchmarks.speed.measure`; its arguments are `build KEY WHAT TEXTS INDEX` or
`query KEY WHAT QUESTIONS INDEX`, where WHAT labels the progress.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.speed.engines import BY_KEY
from benchmarks.speed.figures import Built, Queried
from benchmarks.speed.memory import memory
from benchmarks.speed.progress import told
from benchmarks.speed.questions import open_asked
from benchmarks.speed.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.speed.engines import Engine
    from benchmarks.speed.peer import Opened, P
    from benchmarks.speed.questions import Question


def main() -> int:
    """Run the command of the arguments."""
    phase, key, what, given, index = sys.argv[1:]
    do = build if phase == "build" else query
    try:
        figures: Built | Queried = do(BY_KEY[key], what, Path(given), Path(index))
        print(json.dumps(asdict(figures)))
    except KeyboardInterrupt:  # whoever started this was interrupted as well, and tells it
        return 130
    return 0


def build(engine: Engine, what: str, texts: Path, index: Path) -> Built:
    """Build an index of the texts in an empty folder; return the figures."""
    peer = engine.load()
    before = memory().resident
    started = time.perf_counter()
    peer.build(Texts(texts, what), index)
    seconds = time.perf_counter() - started
    disk = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
    return Built(seconds, memory().peak, before, disk)


def query(engine: Engine, what: str, questions: Path, index: Path) -> Queried:
    """Open an index and ask it all questions; return the figures."""
    asked, peer = open_asked(questions), engine.load()
    started = time.perf_counter()
    opened = peer.open(index)
    seconds = time.perf_counter() - started
    first, *_ = times(opened, asked.warming[: engine.most_warming], f"{what}, warming up")
    taken = times(opened, asked.measured[: engine.most_questions], what)
    after = memory()
    p50, p99 = np.percentile(taken, [50, 99]) / 1e6
    found = sum(is_found(opened, question) for question in asked.beginnings)
    return Queried(
        open=seconds,
        first=first / 1e9,
        p50=float(p50),
        p99=float(p99),
        a_second=len(taken) / (sum(taken) / 1e9),
        own=after.own,
        mapped=after.mapped,
        questions=len(taken),
        beginnings=len(asked.beginnings),
        found=found,
    )


def times(opened: Opened[P], questions: Sequence[Question], what: str) -> list[int]:
    """Return the nanoseconds that each question takes, asked one after another."""
    taken: list[int] = []
    for prepared in told(what, [opened.prepare(question) for question in questions], len(questions)):
        started = time.perf_counter_ns()
        opened.search(prepared)
        taken.append(time.perf_counter_ns() - started)
    return taken


def is_found(opened: Opened[P], question: Question) -> bool:
    """Return True if a paragraph is among the best hits for its own beginning."""
    rows, _ = opened.search(opened.prepare(question))
    return question.row in [int(row) for row in rows]


if __name__ == "__main__":
    sys.exit(main())
