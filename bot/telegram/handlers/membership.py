"""Chats that block, unblock, add or remove the bot, and groups that get a new id."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram import Chat, ChatMember
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from bot.domain.effects import Outcome
from bot.domain.messages import OutgoingMessage
from bot.telegram.wire.payload import Payload
from bot.telegram.wire.updates import language_for
from bot.texts import texts_in

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import ContextTypes

    from bot.telegram.ui.context import Context
    from bot.telegram.wire.handler_types import Handler

OUTSIDE = (ChatMember.LEFT, ChatMember.BANNED)


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of what happens to the bot itself, not to other members."""
    return [
        ChatMemberHandler(partial(on_membership, context), ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.MIGRATE, on_migration),
    ]


async def on_membership(context: Context, update: Update, _telegram: ContextTypes.DEFAULT_TYPE) -> Outcome:
    """Store whether the chat can be written to; tell a group that adds the bot how to ask.

    Removed, banned or blocked, the bot sends nothing to the chat until it is back or somebody writes there.
    """
    change = update.my_chat_member
    if change is None:
        return Outcome()
    is_out, was_out = change.new_chat_member.status in OUTSIDE, change.old_chat_member.status in OUTSIDE
    messages: tuple[OutgoingMessage, ...] = ()
    if was_out and not is_out and change.chat.type in (Chat.GROUP, Chat.SUPERGROUP):
        texts = texts_in(language_for(change.from_user.language_code, "", context.language))
        messages = (OutgoingMessage(chat_id=change.chat.id, payload=Payload(html=texts.bot_joined).dump()),)
    return Outcome(messages=messages, is_blocked=is_out)


async def on_migration(update: Update, _telegram: ContextTypes.DEFAULT_TYPE) -> Outcome:
    """Return an outcome with the new id of a group that became a supergroup.

    What is stored about the group is moved when the outcome is committed (`migrate_chat`). Telegram writes to the old
    and to the new group; the outcome for the message in the new one is empty.
    """
    message = update.effective_message
    return Outcome(moved_to=message.migrate_to_chat_id if message else None)
