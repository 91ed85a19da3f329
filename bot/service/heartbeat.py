"""The heartbeat of this process in the store, by which other processes know that it is alive.

What a process holds (the lease to poll Telegram, updates, messages, jobs) is released as soon as it is found dead: at
once if it died on this machine, else after some seconds without a heartbeat.
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
TRANSIENT = (OperationalError, InternalError, InterfaceError)  # the second: PostgreSQL ended an idle transaction
P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)


async def until_stored(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Call a function that uses the store in a thread, and retry it while the database cannot be reached.

    Each failure is logged; there is no limit of retries, and RETRY_SECONDS lie between them. The function must be
    idempotent: its commit may have succeeded though the reply was lost.

    Raises:
        SQLAlchemyError: of another kind than TRANSIENT, with the connection intact; it is not retried.
    """
    while True:
        try:
            return await asyncio.to_thread(work, *arguments, **options)
        except DBAPIError as error:
            if not isinstance(error, TRANSIENT) and not error.connection_invalidated:
                raise
            _log.warning("the store cannot be reached: %s", error.orig)
            await asyncio.sleep(RETRY_SECONDS)


def utc_now() -> datetime.datetime:
    """Return the current time in UTC."""
    return datetime.datetime.now(datetime.UTC)


class Heartbeat:
    """Registers this process in the store and sends its heartbeat, from a thread: a busy event loop must not look dead.

    Each heartbeat, every BEAT_SECONDS, also releases what dead processes held.

    Attributes:
        process_id: under which this process holds rows; empty before `start`, and another one after this process was
            frozen for so long that others took it for dead.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._host = _host()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self.process_id = ""
        self._sent_at = 0.0  # by the monotonic clock

    def start(self) -> None:
        """Register, release what dead processes held, and start to send the heartbeat; to be called once.

        Raises:
            SQLAlchemyError: the store cannot be written. Later errors are logged, and the next heartbeat is a retry.
        """
        self._register()
        self._thread.start()

    def stop(self) -> None:
        """End the heartbeat and deregister: what this process still holds is released at once.

        An error of the store is logged; other processes then find this one dead. Call it only after `start`.
        """
        self._stop.set()
        self._thread.join()
        try:
            with self._database.writing() as connection:
                processes.deregister(connection, self.process_id)
        except SQLAlchemyError as error:  # other processes will find this one dead
            _log.warning("this process cannot be deregistered: %s", getattr(error, "orig", error))

    def _register(self) -> None:
        """Register under a new id, after releasing what dead processes held, among them an earlier one with our pid."""
        with self._database.writing() as connection:
            now = clock(connection)
            processes.reap_dead(connection, self._host, _is_another, now, but=None)
            self.process_id = processes.register(connection, self._host, os.getpid(), now)

    def _run(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self._send()
            except SQLAlchemyError as error:  # a database that restarts comes back
                _log.warning("the store cannot be reached: %s", error)

    def _send(self) -> None:
        """Record a heartbeat, and release what dead processes held.

        Nothing is released if our own last heartbeat is two intervals or more ago: the others may have been frozen too.
        If this process was reaped meanwhile, it registers under a new id.
        """
        with self._database.writing() as connection:
            now = clock(connection)
            is_known = processes.touch(connection, self.process_id, now)
            # After a pause of the database or the machine all processes look dead: give them time for a heartbeat.
            if time.monotonic() - self._sent_at < 2 * BEAT_SECONDS:
                processes.reap_dead(connection, self._host, _is_running, now, but=self.process_id)
        self._sent_at = time.monotonic()
        if not is_known:  # this process was frozen for so long that others took over
            self._register()


def _host() -> str:
    """Return a name of this machine or container, within which process ids are unique."""
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.stat().st_ino if namespace.exists() else 0}"


def _is_another(pid: int) -> bool:
    """Return whether a process other than this one has a pid: an earlier one that had the pid of this one has died."""
    return pid != os.getpid() and _is_running(pid)


def _is_running(pid: int) -> bool:
    """Return whether a process of this machine has a pid; always True on Windows."""
    if sys.platform == "win32":  # `os.kill` would end the process there; rely on the heartbeat
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
