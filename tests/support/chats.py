"""The chats of the emulated Telegram: who speaks, which messages stand where, and the rules of changing them."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from lo_bot_api_emulator import LoBotApiEmulator  # type: ignore[import-untyped]  # the package carries no types

from tests.support.faults import refusal
from tests.support.markup import BadMarkup, Formatted, parse_html, trimmed, units

Json: TypeAlias = dict[str, Any]
Parameters: TypeAlias = Mapping[str, Any]

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024  # UTF-16 units, after entities are parsed
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
ABILITIES = {  # what getMe tells besides the name
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}
FULL = {  # what getChat must tell besides the name
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    ),
}
DONE = frozenset({  # taken note of in the transcript, without effect
    *("sendChatAction", "setMyDescription", "setMyShortDescription", "setMyName", "setMyDefaultAdministratorRights"),
    *("setMessageReaction", "pinChatMessage", "unpinChatMessage", "leaveChat", "logOut", "close"),
})  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody who writes to the bot."""

    id: int = 1001
    first_name: str = "小明"
    username: str | None = None
    language_code: str | None = "zh-hans"

    def json(self) -> Json:
        """As the field `from` has it."""
        known = {"username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name} | {k: v for k, v in known.items() if v}


@dataclass(frozen=True)
class Chat:
    """Where messages stand; the sort follows from the sign of the id if it isn't given."""

    id: int
    type: str = ""  # private, group, supergroup, channel
    title: str = "招商消息"
    is_forum: bool = False

    def __post_init__(self) -> None:
        guessed = "private" if self.id > 0 else "supergroup" if str(self.id).startswith("-100") else "group"
        object.__setattr__(self, "type", self.type or guessed)
        if self.id == 0 or (self.id > 0) != (self.type == "private"):
            raise ValueError(f"no chat of type {self.type!r} has the id {self.id}")

    def json(self, person: Person | None = None) -> Json:
        """As the field `chat` has it."""
        if self.type == "private":
            person = person or Person(self.id)
            named = {"first_name": person.first_name} | ({"username": person.username} if person.username else {})
            return {"id": self.id, "type": self.type} | named
        return {"id": self.id, "type": self.type, "title": self.title} | ({"is_forum": True} if self.is_forum else {})


@dataclass(frozen=True)
class Message:
    """A message that stands in a chat now, all edits applied."""

    json: Json  # as Telegram shows it
    by_bot: bool
    html: str = ""  # the text as the bot sent it, tags and all
    edits: int = 0
    silent: bool = False
    prompt: Json | None = None  # the ForceReply that it came with; Telegram shows it to bots never again

    @property
    def message_id(self) -> int:
        """Unique over all chats."""
        return int(self.json["message_id"])

    @property
    def chat(self) -> int:
        """The id of the chat."""
        return int(self.json["chat"]["id"])

    @property
    def text(self) -> str:
        """What people read: no tags."""
        return str(self.json.get("text", self.json.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        """What is marked in the text."""
        return [*self.json.get("entities", ()), *self.json.get("caption_entities", ())]

    @property
    def thread(self) -> int | None:
        """The topic of a forum."""
        return self.json.get("message_thread_id")

    @property
    def reply_to(self) -> int | None:
        """The message that it answers."""
        answered: Json = self.json.get("reply_to_message", {})
        return answered.get("message_id")

    @property
    def reply_markup(self) -> Json | None:
        """The inline keyboard as sent."""
        return self.json.get("reply_markup")

    @property
    def buttons(self) -> dict[str, str]:
        """The label of each inline button, and its callback data, address or query."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return {
            button["text"]: next(str(value) for key, value in button.items() if key != "text")
            for row in rows
            for button in row
        }


class Chats:
    """Every chat of one bot. Not safe between threads by itself: its owner holds the lock."""

    def __init__(self, bot: Json) -> None:
        self.bot = bot
        self.known: dict[int, Chat] = {}
        self.people: dict[int, Person] = {}
        self.messages: defaultdict[int, dict[int, Message]] = defaultdict(dict)
        self.place: dict[int, int] = {}  # message → chat
        self.migrated: dict[int, int] = {}  # group → supergroup
        self.administrators: defaultdict[int, set[int]] = defaultdict(set)  # chat → people
        self.commands: dict[tuple[str, str], list[Json]] = {}  # scope, language
        self.queries: dict[str, float] = {}  # unanswered callback query → when it was pressed
        self.query_seconds = 900.0
        self._next_message = 1
        self._methods: dict[str, Callable[[Parameters], Any]] = {
            "getMe": lambda _: self.bot | ABILITIES,
            "sendMessage": self._send_message,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete,
            "answerCallbackQuery": self._answer_query,
            "setMyDescription": lambda _: True,
            "setMyShortDescription": lambda _: True,
            "setMyCommands": self._set_commands,
            "deleteMyCommands": lambda p: self.commands.pop(_scope(p), None) is None or True,
            "getMyCommands": lambda p: self.commands.get(_scope(p), []),
            "getChat": lambda p: self._chat(p).json() | FULL,
            "getChatMember": lambda p: self._member(self._chat(p).id, int(p["user_id"])),
            "getChatAdministrators": lambda p: [
                self._member(self._chat(p).id, user) for user in sorted(self.administrators[self._chat(p).id])
            ],
        }

    def models(self, method: str) -> bool:
        """Whether the method is carried out here."""
        return method in self._methods or method in DONE or method in ("sendDocument", "sendPhoto")

    def perform(self, method: str, parameters: Parameters, uploads: Mapping[str, Json]) -> Any:
        """Carry out a call of the bot and return what Telegram returns; refusals are raised."""
        if "chat_id" in parameters:
            self._chat(parameters)
        if method in DONE:
            return True
        if method in ("sendDocument", "sendPhoto"):
            return self._send_file(method[4:].lower(), parameters, uploads)
        return self._methods[method](parameters)

    def write(
        self,
        chat: Chat,
        fields: Json,
        *,
        by_bot: bool,
        html: str = "",
        silent: bool = False,
        prompt: Json | None = None,
    ) -> Message:
        """Put a message into a chat."""
        head = {"message_id": self._next_message, "date": int(time.time()), "chat": chat.json()}
        message = Message(head | fields, by_bot, html, 0, silent, prompt)
        self._next_message += 1
        self.known[chat.id] = chat
        self.messages[chat.id][message.message_id] = message
        self.place[message.message_id] = chat.id
        return message

    def find(self, message_id: int) -> Message | None:
        """The message with that number, wherever it stands."""
        return self.messages[self.place[message_id]].get(message_id) if message_id in self.place else None

    def _chat(self, parameters: Parameters) -> Chat:
        number = parameters.get("chat_id")
        if type(number) is not int or number == 0:
            raise refusal("Bad Request: chat not found")
        if number in self.migrated:
            raise refusal(
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.migrated[number],
            )
        return self.known.get(number) or Chat(number)

    def _send_message(self, parameters: Parameters) -> Json:
        shown = _shown(parameters, "text", LONGEST_TEXT)
        return self._send(parameters, shown, str(parameters.get("text", "")))

    def _send_file(self, kind: str, parameters: Parameters, uploads: Mapping[str, Json]) -> Json:
        given = parameters.get(kind)
        name = given.removeprefix("attach://") if isinstance(given, str) else kind
        upload = uploads.get(name) or uploads.get(kind)
        if upload is None and (not isinstance(given, str) or given.startswith("attach://")):
            raise refusal(f"Bad Request: there is no {kind} in the request")
        file: Json = {"file_id": given, "file_unique_id": f"unique-{given}"}
        if upload is not None:
            file |= {"file_id": f"file-{self._next_message}", "file_size": upload["size"]}
        if kind == "document":
            shown: Json = {"document": file | ({"file_name": upload["filename"]} if upload else {})}
        else:
            shown = {"photo": [file | {"width": 1, "height": 1}]}
        if parameters.get("caption"):
            shown |= _shown(parameters, "caption", LONGEST_CAPTION)
        return self._send(parameters, shown, str(parameters.get("caption", "")))

    def _send(self, parameters: Parameters, shown: Json, html: str) -> Json:
        chat = self._chat(parameters)
        fields = {"from": self.bot} | self._thread(chat, parameters) | self._reply(chat, parameters) | shown
        markup = _markup(parameters, chat)
        if markup and "inline_keyboard" in markup:
            fields["reply_markup"] = markup
        if parameters.get("link_preview_options"):
            fields["link_preview_options"] = parameters["link_preview_options"]
        silent = parameters.get("disable_notification") is True
        prompt = markup if markup and "force_reply" in markup else None
        return self.write(chat, fields, by_bot=True, html=html, silent=silent, prompt=prompt).json

    @staticmethod
    def _thread(chat: Chat, parameters: Parameters) -> Json:
        thread = parameters.get("message_thread_id")
        if thread is None:
            return {}
        # 1 is the number of 'General' in updates, and yet Telegram takes it for no topic when one sends there.
        if type(thread) is not int or not chat.is_forum or thread == 1:
            raise refusal("Bad Request: message thread not found")
        return {"message_thread_id": thread, "is_topic_message": True}

    def _reply(self, chat: Chat, parameters: Parameters) -> Json:
        reply = parameters.get("reply_parameters")
        if not isinstance(reply, dict):
            return {}
        answered = self.messages[reply.get("chat_id", chat.id)].get(reply.get("message_id", 0))
        if answered is None:
            if reply.get("allow_sending_without_reply"):
                return {}
            raise refusal("Bad Request: message to be replied not found")
        shown = {key: value for key, value in answered.json.items() if key != "reply_to_message"}
        quote = reply.get("quote")
        return {"reply_to_message": shown} | ({"quote": {"text": quote, "position": 0}} if quote else {})

    def _edited(self, parameters: Parameters, changed: Json, html: str) -> Json:
        chat = self._chat(parameters)
        message = self.messages[chat.id].get(parameters.get("message_id", 0))
        if message is None:
            raise refusal("Bad Request: message to edit not found")
        if not message.by_bot:
            raise refusal("Bad Request: message can't be edited")
        after = {
            key: value for key, value in message.json.items() if key not in (*changed, "reply_markup", "edit_date")
        }
        after |= {key: value for key, value in changed.items() if value}
        if markup := _markup(parameters, chat):
            if "inline_keyboard" not in markup:
                raise refusal("Bad Request: inline keyboard expected")
            after["reply_markup"] = markup
        if after == {key: value for key, value in message.json.items() if key != "edit_date"}:
            raise refusal(NOT_MODIFIED)
        after["edit_date"] = int(time.time())
        edited = replace(message, json=after, html=html or message.html, edits=message.edits + 1)
        self.messages[chat.id][message.message_id] = edited
        return after

    def _edit_text(self, parameters: Parameters) -> Json:
        shown = {"entities": None} | _shown(parameters, "text", LONGEST_TEXT)
        if preview := parameters.get("link_preview_options"):
            shown["link_preview_options"] = preview
        return self._edited(parameters, shown, str(parameters["text"]))

    def _edit_markup(self, parameters: Parameters) -> Json:
        return self._edited(parameters, {}, "")

    def _delete(self, parameters: Parameters) -> bool:
        chat = self._chat(parameters)
        if self.messages[chat.id].pop(parameters.get("message_id", 0), None) is None:
            raise refusal("Bad Request: message to delete not found")
        return True

    def _answer_query(self, parameters: Parameters) -> bool:
        pressed = self.queries.pop(str(parameters.get("callback_query_id", "")), None)
        if pressed is None or time.time() - pressed > self.query_seconds:
            raise refusal(TOO_OLD)
        if len(str(parameters.get("text", ""))) > 200:
            raise refusal("Bad Request: MESSAGE_TOO_LONG")
        url = parameters.get("url")
        own = rf"https?://t\.me/{self.bot['username']}\?start=[\w-]{{1,64}}"
        if url and not re.fullmatch(own, str(url), re.ASCII):  # but for games, only a link to the bot itself is opened
            raise refusal("Bad Request: URL_INVALID")
        return True

    def _set_commands(self, parameters: Parameters) -> bool:
        commands = parameters.get("commands")
        if not isinstance(commands, list) or len(commands) > 100:
            raise refusal("Bad Request: can't parse commands")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise refusal("Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise refusal("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_scope(parameters)] = commands
        return True

    def _member(self, chat: int, user: int) -> Json:
        person = self.bot if user == self.bot["id"] else Person(user).json()
        if user not in self.administrators[chat]:
            return {"user": person, "status": "member"}
        rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
                  "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
                  "can_post_stories", "can_edit_stories", "can_delete_stories")  # fmt: skip
        return {"user": person, "status": "administrator"} | dict.fromkeys(rights, False)


def _scope(parameters: Parameters) -> tuple[str, str]:
    scope = parameters.get("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), str(parameters.get("language_code") or "")


def _shown(parameters: Parameters, field: str, longest: int) -> Json:
    """The text as people see it, with its entities; refuses what can't be read, is empty, or is too long."""
    text = str(parameters.get(field) or "")
    mode = parameters.get("parse_mode")
    if mode and str(mode).upper() != "HTML":
        raise refusal("Bad Request: the emulator reads HTML alone", 501)
    try:
        formatted = parse_html(text) if mode else Formatted(text, tuple(parameters.get("entities") or ()))
    except BadMarkup as error:
        raise refusal(f"Bad Request: can't parse entities: {error}") from None
    formatted = trimmed(formatted)
    if not formatted.text:
        raise refusal("Bad Request: message text is empty")
    if units(formatted.text) > longest:
        raise refusal(f"Bad Request: message {'' if field == 'text' else 'caption '}is too long")
    entities = "entities" if field == "text" else "caption_entities"
    return {field: formatted.text} | ({entities: list(formatted.entities)} if formatted.entities else {})


def _markup(parameters: Parameters, chat: Chat) -> Json | None:
    markup = parameters.get("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise refusal("Bad Request: object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = [row for row in markup["inline_keyboard"] if row]
        if any(len(button.get("callback_data", "").encode()) > 64 for row in rows for button in row):
            raise refusal("Bad Request: BUTTON_DATA_INVALID")
        LoBotApiEmulator.validate_markup({"inline_keyboard": rows}, private_chat=chat.type == "private")
        return {"inline_keyboard": rows} if rows else None
    if "force_reply" in markup and len(str(markup.get("input_field_placeholder", " "))) not in range(1, 65):
        raise refusal("Bad Request: input field placeholder must be 1 to 64 characters")
    return markup
