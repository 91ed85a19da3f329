"""A loop that claims waiting rows of a queue in the store and works on several at once: updates, or messages."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.service.heartbeat import utc_now

if TYPE_CHECKING:
    import datetime
    from collections.abc import Awaitable, Callable, Collection

    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Database

IDLE_SECONDS = 0.5  # between two looks: how soon rows that other processes added are found
ENDING_SECONDS = 6  # grace period for rows being worked on when the program ends
Row = TypeVar("Row")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Queue(Generic[Row]):
    """The functions that claim and release rows of a table; both run in a transaction that writes."""

    #: (connection, process id, limit, now) → the rows that the process holds from now on
    claim: Callable[[Any, str, int, datetime.datetime], list[Row]]
    #: (connection, process id, keys): release all rows that the process holds, but for these
    release: Callable[[Any, str, Collection[int]], None]
    #: the primary key of a row
    key: Callable[[Row], int]


class ClaimLoop(Generic[Row]):
    """Claims waiting rows and works on each in a task of its own, until cancelled.

    Args:
        queue: how rows are claimed.
        work: handles one row and records the result in the store; an error is logged and leaves the row claimed, to be
            released and claimed anew in the next pass.
        database: the store.
        heartbeat: of this process, which holds the rows.
        at_once: how many rows are worked on at a time.
        pause: called before each pass; seconds until rows may be claimed again, 0 for at once.
        idle: seconds between two passes, unless `wake` is called.
    """

    def __init__(
        self,
        queue: Queue[Row],
        work: Callable[[Row], Awaitable[None]],
        database: Database,
        heartbeat: Heartbeat,
        at_once: int,
        pause: Callable[[], float] = lambda: 0.0,
        idle: float = IDLE_SECONDS,
    ) -> None:
        self._queue = queue
        self._work = work
        self._database = database
        self._heartbeat = heartbeat
        self._at_once = at_once
        self._pause = pause
        self._idle = idle
        self._wake = asyncio.Event()
        self._keys_by_task: dict[asyncio.Future[None], int] = {}  # the tasks at work, and the row of each
        self._may_hold_unknown = False  # rows that this process claimed but never received

    def wake(self) -> None:
        """Claim rows now instead of after `idle` seconds, because some were added; a `pause` still holds.

        To be called in the thread of the event loop. It is also called when a row is finished.
        """
        self._wake.set()

    async def run(self) -> None:
        """Claim and work until cancelled; then wait up to ENDING_SECONDS for the rows being worked on.

        Errors of the store while claiming are logged, and claiming is retried after `idle` seconds.
        """
        try:
            while True:
                self._wake.clear()
                pause = self._pause()
                if pause <= 0:
                    await self._claim_and_start()
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(pause, self._idle) if pause > 0 else self._idle):
                        await self._wake.wait()  # asyncio.wait_for can swallow a cancellation
        finally:
            if self._keys_by_task:
                await asyncio.wait(self._keys_by_task, timeout=ENDING_SECONDS)

    async def _claim_and_start(self) -> None:
        """Claim as many rows as may still be worked on at a time, and start a task for each."""
        room = self._at_once - len(self._keys_by_task)
        if room <= 0:
            return
        known = list(self._keys_by_task.values()) if self._may_hold_unknown else None
        self._may_hold_unknown = False
        try:
            rows = await asyncio.to_thread(self._claim, room, known)
        except SQLAlchemyError as error:  # the claim may have been committed and its reply lost
            _log.warning("the store cannot be read: %s", error)
            self._may_hold_unknown = True
            return
        for row in rows:
            task = asyncio.ensure_future(self._work(row))
            self._keys_by_task[task] = self._queue.key(row)
            task.add_done_callback(self._on_done)

    def _claim(self, limit: int, known: list[int] | None) -> list[Row]:
        """Claim up to `limit` rows; first release what this process holds beyond `known`, unless it is None."""
        holder = self._heartbeat.process_id
        with self._database.writing() as connection:
            if known is not None:
                self._queue.release(connection, holder, known)
            return self._queue.claim(connection, holder, limit, utc_now())

    def _on_done(self, task: asyncio.Future[None]) -> None:
        """Forget a finished task and claim again; log its error, whose row will be released by the next claim."""
        del self._keys_by_task[task]
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            self._may_hold_unknown = True
            _log.error("what was in hand could not be marked", exc_info=error)
