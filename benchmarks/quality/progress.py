"""Tells on standard error how far something is, in one line that is written over."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 0.5  # seconds between two tellings


def telling(what: str) -> Callable[[int, int], None]:
    """A function that is told how much of something is done and how much there is."""
    told = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if done == of or time.monotonic() - told > EVERY:
            told = time.monotonic()
            print(f"\r{what}: {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)

    return tell
