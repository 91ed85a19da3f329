"""The bot where things go wrong: Telegram refuses, hangs and goes away, and updates are poison."""

from __future__ import annotations

import asyncio
import datetime
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.store.db import schema
from bot.store.db.database import Database
from bot.store.queue import outbox
from bot.telegram.outbound.alarms import Alarms
from bot.telegram.ui.reply import reply
from bot.telegram.wire.markup import Piece, line
from bot.telegram.wire.updates import IncomingMessage
from bot.texts import Language
from tests.support.asking import (
    ANSWER,
    OTHER_QUESTION,
    QUESTION,
    SOON,
    all_of,
    always,
    beside,
    newcomer,
    only,
    replies,
    seconds_to_answer,
    wait_replied,
)
from tests.support.emulator import Chat, Person, Telegram
from tests.support.faults import (
    SENDS,
    BadEntities,
    BadGateway,
    Conflict,
    Fault,
    Forbidden,
    Hang,
    Internal,
    Migrated,
    Refused,
    Reset,
    RetryAfter,
    Unauthorized,
)
from tests.support.process import SECRET, Bot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.library import Library
    from tests.support.asking import Outcomes, Scenario
    from tests.support.faults import Decide

OPERATOR, STRANGER = 77_001, 77_002  # the second has never written to the bot, so it may not write to him
NOT_FOUND = Refused(400, "Bad Request: chat not found")
NO_STRANGER = always(STRANGER, NOT_FOUND)
BLOCKED = "SELECT id FROM chats WHERE blocked_at IS NOT NULL"


@dataclass(frozen=True)
class Begun:
    """What takes long, and is looked at in the end."""

    hung: int  # the chat whose first send hangs
    hung_number: int
    unreadable: int  # a chat with an update that cannot be read
    following: int  # what is asked there next
    unkeepable: int  # a chat with an update whose answer cannot be kept


@pytest.fixture(scope="module", autouse=True)
def elsewhere(sample: Library, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    """What takes long, beside the rest."""
    assert sample.articles  # in the cache by now
    scenarios = (telegram_goes_away, telegram_refuses_the_token, telegram_refuses_to_send)
    yield from beside(*scenarios, cache=cache, folder=tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="module")
def bot(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot with two operators; whatever happens, its log holds no token."""
    folder = tmp_path_factory.mktemp("bot")
    with Telegram() as telegram, Bot(telegram, cache, folder, CHUWEN_OPERATORS=f"{OPERATOR},{STRANGER}") as running:
        yield running
        assert telegram.token not in running.log


@pytest.fixture(scope="module")
def begun(bot: Bot) -> Begun:
    """Some trouble that goes on beside all the rest."""
    telegram, hung, unreadable, unkeepable = bot.telegram, newcomer(), newcomer(), newcomer()
    befall(telegram, only(hung, Hang()))
    hung_number = telegram.say(QUESTION, hung)
    telegram.say(QUESTION, unreadable, date=2**70)
    person = Person(unkeepable).json()
    for chat in (unkeepable, 2**70):  # the second is no number that a store can hold
        place = {"id": chat, "type": "private", "first_name": "小明"}
        message = {"message_id": 2**70, "date": int(time.time()), "chat": place, "from": person, "text": QUESTION}
        telegram.send_update({"message": message})
    following = telegram.say(QUESTION, unreadable)
    wait_replied(telegram, [hung_number])
    return Begun(hung, hung_number, unreadable, following, unkeepable)


@pytest.fixture
def telegram(bot: Bot, begun: Begun) -> Iterator[Telegram]:
    """The server that it talks to; at the end of a test all goes well again."""
    assert begun.hung
    befall(bot.telegram)
    yield bot.telegram
    befall(bot.telegram)
    bot.telegram.inject(None, ["getUpdates"])


def befall(telegram: Telegram, *decides: Decide) -> None:
    """Let sends go wrong."""
    telegram.inject(all_of(*decides, NO_STRANGER), SENDS)


def alarms(telegram: Telegram, words: str) -> int:
    """How often the operator was told so."""
    return sum(words in message.text for message in telegram.messages(OPERATOR))


def told_once(telegram: Telegram, words: str) -> bool:
    """Whether the operator was told once, and once more only where a new hour has begun."""
    first = next(message for message in telegram.messages(OPERATOR) if words in message.text)
    told = datetime.datetime.fromtimestamp(first.json["date"], datetime.UTC)
    return alarms(telegram, words) <= 1 + (datetime.datetime.now(datetime.UTC).hour != told.hour)


def refused(telegram: Telegram, chat: int) -> int:
    """How many messages for a chat met a fault."""
    return sum(call.fault is not None for call in telegram.calls("sendMessage", chat))


def test_flood_control_keeps_the_order_of_a_chat_and_holds_up_no_other(telegram: Telegram) -> None:
    """The limit is mostly that of one chat."""
    chat = newcomer()
    befall(telegram, only(chat, RetryAfter(1), RetryAfter(1)))
    numbers = [telegram.say(question, chat) for question in (QUESTION, OTHER_QUESTION, QUESTION)]
    telegram.wait_for(lambda: refused(telegram, chat))
    assert seconds_to_answer(telegram, newcomer()) < SOON
    assert not telegram.messages(chat)
    wait_replied(telegram, numbers)
    assert [message.reply_to for message in telegram.messages(chat)] == numbers


def test_a_chat_that_blocked_the_bot_is_answered_once_it_no_longer_does(bot: Bot, telegram: Telegram) -> None:
    """Until then nothing is sent there."""
    chat = newcomer()
    befall(telegram, only(chat, Forbidden()))
    number = telegram.say(QUESTION, chat)
    telegram.wait_for(lambda: (chat,) in bot.rows(BLOCKED))
    assert telegram.messages(chat) == []
    telegram.member("member", chat)
    wait_replied(telegram, [number])
    assert len(telegram.messages(chat)) == 1


def test_a_group_that_moved_is_answered_where_it_is_now(telegram: Telegram) -> None:
    """And the buttons work there."""
    group, supergroup = Chat(-newcomer(), "group"), -1_000_000_000_000 - newcomer()
    befall(telegram, only(group.id, Migrated(supergroup)))
    telegram.say(f"/ask {QUESTION}", group)
    (answer,) = telegram.wait_for_messages(1, supergroup)
    assert ANSWER in answer.text
    telegram.press(next(data for label, data in answer.buttons.items() if "原文" in label), answer)
    assert ANSWER in telegram.wait_for_messages(2, supergroup)[1].text
    assert telegram.messages(group) == []


def test_refused_markup_leaves_the_words(telegram: Telegram) -> None:
    """A plain answer is better than none."""
    plain, usual = newcomer(), newcomer()
    befall(telegram, only(plain, BadEntities()))
    for chat in (plain, usual):
        telegram.say(QUESTION, chat)
    (one,), (other,) = telegram.wait_for_messages(1, plain), telegram.wait_for_messages(1, usual)
    assert one.text == other.text
    assert list(one.buttons) == list(other.buttons)
    assert other.entities
    assert not one.entities


@pytest.mark.parametrize("fault", [Internal(), BadGateway(), Reset()])
def test_a_failure_of_telegram_delays_an_answer(telegram: Telegram, fault: Fault) -> None:
    """It arrives once."""
    chat = newcomer()
    befall(telegram, only(chat, fault))
    number = telegram.say(QUESTION, chat)
    wait_replied(telegram, [number])
    seconds_to_answer(telegram, chat)
    assert replies(telegram, [number]) == [1]


def test_a_reply_in_two_messages_keeps_its_order(bot: Bot, telegram: Telegram) -> None:
    """Whatever happens to its first one; and what is asked next comes after both."""
    chat, now = newcomer(), datetime.datetime.now(datetime.UTC)
    number = telegram.say("/help", chat)
    wait_replied(telegram, [number])
    befall(telegram, only(chat, Reset(), RetryAfter(1), Internal(), BadEntities()))
    words = IncomingMessage(
        chat_id=chat,
        person_id=chat,
        message_id=number,
        thread_id=None,
        is_private=True,
        text="",
        language=Language.SIMPLIFIED,
        sent_at=now,
    )
    pieces: list[Piece] = [(line(character * 3000),) for character in "甲乙"]
    database = Database.open(bot.environment["CHUWEN_DATABASE"])
    with database.writing() as connection:
        outbox.add(connection, reply(words, pieces), now)
    database.close()
    following = telegram.say(OTHER_QUESTION, chat)
    wait_replied(telegram, [following])
    assert [(m.text[0], m.reply_to) for m in telegram.messages(chat)][1:3] == [("甲", number), ("乙", number)]
    assert telegram.messages(chat)[3].reply_to == following
    assert len(telegram.messages(chat)) == 4


def test_a_letter_that_nobody_takes_is_reported_once(telegram: Telegram) -> None:
    """There may be many, for one reason."""
    lost = [newcomer(), newcomer()]
    befall(telegram, *(only(chat, NOT_FOUND) for chat in lost))
    for chat in lost:
        telegram.say(QUESTION, chat)
    telegram.wait_for(lambda: all(refused(telegram, chat) for chat in lost) and alarms(telegram, "没能送达"))
    seconds_to_answer(telegram, newcomer())
    assert told_once(telegram, "没能送达")
    assert all(telegram.messages(chat) == [] for chat in lost)


def telegram_goes_away(cache: Path, folder: Path) -> None:
    """For five seconds, after which the bot finds it again."""
    with Telegram() as telegram, Bot(telegram, cache, folder) as bot:
        numbers = [telegram.say(QUESTION, newcomer()) for _ in range(3)]
        telegram.stop()
        numbers += [telegram.say(QUESTION, newcomer()) for _ in range(3)]
        time.sleep(5)
        telegram.start()
        wait_replied(telegram, numbers)
        assert replies(telegram, numbers) == [1] * len(numbers)
        assert bot.end() == 0
        assert telegram.token not in bot.log
        assert "Traceback" not in bot.log


def test_nothing_is_lost_while_telegram_is_away(elsewhere: Outcomes) -> None:
    """Nobody should have to start the bot again."""
    elsewhere[telegram_goes_away].result()


@pytest.mark.parametrize(
    ("faults", "words"), [([Conflict()] * 2, "同一个令牌收消息"), ([Internal(), Reset(), RetryAfter(1)], "")]
)
def test_receiving_goes_on_after_failures(telegram: Telegram, faults: list[Fault], words: str) -> None:
    """Where an operator can do something about it, he is told, once."""
    telegram.inject(faults, ["getUpdates"])
    number = telegram.say(QUESTION, newcomer())
    wait_replied(telegram, [number])
    following = telegram.say(QUESTION, newcomer())
    wait_replied(telegram, [following])
    assert replies(telegram, [number, following]) == [1, 1]
    if words:
        telegram.wait_for(lambda: alarms(telegram, words))
        assert told_once(telegram, words)


def telegram_refuses_the_token(cache: Path, folder: Path) -> None:
    """For a while, both for receiving and for sending."""
    chat, other = newcomer(), newcomer()
    with Telegram() as telegram, Bot(telegram, cache, folder, CHUWEN_OPERATORS=str(OPERATOR)) as bot:
        befall(telegram, only(chat, Unauthorized()))
        telegram.inject([Unauthorized()] * 3, ["getUpdates"])
        numbers = [telegram.say(QUESTION, chat), telegram.say(QUESTION, other)]
        wait_replied(telegram, numbers)
        telegram.wait_for(lambda: alarms(telegram, "拒绝机器人的令牌"))
        seconds_to_answer(telegram, newcomer())
        assert replies(telegram, numbers) == [1, 1]
        assert told_once(telegram, "拒绝机器人的令牌")
        assert telegram.token not in bot.log
        assert "Traceback" not in bot.log


def telegram_refuses_to_send(cache: Path, folder: Path) -> None:
    """By webhook, only what is sent shows that the token is refused."""
    chat = newcomer()
    with (
        Telegram() as telegram,
        Bot(telegram, cache, folder, by_webhook=True, CHUWEN_OPERATORS=str(OPERATOR)) as bot,
    ):
        befall(telegram, only(chat, Unauthorized()))
        number = telegram.say(QUESTION, chat)
        wait_replied(telegram, [number])
        telegram.wait_for(lambda: alarms(telegram, "拒绝机器人的令牌"))
        assert told_once(telegram, "拒绝机器人的令牌")
        assert not [secret for secret in (telegram.token, SECRET) if secret in bot.log]


@pytest.mark.parametrize("scenario", [telegram_refuses_the_token, telegram_refuses_to_send])
def test_a_token_that_is_refused_for_a_while_loses_nothing(elsewhere: Outcomes, scenario: Scenario) -> None:
    """Telegram has been seen to do so; the operator is told, once."""
    elsewhere[scenario].result()


def test_poison_is_set_aside_after_three_tries(bot: Bot, telegram: Telegram, begun: Begun) -> None:
    """Its sender is told, the operators once; then the chat goes on."""
    wait_replied(telegram, [begun.following])
    apology, answer = telegram.messages(begun.unreadable)
    assert "没能处理" in apology.text
    assert answer.reply_to == begun.following
    assert "没能处理" in telegram.wait_for_messages(1, begun.unkeepable)[0].text
    seconds_to_answer(telegram, begun.unkeepable)
    telegram.wait_for(lambda: bot.rows('SELECT tries, "end" FROM inbox WHERE tries > 0') == [(3, "set-aside")] * 3)
    telegram.wait_for(lambda: alarms(telegram, "三次都没能处理"))
    assert told_once(telegram, "三次都没能处理")


def test_a_send_without_a_reply_doubles_at_most(telegram: Telegram, begun: Begun) -> None:
    """Whether it arrived nobody can tell; what is asked next comes after it."""
    seconds_to_answer(telegram, begun.hung)
    assert 1 <= replies(telegram, [begun.hung_number])[0] <= 2


def test_no_alarm_goes_twice_to_who_cannot_be_told(telegram: Telegram) -> None:
    """An operator who never wrote to the bot must not cause alarms about alarms."""
    telegram.wait_for(lambda: telegram.calls("sendMessage", STRANGER))  # of the poison, if of nothing else
    seconds_to_answer(telegram, newcomer())
    told = [call.text for call in telegram.calls("sendMessage", STRANGER)]
    assert len(told) == len(set(told))
    telegram.wait_for(lambda: len(told) <= alarms(telegram, "⚠️"))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no file system here that is always full")
def test_a_full_disk_is_reported_once(tmp_path: Path) -> None:
    """However often it is looked at."""
    database = Database.open(str(tmp_path / "chuwen.db"))
    alarms = Alarms(database, [OPERATOR], Language.SIMPLIFIED, [tmp_path / "none", Path("/proc")])

    async def watch() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await alarms.watch_disks()

    for _ in range(2):
        asyncio.run(watch())
    with database.reading() as connection:
        told = connection.scalars(select(schema.outbox.c.payload)).all()
    database.close()
    assert 1 <= len(told) <= 2  # one an hour
    assert "磁盘空间不足：/proc" in told[0]
