"""Segments texts and counts their postings in batches, in as many processes as there are processors."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import tempfile
import threading
from collections import deque
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.text import normalize
from retrieval.index.columns import bytes_of, map_file
from retrieval.index.postings import BATCH_ROWS, Postings, count_postings
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.synchronize import Event

    Written = tuple[Path, int, int]  # the file of a batch, and the numbers of its terms and postings
    Batch = tuple[int, list[str]]  # the row of the first text, and the texts

FEW = 2 * BATCH_ROWS  # texts: up to here this process is done before others have started (1 s)
SMALL_BATCH = 128  # texts a batch where they are few, so that progress is seen
MOST_PROCESSES = 16
NICENESS = 5  # added, of 0 to 19: a third of the processor time of a process that answers, when both want it
AHEAD = 2  # batches queued for each process, so that none waits for work
_log = logging.getLogger(__name__)
_segmenter: Segmenter  # of a worker process
_cancelled: Event  # of a worker process: set when the rest is not wanted


def count_all(
    texts: Iterable[str], number: int, segmenter: Segmenter, spool: Path, progress: Callable[[int], None] | None = None
) -> list[Postings]:
    """Count the postings of some texts, and return them batch by batch; row i is the i-th text.

    More than FEW texts are counted in worker processes, if there are several processors.

    Args:
        texts: not normalised yet.
        number: how many texts there are.
        segmenter: segments them if they are few enough for this process; worker processes have their own.
        spool: an empty folder that holds the postings until they are merged.
        progress: called after each batch with the number of texts done so far.
    """
    size = SMALL_BATCH if number <= FEW else BATCH_ROWS
    batches = _batches(texts, size)
    processes = min(MOST_PROCESSES, available_processors())
    if number <= FEW or processes == 1:
        building = segmenter.for_building() if number > SMALL_BATCH else segmenter
        counted: Iterator[Postings] = (spool_postings(count_batch(batch, building), spool) for batch in batches)
    else:
        counted = _count_in_workers(batches, segmenter, spool, processes)
    postings = []
    for batch_postings in counted:
        postings.append(batch_postings)
        if progress:
            progress(min(len(postings) * size, number))
    return postings


def count_batch(batch: Batch, segmenter: Segmenter) -> Postings:
    """Normalise, segment and count the texts of a batch, whose rows run from its first one."""
    first, texts = batch
    normalized = [normalize(text).text for text in texts]
    return count_postings(normalized, map(segmenter.cut, normalized), first)


def spool_postings(postings: Postings, spool: Path) -> Postings:
    """Write postings to a new file in a folder, and return them mapped, so that memory holds one batch and not all."""
    return _map(*_write(postings, spool))


def available_processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def exit_with_parent() -> None:
    """Block until the parent process is gone, and exit at once: nobody wants the results any more.

    Returns at once in a process that multiprocessing didn't start.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def lower_priority() -> None:
    """Raise the niceness of this process by NICENESS: answering has precedence over building.

    Does nothing on a system without niceness. Each call adds to it.
    """
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def _batches(texts: Iterable[str], size: int) -> Iterator[Batch]:
    """Split texts into batches of `size`, the last of which may be smaller; there is no empty batch."""
    remaining, first = iter(texts), 0
    while batch := list(islice(remaining, size)):
        yield first, batch
        first += len(batch)


def _count_in_workers(
    batches: Iterable[Batch], segmenter: Segmenter, spool: Path, processes: int
) -> Iterator[Postings]:
    """Count in worker processes, in the order of the batches; a batch whose worker was killed is counted here.

    When the iteration is closed early, queued batches are cancelled, and running ones are waited for.
    """
    context = multiprocessing.get_context("spawn")  # a fork would inherit locks that threads of this process hold
    cancelled = context.Event()
    pool = ProcessPoolExecutor(processes, context, _start_worker, (cancelled,))
    waiting: deque[tuple[Batch, Future[Written]]] = deque()
    try:
        for batch in batches:
            waiting.append((batch, _submit(pool, batch, spool)))
            if len(waiting) > (1 + AHEAD) * processes:
                yield _result(*waiting.popleft(), segmenter, spool)
        while waiting:
            yield _result(*waiting.popleft(), segmenter, spool)
    finally:
        cancelled.set()
        pool.shutdown(cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, batch: Batch, spool: Path) -> Future[Written]:
    """Submit a batch; if the pool is broken, return a future that fails with BrokenProcessPool."""
    try:
        return pool.submit(_count_to, spool, batch)
    except BrokenProcessPool as error:
        failed: Future[Written] = Future()
        failed.set_exception(error)
        return failed


def _result(batch: Batch, written: Future[Written], segmenter: Segmenter, spool: Path) -> Postings:
    """Wait for a batch and return its postings, mapped; count it here, with a warning, if its worker was killed."""
    try:
        return _map(*written.result())
    except BrokenProcessPool:
        _log.warning("a worker process was killed; the batch from row %d on is counted without it", batch[0])
        return spool_postings(count_batch(batch, segmenter), spool)


def _start_worker(cancelled: Event) -> None:
    """Initialise a worker process: it ignores Ctrl-C, exits with its parent, and has a segmenter in memory."""
    global _segmenter, _cancelled
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole process group; the parent decides
    threading.Thread(target=exit_with_parent, daemon=True).start()
    _segmenter, _cancelled = Segmenter(None), cancelled


def _count_to(spool: Path, batch: Batch) -> Written:
    """Count a batch in a worker process and write its postings to a file in the spool folder.

    Raises:
        CancelledError: the rest is not wanted.
    """
    if _cancelled.is_set():
        raise CancelledError
    return _write(count_batch(batch, _segmenter), spool)


def _write(postings: Postings, spool: Path) -> Written:
    """Write the arrays of postings one after another to a new file in the spool folder."""
    with tempfile.NamedTemporaryFile(dir=spool, delete=False) as file:
        for array in postings:
            file.write(bytes_of(array))
    return Path(file.name), len(postings.terms), len(postings.rows)


def _map(path: Path, terms: int, postings: int) -> Postings:
    """Map a file that `_write` wrote, given the numbers of its terms and postings."""
    content = map_file(path)
    sizes = (("<u8", terms), ("<i8", terms + 1), ("<i4", postings), ("u1", postings))
    arrays, offset = [], 0
    for dtype, size in sizes:
        arrays.append(np.frombuffer(content, dtype, size, offset))
        offset += arrays[-1].nbytes
    return Postings(*arrays)
