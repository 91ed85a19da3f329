"""Shows progress on standard error, in one line that is overwritten."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 0.5  # seconds between two tellings


def telling(what: str) -> Callable[[int, int], None]:
    """Return a progress callback that takes the number of steps done and of all steps."""
    told = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if done == of or time.monotonic() - told > EVERY:
            told = time.monotonic()
            print(f"\r{what}: {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)

    return tell
