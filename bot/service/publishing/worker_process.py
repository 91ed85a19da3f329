"""Work that would hold up the interpreter, in a process that tells how far it is and ends with its parent."""

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
    from bot.service.publishing.prepare import PrepareOrder

    Work = Callable[[PrepareOrder, StepCallback], "R"]

LOOK_SECONDS = 0.2  # how soon it is noticed that the work is to stop
TELL_SECONDS = 0.2  # between two words on how far it is
R = TypeVar("R")


class Cancelled(Exception):
    """The work was broken off, because the program ends."""


class WorkerCrashed(Exception):
    """The process that did the work ended before it was done; the words say how."""


def run_in_process(work: Work[R], order: PrepareOrder, tell: StepCallback, stopped: Callable[[], bool]) -> R:
    """Do some work in a new process.

    Args:
        work: a function of a module, which the other process imports.
        order: what it is given.
        tell: is told how far it is.
        stopped: whether it is to be broken off.

    Raises:
        Stopped: it was.
        BrokeOff: the process was killed, or failed in a way that nobody foresaw.
    """
    context = multiprocessing.get_context("spawn")  # a fork would inherit locks that threads of this process hold
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, work, order), name="workshop", daemon=True)
    process.start()
    theirs.close()
    try:
        result: R = _result(ours, tell, stopped)
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


def _result(ours: Connection, tell: StepCallback, stopped: Callable[[], bool]) -> Any:
    while True:
        while not ours.poll(LOOK_SECONDS):
            if stopped():
                raise Cancelled
        word, said = ours.recv()
        if word == "done":
            return said
        if word == "failed":
            raise WorkerCrashed(said)
        tell(*said)


def _serve(theirs: Connection, work: Work[Any], order: PrepareOrder) -> None:
    """What the other process does."""
    lower_priority()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it as well; its parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    multiprocessing.current_process().daemon = False  # or it could not share out the cutting of texts
    told_at, told_step = 0.0, None

    def tell(step: Step, done: int, of: int) -> None:
        nonlocal told_at, told_step
        now = time.monotonic()
        if step != told_step or now - told_at >= TELL_SECONDS or done == of:
            told_at, told_step = now, step
            theirs.send(("step", (step, done, of)))

    try:
        said = ("done", work(order, tell))
    except BrokenPipeError:
        return
    except Exception as error:
        said = ("failed", f"{type(error).__name__}: {error}")
    with suppress(OSError):
        theirs.send(said)
