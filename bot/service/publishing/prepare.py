"""Makes ready what may be published: reads, compares, builds and asks, and changes nothing.

It may run in a process of its own: jieba holds the interpreter, and what building takes of memory is given back.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.job_codes import Failure, Hold, Step, StepCallback
from bot.domain.jobs import JobKind
from bot.service.alerts.estimate import count_alerts
from bot.service.alerts.summary import first_changes
from bot.service.publishing.canary import Liked, ask_golds, ask_liked
from bot.service.publishing.compare import Prepared, articles_of, compare, difference, what_serves
from bot.service.publishing.report import Canary, JobReport
from bot.store.db.errors import StoreError
from corpus.changes import changes
from corpus.diff import diff
from corpus.errors import CorpusNotFound
from corpus.load import QUIET_SECONDS, load, manifest, wait_until_stable
from corpus.reprints import NO_REPRINTS
from retrieval.errors import BadQuestions, CacheUnusable
from retrieval.evaluation.gold import read_questions
from retrieval.storage.library_cache import build_named, open_named
from retrieval.summary.material_change import has_substance
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.service.publishing.compare import Published
    from corpus.model import Article, Delta
    from corpus.reprints import Reprints
    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library
    from retrieval.storage.build_progress import ProgressCallback


QUESTIONS = "canary.jsonl"  # in the corpus folder
MOST_BYTES = 10 * 2**20  # of them
ANYTHING = "*"  # approves whatever comes
MOST_REMOVED = 0.2  # of the articles; more are not removed without asking


@dataclass(frozen=True, kw_only=True, slots=True)
class PrepareOrder:
    """What is to be made ready.

    Attributes:
        address: of the store, maybe with a password; None where there is none, and so nothing published.
        approved: names of libraries that an operator wants whatever holds them back, or ANYTHING.
        target: the generation to go back to; None to read the folder.
        liked: asked where the folder holds no canary questions.
        quiet: seconds for which files have to stay as they are before they are read.
    """

    address: str | None
    corpus: Path
    cache: Path
    kind: JobKind
    today: datetime.date
    approved: tuple[str, ...] = ()
    target: int | None = None
    liked: tuple[Liked, ...] = ()
    quiet: float = QUIET_SECONDS


def prepare(order: PrepareOrder, tell: StepCallback) -> Prepared:
    """Make ready what an order asks for; what an operator can mend comes back as a failure, and nothing is raised."""
    try:
        published = what_serves(order.address)
        return _reload(order, published, tell) if order.target is None else _rollback(order, published, tell)
    except CorpusNotFound as error:
        failed = JobReport(kind=order.kind, failure=Failure.NO_CORPUS, place=str(error.path), reason=error.reason)
    except CacheUnusable as error:
        failed = JobReport(kind=order.kind, failure=Failure.NO_INDEX, place=str(error.folder), reason=error.reason)
    except (StoreError, SQLAlchemyError) as error:
        failed = JobReport(kind=order.kind, failure=Failure.NO_STORE, reason=str(getattr(error, "orig", error)))
    with contextlib.suppress(CorpusNotFound):
        failed = replace(failed, source_digest=source_digest(order.corpus))
    return Prepared(report=failed)


def source_digest(corpus: Path) -> str:
    """A digest of the files of a corpus: of their names, sizes and times.

    Raises:
        CorpusNotFound: there is no such folder.
    """
    lines = "\n".join(manifest(corpus))
    return hashlib.blake2b(lines.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def rebuild(order: PrepareOrder, tell: StepCallback) -> None:
    """Build the library of what is published, which is not in the cache any more.

    Raises:
        CacheUnusable: the cache folder cannot be written.
    """
    published = what_serves(order.address)
    build_named(published.name, published.snapshot.articles, order.cache, _building(tell))


def _telling(tell: StepCallback, step: Step) -> Callable[[int, int], None]:
    return lambda done, of: tell(step, done, of)


def _building(tell: StepCallback) -> ProgressCallback:
    return lambda stage, done, of: tell(Step(stage), done, of)


def _reload(order: PrepareOrder, published: Published, tell: StepCallback) -> Prepared:
    """Read the folder, and compare it with what is published."""
    tell(Step.WAITING, 0, 0)
    changing = (
        frozenset() if order.kind is JobKind.CHECK else wait_until_stable(order.corpus, order.quiet)
    )  # nobody waits to look
    source = "" if changing else source_digest(order.corpus)  # what still changes has to be looked at again
    known = {(one.path, name) for one in published.members for name in (one.digest, one.source_id)}
    candidates = load(order.corpus, _telling(tell, Step.READING), changing, known)
    tell(Step.COMPARING, 0, 0)
    snapshot, delta = diff(published.snapshot, candidates)
    prepared = compare(order.kind, published, snapshot.articles, delta, _reprints(order, published))
    prepared = _announced(order, prepared, snapshot.articles, delta)
    report = replace(prepared.report, faults=candidates.faults, source_digest=source)
    golds, bad = _questions(order.corpus)
    report = replace(report, counts={**(report.counts or {}), "faults": report.problems}, bad_questions=bad)
    prepared = replace(prepared, report=report)
    is_back = published.generation is not None and published.generation.kind is JobKind.ROLLBACK
    is_settled = is_back and order.kind is JobKind.RELOAD  # what was gone back to is what is wanted: go on from there
    if prepared.changes.is_empty and published.generation and not is_settled:
        return replace(prepared, is_to_publish=False)
    return _weighed(order, prepared, published, snapshot.articles, golds, tell)


def _reprints(order: PrepareOrder, published: Published) -> Reprints:
    """Which of the published articles are reprints, as their library knows; nothing where it is gone."""
    library = open_named(published.name, order.cache, Segmenter(order.cache)) if published.generation else None
    return library.reprints if library else NO_REPRINTS


def _announced(order: PrepareOrder, prepared: Prepared, said: Sequence[Article], delta: Delta) -> Prepared:
    """With what a correction changed where that is news, and how many alerts will go; after a first load none do."""
    if delta.is_empty or order.address is None or not prepared.base:
        return prepared
    segmenter = Segmenter(order.cache)
    telling = [one for one in delta.corrected if has_substance(one, segmenter)]
    changed = {one.after.key: first_changes(changes(one)) for one in telling}
    news = replace(prepared.news, changes=changed)
    expected = count_alerts(order.address, order.kind, news, said, segmenter)
    return replace(prepared, news=news, report=replace(prepared.report, alerts=expected))


def _rollback(order: PrepareOrder, published: Published, tell: StepCallback) -> Prepared:
    """Make ready what an earlier generation was."""
    target = order.target or 0
    said = articles_of(order.address, target)
    if said is None:
        failed = JobReport(
            kind=order.kind, generation=published.number, failure=Failure.NO_GENERATION, place=str(target)
        )
        return Prepared(report=failed, base=published.number)
    delta = difference(published.snapshot.articles, said)
    prepared = compare(order.kind, published, said, delta, _reprints(order, published))
    _build(order, prepared, said, published, tell)
    return replace(prepared, report=replace(prepared.report, origin=target))


def _weighed(
    order: PrepareOrder,
    prepared: Prepared,
    published: Published,
    said: Sequence[Article],
    golds: Sequence[Gold],
    tell: StepCallback,
) -> Prepared:
    """Whether it may be published without asking; the index is built only where it may, or has to be asked."""
    report = prepared.report
    is_approved = report.name in order.approved or ANYTHING in order.approved
    holds = [Hold.REMOVALS] if _is_large(len(report.removed), len(published.members)) else []
    if report.bad_questions:
        holds.append(Hold.BAD_QUESTIONS)
    if not said and order.kind is not JobKind.LOAD:
        holds.append(Hold.EMPTY)
    asks = published.generation is not None and bool(golds or order.liked) and not is_approved
    is_to_come = order.kind is not JobKind.CHECK and (is_approved or not holds)
    canary = None
    if asks or is_to_come:
        _build(order, prepared, said, published, tell)
    if asks:
        canary = _asked(order, golds, published, report.name, tell)
        if canary.after < canary.before:
            holds.append(Hold.WORSE)
    kept, overridden = ((), tuple(holds)) if is_approved else (tuple(holds), ())
    return replace(prepared, report=replace(report, canary=canary, holds=kept, overridden=overridden))


def _is_large(removed: int, of: int) -> bool:
    return removed > MOST_REMOVED * of


def _questions(corpus: Path) -> tuple[tuple[Gold, ...], tuple[str, str] | None]:
    """The canary questions, or what is wrong with them."""
    file = corpus / QUESTIONS
    if not corpus.is_dir() or not (file.exists() or file.is_symlink()):
        return (), None
    if not file.is_file() or not file.resolve().is_relative_to(corpus.resolve()):  # a FIFO would never end
        return (), (QUESTIONS, "not a regular file in the folder")
    if file.stat().st_size > MOST_BYTES:
        return (), (QUESTIONS, f"more than {MOST_BYTES >> 20} MB")
    try:
        return read_questions(file), None
    except BadQuestions as error:
        return (), (f"{QUESTIONS}:{error.line}" if error.line else QUESTIONS, error.reason)


def _build(
    order: PrepareOrder, prepared: Prepared, said: Sequence[Article], published: Published, tell: StepCallback
) -> None:
    """Build the library, from the one that serves.

    Its articles are in the order of `Member.order`: under one name every process builds the same.
    """
    tell(Step.INDEXING, 0, 0)
    ordered = sorted(said, key=lambda one: (one.origin.path, one.origin.line, one.key))
    base = published.name if published.generation else ""
    build_named(prepared.report.name, ordered, order.cache, _building(tell), base)


def _asked(order: PrepareOrder, golds: Sequence[Gold], published: Published, name: str, tell: StepCallback) -> Canary:
    """Ask the canary questions of what serves and of what may."""
    segmenter = Segmenter(order.cache)
    build_named(published.name, published.snapshot.articles, order.cache)  # it is there, or the cache was emptied
    before, after = (_library(one, order.cache, segmenter, published.hidden) for one in (published.name, name))
    telling = _telling(tell, Step.ASKING)
    if golds:
        return ask_golds(golds, before, after, order.today, telling, QUESTIONS)
    return ask_liked(order.liked, before, after, order.today, telling)


def _library(name: str, cache: Path, segmenter: Segmenter, hidden: frozenset[str]) -> Library:
    library = open_named(name, cache, segmenter)
    if library is None:
        raise CacheUnusable(cache, f"{name} is gone")
    return library.hiding(hidden)
