"""Puts alerts to the test: killed while they go out, hindered by Telegram, and for 100,000 subscribers.

Run it from the repository's root as

    python -m benchmarks.alerts kills    # two bots send 2,000 alerts a round; kill -9 of either at random moments
    python -m benchmarks.alerts faults   # Telegram refuses, moves, hangs and breaks off; how it ends for each chat
    python -m benchmarks.alerts crowd    # 100,000 subscribers: planning, who waits for it, the pace by a fast clock

Each says what it found, and ends with 1 where a promise was broken. Telegram is emulated here.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.alerts import crowd, faults, kills

WORKS = {"crowd": crowd.run, "faults": faults.run, "kills": kills.run}


def main() -> int:
    """Run one of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alerts", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=WORKS)
    parser.add_argument("--times", type=int, default=50, help="kills: how many in all")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="sqlite", help="kills, faults: which")
    parser.add_argument("--subscribers", type=int, help="100,000; kills: 2,000; faults: 600")
    parser.add_argument("--drained", type=int, default=20_000, help="crowd: send so many; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.subscribers = options.subscribers or {"crowd": 100_000, "kills": 2_000, "faults": 600}[options.what]
    with tempfile.TemporaryDirectory(prefix="chuwen-alerts-") as folder:
        broken = WORKS[options.what](Path(folder), options)
    for one in broken:
        print(f"BROKEN: {one}")
    print("promises broken" if broken else "all promises held")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
