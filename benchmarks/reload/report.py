"""What is printed of texts, waits and logs."""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.chat import at

if TYPE_CHECKING:
    from collections.abc import Sequence


def tell(words: str) -> None:
    """How far it is, to standard error."""
    print(words, file=sys.stderr, flush=True)


def shown(said: str) -> str:
    """The beginning of a text, on one line."""
    return " / ".join(line for line in said.splitlines() if line.strip())[:700]


def print_waits(name: str, seconds: Sequence[float]) -> None:
    """How long people waited for answers, where there are any."""
    ordered = sorted(seconds)
    if ordered:
        print(f"answers {name}: {len(ordered)}, p50 {1000 * at(ordered, 0.5):.0f} ms, "
              f"p99 {1000 * at(ordered, 0.99):.0f} ms, longest {1000 * ordered[-1]:.0f} ms")  # fmt: skip


def errors_in(log: str) -> list[str]:
    """Lines that should not be there."""
    return [line for line in log.splitlines() if re.search(r" (ERROR|CRITICAL) |Traceback", line)]


def print_log(log: str) -> list[str]:
    """Errors and warnings of a log; the lines with errors."""
    errors = errors_in(log)
    warnings = Counter(line.split(" ", 2)[-1][:160] for line in log.splitlines() if " WARNING " in line)
    print(f"log: {len(errors)} errors, {warnings.total()} warnings")
    for line in (*errors[:5], *(f"{count} × {line}" for line, count in warnings.most_common(5))):
        print(f"  {line[:300]}")
    return errors
