"""Asks Telegram for updates; each request acknowledges those before, which are stored by then."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.service.heartbeat import until_stored
from bot.store.queue import processes
from bot.telegram.inbound.intake import KINDS
from bot.telegram.outbound.alarms import Alarm
from bot.telegram.outbound.send_result import seconds_of
from bot.telegram.wire.updates import is_update

if TYPE_CHECKING:
    from telegram import Bot

    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Database
    from bot.telegram.inbound.intake import Intake
    from bot.telegram.outbound.alarms import Alarms

POLL_SECONDS = 30  # that Telegram holds a request where there is nothing
LEASE = "polling"
LEASE_SECONDS = 1  # between two looks whether the process that polls has died
LONGEST_WAIT_SECONDS = 30
_log = logging.getLogger(__name__)


class Polling:
    """Asks Telegram for updates, one process at a time, and for ever."""

    def __init__(self, bot: Bot, database: Database, presence: Heartbeat, intake: Intake, alarms: Alarms) -> None:
        self._bot = bot
        self._database = database
        self._presence = presence
        self._intake = intake
        self._alarms = alarms
        self._offset = 0
        self._misses = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if await until_stored(self._has_lease):
                await asyncio.sleep(await self._poll())
            else:
                self._offset = 0  # the other process acknowledges its own
                await asyncio.sleep(LEASE_SECONDS)

    def _has_lease(self) -> bool:
        with self._database.writing() as connection:
            return processes.take_lease(connection, LEASE, self._presence.process_id)

    async def _poll(self) -> float:
        """Ask once; returns the seconds to wait before the next time."""
        try:
            raws = await self._ask()
            if raws:
                await self._intake.take(raws)
                self._offset = max(raw["update_id"] for raw in raws) + 1
        except RetryAfter as error:
            return max(seconds_of(error), 1)
        except (InvalidToken, EndPointNotFound):  # `do_api_request` takes a 401 for the latter
            await self._alarms.push(Alarm.TOKEN_REFUSED, "401 Unauthorized")
        except Conflict as error:
            if await until_stored(self._has_lease):  # else this process was frozen, and another one took over
                await self._alarms.push(Alarm.CONFLICT, error.message)
        except TelegramError as error:
            _log.warning("Telegram cannot be reached: %s", error)
        except SQLAlchemyError as error:
            _log.warning("updates cannot be stored: %s", error)
        else:
            self._misses = 0
            return 0
        self._misses += 1
        return float(min(2.0 ** min(self._misses, 10) / 4, LONGEST_WAIT_SECONDS))

    async def _ask(self) -> list[dict[str, Any]]:
        """Updates as they are: the library's objects would lose what it does not know yet."""
        arguments = {"timeout": POLL_SECONDS, "allowed_updates": KINDS, "limit": 100}
        if self._offset:
            arguments["offset"] = self._offset
        found = await self._bot.do_api_request("getUpdates", arguments, read_timeout=POLL_SECONDS + 10)
        if not isinstance(found, list):
            raise TelegramError(f"getUpdates gave no list: {str(found)[:100]}")
        return [raw for raw in found if is_update(raw)]
