"""Looks at a reload from outside: its steps, and the memory of its worker."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING

from benchmarks.reload.processes import descendants, memory_of
from bot.domain.jobs import JobKind
from bot.store.queue import job_queue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.reload.scene import Scene


class Watch:
    """Looks at the job under way and at the memory of the worker, from a thread."""

    def __init__(self, here: Scene) -> None:
        self.worker = 0.0  # MB at most
        self._here = here
        self._steps: list[tuple[str, float]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def take(self) -> list[tuple[str, float]]:
        """When each step was seen first; forgotten then."""
        time.sleep(0.5)  # for the end of the last one
        steps, self._steps, self.worker = self._steps, [], 0.0
        return steps

    def _run(self) -> None:
        while not self._ended.wait(0.1):
            with self._here.database.reading() as connection:
                job = job_queue.get_open(connection, JobKind.RELOAD.lane)
            step = str((job.progress or {}).get("step", "begun")) if job else "idle"
            if not self._steps or self._steps[-1][0] != step:
                self._steps.append((step, time.monotonic()))
            if self._here.bot.process and self._here.bot.process.poll() is None:
                peaks = [memory_of(pid, "VmHWM") for pid in descendants(self._here.bot.pid)]
                self.worker = max(self.worker, *peaks, 0.0)


def print_steps(steps: Iterable[tuple[str, float]]) -> None:
    """How long each step was seen; a step is told every three seconds at most."""
    pairs = itertools.pairwise(steps)
    told = [f"{name} {after - at:.1f} s" for (name, at), (_, after) in pairs if name != "idle"]
    print(f"  steps, as the store tells them: {', '.join(told) or 'none'}")
