"""What an update says, whatever else is in it: whose it is, and the words that are meant for the bot."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import Chat, Message, MessageEntity
from telegram.ext import filters

from bot.domain.messages import ReceivedUpdate
from bot.texts import Language, language_of

if TYPE_CHECKING:
    import datetime

    from telegram import Update

# In a group, a command without the bot's name is meant for all bots there: only /ask is taken for this one.
MEANT = filters.UpdateType.MESSAGE & (filters.ChatType.PRIVATE | filters.Regex(r"^/\w+@"))


class _Reply(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        """Whether it replies to this bot."""
        before = message.reply_to_message
        return before is not None and before.from_user is not None and before.from_user.id == message.get_bot().id


REPLIES = filters.UpdateType.MESSAGE & _Reply()  # then no name is needed
LARGEST = 2**63 - 1  # what the store can number
_ASK = re.compile(r"/ask(?:@([a-z0-9_]+))?(?![a-z0-9_])", re.IGNORECASE)
_COMMAND = re.compile(r"^/[a-zA-Z0-9_@]+")  # in Latin letters, whatever its sender speaks


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingMessage:
    """What somebody said to the bot, and where."""

    chat_id: int
    person_id: int | None
    message_id: int
    thread_id: int | None  # the forum topic
    is_private: bool
    text: str
    language: Language
    said_at: datetime.datetime | None  # None for the press of a button, which is never late


def received(raw: dict[str, Any]) -> ReceivedUpdate:
    """An update as the inbox takes it; only who wrote, and where, is looked at.

    Raises:
        ValueError: it has no usable update_id.
    """
    if not is_update(raw):
        raise ValueError(f"update_id must be a number, got {str(raw.get('update_id'))[:20]!r}")
    update_id = raw["update_id"]
    kind, body = next(((name, value) for name, value in raw.items() if isinstance(value, dict)), ("", {}))
    message = _object(body, "message") if "message" in body else body
    person = _id(_object(body, "sender_chat")) or _id(_object(body, "from"))
    return ReceivedUpdate(
        update_id=update_id,
        chat_id=_id(_object(message, "chat")) or 0,
        person_id=person,
        raw=json.dumps(raw),
        is_from_person=kind != "my_chat_member",
    )


def is_update(raw: object) -> bool:
    """Whether it can be kept at all."""
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    return type(update_id) is int and 0 <= update_id <= LARGEST


def is_for_bot(raw: dict[str, Any]) -> bool:
    """Whether an update can be meant for the bot: what people in a group say to one another is not even kept.

    By what is in it at first sight: a command, an @, a link to a person, a reply to some bot, a group's new id.
    """
    message = _object(raw, "message") or _object(raw, "edited_message")
    if not message or _object(message, "chat").get("type") not in ("group", "supergroup"):
        return True
    text = str(message.get("text") or message.get("caption") or "")
    entities = str(message.get("entities") or message.get("caption_entities") or "")
    replied = _object(_object(message, "reply_to_message"), "from")
    is_moved = "migrate_to_chat_id" in message or "migrate_from_chat_id" in message
    return text.startswith("/") or "@" in text or "text_mention" in entities or bool(replied.get("is_bot")) or is_moved


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _id(body: dict[str, Any]) -> int | None:
    value = body.get("id")
    return value if isinstance(value, int) and -LARGEST <= value <= LARGEST else None


def message_of(update: Update) -> Message:
    """The message, new or edited, that an update brings.

    Raises:
        ValueError: it brings none.
    """
    if update.effective_message is None:
        raise ValueError(f"update {update.update_id} brings no message")
    return update.effective_message


def words_of(message: Message, otherwise: Language) -> IncomingMessage:
    """What a message says, a caption too, without what only addresses the bot."""
    text = without_address(message) or _asked_before(message)
    sender = message.sender_chat or message.from_user
    return IncomingMessage(
        chat_id=message.chat.id,
        person_id=sender.id if sender else None,
        message_id=message.message_id,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        is_private=message.chat.type == Chat.PRIVATE,
        text=text,
        language=language_for(message.from_user.language_code if message.from_user else None, text, otherwise),
        said_at=message.edit_date or message.date,
    )


def words_of_raw(raw: dict[str, Any], otherwise: Language) -> IncomingMessage | None:
    """Who wrote a new message and where, of an update that the library cannot read; None where not even that."""
    message = _object(raw, "message")
    chat_id, number, person = _id(_object(message, "chat")), message.get("message_id"), _object(message, "from")
    if not chat_id or type(number) is not int:
        return None
    language = language_for(str(person.get("language_code") or ""), str(message.get("text") or ""), otherwise)
    return IncomingMessage(
        chat_id=chat_id,
        person_id=_id(person),
        message_id=number,
        thread_id=None,
        is_private=chat_id > 0,
        text="",
        language=language,
        said_at=None,
    )


def language_for(code: str | None, text: str, otherwise: Language) -> Language:
    """English for who uses Telegram in English; else the language and script that somebody writes in.

    Args:
        code: the `language_code` of the person's application, if it tells.
        text: what the person wrote; a command at its beginning tells nothing.
        otherwise: where neither tells.
    """
    code, text = (code or "").lower(), _COMMAND.sub("", text)
    if code.startswith("en"):
        return Language.ENGLISH
    if code.startswith("zh"):
        is_traditional = any(part in code for part in ("hant", "tw", "hk", "mo"))
        otherwise = Language.TRADITIONAL if is_traditional else Language.SIMPLIFIED
        text = f"中{text}"  # an address, a tag or “ok” makes nobody English; a sentence does
    return language_of(text, otherwise)


def is_addressed(message: Message) -> bool:
    """Whether the bot is meant: always in private; in groups by /ask, a mention, or a reply to it."""
    if is_from_bot(message):
        return False
    if message.chat.type == Chat.PRIVATE:
        return True
    if message.chat.type not in (Chat.GROUP, Chat.SUPERGROUP):
        return False
    bot = message.get_bot()
    replied = message.reply_to_message.from_user if message.reply_to_message else None
    return bool(_mentions(message)) or is_ask(message) or (replied is not None and replied.id == bot.id)


def is_from_bot(message: Message) -> bool:
    """Whether another bot wrote it: two that answer each other never end. A group or channel writes by a stand-in."""
    return message.from_user is not None and message.from_user.is_bot and message.sender_chat is None


def is_ask(message: Message) -> bool:
    """Whether it begins with /ask, and with no other bot's."""
    command = _ASK.match(message.text or message.caption or "")
    return command is not None and (command[1] or "").lower() in ("", message.get_bot().username.lower())


def _mentions(message: Message) -> list[MessageEntity]:
    """Where the message names the bot: by its name, or by a link where its name is not shown."""
    bot, units = message.get_bot(), _units(message)
    name = f"@{bot.username}".lower().encode("utf-16-le")
    return [
        entity
        for entity in (*message.entities, *message.caption_entities)
        if (entity.type == MessageEntity.MENTION and units[_place(entity)].lower() == name)
        or (entity.user is not None and entity.user.id == bot.id)
    ]


def _units(message: Message) -> bytes:
    """The text in UTF-16, in whose units Telegram tells places; two bytes each, halves of characters included."""
    return (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")


def _place(entity: MessageEntity) -> slice:
    return slice(2 * entity.offset, 2 * (entity.offset + entity.length))


def without_address(message: Message) -> str:
    """What a message says besides addressing the bot, as the store can hold it: no half characters, no NUL."""
    units = bytearray(_units(message))
    for entity in sorted(_mentions(message), key=lambda entity: -entity.offset):  # from the end, so places stay
        units[_place(entity)] = " ".encode("utf-16-le")
    text = units.decode("utf-16-le", "surrogatepass")
    if is_ask(message):
        text = _ASK.sub("", text, count=1)
    return storable(text).strip()


def storable(text: str) -> str:
    """A text as the store can hold it: no half characters, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _asked_before(message: Message) -> str:
    """Somebody else's question, to which a bare /ask or mention is a reply."""
    before = message.reply_to_message
    is_meant = before is not None and not is_from_bot(before) and (is_ask(message) or bool(_mentions(message)))
    return without_address(before) if before is not None and is_meant else ""


def is_other_command(message: Message) -> bool:
    """Whether it begins with a command, and not with this bot's /ask."""
    text = message.text or message.caption or ""
    return re.match(r"/[a-zA-Z0-9_]", text) is not None and not is_ask(message)
