"""Sends what waits in the outbox: each chat's messages in order, many chats at once, and keeps what does not arrive."""

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
from bot.store.queue import outbox
from bot.telegram.outbound import claim
from bot.telegram.outbound.alarms import Alarm
from bot.telegram.outbound.send_result import SendResult, SendStatus, fate_of
from bot.telegram.wire.payload import Act, Keyboard, Payload, load

if TYPE_CHECKING:
    from telegram import Bot

    from bot.domain.messages import ClaimedMessage
    from bot.service.heartbeat import Heartbeat
    from bot.store.db.database import Connection, Database
    from bot.telegram.outbound.alarms import Alarms

LOOK_SECONDS = 0.2  # how soon the next alerts are due, where the pace held them back
AT_ONCE = 32  # requests under way; the HTTP pool holds as many and some for signals
LATE_SECONDS = 60  # a reply that goes out after so long says that it is late
READ_SECONDS = 10  # for Telegram's reply; after that it is not known whether the message arrived
OUTAGE_CHATS = 8  # that could not be reached, and none that could: then all wait
OUTAGE_PAUSE_SECONDS = 3
MESSAGES = Queue(claim.claim, outbox.release, lambda parcel: parcel.id)
_log = logging.getLogger(__name__)


class Sender:
    """Takes messages from the outbox until it is stopped."""

    def __init__(self, bot: Bot, database: Database, presence: Heartbeat, alarms: Alarms) -> None:
        self._bot = bot
        self._database = database
        self._presence = presence
        self._alarms = alarms
        self._paused_until = 0.0  # by the loop's clock
        self._missed: set[int] = set()  # chats, since anything arrived anywhere
        self._taking = ClaimLoop(MESSAGES, self._deliver, database, presence, AT_ONCE, self._pause, LOOK_SECONDS)
        self.wake = self._taking.wake
        self.run = self._taking.run

    def _pause(self) -> float:
        return self._paused_until - asyncio.get_running_loop().time()

    async def _deliver(self, parcel: ClaimedMessage) -> None:
        holder = self._presence.process_id
        try:
            message_id = await self._send(parcel)
            fate = SendResult(end=SendStatus.SENT)
        except TelegramError as error:
            message_id = None
            fate = fate_of(error, parcel)
            _log.info("chat %s: %s, %s", parcel.chat_id, error, fate.end)
            if isinstance(error, InvalidToken):  # by webhook, nothing else would notice
                await self._alarms.push(Alarm.TOKEN_REFUSED, error.message)
        except Exception as error:  # it cannot be made; or it arrived, and Telegram's reply cannot be read
            message_id = None
            fate = SendResult(end=SendStatus.DEAD, reason=f"{type(error).__name__}: {error}")
            _log.exception("chat %s: a message failed", parcel.chat_id)
        self._pace(fate, parcel.chat_id)
        await until_stored(self._mark, parcel, holder, fate, message_id)
        if fate.end is SendStatus.DEAD and parcel.priority is not Priority.ALARM:
            await self._alarms.push(Alarm.DEAD_LETTER, f"chat {parcel.chat_id}: {fate.reason}")

    def _pace(self, fate: SendResult, chat_id: int) -> None:
        """Wait with everything where the limit may be everybody's, or where nobody is there for many chats."""
        if fate.is_miss:
            self._missed.add(chat_id)
        else:
            self._missed.clear()
        pause = OUTAGE_PAUSE_SECONDS if len(self._missed) >= OUTAGE_CHATS else fate.pause
        if pause:
            self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + pause)

    async def _send(self, parcel: ClaimedMessage) -> int | None:
        """One request; the id of the message that arrived."""
        payload = load(parcel.payload)
        if parcel.asked_at and (utc_now() - parcel.asked_at).total_seconds() > LATE_SECONDS:
            payload = payload.as_late()
        target = payload.message_id or parcel.target
        if payload.act is Act.BUTTONS:
            await self._bot.edit_message_reply_markup(
                parcel.chat_id, target, reply_markup=_markup(payload.keyboard), read_timeout=READ_SECONDS
            )
            return target
        if payload.act is Act.EDIT and target:
            await self._bot.edit_message_text(
                payload.plain if parcel.is_plain else payload.html,
                parcel.chat_id,
                target,
                parse_mode=None if parcel.is_plain else ParseMode.HTML,
                reply_markup=_markup(payload.keyboard),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                read_timeout=READ_SECONDS,
            )
            return target
        return (await self._send_new(parcel, payload)).message_id

    async def _send_new(self, parcel: ClaimedMessage, payload: Payload) -> Message:
        replied = ReplyParameters(payload.reply_to, allow_sending_without_reply=True) if payload.reply_to else None
        if payload.act is Act.PHOTO:
            return await self._bot.send_photo(
                parcel.chat_id,
                base64.b64decode(payload.photo),
                payload.plain if parcel.is_plain else payload.html,
                parse_mode=None if parcel.is_plain else ParseMode.HTML,
                reply_markup=_markup(payload.keyboard),
                reply_parameters=replied,
                message_thread_id=payload.thread_id,
                filename="stats.png",
                read_timeout=READ_SECONDS,
            )
        return await self._bot.send_message(
            parcel.chat_id,
            payload.plain if parcel.is_plain else payload.html,
            parse_mode=None if parcel.is_plain else ParseMode.HTML,
            reply_markup=_prompt(payload) if payload.is_prompt else _markup(payload.keyboard),
            reply_parameters=replied,
            message_thread_id=payload.thread_id,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            disable_notification=payload.is_silent or None,
            read_timeout=READ_SECONDS,
        )

    def _mark(self, parcel: ClaimedMessage, holder: str, fate: SendResult, message_id: int | None) -> None:
        now = utc_now()
        later = now + datetime.timedelta(seconds=fate.seconds)
        with self._database.writing() as connection:
            match fate.end:
                case SendStatus.SENT:
                    outbox.sent(connection, parcel, holder, message_id, now)
                case SendStatus.LATER:
                    outbox.postpone(connection, parcel, holder, later, is_miss=fate.is_miss)
                case SendStatus.PLAIN:
                    outbox.send_plain(connection, parcel, holder, now)
                case SendStatus.DOUBT:
                    outbox.doubt(connection, parcel, holder, later)
                case SendStatus.DEAD:
                    outbox.bury(connection, parcel, holder, fate.reason, now)
                case SendStatus.CANCELLED:
                    outbox.cancel(connection, parcel, holder, fate.reason, now)
                case SendStatus.BLOCKED:
                    outbox.postpone(connection, parcel, holder, now, is_miss=False)
                    outbox.block(connection, parcel.chat_id, now)
                case SendStatus.MOVED:
                    outbox.postpone(connection, parcel, holder, now, is_miss=False)
                    migrate_chat.migrate(connection, parcel.chat_id, fate.moved_to, now)
            if parcel.priority is Priority.ALERT:
                _follow_up(connection, parcel, fate)


def _follow_up(connection: Connection, parcel: ClaimedMessage, fate: SendResult) -> None:
    """What an alert that was sent, or cannot be, means for the subscriptions of its place."""
    if fate.end is SendStatus.SENT:
        alert_table.fulfil(connection, parcel.chat_id, parcel.id)
    elif fate.is_closed:
        subscription_table.pause_topic(connection, parcel.chat_id, load(parcel.payload).thread_id or 0)


def _prompt(payload: Payload) -> ForceReply:
    return ForceReply(selective=True, input_field_placeholder=payload.hint or None)


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.press) for button in row] for row in keyboard]
    return InlineKeyboardMarkup(rows) if rows else None
