"""What questions are answered from at this moment: one assignment replaces it, and whoever reads goes on to the end."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.jobs import JobKind
from bot.service.publishing.prepare import PrepareOrder, rebuild
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

LOOK_SECONDS = 0.25  # how soon what another process publishes is found
COMPILE_SECONDS = 10  # after the start: it holds the interpreter for a second
RETRY_SECONDS = 5  # after an index could not be opened or built
_log = logging.getLogger(__name__)


def _compile_later() -> threading.Timer:
    """Let questions be searched for by machine code where numba is installed; what waited for the start goes first.

    In a thread that nobody waits for: the first time, it may take longer than an end may.
    """
    timer = threading.Timer(COMPILE_SECONDS, _compile)
    timer.daemon = True
    timer.start()
    return timer


def _compile() -> None:
    try:
        from retrieval.index.compiled import compile_kernel

        kernel.use_kernel(compile_kernel())
    except ImportError:
        _log.debug("numba is not installed: searches use numpy")
    except Exception:
        _log.warning("searches use numpy, because the kernel cannot be compiled", exc_info=True)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the store holds."""

    mark: int
    generation: Generation
    name: str  # of its library
    hidden: frozenset[str]


class LiveLibrary:
    """Holds the library that serves, and replaces it as soon as another is published.

    Args:
        make: what answers, from a library and the number of its generation.
    """

    def __init__(self, database: Database, place: Place, make: Callable[[Library, int], AnswerService]) -> None:
        self._database = database
        self._place = place
        self._make = make
        self._segmenter = Segmenter(place.cache)
        self._wake = asyncio.Event()
        self._seen: _Seen | None = None
        self._asking: AnswerService | None = None
        self.is_stopped = False

    @property
    def answer_service(self) -> AnswerService:
        """What answers now; to be taken once for each question.

        Raises:
            LookupError: nothing was opened yet.
        """
        if self._asking is None:
            raise LookupError("nothing was opened yet")
        return self._asking

    @property
    def generation(self) -> Generation | None:
        """What is served."""
        return self._seen.generation if self._seen else None

    def wake(self) -> None:
        """There may be something new."""
        self._wake.set()

    def refresh(self, tell: StepCallback = lambda *_: None) -> bool:
        """Serve what is published, if it is not yet; False where nothing is.

        Args:
            tell: is told how far it is where an index has to be built.

        Raises:
            CacheUnusable: its index cannot be opened or built; what served before still does.
            BrokeOff: likewise.
            SQLAlchemyError: the store cannot be read.
        """
        seen, before = self._look(), self._seen
        if seen is None or seen is before:
            return seen is not None
        if before and before.name == seen.name and self._asking:
            library = self._asking.library
        else:
            library = self._library(seen.name, tell)
        self._asking = self._make(library.hiding(seen.hidden), seen.generation.number)
        self._seen = seen
        return True

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        compiling = _compile_later()
        try:
            while True:
                self._wake.clear()
                seconds = LOOK_SECONDS
                try:
                    await asyncio.to_thread(self.refresh)
                except (CacheUnusable, WorkerCrashed, SQLAlchemyError) as error:
                    _log.error("what is published cannot be served yet: %s", error)  # no trace needed
                    seconds = RETRY_SECONDS
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._wake.wait()
        finally:
            self.is_stopped = True
            compiling.cancel()

    def _look(self) -> _Seen | None:
        with self._database.reading() as connection:
            mark = generation_table.counter(connection)
            if self._seen and self._seen.mark == mark:
                return self._seen
            generation = generation_table.current(connection)
            if generation is None:
                return None
            hidden = generation_table.hidden_keys(connection)
            if self._seen and self._seen.generation.number == generation.number:
                return replace(self._seen, mark=mark, hidden=hidden)
            members = article_table.members(connection, generation.number)
        return _Seen(mark, generation, library_name(one.fact for one in members), hidden)

    def _library(self, name: str, tell: StepCallback) -> Library:
        library = open_named(name, self._place.cache, self._segmenter)
        if library is None:  # another machine built it, or somebody emptied the cache
            place = self._place
            order = PrepareOrder(
                address=place.address, corpus=place.corpus, cache=place.cache, kind=JobKind.LOAD, today=place.today()
            )
            run_in_process(rebuild, order, tell, lambda: self.is_stopped)
            library = open_named(name, place.cache, self._segmenter)
        if library is None:
            raise CacheUnusable(self._place.cache, f"{name} is gone")
        return library
