"""Measures a whole library: building, opening, correcting one article, and answering, from question to reply.

Run it from the repository's root as `python -m benchmarks.speed.library`. The paragraphs and questions are those of
`python -m benchmarks.speed`. It writes LIBRARY.md to the output folder, again after each size; progress goes to
standard error. The exit code is 1 if a search is not exact, or a corrected library differs from a full build.
"""

from __future__ import annotations

import argparse
import filecmp
import multiprocessing
import resource
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.quality.tables import table
from benchmarks.speed.__main__ import NEWS, OUTPUT, SETS, SIZES, count
from benchmarks.speed.memory import memory
from benchmarks.speed.peer import DEPTH
from benchmarks.speed.preparing import prepare
from benchmarks.speed.progress import say
from benchmarks.speed.questions import choose
from bot.service.answers import sources
from bot.telegram.ui.answer_view import answer_pieces
from bot.telegram.wire.markup import messages
from bot.texts import Language, texts_in
from corpus.load import Candidates, load
from retrieval.answer import answer
from retrieval.index import kernel
from retrieval.index.counting import lower_priority
from retrieval.index.folder import SEEN
from retrieval.index.postings import IMPACT_SCALE
from retrieval.index.terms import term_ids
from retrieval.question.understand import understand
from retrieval.storage.build_library import write_library
from retrieval.storage.calibration_file import open_calibrated
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import SpawnProcess
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Event

    import numpy.typing as npt

    from corpus.model import Article
    from retrieval.index.index import Index
    from retrieval.index.terms import QueryTerm
    from retrieval.library import Library

    Built = tuple[float, float, float]  # seconds, MB of the process that builds, MB of one that cuts

INTRODUCTION = """# A library

Made by `python -m benchmarks.speed.library`: what it costs to build the library of so many paragraphs of news with all
processors, to open it, to correct one article of it while questions are asked, and to answer, from the question to the
rendered reply, one question at a time. What is searched is searched once more, to be timed apart. Memory is that of the
process after all questions, with the benchmark in it; a build's is what it takes beside the articles that it is given.
1 MB is 1,000,000 bytes."""
STAGES = ("understand", "search", "rank and extract", "render", "whole")
LIMITED = 0.1  # of the passages are within the limits of a search that is compared
ROOM = 4000  # units of a message


@dataclass(frozen=True, slots=True)
class Cost:
    """The costs of one size; in seconds, milliseconds if named so, and MB of 1,000,000 bytes.

    Attributes:
        building: peak memory of the building process, without what it had before, and of one segmenting process.
        exact: the number of searches, with limits and without, whose best 20 equal those of exhaustive scoring, and the
            number of searches; None if not compared.
        same: whether the corrected library equals a full build byte for byte; None if not compared.
        serving: private and mapped memory after all questions.
    """

    paragraphs: int
    full: float
    building: tuple[float, float]
    disk: float
    opening_ms: float
    first_ms: float
    exact: tuple[int, int] | None
    correction: float
    same: bool | None
    quiet: tuple[float, float]  # p50, p99 in ms, one question at a time
    during: tuple[float, float]  # likewise, while the correction was built
    stages: dict[str, tuple[float, float]]
    serving: tuple[float, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and write the tables; return the exit code."""
    options = _parser().parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    costs: list[Cost] = []
    with suppress(ImportError):
        from retrieval.index.compiled import compile_kernel

        kernel.use_kernel(compile_kernel())
    with tempfile.TemporaryDirectory(prefix="chuwen-library-") as folder:
        work = options.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        for size in sorted(set(options.sizes)):
            found = prepare(options.news, size, 1, work)
            questions = [one.text for one in choose(found, options.sets, 2 * options.questions, 1)]
            costs.append(_cost(found.articles, size, questions, work, options))
            (options.output / "LIBRARY.md").write_text(report(costs), "utf-8")
    return int(any(one.same is False or (one.exact and len(set(one.exact)) > 1) for one in costs))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.library", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sizes", nargs="+", type=count, default=SIZES, help="paragraphs: 10000, 10k, 1m (10k 100k 1m)"
    )
    parser.add_argument("--news", type=Path, default=NEWS, help="a file of articles (%(default)s)")
    parser.add_argument("--sets", type=Path, default=SETS, help="a folder of question sets (%(default)s)")
    parser.add_argument("--questions", type=count, default=1000, help="that are timed (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="of questions in quiet (%(default)s)")
    parser.add_argument("--work", type=Path, help="a folder that keeps the cut words for another run")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="a folder for what is written (%(default)s)")
    parser.add_argument(
        "--compare", type=count, default=100_000, help="up to here what is found and made is compared (%(default)s)"
    )
    return parser


def _cost(articles: Path, paragraphs: int, questions: Sequence[str], work: Path, options: argparse.Namespace) -> Cost:
    with tempfile.TemporaryDirectory(dir=work, prefix="library-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        say(f"{paragraphs:,} paragraphs · full build")
        full, peak, child = _ended(*_begun(_Order(articles, folder / "before", work)))
        before = time.perf_counter()
        library = open_calibrated(folder / "before", Segmenter(work))
        opening = time.perf_counter() - before
        half = len(questions) // 2
        first = _timed(library, questions[:1])[0][-1]
        _timed(library, questions[:half])
        say(f"{paragraphs:,} paragraphs · questions")
        stages = np.array(_timed(library, questions[half:]))
        serving = memory().own / 1e6, memory().mapped / 1e6
        is_compared = paragraphs <= options.compare
        exact = _exact(library, questions) if is_compared else None
        say(f"{paragraphs:,} paragraphs · one article corrected, in quiet and then while questions are asked")
        correction = _Order(articles, folder / "after", work, folder / "before", is_corrected=True)
        seconds, _, _ = _ended(*_begun(correction))
        same = _is_same(correction) if is_compared else None
        again = replace(correction, folder=folder / "again")
        quiet, during = _asked_meanwhile(library, again, questions, options.seconds)
        return Cost(
            paragraphs,
            full,
            (peak, child),
            sum(file.stat().st_size for file in (folder / "before").iterdir()) / 1e6,
            opening * 1e3,
            first,
            exact,
            seconds,
            same,
            quiet,
            during,
            {stage: _percentiles(stages[:, place]) for place, stage in enumerate(STAGES)},
            serving,
        )


def _exact(library: Library, questions: Sequence[str]) -> tuple[int, int]:
    """Return how many searches equal exhaustive scoring, and of how many; by either kernel, with limits and without."""
    chance, index, found = np.random.default_rng(1), library.index, []
    limits = (None, chance.random(index.passages) < LIMITED)
    fastest = kernel.current_kernel()
    for question in questions:
        terms = understand(library, question).terms
        totals, scale = _added_up(index, terms)
        for within in limits:
            best = _best_of(totals if within is None else totals * within, scale)
            for one in {fastest, kernel.PLAIN}:
                kernel.use_kernel(one)
                found.append(replace(index, within=within).search(terms, DEPTH) == best)
    kernel.use_kernel(fastest)
    return sum(found), len(found)


def _added_up(index: Index, terms: Sequence[QueryTerm]) -> tuple[npt.NDArray[np.int64], int]:
    """Score each passage by adding up all postings of all terms; return the scores and their scale."""
    totals = np.zeros(index.passages, np.int64)
    table, found = index.table, []
    for term, number in zip(terms, term_ids([t.field for t in terms], [t.term for t in terms]), strict=True):
        place = int(np.searchsorted(table.terms, number))
        if place < len(table.terms) and table.terms[place] == number:
            postings = slice(int(table.starts[place]), int(table.starts[place + 1]))
            found.append((postings, term.weight * kernel.idf(index.passages, postings.stop - postings.start)))
    weights = [weight for _, weight in found]
    scale = min(kernel.WEIGHT_SCALE, int(kernel.LARGEST_TOTAL / max(1.0, 255 * sum(weights) + len(weights))))
    for postings, weight in found:
        totals[index.rows[postings]] += index.impacts[postings].astype(np.int64) * round(weight * scale)
    return totals, scale


def _best_of(totals: npt.NDArray[np.int64], scale: int) -> tuple[tuple[int, float], ...]:
    """Return the best passages, ties in row order."""
    order = np.argsort(-totals, kind="stable")[:DEPTH]
    return tuple((int(row), float(totals[row] / (IMPACT_SCALE * scale))) for row in order if totals[row])


@dataclass(frozen=True, slots=True)
class _Order:
    """An order to build a library.

    Attributes:
        base: the library that is corrected; None for a full build.
        is_corrected: whether one article is changed.
    """

    articles: Path
    folder: Path
    work: Path
    base: Path | None = None
    is_corrected: bool = False


def _build(order: _Order, ready: Event, built: SimpleQueue[Built]) -> None:
    """Build a library; signal when the articles are read, which is not measured, and report the costs."""
    lower_priority()  # as the bot's builds do
    candidates, segmenter = load(order.articles), Segmenter(order.work)
    if order.is_corrected:
        candidates = corrected(candidates)
    base = open_calibrated(order.base, segmenter) if order.base else None
    order.folder.mkdir()
    had = memory().resident
    ready.set()
    before = time.perf_counter()
    write_library(order.folder, candidates, segmenter, base=base)
    seconds = time.perf_counter() - before
    cutting = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    built.put((seconds, (memory().peak - had) / 1e6, cutting / 1e6))


def _begun(order: _Order) -> tuple[SpawnProcess, SimpleQueue[Built]]:
    """Start a process that builds; return when it has read the articles."""
    context = multiprocessing.get_context("spawn")
    ready, built = context.Event(), context.SimpleQueue()
    process = context.Process(target=_build, args=(order, ready, built))
    process.start()
    while process.is_alive() and not ready.wait(1):
        pass
    return process, built


def _ended(process: SpawnProcess, built: SimpleQueue[Built]) -> Built:
    """Wait for the process, and return its costs."""
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)
    return built.get()


def corrected(candidates: Candidates) -> Candidates:
    """Return the same articles, with a change at the end of the middle one."""
    articles = list(candidates.articles)
    place = len(articles) // 2
    *sections, last = articles[place].sections
    *paragraphs, end = last.paragraphs
    end = replace(end, text=f"{end.text}新港二期2024年动工，总投资12.5亿元。")
    changed: Article = replace(articles[place], sections=(*sections, replace(last, paragraphs=(*paragraphs, end))))
    return replace(candidates, articles=(*articles[:place], changed, *articles[place + 1 :]))


def _asked_meanwhile(
    library: Library, order: _Order, questions: Sequence[str], quiet_seconds: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return how long questions take before and during the correction of one article."""
    asked = _again(questions)
    quiet = [_timed(library, [next(asked)])[0][-1]]
    during = []
    end = time.monotonic() + quiet_seconds
    while time.monotonic() < end:
        quiet.append(_timed(library, [next(asked)])[0][-1])
    process, built = _begun(order)
    while process.is_alive():
        during.append(_timed(library, [next(asked)])[0][-1])
    _ended(process, built)
    return _percentiles(np.array(quiet)), _percentiles(np.array(during))


def _again(questions: Sequence[str]) -> Iterator[str]:
    while True:
        yield from questions


def _is_same(order: _Order) -> bool:
    """Return True if a full build of the same articles makes the same files."""
    anew = order.folder.with_name("anew")
    _ended(*_begun(replace(order, folder=anew, base=None)))
    names = {file.name for folder in (anew, order.folder) for file in folder.iterdir()} - {SEEN}
    return filecmp.cmpfiles(order.folder, anew, sorted(names), shallow=False)[1:] == ([], [])


def _timed(library: Library, questions: Sequence[str]) -> list[list[float]]:
    """Return the milliseconds of each of STAGES for each question; searches run twice, to be timed separately."""
    said = texts_in(Language.SIMPLIFIED)
    found = []
    for question in questions:
        times = [time.perf_counter()]
        query = understand(library, question)
        times.append(time.perf_counter())
        result = answer(library, query)
        times.append(time.perf_counter())
        messages(list(answer_pieces(result, sources(result), said)), ROOM)
        times.append(time.perf_counter())
        limited = library.within(query.limits)
        for part in query.parts:
            limited.index.search(part.terms, 12)
        times.append(time.perf_counter())
        reading, answering, rendering, searching = (1e3 * step for step in np.diff(times))
        total = reading + answering + rendering
        found.append([reading, searching, max(0.0, answering - searching), rendering, total])
    return found


def _percentiles(values: np.ndarray) -> tuple[float, float]:
    return float(np.median(values)), float(np.percentile(values, 99))


def report(costs: Sequence[Cost]) -> str:
    """Format the costs of all sizes as Markdown."""
    columns = ("", *(f"{one.paragraphs:,}" for one in costs))
    pairs = {stage: [_pair(one.stages[stage]) for one in costs] for stage in STAGES}
    rows = {
        "full build, s": [f"{one.full:.1f}" for one in costs],
        "peak of the build / of one that cuts, MB": [
            f"{one.building[0]:,.0f} / {one.building[1]:,.0f}" for one in costs
        ],
        "on disk, MB": [f"{one.disk:,.1f}" for one in costs],
        "open, ms": [f"{one.opening_ms:.1f}" for one in costs],
        "first question, ms": [f"{one.first_ms:.1f}" for one in costs],
        "searches that are exact": ["{:,} of {:,}".format(*one.exact) if one.exact else "–" for one in costs],
        "one article corrected, s / of a full build": [
            f"{one.correction:.2f} / 1:{one.full / one.correction:.1f}" for one in costs
        ],
        "byte for byte that of a full build": [{True: "yes", False: "NO", None: "–"}[one.same] for one in costs],
        "questions, quiet, p50 / p99 ms": [_pair(one.quiet) for one in costs],
        "questions, meanwhile, p50 / p99 ms": [_pair(one.during) for one in costs],
        "memory of who asks, own / mapped, MB": [f"{one.serving[0]:,.0f} / {one.serving[1]:,.0f}" for one in costs],
    }
    title = "From a question to its reply, p50 / p99 ms"
    return "\n\n".join((INTRODUCTION, table("Paragraphs", columns, rows), table(title, columns, pairs))) + "\n"


def _pair(values: tuple[float, float]) -> str:
    return f"{values[0]:.2f} / {values[1]:.2f}"


if __name__ == "__main__":
    sys.exit(main())
