"""What questions were answered, and whether that could be said when it was said."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.reload.asker import QUESTIONS
from benchmarks.reload.rounds import rounds_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.reload.asker import Asked
    from tests.support.emulator import Telegram

FAILED = "没能处理"
MOST_SECONDS = 2.0  # until every process serves what was published


@dataclass(frozen=True, slots=True)
class Span:
    """A reload, from when it was asked for to when its report was there."""

    begun: float
    ended: float
    number: int  # of the round

    def has(self, moment: float) -> bool:
        """Whether it was under way."""
        return self.begun <= moment <= self.ended


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to a question, and when."""

    asked: Asked
    said: str
    at: float

    @property
    def seconds(self) -> float:
        """Somebody waited."""
        return self.at - self.asked.at


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of all questions."""

    asked: int
    unanswered: int
    doubled: int  # replies that are too many
    replies: tuple[Reply, ...]  # the first to each question
    wrong: dict[str, list[Reply]]  # by what is wrong with them

    @classmethod
    def of(cls, telegram: Telegram, asked: Sequence[Asked], spans: Sequence[Span]) -> Outcome:
        """Read it from what was sent."""
        known = {one.number: one for one in asked}
        found: dict[int, Reply] = {}
        doubled = 0
        for call in telegram.calls("sendMessage"):
            number = call.parameters.get("reply_parameters", {}).get("message_id")
            if call.accepted and number in known:
                doubled += number in found
                found.setdefault(number, Reply(known[number], call.text, call.received))
        wrong: dict[str, list[Reply]] = {}
        for reply in found.values():
            for fault in _faults_of(reply, spans):
                wrong.setdefault(fault, []).append(reply)
        return cls(len(asked), len(known) - len(found), doubled, tuple(found.values()), wrong)

    def print(self) -> None:
        """In one line."""
        counts = {fault: len(replies) for fault, replies in self.wrong.items()}
        print(f"questions: {self.asked}, unanswered {self.unanswered}, replied to twice {self.doubled}; "
              f"wrong: {counts or 0}")  # fmt: skip

    def broken(self) -> list[str]:
        """The promises that were broken."""
        unanswered = [f"{self.unanswered} unanswered"] if self.unanswered else []
        return [*(f"{len(replies)} × {fault}" for fault, replies in self.wrong.items()), *unanswered]


def _faults_of(reply: Reply, spans: Sequence[Span]) -> Iterator[str]:
    """What is wrong with an answer, seen by what was published when it was asked and when it came."""
    if FAILED in reply.said:
        yield "told that it failed"
        return
    wanted = QUESTIONS.get(reply.asked.question)
    if wanted is not None:
        if wanted not in re.sub(r"<[^>]+>", "", reply.said):
            yield "answered otherwise"
        return
    found = rounds_in(reply.said)
    if not found:
        yield "answered otherwise"
    if len(found) > 1:
        yield "mixed from two rounds"
    least = max((one.number for one in spans if one.ended + MOST_SECONDS < reply.asked.at), default=0)
    most = max((one.number for one in spans if one.begun <= reply.at), default=0)
    if any(number < least for number in found):
        yield "from a round long replaced"
    if any(number > most for number in found):
        yield "from a round not yet published"


def quotes_in(said: str) -> set[str]:
    """What an answer quotes."""
    found = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", said, re.DOTALL)
    return {html.unescape(re.sub(r"<[^>]+>", "", quote)) for quote in found}
