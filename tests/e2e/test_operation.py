"""The bot at work over its life: how it ends and goes on, what is late, who floods it, and what it holds open."""

from __future__ import annotations

import datetime
import itertools
import signal
import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.asking import (
    ANSWER,
    LATE,
    OTHER_QUESTION,
    QUESTION,
    SOON,
    beside,
    newcomer,
    replies,
    seconds_to_answer,
    wait_replied,
)
from tests.support.emulator import Telegram
from tests.support.faults import Hang
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.library import Library
    from tests.support.asking import Outcomes

MOST_WAITING = 50  # of one person, in private


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    """The server for all that follows."""
    with Telegram() as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def elsewhere(sample: Library, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    """What takes long, beside the rest."""
    assert sample.articles  # in the cache by now
    yield from beside(end_while_a_send_hangs, cache=cache, folder=tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="module")
def bot(telegram: Telegram, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """One bot, always with the same store; started by who needs it."""
    running = Bot(telegram, cache, tmp_path_factory.mktemp("bot"))
    yield running
    running.kill()
    assert "Traceback" not in running.log
    assert telegram.token not in running.log


@pytest.fixture
def running(bot: Bot) -> Bot:
    """The bot, at work."""
    if bot.process is None or bot.process.poll() is not None:
        bot.start()
        bot.wait_ready()
    return bot


def test_its_arguments_hold_no_secret(running: Bot) -> None:
    """Everybody on the machine can read them."""
    with open(f"/proc/{running.pid}/cmdline", "rb") as arguments:  # noqa: PTH123 # no file
        assert running.telegram.token.encode() not in arguments.read()


def test_a_flood_is_asked_to_wait_and_others_are_not(running: Bot, telegram: Telegram) -> None:
    """Who sends three hundred questions gets some answers, and one word; everybody else notices nothing."""
    flooding, minute = newcomer(), datetime.datetime.now(datetime.UTC).minute
    telegram.say_many((flooding, QUESTION) for _ in range(300))
    assert seconds_to_answer(telegram, newcomer()) < SOON
    telegram.wait_for(lambda: len(telegram.messages(flooding)) > MOST_WAITING)
    wait_done(running)
    told = telegram.messages(flooding)
    waits = sum("请稍候" in message.text for message in told)
    assert 1 <= waits <= 1 + (datetime.datetime.now(datetime.UTC).minute != minute)
    assert MOST_WAITING <= len(told) - waits <= 2 * MOST_WAITING  # some are done before the last hundred arrive


def wait_done(bot: Bot) -> None:
    """Until nothing waits any more."""
    rows = "SELECT update_id FROM inbox WHERE ended_at IS NULL UNION SELECT id FROM outbox WHERE state = 'waiting'"
    bot.telegram.wait_for(lambda: bot.telegram.pending == 0 and not bot.rows(rows))


def test_it_holds_no_more_open_after_three_hundred_questions(running: Bot, telegram: Telegram) -> None:
    """What leaks ends a bot after days."""
    held = []
    for _ in range(3):
        numbers = telegram.say_many((newcomer(), QUESTION) for _ in range(100))
        wait_replied(telegram, numbers)
        held.append(running.descriptors)
    assert held[2] <= held[0] + 20, held  # connections come and go


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_while_it_waits(running: Bot, telegram: Telegram, number: int) -> None:
    """Telegram would hold its request for half a minute."""
    telegram.wait_for(lambda: telegram.polling)
    assert running.end(number) == 0
    assert running.log.rstrip().endswith("已停止，没做完的会在下次启动后接着做。")
    assert running.rows("SELECT count(*) FROM processes") == [(0,)]


def test_what_is_not_done_at_the_end_is_done_after_the_next_start(running: Bot, telegram: Telegram) -> None:
    """Nothing is lost, and nothing doubled."""
    chats = [newcomer() for _ in range(20)]
    numbers = telegram.say_many(itertools.product(chats * 10, [QUESTION]))
    telegram.wait_for(lambda: sum(replies(telegram, numbers)) > 10)
    assert running.end() == 0
    assert running.rows("SELECT count(*) FROM processes") == [(0,)]
    assert sum(replies(telegram, numbers)) < len(numbers)
    running.start()
    wait_replied(telegram, numbers)
    wait_done(running)
    assert replies(telegram, numbers) == [1] * len(numbers)
    for chat in chats:
        answered = [message.reply_to for message in telegram.messages(chat)]
        assert answered == [number for number in numbers if number in answered]


def end_while_a_send_hangs(cache: Path, folder: Path) -> None:
    """A message hangs, the bot is told to end, twice, and starts again."""
    chat = newcomer()
    with Telegram() as telegram, Bot(telegram, cache, folder) as bot:
        telegram.inject([Hang()], ["sendMessage"])
        number = telegram.say(QUESTION, chat)
        wait_replied(telegram, [number])
        bot.tell(signal.SIGTERM)
        time.sleep(0.2)
        assert bot.end(seconds=12) == 0
        bot.start()
        bot.wait_ready()
        seconds_to_answer(telegram, chat)
        assert 1 <= replies(telegram, [number])[0] <= 2
        assert "Traceback" not in bot.log


def test_it_ends_though_a_send_hangs(elsewhere: Outcomes) -> None:
    """Within ten seconds, or little more on a busy machine; a second signal does no harm, nor is much said twice."""
    elsewhere[end_while_a_send_hangs].result()


def test_what_was_asked_while_it_was_dead_is_answered_as_late(running: Bot, telegram: Telegram) -> None:
    """Five minutes later the person may not expect it any more."""
    chat = newcomer()
    running.kill()
    telegram.say(QUESTION, chat, date=int(time.time()) - 300)
    telegram.say(OTHER_QUESTION, chat)
    running.start()
    late, soon = telegram.wait_for_messages(2, chat)
    assert late.text.startswith(LATE)
    assert ANSWER in late.text
    assert LATE not in soon.text


def test_a_button_that_was_pressed_long_ago_is_dropped(running: Bot, telegram: Telegram) -> None:
    """Who pressed it has gone on; Telegram tells that it is too late."""
    chat = newcomer()
    seconds_to_answer(telegram, chat)
    (answer,) = telegram.messages(chat)
    press = next(carried for label, carried in answer.buttons.items() if "原文" in label)
    telegram.chats.query_seconds = -1
    try:
        telegram.press(press, answer)
        telegram.wait_for(lambda: [call for call in telegram.calls("answerCallbackQuery") if call.status == 400])
    finally:
        telegram.chats.query_seconds = 900
    seconds_to_answer(telegram, chat)
    wait_done(running)
    assert len(telegram.messages(chat)) == 2


def test_by_webhook_it_ends_well_too(telegram: Telegram, bot: Bot, cache: Path, tmp_path: Path) -> None:
    """A client that is slow to tell what it wants does not hold it up."""
    bot.kill()
    hooked = Bot(telegram, cache, tmp_path, by_webhook=True)
    with hooked, socket.create_connection(("127.0.0.1", hooked.port)) as slow:
        slow.sendall(b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert seconds_to_answer(telegram, newcomer()) < SOON
        assert hooked.end() == 0
        assert hooked.rows("SELECT count(*) FROM processes") == [(0,)]
    assert "Traceback" not in hooked.log
