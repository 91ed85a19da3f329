"""The bot as one process: builds its parts, starts them in order, and stops them in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.exit_codes import DONE, REFUSED, UNREACHABLE, UNREADABLE, CannotRun
from bot.service.heartbeat import until_stored, utc_now
from bot.service.metrics import ErrorCount
from bot.store import housekeeping
from bot.telegram.handlers import handlers
from bot.telegram.inbound.intake import Intake
from bot.telegram.inbound.polling import Polling
from bot.telegram.inbound.webhook import listening, remove_webhook, watch_webhook
from bot.telegram.inbound.worker import Worker
from bot.telegram.jobs.runner import JobRunner, Schedule
from bot.telegram.logs import log_to_stderr, redacted
from bot.telegram.outbound.alarms import Alarms
from bot.telegram.outbound.announcer import Announcer
from bot.telegram.outbound.sender import AT_ONCE, Sender
from bot.telegram.ui.context import MOST_SIGNALS, Context
from bot.telegram.ui.menus import Menus
from bot.texts import texts_in
from bot.views.job_report import stamp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot

    from bot.domain.effects import Outcome
    from bot.service.heartbeat import Heartbeat
    from bot.service.publishing.live_library import LiveLibrary
    from bot.service.publishing.publish import Place
    from bot.settings import PublishingSettings, TelegramSettings, Webhook
    from bot.store.db.database import Database
    from bot.telegram.inbound.worker import App
    from bot.texts import Language

THREADS = 12  # for database access and answering
CONNECT_SECONDS = 10  # timeout of a connection to Telegram
PRUNE_SECONDS = 3600  # between two prunings of the store
PAUSE_SECONDS = 0.1  # between two batches of a pruning, so that answers are not delayed
RESTART_SECONDS = 1  # before a background task that failed is restarted
SHUTDOWN_SECONDS = 9  # after a signal; work that is unfinished by then is done after the next start
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What `serve` needs; the heartbeat has been registered, and the live library holds a generation."""

    settings: TelegramSettings
    publishing: PublishingSettings
    database: Database
    heartbeat: Heartbeat
    place: Place
    live_library: LiveLibrary
    language: Language


def serve(parts: Parts) -> int:
    """Run the bot until SIGTERM or SIGINT; return the exit code.

    Raises:
        CannotRun: Telegram refuses the token or the webhook or cannot be reached, or the webhook's address is taken.
    """
    log_to_stderr(parts.settings.secrets)
    asyncio.run(_serve(parts))
    return DONE


async def _serve(parts: Parts) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    ended = _signalled()
    settings, database, presence, language = parts.settings, parts.database, parts.heartbeat, parts.language
    said = texts_in(language)
    async with AsyncExitStack() as stack:
        application = await _connect(settings, language, stack)
        bot = application.bot
        folders = tuple(filter(None, (database.folder, parts.place.cache)))
        alarms = Alarms(database, settings.operators, language, folders)
        sender = Sender(bot, database, presence, alarms)
        schedule = Schedule(parts.publishing.minutes, language, settings.operators)
        operations = JobRunner(database, presence, parts.place, parts.live_library, schedule, on_message=sender.wake)
        announcer = Announcer(
            database, presence, alarms, lambda: parts.live_library.answer_service, on_alerts=sender.wake
        )
        menus = Menus(bot, database, settings.operators, language)

        def on_done(outcome: Outcome) -> None:
            sender.wake()
            if outcome.effects:
                operations.wake()
                parts.live_library.wake()

        gc.collect()
        gc.freeze()  # long-lived objects: scanning them in each full collection would block the loop for 80 ms
        worker = Worker(application, database, presence, alarms, language, on_done)
        application.add_handlers(handlers(_context(parts)))
        intake = Intake(database, language, on_new=worker.wake)
        background: list[Callable[[], Awaitable[None]]] = [
            worker.run,
            sender.run,
            parts.live_library.run,
            operations.run,
            announcer.run,
            alarms.watch_disks,
            menus.run,
            partial(_prune, database),
        ]
        if settings.webhook:
            await _listen(settings.webhook, intake, bot, language, stack)
            background.append(partial(watch_webhook, bot, settings.webhook, alarms))
        else:
            await remove_webhook(bot)
            background.append(Polling(bot, database, presence, intake, alarms).run)
        way = settings.webhook.url if settings.webhook else said.by_polling
        _log.info(
            said.bot_ready.format(
                name=bot.username, articles=parts.live_library.answer_service.library.articles, way=way
            )
        )
        _tell_what_serves(parts)
        await _until(ended, background)
    _log.info(said.bot_ended)


def _context(parts: Parts) -> Context:
    errors = ErrorCount()
    logging.getLogger().addHandler(errors)
    return Context(
        live_library=parts.live_library,
        database=parts.database,
        language=parts.language,
        place=parts.place,
        zone=parts.live_library.answer_service.zone,
        operators=parts.settings.operators,
        minutes=parts.publishing.minutes,
        errors=lambda: errors.count,
        started_at=utc_now(),
    )


def _tell_what_serves(parts: Parts) -> None:
    """Log which generation is served, and warn if it comes from another corpus folder: starting publishes nothing."""
    said, serving = texts_in(parts.language).operating, parts.live_library.generation
    if serving is None:
        return
    time = stamp(serving.made_at, parts.live_library.answer_service.zone)
    _log.info(said.serving.format(generation=serving.number, time=time))
    corpus = str(parts.place.corpus.absolute())
    if serving.corpus != corpus:
        _log.warning(said.other_corpus.format(served=serving.corpus, corpus=corpus))


async def _connect(settings: TelegramSettings, language: Language, stack: AsyncExitStack) -> App:
    """Return an application that is connected to Telegram (getMe succeeded).

    Raises:
        CannotRun: the token is refused, or Telegram cannot be reached.
    """
    said = texts_in(language)
    application = build(settings)
    stack.push_async_callback(_close, application)
    try:
        await application.initialize()
    except InvalidToken as error:
        raise CannotRun(said.not_admitted, REFUSED) from error
    except TelegramError as error:
        reason = redacted(error.message, settings.secrets)
        told = said.unreachable_by_proxy if settings.proxy else said.telegram_unreachable
        message = told.format(place=settings.place, reason=reason)
        raise CannotRun(message, UNREACHABLE) from error
    return application


def build(settings: TelegramSettings) -> App:
    """Return an application without an updater, since updates come through the inbox."""
    pools = [
        HTTPXRequest(size, connect_timeout=CONNECT_SECONDS, pool_timeout=CONNECT_SECONDS, proxy=settings.proxy)
        for size in (AT_ONCE + MOST_SIGNALS + 8, 2)
    ]
    builder = Application.builder().token(settings.token).request(pools[0]).get_updates_request(pools[1])
    if settings.api:
        builder = builder.base_url(f"{settings.api}/bot").base_file_url(f"{settings.api}/file/bot")
    return builder.updater(None).job_queue(None).build()


async def _close(application: App) -> None:
    with suppress(TelegramError, RuntimeError):  # it may not have been initialised
        await application.shutdown()


async def _listen(webhook: Webhook, intake: Intake, bot: Bot, language: Language, stack: AsyncExitStack) -> None:
    said = texts_in(language)
    try:
        await stack.enter_async_context(listening(bot, webhook, intake))
    except OSError as error:
        message = said.cannot_listen.format(place=f"{webhook.host}:{webhook.port}", reason=error.strerror)
        raise CannotRun(message, UNREADABLE) from error
    except TelegramError as error:
        raise CannotRun(said.webhook_refused.format(place=webhook.url, reason=error.message), UNREACHABLE) from error


def _signalled() -> asyncio.Event:
    """Return an event that the first SIGTERM, SIGINT or SIGHUP sets; SHUTDOWN_SECONDS later the process is ended."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()

    def end() -> None:
        ended.set()
        last = threading.Timer(SHUTDOWN_SECONDS, os._exit, (DONE,))
        last.daemon = True
        last.start()

    for number in filter(None, (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", None))):
        try:
            loop.add_signal_handler(number, end)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))
    return ended


async def _until(ended: asyncio.Event, background: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Run all background tasks until the event is set, then cancel them."""
    tasks = [asyncio.create_task(_run_forever(work)) for work in background]
    try:
        await ended.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_forever(work: Callable[[], Awaitable[None]]) -> None:
    """Restart a background task whenever it fails; a bot without one of them would look alive and answer nobody."""
    while True:
        try:
            await work()
        except Exception:
            _log.exception("a background task failed and is restarted")
            await asyncio.sleep(RESTART_SECONDS)
        else:
            return


async def _prune(database: Database) -> None:
    """Prune the store regularly, in small batches, until cancelled."""

    def some() -> int:
        with database.writing() as connection:
            return housekeeping.prune(connection, utc_now())

    while True:
        while await until_stored(some):
            await asyncio.sleep(PAUSE_SECONDS)
        await asyncio.sleep(PRUNE_SECONDS)
