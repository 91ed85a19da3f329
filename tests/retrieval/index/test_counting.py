"""Texts are counted by several processes as by one, and nobody is left behind when the work is broken off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.index import counting
from retrieval.index.counting import count_all
from retrieval.index.merging import MergeInput, merge
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from retrieval.words.segment import Segmenter

TEXTS = [f"宜昌第{number}号项目，投资{number % 97}亿元，新港码头。" for number in range(5000)]
BROKEN_OFF = """
import sys
from pathlib import Path
from retrieval.index.counting import count_all
from retrieval.words.segment import Segmenter

def tell(done):
    print("there", flush=True)

if __name__ == "__main__":
    texts = ("宜昌磷石膏新港码头项目" * 30 for _ in range(60_000))
    count_all(texts, 60_000, Segmenter(Path(sys.argv[2])), Path(sys.argv[1]), tell)
"""


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two, whatever machine this is."""
    monkeypatch.setattr(counting, "available_processors", lambda: 2)


@pytest.mark.usefixtures("two_processors")
def test_processes_count_the_same(segmenter: Segmenter, tmp_path: Path) -> None:
    """One index, whoever made it."""
    found = []
    for number, name in ((len(TEXTS), "apart"), (1, "here")):  # few are counted here
        (tmp_path / name).mkdir()
        told: list[int] = []
        pieces = count_all(TEXTS, number, segmenter, tmp_path / name, told.append)
        found.append(
            [np.concatenate(arrays) for arrays in zip(*merge([MergeInput(one) for one in pieces]), strict=True)]
        )
        assert told == sorted(told)
        assert told[-1] == number
    assert all(np.array_equal(one, other) for one, other in zip(*found, strict=True))


@pytest.mark.usefixtures("two_processors")
def test_a_process_that_is_killed_costs_nothing_but_time(segmenter: Segmenter, tmp_path: Path) -> None:
    """Where memory is short the system kills the largest one."""

    def texts() -> object:
        for number, text in enumerate(TEXTS * 3):
            if number == 9_000:
                time.sleep(0.5)
                for child in cutting(os.getpid()):
                    os.kill(child, signal.SIGKILL)
            yield text

    spool = tmp_path / "spool"
    spool.mkdir()
    pieces = count_all(texts(), 3 * len(TEXTS), segmenter, spool)  # type: ignore[arg-type]
    assert [len(one.terms) > 0 for one in pieces] == [True] * 8


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_one_that_counts(tmp_path: Path, cache: Path, kill: signal.Signals) -> None:
    """They would go on for minutes, for nobody."""
    program = tmp_path / "program.py"
    program.write_text(BROKEN_OFF, "utf-8")
    (tmp_path / "spool").mkdir()
    command = [sys.executable, str(program), str(tmp_path / "spool"), str(cache)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        started = cutting(process.pid)
        assert started
        process.send_signal(kill)
        process.wait(20)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in started) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [child for child in started if Path(f"/proc/{child}").exists()] == []


def cutting(process: int) -> list[int]:
    """The processes that one started to cut texts."""
    threads = Path(f"/proc/{process}/task").iterdir()
    found = [int(child) for thread in threads for child in (thread / "children").read_text("ascii").split()]
    return [child for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
