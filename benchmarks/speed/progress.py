"""Shows progress and speed on standard error, in one line that is overwritten."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EVERY = 0.5  # seconds between two tellings

T = TypeVar("T")


def told(what: str, things: Iterable[T], of: int) -> Iterator[T]:
    """Yield the same items, showing how many have been yielded."""
    yield from told_in_steps(what, ((thing, 1) for thing in things), of)


def told_in_steps(what: str, things: Iterable[tuple[T, int]], of: int) -> Iterator[T]:
    """Yield the same items, counting each as several."""
    started = last = time.monotonic()
    done = 0
    for thing, number in things:
        yield thing
        done += number
        now = time.monotonic()
        if now - last > EVERY or done == of:
            last = now
            rate = done / max(now - started, 1e-6)
            end = "\n" if done == of else ""
            print(f"\r{what}: {done:,} of {of:,}, {rate:,.0f} a second", end=end, file=sys.stderr, flush=True)


def say(what: str) -> None:
    """Print a message on a line of its own."""
    print(what, file=sys.stderr, flush=True)
