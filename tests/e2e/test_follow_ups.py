"""Follow-up questions on Telegram: from the person's last question there, or from the message replied to."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.support.emulator import Chat, Message, Person, Telegram
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES = "宝钢黄石新港二期工程主要建设哪些生产线？"
WHEN, MEANT = "它什么时候开工？", "理解为：宝钢黄石新港二期工程什么时候开工？"
ROAD, ROAD_MEANT = "银岭路用的是什么建材？", "理解为：银岭路多长？"
GYPSUM = "宜昌消耗了多少磷石膏？"
UNDERSTOOD = "理解为"
GROUP = Chat(-1001234500001, "supergroup", "招商交流群")
FORUM = Chat(-1001234500002, "supergroup", "招商论坛", is_forum=True)
_people = itertools.count(3_000_001)


@pytest.fixture(scope="module")
def telegram(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telegram]:
    """A server with a bot that runs."""
    with Telegram() as telegram, Bot(telegram, cache, tmp_path_factory.mktemp("bot")) as bot:
        yield telegram
        assert "Traceback" not in bot.log


@pytest.fixture
def person() -> Person:
    """Somebody who has not written before."""
    return Person(next(_people))


def ask(
    telegram: Telegram,
    person: Person,
    question: str,
    chat: Chat | None = None,
    reply_to: int | None = None,
    thread: int | None = None,
) -> Message:
    """Ask, and return the reply to it."""
    number = telegram.say(question, chat, person, reply_to=reply_to, thread=thread)
    return answer_to(telegram, number)


def answer_to(telegram: Telegram, number: int) -> Message:
    """What the bot replied to a message."""
    return telegram.wait_for(lambda: [one for one in telegram.messages() if one.reply_to == number])[0]


def test_a_follow_up_is_told_and_answered(telegram: Telegram, person: Person) -> None:
    """Each from what the one before was understood as; a question about something else is left alone."""
    assert UNDERSTOOD not in ask(telegram, person, LINES).text
    follow_up = ask(telegram, person, WHEN)
    assert follow_up.text.startswith(MEANT)
    assert "<b>2024年</b>" in follow_up.html
    assert ask(telegram, person, "在哪里？").text.startswith("理解为：宝钢黄石新港二期工程在哪里开工？")
    other = ask(telegram, person, GYPSUM)
    assert UNDERSTOOD not in other.text
    assert "近40万吨" in other.text


def test_a_reply_goes_on_from_what_it_replies_to(telegram: Telegram, person: Person) -> None:
    """From the bot's answer or from one's own question, though others came since."""
    first = ask(telegram, person, LINES)
    road = telegram.say(ROAD, person=person)
    answer_to(telegram, road)
    ask(telegram, person, GYPSUM)
    assert ask(telegram, person, WHEN, reply_to=first.message_id).text.startswith(MEANT)
    assert ask(telegram, person, "多长？", reply_to=road).text.startswith(ROAD_MEANT)


def test_a_group_keeps_people_apart(telegram: Telegram, person: Person) -> None:
    """They ask beside one another; a reply to the bot joins in."""
    other = Person(next(_people))
    first = ask(telegram, person, f"/ask {LINES}", GROUP)
    assert ask(telegram, other, f"/ask {ROAD}", GROUP).text
    assert ask(telegram, person, f"/ask {WHEN}", GROUP).text.startswith(MEANT)
    assert ask(telegram, other, "/ask 多长？", GROUP).text.startswith(ROAD_MEANT)
    assert ask(telegram, other, WHEN, GROUP, reply_to=first.message_id).text.startswith(MEANT)


def test_a_question_can_follow_what_was_not_asked_of_the_bot(telegram: Telegram, person: Person) -> None:
    """By a mention in reply to it."""
    said = telegram.say(LINES, GROUP, Person(next(_people)))
    assert ask(telegram, person, f"@chuwen_test_bot {WHEN}", GROUP, reply_to=said).text.startswith(MEANT)


def test_topics_are_kept_apart(telegram: Telegram, person: Person) -> None:
    """A forum's topics are chats of their own."""
    ask(telegram, person, f"/ask {LINES}", FORUM, thread=7)
    ask(telegram, person, f"/ask {ROAD}", FORUM, thread=8)
    assert ask(telegram, person, f"/ask {WHEN}", FORUM, thread=7).text.startswith(MEANT)
    assert UNDERSTOOD not in ask(telegram, person, f"/ask {WHEN}", FORUM, thread=9).text


def test_an_edited_follow_up_follows_what_it_followed(telegram: Telegram, person: Person) -> None:
    """Neither what came since, nor itself."""
    ask(telegram, person, LINES)
    number = telegram.say(WHEN, person=person)
    assert answer_to(telegram, number).text.startswith(MEANT)
    ask(telegram, person, GYPSUM)
    telegram.edit(number, "它在哪里？")
    meant = "理解为：宝钢黄石新港二期工程在哪里？"
    telegram.wait_for(lambda: answer_to(telegram, number).text.startswith(meant))


def test_an_edit_that_changes_no_word_changes_no_answer(telegram: Telegram, person: Person) -> None:
    """Telegram calls it edited, too, where it only adds a preview."""
    ask(telegram, person, LINES)
    number = telegram.say(WHEN, person=person)
    answer_to(telegram, number)
    telegram.edit(number, WHEN)
    ask(telegram, person, GYPSUM)  # done after the edit: one chat in order
    assert answer_to(telegram, number).edits == 0


def test_more_passages_are_of_what_was_understood(telegram: Telegram, person: Person) -> None:
    """它什么时候开工 alone would find anything."""
    ask(telegram, person, LINES)
    follow_up = ask(telegram, person, WHEN)
    telegram.press(follow_up.buttons["更多"], follow_up, person)
    more = telegram.wait_for_messages(3, person.id)[-1]
    assert "宝钢" in more.text


def test_a_follow_up_survives_a_restart(cache: Path, tmp_path: Path, person: Person) -> None:
    """The question before is in the store, whichever process answered it."""
    with Telegram() as telegram:
        with Bot(telegram, cache, tmp_path):
            ask(telegram, person, LINES)
        with Bot(telegram, cache, tmp_path):
            assert ask(telegram, person, WHEN).text.startswith(MEANT)
