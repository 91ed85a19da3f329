"""The postings of many texts: cut and counted in batches, by as many processes as there are processors."""

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

    Written = tuple[Path, int, int]  # the file, and how many terms and postings are in it
    Batch = tuple[int, list[str]]  # the row of the first text, and the texts

FEW = 2 * BATCH_ROWS  # texts that are cut sooner than processes start: 1 s
SMALL_BATCH = 128  # of these, so that one sees how far it is
MOST_PROCESSES = 16
NICENESS = 5  # of 0 to 19, added: a third of the time that who answers has, when both want it
AHEAD = 2  # batches that wait for each process, so that none waits for work
_log = logging.getLogger(__name__)
_segmenter: Segmenter  # of a process that cuts
_stopped: Event  # nobody wants the rest


def count_all(
    texts: Iterable[str], number: int, segmenter: Segmenter, spool: Path, progress: Callable[[int], None] | None = None
) -> list[Postings]:
    """The postings of some texts, batch by batch; row i is the i-th text.

    Args:
        texts: not normalised yet.
        number: how many they are.
        segmenter: cuts them, where they are few enough to be cut in this process.
        spool: an empty folder for what is counted, until it is merged.
        progress: is told how many are done.
    """
    size = SMALL_BATCH if number <= FEW else BATCH_ROWS
    batches = _batches(texts, size)
    processes = min(MOST_PROCESSES, available_processors())
    if number <= FEW or processes == 1:
        building = segmenter.for_building() if number > SMALL_BATCH else segmenter
        pieces: Iterator[Postings] = (spool_postings(count_batch(batch, building), spool) for batch in batches)
    else:
        pieces = _counted_apart(batches, segmenter, spool, processes)
    found = []
    for piece in pieces:
        found.append(piece)
        if progress:
            progress(min(len(found) * size, number))
    return found


def count_batch(batch: Batch, segmenter: Segmenter) -> Postings:
    """The postings of one batch."""
    first, texts = batch
    normalized = [normalize(text).text for text in texts]
    return count_postings(normalized, map(segmenter.cut, normalized), first)


def spool_postings(postings: Postings, spool: Path) -> Postings:
    """The same, in a file: so that memory holds one batch and not all."""
    return _open(*_write(postings, spool))


def available_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def exit_with_parent() -> None:
    """Wait until the process that started this one is gone, and end: nobody waits for the rest."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def lower_priority() -> None:
    """Take the processor where nobody else wants it: who answers questions must not wait for who builds."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def _batches(texts: Iterable[str], size: int) -> Iterator[Batch]:
    remaining, first = iter(texts), 0
    while batch := list(islice(remaining, size)):
        yield first, batch
        first += len(batch)


def _counted_apart(batches: Iterable[Batch], segmenter: Segmenter, spool: Path, processes: int) -> Iterator[Postings]:
    """Count in other processes; what one leaves undone that was killed is done in this one."""
    context = multiprocessing.get_context("spawn")  # a fork would inherit locks that threads of this process hold
    stopped = context.Event()
    pool = ProcessPoolExecutor(processes, context, _begin, (stopped,))
    waiting: deque[tuple[Batch, Future[Written]]] = deque()
    try:
        for batch in batches:
            waiting.append((batch, _submitted(pool, batch, spool)))
            if len(waiting) > (1 + AHEAD) * processes:
                yield _result(*waiting.popleft(), segmenter, spool)
        while waiting:
            yield _result(*waiting.popleft(), segmenter, spool)
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, batch: Batch, spool: Path) -> Future[Written]:
    try:
        return pool.submit(_count_to, spool, batch)
    except BrokenProcessPool as error:
        failed: Future[Written] = Future()
        failed.set_exception(error)
        return failed


def _result(batch: Batch, written: Future[Written], segmenter: Segmenter, spool: Path) -> Postings:
    try:
        return _open(*written.result())
    except BrokenProcessPool:
        _log.warning("a process that cuts texts was killed; row %d and the following are cut without it", batch[0])
        return spool_postings(count_batch(batch, segmenter), spool)


def _begin(stopped: Event) -> None:
    """What a process that cuts does first."""
    global _segmenter, _stopped
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it as well; its parent decides
    threading.Thread(target=exit_with_parent, daemon=True).start()
    _segmenter, _stopped = Segmenter(None), stopped


def _count_to(spool: Path, batch: Batch) -> Written:
    if _stopped.is_set():
        raise CancelledError
    return _write(count_batch(batch, _segmenter), spool)


def _write(postings: Postings, spool: Path) -> Written:
    with tempfile.NamedTemporaryFile(dir=spool, delete=False) as file:
        for array in postings:
            file.write(bytes_of(array))
    return Path(file.name), len(postings.terms), len(postings.rows)


def _open(path: Path, terms: int, postings: int) -> Postings:
    raw = map_file(path)
    sizes = (("<u8", terms), ("<i8", terms + 1), ("<i4", postings), ("u1", postings))
    arrays, at = [], 0
    for dtype, size in sizes:
        arrays.append(np.frombuffer(raw, dtype, size, at))
        at += arrays[-1].nbytes
    return Postings(*arrays)
