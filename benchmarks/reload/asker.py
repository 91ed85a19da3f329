"""Somebody who asks all the time."""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.reload.rounds import ROUND_QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.emulator import Telegram

QUESTIONS = {  # and what the answer has to say
    "宜昌消耗了多少磷石膏？": "近40万吨",
    "宝钢黄石新港首期工程哪年建成投产？": "2018年",
    "明天武汉天气怎么样？": "查不到",
}
CHATS = 500  # that ask in turn: each of them seldom enough to be answered at once


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put, and when."""

    number: int  # of its message
    question: str
    at: float


class Asker:
    """Asks all the time, until it is left; one chat after the other."""

    def __init__(self, telegram: Telegram, rate: float) -> None:
        self.asked: list[Asked] = []
        self._telegram = telegram
        self._pause = 1 / rate
        self._goes_on = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._goes_on.set()

    def __enter__(self) -> Asker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._goes_on.set()
        self._thread.join()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Nobody asks for a while."""
        self._goes_on.clear()
        time.sleep(3)
        yield
        self._goes_on.set()

    def _run(self) -> None:
        questions = itertools.cycle((ROUND_QUESTION, *QUESTIONS))
        due = time.monotonic()
        for chat in itertools.cycle(range(1, CHATS + 1)):
            if not self._goes_on.is_set():
                self._goes_on.wait()
                due = time.monotonic()
            if self._ended.wait(max(0.0, due - time.monotonic())):
                return
            due += self._pause
            question = next(questions)
            at = time.time()
            self.asked.append(Asked(self._telegram.say(question, 10_000 + chat), question, at))
