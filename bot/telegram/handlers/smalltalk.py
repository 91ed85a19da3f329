"""What people say besides questions: hello, thanks, goodbye, and “help” without a slash."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import MessageHandler, filters

from bot.domain.effects import Outcome
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import line
from bot.telegram.wire.updates import is_addressed, is_ask, message_of, words_of
from bot.texts import Language, texts
from corpus.text import normalize

if TYPE_CHECKING:
    from telegram import Message, Update

    from bot.telegram.ui.context import Desk
    from bot.telegram.wire.handler_types import Context, Handler


class Topic(StrEnum):
    """What is meant."""

    GREETING = "greeting"
    THANKS = "thanks"
    PARTING = "parting"
    HELP = "help"


_SAID = {
    Topic.GREETING: "你好 您好 你好呀 嗨 哈喽 在吗 早上好 下午好 晚上好 hi hello hey",
    Topic.THANKS: "谢谢 谢谢你 谢谢您 多谢 感谢 辛苦了 thanks thankyou thx",
    Topic.PARTING: "再见 拜拜 回头见 bye goodbye",
    Topic.HELP: "帮助 说明 怎么用 你是谁 您是谁 你能做什么 你会什么 help whoareyou whatcanyoudo",
}
TOPICS = {words: topic for topic, said in _SAID.items() for words in said.split()}


def topic_of(text: str) -> Topic | None:
    """What a whole message means, whatever its script and punctuation; None where it is no small talk."""
    return TOPICS.get("".join(character for character in normalize(text).text.lower() if character.isalnum()))


class SmallTalk(filters.MessageFilter):
    """A message that is nothing but small talk, meant for the bot."""

    def filter(self, message: Message) -> bool:
        """Whether it is one."""
        text = words_of(message, Language.SIMPLIFIED).text
        return topic_of(text) is not None and is_addressed(message) and not is_ask(message)


def handlers(desk: Desk) -> list[Handler]:
    """For new messages."""
    return [MessageHandler(filters.UpdateType.MESSAGE & SmallTalk(), partial(on_small_talk, desk))]


async def on_small_talk(desk: Desk, update: Update, _context: Context) -> Outcome:
    """A polite word; in a group, where others read along, only where help is asked for."""
    words = words_of(message_of(update), desk.language)
    said = texts(words.language)
    topic = topic_of(words.text)
    if topic is Topic.HELP:
        return Outcome(messages=reply(words, [(line(said.bot_help),)]))
    if topic is None or not words.is_private:
        return Outcome()
    return Outcome(messages=reply(words, [(line(said.small_talk[topic]),)]))
