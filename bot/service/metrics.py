"""How this process is doing."""

from __future__ import annotations

import logging
from pathlib import Path


def memory_megabytes() -> int:
    """Memory that this process holds, as far as the system tells; where it tells only the most ever held, that."""
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
    """Counts what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 # that it came is all that matters
        """One more."""
        self.count += 1
