"""Where the bot may write: it is blocked and unblocked, joins and leaves groups, and groups get new ids."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram import Chat, ChatMember
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from bot.domain.effects import Outcome
from bot.domain.messages import OutgoingMessage
from bot.telegram.wire.payload import Payload
from bot.telegram.wire.updates import language_for
from bot.texts import texts

if TYPE_CHECKING:
    from telegram import Update

    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler

OUTSIDE = (ChatMember.LEFT, ChatMember.BANNED)


def handlers(desk: Desk) -> list[Handler]:
    """For what happens to the bot, not to others."""
    return [
        ChatMemberHandler(partial(on_membership, desk), ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.MIGRATE, on_migration),
    ]


async def on_membership(desk: Desk, update: Update, _context: Context) -> Outcome:
    """Remember whether the chat can be written to; a group that the bot joins is told how to ask."""
    change = update.my_chat_member
    if change is None:
        return Outcome()
    is_out, was_out = change.new_chat_member.status in OUTSIDE, change.old_chat_member.status in OUTSIDE
    messages: tuple[OutgoingMessage, ...] = ()
    if was_out and not is_out and change.chat.type in (Chat.GROUP, Chat.SUPERGROUP):
        said = texts(language_for(change.from_user.language_code, "", desk.language))
        messages = (OutgoingMessage(chat_id=change.chat.id, payload=Payload(html=said.bot_joined).dump()),)
    return Outcome(messages=messages, is_blocked=is_out)


async def on_migration(update: Update, _context: Context) -> Outcome:
    """What is kept of a group moves with it."""
    message = update.effective_message
    return Outcome(moved_to=message.migrate_to_chat_id if message else None)
