"""A bot with a folder of articles, and those who speak to it: everything is done to the end before it goes on."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.asking import newcomer
from tests.support.emulator import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.emulator import Chat, Message, Telegram
    from tests.support.process import Bot

ANN = 7001  # who speaks where nobody else is named
OPEN = (  # what is still to be done; not what waits for tomorrow morning
    "SELECT update_id FROM inbox WHERE ended_at IS NULL "
    "UNION ALL SELECT id FROM outbox WHERE state = 'waiting' AND (has_payload OR NOT is_daily) "
    "UNION ALL SELECT id FROM jobs WHERE ended_at IS NULL "
    "UNION ALL SELECT generation FROM announcements WHERE planned_at IS NULL"
)


@dataclass(frozen=True)
class Folder:
    """The operators' articles: each in a folder of its own, that is put there or taken away as a whole.

    The files keep their times then; for those that were written just now, a reload would wait two seconds.
    """

    path: Path
    there: dict[str, str] = field(default_factory=dict)  # name → version

    def write(self, name: str, text: str) -> None:
        """Write an article into the folder itself."""
        (self.path / f"{name}.md").write_text(text, "utf-8")

    def stage(self, name: str, version: str, text: str | bytes, ending: str = ".md") -> None:
        """Write a version of an article beside the folder."""
        file = self._aside(name, version) / f"{name}{ending}"
        file.parent.mkdir(parents=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def put(self, name: str, version: str = "sample") -> None:
        """Let a version be there, and no other one."""
        self.take(name)
        self._aside(name, version).rename(self.path / name)
        self.there[name] = version

    def take(self, name: str) -> None:
        """Take an article away, if it is there."""
        if version := self.there.pop(name, None):
            (self.path / name).rename(self._aside(name, version))

    def _aside(self, name: str, version: str) -> Path:
        return self.path.with_name("aside") / version / name


@dataclass(frozen=True)
class Told:
    """What came of a press: the words that popped up, and the messages that are new or were changed, as they stand.

    Attributes:
        url: the link that the press opened.
    """

    toast: str | None
    messages: tuple[Message, ...]
    url: str | None = None

    @property
    def only(self) -> Message:
        """Where there is one."""
        (message,) = self.messages
        return message


@dataclass(frozen=True)
class Life:
    """The bot, its folder, and those who speak to it; whatever they say is done to the end before it goes on."""

    telegram: Telegram
    bot: Bot
    folder: Folder

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until nothing is to be done any more."""
        self.telegram.wait_for(lambda: self.telegram.pending == 0 and not self.bot.rows(OPEN), seconds)

    def say(
        self,
        words: str,
        person: int = ANN,
        reply_to: Message | None = None,
        language: str | None = None,
        *,
        chat: Chat | None = None,
        **extra: Any,
    ) -> Message:
        """Say something, in private unless a chat is given, and return the last reply."""
        return self.replies(self.tell(words, person, reply_to, language, chat=chat, **extra))[-1]

    def tell(
        self,
        words: str,
        person: int = ANN,
        reply_to: Message | None = None,
        language: str | None = None,
        *,
        chat: Chat | None = None,
        **extra: Any,
    ) -> int:
        """Say something that may have no reply, and return the number of the message."""
        replied = reply_to.message_id if reply_to else None
        number = self.telegram.say(words, chat, person, language_code=language, reply_to=replied, **extra)
        self.settle()
        return number

    def replies(self, *numbers: int) -> list[Message]:
        """What the bot says to these messages."""
        return [message for message in self.telegram.messages() if message.reply_to in numbers]

    def press(self, label: str, message: Message, person: int | None = None) -> Told:
        """Press the button with that label, as somebody; in private chats, as whose chat it is."""
        return self.press_data(message.buttons[label], message, person)

    def press_data(self, carried: str, message: Message, person: int | None = None) -> Told:
        """Press a button that carries that, though it may not stand there any more."""
        before = self.standing(message.chat)
        query = self.telegram.press(carried, message, person)
        self.settle()
        answers = (call.parameters for call in self.telegram.calls("answerCallbackQuery"))
        answer = next((one for one in answers if str(one["callback_query_id"]) == query), {})
        after = self.standing(message.chat)
        changed = tuple(one for key, one in after.items() if before.get(key) != one)
        return Told(answer.get("text"), changed, answer.get("url"))

    def now(self, message: Message) -> Message:
        """A message as it stands by now."""
        return self.standing(message.chat)[message.message_id]

    def unasked(self, chat: int) -> list[Message]:
        """What came to a chat and is no reply to anything: alerts, and lists of them."""
        return [message for message in self.telegram.messages(chat) if message.reply_to is None]

    def standing(self, chat: int) -> dict[int, Message]:
        """All that the bot has said there."""
        return {one.message_id: one for one in self.telegram.messages(chat)}

    def ask(self, question: str, person: int | None = None) -> Message:
        """Ask, again if need be until what was published last answers."""
        for _ in range(20):
            told = self.say(question, person or newcomer())
            latest = "SELECT generation FROM answers ORDER BY asked_at DESC, message_id DESC LIMIT 1"
            if self.bot.rows(latest) == [(self.generation,)]:
                return told
            time.sleep(0.1)
        raise AssertionError(f"generation {self.generation} does not answer")

    @property
    def generation(self) -> int:
        """The number of what was published last."""
        ((number,),) = self.bot.rows("SELECT max(number) FROM generations")
        return int(number)

    @property
    def published(self) -> list[list[tuple[Any, ...]]]:
        """All that decides what is answered."""
        return [self.bot.rows(f"SELECT * FROM {name} ORDER BY 1") for name in ("generations", "versions", "hidden")]  # noqa: S608

    @property
    def counts(self) -> dict[str, int]:
        """Of what was published last."""
        counts: dict[str, int] = json.loads(self.bot.rows("SELECT counts FROM generations ORDER BY number DESC")[0][0])
        return counts
