"""Measures what Chuwen finds, compared with other search engines, on question sets beside the project.

Run it from the repository's root as

    python -m benchmarks.quality retrieval     # the right article, against BM25 and TF-IDF
    python -m benchmarks.quality answers       # the right sentence, and the words in it
    python -m benchmarks.quality abstention    # separating questions that can be answered from those that can't

Tables go to standard output, progress to standard error. The exit code is 2 if sets or packages are missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import platformdirs

from benchmarks.quality import abstention, abstention_figures, answers, recall
from benchmarks.quality.errors import NotReady
from benchmarks.quality.indexes import SETTINGS
from benchmarks.quality.sets import Choice, read_sets
from benchmarks.quality.variation import WAYS, varied
from corpus.errors import CorpusError
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.quality.abstention_figures import Figures as AbstentionFigures
    from benchmarks.quality.answers import Figures as AnswerFigures
    from benchmarks.quality.recall import Figures as RecallFigures
    from benchmarks.quality.sets import QuestionSet

SETS = Path("../shared/data/questions")
NEWS = Path("../shared/data/news/articles.jsonl.gz")
PAGE = Path("../shared/data/page")
QUESTIONS = 1000  # of a set: R@1 is known to 2.5 points then (at 80 percent, 19 times in 20)

F = TypeVar("F", "RecallFigures", "AnswerFigures", "AbstentionFigures")


def main() -> int:
    """Run one of the measurements; return the exit code."""
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
    _add_settings(retrieval, list(SETTINGS))
    retrieval.add_argument("--vary", choices=WAYS, help="ask with a slip by sound, or with a number written otherwise")
    retrieval.set_defaults(run=_retrieval)
    answer = commands.add_parser("answers", parents=[common], help="the right sentence, and the words in it")
    _add_settings(answer, ["own", "news"])
    answer.set_defaults(run=_answers)
    abstain = commands.add_parser("abstention", parents=[common], help="what can be answered told from what cannot")
    _add_settings(abstain, ["own", "news"])
    abstain.add_argument("--page", type=Path, default=PAGE, help="articles with the sample's facts (%(default)s)")
    abstain.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw what the confidence is worth there")
    abstain.set_defaults(run=_abstention)
    return parser


def _add_settings(command: argparse.ArgumentParser, settings: Sequence[str]) -> None:
    command.add_argument("--news", type=Path, default=NEWS, help="articles that answer nothing (%(default)s)")
    command.add_argument("--settings", nargs="+", choices=SETTINGS, default=settings, help="what is indexed")


def _retrieval(options: argparse.Namespace) -> None:
    sets = varied(_sets(options), options.vary) if options.vary else _sets(options)
    measured = recall.measure(sets, options.news, options.cache, options.settings)
    _tell(options.json, measured, recall.markdown)


def _answers(options: argparse.Namespace) -> None:
    measured = answers.measure(_sets(options), options.news, options.cache, options.settings)
    _tell(options.json, measured, answers.markdown)


def _abstention(options: argparse.Namespace) -> None:
    removed = abstention.measure_removed(_sets(options), options.news, options.cache, options.settings)
    swapped = abstention.measure_swapped(options.cache, options.page)
    told = _tell(options.json, chain(swapped, removed), abstention_figures.markdown)
    if options.plot:
        options.plot.write_text(abstention_figures.picture(told), "utf-8")


def _sets(options: argparse.Namespace) -> tuple[QuestionSet, ...]:
    return read_sets(options.sets, Choice(options.limit, is_held_only=options.held))


def _tell(file: Path | None, measured: Iterable[Sequence[F]], markdown: Callable[[Sequence[F]], str]) -> list[F]:
    """Print a table for each group of figures, write all to a file if asked to, and return them."""
    told: list[F] = []
    for figures in measured:
        print(markdown(figures), flush=True)
        told += figures
    if file:
        record = [asdict(one) for one in told]
        file.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return told


if __name__ == "__main__":
    sys.exit(main())
