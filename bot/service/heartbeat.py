"""That this process is at work on the store, told to the others every few seconds.

What a process holds (the polling of Telegram, updates in hand, messages being sent) is free again as soon as it is
dead: at once where it died on this machine, else when it was not seen for a few seconds.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, SQLAlchemyError

from bot.store.db.dialect import clock
from bot.store.queue import processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.db.database import Database

BEAT_SECONDS = 2
RETRY_SECONDS = 1
PASSING = (OperationalError, InternalError, InterfaceError)  # the second: PostgreSQL ended an idle transaction
P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)


async def until_stored(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Do some work on the store in a thread, again and again while the database cannot be reached."""
    while True:
        try:
            return await asyncio.to_thread(work, *arguments, **options)
        except DBAPIError as error:
            if not isinstance(error, PASSING) and not error.connection_invalidated:
                raise
            _log.warning("the store cannot be reached: %s", error.orig)
            await asyncio.sleep(RETRY_SECONDS)


def utc_now() -> datetime.datetime:
    """The time."""
    return datetime.datetime.now(datetime.UTC)


class Heartbeat:
    """Keeps a process among the living, from a thread of its own: a busy event loop must not look dead."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._host = _host()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
        self.process_id = ""
        self._beaten_at = 0.0  # by the monotonic clock

    def start(self) -> None:
        """Register, and free what the dead held."""
        self._register()
        self._thread.start()

    def stop(self) -> None:
        """Leave: what this process still holds is free at once."""
        self._stop.set()
        self._thread.join()
        try:
            with self._database.writing() as connection:
                processes.deregister(connection, self.process_id)
        except SQLAlchemyError as error:  # it will be found dead
            _log.warning("the store cannot be told of the end: %s", getattr(error, "orig", error))

    def _register(self) -> None:
        with self._database.writing() as connection:
            now = clock(connection)
            processes.reap_dead(connection, self._host, _is_another, now, but=None)
            self.process_id = processes.register(connection, self._host, os.getpid(), now)

    def _run(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self._beat()
            except SQLAlchemyError as error:  # a database that restarts comes back
                _log.warning("the store cannot be reached: %s", error)

    def _beat(self) -> None:
        with self._database.writing() as connection:
            now = clock(connection)
            is_known = processes.touch(connection, self.process_id, now)
            # After a pause of the database or of the machine all look dead: they get a beat to show themselves.
            if time.monotonic() - self._beaten_at < 2 * BEAT_SECONDS:
                processes.reap_dead(connection, self._host, _is_running, now, but=self.process_id)
        self._beaten_at = time.monotonic()
        if not is_known:  # it was frozen for so long that others took over
            self._register()


def _host() -> str:
    """This machine, or this container: where process ids mean the same."""
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.stat().st_ino if namespace.exists() else 0}"


def _is_another(pid: int) -> bool:
    """Whether a process other than this one runs: one that had this one's id has died."""
    return pid != os.getpid() and _is_running(pid)


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":  # signals end processes there; time will tell
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
