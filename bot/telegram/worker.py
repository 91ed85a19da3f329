"""Works through the inbox: one chat in order, chats in parallel; what fails is tried again, then set aside."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from telegram import Update

from bot.service.presence import until_stored, utc_now
from bot.store import inbox, outbox, turns
from bot.store.model import Outcome
from bot.telegram.alarms import Alarm
from bot.telegram.desk import reply
from bot.telegram.markup import line
from bot.telegram.reading import words_of_raw
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from telegram.ext import Application

    from bot.service.presence import Presence
    from bot.store.database import Database
    from bot.store.model import Outgoing, Task
    from bot.telegram.alarms import Alarms
    from bot.texts import Language

    App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]

AT_ONCE = 32  # in hand; they wait for the processor, the store or Telegram, each for its own
IDLE_SECONDS = 0.5  # how soon what other processes received is found
STALE_SECONDS = 60  # a button pressed longer ago is dropped: who pressed it has gone on
ENDING_SECONDS = 6  # for what is in hand when the program ends
_log = logging.getLogger(__name__)


async def dispatch(application: App, update: Update) -> Outcome:
    """What the first handler that wants the update makes of it.

    `Application.process_update` would log what a handler raises and drop what it returns; here the first is counted
    as a try, and the second is what is committed.
    """
    for group in application.handlers.values():
        for handler in group:
            check = handler.check_update(update)
            if check is not None and check is not False:
                context = application.context_types.context.from_update(update, application)
                outcome: Outcome = await handler.handle_update(update, application, check, context)
                return outcome
    return Outcome()


class Worker:
    """Takes updates from the inbox until it is stopped."""

    def __init__(
        self,
        application: App,
        database: Database,
        presence: Presence,
        alarms: Alarms,
        language: Language,
        on_done: Callable[[], None],
    ) -> None:
        self._application = application
        self._database = database
        self._presence = presence
        self._alarms = alarms
        self._language = language
        self._on_done = on_done
        self._wake = asyncio.Event()
        self._in_hand: dict[asyncio.Task[None], int] = {}  # and the update that each is about
        self._is_unsure = False  # whether this process holds more than it knows of

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; what is in hand then is given a little time."""
        try:
            while True:
                self._wake.clear()
                await self._take()
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS):  # wait_for can swallow a cancellation
                        await self._wake.wait()
        finally:
            if self._in_hand:
                await asyncio.wait(self._in_hand, timeout=ENDING_SECONDS)

    async def _take(self) -> None:
        room = AT_ONCE - len(self._in_hand)
        if room <= 0:
            return
        known = list(self._in_hand.values()) if self._is_unsure else None
        self._is_unsure = False
        try:
            tasks = await asyncio.to_thread(self._claim, room, known)
        except SQLAlchemyError as error:
            _log.warning("the inbox cannot be read: %s", error)
            self._is_unsure = True
            return
        for task in tasks:
            turn = asyncio.create_task(self._turn(task))
            self._in_hand[turn] = task.update_id
            turn.add_done_callback(self._done)

    def _claim(self, limit: int, known: list[int] | None) -> list[Task]:
        holder = self._presence.process_id
        with self._database.writing() as connection:
            if known is not None:
                inbox.release(connection, holder, known)
            return inbox.claim(connection, holder, limit, utc_now())

    def _done(self, turn: asyncio.Task[None]) -> None:
        del self._in_hand[turn]
        self._wake.set()
        self._on_done()
        if not turn.cancelled() and (error := turn.exception()):
            self._is_unsure = True
            _log.error("an update could not be marked", exc_info=error)

    async def _turn(self, task: Task) -> None:
        """Handle one update; whatever a handler raises is a try, never the end of the bot."""
        holder = self._presence.process_id
        try:
            outcome = await self._handle(task)
            await until_stored(self._finish, task, holder, outcome)
        except Exception as error:
            _log.exception("update %s failed", task.update_id)
            await self._fail(task, holder, f"{type(error).__name__}: {error}")

    async def _handle(self, task: Task) -> Outcome:
        if task.deaths >= inbox.MOST_DEATHS:
            raise RuntimeError(f"{task.deaths} processes died with it in hand")
        raw = json.loads(task.raw)
        if "callback_query" in raw and (utc_now() - task.received_at).total_seconds() > STALE_SECONDS:
            return Outcome()
        update = Update.de_json(raw, self._application.bot)
        return await dispatch(self._application, update)

    def _finish(self, task: Task, holder: str, outcome: Outcome) -> None:
        with self._database.writing() as connection:
            turns.finish(connection, task, holder, outcome, utc_now())

    async def _fail(self, task: Task, holder: str, error: str) -> None:
        if await until_stored(self._count, task, holder, error):
            await self._alarms.push(Alarm.SET_ASIDE, f"chat {task.chat_id}, update {task.update_id}: {error}")

    def _count(self, task: Task, holder: str, error: str) -> bool:
        """Count a try; after the last the update is set aside, and its sender told."""
        with self._database.writing() as connection:
            now = utc_now()
            is_last = inbox.failed(connection, task, holder, error, now)
            if is_last:
                outbox.add(connection, self._apology(task), now)
            return is_last

    def _apology(self, task: Task) -> tuple[Outgoing, ...]:
        """To who sent a message that could not be handled."""
        words = words_of_raw(json.loads(task.raw), self._language)
        return reply(words, [(line(texts(words.language).failed),)]) if words else ()
