"""Two bots on one store, and reloads that collide."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from contextlib import ExitStack
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from benchmarks.chat import database
from benchmarks.reload.processes import finished, shell
from benchmarks.reload.replies import MOST_SECONDS
from benchmarks.reload.report import print_log, tell
from benchmarks.reload.rounds import ROUND_QUESTION, Rounds, rounds_in
from benchmarks.reload.scene import OPERATOR, Scene
from bot.domain.jobs import JobEnd
from bot.store.db.database import Database
from tests.support.emulator import Telegram
from tests.support.process import Bot

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from aiohttp import web

BUSY = "已经有一次"
NAMES = ("127.0.0.1", "localhost")  # that two bots have for Telegram
BURST, BURST_SECONDS = 30, 0.3  # questions at once, and between two bursts


class Noting(Telegram):
    """Also notes by which of its names each message came: by them, one can tell who sent it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, float, str]] = []  # name, time, text

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note it, and carry it out."""
        if request.match_info["method"] == "sendMessage":
            fields = parse_qs((await request.read()).decode("utf-8", "replace"))
            name = request.host.partition(":")[0]
            self.sent.append((name, time.time(), fields.get("text", [""])[0]))
        return await super().handle(request)


def run(folder: Path, options: argparse.Namespace) -> list[str]:
    """Two bots on one store."""
    rounds = Rounds(folder, 2 * options.times)
    with ExitStack() as stack:
        url = stack.enter_context(database(options.store, folder))
        telegram = stack.enter_context(Noting())
        bots = []
        for name in NAMES:
            (folder / name).mkdir()
            settings = {"CHUWEN_CORPUS": str(rounds.link), "CHUWEN_OPERATORS": str(OPERATOR), "CHUWEN_DATABASE": url}
            settings["CHUWEN_TELEGRAM_API"] = f"http://{name}:{telegram.port}"
            bots.append(Bot(telegram, folder / "cache", folder / name))
            bots[-1].environment |= settings
            stack.callback(bots[-1].kill)
        for bot in bots:
            bot.start()
            bot.wait_ready()
        store = Database.connect(url)
        stack.callback(store.close)
        here = Scene(bots[0], store)
        slow = _measure_spread(here, telegram, rounds, options)
        slow += _collide(here, rounds, options)
        for bot in bots:
            slow += [f"error in a log: {line}" for line in print_log(bot.log)[:3]]
    return slow


def _measure_spread(here: Scene, telegram: Noting, rounds: Rounds, options: argparse.Namespace) -> list[str]:
    """From the end of a reload in a third process until both bots answer from it, and neither from the old."""
    seconds: list[tuple[float, float]] = []  # the last answer from before, the first one from it
    for number in range(1, options.times + 1):
        rounds.turn(number)
        done = here.reload_in_shell("--json")
        ended = time.time()
        if done.returncode:
            return [f"reload ended with {done.returncode}: {done.stderr}"]
        while time.time() < ended + 2 * MOST_SECONDS:  # in bursts: one bot alone would do what comes one by one
            telegram.say_many((here.newcomer(), ROUND_QUESTION) for _ in range(BURST))  # chats have to wait, too
            time.sleep(BURST_SECONDS)
        pairs = [_spread(telegram, number, ended, name) for name in NAMES]
        seconds.append((max(last for last, _ in pairs), max(first for _, first in pairs)))
        tell(f"reload {number}: last answer from before, first one from it: {pairs}")
    last, first = max(seconds), max(seconds, key=itemgetter(1))
    print(f"{options.store}: what a third process published, of {len(seconds)} times:")
    print(f"  last answer from before: {last[0]:.2f} s after it at most, {_middle(seconds, 0):.2f} s in the median")
    print(f"  both have answered from it: {first[1]:.2f} s after it at most, {_middle(seconds, 1):.2f} s in the median")
    slowest = max(last[0], first[1])
    return [f"{slowest:.2f} s until both serve it"] if slowest >= MOST_SECONDS else []


def _middle(seconds: Sequence[tuple[float, float]], place: int) -> float:
    return statistics.median(pair[place] for pair in seconds)


def _spread(telegram: Noting, number: int, ended: float, name: str) -> tuple[float, float]:
    """Seconds until a bot answered from another round for the last time, and from this one for the first time."""
    told = [(at - ended, rounds_in(said)) for who, at, said in list(telegram.sent) if who == name]
    last = max((at for at, found in told if found and found != {number} and at > 0), default=0.0)
    return last, max(0.0, min((at for at, found in told if found == {number}), default=float("inf")))


def _collide(here: Scene, rounds: Rounds, options: argparse.Namespace) -> list[str]:
    """Two reloads in the shell and one in the chat at the same moment: one runs, the others are told."""
    chance = random.Random(options.seed)
    wrong = []
    winners: Counter[str] = Counter()
    for number in range(options.times + 1, 2 * options.times + 1):
        rounds.turn(number, afresh=True)
        before = here.last_job()
        old = len(here.telegram.messages(OPERATOR))
        processes = [shell(here.bot, "reload", "--json") for _ in range(2)]
        time.sleep(chance.uniform(0.4, 1.8))  # a process takes about as long to begin
        here.telegram.say("/reload", OPERATOR)
        done = [finished(process) for process in processes]
        job = here.wait_ended(before)
        time.sleep(1)
        said = "\n".join(one.text for one in here.telegram.messages(OPERATOR)[old:])
        ran = [f"shell {place}" for place, one in enumerate(done) if one.returncode == 0]
        ran += ["chat"] if "已发布" in said else []
        told = sum(one.returncode == 2 and BUSY in one.stderr for one in done) + (BUSY in said)
        winners.update(ran)
        if len(ran) != 1 or told != 2 or here.last_job() != before + 1 or job is None or job.end is not JobEnd.DONE:
            codes = [(one.returncode, one.stderr[-200:]) for one in done]
            wrong.append(f"collision {number}: ran {ran}, {told} told; {codes}; {said}; job {job}")
        if here.served() != {number}:
            wrong.append(f"collision {number}: {here.served()} is served")
    print(f"{options.store}: {options.times} collisions of three; who ran: {dict(winners)}; {len(wrong)} wrong")
    return wrong
