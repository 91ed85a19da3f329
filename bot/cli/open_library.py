"""Opens the library of a corpus for a command, or builds it while showing the progress."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot.service.answers import AnswerService
from bot.settings import read_timezone
from bot.texts import Texts, texts_in
from retrieval.answer import WHEN_SURE, Policy
from retrieval.storage.library_cache import open_or_build

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.domain.job_codes import Step
    from bot.settings import Settings
    from retrieval.errors import IndexUnusable
    from retrieval.library import Library
    from retrieval.storage.build_progress import Stage

WAIT_SECONDS = 1.0  # before progress is shown


def open_service(options: argparse.Namespace, settings: Settings, policy: Policy = WHEN_SURE) -> AnswerService:
    """Return a service that answers from the corpus of the options, else of the settings, on the day of the options.

    The index is built if it is not in the cache; progress, and how many articles are skipped, go to standard error.

    Raises:
        BadSetting: the time zone cannot be used.
        CorpusNotFound: there is no such corpus.
        CacheUnusable: the index cannot be read or written.
    """
    zone = read_timezone()  # before the index is built, which may take minutes
    return AnswerService(library=_library(options, settings), policy=policy, zone=zone, day=options.today)


def _library(options: argparse.Namespace, settings: Settings) -> Library:
    """Open the library of the corpus; progress and faults go to standard error."""
    path: Path = options.corpus or settings.corpus
    texts = texts_in(settings.language)
    with ExitStack() as stack:
        library = open_or_build(path, settings.cache, _Waiting(stack, texts), partial(_tell_refused, texts))
    faults = [fault for fault in library.faults if not fault.is_notice]
    if faults:
        print(texts.skipped.format(faults=len(faults)), file=sys.stderr)
    if not library.articles:
        print(texts.check_empty, file=sys.stderr)
    return library


def _tell_refused(texts: Texts, error: IndexUnusable) -> None:
    """Print on standard error that an index in the cache cannot be used and is built again."""
    print(texts.index_refused.format(folder=error.folder, reason=error.reason), file=sys.stderr)


@contextmanager
def waiting_shown(texts: Texts) -> Iterator[Callable[[Step, int, int], None]]:
    """Yield a callback that shows the progress of a job on standard error, from `WAIT_SECONDS` on.

    The callback takes the step, how much of it is done and how much there is; where that is 0, nothing is shown. The
    display ends with the `with` block.
    """
    begun = time.monotonic()
    with ExitStack() as stack:
        show = _Waiting(stack, texts)

        def tell(step: Step, done: int, of: int) -> None:
            if of and time.monotonic() - begun > WAIT_SECONDS:
                show(step, done, of)

        yield tell


class _Waiting:
    """Shows progress on standard error; imports rich and opens the display only when first called."""

    def __init__(self, stack: ExitStack, texts: Texts) -> None:
        self._stack = stack
        self._texts = texts
        self._show: Callable[[Stage | Step, int, int], None] | None = None

    def __call__(self, stage: Stage | Step, done: int, of: int) -> None:
        """Show that `done` of `of` items of a stage or step are done."""
        if self._show is None:
            from rich.console import Console

            from bot.terminal.progress import shown_progress

            self._show = self._stack.enter_context(shown_progress(Console(stderr=True), self._texts))
        self._show(stage, done, of)
