"""Takes Telegram's requests; 200 acknowledges an update, which is stored by then."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot.telegram.inbound.intake import KINDS
from bot.telegram.outbound.alarms import Alarm
from bot.telegram.wire.updates import received

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

    from bot.settings import Webhook
    from bot.telegram.inbound.intake import Intake
    from bot.telegram.outbound.alarms import Alarms

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 # the name of a header
MOST_BYTES = 4 * 2**20  # of an update
WATCH_SECONDS = 30
ENDING_SECONDS = 1  # for requests under way when the program ends: Telegram repeats what was not acknowledged
_log = logging.getLogger(__name__)


@asynccontextmanager
async def listening(bot: Bot, webhook: Webhook, intake: Intake) -> AsyncIterator[None]:
    """Listen, and have Telegram send updates here. The webhook stays set at the end: Telegram keeps them meanwhile.

    Raises:
        OSError: the address cannot be listened at.
        TelegramError: Telegram does not accept the webhook.
    """
    application = webhook_app(intake, urlsplit(webhook.url).path, webhook.secret)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=ENDING_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, webhook.host, webhook.port).start()
        await _set(bot, webhook)
        yield
    finally:
        await runner.cleanup()


async def _set(bot: Bot, webhook: Webhook) -> None:
    await bot.set_webhook(webhook.url, allowed_updates=KINDS, secret_token=webhook.secret)


async def watch_webhook(bot: Bot, webhook: Webhook, alarms: Alarms, seconds: float = WATCH_SECONDS) -> None:
    """See now and then that the webhook is still set, until cancelled: who polls with the token removes it."""
    while True:
        await asyncio.sleep(seconds)
        try:
            info = await bot.get_webhook_info()
            if info.url != webhook.url:
                await _set(bot, webhook)
                await alarms.push(Alarm.CONFLICT, f"webhook: {info.url or '–'}")
        except TelegramError as error:
            _log.warning("Telegram cannot be reached: %s", error)


async def remove_webhook(bot: Bot) -> None:
    """Make room for polling. One that cannot be removed shows as a conflict, and is reported as that."""
    try:
        info = await bot.get_webhook_info()
        if info.url:
            _log.warning("the webhook %s is removed: this bot polls", info.url)
            await bot.delete_webhook()
    except TelegramError as error:
        _log.warning("Telegram cannot be reached: %s", error)


def webhook_app(intake: Intake, path: str, secret: str) -> web.Application:
    """An HTTP application that takes Telegram's requests, and nobody else's."""

    async def on_update(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode()):
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
            received(raw)
        except (ValueError, AttributeError, RecursionError, ConnectionError):  # the last: it went away meanwhile
            return web.Response(status=400)
        try:
            await intake.take([raw])
        except SQLAlchemyError as error:  # Telegram tries again
            _log.warning("an update cannot be stored: %s", error)
            return web.Response(status=503)
        return web.Response()

    application = web.Application(client_max_size=MOST_BYTES)
    application.router.add_post(path or "/", on_update)
    return application
