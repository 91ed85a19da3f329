"""The bot on Telegram as one process: builds its parts, starts them in order, and stops them in order."""

from __future__ import annotations

import asyncio
import gc
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.exit_codes import DONE
from bot.service.heartbeat import utc_now
from bot.service.metrics import ErrorCount
from bot.telegram.background import prune_regularly, run_until, stop_event
from bot.telegram.connect import connect, listen
from bot.telegram.handlers import handlers
from bot.telegram.inbound.intake import Intake
from bot.telegram.inbound.polling import Polling
from bot.telegram.inbound.webhook import remove_webhook, watch_webhook
from bot.telegram.inbound.worker import Worker
from bot.telegram.jobs.runner import JobRunner, Schedule
from bot.telegram.logs import log_to_stderr
from bot.telegram.outbound.alarms import Alarms
from bot.telegram.outbound.announcer import Announcer
from bot.telegram.outbound.sender import Sender
from bot.telegram.ui.context import Context
from bot.telegram.ui.menus import Menus
from bot.texts import texts_in
from bot.views.job_report import stamp

if TYPE_CHECKING:
    from bot.domain.effects import Outcome
    from bot.service.heartbeat import Heartbeat
    from bot.service.publishing.live_library import LiveLibrary
    from bot.service.publishing.publish import Place
    from bot.settings import PublishingSettings, TelegramSettings
    from bot.store.db.database import Database
    from bot.telegram.background import Work
    from bot.telegram.inbound.worker import App
    from bot.texts import Language

THREADS = 12  # for database access and answering
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
    """Run the bot until SIGTERM, SIGINT or SIGHUP; return DONE. Logging goes to standard error from now on.

    Raises:
        CannotRun: Telegram refuses the token or the webhook or cannot be reached, or the webhook's address is taken.
    """
    log_to_stderr(parts.settings.secrets)
    asyncio.run(_serve(parts))
    return DONE


async def _serve(parts: Parts) -> None:
    """Connect, register the handlers, and run the background tasks until a signal; then close in reverse order."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    stopped = stop_event()
    texts, answer_service = texts_in(parts.language), parts.live_library.answer_service
    async with AsyncExitStack() as stack:
        application = await connect(parts.settings, parts.language, stack)
        application.add_handlers(handlers(_context(parts)))
        background = await _start(parts, application, stack)
        gc.collect()
        gc.freeze()  # long-lived objects: scanning them in each full collection would block the loop for 80 ms
        source = parts.settings.webhook.url if parts.settings.webhook else texts.by_polling
        articles = answer_service.library.articles
        _log.info(texts.bot_ready.format(name=application.bot.username, articles=articles, way=source))
        _log_generation(parts)
        await run_until(stopped, background)
    _log.info(texts.bot_ended)


async def _start(parts: Parts, application: App, stack: AsyncExitStack) -> list[Work]:
    """Return the background tasks of the bot, which are not running yet; receive updates from here on by webhook.

    Without a webhook in the settings, one that is set is removed, and the last task polls.

    Raises:
        CannotRun: the webhook cannot be served or set.
    """
    settings, database, heartbeat, language = parts.settings, parts.database, parts.heartbeat, parts.language
    live_library, bot = parts.live_library, application.bot
    alarms = Alarms(database, settings.operators, language, tuple(filter(None, (database.folder, parts.place.cache))))
    sender = Sender(bot, database, heartbeat, alarms)
    schedule = Schedule(parts.publishing.minutes, language, settings.operators)
    runner = JobRunner(database, heartbeat, parts.place, live_library, schedule, on_message=sender.wake)
    announcer = Announcer(database, heartbeat, alarms, lambda: live_library.answer_service, on_alerts=sender.wake)

    def on_done(outcome: Outcome) -> None:
        sender.wake()
        if outcome.effects:
            runner.wake()
            live_library.wake()

    worker = Worker(application, database, heartbeat, alarms, language, on_done)
    intake = Intake(database, language, on_new=worker.wake)
    if settings.webhook:
        await listen(settings.webhook, intake, bot, language, stack)
        source: Work = partial(watch_webhook, bot, settings.webhook, alarms)
    else:
        await remove_webhook(bot)
        source = Polling(bot, database, heartbeat, intake, alarms).run
    menus = Menus(bot, database, settings.operators, language)
    parts_of_bot = (worker, sender, live_library, runner, announcer, menus)
    return [*(part.run for part in parts_of_bot), alarms.watch_disks, partial(prune_regularly, database), source]


def _context(parts: Parts) -> Context:
    """Return the dependencies of the handlers; from here on logged errors are counted for /status."""
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


def _log_generation(parts: Parts) -> None:
    """Log which generation is served, and warn if it comes from another corpus folder: starting publishes nothing.

    Nothing is logged if none is served.
    """
    texts, serving = texts_in(parts.language).operating, parts.live_library.generation
    if serving is None:
        return
    time = stamp(serving.made_at, parts.live_library.answer_service.zone)
    _log.info(texts.serving.format(generation=serving.number, time=time))
    corpus = str(parts.place.corpus.absolute())
    if serving.corpus != corpus:
        _log.warning(texts.other_corpus.format(served=serving.corpus, corpus=corpus))
