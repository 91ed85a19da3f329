"""Measures the time per question, compared with bm25s, tantivy, SQLite, rank-bm25 and scikit-learn.

Run it from the repository's root as

    python -m benchmarks.speed                                   # 10,000, 100,000 and a million paragraphs
    python -m benchmarks.speed --sizes 10k --engines tantivy     # less

It writes SPEED.md and speed.svg to the output folder, again after each size; progress goes to standard error. The exit
code is 1 if an engine failed, 2 if articles or packages are missing.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.errors import NotReady
from benchmarks.speed.engines import BY_KEY, require_packages
from benchmarks.speed.figures import Size
from benchmarks.speed.measure import measure
from benchmarks.speed.memory import require_memory
from benchmarks.speed.plot import draw
from benchmarks.speed.preparing import prepare
from benchmarks.speed.questions import Asked, beginnings, choose
from benchmarks.speed.tables import markdown
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEWS = Path("../shared/data/news/articles.jsonl.gz")
SETS = Path("../shared/data/questions")
OUTPUT = Path("benchmarks")
ENGINES = f"of {', '.join(BY_KEY)} (all)"
SIZES = (10_000, 100_000, 1_000_000)
_COUNT = re.compile(r"(\d+)([km]?)", re.IGNORECASE)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    options = _parser().parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    sizes: list[Size] = []
    try:
        for size in run(options):
            sizes.append(size)
            (options.output / "SPEED.md").write_text(markdown(sizes, options.rounds), "utf-8")
            (options.output / "speed.svg").write_text(draw(sizes), "utf-8")
    except (NotReady, RetrievalError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n已中断 / stopped", file=sys.stderr)
        return 130
    return int(any(one.failure for size in sizes for one in size.outcomes))


def run(options: argparse.Namespace) -> Iterator[Size]:
    """Measure one size after another.

    Raises:
        NotReady: packages, articles or questions are missing, or this is no Linux.
    """
    engines = [BY_KEY[key] for key in dict.fromkeys(options.engines)]
    require_memory()
    require_packages(engines)
    kept = nullcontext(options.work) if options.work else tempfile.TemporaryDirectory(prefix="chuwen-speed-")
    with kept as name:
        work = Path(name)
        work.mkdir(parents=True, exist_ok=True)
        chosen = None
        for paragraphs in sorted(set(options.sizes)):
            texts = prepare(options.news, paragraphs, options.seed, work)
            chosen = chosen or choose(texts, options.sets, 2 * options.questions, options.seed)
            asked = Asked(chosen[: options.questions], chosen[options.questions :], beginnings(texts, options.seed))
            with tempfile.TemporaryDirectory(dir=work, prefix="indexes-", ignore_cleanup_errors=True) as folder:
                questions = Path(folder, "questions.json")
                asked.save(questions)
                yield Size(texts.facts, measure(engines, texts, questions, options.rounds, Path(folder)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sizes", nargs="+", type=count, default=SIZES, help="paragraphs: 10000, 10k, 1m (10k 100k 1m)"
    )
    parser.add_argument("--news", type=Path, default=NEWS, help="a file of articles (%(default)s)")
    parser.add_argument("--sets", type=Path, default=SETS, help="a folder of question sets (%(default)s)")
    parser.add_argument("--questions", type=count, default=2000, help="that are timed (%(default)s)")
    parser.add_argument("--engines", nargs="+", choices=BY_KEY, metavar="NAME", default=tuple(BY_KEY), help=ENGINES)
    parser.add_argument("--rounds", type=count, default=3, help="how often they are asked (%(default)s)")
    parser.add_argument("--work", type=Path, help="a folder that keeps the cut words for another run")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="a folder for what is written (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what is made up and asked (%(default)s)")
    return parser


def count(text: str) -> int:
    """Parse a number of paragraphs: 10000, 10k, 1m.

    Raises:
        ArgumentTypeError: the text is no number, or 0.
    """
    match = _COUNT.fullmatch(text.replace("_", "").replace(",", ""))
    number = int(match[1]) * _TIMES[match[2].lower()] if match else 0
    if not number:
        raise argparse.ArgumentTypeError(f"expected a number such as 10000, 10k or 1m, got {text!r}")
    return number


if __name__ == "__main__":
    sys.exit(main())
