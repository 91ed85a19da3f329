"""Work in a process of its own: it tells how far it is, can be broken off, and does not outlive its parent."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.job_codes import Step
from bot.domain.jobs import JobKind
from bot.service.publishing.prepare_order import PrepareOrder
from bot.service.publishing.worker_process import Cancelled, WorkerCrashed, run_in_process
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from bot.domain.job_codes import StepCallback

ORDER = PrepareOrder(
    address=None, corpus=Path("corpus"), cache=Path("cache"), kind=JobKind.CHECK, today=datetime.date(2026, 3, 14)
)


def counts(order: PrepareOrder, tell: StepCallback) -> tuple[int, str]:
    """Tells of three things, and returns who it was."""
    for number in range(1, 4):
        tell(Step.READING, number, 3)
    return os.getpid(), str(order.corpus)


def fails(_order: PrepareOrder, _tell: StepCallback) -> None:
    """In a way that nobody foresaw."""
    raise ZeroDivisionError("by nothing")


def is_killed(_order: PrepareOrder, _tell: StepCallback) -> None:
    """As the system does where memory runs out."""
    os.kill(os.getpid(), 9)


def never_ends(order: PrepareOrder, _tell: StepCallback) -> None:
    """Says who it is, and sleeps."""
    Path(order.corpus).write_text(str(os.getpid()), "utf-8")
    time.sleep(600)


def never() -> bool:
    """Nobody breaks it off."""
    return False


def test_work_is_done_elsewhere() -> None:
    """And its result comes back, after what it told."""
    told: list[tuple[Step, int, int]] = []
    pid, corpus = run_in_process(counts, ORDER, lambda *said: told.append(said), never)
    assert (pid != os.getpid(), corpus) == (True, "corpus")
    assert told[0] == (Step.READING, 1, 3)
    assert told[-1] == (Step.READING, 3, 3)


def test_a_failure_is_told() -> None:
    """In its own words; the program goes on."""
    with pytest.raises(WorkerCrashed, match="ZeroDivisionError: by nothing"):
        run_in_process(fails, ORDER, lambda *_: None, never)


def test_a_death_is_told() -> None:
    """Nobody waits for who is dead."""
    with pytest.raises(WorkerCrashed, match="exit code -9"):
        run_in_process(is_killed, ORDER, lambda *_: None, never)


def test_work_is_broken_off(tmp_path: Path) -> None:
    """The program ends; nothing is left running."""
    file = tmp_path / "pid"
    order = PrepareOrder(address=None, corpus=file, cache=tmp_path, kind=JobKind.CHECK, today=ORDER.today)
    with pytest.raises(Cancelled):
        run_in_process(never_ends, order, lambda *_: None, file.exists)
    assert not is_running(int(file.read_text("utf-8") or 0))


def test_work_ends_with_its_parent(tmp_path: Path) -> None:
    """Killed -9, the parent cannot say goodbye."""
    file = tmp_path / "pid"
    program = (
        "from dataclasses import replace\n"
        "from tests.bot.service.publishing.test_worker_process import *\n"
        "if __name__ == '__main__':\n"
        f"    order = replace(ORDER, corpus=Path({str(file)!r}))\n"
        "    run_in_process(never_ends, order, lambda *_: None, never)\n"
    )
    (tmp_path / "parent.py").write_text(program, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, tmp_path / "parent.py"], env=environment) as parent:
        wait_for(lambda: file.exists() and bool(file.read_text("utf-8")))
        parent.kill()
    pid = int(file.read_text("utf-8"))
    wait_for(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    """Whether it lives; one that nobody has waited for does not."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text("utf-8")


def wait_for(condition: object, seconds: float = 20) -> None:
    """Until it is so."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
