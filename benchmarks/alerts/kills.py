"""Two bots send alerts to 2,000 chats; kill -9 of either at random moments, of the planning as well."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.alerts.bots import bots
from benchmarks.alerts.draining import most_within
from benchmarks.alerts.stories import numbers_in
from benchmarks.alerts.subscribers import MATCHING, Sort, crowd, subscribe
from benchmarks.reload.report import print_log, tell
from bot.domain.subscriptions import Filter
from bot.service.heartbeat import utc_now
from bot.store.queue.rate_limit import PER_SECOND
from tests.support.faults import Hang

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.alerts.bots import Bots
    from benchmarks.alerts.subscribers import Subscriber
    from tests.support.process import Bot

KILLS = 25  # in a round, which takes some 100 s
PLANNING_KILLS = 3  # of those at most, while it is planned: that takes less than a second
MOST_PAUSE = 2.4  # seconds between two kills, a start not counted
SETTLING = 400.0  # seconds
ROUND_TRIP = (0.03, 0.3)  # seconds from a message's arrival until the bot knows
SORTS = (*MATCHING, Sort(0.05, (Filter(("襄阳",)),), is_met=False), Sort(0.05, (Filter(),), is_paused=True))


@dataclass(slots=True)
class Killed:
    """What was killed, and what it had in hand."""

    kills: int = 0
    in_planning: int = 0
    held: Counter[tuple[int, int]] = field(default_factory=Counter)  # (chat, round) → kills that hit its message
    most_held: int = 0  # at one kill


def run(folder: Path, options: argparse.Namespace) -> list[str]:
    """Publish a story each round, and kill the bots while they tell of it."""
    chance, killed = random.Random(options.seed), Killed()
    subscribers = crowd(options.subscribers, SORTS, options.seed, group_share=0.5)
    rounds = -(-options.times // KILLS)
    with bots(folder, options.database, ("a", "b")) as here:
        subscribe(here.database, subscribers, utc_now())
        here.telegram.inject(lambda *_: Hang(chance.uniform(*ROUND_TRIP)))
        left = 0
        for number in range(1, rounds + 1):
            begun = time.monotonic()
            _round(here, number, min(KILLS, options.times - killed.kills), chance, killed)
            left += 0 if here.settle(SETTLING) else here.waiting()
            took, held = time.monotonic() - begun, killed.held.total()
            tell(f"round {number}: {took:.0f} s, {killed.kills} kills, {held} sends in hand at them")
        time.sleep(2)  # for what is doubled
        broken = [f"{left} messages still wait"] if left else []
        broken += _checked(here, subscribers, rounds, killed, options.database)
        for bot in here.bots:
            broken += [f"error in a log: {line}" for line in print_log(bot.log)[:3]]
    return broken


def _round(here: Bots, number: int, kills: int, chance: random.Random, killed: Killed) -> None:
    """Publish in a process of its own, and kill from the moment that it is published."""
    before = here.generation()
    failures: list[Exception] = []

    def publish() -> None:
        try:
            here.publish(number)
        except Exception as error:  # told below
            failures.append(error)

    publishing = threading.Thread(target=publish)
    publishing.start()
    while here.generation() == before and publishing.is_alive():
        time.sleep(0.005)
    last = killed.kills + kills
    _kill_planning(here, min(kills, PLANNING_KILLS), chance, killed)
    while killed.kills < last:
        time.sleep(chance.uniform(0.05, MOST_PAUSE))
        _kill(here, chance.choice(here.bots), chance, killed)
    publishing.join()
    for bot in here.bots:
        bot.wait_ready()
    if failures:
        raise failures[0]


def _kill_planning(here: Bots, most: int, chance: random.Random, killed: Killed) -> None:
    """Kill whoever plans, as long as there is anything to plan."""
    for _ in range(most):
        deadline = time.monotonic() + 5
        while (planner := _planner(here)) is None and not here.is_planned() and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.25))
        if planner is None or here.is_planned():
            return
        killed.in_planning += 1
        _kill(here, planner, chance, killed)


def _planner(here: Bots) -> Bot | None:
    pid = here.announcer()
    return next((bot for bot in here.bots if bot.pid == pid), None)


def _kill(here: Bots, bot: Bot, chance: random.Random, killed: Killed) -> None:
    killed.kills += 1
    in_hand = here.kill(bot)
    killed.most_held = max(killed.most_held, len(in_hand))
    for chat, words in in_hand:
        killed.held.update((chat, number) for number in numbers_in(words))
    bot.start()
    if chance.random() < 0.7:  # some are killed while they start
        bot.wait_ready()


def _checked(
    here: Bots, subscribers: Sequence[Subscriber], rounds: int, killed: Killed, database: str
) -> Iterator[str]:
    calls = [call for call in here.telegram.calls("sendMessage") if call.accepted]
    sent = Counter((int(call.parameters["chat_id"]), number) for call in calls for number in numbers_in(call.text))
    wanted = {(one.chat_id, number) for one in subscribers if one.sort.is_told for number in range(1, rounds + 1)}
    lost, more = wanted - sent.keys(), sent.keys() - wanted
    doubled = {key: count - 1 for key, count in sent.items() if count > 1}
    beyond = {key: count for key, count in doubled.items() if count > killed.held[key]}
    held, fastest = killed.held.total(), most_within([call.received for call in calls], 1.0)
    print(f"{database}: {killed.kills} kills, {killed.in_planning} of them while alerts were planned")
    print(f"  {len(wanted)} alerts for {len({chat for chat, _ in wanted})} chats in {rounds} rounds: "
          f"{len(lost)} lost, {sum(doubled.values())} doubled, {held} sends in hand at the kills")  # fmt: skip
    print(f"  most in a second: {fastest}, where nobody counts what the dead just sent: {killed.most_held} at most")
    if lost:
        yield f"{len(lost)} alerts lost: {sorted(lost)[:5]}"
    if more:
        yield f"{len(more)} alerts to who wanted none: {sorted(more)[:5]}"
    if beyond:
        yield f"{len(beyond)} alerts doubled that nobody had in hand: {sorted(beyond)[:5]}"
    if fastest > PER_SECOND + killed.most_held:
        yield f"{fastest} messages in one second"
