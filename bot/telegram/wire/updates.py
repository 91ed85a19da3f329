"""Reads updates of Telegram: who wrote, where, whether the bot is addressed, and the text without the address."""

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

# In a group, a command without a bot's name goes to every bot there; this one accepts only /ask without its name.
ADDRESSED = filters.UpdateType.MESSAGE & (filters.ChatType.PRIVATE | filters.Regex(r"^/\w+@"))


class _Reply(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        """Return whether it replies to a message of this bot."""
        before = message.reply_to_message
        return before is not None and before.from_user is not None and before.from_user.id == message.get_bot().id


REPLIES_TO_BOT = filters.UpdateType.MESSAGE & _Reply()  # a command in such a reply needs no bot's name
LARGEST_ID = 2**63 - 1  # largest integer that both databases store
_ASK = re.compile(r"/ask(?:@([a-z0-9_]+))?(?![a-z0-9_])", re.IGNORECASE)
_COMMAND = re.compile(r"^/[a-zA-Z0-9_@]+")  # commands are in Latin letters in every language


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingMessage:
    """A message to the bot: who wrote what, where, in which language."""

    chat_id: int
    person_id: int | None
    message_id: int
    thread_id: int | None  # the forum topic
    is_private: bool
    text: str
    language: Language
    sent_at: datetime.datetime | None  # None for the press of a button, whose reply is never called late


def received_update(raw: dict[str, Any]) -> ReceivedUpdate:
    """Return an update, parsed from JSON, as a row of the inbox with its chat and sender; nothing else of it is parsed.

    Without a chat `chat_id` is 0, without a sender `person_id` is None. Who writes as a group or channel has its id.

    Raises:
        ValueError: it has no valid update_id (`is_update`).
        RecursionError: it is nested too deep to be encoded again.
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
    """Return whether this is a JSON object with an integer update_id from 0 to LARGEST_ID, as the inbox stores it."""
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    return type(update_id) is int and 0 <= update_id <= LARGEST_ID


def is_for_bot(raw: dict[str, Any]) -> bool:
    """Return whether an update may be meant for the bot; other messages of groups are not stored at all.

    A cheap first check of new and edited messages in groups. It accepts a command, an @, a link to a person, a reply to
    any bot, and the migration of a group; `is_addressed` decides exactly. All other updates are accepted.
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
    """Return a field that is a JSON object; an empty one if the field is missing or anything else."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _id(body: dict[str, Any]) -> int | None:
    """Return the id of a chat or user; None if it is missing or does not fit into 64 bits."""
    value = body.get("id")
    return value if isinstance(value, int) and -LARGEST_ID <= value <= LARGEST_ID else None


def message_in(update: Update) -> Message:
    """Return the message, new or edited, that an update contains.

    Raises:
        ValueError: it contains none.
    """
    if update.effective_message is None:
        raise ValueError(f"update {update.update_id} contains no message")
    return update.effective_message


def incoming_message(message: Message, otherwise: Language) -> IncomingMessage:
    """Return a new or edited message as the bot reads it: text or caption without the bot's name or /ask.

    A bare /ask or mention that replies to a person's message takes that message's text. Who writes as a group or
    channel has its id as `person_id`. `sent_at` is the time of the last edit, if there was one. The language is
    `otherwise` where neither the user's application nor the text decides.
    """
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
        sent_at=message.edit_date or message.date,
    )


def incoming_from_raw(raw: dict[str, Any], otherwise: Language) -> IncomingMessage | None:
    """Return sender and place of a new message from raw JSON, with an empty text, no topic and no time.

    Used where python-telegram-bot may be unable to parse the update. None if it is no new message (an edit, or the
    press of a button), or lacks a valid chat or message id. `otherwise` is as in `incoming_message`.
    """
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
        sent_at=None,
    )


def language_for(code: str | None, text: str, otherwise: Language) -> Language:
    """Return the language to reply in: English if the user's Telegram is in English, otherwise that of the text.

    Where the text does not decide between Simplified and Traditional, a Chinese Telegram does.

    Args:
        code: `language_code` of the user's application, as "zh-hant"; None or empty if unknown.
        text: what the user wrote; a command at its beginning is ignored.
        otherwise: used where neither decides.
    """
    code, text = (code or "").lower(), _COMMAND.sub("", text)
    if code.startswith("en"):
        return Language.ENGLISH
    if code.startswith("zh"):
        is_traditional = any(part in code for part in ("hant", "tw", "hk", "mo"))
        otherwise = Language.TRADITIONAL if is_traditional else Language.SIMPLIFIED
        text = f"中{text}"  # so that a single Latin word, such as “ok”, does not switch to English; a sentence does
    return language_of(text, otherwise)


def is_addressed(message: Message) -> bool:
    """Return whether the bot is addressed: always in a private chat; in groups by /ask, a mention or a reply to it.

    False for messages of other bots, and in channels.
    """
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
    """Return whether another bot wrote it; such messages are ignored, or two bots could answer each other for ever.

    Messages in the name of a group or channel come from a stand-in account, which is not taken for a bot.
    """
    return message.from_user is not None and message.from_user.is_bot and message.sender_chat is None


def is_ask(message: Message) -> bool:
    """Return whether text or caption begins with /ask in any letter case, with this bot's name or without a name."""
    command = _ASK.match(message.text or message.caption or "")
    return command is not None and (command[1] or "").lower() in ("", message.get_bot().username.lower())


def _mentions(message: Message) -> list[MessageEntity]:
    """Return the entities of text or caption that mention the bot, by its @name or by a text link to it."""
    bot, units = message.get_bot(), _units(message)
    name = f"@{bot.username}".lower().encode("utf-16-le")
    return [
        entity
        for entity in (*message.entities, *message.caption_entities)
        if (entity.type == MessageEntity.MENTION and units[_place(entity)].lower() == name)
        or (entity.user is not None and entity.user.id == bot.id)
    ]


def _units(message: Message) -> bytes:
    """Return text or caption as UTF-16-LE bytes, lone surrogates included: Telegram counts offsets in UTF-16 units."""
    return (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")


def _place(entity: MessageEntity) -> slice:
    """Return where an entity is, as a slice of the bytes of `_units`."""
    return slice(2 * entity.offset, 2 * (entity.offset + entity.length))


def without_address(message: Message) -> str:
    """Return text or caption without /ask and with a space for each mention of the bot, stripped; may be empty.

    It is `storable`: without NUL and lone surrogates.
    """
    units = bytearray(_units(message))
    for entity in sorted(_mentions(message), key=lambda entity: -entity.offset):  # from the end: offsets stay valid
        units[_place(entity)] = " ".encode("utf-16-le")
    text = units.decode("utf-16-le", "surrogatepass")
    if is_ask(message):
        text = _ASK.sub("", text, count=1)
    return storable(text).strip()


def storable(text: str) -> str:
    """Return a text without NUL, with lone surrogates replaced by question marks, since databases refuse both."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _asked_before(message: Message) -> str:
    """Return the text of the message replied to, if this is a bare /ask or mention in reply to a person; else empty."""
    before = message.reply_to_message
    is_meant = before is not None and not is_from_bot(before) and (is_ask(message) or bool(_mentions(message)))
    return without_address(before) if before is not None and is_meant else ""


def is_other_command(message: Message) -> bool:
    """Return whether text or caption begins with a command other than this bot's /ask, such as /ask@another_bot."""
    text = message.text or message.caption or ""
    return re.match(r"/[a-zA-Z0-9_]", text) is not None and not is_ask(message)
