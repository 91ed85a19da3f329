"""Kill -9 at random moments of a reload."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.reload.agreement import check_differs, disagreements
from benchmarks.reload.processes import descendants, finished, left_behind, shell
from benchmarks.reload.report import print_log, tell
from benchmarks.reload.rounds import Rounds
from benchmarks.reload.scene import BEGUN, OPERATOR, reload_somehow, scene
from bot.domain.jobs import JobEnd
from corpus.article_files import QUIET_SECONDS

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from benchmarks.reload.scene import Scene


@dataclass(slots=True)
class Fate:
    """What became of a reload that was killed."""

    way: str
    delay: float
    at_once: str = ""  # what was served right after it
    has_job: bool = False
    wrongs: tuple[str, ...] = ()


def run(folder: Path, options: argparse.Namespace) -> list[str]:
    """Kill -9 at random moments of a reload: the bot, or the process that reloads."""
    chance = random.Random(options.seed)
    rounds = Rounds(folder, options.kills + 4)
    fates: list[Fate] = []
    with scene(folder, rounds.link) as here:
        longest = _durations(here, rounds)
        tell(f"a reload takes {longest}")
        published = 4
        for number in range(5, options.kills + 5):
            way = "shell" if chance.random() < 0.4 else "chat"
            afresh = number % 5 == 0
            fate = Fate(way, chance.uniform(0, 1.1 * longest[way] + afresh * 2 * QUIET_SECONDS))
            rounds.turn(number, afresh=afresh)
            published = _kill_one(here, rounds, fate, published, number)
            fates.append(fate)
            tell(f"{number - 4}: {fate}")
        stuck = sum(BEGUN in message.text for message in here.telegram.messages(OPERATOR))
        wrongs = [wrong for fate in fates for wrong in fate.wrongs]
        print(f"{len(fates)} kills: {dict(Counter(fate.way for fate in fates))}")
        for way in longest:
            served = Counter(fate.at_once for fate in fates if fate.way == way)
            print(f"  {way}: served right after it: {dict(served)}; "
                  f"killed before there was a job: {sum(not f.has_job for f in fates if f.way == way)}")  # fmt: skip
        print(f"disagreements: {len(wrongs)}; messages that still say {BEGUN}: {stuck}")
        errors = print_log(here.bot.log)
    return [*wrongs, *([f"{len(errors)} errors in the log"] if errors else [])]


def _durations(here: Scene, rounds: Rounds) -> dict[str, float]:
    """How long a reload takes in the chat and in the shell; the second of two each."""
    seconds = {}
    for number, way in enumerate(("chat", "shell", "chat", "shell"), 1):
        rounds.turn(number)
        begun = time.monotonic()
        reload_somehow(here, number)
        seconds[way] = time.monotonic() - begun
    return seconds


def _kill_one(here: Scene, rounds: Rounds, fate: Fate, published: int, number: int) -> int:
    """Kill a reload, look what is served, and then whether it is done by whoever takes over; what is published."""
    before = here.last_job()
    left = _kill_in_chat(here, fate) if fate.way == "chat" else _kill_in_shell(here, fate)
    wrongs = [f"{fate.way}: left behind: {left}"] if left else []
    served = here.served()
    known = {frozenset([published]): "old", frozenset([number]): "new"}
    fate.at_once = known.get(frozenset(served), f"neither: {served}")
    if fate.at_once not in ("old", "new"):
        wrongs.append(f"{fate.way} after {fate.delay:.2f} s: {fate.at_once}")
    fate.has_job = fate.way == "chat" or here.last_job() > before
    if fate.has_job:
        job = here.wait_ended(before)
        if job is None or job.end is not JobEnd.DONE:
            wrongs.append(f"{fate.way} after {fate.delay:.2f} s: the job came to nothing: {job}")
        else:
            published = number
    time.sleep(0.7)  # by then it is served
    wrongs += disagreements(here, rounds.of(published), published)
    if fate.has_job:
        wrongs += check_differs(here)
    fate.wrongs = tuple(wrongs)
    return published


def _kill_in_chat(here: Scene, fate: Fate) -> list[str]:
    """Kill the bot, and start it again; the processes that are left behind."""
    here.telegram.say("/reload", OPERATOR)
    time.sleep(fate.delay)
    family = descendants(here.bot.pid)
    pid = here.bot.pid
    here.bot.kill()
    here.bot.start()
    here.bot.wait_ready()
    return left_behind(pid, family)


def _kill_in_shell(here: Scene, fate: Fate) -> list[str]:
    """Kill the process that reloads; the bot lives. The processes that are left behind."""
    process = shell(here.bot, "reload", "--json")
    time.sleep(fate.delay)
    family = descendants(process.pid)
    process.kill()
    finished(process)
    return left_behind(process.pid, family)
