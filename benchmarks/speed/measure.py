"""Runs all engines at one size: each builds its index, then all are asked in turns, each time in a new process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.speed.figures import Built, Outcome, Queried
from benchmarks.speed.progress import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.speed.engines import Engine
    from benchmarks.speed.texts import Texts

ROOT = Path(__file__).parents[2]  # from where the child is found
THREADS = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ChildFailed(Exception):
    """A build or a round ended without figures; the engine's error is on standard error."""

    def __init__(self, phase: str, code: int) -> None:
        super().__init__(f"failed to {phase}: exit code {code}")


def measure(engines: Sequence[Engine], texts: Texts, asked: Path, rounds: int, folder: Path) -> tuple[Outcome, ...]:
    """Measure engines on some texts.

    An engine that fails is skipped from then on, so that hours of measuring the others are not lost.

    Args:
        engines: in the order in which they are run and shown.
        texts: the texts that are indexed.
        asked: the file of the questions.
        rounds: how often each engine is asked all questions.
        folder: for the indexes, empty.
    """
    paragraphs = texts.facts.paragraphs
    outcomes: list[Outcome] = []
    for engine in engines:
        same = next((one for one in outcomes if engine.builds_as == one.engine.key), None)
        outcomes.append(replace(same, engine=engine) if same else _build(engine, texts, folder))
    for number in range(1, rounds + 1):
        turn = f"round {number} of {rounds}"
        outcomes = [_ask(outcome, f"{paragraphs:,} paragraphs · {turn}", asked, folder) for outcome in outcomes]
    return tuple(outcomes)


def _build(engine: Engine, texts: Texts, folder: Path) -> Outcome:
    paragraphs = texts.facts.paragraphs
    reason = engine.reason_to_skip(paragraphs)
    if reason:
        return Outcome(engine, None, left_out=reason)
    index = folder / engine.key
    index.mkdir()
    try:
        what = f"{paragraphs:,} paragraphs · {engine.name}, building"
        built = Built(**_run("build", engine, what, texts.folder, index))
    except ChildFailed as error:
        return _failed(Outcome(engine, None), error)
    say(f"{paragraphs:,} paragraphs · {engine.name}, built in {built.seconds:.1f} s")
    return Outcome(engine, built)


def _ask(outcome: Outcome, what: str, asked: Path, folder: Path) -> Outcome:
    if outcome.built is None:
        return outcome
    engine = outcome.engine
    try:
        queried = Queried(**_run("query", engine, f"{what} · {engine.name}", asked, _index(engine, folder)))
    except ChildFailed as error:
        return _failed(outcome, error)
    say(f"{what} · {engine.name}, p50 {queried.p50:.3f} ms, p99 {queried.p99:.3f} ms")
    return replace(outcome, rounds=(*outcome.rounds, queried))


def _index(engine: Engine, folder: Path) -> Path:
    """Return the folder of an engine's index, which may be shared."""
    own = folder / engine.key
    return own if own.exists() else folder / engine.builds_as


def _failed(outcome: Outcome, error: ChildFailed) -> Outcome:
    say(f"{outcome.engine.name}: {error}")
    return replace(outcome, built=None, rounds=(), failure=str(error))


def _run(phase: str, engine: Engine, what: str, given: Path, index: Path) -> dict[str, Any]:
    """Run a child process, which ends when this process is interrupted, and return its figures.

    Raises:
        ChildFailed: it ended without figures.
    """
    arguments = (phase, engine.key, what, str(given.resolve()), str(index.resolve()))
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    child = subprocess.run(  # noqa: S603 # nothing in it comes from elsewhere
        (sys.executable, "-m", "benchmarks.speed.child", *arguments),
        stdout=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
        check=False,
    )
    if child.returncode:
        raise ChildFailed(phase, child.returncode)
    figures: dict[str, Any] = json.loads(child.stdout)
    return figures
