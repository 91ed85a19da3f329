"""What a bot and its store take up."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.reload.processes import memory_of, opened_by

if TYPE_CHECKING:
    from benchmarks.reload.scene import Scene


@dataclass(frozen=True, slots=True)
class State:
    """What a process and its store take up."""

    memory: float  # MB
    descriptors: int  # besides those of connections
    pool: int  # descriptors of connections to the database and to Telegram: as many as are needed, up to a fixed number
    database: float  # MB, as the two below
    log: float
    cache: float

    @classmethod
    def of(cls, here: Scene) -> State:
        """At this quiet moment: the median of many looks."""
        file = Path(here.bot.environment["CHUWEN_DATABASE"])
        memory, descriptors, pool = [], [], []
        for _ in range(20):
            memory.append(memory_of(here.bot.pid, "VmRSS"))
            opened = opened_by(here.bot.pid)
            pool.append(sum(path.startswith((str(file), "socket:")) for path in opened))
            descriptors.append(len(opened) - pool[-1])
            time.sleep(0.15)
        log = file.with_name(file.name + "-wal")
        cache = sum(one.stat().st_size for one in here.cache.rglob("*") if one.is_file())
        return cls(
            memory=statistics.median(memory),
            descriptors=int(statistics.median(descriptors)),
            pool=int(statistics.median(pool)),
            database=file.stat().st_size / 1e6,
            log=log.stat().st_size / 1e6 if log.exists() else 0.0,
            cache=cache / 1e6,
        )

    def described(self) -> str:
        """In words."""
        opened = f"{self.descriptors} descriptors and {self.pool} of connections"
        sizes = f"database {self.database:.2f} MB, its log {self.log:.2f} MB, cache {self.cache:.1f} MB"
        return f"{self.memory:.1f} MB in memory, {opened}, {sizes}"
