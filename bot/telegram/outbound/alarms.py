"""Tells operators what needs them, through the outbox, at most once an hour for each kind of trouble."""

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
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.store.db.database import Database
    from bot.texts import Language

LEAST_BYTES = 200 * 2**20  # free on the disk of the store or of the indexes
DISK_SECONDS = 60
MOST_DETAIL = 500  # characters of what went wrong
_log = logging.getLogger(__name__)


class Alarm(StrEnum):
    """Trouble that an operator has to look into."""

    TOKEN_REFUSED = "token-refused"  # noqa: S105 # 401
    CONFLICT = "conflict"  # 409
    DEAD_LETTER = "dead-letter"
    SET_ASIDE = "set-aside"
    DISK_LOW = "disk-low"
    NOT_ANNOUNCED = "not-announced"


@dataclass(frozen=True, slots=True)
class Alarms:
    """Pushes alarms to the operators' chats."""

    database: Database
    operators: Sequence[int]
    language: Language
    folders: Sequence[Path]  # whose disks are watched

    async def push(self, alarm: Alarm, detail: str) -> None:
        """Log it, and tell each operator, if none was told within the hour."""
        _log.error("%s: %s", alarm, detail)
        try:
            await asyncio.to_thread(self._put, alarm, detail)
        except SQLAlchemyError:
            _log.exception("the alarm cannot be stored")

    def _put(self, alarm: Alarm, detail: str) -> None:
        now = utc_now()
        shown = html.escape(f"{detail[:MOST_DETAIL]} · {socket.gethostname()}", quote=False)
        told = texts(self.language).alarms[alarm].format(detail=shown)
        messages = [
            OutgoingMessage(
                chat_id=operator,
                payload=Payload(html=told).dump(),
                priority=Priority.ALARM,
                key=f"{alarm}:{operator}:{now:%Y%m%d%H}",
            )
            for operator in self.operators
        ]
        with self.database.writing() as connection:
            outbox.add(connection, messages, now)

    async def watch_disks(self) -> None:
        """Look at the disks now and then, until cancelled."""
        while True:
            for folder in self.folders:
                free = await asyncio.to_thread(_free_bytes, folder)
                if free is not None and free < LEAST_BYTES:
                    await self.push(Alarm.DISK_LOW, f"{folder}: {free // 2**20} MB")
            await asyncio.sleep(DISK_SECONDS)


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
