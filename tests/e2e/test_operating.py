"""What operators do, from the folder of articles to the chat: check, publish, go back, hide, appoint, and look on."""

from __future__ import annotations

import asyncio
import datetime
import json
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.job_codes import Hold
from bot.domain.jobs import Actor, JobKind, JobRequest
from bot.domain.messages import Priority
from bot.service.answers import AnswerService
from bot.service.heartbeat import Heartbeat
from bot.service.publishing.live_library import LiveLibrary
from bot.service.publishing.publish import Place
from bot.settings import sample_corpus
from bot.store.db.database import Database
from bot.store.queue import job_queue
from bot.telegram.jobs.runner import JobRunner, Schedule
from bot.texts import Language, texts_in
from tests.support.asking import ANSWER, QUESTION, newcomer
from tests.support.emulator import Message, Telegram
from tests.support.life import ANN, Folder, Life, Told
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEN, EVE = 7002, 7003  # operators: simplified Chinese, English, traditional Chinese
CEO = 8001  # appointed on the way
KEPT = 3  # generations
SAID, ENGLISH = texts_in(Language.SIMPLIFIED).operating, texts_in(Language.ENGLISH).operating
PORT = "【宜昌招商】新港码头<一期>开工 & 招标"
PORT_FILE = f"---\ntitle: {PORT}\ndate: 2025-08-01\n---\n宜昌新港码头2025年7月开工建设，总投资12亿元。\n"
PORT_QUESTION, PORT_ANSWER = "宜昌新港码头总投资多少？", "12亿元"
BAD_FILE = "---\ntitle: 开工\ndate: 7月19日\n---\n荆州项目开工。\n"
PAGE = "hubei-2025-07-19"  # five of the ten articles
GYPSUM, STEEL, HOMES = "yichang-linshigao-2019", "huangshi-baogang-2024", "xiangcheng-baoan-tongban"
GYPSUM_TITLE = "【宜昌招商】磷石膏综合利用变废为材 宜昌绿色建筑有了新路"
STEEL_TITLE = "【黄石招商】宝钢黄石新港二期动工 老合作迈出新一步"
STEEL_LINE = "宝钢黄石新港项目的二期工程{year}年正式动工，宝钢集团同黄石市的长期合作由此又深一层。"
STEEL_QUESTION = "宝钢黄石新港二期什么时候开工？"
COPY_TITLE = "【黄石招商】宝钢新港二期开工（转载）"
UNKNOWN = "荆州长江大学有多少名教授？"


def a_folder(home: Path) -> Folder:
    """A folder with the sample in it, and beside it what is put there later."""
    folder = Folder(home / "corpus")
    folder.path.mkdir()
    for file in sorted(sample_corpus().glob("*-*")):
        text = file.read_text("utf-8")
        folder.stage(file.stem, "sample", text, file.suffix)
        folder.put(file.stem)
        head, mark, body = text.rpartition("\n---\n")
        body = body.replace("。", "，特此说明，请各有关单位周知并认真落实。")
        folder.stage(file.stem, "wordy", f"{head}{mark}{body}", file.suffix)
    steel = (sample_corpus() / f"{STEEL}.md").read_text("utf-8")
    corrected = steel.replace("2024年", "2023年")
    copied = corrected.replace(f"id: {STEEL}", "id: copy").replace(STEEL_TITLE, COPY_TITLE)
    folder.stage(STEEL, "corrected", corrected)
    folder.stage("copy", "sample", copied.replace("次年便达到设计产能", "次年就达到设计产能"))
    folder.stage(HOMES, "broken", b"\x00\xff\xfe\x00" * 100)
    for name, text in (("port", PORT_FILE), ("bad", BAD_FILE)):
        folder.stage(name, "sample", text)
    return folder


@pytest.fixture(scope="module", autouse=True)
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, Folder]:
    """A folder for the bot, and one for the schedule."""
    return a_folder(tmp_path_factory.mktemp("bot")), a_folder(tmp_path_factory.mktemp("scheduled"))


@pytest.fixture(scope="module")
def life(folders: tuple[Folder, Folder], cache: Path) -> Iterator[Life]:
    """A bot at work."""
    folder, operators = folders[0], f"{ANN}, {BEN}, {EVE}"
    with (
        Telegram() as telegram,
        Bot(
            telegram,
            cache,
            folder.path.parent,
            CHUWEN_CORPUS=str(folder.path),
            CHUWEN_OPERATORS=operators,
            CHUWEN_GENERATIONS=str(KEPT),
        ) as bot,
    ):
        yield Life(telegram, bot, folder)


@dataclass(frozen=True)
class First:
    """The first reload of the walk, and the check before it."""

    answer: Message  # from what was published before
    check: Message
    is_checked_only: bool
    report: Message
    number: int


@pytest.fixture(scope="module")
def first(life: Life) -> First:
    """Add an article, correct another, and make a mistake in a third; look, then publish."""
    life.folder.put("port")
    life.folder.put(STEEL, "corrected")
    life.folder.put("bad")
    before, answer = life.published, life.ask(QUESTION, ANN)
    check = life.say("/check")
    is_checked_only = life.published == before
    report = life.press(SAID.button_publish, check).only
    return First(answer, check, is_checked_only, report, life.generation)


# Checking and publishing


def test_a_check_tells_what_a_reload_would_do(first: First) -> None:
    """An operator looks before everybody does."""
    for told in (first.check.text, first.report.text):
        assert "新增 1 · 更正 1 · 删除 0 · 未变 9 · 有问题 1" in told
        assert f"• {PORT}（port/port.md:1）" in told
        assert "bad/bad.md:3: 日期“7月19日”无法识别" in told
        assert f"{STEEL_LINE.format(year=2024)} → {STEEL_LINE.format(year=2023)}" in told
    assert SAID.checked in first.check.text
    assert SAID.button_publish in first.check.buttons


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
    assert SAID.unchanged.format(generation=life.generation) in told.text
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
        assert ENGLISH.unchanged.format(generation=life.generation) in english


@pytest.mark.usefixtures("first")
def test_a_double_tap_is_one_reload(life: Life) -> None:
    """A phone that hangs is tapped twice."""
    before = len(life.bot.rows("SELECT id FROM jobs"))
    numbers = [life.telegram.say("/reload", ANN) for _ in range(2)]
    life.settle()
    told = [message.text for message in life.replies(*numbers)]
    assert sum("没有变化" in words for words in told) == 1
    assert sum("已经有一次更新在进行" in words for words in told) == 1
    assert len(life.bot.rows("SELECT id FROM jobs")) == before + 1


@pytest.mark.usefixtures("first")
def test_operators_are_told_in_their_language(life: Life) -> None:
    """Two of the three do not read simplified Chinese."""
    english = life.say("/status", BEN, language="en")
    assert ENGLISH.status in english.text
    assert ENGLISH.button_refresh in english.buttons
    traditional = life.say("/status", EVE, language="zh-hant")
    assert texts_in(Language.TRADITIONAL).operating.status in traditional.text
    check = life.say("/check", BEN)
    assert ENGLISH.unchanged.format(generation=life.generation) in check.text
    assert "bad/bad.md:3: " in check.text
    assert "日期" not in check.text


@pytest.mark.usefixtures("first")
def test_a_report_that_is_long_is_several_messages(life: Life) -> None:
    """Telegram refuses more than 4,096 units; the next step is below the last."""
    names = dict(life.folder.there)
    names.pop("port")
    names.pop("bad")
    for name in names:
        life.folder.put(name, "wordy")
    number = life.telegram.say("/check", ANN)
    life.settle()
    for name, version in names.items():
        life.folder.put(name, version)
    told = [message for message in life.telegram.messages(ANN) if message.message_id > number]
    assert len(told) > 1
    assert told[0].reply_to == number
    assert [bool(message.buttons) for message in told] == [False] * (len(told) - 1) + [True]
    assert "更正 10" in told[0].text


@pytest.mark.usefixtures("first")
def test_a_folder_that_is_gone_leaves_everything(life: Life) -> None:
    """A disk that is not mounted must not empty the bot."""
    before, aside = life.published, life.folder.path.with_name("unmounted")
    life.folder.path.rename(aside)
    try:
        told = life.say("/reload")
    finally:
        aside.rename(life.folder.path)
    assert SAID.failed.format(generation=life.generation) in told.text
    assert str(life.folder.path) in told.text
    assert life.published == before
    assert PORT_ANSWER in life.ask(PORT_QUESTION).text


@pytest.mark.usefixtures("first")
def test_a_file_that_cannot_be_read_keeps_its_articles(life: Life) -> None:
    """A broken copy is a mishap, no deletion."""
    life.folder.put(HOMES, "broken")
    told = life.say("/reload")
    life.folder.put(HOMES)
    assert "删除 0" in told.text
    assert SAID.counts_kept.format(kept=1) in told.text
    assert f"{HOMES}/{HOMES}.md: " in told.text
    assert "约50万" in life.ask("襄城区常住人口约多少？").text


# What is held back


@pytest.fixture
def without_page(life: Life, first: First) -> Iterator[None]:
    """Five articles are missing in the folder; they are back afterwards."""
    assert first.number
    life.folder.take(PAGE)
    yield
    life.folder.put(PAGE)


@pytest.mark.usefixtures("without_page")
def test_a_large_removal_is_asked_about(life: Life) -> None:
    """Half a folder is more often lost than meant to go."""
    before, were = life.published, life.counts["articles"]
    held = life.say("/reload")
    assert SAID.held in held.text
    assert f"要删除 5 篇，超过原有 {were} 篇的五分之一" in held.text
    drop(life, held)
    assert life.published == before


@pytest.mark.usefixtures("without_page")
def test_what_was_held_back_is_published_by_a_second_word(life: Life) -> None:
    """The operator knows better; and a second tap, or somebody else's, does nothing more."""
    were, held = life.counts["articles"], life.say("/reload")
    anyway, other = (held.buttons[label] for label in (SAID.button_publish_anyway, SAID.button_drop))
    bare, told = life.press_data(anyway, held).messages
    assert is_decided(bare, held, SAID.decided_publish)
    assert f"已发布第 {life.generation} 代" in told.text
    assert life.counts["articles"] == were - 5
    for carried in (anyway, other):
        assert life.press_data(carried, held) == Told(SAID.settled, ())
    life.folder.put(PAGE)
    assert "新增 5" in life.say("/reload").text


@pytest.mark.usefixtures("without_page")
def test_two_operators_decide_once(life: Life) -> None:
    """One gives up, the other publishes, in the same moment: what counts is what came first, all of it."""
    before, held = life.published, life.say("/reload")
    for label in (SAID.button_drop, SAID.button_publish_anyway):
        life.telegram.press(held.buttons[label], held)
    life.settle()
    assert life.published == before
    assert life.bot.rows('SELECT "end" FROM jobs ORDER BY id DESC LIMIT 1') == [("dropped",)]


@pytest.mark.usefixtures("without_page")
def test_what_was_approved_is_weighed_anew_where_the_folder_changed(life: Life) -> None:
    """Yes to five removals is no yes to six."""
    before, held = life.published, life.say("/reload")
    life.folder.take(STEEL)
    told = life.press(SAID.button_publish_anyway, held)
    life.folder.put(STEEL, "corrected")
    assert any("要删除 6 篇" in message.text for message in told.messages)
    assert life.published == before


def is_decided(now: Message, before: Message, what: str) -> bool:
    """Whether a message says what was decided, and by whom, above what it said, and asks nothing any more."""
    first, _, rest = now.text.partition("\n\n")
    return first.startswith(what.partition("{")[0]) and str(ANN) in first and rest == before.text and not now.buttons


def drop(life: Life, held: Message) -> None:
    """Give up what was held back, and see that it is decided."""
    given_up, anyway = (held.buttons[label] for label in (SAID.button_drop, SAID.button_publish_anyway))
    told = life.press_data(given_up, held)
    assert told.toast == SAID.cancelled
    assert is_decided(told.only, held, SAID.decided_drop)
    for carried in (given_up, anyway):
        assert life.press_data(carried, held) == Told(SAID.settled, ())


@pytest.fixture
def without_gypsum(life: Life, first: First) -> Iterator[None]:
    """One article is missing in the folder, which alone is no reason to ask; then it is back, and nothing changed."""
    assert first.number
    before = life.published
    life.folder.take(GYPSUM)
    yield
    life.folder.put(GYPSUM)
    (life.folder.path / "canary.jsonl").unlink(missing_ok=True)
    assert life.published == before


@pytest.mark.usefixtures("without_gypsum")
def test_a_question_that_would_break_holds_back(life: Life) -> None:
    """The operator wrote down what must be answered."""
    gold = {"question": QUESTION, "articles": ["yichang-linshigao-2019"], "answers": [ANSWER]}
    (life.folder.path / "canary.jsonl").write_text(json.dumps(gold, ensure_ascii=False), "utf-8")
    held = life.say("/reload")
    assert SAID.held in held.text
    assert texts_in(Language.SIMPLIFIED).holds[Hold.WORSE] in held.text
    assert SAID.canary.format(asked=1, before=1, after=0) in held.text
    assert f"✗ {QUESTION}\n  原来：" in held.text
    assert ANSWER in held.text
    drop(life, held)


@pytest.mark.usefixtures("without_gypsum")
def test_canary_questions_that_cannot_be_read_hold_back(life: Life) -> None:
    """Who wrote them relies on them."""
    (life.folder.path / "canary.jsonl").write_text('{"question": "什么？"\n', "utf-8")
    held = life.say("/reload")
    assert SAID.held in held.text
    assert "canary.jsonl:1: 核对问题读不了" in held.text
    drop(life, held)


@pytest.mark.usefixtures("without_gypsum")
def test_an_answer_that_people_liked_holds_back(life: Life) -> None:
    """Where no operator wrote questions down, people's thumbs tell which answers matter."""
    answer = life.ask(QUESTION)
    assert life.press("👍", answer).toast == texts_in(Language.SIMPLIFIED).thanks
    held = life.say("/reload")
    assert SAID.held in held.text
    assert SAID.canary_liked in held.text
    assert f"✗ {QUESTION}" in held.text
    drop(life, held)
    life.press("👎", answer)
    assert SAID.canary_liked not in life.say("/check").text


# Going back


@pytest.mark.usefixtures("first")
def test_a_rollback_brings_back_what_was_there(life: Life) -> None:
    """What was published by mistake is gone with two taps, and comes back with one."""
    life.folder.take("port")
    life.say("/reload")
    mistaken, before = life.generation, life.generation - 1
    assert PORT_ANSWER not in life.ask(PORT_QUESTION).text
    listed = life.say("/generations")
    assert f"第 {mistaken} 代 · " in listed.text
    assert SAID.generation_serving in listed.text
    asked = life.press(SAID.button_rollback.format(number=before), listed).only
    assert life.generation == mistaken
    *_, done = life.press(SAID.button_rollback_sure.format(number=before), asked).messages
    assert SAID.rolled_back.format(origin=before, generation=mistaken + 1) in done.text
    assert PORT_ANSWER in life.ask(PORT_QUESTION).text
    assert SAID.status_behind in life.say("/status").text
    assert SAID.behind_folder in life.say("/generations").text
    told = life.press(SAID.button_publish, done).only
    assert f"已发布第 {mistaken + 2} 代" in told.text
    assert PORT_ANSWER not in life.ask(PORT_QUESTION).text
    life.folder.put("port")
    assert "新增 1" in life.say("/reload").text


@pytest.mark.usefixtures("first")
def test_as_many_generations_are_kept_as_is_set(life: Life) -> None:
    """A list that grows for ever fits on no phone, and each costs disk."""
    kept = [life.generation - back for back in range(KEPT) if life.generation > back]
    assert life.bot.rows("SELECT number FROM generations ORDER BY number DESC") == [(number,) for number in kept]
    *ways_back, _ = life.say("/generations").buttons
    assert ways_back == [SAID.button_rollback.format(number=number) for number in kept[1:]]


@pytest.mark.usefixtures("first")
def test_a_rollback_is_asked_about_and_can_be_left(life: Life) -> None:
    """A slip of the finger publishes nothing."""
    before = life.published
    asked = life.say("/rollback")
    told = life.press(SAID.button_cancel, asked)
    assert told.toast == told.only.text == SAID.cancelled
    assert not told.only.buttons
    for words, answer in (
        (f"/rollback {life.generation}", SAID.is_serving.format(number=life.generation)),
        ("/rollback 999", SAID.no_such_generation.format(number=999)),
        ("/rollback 昨天", "已发布的内容"),
    ):
        assert answer in life.say(words).text
    assert life.published == before


# Hiding


@pytest.fixture
def shown_again(life: Life, first: First) -> Iterator[None]:
    """Nothing is hidden afterwards."""
    assert first.number
    yield
    for (key,) in life.bot.rows("SELECT key FROM hidden"):
        life.press_data(f"op:unhide:{key}", life.say("/unhide"))
    life.telegram.wait_for(lambda: ANSWER in life.say(QUESTION, newcomer()).text)


@pytest.mark.usefixtures("shown_again")
def test_a_hidden_article_is_gone_everywhere(life: Life) -> None:
    """What must not be read any more is taken out of answers, and out of what was said; then it comes back."""
    stranger = newcomer()
    theirs, mine = life.ask(QUESTION, stranger), life.ask(QUESTION, ANN)
    original = next(carried for label, carried in theirs.buttons.items() if "原文" in label)
    opened = life.press_data(original, theirs).only
    assert ANSWER in opened.text
    asked = life.say("/hide", reply_to=mine)
    sure = life.press(SAID.button_hide.format(title=GYPSUM_TITLE), asked).only
    assert GYPSUM_TITLE in sure.text
    assert ANSWER in life.ask(QUESTION, stranger).text  # it was only asked
    life.press(SAID.button_hide_sure, sure)
    told = life.say(QUESTION, stranger)
    assert ANSWER not in told.text
    assert not any(ANSWER in one.text for one in life.telegram.messages(stranger))
    for quoted in (theirs, mine, opened):
        now = life.standing(quoted.chat)[quoted.message_id]
        assert (now.text, now.buttons) == (SAID.withdrawn, {})
    again = life.press_data(original, theirs)
    assert not any("磷石膏" in message.text for message in again.messages)
    assert "撤下的文章：1 篇" in life.say("/status").text
    listed = life.say("/unhide")
    assert f"• {GYPSUM_TITLE} · 小明 ({ANN}) · " in listed.text
    back = life.press(SAID.button_unhide.format(title=GYPSUM_TITLE), listed)
    assert back.only.text == SAID.is_unhidden.format(title=GYPSUM_TITLE)
    life.telegram.wait_for(lambda: ANSWER in life.say(QUESTION, stranger).text)
    assert life.press_data(listed.buttons[SAID.button_unhide.format(title=GYPSUM_TITLE)], listed).toast == SAID.settled


@pytest.mark.usefixtures("shown_again")
def test_an_article_is_hidden_by_words_of_its_title(life: Life) -> None:
    """Not every article was cited in a chat that the operator has; titles hold what HTML would take for tags."""
    asked = life.say("/hide 码头<一期>")
    chosen = life.press(SAID.button_hide.format(title=PORT), asked).only
    assert PORT in chosen.text
    hidden = life.press(SAID.button_hide_sure, chosen).only
    assert PORT in hidden.text
    assert PORT_ANSWER not in life.say(PORT_QUESTION, newcomer()).text
    back = life.press(SAID.button_unhide.format(title=PORT), hidden).only
    assert PORT in back.text
    assert SAID.unhide_none in life.say("/unhide").text
    assert life.say("/hide").text == SAID.hide_how
    assert life.say("/hide 没有这样的标题").text == SAID.hide_none.format(words="没有这样的标题")


@pytest.mark.usefixtures("shown_again")
def test_an_answer_that_quotes_something_else_by_now_is_left(life: Life) -> None:
    """Who corrected the question reads another article, and nothing is wrong with that one."""
    number = life.telegram.say(QUESTION, newcomer())
    life.settle()
    life.telegram.edit(number, STEEL_QUESTION)
    life.settle()
    (before,) = life.replies(number)
    hide_gypsum(life)
    assert life.replies(number) == [before]


@pytest.mark.usefixtures("shown_again")
def test_what_was_withdrawn_before_is_not_withdrawn_again(life: Life) -> None:
    """Each edit takes one of Telegram's turns."""
    withdrawals = f"SELECT count(*) FROM outbox WHERE priority = {Priority.WITHDRAWAL.value}"  # noqa: S608 # a number
    life.ask(QUESTION)
    hidden = hide_gypsum(life)
    before = life.bot.rows(withdrawals)
    life.press(SAID.button_unhide.format(title=GYPSUM_TITLE), hidden)
    hide_gypsum(life)
    assert life.bot.rows(withdrawals) == before > [(0,)]


def hide_gypsum(life: Life) -> Message:
    """Hide an article, and return the message that says so."""
    sure = life.press(SAID.button_hide.format(title=GYPSUM_TITLE), life.say("/hide 磷石膏")).only
    life.press(SAID.button_hide_sure, sure)
    return life.standing(ANN)[sure.message_id]


@pytest.mark.parametrize("is_pressed", [False, True], ids=["asked", "pressed"])
@pytest.mark.usefixtures("shown_again")
def test_what_is_under_way_does_not_show_what_was_just_hidden(life: Life, *, is_pressed: bool) -> None:
    """Between reading and sending lies a moment, and it must not be the wrong one."""
    sure = life.press(SAID.button_hide.format(title=GYPSUM_TITLE), life.say("/hide 磷石膏")).only
    chats = [newcomer() for _ in range(24)]
    answers = [life.say(QUESTION, chat) for chat in chats] if is_pressed else []
    for number, chat in enumerate(chats):
        if number == len(chats) // 2:
            life.telegram.press(sure.buttons[SAID.button_hide_sure], sure)
        if is_pressed:
            life.telegram.press(next(iter(answers[number].buttons.values())), answers[number])
        else:
            life.telegram.say(QUESTION, chat)
    life.settle()
    shown = [message.text for chat in chats for message in life.telegram.messages(chat)]
    assert len(shown) >= len(chats)
    assert not [text for text in shown if ANSWER in text]


# Near-duplicates


@pytest.mark.usefixtures("first")
def test_a_copy_is_told_of_and_listed_once(life: Life) -> None:
    """The same report from two sources would fill a list with itself."""
    life.folder.put("copy")
    told = life.say("/reload")
    answer = life.ask(STEEL_QUESTION)
    more = life.press(texts_in(Language.SIMPLIFIED).button_more, answer).only
    nearest = life.ask("宝钢黄石新港一期的食堂有多少个座位？")
    life.folder.take("copy")
    life.say("/reload")
    assert SAID.counts_duplicates.format(duplicates=1) in told.text
    assert SAID.heading_duplicates in told.text
    assert f"{COPY_TITLE}（copy/copy.md:1） ≈ {STEEL_TITLE}（" in told.text
    assert texts_in(Language.SIMPLIFIED).twins.format(count=1) in answer.text
    assert texts_in(Language.SIMPLIFIED).nearest in nearest.text
    for shown in (answer.text + more.text, nearest.text):
        assert len({title for title in (COPY_TITLE, STEEL_TITLE) if title in shown}) == 1, shown


# Who operates, and what was done


@pytest.mark.usefixtures("first")
def test_operators_appoint_and_remove_each_other(life: Life) -> None:
    """The settings are not at hand at night."""
    assert life.say("/operators").text.count("（写在设置里）") == 3
    assert life.say(f"/operators {CEO}").text == SAID.operator_new.format(person=CEO)
    assert life.say(f"/operators {CEO}").text == SAID.operator_is.format(person=CEO)
    assert life.say("/operators 12x").text == SAID.operators_bad.format(found="12x")
    assert SAID.status in life.say("/status", CEO).text
    listed = life.say("/operators", CEO)
    assert f"{CEO} · 由 小明 ({ANN}) 于 " in listed.text
    asked = life.press(SAID.button_dismiss.format(person=CEO), listed).only
    assert asked.text == SAID.ask_dismiss.format(person=CEO)
    gone = life.press(SAID.button_dismiss_sure.format(person=CEO), asked).only
    assert gone.text == SAID.operator_gone.format(person=CEO)
    assert life.say("/status", CEO).text == SAID.refused.format(person=CEO)
    fixed = life.press_data(f"op:dismiss-sure:{ANN}", life.say("/operators")).only
    assert fixed.text == SAID.operator_fixed.format(person=ANN)
    assert SAID.status in life.say("/status").text


def test_the_audit_log_is_read_in_pages(life: Life, first: First) -> None:
    """Who did what is asked weeks later."""
    stranger = newcomer()
    life.telegram.say_many([(stranger, "/status")] * 16)
    life.settle()
    newest = life.say("/audit")
    pages = -(-len(life.bot.rows("SELECT id FROM audit")) // 15)
    assert SAID.audit.format(page=1, pages=pages) in newest.text
    assert f"({stranger})：/status → 已拒绝" in newest.text
    assert list(newest.buttons) == [SAID.button_older]
    told = [newest.text]
    page = newest
    while SAID.button_older in page.buttons:
        page = life.press(SAID.button_older, page).only
        told.append(page.text)
    assert f"#{first.number} +1 ~1 -0 → 完成" in "\n".join(told)
    assert "chuwen run：首次发布" in told[-1]
    back = life.press(SAID.button_newer, page).only
    assert back.message_id == newest.message_id


# Looking on


@pytest.mark.usefixtures("first")
def test_the_status_tells_numbers(life: Life) -> None:
    """An operator sees at a glance whether anything needs a hand."""
    told = life.say("/status")
    for words in (
        "正在使用：第 {} 代，{articles} 篇，{paragraphs} 段".format(life.generation, **life.counts),
        SAID.status_hidden.format(count=0),
        SAID.status_no_schedule,
        SAID.status_dead.format(dead=0, aside=0),
        SAID.status_errors.format(errors=life.bot.log.count(" ERROR ")),
        "共 1 个进程",
    ):
        assert words in told.text
    time.sleep(1)  # it tells seconds
    refreshed = life.press(SAID.button_refresh, told)
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
    assert SAID.button_unanswered in told.buttons


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
    assert UNKNOWN in life.press(SAID.button_unanswered, stats).only.text


def test_why_an_answer_is_as_it_is(life: Life, first: First) -> None:
    """Who doubts an answer wants to see what was weighed."""
    answer = life.ask(QUESTION, ANN)
    told = life.say("/why", reply_to=answer).text
    assert SAID.why_heading.format(question=QUESTION) in told
    assert "关键词：宜昌、消耗、磷石膏" in told
    assert f"{GYPSUM_TITLE} §1" in told
    assert "置信度 0." in told
    assert SAID.why_changed not in told
    assert life.say("/why").text == SAID.why_how
    assert SAID.why_heading.format(question=UNKNOWN) in life.say(f"/why {UNKNOWN}").text
    assert SAID.why_changed in life.say("/why", reply_to=first.answer).text


# What does not go well


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.usefixtures("first")
def test_a_reload_that_was_cut_off_is_done_after_the_next_start(life: Life, number: int) -> None:
    """A machine that restarts must not leave an operator waiting, nor half of a folder published."""
    before = life.generation
    life.folder.write(
        f"cut-{number}", f"---\ntitle: 【随州招商】{number}号专汽园\n---\n随州{number}号专汽园投资{number}亿元。\n"
    )
    asked = life.telegram.say("/reload", ANN)
    life.telegram.wait_for(lambda: life.bot.rows("SELECT id FROM jobs WHERE process_id IS NOT NULL"))
    life.telegram.wait_for(lambda: not life.bot.rows("SELECT id FROM outbox WHERE state = 'waiting'"))  # or it doubles
    life.bot.tell(number)
    assert life.bot.process is not None
    life.bot.process.wait(10)
    assert life.bot.rows("SELECT count(*) FROM jobs WHERE ended_at IS NULL") == [(1,)]
    assert life.generation == before
    life.bot.start()
    life.bot.wait_ready()
    life.settle()
    (told,) = life.replies(asked)
    assert f"已发布第 {before + 1} 代" in told.text
    assert life.generation == before + 1
    assert f"{number}亿元" in life.ask(f"随州{number}号专汽园投资多少？").text


def test_nothing_of_this_is_an_error_in_the_log(life: Life) -> None:
    """An operator who reads it looks for what needs a hand."""
    assert " ERROR " not in life.bot.log
    assert "Traceback" not in life.bot.log


# By the schedule

WHILE = 0.6  # seconds, in which it looks at least once


@dataclass(frozen=True)
class Scheduled:
    """What does jobs, without a bot around it: due at every look, instead of every so many minutes."""

    database: Database
    operations: JobRunner
    folder: Folder
    loop: asyncio.Runner

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the store holds."""
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def ends(self) -> list[tuple[Any, ...]]:
        """The jobs, and how they ended."""
        return self.rows('SELECT kind, "end" FROM jobs ORDER BY id')

    def ask(self, kind: JobKind, target: int | None = None) -> None:
        """A job that an operator asks for."""
        request = JobRequest(kind=kind, actor=Actor("小明"), language=Language.SIMPLIFIED, target=target)
        with self.database.writing() as connection:
            assert job_queue.request_job(connection, request, datetime.datetime.now(datetime.UTC))

    def run(self, seconds: float = 0) -> list[tuple[Any, ...]]:
        """Go on until a job has ended, or for so many seconds, and return the jobs that are new, and how they ended."""
        before = len(self.rows("SELECT id FROM jobs WHERE ended_at IS NOT NULL"))
        self.loop.run(self._run(before, seconds))
        return self.ends()[before:]

    async def _run(self, before: int, seconds: float) -> None:
        work = asyncio.ensure_future(self.operations.run())
        await asyncio.sleep(seconds)
        async with asyncio.timeout(30):
            while not seconds and sum(end is not None for _, end in self.ends()) == before:
                await asyncio.sleep(0.05)
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


@pytest.fixture(scope="module")
def scheduled(folders: tuple[Folder, Folder], cache: Path) -> Iterator[Scheduled]:
    """A store in which the sample was published."""
    folder = folders[1]
    address = str(folder.path.with_name("store.db"))
    place = Place(address=address, corpus=folder.path, cache=cache, kept=5, today=lambda: datetime.date(2026, 1, 1))
    database = Database.open(address)
    heartbeat = Heartbeat(database)
    heartbeat.start()
    live_library = LiveLibrary(
        database, place, lambda library, number: AnswerService(library=library, generation=number)
    )
    operations = JobRunner(
        database, heartbeat, place, live_library, Schedule(0, Language.SIMPLIFIED, (ANN,)), on_message=lambda: None
    )
    with asyncio.Runner() as loop:
        made = Scheduled(database, operations, folder, loop)
        made.ask(JobKind.LOAD)
        made.run()
        yield made
    heartbeat.stop()
    database.close()


def test_by_the_schedule_what_changed_is_published_and_told(scheduled: Scheduled) -> None:
    """Nobody has to think of it; and every operator reads what it came to."""
    scheduled.folder.put("port")
    assert scheduled.run() == [("scheduled", "done")]
    ((chat, payload),) = scheduled.rows("SELECT chat_id, payload FROM outbox")
    assert chat == ANN
    assert "已发布第 2 代" in payload


def test_by_the_schedule_a_removal_is_held_and_told_once(scheduled: Scheduled) -> None:
    """Every few minutes the same question would drive operators mad."""
    before = len(scheduled.rows("SELECT id FROM outbox"))
    scheduled.folder.take(PAGE)
    assert scheduled.run() == [("scheduled", "held")]
    assert scheduled.run(WHILE) == []
    scheduled.folder.put(PAGE)
    ((_, payload),) = scheduled.rows("SELECT id, payload FROM outbox ORDER BY id")[before:]
    assert SAID.held in payload
    assert scheduled.run(WHILE) == []  # the folder holds again what is published


def test_by_the_schedule_nothing_is_published_after_a_rollback(scheduled: Scheduled) -> None:
    """Who went back has a reason, and the folder still holds it."""
    scheduled.ask(JobKind.ROLLBACK, target=1)
    assert scheduled.run() == [("rollback", "done")]
    scheduled.folder.put(STEEL, "corrected")
    assert scheduled.run(WHILE) == []


def test_by_the_schedule_it_goes_on_once_an_operator_published(scheduled: Scheduled) -> None:
    """'Once the folder is right, press publish': also where it is right because it says again what was gone back to."""
    scheduled.ask(JobKind.ROLLBACK, target=1)
    scheduled.run()
    scheduled.folder.take("port")
    scheduled.folder.put(STEEL)
    scheduled.ask(JobKind.RELOAD)
    scheduled.run()
    scheduled.folder.put(STEEL, "corrected")
    assert scheduled.run() == [("scheduled", "done")]
