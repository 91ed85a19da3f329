"""Keeps the library that questions are answered from, and swaps in a new one when a generation is published."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.jobs import JobKind
from bot.service.publishing.prepare import rebuild
from bot.service.publishing.prepare_order import PrepareOrder
from bot.service.publishing.worker_process import WorkerCrashed, run_in_process
from bot.store.publishing import article_table, generation_table
from retrieval.errors import CacheUnusable
from retrieval.index import kernel
from retrieval.storage.library_cache import library_name, open_named
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.job_codes import StepCallback
    from bot.domain.jobs import Generation
    from bot.service.answers import AnswerService
    from bot.service.publishing.publish import Place
    from bot.store.db.database import Database
    from retrieval.library import Library

LOOK_SECONDS = 0.25  # how soon a generation that another process published is found
COMPILE_SECONDS = 10  # after the start, as compiling holds the interpreter lock for a second
RETRY_SECONDS = 5  # after an index could not be opened or built
_log = logging.getLogger(__name__)


def _compile_later() -> threading.Timer:
    """Compile the search kernel some seconds after the start, if numba is installed; updates that waited go first.

    In a daemon thread, which the end of the program does not wait for: the first compilation may take long.
    """
    timer = threading.Timer(COMPILE_SECONDS, _compile)
    timer.daemon = True
    timer.start()
    return timer


def _compile() -> None:
    """Compile the search kernel and use it from now on; without numba or on an error, log it and keep numpy."""
    try:
        from retrieval.index.compiled import compile_kernel

        kernel.use_kernel(compile_kernel())
    except ImportError:
        _log.debug("numba is not installed: searches use numpy")
    except Exception:
        _log.warning("searches use numpy, because the kernel cannot be compiled", exc_info=True)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the store held when it was last read."""

    #: of the counter that changes with every publication and hidden article
    version: int
    generation: Generation
    name: str  # of its library
    hidden: frozenset[str]


class LiveLibrary:
    """Keeps the current Library; swaps in the new one atomically when a generation is published.

    A caller that took `answer_service` before the swap goes on with the old library.

    Args:
        database: the store.
        place: where the index is cached, and what it is built from if it is missing there.
        make_service: makes the answer service of a library and the number of its generation; called again when articles
            are hidden or shown.
    """

    def __init__(self, database: Database, place: Place, make_service: Callable[[Library, int], AnswerService]) -> None:
        self._database = database
        self._place = place
        self._make_service = make_service
        self._segmenter = Segmenter(place.cache)
        self._wake = asyncio.Event()
        self._seen: _Seen | None = None
        self._answer_service: AnswerService | None = None
        self.is_stopped = False

    @property
    def answer_service(self) -> AnswerService:
        """The answer service of the current library; take it once for each question.

        Raises:
            LookupError: no library was opened yet.
        """
        if self._answer_service is None:
            raise LookupError("nothing was opened yet")
        return self._answer_service

    @property
    def generation(self) -> Generation | None:
        """The generation that is served; None if no library was opened yet."""
        return self._seen.generation if self._seen else None

    def wake(self) -> None:
        """Let `run` look for a new generation or hidden articles now; to be called in the thread of the event loop."""
        self._wake.set()

    def refresh(self, tell: StepCallback = lambda *_: None) -> bool:
        """Open the published generation, and hide the articles that are hidden now; blocks while the index is built.

        Nothing is done if neither has changed since the last call.

        Args:
            tell: called with the progress if the index has to be built, because it is not in the cache.

        Returns:
            True if a library is served now; False if nothing is published.

        Raises:
            CacheUnusable: the index cannot be opened or built; the library served before is kept.
            WorkerCrashed: likewise.
            Cancelled: `run` was cancelled while the index was built.
            SQLAlchemyError: the store cannot be read.
        """
        seen, before = self._look(), self._seen
        if seen is None or seen is before:
            return seen is not None
        if before and before.name == seen.name and self._answer_service:
            library = self._answer_service.library
        else:
            library = self._open_library(seen.name, tell)
        self._answer_service = self._make_service(library.hiding(seen.hidden), seen.generation.number)
        self._seen = seen
        return True

    async def run(self) -> None:
        """Refresh every LOOK_SECONDS and after `wake`, until cancelled; then a build that is under way is stopped.

        Errors are logged, the library served before is kept, and opening is retried after RETRY_SECONDS. Some seconds
        after the start the search kernel is compiled.
        """
        compiling = _compile_later()
        try:
            while True:
                self._wake.clear()
                seconds = LOOK_SECONDS
                try:
                    await asyncio.to_thread(self.refresh)
                except (CacheUnusable, WorkerCrashed, SQLAlchemyError) as error:
                    _log.error("what is published cannot be served yet: %s", error)  # the message says it all
                    seconds = RETRY_SECONDS
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._wake.wait()
        finally:
            self.is_stopped = True
            compiling.cancel()

    def _look(self) -> _Seen | None:
        """Read the store if its counter changed; return the same object if it did not, None if nothing is published."""
        with self._database.reading() as connection:
            version = generation_table.counter(connection)
            if self._seen and self._seen.version == version:
                return self._seen
            generation = generation_table.current(connection)
            if generation is None:
                return None
            hidden = generation_table.hidden_keys(connection)
            if self._seen and self._seen.generation.number == generation.number:
                return replace(self._seen, version=version, hidden=hidden)
            members = article_table.members(connection, generation.number)
        return _Seen(version, generation, library_name(member.fact for member in members), hidden)

    def _open_library(self, name: str, tell: StepCallback) -> Library:
        """Open a library from the cache; if it is missing there, build it in a process of its own.

        Raises:
            CacheUnusable, WorkerCrashed, Cancelled: as `refresh`.
        """
        library = open_named(name, self._place.cache, self._segmenter)
        if library is None:  # another machine built it, or the cache was emptied
            place = self._place
            order = PrepareOrder(
                address=place.address, corpus=place.corpus, cache=place.cache, kind=JobKind.LOAD, today=place.today()
            )
            run_in_process(rebuild, order, tell, lambda: self.is_stopped)
            library = open_named(name, place.cache, self._segmenter)
        if library is None:
            raise CacheUnusable(self._place.cache, f"{name} is gone")
        return library
