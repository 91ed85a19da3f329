"""What operators do, from the folder of articles to the chat: check, publish, go back, hide, appoint, and look on."""

from __future__ import annotations

import asyncio
import datetime
import json
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.service.asking import Asking
from bot.service.presence import Presence
from bot.service.publishing import Place
from bot.service.shelf import Shelf
from bot.settings import sample_corpus
from bot.store import jobs
from bot.store.database import Database
from bot.store.operations import Actor, JobKind, Request
from bot.telegram.operations import Operations, Schedule
from bot.texts import Language, texts
from tests.e2e.asking import ANSWER, QUESTION, newcomer
from tests.e2e.emulator import Message, Telegram
from tests.e2e.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANN, BEN, EVE = 7001, 7002, 7003  # operators: simplified Chinese, English, traditional Chinese
CEO = 8001  # appointed on the way
SAID, ENGLISH = texts(Language.SIMPLIFIED).operating, texts(Language.ENGLISH).operating
UNCHANGED = "没有变化"
PORT = "【宜昌招商】新港码头<一期>开工 & 招标"
PORT_FILE = f"---\ntitle: {PORT}\ndate: 2025-08-01\n---\n宜昌新港码头2025年7月开工建设，总投资12亿元。\n"
PORT_QUESTION, PORT_ANSWER = "宜昌新港码头总投资多少？", "12亿元"
BAD_FILE = "---\ntitle: 开工\ndate: 7月19日\n---\n荆州项目开工。\n"
BAOGANG = "宝钢黄石新港项目的二期工程{year}年正式动工，宝钢集团同黄石市的长期合作由此又深一层。"
PAGE = "hubei-2025-07-19.txt"  # five of the ten articles
GYPSUM, STEEL = "yichang-linshigao-2019.md", "huangshi-baogang-2024.md"
GYPSUM_TITLE = "【宜昌招商】磷石膏综合利用变废为材 宜昌绿色建筑有了新路"
STEEL_QUESTION = "宝钢黄石新港二期什么时候开工？"
UNKNOWN = "荆州长江大学有多少名教授？"
OPEN = (
    "SELECT update_id FROM inbox WHERE ended_at IS NULL UNION ALL SELECT id FROM outbox WHERE state = 'waiting' "
    "UNION ALL SELECT id FROM jobs WHERE ended_at IS NULL"
)


@dataclass(frozen=True)
class Folder:
    """The operators' folder of articles."""

    path: Path

    def write(self, name: str, text: str | bytes) -> None:
        """A new file, or another content."""
        (self.path / name).write_bytes(text.encode() if isinstance(text, str) else text)

    def change(self, name: str, before: str, after: str) -> None:
        """Put other words into a file."""
        text = (self.path / name).read_text("utf-8")
        assert before in text
        self.write(name, text.replace(before, after))

    def remove(self, name: str) -> None:
        """Take a file away."""
        (self.path / name).unlink()

    def restore(self, *names: str) -> None:
        """Put files back as they are in the sample."""
        for name in names:
            shutil.copy(sample_corpus() / name, self.path / name)


@dataclass(frozen=True)
class Told:
    """What came of a press: the words that popped up, and the messages that are new or were changed, as they stand."""

    toast: str | None
    messages: tuple[Message, ...]

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

    def settle(self, seconds: float = 30) -> None:
        """Wait until nothing is to be done any more."""
        self.telegram.wait_for(lambda: self.telegram.pending == 0 and not self.bot.rows(OPEN), seconds)

    def say(
        self, words: str, person: int = ANN, reply_to: Message | None = None, language: str | None = None
    ) -> Message:
        """Say something in private, and return the last reply."""
        number = self.telegram.say(words, person, language_code=language, reply_to=reply_to and reply_to.message_id)
        self.settle()
        return [message for message in self.telegram.messages(person) if message.reply_to == number][-1]

    def press(self, label: str, message: Message, person: int | None = None) -> Told:
        """Press the button with that label."""
        return self.press_data(message.buttons[label], message, person)

    def press_data(self, carried: str, message: Message, person: int | None = None) -> Told:
        """Press a button that carries that, though it may not stand there any more."""
        before = self.standing(message.chat)
        query = self.telegram.press(carried, message, person)
        self.settle()
        answers = (call.parameters for call in self.telegram.calls("answerCallbackQuery"))
        toast = next((one.get("text") for one in answers if str(one["callback_query_id"]) == query), None)
        after = self.standing(message.chat)
        return Told(toast, tuple(one for key, one in after.items() if before.get(key) != one))

    def standing(self, chat: int) -> dict[int, Message]:
        """All that the bot has said there."""
        return {one.message_id: one for one in self.telegram.messages(chat)}

    def ask(self, question: str, person: int | None = None) -> Message:
        """Ask, again if need be until what was published last answers."""
        for _ in range(20):
            told = self.say(question, person or newcomer())
            ((generation,),) = self.bot.rows(
                "SELECT generation FROM answers ORDER BY asked_at DESC, message_id DESC LIMIT 1"
            )
            if generation == self.generation:
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
    def articles(self) -> int:
        """How many are published."""
        return int(json.loads(self.bot.rows("SELECT counts FROM generations ORDER BY number DESC")[0][0])["articles"])


@pytest.fixture(scope="module")
def life(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """A bot with a folder of its own."""
    home = tmp_path_factory.mktemp("bot")
    shutil.copytree(sample_corpus(), home / "corpus")
    operators = f"{ANN}, {BEN}, {EVE}"
    with (
        Telegram() as telegram,
        Bot(telegram, cache, home, CHUWEN_CORPUS=str(home / "corpus"), CHUWEN_OPERATORS=operators) as bot,
    ):
        yield Life(telegram, bot, Folder(home / "corpus"))
    assert "Traceback" not in bot.log
    assert " ERROR " not in bot.log


@dataclass(frozen=True)
class First:
    """The first reload of the walk, and the check before it."""

    check: Message
    is_checked_only: bool
    report: Message
    number: int


@pytest.fixture(scope="module")
def first(life: Life) -> First:
    """Add an article, correct another, and make a mistake in a third; look, then publish."""
    life.folder.write("port.md", PORT_FILE)
    life.folder.change(STEEL, "2024年", "2023年")
    life.folder.write("bad.md", BAD_FILE)
    before = life.published
    check = life.say("/check")
    is_checked_only = life.published == before
    report = life.press(SAID["button-publish"], check).only
    return First(check, is_checked_only, report, life.generation)


# Checking and publishing


def test_a_check_tells_what_a_reload_would_do(first: First) -> None:
    """An operator looks before everybody does."""
    for told in (first.check.text, first.report.text):
        assert "新增 1 · 更正 1 · 删除 0 · 未变 9 · 有问题 1" in told
        assert f"• {PORT}（port.md:1）" in told
        assert "bad.md:3: 日期“7月19日”无法识别" in told
        assert f"{BAOGANG.format(year=2024)} → {BAOGANG.format(year=2023)}" in told
    assert SAID["checked"] in first.check.text
    assert SAID["button-publish"] in first.check.buttons


def test_a_check_changes_nothing(first: First) -> None:
    """Else it would be a reload."""
    assert first.is_checked_only


def test_a_reload_publishes(life: Life, first: First) -> None:
    """What people ask from then on is answered from it, the correction too."""
    assert f"已发布第 {first.number} 代" in first.report.text
    assert PORT_ANSWER in life.ask(PORT_QUESTION).text
    assert "2023年" in life.ask(STEEL_QUESTION).text


def test_a_reload_is_one_message_that_changes(life: Life, first: First) -> None:
    """A chat full of progress would bury what matters, so there is one message, and a press is answered below it."""
    assert first.report.reply_to == first.check.message_id
    assert first.report.edits >= 1
    assert not any("⏳" in message.text for message in life.telegram.messages(ANN))


@pytest.mark.usefixtures("first")
def test_a_reload_of_the_same_says_so(life: Life) -> None:
    """A second number for the same would mislead."""
    before = life.published
    told = life.say("/reload")
    assert SAID["unchanged"].format(generation=life.generation) in told.text
    assert life.published == before


@pytest.mark.usefixtures("first")
def test_two_reloads_at_once_are_one(life: Life) -> None:
    """The second operator is told who is at it, and waits."""
    life.telegram.say("/reload", BEN, language_code="en")
    life.telegram.say("/reload", EVE, language_code="zh-hant")
    life.settle()
    english, traditional = (life.telegram.messages(chat)[-1].text for chat in (BEN, EVE))
    if "under way" in english:
        assert f"({EVE})" in english
        assert "沒有變化" in traditional
    else:
        assert f"({BEN})" in traditional
        assert "已經有一次更新在進行" in traditional
        assert ENGLISH["unchanged"].format(generation=life.generation) in english


@pytest.mark.usefixtures("first")
def test_a_double_tap_is_one_reload(life: Life) -> None:
    """A phone that hangs is tapped twice."""
    before = len(life.bot.rows("SELECT id FROM jobs"))
    numbers = [life.telegram.say("/reload", ANN) for _ in range(2)]
    life.settle()
    told = [message.text for message in life.telegram.messages(ANN) if message.reply_to in numbers]
    assert sum(UNCHANGED in words for words in told) == 1
    assert sum("已经有一次更新在进行" in words for words in told) == 1
    assert len(life.bot.rows("SELECT id FROM jobs")) == before + 1


@pytest.mark.usefixtures("first")
def test_operators_are_told_in_their_language(life: Life) -> None:
    """Two of the three do not read simplified Chinese."""
    english = life.say("/status", BEN, language="en")
    assert ENGLISH["status"] in english.text
    assert ENGLISH["button-refresh"] in english.buttons
    traditional = life.say("/status", EVE, language="zh-hant")
    assert texts(Language.TRADITIONAL).operating["status"] in traditional.text
    check = life.say("/check", BEN)
    assert "bad.md:3: " in check.text
    assert not any(character in check.text for character in "检查日期无法识别")


@pytest.mark.usefixtures("first")
def test_a_report_that_is_long_is_several_messages(life: Life) -> None:
    """Telegram refuses more than 4,096 units; the next step is below the last."""
    names = [file.name for file in sample_corpus().glob("*-*.md")]
    try:
        for name in names:
            text = (life.folder.path / name).read_text("utf-8")
            head, body = text.split("\n---\n", 1)
            life.folder.write(name, f"{head}\n---\n{body.replace('。', '，特此说明，请各有关单位周知并认真落实。')}")
        number = life.telegram.say("/check", ANN)
        life.settle()
    finally:
        life.folder.restore(*names)
        life.folder.change(STEEL, "2024年", "2023年")
    told = [message for message in life.telegram.messages(ANN) if message.message_id > number]
    assert len(told) > 1
    assert told[0].reply_to == number
    assert [bool(message.buttons) for message in told] == [False] * (len(told) - 1) + [True]
    assert f"更正 {len(names)}" in told[0].text


@pytest.mark.usefixtures("first")
def test_a_folder_that_is_gone_leaves_everything(life: Life) -> None:
    """A disk that is not mounted must not empty the bot."""
    before, aside = life.published, life.folder.path.with_name("aside")
    life.folder.path.rename(aside)
    try:
        told = life.say("/reload")
    finally:
        aside.rename(life.folder.path)
    assert SAID["failed"].format(generation=life.generation) in told.text
    assert str(life.folder.path) in told.text
    assert life.published == before
    assert PORT_ANSWER in life.ask(PORT_QUESTION).text


@pytest.mark.usefixtures("first")
def test_a_file_that_cannot_be_read_keeps_its_articles(life: Life) -> None:
    """A broken copy is a mishap, no deletion."""
    name, question = "xiangcheng-baoan-tongban.md", "襄城区常住人口约多少？"
    life.folder.write(name, b"\x00\xff\xfe\x00" * 100)
    try:
        told = life.say("/reload")
    finally:
        life.folder.restore(name)
    assert "删除 0" in told.text
    assert SAID["counts-kept"].format(kept=1) in told.text
    assert f"{name}: " in told.text
    assert "约50万" in life.ask(question).text


# What is held back


@pytest.mark.usefixtures("first")
def test_a_large_removal_is_asked_about(life: Life) -> None:
    """Half a folder is more often lost than meant to go."""
    before, were, text = life.published, life.articles, (life.folder.path / PAGE).read_bytes()
    life.folder.remove(PAGE)
    held = life.say("/reload")
    assert SAID["held"] in held.text
    assert f"要删除 5 篇，超过原有 {were} 篇的五分之一" in held.text
    assert life.published == before
    _drop(life, held)
    assert life.published == before
    held = life.say("/reload")
    anyway, drop = (held.buttons[SAID[f"button-{name}"]] for name in ("publish-anyway", "drop"))
    life.folder.remove("bad.md")  # it is no article, so nothing else would be published
    told = life.press_data(anyway, held)
    assert any(f"已发布第 {life.generation} 代" in message.text for message in told.messages)
    assert life.articles == were - 5
    for carried in (anyway, drop):
        assert life.press_data(carried, held) == Told(SAID["settled"], ())
    life.folder.write(PAGE, text)
    life.folder.write("bad.md", BAD_FILE)
    assert "新增 5" in life.say("/reload").text
    assert life.articles == were


def _drop(life: Life, held: Message) -> None:
    """Give up what was held back, and see that it is decided."""
    drop, anyway = (held.buttons[SAID[f"button-{name}"]] for name in ("drop", "publish-anyway"))
    told = life.press_data(drop, held)
    assert told.toast == SAID["cancelled"]
    assert not told.only.buttons
    assert told.only.text == held.text
    for carried in (drop, anyway):
        assert life.press_data(carried, held) == Told(SAID["settled"], ())


@pytest.mark.usefixtures("first")
def test_two_operators_decide_once(life: Life) -> None:
    """One publishes, the other gives up, in the same moment: what counts is what came first, all of it."""
    before, text = life.generation, (life.folder.path / PAGE).read_bytes()
    life.folder.remove(PAGE)
    try:
        held = life.say("/reload")
        for name in ("drop", "publish-anyway"):
            life.telegram.press(held.buttons[SAID[f"button-{name}"]], held)
        life.settle()
        assert life.generation == before
        assert life.bot.rows('SELECT "end" FROM jobs ORDER BY id DESC LIMIT 1') == [("dropped",)]
    finally:
        life.folder.write(PAGE, text)


@pytest.mark.usefixtures("first")
def test_what_was_approved_is_weighed_anew_where_the_folder_changed(life: Life) -> None:
    """Yes to five removals is no yes to six."""
    before, page, steel = life.published, *((life.folder.path / name).read_bytes() for name in (PAGE, STEEL))
    life.folder.remove(PAGE)
    try:
        held = life.say("/reload")
        life.folder.remove(STEEL)
        told = life.press(SAID["button-publish-anyway"], held)
        assert any("要删除 6 篇" in message.text for message in told.messages)
        assert life.published == before
    finally:
        life.folder.write(PAGE, page)
        life.folder.write(STEEL, steel)


@pytest.fixture
def without_gypsum(life: Life, first: First) -> Iterator[None]:
    """One article is missing in the folder, which alone is no reason to ask; then it is back, and nothing changed."""
    assert first.number
    before = life.published
    life.folder.remove(GYPSUM)
    yield
    life.folder.restore(GYPSUM)
    (life.folder.path / "canary.jsonl").unlink(missing_ok=True)
    assert life.published == before


@pytest.mark.usefixtures("without_gypsum")
def test_a_question_that_would_break_holds_back(life: Life) -> None:
    """The operator wrote down what must be answered."""
    gold = {"question": QUESTION, "articles": ["yichang-linshigao-2019"], "answers": [ANSWER]}
    life.folder.write("canary.jsonl", json.dumps(gold, ensure_ascii=False))
    held = life.say("/reload")
    assert SAID["held"] in held.text
    assert texts(Language.SIMPLIFIED).holds["worse"] in held.text  # type: ignore[index]  # a StrEnum's value
    assert SAID["canary"].format(asked=1, before=1, after=0) in held.text
    assert f"✗ {QUESTION}\n  原来：" in held.text
    assert ANSWER in held.text
    _drop(life, held)


@pytest.mark.usefixtures("without_gypsum")
def test_canary_questions_that_cannot_be_read_hold_back(life: Life) -> None:
    """Who wrote them relies on them."""
    life.folder.write("canary.jsonl", '{"question": "什么？"\n')
    held = life.say("/reload")
    assert SAID["held"] in held.text
    assert "canary.jsonl:1: 核对问题读不了" in held.text
    _drop(life, held)


@pytest.mark.usefixtures("without_gypsum")
def test_an_answer_that_people_liked_holds_back(life: Life) -> None:
    """Where no operator wrote questions down, people's thumbs tell which answers matter."""
    answer = life.ask(QUESTION)
    assert life.press("👍", answer).toast == texts(Language.SIMPLIFIED).thanks
    held = life.say("/reload")
    assert SAID["held"] in held.text
    assert SAID["canary-liked"] in held.text
    assert f"✗ {QUESTION}" in held.text
    _drop(life, held)


# Going back


@pytest.mark.usefixtures("first")
def test_a_rollback_brings_back_what_was_there(life: Life) -> None:
    """What turns out wrong is gone with two taps, and comes back with one."""
    life.folder.write("extra.md", "---\ntitle: 【荆门招商】漳河机场扩建\n---\n荆门漳河机场扩建工程投资8亿元。\n")
    life.say("/reload")
    mistaken = life.generation
    question = "荆门漳河机场扩建工程投资多少？"
    assert "8亿元" in life.ask(question).text
    listed = life.say("/generations")
    assert f"第 {mistaken} 代 · " in listed.text
    assert SAID["generation-serving"] in listed.text
    asked = life.press(SAID["button-rollback"].format(number=mistaken - 1), listed).only
    assert SAID["ask-rollback"].splitlines()[1] in asked.text
    assert life.generation == mistaken
    done = life.press(SAID["button-rollback-sure"].format(number=mistaken - 1), asked).messages[-1]
    assert SAID["rolled-back"].format(origin=mistaken - 1, generation=mistaken + 1) in done.text
    assert "8亿元" not in life.ask(question).text
    assert SAID["status-behind"] in life.say("/status").text
    assert SAID["behind-folder"] in life.say("/generations").text
    told = life.press(SAID["button-publish"], done).only
    assert f"已发布第 {mistaken + 2} 代" in told.text
    assert "8亿元" in life.ask(question).text
    life.folder.remove("extra.md")
    life.say("/reload")


@pytest.mark.usefixtures("first")
def test_a_rollback_is_asked_about_and_can_be_left(life: Life) -> None:
    """A slip of the finger publishes nothing."""
    before = life.published
    asked = life.say("/rollback")
    told = life.press(SAID["button-cancel"], asked)
    assert told.toast == told.only.text == SAID["cancelled"]
    assert not told.only.buttons
    for words, answer in (
        (f"/rollback {life.generation}", SAID["is-serving"].format(number=life.generation)),
        ("/rollback 999", SAID["no-such-generation"].format(number=999)),
        ("/rollback 昨天", "已发布的内容"),
    ):
        assert answer in life.say(words).text
    assert life.published == before


# Hiding


@pytest.mark.usefixtures("first")
def test_a_hidden_article_is_gone_everywhere(life: Life) -> None:
    """What must not be read any more is taken out of answers, and out of what was said; then it comes back."""
    stranger = newcomer()
    theirs, mine = life.ask(QUESTION, stranger), life.ask(QUESTION, ANN)
    original = next(carried for label, carried in theirs.buttons.items() if "原文" in label)
    opened = life.press_data(original, theirs).only
    assert ANSWER in opened.text
    asked = life.say("/hide", reply_to=mine)
    sure = life.press(SAID["button-hide"].format(title=GYPSUM_TITLE), asked).only
    assert GYPSUM_TITLE in sure.text
    assert ANSWER in life.ask(QUESTION, stranger).text  # it was only asked
    life.press(SAID["button-hide-sure"], sure)
    told = life.say(QUESTION, stranger)
    assert ANSWER not in told.text
    for chat in (stranger, ANN):
        assert not any(ANSWER in one.text for one in life.telegram.messages(chat)), chat
    assert life.standing(stranger)[theirs.message_id].text == SAID["withdrawn"]
    assert not life.standing(stranger)[theirs.message_id].buttons
    again = life.press_data(original, theirs)
    assert not any("磷石膏" in message.text for message in again.messages)
    assert "撤下的文章：1 篇" in life.say("/status").text
    listed = life.say("/unhide")
    assert f"• {GYPSUM_TITLE} · 小明 ({ANN}) · " in listed.text
    back = life.press(SAID["button-unhide"].format(title=GYPSUM_TITLE), listed)
    assert back.only.text == SAID["is-unhidden"].format(title=GYPSUM_TITLE)
    life.telegram.wait_for(lambda: ANSWER in life.say(QUESTION, stranger).text)
    assert (
        life.press_data(listed.buttons[SAID["button-unhide"].format(title=GYPSUM_TITLE)], listed).toast
        == SAID["settled"]
    )


@pytest.mark.usefixtures("first")
def test_an_article_is_hidden_by_words_of_its_title(life: Life) -> None:
    """Not every article was cited in a chat that the operator has; titles hold what HTML would take for tags."""
    asked = life.say("/hide 码头<一期>")
    chosen = life.press(SAID["button-hide"].format(title=PORT), asked).only
    assert PORT in chosen.text
    hidden = life.press(SAID["button-hide-sure"], chosen).only
    assert PORT in hidden.text
    assert PORT_ANSWER not in life.say(PORT_QUESTION, newcomer()).text
    back = life.press(SAID["button-unhide"].format(title=PORT), hidden).only
    assert PORT in back.text
    assert SAID["unhide-none"] in life.say("/unhide").text
    assert life.say("/hide").text == SAID["hide-how"]
    assert life.say("/hide 没有这样的标题").text == SAID["hide-none"].format(words="没有这样的标题")


@pytest.mark.usefixtures("first")
def test_an_answer_under_way_does_not_quote_what_was_just_hidden(life: Life) -> None:
    """Between reading and sending lies a moment, and it must not be the wrong one."""
    life.telegram.wait_for(lambda: ANSWER in life.say(QUESTION, newcomer()).text)
    asked = life.say("/hide 磷石膏")
    sure = life.press(SAID["button-hide"].format(title=GYPSUM_TITLE), asked).only
    chats = [newcomer() for _ in range(30)]
    life.telegram.say_many((chat, QUESTION) for chat in chats[:15])
    life.telegram.press(sure.buttons[SAID["button-hide-sure"]], sure)
    life.telegram.say_many((chat, QUESTION) for chat in chats[15:])
    life.settle()
    shown = [message.text for chat in chats for message in life.telegram.messages(chat)]
    assert len(shown) == len(chats)
    assert not [text for text in shown if ANSWER in text]
    life.press(SAID["button-unhide"].format(title=GYPSUM_TITLE), life.say("/unhide"))


# Near-duplicates


@pytest.mark.usefixtures("first")
def test_a_copy_is_told_of_and_listed_once(life: Life) -> None:
    """The same report from two sources would fill a list with itself."""
    copied = "【黄石招商】宝钢新港二期开工（转载）"
    text = (life.folder.path / STEEL).read_text("utf-8")
    text = text.replace("id: huangshi-baogang-2024", "id: copy").replace(
        "宝钢黄石新港二期动工 老合作迈出新一步", copied[6:]
    )
    life.folder.write("copy.md", text.replace("次年便达到设计产能", "次年就达到设计产能"))
    told = life.say("/reload")
    assert SAID["counts-duplicates"].format(duplicates=1) in told.text
    assert SAID["heading-duplicates"] in told.text
    assert f"{copied}（copy.md:1） ≈ 【黄石招商】宝钢黄石新港二期动工" in told.text
    titles = (copied, "宝钢黄石新港二期动工 老合作迈出新一步")
    answer = life.ask(STEEL_QUESTION)
    more = life.press(texts(Language.SIMPLIFIED).button_more, answer).only
    nearest = life.ask("宝钢黄石新港一期的食堂有多少个座位？")
    assert texts(Language.SIMPLIFIED).nearest in nearest.text
    assert texts(Language.SIMPLIFIED).twins.format(count=1) in answer.text
    for shown in (answer.text + more.text, nearest.text):
        assert sum(title in shown for title in titles) == 1, shown
    life.folder.remove("copy.md")
    life.say("/reload")


# Who operates, and what was done


@pytest.mark.usefixtures("first")
def test_operators_appoint_and_remove_each_other(life: Life) -> None:
    """The settings are not at hand at night."""
    assert life.say("/operators").text.count("（写在设置里）") == 3
    assert life.say(f"/operators {CEO}").text == SAID["operator-new"].format(person=CEO)
    assert life.say(f"/operators {CEO}").text == SAID["operator-is"].format(person=CEO)
    assert life.say("/operators 12x").text == SAID["operators-bad"].format(found="12x")
    assert SAID["status"] in life.say("/status", CEO).text
    listed = life.say("/operators", CEO)
    assert f"{CEO} · 由 小明 ({ANN}) 于 " in listed.text
    asked = life.press(SAID["button-dismiss"].format(person=CEO), listed).only
    assert asked.text == SAID["ask-dismiss"].format(person=CEO)
    gone = life.press(SAID["button-dismiss-sure"].format(person=CEO), asked).only
    assert gone.text == SAID["operator-gone"].format(person=CEO)
    assert life.say("/status", CEO).text == SAID["refused"].format(person=CEO)
    fixed = life.press_data(f"op:dismiss-sure:{ANN}", life.say("/operators")).only
    assert fixed.text == SAID["operator-fixed"].format(person=ANN)
    assert SAID["status"] in life.say("/status").text


def test_the_audit_log_is_read_in_pages(life: Life, first: First) -> None:
    """Who did what is asked weeks later."""
    stranger = newcomer()
    life.telegram.say_many([(stranger, "/status")] * 16)
    life.settle()
    newest = life.say("/audit")
    pages = -(-len(life.bot.rows("SELECT id FROM audit WHERE action != 'audit'")) // 15)
    assert SAID["audit"].format(page=1, pages=pages) in newest.text or pages > 2
    assert f"({stranger})：/status → 已拒绝" in newest.text
    assert list(newest.buttons) == [SAID["button-older"]]
    told = [newest.text]
    page = newest
    while SAID["button-older"] in page.buttons:
        page = life.press(SAID["button-older"], page).only
        told.append(page.text)
    assert f"#{first.number} +1 ~1 -0 → 完成" in "\n".join(told)
    assert "首次启动：首次发布" in told[-1]
    back = life.press(SAID["button-newer"], page).only
    assert back.message_id == newest.message_id


# Looking on


@pytest.mark.usefixtures("first")
def test_the_status_tells_numbers(life: Life) -> None:
    """An operator sees at a glance whether anything needs a hand."""
    told = life.say("/status")
    ((counts,),) = life.bot.rows("SELECT counts FROM generations ORDER BY number DESC LIMIT 1")
    for words in (
        "正在使用：第 {} 代，{articles} 篇，{paragraphs} 段".format(life.generation, **json.loads(counts)),
        SAID["status-hidden"].format(count=0),
        SAID["status-no-schedule"],
        SAID["status-dead"].format(dead=0, aside=0),
        SAID["status-errors"].format(errors=0),
        "共 1 个进程",
    ):
        assert words in told.text
    time.sleep(1)
    refreshed = life.press(SAID["button-refresh"], told)
    assert refreshed.only.message_id == told.message_id
    assert refreshed.only.text != told.text  # the time since the start


@pytest.mark.usefixtures("first")
def test_what_was_asked_is_shown_as_a_picture(life: Life) -> None:
    """Fourteen days of numbers are read faster as bars."""
    life.ask(QUESTION)
    ((asked,),) = life.bot.rows("SELECT count(*) FROM answers WHERE reason IS NULL OR reason != 'empty-question'")
    told = life.say("/stats")
    assert "photo" in told.json
    assert f"最近 14 天：{asked} 个问题，回答率 " in told.text
    assert f"1. {QUESTION}（" in told.text
    (call,) = (one for one in life.telegram.calls("sendPhoto") if one.message_id == told.message_id)
    assert call.accepted
    assert SAID["button-unanswered"] in told.buttons


@pytest.mark.usefixtures("first")
def test_what_was_asked_in_vain_is_listed(life: Life) -> None:
    """It is what to publish next; what two people miss comes before what one misses three times."""
    for person in (CEO + 1, CEO + 1, CEO + 2):
        life.ask(UNKNOWN, person)
    life.ask(QUESTION)
    told = life.say("/unanswered")
    assert f"{UNKNOWN}（2 人，3 次）" in told.text
    assert QUESTION not in told.text
    stats = life.say("/stats")
    assert UNKNOWN in life.press(SAID["button-unanswered"], stats).only.text


@pytest.mark.usefixtures("first")
def test_why_an_answer_is_as_it_is(life: Life) -> None:
    """Who doubts an answer wants to see what was weighed."""
    answer = life.ask(QUESTION, ANN)
    told = life.say("/why", reply_to=answer).text
    assert SAID["why-heading"].format(question=QUESTION) in told
    assert "关键词：宜昌、消耗、磷石膏" in told
    assert f"{GYPSUM_TITLE} §1" in told
    assert "置信度 0." in told
    assert SAID["why-changed"] not in told
    assert life.say("/why").text == SAID["why-how"]
    assert SAID["why-heading"].format(question=UNKNOWN) in life.say(f"/why {UNKNOWN}").text
    life.folder.change(STEEL, "优化城区的空间布局", "改善城区的空间布局")
    life.say("/reload")
    assert SAID["why-changed"] in life.say("/why", reply_to=answer).text


# What does not go well


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.usefixtures("first")
def test_a_reload_that_was_cut_off_is_done_after_the_next_start(life: Life, number: int) -> None:
    """A machine that restarts must not leave an operator waiting, nor half of a folder published."""
    before, name = life.generation, f"cut-{number}.md"
    life.folder.write(name, f"---\ntitle: 【随州招商】{number}号专汽园\n---\n随州{number}号专汽园投资{number}亿元。\n")
    asked = life.telegram.say("/reload", ANN)
    life.telegram.wait_for(lambda: life.bot.rows("SELECT id FROM jobs WHERE process_id IS NOT NULL"))
    life.bot.tell(number)
    assert life.bot.process is not None
    life.bot.process.wait(10)
    assert life.bot.rows("SELECT count(*) FROM jobs WHERE ended_at IS NULL") == [(1,)]
    assert life.generation == before
    life.bot.start()
    life.bot.wait_ready()
    life.settle()
    (told,) = (message for message in life.telegram.messages(ANN) if message.reply_to == asked)
    assert f"已发布第 {before + 1} 代" in told.text
    assert life.generation == before + 1
    assert f"{number}亿元" in life.ask(f"随州{number}号专汽园投资多少？").text


# By the schedule


@dataclass(frozen=True)
class Scheduled:
    """What does jobs, without a bot around it: due at every look, instead of every so many minutes."""

    database: Database
    operations: Operations
    folder: Folder

    def ends(self) -> list[tuple[str, str | None]]:
        """The jobs, and how they ended."""
        with self.database.reading() as connection:
            kinds = connection.exec_driver_sql('SELECT kind, "end" FROM jobs ORDER BY id').all()
        return [(str(kind), end) for kind, end in kinds]

    def told(self) -> list[tuple[int, str]]:
        """To whom something goes out, and what."""
        with self.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT chat_id, payload FROM outbox ORDER BY id").all()
        return [(int(chat), str(json.loads(payload)["html"])) for chat, payload in rows]

    def ask(self, kind: JobKind, target: int | None = None) -> None:
        """A job that an operator asks for."""
        now = datetime.datetime.now(datetime.UTC)
        with self.database.writing() as connection:
            assert jobs.ask(connection, Request(kind, Actor("小明"), Language.SIMPLIFIED, target=target), now)

    def run(self, count: int, seconds: float = 20) -> None:
        """Until so many jobs have ended, and nothing else is begun for a while."""
        asyncio.run(self._run(count, seconds))

    async def _run(self, count: int, seconds: float) -> None:
        work = asyncio.ensure_future(self.operations.run())
        async with asyncio.timeout(seconds):
            while sum(end is not None for _, end in self.ends()) < count:
                await asyncio.sleep(0.05)
        await asyncio.sleep(1.2)  # it looks twice a second
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        assert len(self.ends()) == count


@pytest.fixture
def scheduled(tmp_path: Path, cache: Path) -> Iterator[Scheduled]:
    """A store in which the sample was published."""
    shutil.copytree(sample_corpus(), tmp_path / "corpus")
    address = str(tmp_path / "store.db")
    place = Place(address, tmp_path / "corpus", cache, 5, lambda: datetime.date(2026, 1, 1))
    database = Database.open(address)
    presence = Presence(database)
    presence.start()
    shelf = Shelf(database, place, lambda library, number: Asking(library, generation=number))
    schedule = Schedule(0, Language.SIMPLIFIED, (ANN,))
    made = Scheduled(
        database, Operations(database, presence, place, shelf, schedule, lambda: None), Folder(tmp_path / "corpus")
    )
    made.ask(JobKind.LOAD)
    made.run(1)
    yield made
    presence.stop()
    database.close()


def test_by_the_schedule_what_changed_is_published_and_told(scheduled: Scheduled) -> None:
    """Nobody has to think of it; and every operator reads what it came to."""
    scheduled.folder.write("port.md", PORT_FILE)
    scheduled.run(2)
    assert scheduled.ends() == [("load", "done"), ("scheduled", "done")]
    ((chat, words),) = scheduled.told()
    assert chat == ANN
    assert "已发布第 2 代" in words


def test_by_the_schedule_a_removal_is_held_and_told_once(scheduled: Scheduled) -> None:
    """Every few minutes the same question would drive operators mad."""
    scheduled.folder.remove(PAGE)
    scheduled.run(2)
    assert scheduled.ends()[1:] == [("scheduled", "held")]
    assert len(scheduled.told()) == 1


def test_by_the_schedule_nothing_is_published_after_a_rollback(scheduled: Scheduled) -> None:
    """Who went back has a reason, and the folder still holds it."""
    scheduled.folder.write("port.md", PORT_FILE)
    scheduled.run(2)
    scheduled.ask(JobKind.ROLLBACK, target=1)
    scheduled.run(3)
    scheduled.folder.remove("port.md")
    scheduled.folder.change(STEEL, "2024年", "2023年")
    scheduled.run(3)
    assert scheduled.ends()[2:] == [("rollback", "done")]
