"""What the tests of the bot at work have in common: a question, who asks it, and what came of it."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.support.emulator import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path
    from typing import TypeAlias

    from tests.support.emulator import Telegram
    from tests.support.faults import Decide, Fault

    Scenario: TypeAlias = Callable[[Path, Path], None]
    Outcomes: TypeAlias = dict[Scenario, Future[None]]

QUESTION = "宜昌消耗了多少磷石膏？"
SOON = 5  # seconds: a busy machine that has just started takes two, whoever is held up far more
ANSWER = "近40万吨"
OTHER_QUESTION = "宝钢黄石新港二期什么时候开工？"
LATE = "（抱歉，这条回复来晚了。）"
_people = itertools.count(2_000_001)


def newcomer() -> int:
    """Somebody who has not written before: the number of the person, and of the private chat."""
    return next(_people)


def replies(telegram: Telegram, numbers: Iterable[int]) -> list[int]:
    """How many replies each of these messages has."""
    counts = Counter(message.reply_to for message in telegram.messages())
    return [counts[number] for number in numbers]


def wait_replied(telegram: Telegram, numbers: Iterable[int], seconds: float = PATIENCE) -> None:
    """Until each of these messages has a reply.

    Raises:
        TimeoutError: with the last calls.
    """
    waiting, deadline = list(numbers), time.monotonic() + seconds
    while time.monotonic() < deadline and not all(replies(telegram, waiting)):
        time.sleep(0.01 if len(waiting) < 20 else 0.1)  # to look at many takes time from the emulator
    telegram.wait_for(lambda: all(replies(telegram, waiting)), 0)


def seconds_to_answer(telegram: Telegram, chat: int, patience: float = PATIENCE) -> float:
    """Ask there, and tell after how many seconds the answer arrived."""
    before, asked = len(telegram.messages(chat)), time.time()
    telegram.say(QUESTION, chat)
    answer = telegram.wait_for_messages(before + 1, chat, patience)[-1]
    assert ANSWER in answer.text
    sends = telegram.wait_for(
        lambda: [call for call in telegram.calls("sendMessage", chat) if call.message_id == answer.message_id]
    )
    return sends[0].received - asked


def only(chat: int, *faults: Fault | None) -> Decide:
    """The calls for one chat meet these in turn; all else goes well."""
    left = iter(faults)
    return lambda _, parameters: next(left, None) if parameters.get("chat_id") == chat else None


def beside(*scenarios: Scenario, cache: Path, folder: Path) -> Iterator[Outcomes]:
    """Let scenarios that mostly wait run, each with a bot of its own, while other tests do."""
    with ThreadPoolExecutor() as pool:
        outcomes = {}
        for scenario in scenarios:
            (own := folder / scenario.__name__).mkdir()
            outcomes[scenario] = pool.submit(scenario, cache, own)
        yield outcomes


def all_of(*decides: Decide) -> Decide:
    """The first that lets a call go wrong."""
    return lambda method, parameters: next(filter(None, (decide(method, parameters) for decide in decides)), None)


def always(chat: int, fault: Fault) -> Decide:
    """The calls for one chat all meet this one."""
    return lambda _, parameters: fault if parameters.get("chat_id") == chat else None
