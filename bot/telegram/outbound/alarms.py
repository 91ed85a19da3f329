"""Alarms: messages to operators about problems, through the outbox, at most one an hour for each kind."""

from __future__ import annotations

import asyncio
import html
import logging
import shutil
import socket
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.messages import OutgoingMessage, Priority
from bot.service.heartbeat import utc_now
from bot.store.queue import outbox
from bot.telegram.wire.payload import Payload
from bot.texts import texts_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.store.db.database import Database
    from bot.texts import Language

LEAST_BYTES = 200 * 2**20  # free disk space, for the store and for the indexes
DISK_SECONDS = 60
MOST_DETAIL = 500  # characters of the error shown
_log = logging.getLogger(__name__)


class Alarm(StrEnum):
    """A kind of problem that an operator has to look into."""

    TOKEN_REFUSED = "token-refused"  # noqa: S105 # Telegram answers 401
    CONFLICT = "conflict"  # another program polls with this token, or has changed the webhook
    DEAD_LETTER = "dead-letter"  # a message was given up
    SET_ASIDE = "set-aside"  # an update was given up
    DISK_LOW = "disk-low"
    NOT_ANNOUNCED = "not-announced"  # alerts for a published generation could not be planned


@dataclass(frozen=True, slots=True)
class Alarms:
    """Logs alarms and queues a message about them for each operator of the settings."""

    database: Database
    operators: Sequence[int]
    language: Language
    folders: Sequence[Path]  # whose disks are checked for free space

    async def push(self, alarm: Alarm, detail: str) -> None:
        """Log an alarm and queue a message to each operator of the settings.

        Within the same hour of the clock, another alarm of this kind is only logged, whatever its detail. An error of
        the store is logged.

        Args:
            alarm: its kind.
            detail: what is wrong, as plain text; the message shows at most MOST_DETAIL characters and the host's name.
        """
        _log.error("%s: %s", alarm, detail)
        try:
            await asyncio.to_thread(self._put, alarm, detail)
        except SQLAlchemyError:
            _log.exception("the alarm cannot be stored")

    def _put(self, alarm: Alarm, detail: str) -> None:
        """Add the messages to the outbox, one an hour for each kind and operator by their keys.

        Raises:
            SQLAlchemyError: they cannot be stored.
        """
        now = utc_now()
        shown = html.escape(f"{detail[:MOST_DETAIL]} · {socket.gethostname()}", quote=False)
        text = texts_in(self.language).alarms[alarm].format(detail=shown)
        messages = [
            OutgoingMessage(
                chat_id=operator,
                payload=Payload(html=text).dump(),
                priority=Priority.ALARM,
                key=f"{alarm}:{operator}:{now:%Y%m%d%H}",
            )
            for operator in self.operators
        ]
        with self.database.writing() as connection:
            outbox.add(connection, messages, now)

    async def watch_disks(self) -> None:
        """Check the free space of the disks every DISK_SECONDS until cancelled; alarm below LEAST_BYTES.

        Folders that cannot be read are skipped.
        """
        while True:
            for folder in self.folders:
                free = await asyncio.to_thread(_free_bytes, folder)
                if free is not None and free < LEAST_BYTES:
                    await self.push(Alarm.DISK_LOW, f"{folder}: {free // 2**20} MB")
            await asyncio.sleep(DISK_SECONDS)


def _free_bytes(folder: Path) -> int | None:
    """Return the free space of the disk that holds a folder; None if the folder cannot be read."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
