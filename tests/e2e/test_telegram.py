"""The bot on Telegram, as a process, over real HTTP: what people see, by polling and by webhook."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.support.emulator import Chat, Message, Person, Telegram
from tests.support.process import SECRET, Bot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTION = "宜昌消耗了多少磷石膏？"
ANSWERED = "近40万吨"
TITLE = "磷石膏综合利用变废为材"
UNANSWERABLE = "明天武汉天气怎么样？"
GROUP = Chat(-1001234567890, "supergroup", "招商交流群")
FORUM = Chat(-1009876543210, "supergroup", "招商论坛", is_forum=True)


@pytest.fixture(scope="module", params=["polling", "webhook"])
def bot(request: pytest.FixtureRequest, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot that runs, in each of the two ways of receiving."""
    folder = tmp_path_factory.mktemp("bot")
    with Telegram() as telegram, Bot(telegram, cache, folder, by_webhook=request.param == "webhook") as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def telegram(bot: Bot) -> Telegram:
    """The server that it talks to."""
    return bot.telegram


@pytest.fixture
def person(request: pytest.FixtureRequest) -> Person:
    """Somebody who has not written before."""
    return Person(1_000_000 + abs(hash(request.node.nodeid)) % 10**9)


def replies(telegram: Telegram, chat: int | Chat, count: int = 1) -> list[Message]:
    """What the bot has written there, once it has written so much."""
    return telegram.wait_for_messages(count, chat)


def button(message: Message, label: str) -> str:
    """What the button with that label carries."""
    return next(data for shown, data in message.buttons.items() if label in shown)


def ask(telegram: Telegram, person: Person, question: str = QUESTION) -> Message:
    """Ask in private, and return the reply."""
    before = len(telegram.messages(person.id))
    telegram.say(question, person=person)
    return replies(telegram, person.id, before + 1)[-1]


def test_a_question_is_answered_with_its_source(telegram: Telegram, person: Person) -> None:
    """The quote with the answer in bold, title, date, and the words folded below."""
    answer = ask(telegram, person)
    assert "<b>近40万吨</b>" in answer.html
    assert TITLE in answer.text
    assert "事件 2019年 · 2025-07-19 发布 · 旧事新发" in answer.text
    assert "<blockquote expandable>" in answer.html


def test_the_reply_hangs_on_the_question(telegram: Telegram, person: Person) -> None:
    """In a busy chat one has to see what is answered."""
    number = telegram.say(QUESTION, person=person)
    answer = replies(telegram, person.id)[0]
    assert answer.reply_to == number


def test_typing_is_shown(telegram: Telegram, person: Person) -> None:
    """Who asks sees that something happens."""
    ask(telegram, person)
    telegram.wait_for(lambda: telegram.calls("sendChatAction", person.id))


def test_no_answer_says_so_and_shows_what_is_near(telegram: Telegram, person: Person) -> None:
    """It never guesses."""
    answer = ask(telegram, person, "宝钢黄石新港二期的总投资是多少？")
    assert answer.text.startswith("抱歉")
    assert "最接近的原文（不是答案）" in answer.text


def test_the_original_shows_the_section_with_the_quote_marked(telegram: Telegram, person: Person) -> None:
    """A citation that can be clicked through."""
    answer = ask(telegram, person)
    telegram.press(button(answer, "原文"), answer, person=person)
    original = replies(telegram, person.id, 2)[1]
    assert TITLE in original.text
    assert "<b>" in original.html
    assert "近40万吨" in original.text


def test_more_shows_further_passages(telegram: Telegram, person: Person) -> None:
    """What was not cited may be what was looked for."""
    answer = ask(telegram, person)
    telegram.press(button(answer, "更多"), answer, person=person)
    first = replies(telegram, person.id, 2)[1]
    assert first.text.startswith("更多相关段落")
    telegram.press(button(first, "下一页"), first, person=person)
    turned = telegram.wait_for(lambda: [m for m in telegram.messages(person.id) if m.edits])
    assert turned[0].message_id == first.message_id
    assert "4. " in turned[0].text


def test_a_good_verdict_is_thanked_for(telegram: Telegram, person: Person) -> None:
    """The toast is all that shows."""
    answer = ask(telegram, person)
    query = telegram.press(button(answer, "👍"), answer, person=person)
    assert "谢谢" in toast(telegram, query)


def test_a_bad_verdict_is_asked_for_its_reason(telegram: Telegram, person: Person) -> None:
    """Not the answer, wrong source, out of date; then the buttons are as before."""
    answer = ask(telegram, person)
    query = telegram.press(button(answer, "👎"), answer, person=person)
    assert "哪里不对" in toast(telegram, query)
    asked = telegram.wait_for(lambda: [m for m in telegram.messages(person.id) if m.buttons != answer.buttons])[0]
    assert list(asked.buttons) == ["答非所问", "出处不对", "内容过时", "‹ 返回"]
    query = telegram.press(button(asked, "出处不对"), asked, person=person)
    assert "谢谢" in toast(telegram, query)
    telegram.wait_for(lambda: telegram.messages(person.id)[0].buttons == answer.buttons)


def toast(telegram: Telegram, query: str) -> str:
    """What the press of a button is answered with."""
    calls = telegram.wait_for(
        lambda: [
            call for call in telegram.calls("answerCallbackQuery") if call.parameters["callback_query_id"] == query
        ]
    )
    return str(calls[0].parameters.get("text", ""))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/start", "您好，我是楚问"),
        ("/help", "怎么问"),
        (f"/ask {QUESTION}", "近40万吨"),
        ("/ask", "请在 /ask 后面写上问题"),
    ],
)
def test_each_command_is_answered(telegram: Telegram, person: Person, command: str, said: str) -> None:
    """They are in the menu."""
    assert said in ask(telegram, person, command).text


@pytest.mark.parametrize(
    ("words", "said"), [("你好", "您好！请直接提问"), ("謝謝", "不客氣"), ("你能做什么？", "怎么问")]
)
def test_small_talk_is_answered_politely(telegram: Telegram, person: Person, words: str, said: str) -> None:
    """Nobody likes to hear that the articles do not mention it."""
    assert said in ask(telegram, person, words).text


def test_thanks_in_a_group_need_no_reply(telegram: Telegram, person: Person) -> None:
    """The others read along."""
    before = len(telegram.messages(GROUP))
    telegram.say(f"/ask {QUESTION}", GROUP, person)
    first = replies(telegram, GROUP, before + 1)[-1]
    telegram.say("谢谢！", GROUP, person, reply_to=first.message_id)
    telegram.say(f"/ask {QUESTION}", GROUP, person)
    assert ANSWERED in replies(telegram, GROUP, before + 2)[-1].text


def test_a_question_of_somebody_else_can_be_passed_on(telegram: Telegram, person: Person) -> None:
    """By /ask in reply to it."""
    before = len(telegram.messages(GROUP))
    asked = telegram.say(QUESTION, GROUP, Person(4711))
    telegram.say("/ask", GROUP, person, reply_to=asked)
    assert ANSWERED in replies(telegram, GROUP, before + 1)[-1].text


def test_who_thinks_better_of_a_verdict_gets_the_buttons_back(telegram: Telegram, person: Person) -> None:
    """Others in the group want to open the original."""
    answer = ask(telegram, person)
    telegram.press(button(answer, "👎"), answer, person=person)
    asked = telegram.wait_for(lambda: [m for m in telegram.messages(person.id) if m.buttons != answer.buttons])[0]
    telegram.press(button(asked, "返回"), asked, person=person)
    telegram.wait_for(lambda: telegram.messages(person.id)[0].buttons == answer.buttons)


def test_english_speaks_who_uses_telegram_in_english(telegram: Telegram) -> None:
    """The quotes stay as they are."""
    person = Person(555_001, language_code="en")
    assert ask(telegram, person, "/start").text.startswith("Hello")
    assert "published 2025-07-19" in ask(telegram, person).text


def test_traditional_speaks_who_writes_it(telegram: Telegram, person: Person) -> None:
    """The quotes stay as they are."""
    assert "2025-07-19 發佈" in ask(telegram, person, "請問宜昌消耗了多少噸磷石膏？").text


def test_menus_are_set_by_language_and_kind_of_chat(telegram: Telegram) -> None:
    """A menu in a language that one can't read is none."""
    calls = telegram.wait_for(lambda: len(telegram.calls("setMyCommands")) >= 6 and telegram.calls("setMyCommands"))
    seen = {(call.parameters["scope"]["type"], call.parameters.get("language_code")) for call in calls}
    assert seen == {(scope, code) for scope in ("all_private_chats", "all_group_chats") for code in (None, "zh", "en")}


@pytest.mark.parametrize(
    "words", [f"/ask {QUESTION}", f"/ask@chuwen_test_bot {QUESTION}", f"@chuwen_test_bot {QUESTION}"]
)
def test_a_group_is_answered_where_the_bot_is_meant(telegram: Telegram, person: Person, words: str) -> None:
    """By /ask or by a mention."""
    before = len(telegram.messages(GROUP))
    telegram.say(words, GROUP, person)
    assert "近40万吨" in replies(telegram, GROUP, before + 1)[-1].text


def test_a_reply_to_the_bot_is_a_question(telegram: Telegram, person: Person) -> None:
    """It goes on where it was."""
    before = len(telegram.messages(GROUP))
    telegram.say(f"/ask {QUESTION}", GROUP, person)
    first = replies(telegram, GROUP, before + 1)[-1]
    telegram.say("宝钢黄石新港二期什么时候开工？", GROUP, person, reply_to=first.message_id)
    assert "宝钢" in replies(telegram, GROUP, before + 2)[-1].text


def test_a_group_is_left_in_peace_otherwise(telegram: Telegram, person: Person) -> None:
    """People there talk with one another."""
    before = len(telegram.messages(GROUP))
    telegram.say(QUESTION, GROUP, person)
    telegram.say(f"/ask@other_bot {QUESTION}", GROUP, person)
    telegram.say("/help", GROUP, person)
    telegram.say("/ask 宝钢黄石新港二期什么时候开工？", GROUP, person)
    assert "宝钢" in replies(telegram, GROUP, before + 1)[-1].text
    assert len(telegram.messages(GROUP)) == before + 1


def test_the_answer_stays_in_its_topic(telegram: Telegram, person: Person) -> None:
    """In another topic nobody would find it."""
    before = len(telegram.messages(FORUM))
    telegram.say(f"/ask {QUESTION}", FORUM, person, thread=77)
    answer = replies(telegram, FORUM, before + 1)[-1]
    assert answer.thread == 77
    telegram.press(button(answer, "原文"), answer, person=person)
    assert replies(telegram, FORUM, before + 2)[-1].thread == 77


def test_an_edited_question_edits_the_answer(telegram: Telegram, person: Person) -> None:
    """Two answers to one message would confuse."""
    number = telegram.say("宝钢黄石新港二期什么时候开工？", person=person)
    first = replies(telegram, person.id)[0]
    telegram.edit(number, QUESTION)
    telegram.wait_for(lambda: "近40万吨" in telegram.messages(person.id)[0].text)
    assert [message.message_id for message in telegram.messages(person.id)] == [first.message_id]
    edited = telegram.messages(person.id)[0]
    telegram.press(button(edited, "原文"), edited, person=person)
    assert TITLE in replies(telegram, person.id, 2)[1].text


def test_who_blocked_the_bot_is_written_to_again_when_he_unblocks(telegram: Telegram, person: Person) -> None:
    """What could not be sent is kept for a day."""
    ask(telegram, person)
    telegram.member("kicked", person.id)
    telegram.say("宝钢黄石新港二期什么时候开工？", person=person)
    assert "宝钢" in replies(telegram, person.id, 2)[1].text


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x"])
def test_a_wrong_secret_is_forbidden(bot: Bot, secret: str) -> None:
    """Anybody can find the address; only Telegram knows the secret."""
    url = bot.environment.get("CHUWEN_WEBHOOK_URL")
    if not url:
        pytest.skip("polling has no address")
    chat = {"id": 4242, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": QUESTION}
    body = json.dumps({"update_id": 999_999_999, "message": message}).encode()
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=5)  # noqa: S310 # our own
    assert refused.value.code == 403
    refused.value.close()
    time.sleep(0.5)
    assert bot.telegram.messages(4242) == []
