"""Webhook: receives updates by HTTP; the 200 response acknowledges an update, which is stored by then."""

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

from bot.telegram.inbound.intake import UPDATE_KINDS
from bot.telegram.outbound.alarms import Alarm
from bot.telegram.wire.updates import is_update

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

    from bot.settings import Webhook
    from bot.telegram.inbound.intake import Intake
    from bot.telegram.outbound.alarms import Alarms

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 # the name of a header
MOST_BYTES = 4 * 2**20  # size of one update
WATCH_SECONDS = 30
SHUTDOWN_SECONDS = 1  # for open requests at shutdown; Telegram repeats what was not acknowledged
_log = logging.getLogger(__name__)


@asynccontextmanager
async def listening(bot: Bot, webhook: Webhook, intake: Intake) -> AsyncIterator[None]:
    """Run the HTTP server of the webhook until the context is left, and set the webhook once it runs.

    The webhook stays set after that, so that Telegram keeps updates until the next start.

    Raises:
        OSError: the address cannot be bound.
        TelegramError: Telegram refuses the webhook or cannot be reached.
    """
    application = webhook_app(intake, urlsplit(webhook.url).path, webhook.secret)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, webhook.host, webhook.port).start()
        await _set(bot, webhook)
        yield
    finally:
        await runner.cleanup()


async def _set(bot: Bot, webhook: Webhook) -> None:
    """Set the webhook with its secret; updates that wait at Telegram are kept."""
    await bot.set_webhook(webhook.url, allowed_updates=UPDATE_KINDS, secret_token=webhook.secret)


async def watch_webhook(bot: Bot, webhook: Webhook, alarms: Alarms, seconds: float = WATCH_SECONDS) -> None:
    """Check every `seconds` that the webhook is still set, until cancelled; another program that polls removes it.

    A webhook that is gone or points elsewhere is set again, with an alarm for the operators. Errors of Telegram are
    logged.
    """
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
    """Remove the webhook, if one is set, since Telegram refuses polling then; updates that wait are kept.

    An error of Telegram is only logged: polling reports the conflict.
    """
    try:
        info = await bot.get_webhook_info()
        if info.url:
            _log.warning("the webhook %s is removed: this bot polls", info.url)
            await bot.delete_webhook()
    except TelegramError as error:
        _log.warning("Telegram cannot be reached: %s", error)


def webhook_app(intake: Intake, path: str, secret: str) -> web.Application:
    """Return an HTTP application that stores updates sent with the right secret.

    Responses: 200 stored; 400 not an update; 403 wrong secret; 413 more than MOST_BYTES; 503 not stored, so that
    Telegram sends it again.

    Args:
        intake: stores the updates.
        path: of the URL that accepts POST; empty for /.
        secret: expected in SECRET_HEADER.
    """

    async def on_update(request: web.Request) -> web.Response:
        sent_secret = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(sent_secret.encode("utf-8", "surrogateescape"), secret.encode()):
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError, ConnectionError):  # no JSON, nested too deep, or the client disconnected
            return web.Response(status=400)
        if not is_update(raw):
            return web.Response(status=400)
        try:
            await intake.take([raw])
        except RecursionError:  # nested just deep enough to be read, but not to be written again
            return web.Response(status=400)
        except SQLAlchemyError as error:  # Telegram sends it again
            _log.warning("an update cannot be stored: %s", error)
            return web.Response(status=503)
        return web.Response()

    application = web.Application(client_max_size=MOST_BYTES)
    application.router.add_post(path or "/", on_update)
    return application
