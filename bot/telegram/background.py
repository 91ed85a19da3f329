"""Background tasks of the bot: run together, restarted when they fail, cancelled by a signal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from bot.exit_codes import DONE
from bot.service.heartbeat import until_stored, utc_now
from bot.store import housekeeping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.db.database import Database

Work: TypeAlias = Callable[[], Awaitable[None]]

PRUNE_SECONDS = 3600  # between two prunings of the store
PAUSE_SECONDS = 0.1  # between two batches of a pruning, so that answers are not delayed
RESTART_SECONDS = 1  # before a background task that failed is restarted
SHUTDOWN_SECONDS = 9  # after a signal; work that is unfinished by then is done after the next start
_log = logging.getLogger(__name__)


def stop_event() -> asyncio.Event:
    """Return an event that SIGTERM, SIGINT or SIGHUP sets; to be called in the running event loop.

    SHUTDOWN_SECONDS after the signal the process is ended with the exit code DONE, whatever still runs.
    """
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()

    def end() -> None:
        stopped.set()
        last = threading.Timer(SHUTDOWN_SECONDS, os._exit, (DONE,))
        last.daemon = True
        last.start()

    for number in filter(None, (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", None))):
        try:
            loop.add_signal_handler(number, end)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))
    return stopped


async def run_until(stopped: asyncio.Event, background: Sequence[Work]) -> None:
    """Run all background tasks until the event is set, or this task is cancelled; then cancel them and wait for them.

    A task that raises an error is restarted (`_run_forever`); one that returns is not. Errors during the cancellation
    are ignored.
    """
    tasks = [asyncio.create_task(_run_forever(work)) for work in background]
    try:
        await stopped.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_forever(work: Work) -> None:
    """Run a background task until it returns; an error is logged, and it is restarted after RESTART_SECONDS.

    A bot without one of these tasks would look alive, but answer nobody.
    """
    while True:
        try:
            await work()
        except Exception:
            _log.exception("a background task failed and is restarted")
            await asyncio.sleep(RESTART_SECONDS)
        else:
            return


async def prune_regularly(database: Database) -> None:
    """Prune the store at once and then every PRUNE_SECONDS, until cancelled.

    Each batch has its own transaction, with PAUSE_SECONDS between two; while the database cannot be reached, it is
    retried (`until_stored`).
    """

    def prune_batch() -> int:
        with database.writing() as connection:
            return housekeeping.prune(connection, utc_now())

    while True:
        while await until_stored(prune_batch):
            await asyncio.sleep(PAUSE_SECONDS)
        await asyncio.sleep(PRUNE_SECONDS)
