"""Telegram over real HTTP on a port of this machine, for end-to-end tests and benchmarks.

A subclass of `lo-bot-api-emulator`, which reads requests and checks keyboards and webhooks. It runs in a thread
with its own event loop; every public method may be called from any other thread.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tests.support.chats import Chat, Json, Message, Person
from tests.support.markup import entities_of
from tests.support.server import TOKEN, Call, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.support.updates import Delivery

__all__ = ["PATIENCE", "TOKEN", "Call", "Chat", "Message", "Person", "Telegram"]

# Seconds to wait for what has to come: a busy machine is slow, and who waits in vain has failed anyway.
PATIENCE = 60.0
T = TypeVar("T")


class Telegram(Server):
    """Telegram with one bot: `with Telegram() as telegram:`; people speak, the bot calls, the transcript tells."""

    def __init__(self, username: str = "chuwen_test_bot", token: str = TOKEN, port: int = 0) -> None:
        super().__init__(username, token, port)
        self._queries = itertools.count(4_382_010_000_000_000_001)

    # What people do

    def say(
        self,
        text: str | None,
        chat: Chat | int | None = None,
        person: Person | int | None = None,
        language_code: str | None = None,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        **extra: Any,
    ) -> int:
        """Write a message to the bot.

        Args:
            text: None where `extra` holds something else, such as a sticker.
            chat: an id will do; the private chat of the person by default.
            person: an id will do, what was told of that person is remembered; whose private chat it is, or Person().
            language_code: of the person's application, from now on.
            reply_to: the number of a message in any chat.
            thread: the topic of a forum.
            extra: more fields of the message, or other values for its fields; None takes one away.

        Returns:
            The number of the message.
        """
        with self._changed:
            here, who = self._place(chat, person, language_code)
            speaker = {"sender_chat": here.json()} if here.type == "channel" else {"from": who.json()}
            fields: Json = {"chat": here.json(who), **speaker}
            if thread is not None:
                fields |= {"message_thread_id": thread, "is_topic_message": True}
            if reply_to is not None and (answered := self.chats.find(reply_to)):
                fields["reply_to_message"] = {k: v for k, v in answered.json.items() if k != "reply_to_message"}
            fields |= _written("text", text) | _written("caption", extra.pop("caption", None)) | extra
            fields = {key: value for key, value in fields.items() if value is not None}
            message = self.chats.write(here, fields, by_bot=False)
            self.send_update({"channel_post" if here.type == "channel" else "message": message.json})
        return message.message_id

    def say_many(self, questions: Iterable[tuple[Chat | int, str]]) -> list[int]:
        """Write many messages, of (chat, text), at once."""
        with self._changed:
            return [self.say(text, chat) for chat, text in questions]

    def edit(self, message_id: int, text: str) -> None:
        """Change the text of a message that was said."""
        with self._changed:
            message = self.chats.messages[self.chats.place[message_id]][message_id]
            after = {key: value for key, value in message.json.items() if key not in ("text", "entities")}
            after |= _written("text", text) | {"edit_date": int(time.time())}
            self.chats.messages[message.chat][message_id] = Message(after, message.by_bot, edits=message.edits + 1)
            self.send_update({"edited_channel_post" if "sender_chat" in after else "edited_message": after})

    def press(self, button_data: str, message: Message | int, person: Person | int | None = None) -> str:
        """Press an inline button with that callback data, and return the id of the query."""
        with self._changed:
            number = message if isinstance(message, int) else message.message_id
            pressed = self.chats.find(number)
            here, who = self._place(self.chats.known[self.chats.place[number]], person, None)
            gone = {"chat": here.json(who), "message_id": number, "date": 0}  # deleted meanwhile
            query = str(next(self._queries))
            self.chats.queries[query] = time.time()
            event = {"id": query, "from": who.json(), "chat_instance": str(here.id), "data": button_data}
            self.send_update({"callback_query": event | {"message": pressed.json if pressed else gone}})
        return query

    def send_update(self, update: Json) -> int:
        """Hand any update to the bot as it is; its number is added if it has none, and returned."""
        return self.send_updates([update])[0]

    def member(self, status: str, chat: Chat | int, person: Person | int | None = None) -> int:
        """Tell the bot by my_chat_member that it is now 'member', 'kicked', 'left' … there."""
        with self._changed:
            here, who = self._place(chat, person, None)
            left = status in ("kicked", "left")
            old, new = ("member", status) if left else ("kicked" if here.type == "private" else "left", status)
            states = [
                {"user": self.bot, "status": name} | ({"until_date": 0} if name == "kicked" else {})
                for name in (old, new)
            ]
            event = {"chat": here.json(who), "from": who.json(), "date": int(time.time())}
            return self.send_update(
                {"my_chat_member": event | {"old_chat_member": states[0], "new_chat_member": states[1]}}
            )

    # What the bot did

    def calls(self, method: str | None = None, chat: int | None = None) -> list[Call]:
        """The calls so far in order, of one method or for one chat if so asked."""
        with self._changed:
            return [
                call
                for call in self.transcript
                if (method is None or call.method == method) and (chat is None or call.chat == chat)
            ]

    def messages(self, chat: Chat | int | None = None) -> list[Message]:
        """What the bot has written and not deleted, there or everywhere, in order."""
        number = chat.id if isinstance(chat, Chat) else chat
        with self._changed:
            chats = [self.chats.messages[number]] if number is not None else self.chats.messages.values()
            found = [message for messages in chats for message in messages.values() if message.by_bot]
        return sorted(found, key=lambda message: message.message_id)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to reach the webhook."""
        return list(self.updates.deliveries)

    @property
    def pending(self) -> int:
        """How many updates the bot hasn't confirmed yet."""
        return self.updates.pending

    @property
    def polling(self) -> bool:
        """Whether the bot waits for updates at this moment."""
        return self.updates.polling

    def wait_for(self, condition: Callable[[], T | Literal[False] | None], timeout: float = PATIENCE) -> T:
        """Block until the condition is true, and return its value; it is asked anew after calls, in bursts once.

        Raises:
            TimeoutError: with the last calls.
        """
        deadline = time.monotonic() + timeout
        while True:
            with self._changed:
                if value := condition():
                    return value
                if (left := deadline - time.monotonic()) <= 0:
                    last = "\n".join(f"  {call.method} {call.status} {call.text!r}" for call in self.transcript[-10:])
                    raise TimeoutError(f"not so within {timeout:g} s; the last calls:\n{last}")
                self._changed.wait(min(left, 0.01))
            time.sleep(0.001)  # lets a burst of calls pass before the condition is asked again

    def wait_for_messages(self, count: int, chat: Chat | int | None = None, timeout: float = PATIENCE) -> list[Message]:
        """Block until the bot has at least so many messages there, and return them."""
        self.wait_for(lambda: len(self.messages(chat)) >= count, timeout)
        return self.messages(chat)

    def wait_for_calls(self, count: int, method: str = "sendMessage", timeout: float = PATIENCE) -> list[Call]:
        """Block until so many calls of the method were accepted, and return all of its calls; cheap for thousands."""
        self.wait_for(lambda: self._counts[method] >= count, timeout)
        return self.calls(method)

    def _place(
        self, chat: Chat | int | None, person: Person | int | None, language_code: str | None
    ) -> tuple[Chat, Person]:
        number = chat.id if isinstance(chat, Chat) else chat
        if person is None:
            person = number if number is not None and number > 0 else Person()
        who = person if isinstance(person, Person) else self.chats.people.get(person) or Person(person)
        if language_code is not None:
            who = replace(who, language_code=language_code)
        self.chats.people[who.id] = who
        if not isinstance(chat, Chat):
            chat = self.chats.known.get(number or who.id) or Chat(number or who.id)
        return chat, who


def _written(field: str, text: str | None) -> Json:
    if text is None:
        return {}
    marked = entities_of(text)
    return {field: text} | ({"entities" if field == "text" else "caption_entities": marked} if marked else {})
