"""How much memory this process has, as Linux tells it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.errors import NotReady

STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes in memory."""

    peak: int  # of own and mapped, since the process began
    own: int  # what nobody else has, such as arrays and Python's objects
    mapped: int  # pages of files, which the system can let go: libraries, and indexes opened by memory map

    @property
    def resident(self) -> int:
        """Both together."""
        return self.own + self.mapped


def memory() -> Memory:
    """What this process has now."""
    fields = dict(line.split(":", 1) for line in STATUS.read_text("utf-8").splitlines())
    peak, own, mapped = (int(fields[name].split()[0]) * 1024 for name in ("VmHWM", "RssAnon", "RssFile"))
    return Memory(peak, own, mapped)


def require_memory() -> None:
    """Refuse to begin where nothing tells how much memory is used.

    Raises:
        NotReady: there is no such file.
    """
    if not STATUS.exists():
        raise NotReady(f"找不到 {STATUS}，只能在 Linux 上测量 / no {STATUS}: memory is measured on Linux only")
