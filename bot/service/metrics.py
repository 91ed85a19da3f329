"""Measures this process: its memory, and how many errors it logged."""

from __future__ import annotations

import logging
from pathlib import Path


def memory_megabytes() -> int:
    """Return the resident memory of this process in MB (2²⁰ bytes), rounded down.

    Its peak so far where there is no /proc; 0 on Windows.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) // 1024
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


class ErrorCount(logging.Handler):
    """A log handler that counts the records of level ERROR and above in `count`, from its creation on."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 # only counted
        """Count the record."""
        self.count += 1
