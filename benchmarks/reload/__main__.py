"""Puts publishing to the test while the bot runs: under load, killed, hindered, on two processes, with much to read.

Run it from the repository's root as

    python -m benchmarks.reload load     # 200 reloads at random moments while questions arrive
    python -m benchmarks.reload kills    # kill -9 at random moments of a reload
    python -m benchmarks.reload faults   # full disks, folders that cannot be read, files that vanish
    python -m benchmarks.reload two      # two bots on one store, and reloads that collide
    python -m benchmarks.reload news     # 81,404 paragraphs, and a reload of a few while questions arrive

Each says what it found, and ends with 1 where a promise was broken. Telegram is emulated here. Two articles tell the
number of the round that was published: an answer that mixes two generations, or comes from neither, gives itself away.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.reload import faults, kills, load, news, two

NEWS = Path("../shared/data/news/articles.jsonl.gz")
WORKS = {"load": load.run, "kills": kills.run, "faults": faults.run, "two": two.run, "news": news.run}


def main() -> int:
    """Run one of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reload", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=WORKS)
    parser.add_argument("--reloads", type=int, default=200)
    parser.add_argument("--rate", type=float, help="questions a second: 20, with the news 2")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--times", type=int, default=10, help="two: how often each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite", help="two: which database")
    parser.add_argument("--news", type=Path, default=NEWS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)  # faults: where disks can be mounted
    options = parser.parse_args()
    options.rate = options.rate or (2.0 if options.what == "news" else 20.0)
    if options.what == "faults" and not options.inside:
        return faults.run_inside()
    with tempfile.TemporaryDirectory(prefix="chuwen-reload-") as folder:
        broken = WORKS[options.what](Path(folder), options)
    for one in broken:
        print(f"BROKEN: {one}")
    print("promises broken" if broken else "all promises held")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
