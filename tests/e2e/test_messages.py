"""Every kind of message and event that Telegram can bring: the right words, or silence, and the bot goes on."""

from __future__ import annotations

import itertools
import json
import shutil
import time
import urllib.request
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from bot.settings import sample_corpus
from tests.support.emulator import Chat, Message, Person, Telegram
from tests.support.process import SECRET, Bot, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Json: TypeAlias = dict[str, Any]

QUESTION = "宜昌消耗了多少磷石膏？"
ANSWER = "近40万吨"
SOURCE = "磷石膏综合利用变废为材"
NEXT_QUESTION = "宝钢黄石新港二期什么时候开工？"
NEXT_ANSWER = "2024年正式动工"
REMOVED, CORRECTED = "huangshi-baogang-2024.md", "yichang-linshigao-2019.md"  # what the two answers are from
NAME = "@chuwen_test_bot"

ONLY_TEXT = "抱歉，我只看得懂文字。请用一句话提问，例如："
WHAT = "请告诉我您想问什么，例如："
ASK_HOW = "请在 /ask 后面写上问题，例如：/ask "
NO_COMMAND = "没有这个命令。请直接提问，或发送 /help 看说明。"
NOT_MENTIONED = "抱歉，文章里没有提到这件事。"
GREETING = "您好，我是楚问。"
HELP = "怎么问：\n"
JOINED = "大家好，我是楚问。在群里请用 /ask 加问题、@我，或回复我的消息来提问。"
BUTTON_GONE = "这个按钮已经失效，请重新提问。"
FOUND = (ANSWER, SOURCE, "2025-07-19 发布")
FOUND_TRADITIONAL = (ANSWER, SOURCE, "2025-07-19 發佈")
FOUND_ENGLISH = (ANSWER, SOURCE, "published 2025-07-19")


class Where(StrEnum):
    """The chat in which something happens."""

    PRIVATE = "private"
    GROUP = "group"
    FORUM = "forum"
    CHANNEL = "channel"


PRIVATE, GROUP, FORUM, CHANNEL = Where
TOPIC = 77
_UPDATES = itertools.count(700_000_001)  # below those of the emulator: handled before what is said next
_MESSAGES = itertools.count(90_000_001)
_ROOMS = itertools.count(1)


@dataclass(frozen=True)
class Scene:
    """One person and one chat, where nothing was said before."""

    bot: Bot
    where: Where = PRIVATE
    language: str | None = "zh-hans"
    number: int = field(default_factory=lambda: next(_ROOMS))

    @property
    def telegram(self) -> Telegram:
        """The server."""
        return self.bot.telegram

    @property
    def person(self) -> Person:
        """Who acts."""
        return Person(2_000_000 + self.number, language_code=self.language)

    @property
    def chat(self) -> Chat:
        """Where it happens."""
        match self.where:
            case Where.PRIVATE:
                return Chat(self.person.id)
            case Where.CHANNEL:
                return Chat(-1004_000_000_000 - self.number, "channel", "招商频道")
            case _:
                return Chat(
                    -1003_000_000_000 - self.number, "supergroup", "招商交流群", is_forum=self.where is Where.FORUM
                )

    @property
    def thread(self) -> int | None:
        """The topic."""
        return TOPIC if self.where is Where.FORUM else None

    @property
    def room(self) -> Chat:
        """Where the bot has to answer afterwards: nobody talks with it in a channel."""
        return Chat(self.person.id) if self.where is Where.CHANNEL else self.chat

    def said(self) -> list[Message]:
        """What the bot has written so far, in the chat and in the room."""
        return self.telegram.messages(self.chat) + (self.telegram.messages(self.room) if self.room != self.chat else [])

    def say(self, text: str | None, **fields: Any) -> int:
        """Write a message; returns its number."""
        return self.telegram.say(text, self.chat, self.person, thread=self.thread, **fields)

    def ask(self, question: str = QUESTION) -> Message:
        """Ask as one has to here, and return the answer."""
        words = question if self.room.type == "private" else f"/ask {question}"
        number = self.telegram.say(words, self.room, self.person, thread=self.thread)
        return self.telegram.wait_for(
            lambda: [message for message in self.telegram.messages(self.room) if message.reply_to == number]
        )[0]

    def message(self, text: str | None = QUESTION, **fields: Any) -> Json:
        """A message that Telegram hands over as it is."""
        words = {} if text is None else {"text": text}
        head = {"message_id": next(_MESSAGES), "date": int(time.time()), "chat": self.chat.json(self.person)}
        return head | {"from": self.person.json()} | words | fields

    def hand(self, update: Json) -> None:
        """Hand an update over as it is, even of a kind that was not asked for: such come, too, from before it asked."""
        url = self.bot.environment.get("CHUWEN_WEBHOOK_URL")
        if not url:
            passed = {"message": update.get("message")}  # the server holds back what has none of the fields asked for
            self.telegram.send_update(update | passed)
            return
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        body = json.dumps({"update_id": next(_UPDATES)} | update).encode()
        request = urllib.request.Request(url, body, headers)  # noqa: S310 # our own
        with urllib.request.urlopen(request, timeout=5) as taken:  # noqa: S310 # our own
            assert taken.status == 200

    def press(self, data: str | None, message: Json | None, **fields: Any) -> str:
        """Press a button with whatever below whatever; returns the id of the query."""
        query = f"77{next(_UPDATES)}"
        self.telegram.chats.queries[query] = time.time()
        event = {"id": query, "from": self.person.json(), "chat_instance": "1"}
        event |= ({} if data is None else {"data": data}) | ({} if message is None else {"message": message})
        self.hand({"callback_query": event | fields})
        return query

    def toast(self, query: str) -> str:
        """What the press of a button was answered with."""
        calls = self.telegram.wait_for(
            lambda: [
                call
                for call in self.telegram.calls("answerCallbackQuery")
                if call.parameters["callback_query_id"] == query
            ]
        )
        return str(calls[0].parameters.get("text", ""))


@dataclass(frozen=True)
class Start:
    """What the bot had written before the thing happened, there and elsewhere, and the button that was pressed."""

    messages: int = 0
    elsewhere: int = 0
    query: str = ""


Does: TypeAlias = "Callable[[Scene], Start]"


@dataclass(frozen=True)
class Row:
    """A kind of message: what happens, where, and what is to be seen then.

    Attributes:
        reply: the beginning of the one reply, or words that it holds; None: nothing is written.
        toast: the words that come up where a button is pressed.
        changed: words of the earlier answer, which was changed.
    """

    name: str
    where: Where
    does: Does
    reply: str | tuple[str, ...] | None
    language: str | None = "zh-hans"
    toast: str | None = None
    changed: tuple[str, ...] = ()


def says(text: str | None = None, **fields: Any) -> Does:
    """Somebody writes."""

    def does(scene: Scene) -> Start:
        scene.say(text, **fields)
        return Start()

    return does


def says_as(sender: Json | None, text: str | None = None, **fields: Any) -> Does:
    """Somebody else writes, or no one."""
    return says(text, **fields | {"from": sender})


def hands(make: Callable[[Scene], Json]) -> Does:
    """Telegram brings an update as it is."""

    def does(scene: Scene) -> Start:
        scene.hand(make(scene))
        return Start()

    return does


def edits(before: str, after: str, *, is_answered: bool = True) -> Does:
    """Somebody writes, and changes the message later."""

    def does(scene: Scene) -> Start:
        number = scene.say(before)
        if is_answered:
            scene.telegram.wait_for_messages(1, scene.chat)
        scene.telegram.edit(number, after)
        return Start(int(is_answered))

    return does


def edits_away(**fields: Any) -> Does:
    """Somebody puts something without words in the place of a question."""

    def does(scene: Scene) -> Start:
        number = scene.say(QUESTION)
        scene.telegram.wait_for_messages(1, scene.chat)
        scene.hand({"edited_message": scene.message(None, message_id=number, edit_date=int(time.time()), **fields)})
        return Start(1)

    return does


def presses(data: str | None, **fields: Any) -> Does:
    """Somebody presses a button below an answer; {id} is the answer's."""

    def does(scene: Scene) -> Start:
        answer = scene.ask()
        carried = data and data.replace("{id}", _answer_id(answer))
        return Start(1, query=scene.press(carried, answer.json, **fields))

    return does


def presses_inline(scene: Scene) -> Start:
    """Somebody presses a button below a message sent by the inline mode, of which only an id is known."""
    answer = scene.ask()
    return Start(1, query=scene.press(f"o:{_answer_id(answer)}:1", None, inline_message_id="BAAAAHwJAAB2"))


def presses_anothers(scene: Scene) -> Start:
    """Somebody presses a button that carries the id of another person's answer."""
    data = f"o:{_answer_id(Scene(scene.bot).ask())}:1"
    return Start(1, 1, scene.press(data, scene.ask().json))


def presses_outdated(scene: Scene) -> Start:
    """Somebody presses a button below a message that is too old for Telegram to show."""
    answer = scene.ask()
    gone = {"chat": scene.chat.json(scene.person), "message_id": answer.message_id, "date": 0}
    return Start(1, query=scene.press(f"o:{_answer_id(answer)}:1", gone))


def bot_answers_back(scene: Scene) -> Start:
    """Another bot replies to an answer, as a person would ask on."""
    scene.say(QUESTION, reply_to=scene.ask().message_id, **{"from": OTHER_BOT})
    return Start(1)


def replies_to_a_deleted(scene: Scene) -> Start:
    """Somebody asks below an answer, and deletes the question at once."""
    answer = scene.ask()
    number = scene.say(QUESTION, reply_to=answer.message_id)
    del scene.telegram.chats.messages[scene.chat.id][number]
    return Start(1)


def changes_state(status: str) -> Does:
    """The bot is blocked, unblocked, added or removed."""

    def does(scene: Scene) -> Start:
        scene.telegram.member(status, scene.chat, scene.person)
        return Start()

    return does


def promoted(scene: Scene) -> Json:
    """The bot becomes an administrator, as Telegram tells it."""
    changed = [{"user": scene.telegram.bot, "status": "left"}, {"user": scene.telegram.bot} | ADMINISTRATOR]
    states = dict(zip(("old_chat_member", "new_chat_member"), changed, strict=True))
    return {"chat": scene.chat.json(), "from": scene.person.json(), "date": int(time.time())} | states


def _answer_id(answer: Message) -> str:
    return next(iter(answer.buttons.values())).split(":")[1]


FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 1000}
STICKER = FILE | {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
PHOTO = [FILE | {"width": 90, "height": 90}]
FILM = FILE | {"width": 320, "height": 240, "duration": 3}
PLACE = {"longitude": 111.29, "latitude": 30.69}
POLL = {
    "id": "1",
    "question": QUESTION,
    "options": [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("是", "否")],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
    *("can_post_stories", "can_edit_stories", "can_delete_stories"),
)
ADMINISTRATOR = {"status": "administrator"} | dict.fromkeys(RIGHTS, True)
OTHER_BOT = {"id": 42, "is_bot": True, "first_name": "别的机器人", "username": "other_bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
LINKED = {"id": -1005_000_000_001, "type": "channel", "title": "招商频道"}
QUOTED = {"message_id": 3, "date": 1, "chat": LINKED, "text": "别的话"}
LONG = "我想了解一下湖北各地资源综合利用的情况，" * 100 + QUESTION
PASTED = "2019年，宜昌市住建局组织推进的磷石膏建材应用项目有20个，累计消耗磷石膏近40万吨。" * 50

WORDS = [
    Row("empty text", PRIVATE, hands(lambda scene: {"message": scene.message("")}), ONLY_TEXT),
    Row("spaces", PRIVATE, says("   \t\n"), WHAT),
    Row("full-width spaces", PRIVATE, says("\u3000\u3000"), WHAT),
    Row("one character", PRIVATE, says("好"), "抱歉，"),
    Row("one Latin letter", PRIVATE, says("a"), "抱歉，"),
    Row("a digit", PRIVATE, says("7"), "抱歉，"),
    Row("4,096 characters", PRIVATE, says("磷" * 4096), "抱歉，"),
    Row("4,096 question marks", PRIVATE, says("？" * 4096), WHAT),
    Row("4,096 units of emoji", PRIVATE, says("😀" * 2048), WHAT),
    Row("emoji", PRIVATE, says("👍🏽👨‍👩‍👧"), WHAT),
    Row("emoji around a question", PRIVATE, says(f"😀{QUESTION}🙏"), FOUND),
    Row("punctuation", PRIVATE, says("……！？、。"), WHAT),
    Row("a tag", PRIVATE, says("<b>&"), "抱歉，"),
    Row("a closing tag and a script", PRIVATE, says("</b><script>"), "抱歉，"),
    Row("an entity of HTML", PRIVATE, says("&lt;"), "抱歉，"),
    Row("tags around a question", PRIVATE, says(f"<b>{QUESTION}</b>&amp;"), FOUND),
    Row("placeholders", PRIVATE, says("{braces} %s {0}"), "抱歉，"),
    Row("placeholders in a question", PRIVATE, says("{missing}的磷石膏{0}有多少 %s？"), "抱歉，"),
    Row("zero-width characters", PRIVATE, says("\u200b\u200d\ufeff\u2060"), WHAT),
    Row("zero-width space in a question", PRIVATE, says("宜昌\u200b消耗了多少\ufeff磷\u2060石膏？"), FOUND),
    Row("right-to-left marks around a question", PRIVATE, says(f"\u200f\u202e{QUESTION}\u202c\u200e"), FOUND),
    Row("right-to-left isolate in a question", PRIVATE, says("宜昌消耗了\u2067多少\u2069磷石膏？"), FOUND),
    Row("combining characters", PRIVATE, says("\u0301\u0308\u20dd"), WHAT),
    Row("combining characters on a question", PRIVATE, says("宜\u0301昌消耗了多少磷石膏？"), FOUND),
    Row("NUL in a question", PRIVATE, says("宜昌消耗了\0多少磷石膏？"), FOUND),
    Row("control characters in a question", PRIVATE, says("宜昌\x07消耗了多少\x1b磷石膏？\x7f"), FOUND),
    Row("half a character", PRIVATE, hands(lambda scene: {"message": scene.message("\ud800")}), WHAT),
    Row(
        "half a character behind a question",
        PRIVATE,
        hands(lambda scene: {"message": scene.message(f"{QUESTION}\udc00")}),
        FOUND,
    ),
    Row("full-width letters and digits", PRIVATE, says("ＡＢＣ１２３"), NOT_MENTIONED),
    Row("Traditional question", PRIVATE, says("宜昌消耗了多少磷石膏？請問"), FOUND_TRADITIONAL),
    Row("Traditional question without an answer", PRIVATE, says("請問誰發明了電燈？"), "抱歉，文章裡沒有"),
    Row("Traditional user", PRIVATE, says(QUESTION), FOUND_TRADITIONAL, language="zh-hant"),
    Row("Traditional user's sticker", PRIVATE, says(sticker=STICKER), "抱歉，我只看得懂文字。請用", language="zh-hant"),
    Row("English question", PRIVATE, says("How much phosphogypsum did Yichang use?"), "Sorry, "),
    Row("mixed question", PRIVATE, says("Hi 宜昌消耗了多少磷石膏？"), FOUND),
    Row("English user", PRIVATE, says(QUESTION), FOUND_ENGLISH, language="en"),
    Row("English user's sticker", PRIVATE, says(sticker=STICKER), "Sorry, I can only read text.", language="en"),
    Row("user of a language not spoken", PRIVATE, says(QUESTION), FOUND, language="fr"),
    Row("user of no language", PRIVATE, says(QUESTION), FOUND, language=None),
    Row("line break and tab in a question", PRIVATE, says("宜昌消耗了\n多少\t磷石膏？"), FOUND),
    Row("two questions", PRIVATE, says(f"{QUESTION}\n{NEXT_QUESTION}"), (ANSWER, NEXT_ANSWER, "[2]")),
    Row("the same question thrice", PRIVATE, says(QUESTION * 3), FOUND),
    Row("a very long question", PRIVATE, says(LONG), "抱歉，文章里没有找到答案：最接近的内容没有写“"),
    Row("a very long question with the answer in it", PRIVATE, says(QUESTION + PASTED), FOUND),
    Row("an address", PRIVATE, says("https://example.com/a?b=c"), "抱歉，"),
    Row("an address behind a question", PRIVATE, says(f"{QUESTION} https://example.com/a?b=c"), "抱歉，"),
]
CONTENTS = [
    Row("sticker", PRIVATE, says(sticker=STICKER), ONLY_TEXT),
    Row("voice", PRIVATE, says(voice=FILE | {"duration": 3}), ONLY_TEXT),
    Row("audio", PRIVATE, says(audio=FILE | {"duration": 3}), ONLY_TEXT),
    Row("photo", PRIVATE, says(photo=PHOTO), ONLY_TEXT),
    Row("photo with a question", PRIVATE, says(photo=PHOTO, caption=QUESTION), FOUND),
    Row("photo with /ask in a group", GROUP, says(photo=PHOTO, caption=f"/ask {QUESTION}"), FOUND),
    Row("video", PRIVATE, says(video=FILM), ONLY_TEXT),
    Row("document", PRIVATE, says(document=FILE | {"file_name": "a.pdf"}), ONLY_TEXT),
    Row("location", PRIVATE, says(location=PLACE), ONLY_TEXT),
    Row(
        "live location that moves",
        PRIVATE,
        hands(lambda scene: {"edited_message": scene.message(None, location=PLACE | {"live_period": 900})}),
        None,
    ),
    Row(
        "venue", PRIVATE, says(venue={"location": PLACE, "title": "宜昌", "address": "湖北"}, location=PLACE), ONLY_TEXT
    ),
    Row("contact", PRIVATE, says(contact={"phone_number": "+86", "first_name": "王"}), ONLY_TEXT),
    Row("dice", PRIVATE, says(dice={"emoji": "🎲", "value": 6}), ONLY_TEXT),
    Row("poll", PRIVATE, says(poll=POLL), ONLY_TEXT),
    Row("video note", PRIVATE, says(video_note=FILE | {"length": 240, "duration": 3}), ONLY_TEXT),
    Row("animation", PRIVATE, says(animation=FILM, document=FILE), ONLY_TEXT),
    Row("story", PRIVATE, says(story={"chat": LINKED, "id": 5}), ONLY_TEXT),
    Row("content of a kind yet to be invented", PRIVATE, says(hologram={"depth": 3}), ONLY_TEXT),
    Row("sticker in a group", GROUP, says(sticker=STICKER), None),
    Row("sticker in a topic", FORUM, says(sticker=STICKER), None),
    Row("question of no one in particular in a group", GROUP, says(QUESTION), None),
    Row("/ask in a topic", FORUM, says(f"/ask {QUESTION}"), FOUND),
]
SERVICE = [
    Row("pinned message", PRIVATE, says(pinned_message=QUOTED), None),
    Row("pinned message in a group", GROUP, says(pinned_message=QUOTED), None),
    Row("new title", GROUP, says(new_chat_title="新群名"), None),
    Row("new photo", GROUP, says(new_chat_photo=PHOTO), None),
    Row("new members", GROUP, says(new_chat_members=[Person(5).json()]), None),
    Row("member left", GROUP, says(left_chat_member=Person(5).json()), None),
    Row("new topic", FORUM, says(forum_topic_created={"name": "磷石膏", "icon_color": 7322096}), None),
    Row(
        "timer of messages", PRIVATE, says(message_auto_delete_timer_changed={"message_auto_delete_time": 86400}), None
    ),
    Row("bot blocked", PRIVATE, changes_state("kicked"), None),
    Row("bot unblocked", PRIVATE, changes_state("member"), None),
    Row("bot added to a group", GROUP, changes_state("member"), JOINED),
    Row("bot added by an English user", GROUP, changes_state("member"), "Hello, I am Chuwen.", language="en"),
    Row("bot added to a channel", CHANNEL, hands(lambda scene: {"my_chat_member": promoted(scene)}), None),
]
COMMANDS = [
    Row("/ask alone", PRIVATE, says("/ask"), ASK_HOW),
    Row("/ask alone in a group", GROUP, says("/ask"), ASK_HOW),
    Row("/ask by name alone", PRIVATE, says(f"/ask{NAME}"), ASK_HOW),
    Row("/ask by name alone in a group", GROUP, says(f"/ask{NAME}"), ASK_HOW),
    Row("/ask and spaces", GROUP, says("/ask \u3000 "), ASK_HOW),
    Row("/ask alone by an English user", PRIVATE, says("/ask"), "Please write the question after /ask", language="en"),
    Row("mention alone", GROUP, says(NAME), WHAT),
    Row("/ASK", PRIVATE, says(f"/ASK {QUESTION}"), FOUND),
    Row("/ask without a space", PRIVATE, says(f"/ask{QUESTION}"), FOUND),
    Row("/ask and a new line", PRIVATE, says(f"/ask\n{QUESTION}"), FOUND),
    Row("/ask of another bot", PRIVATE, says(f"/ask@other_bot {QUESTION}"), NO_COMMAND),
    Row("/ask of another bot in a group", GROUP, says(f"/ask@other_bot {QUESTION}"), None),
    Row("/unknown", PRIVATE, says("/unknown"), NO_COMMAND),
    Row("/unknown by an English user", PRIVATE, says("/unknown"), "There is no such command.", language="en"),
    Row("/unknown in a group", GROUP, says("/unknown"), None),
    Row("a slash", PRIVATE, says("/"), WHAT),
    Row("slash and Chinese", PRIVATE, says(f"/{QUESTION}"), FOUND),
    Row("/start", PRIVATE, says("/start"), GREETING),
    Row("/start from a link", PRIVATE, says("/start payload"), GREETING),
    Row("/start by name", PRIVATE, says(f"/start{NAME}"), GREETING),
    Row("/start in a group", GROUP, says("/start"), None),
    Row("/help", PRIVATE, says("/help"), HELP),
    Row("/help and more words", PRIVATE, says("/help 怎么提问"), HELP),
    Row("/help in a group", GROUP, says("/help"), None),
    Row("/help by name in a group", GROUP, says(f"/help{NAME}"), HELP),
    Row("/help of another bot in a group", GROUP, says("/help@other_bot"), None),
]
BUTTONS = [
    Row("button with rubbish", PRIVATE, presses("rubbish"), None, toast=BUTTON_GONE),
    Row("button with nothing", PRIVATE, presses(""), None, toast=BUTTON_GONE),
    Row("button of a game", PRIVATE, presses(None, game_short_name="chess"), None, toast=BUTTON_GONE),
    Row("button with 64 bytes of rubbish", PRIVATE, presses("\x00\x7f{}" * 16), None, toast=BUTTON_GONE),
    Row("button with half a character", PRIVATE, presses("o:\ud800"), None, toast=BUTTON_GONE),
    Row(
        "button of an English user", PRIVATE, presses("?"), None, "en", "This button no longer works. Please ask again."
    ),
    Row("button with an unknown id", PRIVATE, presses("o:AAAAAAAAAAAA:1"), None, toast=BUTTON_GONE),
    Row("button with an unknown feature", PRIVATE, presses("z:{id}:1"), None, toast=BUTTON_GONE),
    Row("button of another's answer", PRIVATE, presses_anothers, None, toast=BUTTON_GONE),
    Row("button of another's answer in a group", GROUP, presses_anothers, None, toast=BUTTON_GONE),
    Row("button of a source that is not there", PRIVATE, presses("o:{id}:9"), None, toast=BUTTON_GONE),
    Row("button of source 0", PRIVATE, presses("o:{id}:0"), None, toast=BUTTON_GONE),
    Row("button of no source", PRIVATE, presses("o:{id}"), None, toast=BUTTON_GONE),
    Row("button of a negative source", PRIVATE, presses("o:{id}:-1"), None, toast=BUTTON_GONE),
    Row("button of page 9999", PRIVATE, presses("o:{id}:1:9999"), None, toast="", changed=(SOURCE,)),
    Row(
        "button of page 9999 of more", PRIVATE, presses("m:{id}:9999"), None, toast="", changed=("更多相关段落", "13. ")
    ),
    Row("button of page 10000", PRIVATE, presses("m:{id}:10000"), None, toast=BUTTON_GONE),
    Row("button of a negative page", PRIVATE, presses("m:{id}:-1"), None, toast=BUTTON_GONE),
    Row("button of a reason that is none", PRIVATE, presses("w:{id}:boring"), None, toast=BUTTON_GONE),
    Row("button of the original", PRIVATE, presses("o:{id}:1"), (SOURCE, ANSWER), toast=""),
    Row("button of the original in a topic", FORUM, presses("o:{id}:1"), (SOURCE, ANSWER), toast=""),
    Row("button too old to be shown", PRIVATE, presses_outdated, (SOURCE, ANSWER), toast=""),
    Row("button of the inline mode", PRIVATE, presses_inline, None, toast=BUTTON_GONE),
]
EDITS = [
    Row("question edited", PRIVATE, edits(NEXT_QUESTION, QUESTION), None, changed=FOUND),
    Row("question edited in a topic", FORUM, edits(f"/ask {NEXT_QUESTION}", f"/ask {QUESTION}"), None, changed=FOUND),
    Row("question edited to the same", PRIVATE, edits(QUESTION, QUESTION), None, changed=FOUND),
    Row("question edited to a command", PRIVATE, edits(QUESTION, "/unknown"), None, changed=FOUND),
    Row("question edited to /ask alone", PRIVATE, edits(QUESTION, "/ask"), ASK_HOW),
    Row("question edited to a sticker", PRIVATE, edits_away(sticker=STICKER), None, changed=FOUND),
    Row("words edited to a question in a group", GROUP, edits("你们好", f"/ask {QUESTION}", is_answered=False), FOUND),
    Row("/ask alone edited to a question", PRIVATE, edits("/ask", f"/ask {QUESTION}"), FOUND),
    Row("/start edited", PRIVATE, edits("/start", "/start "), None, changed=(GREETING,)),
    Row(
        "message edited that came before the bot",
        PRIVATE,
        hands(lambda scene: {"edited_message": scene.message(edit_date=int(time.time()))}),
        FOUND,
    ),
]
SENDERS = [
    Row(
        "forwarded question",
        PRIVATE,
        says(QUESTION, forward_origin={"type": "hidden_user", "sender_user_name": "王", "date": 1}),
        FOUND,
    ),
    Row(
        "question with a quotation",
        PRIVATE,
        says(QUESTION, reply_to_message=QUOTED, quote={"text": "别的", "position": 0}),
        FOUND,
    ),
    Row(
        "question in reply to a chat elsewhere",
        PRIVATE,
        says(QUESTION, external_reply={"origin": {"type": "hidden_user", "sender_user_name": "王", "date": 1}}),
        FOUND,
    ),
    Row(
        "question below a deleted message",
        PRIVATE,
        says(QUESTION, reply_to_message={"message_id": 3, "date": 0, "chat": Person(5).json() | {"type": "private"}}),
        FOUND,
    ),
    Row("question deleted meanwhile", PRIVATE, replies_to_a_deleted, FOUND),
    Row("question through an inline bot", PRIVATE, says(QUESTION, via_bot=OTHER_BOT), FOUND),
    Row("message of no one", PRIVATE, says_as(None, QUESTION), FOUND),
    Row("message of no one in a group", GROUP, says_as(None, f"/ask {QUESTION}"), FOUND),
    Row("message of another bot", GROUP, says_as(OTHER_BOT, f"/ask {QUESTION}"), None),
    Row("reply of another bot to an answer", GROUP, bot_answers_back, None),
    Row("private message of another bot", PRIVATE, says_as(OTHER_BOT, QUESTION), None),
    Row("sticker of another bot", PRIVATE, says_as(OTHER_BOT, sticker=STICKER), None),
    Row(
        "anonymous administrator",
        GROUP,
        says_as(ANONYMOUS, f"/ask {QUESTION}", sender_chat={"id": -1001, "type": "supergroup", "title": "群"}),
        FOUND,
    ),
    Row("in the name of a channel", GROUP, says_as(CHANNEL_BOT, f"/ask {QUESTION}", sender_chat=LINKED), FOUND),
    Row(
        "post of the linked channel",
        GROUP,
        says_as(TELEGRAM, QUESTION, sender_chat=LINKED, is_automatic_forward=True),
        None,
    ),
    Row("many entities", PRIVATE, says(QUESTION, entities=[{"type": "bold", "offset": 0, "length": 11}] * 5000), FOUND),
    Row(
        "entities beyond the text",
        GROUP,
        says(f"/ask {QUESTION}", entities=[{"type": "mention", "offset": 90, "length": 900}]),
        FOUND,
    ),
    Row(
        "entities of an unknown kind",
        PRIVATE,
        says(QUESTION, entities=[{"type": "glitter", "offset": 0, "length": 2}]),
        FOUND,
    ),
    Row("unknown field", PRIVATE, says(QUESTION, glitter={"colour": "gold"}), FOUND),
    Row("question from long ago", PRIVATE, says(QUESTION, date=1_500_000_000), "（抱歉，这条回复来晚了。）"),
]
OTHER_UPDATES = [
    Row(
        "channel post",
        CHANNEL,
        hands(lambda scene: {"channel_post": scene.message(sender_chat=scene.chat.json())}),
        None,
    ),
    Row(
        "channel post with /ask",
        CHANNEL,
        hands(lambda scene: {"channel_post": scene.message(f"/ask {QUESTION}")}),
        None,
    ),
    Row("/help in a channel", CHANNEL, hands(lambda scene: {"channel_post": scene.message(f"/help{NAME}")}), None),
    Row("edited channel post", CHANNEL, hands(lambda scene: {"edited_channel_post": scene.message()}), None),
    Row(
        "inline query",
        PRIVATE,
        hands(
            lambda scene: {"inline_query": {"id": "1", "from": scene.person.json(), "query": QUESTION, "offset": ""}}
        ),
        None,
    ),
    Row(
        "chosen inline result",
        PRIVATE,
        hands(
            lambda scene: {"chosen_inline_result": {"result_id": "1", "from": scene.person.json(), "query": QUESTION}}
        ),
        None,
    ),
    Row(
        "business message",
        PRIVATE,
        hands(lambda scene: {"business_message": scene.message(business_connection_id="b")}),
        None,
    ),
    Row(
        "edited business message",
        PRIVATE,
        hands(lambda scene: {"edited_business_message": scene.message(business_connection_id="b")}),
        None,
    ),
    Row(
        "reaction",
        PRIVATE,
        hands(
            lambda scene: {
                "message_reaction": {
                    "chat": scene.chat.json(),
                    "message_id": 1,
                    "user": scene.person.json(),
                    "date": 1,
                    "old_reaction": [],
                    "new_reaction": [{"type": "emoji", "emoji": "👍"}],
                }
            }
        ),
        None,
    ),
    Row("poll's state", PRIVATE, hands(lambda _: {"poll": POLL}), None),
    Row(
        "request to join",
        GROUP,
        hands(
            lambda scene: {
                "chat_join_request": {
                    "chat": scene.chat.json(),
                    "from": scene.person.json(),
                    "user_chat_id": scene.person.id,
                    "date": 1,
                }
            }
        ),
        None,
    ),
    Row("update of a kind yet to be invented", PRIVATE, hands(lambda scene: {"hologram": scene.message()}), None),
    Row("update with nothing", PRIVATE, hands(lambda _: {}), None),
]
TABLE = WORDS + CONTENTS + SERVICE + COMMANDS + BUTTONS + EDITS + SENDERS + OTHER_UPDATES
BY_WEBHOOK = SERVICE + SENDERS + OTHER_UPDATES + [row for row in WORDS if "half" in row.name]
REGRETS = ("Traceback", "failed", "WARNING", "ERROR", " dead")


@pytest.fixture(scope="module")
def polling_bot(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """One bot for the whole table; its log has nothing to regret afterwards."""
    with Telegram() as telegram, Bot(telegram, cache, tmp_path_factory.mktemp("bot")) as bot:
        yield bot
        assert regrets(bot) == []


@pytest.fixture(scope="module")
def webhook_bot(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The same, where Telegram calls."""
    with Telegram() as telegram, Bot(telegram, cache, tmp_path_factory.mktemp("bot"), by_webhook=True) as bot:
        yield bot
        assert regrets(bot) == []


def regrets(bot: Bot) -> list[str]:
    """What the log tells of things gone wrong."""
    return [line for line in bot.log.splitlines() if any(word in line for word in REGRETS)]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_each_kind_is_answered_rightly_and_the_next_question_too(polling_bot: Bot, row: Row) -> None:
    """Whatever comes, people see the words they may expect, nothing besides, and the bot goes on."""
    check(polling_bot, row)


@pytest.mark.parametrize("row", BY_WEBHOOK, ids=lambda row: row.name)
def test_the_same_comes_of_it_by_webhook(webhook_bot: Bot, row: Row) -> None:
    """What is unusual in an update passes another gate there."""
    check(webhook_bot, row)


def check(bot: Bot, row: Row) -> None:
    """Let it happen, ask the next question, and look at all that was written."""
    scene = Scene(bot, row.where, row.language)
    before = len(bot.telegram.messages())
    start = row.does(scene)
    after = scene.ask(NEXT_QUESTION)
    *written, last = scene.said()
    assert last == after
    assert NEXT_ANSWER in after.text
    assert after.thread == scene.thread
    replies = written[start.messages :]
    assert len(replies) == (row.reply is not None), [message.text for message in replies]
    assert all(holds(reply, row.reply) and reply.thread == scene.thread for reply in replies), replies[0].text
    assert len(bot.telegram.messages()) == before + start.elsewhere + len(written) + 1
    if start.query:
        assert scene.toast(start.query) == row.toast
    assert holds(scene.said()[0], row.changed), scene.said()[0].text


def holds(message: Message, expected: str | tuple[str, ...] | None) -> bool:
    """Whether a message begins with what is expected, or holds all the words."""
    if isinstance(expected, str):
        return message.text.startswith(expected)
    return all(words in message.text for words in expected or ())


def test_the_kinds_have_names_of_their_own() -> None:
    """Else a failure would not tell which one."""
    names = [row.name for row in TABLE]
    assert len(set(names)) == len(names)


def test_buttons_outlive_what_they_are_about(cache: Path, tmp_path: Path) -> None:
    """Where an article has gone or was corrected, the button says so, and shows the quote as it was."""
    corpus = tmp_path / "articles"
    shutil.copytree(sample_corpus(), corpus)
    with Telegram() as telegram, Bot(telegram, cache, tmp_path, CHUWEN_CORPUS=str(corpus)) as bot:
        scene = Scene(bot)
        corrected, removed = scene.ask(QUESTION), scene.ask(NEXT_QUESTION)
        assert bot.end() == 0
        (corpus / REMOVED).unlink()
        correct(corpus / CORRECTED, ANSWER, "约38万吨")
        assert run(bot.environment, "reload").returncode == 0
        bot.start()
        bot.wait_ready()
        shown = [original(scene, answer) for answer in (corrected, removed)]
        assert shown[0].text.count(ANSWER) == 1
        assert holds(shown[0], (SOURCE, "这篇文章后来有改动，原句已找不到，下面是当时引用的原句", "约38万吨"))
        assert holds(shown[1], ("这篇文章现在已不在库中，下面是当时引用的原句：", NEXT_ANSWER))
        assert "约38万吨" in scene.ask(QUESTION).text
        assert regrets(bot) == []


def original(scene: Scene, answer: Message) -> Message:
    """What the button of the original shows."""
    before = len(scene.said())
    query = scene.press(next(iter(answer.buttons.values())), answer.json)
    assert scene.toast(query) == ""
    return scene.telegram.wait_for_messages(before + 1, scene.chat)[-1]


def correct(file: Path, words: str, other: str) -> None:
    """Change words of an article."""
    text = file.read_text("utf-8")
    assert words in text
    file.write_text(text.replace(words, other), "utf-8")
