"""Prepares what may be published: reads articles, compares them, builds the index, asks questions; writes no rows.

It may run in a process of its own: jieba holds the interpreter lock, and the memory that building takes is given back.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.job_codes import Failure, Hold, Step, StepCallback
from bot.domain.jobs import JobKind
from bot.domain.subscriptions import Announcement
from bot.service.alerts.estimate import count_alerts
from bot.service.alerts.summary import first_changes
from bot.service.answers import AnswerService
from bot.service.publishing.canary import CANARY_FILE, ask_golds, ask_liked, read_canary_questions
from bot.service.publishing.compare import Prepared, articles_of, compare, difference, what_serves
from bot.service.publishing.prepare_order import ANYTHING, PrepareOrder
from bot.service.publishing.report import Canary, JobReport
from bot.store.db.errors import StoreError
from corpus.article_files import manifest, wait_until_stable
from corpus.comparison.changes import changes
from corpus.comparison.diff import diff
from corpus.comparison.reprints import NO_REPRINTS
from corpus.errors import CorpusNotFound
from corpus.load import load
from retrieval.errors import CacheUnusable
from retrieval.storage.library_cache import build_named, open_named
from retrieval.summary.material_change import is_material
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.service.publishing.compare import Published
    from corpus.comparison.reprints import Reprints
    from corpus.model import Article, Delta
    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library
    from retrieval.model import Result
    from retrieval.storage.build_progress import ProgressCallback

MOST_REMOVED = 0.2  # share of the articles that may be removed without asking an operator


def prepare(order: PrepareOrder, tell: StepCallback) -> Prepared:
    """Prepare a generation for publishing: the articles of the corpus folder, or those of an earlier generation.

    The articles are compared with the published ones, and their library is built in the cache if they may be published
    or questions have to be asked. The store is only read.

    Args:
        order: what to prepare; its `target` is the earlier generation.
        tell: called with each step, how much of it is done and how much there is.

    Returns:
        The report and the rows to write; `is_to_publish` is False if nothing changes. If the folder is missing, if
        cache or store cannot be used, or if the earlier generation is no longer kept, no error is raised: there are no
        rows, and the report has a `failure`.
    """
    try:
        preparation = _Preparation(order, what_serves(order.address), tell)
        return preparation.reload() if order.target is None else preparation.roll_back(order.target)
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
    """Return a digest of the paths, sizes, modification times and permissions of the files of a corpus.

    No file is read.

    Raises:
        CorpusNotFound: there is no such folder, or it cannot be listed.
    """
    lines = "\n".join(manifest(corpus))
    return hashlib.blake2b(lines.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def rebuild(order: PrepareOrder, tell: StepCallback) -> None:
    """Build the library of the published articles, if it is no longer in the cache.

    Of `order` only `address` and `cache` are used.

    Raises:
        CacheUnusable: the cache folder cannot be written.
        StoreUnusable, SQLAlchemyError: the store cannot be opened or read.
    """
    published = what_serves(order.address)
    build_named(published.name, published.snapshot.articles, order.cache, _stage_callback(tell))


def _stage_callback(tell: StepCallback) -> ProgressCallback:
    """Return a callback that passes the stages of building on as steps of the job."""
    return lambda stage, done, of: tell(Step(stage), done, of)


@dataclass(frozen=True, slots=True)
class _Preparation:
    """One run of `prepare`; its methods raise the errors that `prepare` reports."""

    order: PrepareOrder
    published: Published
    tell: StepCallback

    @property
    def segmenter(self) -> Segmenter:
        """A new one that keeps its words in the cache folder, which may be unusable."""
        return Segmenter(self.order.cache)

    def reload(self) -> Prepared:
        """Read the folder, compare it with what is published, and decide whether anything holds it back.

        Files that are still being written are waited for, unless this is a check; those that do not stop changing are
        reported as faults.
        """
        order, published = self.order, self.published
        self.tell(Step.WAITING, 0, 0)
        is_check = order.kind is JobKind.CHECK  # an operator looks at the result, so that files need not settle
        changing = frozenset() if is_check else wait_until_stable(order.corpus, order.quiet)
        source = "" if changing else source_digest(order.corpus)  # empty: the next scheduled reload reads it again
        known = {(member.path, name) for member in published.members for name in (member.digest, member.source_id)}
        candidates = load(order.corpus, partial(self.tell, Step.READING), changing, known)
        self.tell(Step.COMPARING, 0, 0)
        snapshot, delta = diff(published.snapshot, candidates)
        prepared = compare(order.kind, published, snapshot.articles, delta, self._published_reprints())
        prepared = self._with_material_changes(prepared, delta)
        report = replace(prepared.report, faults=candidates.faults, source_digest=source)
        golds, bad_questions = read_canary_questions(order.corpus)
        counts = {**(report.counts or {}), "faults": report.problems}
        prepared = replace(prepared, report=replace(report, counts=counts, bad_questions=bad_questions))
        # A reload of the folder that a rollback went back to is published though nothing changes: it ends the rollback.
        is_rolled_back = published.generation is not None and published.generation.kind is JobKind.ROLLBACK
        ends_rollback = is_rolled_back and order.kind is JobKind.RELOAD
        if prepared.changes.is_empty and published.generation and not ends_rollback:
            return replace(prepared, is_to_publish=False)
        prepared = self._with_holds(prepared, snapshot.articles, golds)
        return self._with_estimate(prepared, snapshot.articles)

    def roll_back(self, target: int) -> Prepared:
        """Prepare the articles of an earlier generation; nothing holds it back, and its library is built.

        If the generation is no longer kept, the report has a `failure`.
        """
        order, published = self.order, self.published
        articles = articles_of(order.address, target)
        if articles is None:
            number, failure = published.number, Failure.NO_GENERATION
            failed = JobReport(kind=order.kind, generation=number, failure=failure, place=str(target))
            return Prepared(report=failed, base=number)
        delta = difference(published.snapshot.articles, articles)
        prepared = compare(order.kind, published, articles, delta, self._published_reprints())
        self._build(prepared.report.name, articles)
        return replace(prepared, report=replace(prepared.report, origin=target))

    def _published_reprints(self) -> Reprints:
        """Return which published articles are reprints, from their library; NO_REPRINTS if it is not in the cache."""
        library = None
        if self.published.generation:
            library = open_named(self.published.name, self.order.cache, self.segmenter)
        return library.reprints if library else NO_REPRINTS

    def _with_material_changes(self, prepared: Prepared, delta: Delta) -> Prepared:
        """Add, for alerts, the first changes of each corrected article whose figures, names or dates changed."""
        if not delta.corrected:
            return prepared
        segmenter = self.segmenter
        by_key = {
            correction.after.key: first_changes(changes(correction))
            for correction in delta.corrected
            if is_material(correction, segmenter)
        }
        return replace(prepared, news=replace(prepared.news, changes=by_key))

    def _with_holds(self, prepared: Prepared, articles: Sequence[Article], golds: Sequence[Gold]) -> Prepared:
        """Add the reasons to hold the result back, and the canary; build the index only if one of them needs it.

        The index is needed to ask questions (`golds`, or `order.liked` if there are none), and to publish a result that
        nothing holds back or that is approved. An approved result is not asked questions; its reasons are `overridden`.
        """
        order, published, report = self.order, self.published, prepared.report
        is_approved = report.name in order.approved or ANYTHING in order.approved
        holds = []
        if len(report.removed) > MOST_REMOVED * len(published.members):
            holds.append(Hold.REMOVALS)
        if report.bad_questions:
            holds.append(Hold.BAD_QUESTIONS)
        if not articles and order.kind is not JobKind.LOAD:
            holds.append(Hold.EMPTY)
        is_asked = published.generation is not None and bool(golds or order.liked) and not is_approved
        is_to_come = order.kind is not JobKind.CHECK and (is_approved or not holds)
        canary = None
        if is_asked or is_to_come:
            self._build(report.name, articles)
        if is_asked:
            canary = self._ask_canary(report.name, golds)
            if canary.after < canary.before:
                holds.append(Hold.WORSE)
        kept, overridden = ((), tuple(holds)) if is_approved else (tuple(holds), ())
        return replace(prepared, report=replace(report, canary=canary, holds=kept, overridden=overridden))

    def _ask_canary(self, name: str, golds: Sequence[Gold]) -> Canary:
        """Ask the published library and the one named `name` the canary questions; without any, the liked ones."""
        order, old = self.order, self.published
        build_named(old.name, old.snapshot.articles, order.cache)  # if the cache was emptied
        before, after = self._open(old.name), self._open(name)
        tell = partial(self.tell, Step.ASKING)
        if golds:
            return ask_golds(golds, before, after, order.today, tell, CANARY_FILE)
        return ask_liked(order.liked, before, after, order.today, tell)

    def _with_estimate(self, prepared: Prepared, articles: Sequence[Article]) -> Prepared:
        """Add how many alerts will be planned; none before the first generation is published, or without a store.

        If anybody waits for the answer to a question, the index is built for it.
        """
        order, name = self.order, prepared.report.name
        if order.address is None or not prepared.base:
            return prepared
        services: list[AnswerService] = []  # opened by the first question

        def ask(question: str) -> Result:
            if not services:
                self._build(name, articles)
                services.append(AnswerService(library=self._open(name), day=order.today))
            return services[0].ask(question)

        announcement = Announcement(prepared.base + 1, order.kind, prepared.news, None)
        alerts = count_alerts(order.address, announcement, articles, self.segmenter, ask)
        return replace(prepared, report=replace(prepared.report, alerts=alerts))

    def _build(self, name: str, articles: Sequence[Article]) -> None:
        """Build the library of these articles from the published one, unless it is in the cache.

        The articles are sorted as by `GenerationMember.order`: every process builds the same library under one name.
        """
        self.tell(Step.INDEXING, 0, 0)
        ordered = sorted(articles, key=lambda article: (article.origin.path, article.origin.line, article.key))
        base = self.published.name if self.published.generation else ""
        build_named(name, ordered, self.order.cache, _stage_callback(self.tell), base)

    def _open(self, name: str) -> Library:
        """Open a library from the cache, without the articles that are hidden.

        Raises:
            CacheUnusable: it is not there.
        """
        library = open_named(name, self.order.cache, self.segmenter)
        if library is None:
            raise CacheUnusable(self.order.cache, f"{name} is gone")
        return library.hiding(self.published.hidden)
