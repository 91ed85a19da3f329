"""Handles the updates of the inbox: in order within a chat, chats in parallel; failures are retried, then set aside."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

from telegram import Update

from bot.domain.effects import Outcome
from bot.service.claim_loop import ClaimLoop, Queue
from bot.service.heartbeat import until_stored, utc_now
from bot.store import commit_outcome
from bot.store.db.errors import Withdrawn
from bot.store.queue import inbox, outbox
from bot.telegram.outbound.alarms import Alarm
from bot.telegram.ui.reply import reply
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import incoming_from_raw
from bot.texts import texts_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from telegram.ext import Application

    from bot.domain.messages import ClaimedUpdate, OutgoingMessage
    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Database
    from bot.telegram.outbound.alarms import Alarms
    from bot.texts import Language

    App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]

AT_ONCE = 32  # updates handled concurrently
STALE_SECONDS = 60  # the press of a button is dropped after this time: Telegram no longer accepts an answer to it
REDO_SECONDS = 0.3  # until this process has seen that an article was hidden
MOST_REDONE = 10  # times that one update is handled again because an article it quotes was hidden
UPDATES = Queue(inbox.claim, inbox.release, lambda task: task.update_id)
_log = logging.getLogger(__name__)


async def dispatch(application: App, update: Update) -> Outcome:
    """Return the outcome of the first handler that accepts the update; an empty one where none does.

    A handler that has to read the store to know whether the update is for it accepts it, and returns None if not; then
    the next one is tried.

    Used in place of `Application.process_update`, which logs what a handler raises and drops what it returns: here an
    exception counts as a failed try, and the returned outcome is committed.
    """
    for group in application.handlers.values():
        for handler in group:
            check = handler.check_update(update)
            if check is not None and check is not False:
                context = application.context_types.context.from_update(update, application)
                outcome: Outcome | None = await handler.handle_update(update, application, check, context)
                if outcome is not None:
                    return outcome
    return Outcome()


class Worker:
    """Claims updates from the inbox and handles them: `run` until cancelled, `wake` after some were added.

    Args:
        application: has the handlers.
        database: the store.
        heartbeat: of this process, which holds the updates.
        alarms: get an update that is set aside.
        language: of apologies to people whose language is not known.
        on_done: called after each update, in the event loop's thread, with its outcome; an empty one after a failed
            try.
    """

    def __init__(
        self,
        application: App,
        database: Database,
        heartbeat: Heartbeat,
        alarms: Alarms,
        language: Language,
        on_done: Callable[[Outcome], None],
    ) -> None:
        self._application = application
        self._database = database
        self._heartbeat = heartbeat
        self._alarms = alarms
        self._language = language
        self._on_done = on_done
        self._claim_loop = ClaimLoop(UPDATES, self._turn, database, heartbeat, AT_ONCE)
        self.wake = self._claim_loop.wake
        self.run = self._claim_loop.run

    async def _turn(self, task: ClaimedUpdate) -> None:
        """Handle one update and call `on_done`; an exception of a handler counts as a failed try, and is logged."""
        holder, outcome = self._heartbeat.process_id, Outcome()
        try:
            outcome = await self._done(task, holder)
        except Exception as error:
            _log.exception("update %s failed", task.update_id)
            await self._fail(task, holder, f"{type(error).__name__}: {error}")
        self._on_done(outcome)

    async def _done(self, task: ClaimedUpdate, holder: str) -> Outcome:
        """Handle an update and commit its outcome; handle it again if an article it quotes was hidden in between.

        Raises:
            RuntimeError: that happened MOST_REDONE times, or too many processes died while they handled the update.
            Exception: whatever a handler raises.
        """
        for _ in range(MOST_REDONE):
            outcome = await self._handle(task)
            try:
                await until_stored(self._finish, task, holder, outcome)
            except Withdrawn:
                await asyncio.sleep(REDO_SECONDS)
            else:
                return outcome
        raise RuntimeError("something that it quotes was hidden again and again")

    async def _handle(self, task: ClaimedUpdate) -> Outcome:
        """Return the outcome of an update; an empty one for a press that is older than STALE_SECONDS.

        Raises:
            RuntimeError: MOST_DEATHS processes died while they handled it, so that it is not tried again.
            Exception: whatever a handler raises.
        """
        if task.deaths >= inbox.MOST_DEATHS:
            raise RuntimeError(f"{task.deaths} processes died with it in hand")
        raw = json.loads(task.raw)
        if "callback_query" in raw and (utc_now() - task.received_at).total_seconds() > STALE_SECONDS:
            return Outcome()
        update = Update.de_json(raw, self._application.bot)
        return await dispatch(self._application, update)

    def _finish(self, task: ClaimedUpdate, holder: str, outcome: Outcome) -> None:
        """Commit the outcome with the end of the update; nothing is stored if the process no longer holds it.

        Raises:
            Withdrawn: an article that the outcome quotes was hidden meanwhile.
        """
        with self._database.writing() as connection:
            commit_outcome.commit_outcome(connection, task, holder, outcome, utc_now())

    async def _fail(self, task: ClaimedUpdate, holder: str, error: str) -> None:
        """Count a failed try; push an alarm if the update is set aside."""
        if await until_stored(self._count, task, holder, error):
            await self._alarms.push(Alarm.SET_ASIDE, f"chat {task.chat_id}, update {task.update_id}: {error}")

    def _count(self, task: ClaimedUpdate, holder: str, error: str) -> bool:
        """Count a failed try, after which the update is retried; return False.

        After the last try set the update aside, apologise to its sender and return True.
        """
        with self._database.writing() as connection:
            now = utc_now()
            is_last = inbox.mark_failed(connection, task, holder, error, now)
            if is_last:
                outbox.add(connection, self._apology(task), now)
            return is_last

    def _apology(self, task: ClaimedUpdate) -> tuple[OutgoingMessage, ...]:
        """Return an apology to the sender of a message that could not be handled; empty for other updates.

        An update that breaks even this gets none, which is logged.
        """
        try:
            incoming = incoming_from_raw(json.loads(task.raw), self._language)
            return reply(incoming, [(line(texts_in(incoming.language).failed),)]) if incoming else ()
        except Exception:  # an update that breaks even this must still be set aside, not retried for ever
            _log.exception("the sender of update %s cannot be told that it failed", task.update_id)
            return ()
