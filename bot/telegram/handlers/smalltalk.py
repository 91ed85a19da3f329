"""Small talk: hello, thanks, goodbye, and "help" without a slash."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from telegram.ext import filters

from bot.domain.effects import Outcome
from bot.telegram.ui.guards import on_message
from bot.telegram.wire.updates import incoming_message, is_addressed, is_ask
from bot.texts import Language
from corpus.text import normalize

if TYPE_CHECKING:
    from telegram import Message

    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler


class Topic(StrEnum):
    """What a message of small talk means."""

    GREETING = "greeting"
    THANKS = "thanks"
    PARTING = "parting"
    HELP = "help"


_PHRASES = {
    Topic.GREETING: "你好 您好 你好呀 嗨 哈喽 在吗 早上好 下午好 晚上好 hi hello hey",
    Topic.THANKS: "谢谢 谢谢你 谢谢您 多谢 感谢 辛苦了 thanks thankyou thx",
    Topic.PARTING: "再见 拜拜 回头见 bye goodbye",
    Topic.HELP: "帮助 说明 怎么用 你是谁 您是谁 你能做什么 你会什么 help whoareyou whatcanyoudo",
}
TOPICS = {phrase: topic for topic, phrases in _PHRASES.items() for phrase in phrases.split()}


def topic_of(text: str) -> Topic | None:
    """Return what a whole message means, in any script, letter case and punctuation; None where it is no small talk."""
    return TOPICS.get("".join(character for character in normalize(text).text.lower() if character.isalnum()))


class SmallTalk(filters.MessageFilter):
    """Matches messages to the bot that are nothing but small talk."""

    def filter(self, message: Message) -> bool:
        """Return whether text or caption is small talk and addressed to the bot, other than by /ask."""
        text = incoming_message(message, Language.SIMPLIFIED).text
        return topic_of(text) is not None and is_addressed(message) and not is_ask(message)


def handlers(context: Context) -> list[Handler]:
    """Return the handler of new messages that are small talk."""
    return [on_message(context, filters.UpdateType.MESSAGE & SmallTalk(), on_small_talk)]


async def on_small_talk(request: Request) -> Outcome:
    """Reply politely; in a group, where others read along, only to a request for help."""
    topic = topic_of(request.incoming.text)
    if topic is Topic.HELP:
        return request.reply(request.texts.bot_help)
    if topic is None or not request.incoming.is_private:
        return Outcome()
    return request.reply(request.texts.small_talk[topic])
