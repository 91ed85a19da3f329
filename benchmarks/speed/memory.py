"""Reads the memory of this process from Linux."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.errors import NotReady

STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of a process in bytes."""

    peak: int  # of own and mapped, since the process began
    own: int  # what nobody else has, such as arrays and Python's objects
    mapped: int  # pages of files, which the system can let go: libraries, and indexes opened by memory map

    @property
    def resident(self) -> int:
        """The sum of both."""
        return self.own + self.mapped


def memory() -> Memory:
    """Return the memory of this process now."""
    fields = dict(line.split(":", 1) for line in STATUS.read_text("utf-8").splitlines())
    peak, own, mapped = (int(fields[name].split()[0]) * 1024 for name in ("VmHWM", "RssAnon", "RssFile"))
    return Memory(peak, own, mapped)


def require_memory() -> None:
    """Check that the system reports memory.

    Raises:
        NotReady: it doesn't, since this is no Linux.
    """
    if not STATUS.exists():
        raise NotReady(f"找不到 {STATUS}，只能在 Linux 上测量 / no {STATUS}: memory is measured on Linux only")
