"""Long polling: fetches updates from Telegram; each request acknowledges the earlier ones, which are stored by then."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.service.heartbeat import until_stored
from bot.store.queue import processes
from bot.telegram.inbound.intake import UPDATE_KINDS
from bot.telegram.outbound.alarms import Alarm
from bot.telegram.outbound.send_result import seconds_of
from bot.telegram.wire.updates import is_update

if TYPE_CHECKING:
    from telegram import Bot

    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Database
    from bot.telegram.inbound.intake import Intake
    from bot.telegram.outbound.alarms import Alarms

POLL_SECONDS = 30  # how long Telegram holds a request open while there is no update
LEASE = "polling"
LEASE_SECONDS = 1  # between two attempts to take over the lease of a dead process
MOST_BACKOFF_SECONDS = 30
_log = logging.getLogger(__name__)


class Polling:
    """Fetches updates in a loop; of several processes only the one that holds the lease polls.

    Args:
        bot: sends the requests.
        database: the store, with the lease.
        heartbeat: of this process, which holds the lease.
        intake: stores the updates.
        alarms: get a refused token, and a conflict with another program that polls.
    """

    def __init__(self, bot: Bot, database: Database, heartbeat: Heartbeat, intake: Intake, alarms: Alarms) -> None:
        self._bot = bot
        self._database = database
        self._heartbeat = heartbeat
        self._intake = intake
        self._alarms = alarms
        self._offset = 0
        self._failures = 0

    async def run(self) -> None:
        """Poll while this process holds the lease, else try every LEASE_SECONDS to take it, until cancelled."""
        while True:
            if await until_stored(self._has_lease):
                await asyncio.sleep(await self._poll())
            else:
                self._offset = 0  # the process that holds the lease acknowledges what it fetched
                await asyncio.sleep(LEASE_SECONDS)

    def _has_lease(self) -> bool:
        """Return True if this process holds the lease; take it if it is free or its holder is dead."""
        with self._database.writing() as connection:
            return processes.take_lease(connection, LEASE, self._heartbeat.process_id)

    async def _poll(self) -> float:
        """Fetch and store once; return the seconds until the next request: 0 after success, else a backoff.

        The backoff grows exponentially up to MOST_BACKOFF_SECONDS; after a 429 it is what Telegram asks for. Updates
        that could not be stored are not acknowledged, and so fetched again. A refused token, and another program that
        polls, cause an alarm; that Telegram or the store cannot be reached is logged.
        """
        try:
            raws = await self._fetch()
            if raws:
                await self._intake.take(raws)
                self._offset = max(raw["update_id"] for raw in raws) + 1
        except RetryAfter as error:
            return max(seconds_of(error), 1)
        except (InvalidToken, EndPointNotFound):  # `do_api_request` raises the latter for a 401
            await self._alarms.push(Alarm.TOKEN_REFUSED, "401 Unauthorized")
        except Conflict as error:
            if await until_stored(self._has_lease):  # otherwise this process was suspended and another one took over
                await self._alarms.push(Alarm.CONFLICT, error.message)
        except TelegramError as error:
            _log.warning("Telegram cannot be reached: %s", error)
        except SQLAlchemyError as error:
            _log.warning("updates cannot be stored: %s", error)
        else:
            self._failures = 0
            return 0
        self._failures += 1
        return float(min(2.0 ** min(self._failures, 10) / 4, MOST_BACKOFF_SECONDS))

    async def _fetch(self) -> list[dict[str, Any]]:
        """Wait up to POLL_SECONDS for new updates, and return them as JSON objects; empty if there are none.

        They are not parsed by python-telegram-bot, whose objects would lose fields that it does not know yet. What is
        no update (`is_update`) is left out. The request acknowledges all updates before `_offset`.

        Raises:
            TelegramError: the request failed, or its result is no list.
        """
        arguments = {"timeout": POLL_SECONDS, "allowed_updates": UPDATE_KINDS, "limit": 100}
        if self._offset:
            arguments["offset"] = self._offset
        updates = await self._bot.do_api_request("getUpdates", arguments, read_timeout=POLL_SECONDS + 10)
        if not isinstance(updates, list):
            raise TelegramError(f"getUpdates gave no list: {str(updates)[:100]}")
        return [raw for raw in updates if is_update(raw)]
