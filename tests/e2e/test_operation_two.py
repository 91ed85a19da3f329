"""Two processes on one store: one receives, both work, and each takes over from the other."""

from __future__ import annotations

import itertools
import signal
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.asking import QUESTION, beside, newcomer, only, replies, seconds_to_answer, wait_replied
from tests.support.emulator import PATIENCE, Telegram
from tests.support.faults import Hang
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiohttp import web

    from retrieval.library import Library
    from tests.support.asking import Outcomes

OPERATOR = 78_001


class Noting(Telegram):
    """Also notes which of its names each call was for: by them, one can tell who called."""

    def __init__(self) -> None:
        super().__init__()
        self.callers: Counter[tuple[str, str]] = Counter()  # name, method
        self.receiver = ""  # the name of who asked for updates last

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note it, and carry it out."""
        method, name = request.match_info["method"], request.host.partition(":")[0]
        self.callers[name, method] += 1
        if method == "getUpdates":
            self.receiver = name
        return await super().handle(request)


class Pair:
    """Two bots, by the name that each has for Telegram."""

    def __init__(self, telegram: Noting, cache: Path, folder: Path) -> None:
        self.telegram = telegram
        self.bots: dict[str, Bot] = {}
        for name in ("127.0.0.1", "localhost"):
            (folder / name).mkdir()
            api = f"http://{name}:{telegram.port}"
            self.bots[name] = Bot(
                telegram,
                cache,
                folder / name,
                CHUWEN_DATABASE=str(folder / "chuwen.db"),
                CHUWEN_OPERATORS=str(OPERATOR),
                CHUWEN_TELEGRAM_API=api,
            )

    def begin(self) -> None:
        """Start whichever does not run, and wait until both are known."""
        fresh = [bot for bot in self.bots.values() if bot.process is None or bot.process.poll() is not None]
        for bot in fresh:
            bot.start()
        for bot in fresh:
            bot.wait_ready()
        self.telegram.wait_for(lambda: self.known() == 2 and self.telegram.polling)

    def known(self) -> int:
        """How many processes the store knows."""
        return int(self.bots["localhost"].rows("SELECT count(*) FROM processes")[0][0])

    @property
    def receiver(self) -> Bot:
        """Who asks for updates."""
        return self.bots[self.telegram.receiver]


@contextmanager
def running(cache: Path, folder: Path) -> Iterator[Pair]:
    """Two processes; whatever happens to them is no trouble for operators, and no secret gets out."""
    with Noting() as telegram:
        pair = Pair(telegram, cache, folder)
        try:
            yield pair
        finally:
            for bot in pair.bots.values():
                bot.kill()
        assert telegram.messages(OPERATOR) == []
        for bot in pair.bots.values():
            assert "Traceback" not in bot.log
            assert telegram.token not in bot.log


@pytest.fixture(scope="module", autouse=True)
def elsewhere(sample: Library, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    """What takes long, beside the rest."""
    assert sample.articles  # in the cache by now
    yield from beside(receiver_freezes, cache=cache, folder=tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="module")
def both(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two processes, started by who needs them."""
    with running(cache, tmp_path_factory.mktemp("two")) as pair:
        yield pair


@pytest.fixture
def pair(both: Pair) -> Pair:
    """Both at work."""
    both.begin()
    return both


def test_one_receives_and_both_work(pair: Pair) -> None:
    """Each chat is answered in its order, and each question once."""
    telegram, chats = pair.telegram, [newcomer() for _ in range(20)]
    receiver = telegram.receiver
    numbers = telegram.say_many(itertools.product(chats * 10, [QUESTION]))
    wait_replied(telegram, numbers)
    assert replies(telegram, numbers) == [1] * len(numbers)
    asked = dict(zip(chats, (numbers[place::20] for place in range(20)), strict=True))
    for chat in chats:
        assert [message.reply_to for message in telegram.messages(chat)] == asked[chat]
    assert telegram.receiver == receiver
    assert {call.status for call in telegram.calls("getUpdates")} == {200}
    assert all(telegram.callers[name, "sendMessage"] > 10 for name in pair.bots), telegram.callers


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_other_takes_over(pair: Pair, number: int) -> None:
    """Within ten seconds, whether the receiver could say so or is found dead."""
    telegram, receiver = pair.telegram, pair.receiver
    telegram.wait_for(lambda: telegram.polling)
    assert receiver.process is not None
    receiver.process.send_signal(number)
    begun = time.monotonic()
    receiver.process.wait(PATIENCE)
    seconds_to_answer(telegram, newcomer())
    assert time.monotonic() - begun < 10
    assert pair.receiver is not receiver


def receiver_freezes(cache: Path, folder: Path) -> None:
    """While it sends; the other one takes over, and then it wakes."""
    with running(cache, folder) as pair:
        pair.begin()
        telegram, receiver, hung = pair.telegram, pair.receiver, newcomer()
        telegram.inject(only(hung, Hang()), ["sendMessage"])
        in_hand = telegram.say(QUESTION, hung)
        wait_replied(telegram, [in_hand])
        receiver.tell(signal.SIGSTOP)
        numbers = [telegram.say(QUESTION, newcomer()) for _ in range(10)]
        wait_replied(telegram, numbers)
        assert pair.receiver is not receiver
        receiver.tell(signal.SIGCONT)
        telegram.wait_for(lambda: pair.known() == 2)
        numbers += [telegram.say(QUESTION, newcomer()) for _ in range(10)]
        wait_replied(telegram, numbers)
        telegram.wait_for(lambda: not receiver.rows("SELECT id FROM outbox WHERE state = 'waiting'"))
        assert replies(telegram, numbers) == [1] * 20
        assert replies(telegram, [in_hand])[0] <= 2


def test_one_that_freezes_is_taken_for_dead_and_doubles_nothing_when_it_wakes(elsewhere: Outcomes) -> None:
    """But for the message that it was sending, which nobody knows of."""
    elsewhere[receiver_freezes].result()
