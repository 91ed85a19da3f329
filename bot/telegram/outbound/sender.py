"""Sends the messages of the outbox: in order within a chat, many chats at once; what fails is retried or kept."""

from __future__ import annotations

import asyncio
import base64
import datetime
import logging
from typing import TYPE_CHECKING

from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import InvalidToken, TelegramError

from bot.domain.messages import Priority
from bot.service.claim_loop import ClaimLoop, Queue
from bot.service.heartbeat import until_stored, utc_now
from bot.store import migrate_chat
from bot.store.alerts import alert_table, subscription_table
from bot.store.queue import chats, outbox
from bot.telegram.outbound import claim
from bot.telegram.outbound.alarms import Alarm
from bot.telegram.outbound.send_result import SendResult, SendStatus, send_result_of
from bot.telegram.wire.payload import Act, Keyboard, Payload, load

if TYPE_CHECKING:
    from telegram import Bot

    from bot.domain.messages import ClaimedMessage
    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Connection, Database
    from bot.telegram.outbound.alarms import Alarms

POLL_SECONDS = 0.2  # between two looks at the outbox while the rate limit holds alerts back
AT_ONCE = 32  # concurrent requests; the HTTP pool has as many connections, and some for "typing…"
LATE_SECONDS = 60  # a reply that is sent later than this after the question says so
READ_SECONDS = 10  # to wait for Telegram's response; after that it is unknown whether the message arrived
OUTAGE_CHATS = 8  # after failing for so many chats in a row with no success, all sending pauses
OUTAGE_PAUSE_SECONDS = 3
MESSAGES = Queue(claim.claim, outbox.release, lambda message: message.id)
_log = logging.getLogger(__name__)


class Sender:
    """Claims messages from the outbox and sends them: `run` until cancelled, `wake` after some were added.

    Args:
        bot: sends the requests.
        database: the store.
        heartbeat: of this process, which holds the messages.
        alarms: get a refused token and dead letters.
    """

    def __init__(self, bot: Bot, database: Database, heartbeat: Heartbeat, alarms: Alarms) -> None:
        self._bot = bot
        self._database = database
        self._heartbeat = heartbeat
        self._alarms = alarms
        self._paused_until = 0.0  # time of the event loop's clock
        self._missed: set[int] = set()  # chats that could not be reached since the last success anywhere
        self._claim_loop = ClaimLoop(MESSAGES, self._deliver, database, heartbeat, AT_ONCE, self._pause, POLL_SECONDS)
        self.wake = self._claim_loop.wake
        self.run = self._claim_loop.run

    def _pause(self) -> float:
        """Return the seconds until messages may be claimed again; 0 or less: now."""
        return self._paused_until - asyncio.get_running_loop().time()

    async def _deliver(self, message: ClaimedMessage) -> None:
        """Make one attempt to send a message and record its result in the store; nothing is raised for a failed one.

        A refused token and a dead letter cause an alarm, except that a dead alarm causes none.
        """
        process_id = self._heartbeat.process_id
        try:
            message_id = await self._send(message)
            result = SendResult(status=SendStatus.SENT)
        except TelegramError as error:
            message_id = None
            result = send_result_of(error, message)
            _log.info("chat %s: %s, %s", message.chat_id, error, result.status)
            if isinstance(error, InvalidToken):  # with a webhook nothing else would notice
                await self._alarms.push(Alarm.TOKEN_REFUSED, error.message)
        except Exception as error:  # the request cannot be built, or Telegram's response cannot be read
            message_id = None
            result = SendResult(status=SendStatus.DEAD, reason=f"{type(error).__name__}: {error}")
            _log.exception("chat %s: a message failed", message.chat_id)
        self._pace(result, message.chat_id)
        await until_stored(self._mark, message, process_id, result, message_id)
        if result.status is SendStatus.DEAD and message.priority is not Priority.ALARM:
            await self._alarms.push(Alarm.DEAD_LETTER, f"chat {message.chat_id}: {result.reason}")

    def _pace(self, result: SendResult, chat_id: int) -> None:
        """Pause all sending for `result.pause`, as after a 429, or when many chats in a row could not be reached.

        Those are OUTAGE_CHATS different chats with no other result in between; then the pause is OUTAGE_PAUSE_SECONDS.
        """
        if result.is_miss:
            self._missed.add(chat_id)
        else:
            self._missed.clear()
        pause = OUTAGE_PAUSE_SECONDS if len(self._missed) >= OUTAGE_CHATS else result.pause
        if pause:
            self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + pause)

    async def _send(self, message: ClaimedMessage) -> int | None:
        """Make one request; return the id of the message that was sent or edited.

        A reply that is sent more than LATE_SECONDS after its question gets its `late` line. An edit whose message never
        arrived is sent as a new message.

        Raises:
            TelegramError: the request failed.
            ValueError: the payload cannot be read.
        """
        payload = load(message.payload)
        if message.asked_at and (utc_now() - message.asked_at).total_seconds() > LATE_SECONDS:
            payload = payload.as_late()
        target = payload.message_id or message.target
        if payload.act is Act.BUTTONS:
            await self._bot.edit_message_reply_markup(
                message.chat_id, target, reply_markup=_markup(payload.keyboard), read_timeout=READ_SECONDS
            )
            return target
        if payload.act is Act.EDIT and target:
            await self._bot.edit_message_text(
                payload.plain if message.is_plain else payload.html,
                message.chat_id,
                target,
                parse_mode=None if message.is_plain else ParseMode.HTML,
                reply_markup=_markup(payload.keyboard),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                read_timeout=READ_SECONDS,
            )
            return target
        return (await self._send_new(message, payload)).message_id

    async def _send_new(self, message: ClaimedMessage, payload: Payload) -> Message:
        """Send a message or photo; if the message that it replies to is gone, it is sent without that reference."""
        replied = ReplyParameters(payload.reply_to, allow_sending_without_reply=True) if payload.reply_to else None
        if payload.act is Act.PHOTO:
            return await self._bot.send_photo(
                message.chat_id,
                base64.b64decode(payload.photo),
                payload.plain if message.is_plain else payload.html,
                parse_mode=None if message.is_plain else ParseMode.HTML,
                reply_markup=_markup(payload.keyboard),
                reply_parameters=replied,
                message_thread_id=payload.thread_id,
                filename="stats.png",
                read_timeout=READ_SECONDS,
            )
        return await self._bot.send_message(
            message.chat_id,
            payload.plain if message.is_plain else payload.html,
            parse_mode=None if message.is_plain else ParseMode.HTML,
            reply_markup=_prompt(payload) if payload.is_prompt else _markup(payload.keyboard),
            reply_parameters=replied,
            message_thread_id=payload.thread_id,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            disable_notification=payload.is_silent or None,
            read_timeout=READ_SECONDS,
        )

    def _mark(self, message: ClaimedMessage, process_id: str, result: SendResult, message_id: int | None) -> None:
        """Record the result of an attempt in one transaction; idempotent.

        The message is not changed if the process no longer holds it. A blocked chat is marked, a group that became a
        supergroup gets its new id, and the message waits.
        """
        now = utc_now()
        later = now + datetime.timedelta(seconds=result.seconds)
        with self._database.writing() as connection:
            match result.status:
                case SendStatus.SENT:
                    outbox.mark_sent(connection, message, process_id, message_id, now)
                case SendStatus.LATER:
                    outbox.postpone(connection, message, process_id, later, is_miss=result.is_miss)
                case SendStatus.PLAIN:
                    outbox.send_plain(connection, message, process_id, now)
                case SendStatus.UNCERTAIN:
                    outbox.mark_uncertain(connection, message, process_id, later)
                case SendStatus.DEAD:
                    outbox.dead_letter(connection, message, process_id, result.reason, now)
                case SendStatus.CANCELLED:
                    outbox.cancel(connection, message, process_id, result.reason, now)
                case SendStatus.BLOCKED:
                    outbox.postpone(connection, message, process_id, now, is_miss=False)
                    chats.block(connection, message.chat_id, now)
                case SendStatus.MOVED:
                    outbox.postpone(connection, message, process_id, now, is_miss=False)
                    migrate_chat.migrate(connection, message.chat_id, result.moved_to, now)
            if message.priority is Priority.ALERT:
                _follow_up(connection, message, result)


def _follow_up(connection: Connection, message: ClaimedMessage, result: SendResult) -> None:
    """Update subscriptions after an attempt to send an alert.

    If it was sent, those to questions that it answered are deleted; if its chat or topic is closed, those there are
    paused.
    """
    if result.status is SendStatus.SENT:
        alert_table.end_answered_subscriptions(connection, message.chat_id, message.id)
    elif result.is_closed:
        subscription_table.pause_topic(connection, message.chat_id, load(message.payload).thread_id or 0)


def _prompt(payload: Payload) -> ForceReply:
    """Return the markup that opens a reply for the person mentioned or replied to alone."""
    return ForceReply(selective=True, input_field_placeholder=payload.hint or None)


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Return the inline keyboard; None if it has no row."""
    rows = [[InlineKeyboardButton(button.label, callback_data=button.press) for button in row] for row in keyboard]
    return InlineKeyboardMarkup(rows) if rows else None
