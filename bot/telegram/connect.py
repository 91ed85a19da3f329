"""Connects to Telegram: who the bot is, and the webhook; failures become one clear error."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.exit_codes import REFUSED, UNREACHABLE, UNREADABLE, CannotRun
from bot.telegram.inbound.webhook import listening
from bot.telegram.logs import redacted
from bot.telegram.outbound.sender import AT_ONCE
from bot.telegram.ui.context import MOST_SIGNALS
from bot.texts import texts_in

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from telegram import Bot

    from bot.settings import TelegramSettings, Webhook
    from bot.telegram.inbound.intake import Intake
    from bot.telegram.inbound.worker import App
    from bot.texts import Language

CONNECT_SECONDS = 10  # timeout of a connection to Telegram


async def connect(settings: TelegramSettings, language: Language, stack: AsyncExitStack) -> App:
    """Return an application that is connected to Telegram (getMe succeeded).

    Args:
        settings: token, proxy and address of the API.
        language: of the error messages.
        stack: shuts the application down when it is closed, also if connecting failed.

    Raises:
        CannotRun: the token is refused, or Telegram cannot be reached; its message names no secret.
    """
    texts = texts_in(language)
    application = build_application(settings)
    stack.push_async_callback(_close, application)
    try:
        await application.initialize()
    except InvalidToken as error:
        raise CannotRun(texts.not_admitted, REFUSED) from error
    except TelegramError as error:
        reason = redacted(error.message, settings.secrets)
        template = texts.unreachable_by_proxy if settings.proxy else texts.telegram_unreachable
        message = template.format(place=settings.place, reason=reason)
        raise CannotRun(message, UNREACHABLE) from error
    return application


def build_application(settings: TelegramSettings) -> App:
    """Return an application that is not initialised yet; nothing is requested from Telegram.

    It has no updater, since updates come through the inbox, and no job queue.
    """
    pools = [
        HTTPXRequest(size, connect_timeout=CONNECT_SECONDS, pool_timeout=CONNECT_SECONDS, proxy=settings.proxy)
        for size in (AT_ONCE + MOST_SIGNALS + 8, 2)
    ]
    builder = Application.builder().token(settings.token).request(pools[0]).get_updates_request(pools[1])
    if settings.api:
        builder = builder.base_url(f"{settings.api}/bot").base_file_url(f"{settings.api}/file/bot")
    return builder.updater(None).job_queue(None).build()


async def _close(application: App) -> None:
    """Shut an application down, whether it was initialised or not; errors of Telegram are ignored."""
    with suppress(TelegramError, RuntimeError):  # it may not have been initialised
        await application.shutdown()


async def listen(webhook: Webhook, intake: Intake, bot: Bot, language: Language, stack: AsyncExitStack) -> None:
    """Start to serve the webhook, and set it at Telegram; it is served until the stack is closed.

    Args:
        webhook: address and secret.
        intake: stores the updates.
        bot: sets the webhook.
        language: of the error messages.
        stack: stops the server when it is closed; the webhook stays set.

    Raises:
        CannotRun: the address cannot be bound, or Telegram refuses the webhook or cannot be reached.
    """
    texts = texts_in(language)
    try:
        await stack.enter_async_context(listening(bot, webhook, intake))
    except OSError as error:
        message = texts.cannot_listen.format(place=f"{webhook.host}:{webhook.port}", reason=error.strerror)
        raise CannotRun(message, UNREADABLE) from error
    except TelegramError as error:
        raise CannotRun(texts.webhook_refused.format(place=webhook.url, reason=error.message), UNREACHABLE) from error
