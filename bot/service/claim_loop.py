"""Rows of the store that wait, taken on some at once: what the worker and the sender have in common."""

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

IDLE_SECONDS = 0.5  # how soon what other processes put in is found
ENDING_SECONDS = 6  # for what is in hand when the program ends
Row = TypeVar("Row")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Queue(Generic[Row]):
    """Which rows, and how they are taken on and let go in a transaction."""

    claim: Callable[[Any, str, int, datetime.datetime], list[Row]]  # connection, process, how many, now
    release: Callable[[Any, str, Collection[int]], None]  # connection, process, but for these
    key: Callable[[Row], int]


class ClaimLoop(Generic[Row]):
    """Takes on what waits, and works on each by itself, until cancelled."""

    def __init__(
        self,
        kind: Queue[Row],
        work: Callable[[Row], Awaitable[None]],
        database: Database,
        presence: Heartbeat,
        at_once: int,
        pause: Callable[[], float] = lambda: 0.0,
        idle: float = IDLE_SECONDS,
    ) -> None:
        self._kind = kind
        self._work = work
        self._database = database
        self._presence = presence
        self._at_once = at_once
        self._pause = pause  # seconds until anything may be taken on
        self._idle = idle  # seconds until it is looked again
        self._wake = asyncio.Event()
        self._in_hand: dict[asyncio.Future[None], int] = {}  # and the row that each is about
        self._is_unsure = False  # whether this process holds more than it knows of

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Go on until cancelled; what is in hand then is given a little time."""
        try:
            while True:
                self._wake.clear()
                pause = self._pause()
                if pause <= 0:
                    await self._take()
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(pause, self._idle) if pause > 0 else self._idle):
                        await self._wake.wait()  # asyncio.wait_for can swallow a cancellation
        finally:
            if self._in_hand:
                await asyncio.wait(self._in_hand, timeout=ENDING_SECONDS)

    async def _take(self) -> None:
        """Take on as much as there is room for."""
        room = self._at_once - len(self._in_hand)
        if room <= 0:
            return
        known = list(self._in_hand.values()) if self._is_unsure else None
        self._is_unsure = False
        try:
            rows = await asyncio.to_thread(self._claim, room, known)
        except SQLAlchemyError as error:  # it may have been committed all the same
            _log.warning("the store cannot be read: %s", error)
            self._is_unsure = True
            return
        for row in rows:
            work = asyncio.ensure_future(self._work(row))
            self._in_hand[work] = self._kind.key(row)
            work.add_done_callback(self._done)

    def _claim(self, limit: int, known: list[int] | None) -> list[Row]:
        holder = self._presence.process_id
        with self._database.writing() as connection:
            if known is not None:
                self._kind.release(connection, holder, known)
            return self._kind.claim(connection, holder, limit, utc_now())

    def _done(self, work: asyncio.Future[None]) -> None:
        del self._in_hand[work]
        self._wake.set()
        if not work.cancelled() and (error := work.exception()):
            self._is_unsure = True
            _log.error("what was in hand could not be marked", exc_info=error)
