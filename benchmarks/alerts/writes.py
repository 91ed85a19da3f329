"""How long a write into the inbox waits, in this process or in one of its own, while others write."""

from __future__ import annotations

import itertools
import multiprocessing
import statistics
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.chat import at
from bot.domain.messages import QueueLimits, ReceivedUpdate
from bot.service.heartbeat import utc_now
from bot.store.db.database import Database
from bot.store.queue import inbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAUSE_SECONDS = 0.01  # between two of them
UNLIMITED = QueueLimits(10**9, 10**9)


@dataclass(slots=True)
class Waits:
    """Seconds that writes took."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def longest(self) -> float:
        """In ms."""
        return 1000 * max(self.seconds, default=0.0)

    def described(self) -> str:
        """In words."""
        if not self.seconds:
            return f"{self.name}: none"
        ordered = sorted(self.seconds)
        told = f"median {1000 * statistics.median(ordered):.1f} ms, p99 {1000 * at(ordered, 0.99):.1f} ms"
        beyond = sum(one > 0.05 for one in ordered)
        return f"{self.name}: {len(ordered)} writes, {told}, max {1000 * ordered[-1]:.1f} ms; {beyond} above 50 ms"


@contextmanager
def written_beside(database: Database, address: str, when: str) -> Iterator[tuple[Waits, Waits]]:
    """Write meanwhile, from a thread and from another process; their waits are complete at the end."""
    thread_waits, process_waits = Waits(f"same process, {when}"), Waits(f"other process, {when}")
    stop = threading.Event()
    thread = threading.Thread(target=_write, args=(database, 1, thread_waits.seconds, stop.is_set))
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_write_apart, args=(address, theirs), daemon=True)
    process.start()
    theirs.close()
    ours.recv()  # it has begun
    thread.start()
    try:
        yield thread_waits, process_waits
    finally:
        stop.set()
        thread.join()
        ours.send(None)
        process_waits.seconds += ours.recv()
        process.join()


def _write_apart(address: str, parent: Any) -> None:
    database = Database.connect(address)
    seconds: list[float] = []
    with database.reading():
        parent.send(None)
    _write(database, 2, seconds, lambda: bool(parent.poll()))
    database.close()
    parent.send(seconds)


def _write(database: Database, place: int, seconds: list[float], is_stopped: Callable[[], bool]) -> None:
    """Put updates in, one at a time, as those who poll do."""
    first = place * 10**9 + time.time_ns() // 10**6 % 10**8 * 10
    for number in itertools.count(first):
        if is_stopped():
            return
        update = ReceivedUpdate(
            update_id=number, chat_id=10**8 + number % 1000, person_id=5, raw=f'{{"update_id": {number}}}'
        )
        begun = time.perf_counter()
        with database.writing() as connection:
            inbox.put(connection, [update], UNLIMITED, utc_now())
        seconds.append(time.perf_counter() - begun)
        time.sleep(PAUSE_SECONDS)
