"""Runs the planning of alerts for published generations in the background, batch by batch."""

from __future__ import annotations

import asyncio
import logging
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

POLL_SECONDS = 0.5  # between two looks for a new announcement
PAUSE_SECONDS = 0.005  # between two batches, so that other writers of the database get their turn
RETRY_SECONDS = 5
_log = logging.getLogger(__name__)


class Announcer:
    """Plans the alerts of open announcements, one batch after another.

    Args:
        database: the store.
        heartbeat: of this process, which holds the lease to plan.
        alarms: get planning errors.
        answer_service: returns the current answer service; called for each batch.
        on_alerts: called after a batch that may have added messages to the outbox.
    """

    def __init__(
        self,
        database: Database,
        heartbeat: Heartbeat,
        alarms: Alarms,
        answer_service: Callable[[], AnswerService],
        on_alerts: Callable[[], None],
    ) -> None:
        self._announcing = AnnouncementService(database, heartbeat, answer_service)
        self._alarms = alarms
        self._on_alerts = on_alerts

    async def run(self) -> None:
        """Plan batches until cancelled; a batch that fails is retried after RETRY_SECONDS.

        All errors are logged; those that are not of the store also cause an alarm.
        """
        while True:
            seconds = POLL_SECONDS
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
            await asyncio.sleep(seconds)
