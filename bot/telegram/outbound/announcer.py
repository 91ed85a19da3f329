"""Plans alerts for what is published, batch by batch, until it is cancelled."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.service.alerts.announce import AnnouncementService
from bot.telegram.outbound.alarms import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.service.answers import AnswerService
    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Database
    from bot.telegram.outbound.alarms import Alarms

LOOK_SECONDS = 0.5  # how soon what was published is found
PAUSE_SECONDS = 0.005  # between two batches: others write in it, and while the next one is made
RETRY_SECONDS = 5
_log = logging.getLogger(__name__)


class Announcer:
    """Does one step after another of what is to be announced."""

    def __init__(
        self,
        database: Database,
        presence: Heartbeat,
        alarms: Alarms,
        asking: Callable[[], AnswerService],
        on_alerts: Callable[[], None],
    ) -> None:
        self._announcing = AnnouncementService(database, presence, asking)
        self._alarms = alarms
        self._on_alerts = on_alerts
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something may have been published."""
        self._wake.set()

    async def run(self) -> None:
        """Go on until cancelled; what cannot be announced is tried again, and operators are told."""
        while True:
            self._wake.clear()
            seconds = LOOK_SECONDS
            try:
                if await asyncio.to_thread(self._announcing.step):
                    self._on_alerts()
                    seconds = PAUSE_SECONDS
            except SQLAlchemyError as error:
                _log.warning("the store cannot be reached: %s", getattr(error, "orig", error))
                seconds = RETRY_SECONDS
            except Exception as error:
                _log.exception("what was published cannot be announced")
                await self._alarms.push(Alarm.NOT_ANNOUNCED, f"{type(error).__name__}: {error}")
                seconds = RETRY_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
