"""Runs work that would hold the interpreter lock in a process that reports progress and ends with its parent."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from retrieval.index.counting import exit_with_parent, lower_priority

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from bot.domain.job_codes import Step, StepCallback
    from bot.service.publishing.prepare_order import PrepareOrder

    Work = Callable[[PrepareOrder, StepCallback], "R"]

LOOK_SECONDS = 0.2  # how soon a cancellation is noticed
TELL_SECONDS = 0.2  # between two reports of progress within a step
R = TypeVar("R")


class Cancelled(Exception):
    """The work was cancelled, because the program ends."""


class WorkerCrashed(Exception):
    """The worker process ended before its work was done; the message says how."""


def run_in_process(work: Work[R], order: PrepareOrder, tell: StepCallback, is_cancelled: Callable[[], bool]) -> R:
    """Run a function in a new process of lower priority and return its result; the calling thread waits.

    The process ends with this one. Arguments and result are pickled.

    Args:
        work: a module's function, which the new process imports.
        order: its argument.
        tell: called in this thread with the progress, of one step about every TELL_SECONDS.
        is_cancelled: polled about every LOOK_SECONDS; True kills the process.

    Raises:
        Cancelled: it was cancelled.
        WorkerCrashed: the process was killed, or the function raised an error, whose type and text are the message.
    """
    context = multiprocessing.get_context("spawn")  # a fork would inherit locks that other threads hold
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, work, order), name="worker", daemon=True)
    process.start()
    theirs.close()
    try:
        result: R = _receive(ours, tell, is_cancelled)
    except EOFError:
        process.join(LOOK_SECONDS)
        raise WorkerCrashed(f"exit code {process.exitcode}") from None
    else:
        return result
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _receive(ours: Connection, tell: StepCallback, is_cancelled: Callable[[], bool]) -> Any:
    """Receive messages until one holds the result; pass on the progress.

    Raises:
        Cancelled: `is_cancelled` returned True.
        WorkerCrashed: the function raised an error.
        EOFError: the process ended without a result.
    """
    while True:
        while not ours.poll(LOOK_SECONDS):
            if is_cancelled():
                raise Cancelled
        kind, content = ours.recv()
        if kind == "done":
            return content
        if kind == "failed":
            raise WorkerCrashed(content)
        tell(*content)


def _serve(theirs: Connection, work: Work[Any], order: PrepareOrder) -> None:
    """Do the work in the new process, and send progress and result, or the error, to the parent.

    Ctrl-C is ignored; SIGTERM and the end of the parent end the process.
    """
    lower_priority()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches this process too; its parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    multiprocessing.current_process().daemon = False  # a daemon may not start processes, which segment texts
    told_at, told_step = 0.0, None

    def tell(step: Step, done: int, of: int) -> None:
        nonlocal told_at, told_step
        now = time.monotonic()
        if step != told_step or now - told_at >= TELL_SECONDS or done == of:
            told_at, told_step = now, step
            theirs.send(("step", (step, done, of)))

    try:
        message: tuple[str, Any] = ("done", work(order, tell))
    except BrokenPipeError:
        return
    except Exception as error:
        message = ("failed", f"{type(error).__name__}: {error}")
    with suppress(OSError):
        theirs.send(message)
