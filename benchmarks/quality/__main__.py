"""Measures what Chuwen finds, beside what others find, on question sets that anybody may lay beside the project.

Run it from the repository's root as

    python -m benchmarks.quality retrieval    # the right article, against BM25 and TF-IDF

Tables go to standard output, progress to standard error. It ends with 2 where sets or packages are missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import platformdirs

from benchmarks.quality.errors import NotReady
from benchmarks.quality.recall import SETTINGS, markdown, measure
from benchmarks.quality.sets import Choice, read_sets
from corpus.errors import CorpusError
from retrieval.errors import RetrievalError

SETS = Path("../shared/data/questions")
NEWS = Path("../shared/data/news/articles.jsonl.gz")
QUESTIONS = 1000  # of a set: R@1 is known to 2.5 points then (at 80 percent, 19 times in 20)


def main() -> int:
    """Run one of them."""
    options = _parser().parse_args()
    try:
        options.run(options)
    except (NotReady, CorpusError, RetrievalError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--sets", type=Path, default=SETS, help="a folder of question sets (%(default)s)")
    halves = common.add_mutually_exclusive_group()
    halves.add_argument("--held", action="store_true", default=True, help="only the half never tuned on (the default)")
    halves.add_argument("--all", action="store_false", dest="held", help="the questions of both halves")
    common.add_argument("--limit", type=int, default=QUESTIONS, help="questions of a set, at most (%(default)s)")
    common.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    common.add_argument(
        "--cache",
        type=Path,
        default=platformdirs.user_cache_path("chuwen") / "quality",  # apart, or it would push out the user's indexes
        help="a folder for indexes (%(default)s)",
    )
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    retrieval = commands.add_parser("retrieval", parents=[common], help="the right article, against BM25 and TF-IDF")
    retrieval.add_argument("--news", type=Path, default=NEWS, help="articles that answer nothing (%(default)s)")
    retrieval.add_argument("--settings", nargs="+", choices=SETTINGS, default=list(SETTINGS), help="what is indexed")
    retrieval.set_defaults(run=_retrieval)
    return parser


def _retrieval(options: argparse.Namespace) -> None:
    """Print a table for each setting, and write the figures down where that is wished."""
    sets = read_sets(options.sets, Choice(options.limit, is_held_only=options.held))
    record = []
    for figures in measure(sets, options.news, options.cache, options.settings):
        print(markdown(figures), flush=True)
        record += [asdict(one) for one in figures]
    if options.json:
        options.json.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
