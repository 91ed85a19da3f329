"""Takes Telegram's requests; 200 acknowledges an update, which is stored by then."""

from __future__ import annotations

import hmac
import json
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram.intake import KINDS
from bot.telegram.reading import received

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

    from bot.settings import Webhook
    from bot.telegram.intake import Intake

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 # the name of a header
MOST_BYTES = 4 * 2**20  # of an update
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
        await bot.set_webhook(webhook.url, allowed_updates=KINDS, secret_token=webhook.secret)
        yield
    finally:
        await runner.cleanup()


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
