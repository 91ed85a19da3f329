"""One new article for 100,000 subscribers, without Telegram: how fast it is planned, who waits for it, and the pace."""

from __future__ import annotations

import os
import random
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks.alerts.draining import Drained, Senders
from benchmarks.alerts.stage import stage
from benchmarks.alerts.subscribers import ALL, ANSWERED, MIXED, Sort, Subscriber, crowd, subscribe
from benchmarks.alerts.writes import Waits, written_beside
from benchmarks.chat import at
from benchmarks.reload.processes import memory_of
from benchmarks.reload.report import tell
from bot.domain.subscriptions import Filter
from bot.service.heartbeat import utc_now
from bot.store.db.schema import alerts, is_waiting_alert, outbox
from bot.telegram.outbound.announcer import PAUSE_SECONDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.alerts.stage import Stage
    from bot.store.db.database import Database

MOST_SECONDS = 10.0  # from the first step until everybody's alert waits
MOST_WAIT = 50.0  # ms that a write into the inbox may wait
MOST_GROWTH = 20.0  # MB
QUIET_SECONDS = 3.0
ASKERS = 2_000  # who wait for the answer to one question
GROUPS, TOPICS, STORIES = 50, 4, 5


@dataclass(slots=True)
class Planned:
    """How an announcement was planned."""

    seconds: float = 0.0
    processor: float = 0.0  # seconds, of which the threads that write meanwhile take a part
    steps: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)  # MB of its own after each step; pages of files come and go

    def described(self) -> str:
        """In words."""
        ordered = sorted(self.steps)
        told = f"p50 {1000 * statistics.median(ordered):.0f} ms, max {1000 * ordered[-1]:.0f} ms"
        took = f"{self.seconds:.2f} s, {self.processor:.2f} s of processor time"
        return f"planned and enqueued in {took}, {len(ordered)} steps, {told}"

    @property
    def growth(self) -> float:
        """MB from after the third step, by when all is loaded, to the highest."""
        return max(self.memory) - self.memory[min(3, len(self.memory) - 1)]


def run(folder: Path, options: argparse.Namespace) -> list[str]:
    """Plan for a crowd, and send to it by a simulated clock; then one question's crowd, and groups with many topics."""
    broken = []
    for name, work in (("crowd", _crowd), ("waiting", _waiting), ("groups", _groups)):
        (folder / name).mkdir()
        with stage(folder / name) as here:
            broken += [f"{name}: {one}" for one in work(here, options)]
    return broken


def _crowd(here: Stage, options: argparse.Namespace) -> Iterator[str]:
    everybody = crowd(options.subscribers, MIXED, options.seed, group_share=0.2)
    begun = time.monotonic()
    subscribe(here.database, everybody, utc_now())
    tell(f"subscribed after {time.monotonic() - begun:.0f} s")
    begun = time.monotonic()
    here.publish(1)
    print(f"published, which counts the alerts beforehand, in {time.monotonic() - begun:.1f} s")
    with written_beside(here.database, here.place.address, "nothing announced") as quiet:
        time.sleep(QUIET_SECONDS)
    with written_beside(here.database, here.place.address, "while it is planned") as waits:
        planned = plan(here)
    load = " ".join(f"{one:.1f}" for one in os.getloadavg()[:2])
    print(f"{options.subscribers} subscribers: {planned.described()} (the machine's load: {load})")
    print(f"  memory {planned.memory[0]:.0f} MB after the first step, {max(planned.memory):.0f} MB at most, "
          f"{planned.memory[-1]:.0f} MB at the end")  # fmt: skip
    for one in (*quiet, *waits):
        print(f"  inbox, {one.described()}")
    yield from _late(planned, waits)
    yield from _wrong_plan(here.database, everybody)
    yield from _drain(here, everybody, options)


def _waiting(here: Stage, _options: argparse.Namespace) -> Iterator[str]:
    """Many wait for the answer to one question, which the article brings."""
    askers = crowd(ASKERS, [Sort(1, (Filter(question=ANSWERED),))], 1, group_share=0.2)
    subscribe(here.database, askers, utc_now())
    here.publish(1)
    with written_beside(here.database, here.place.address, "while answers are planned") as waits:
        planned = plan(here)
    print(f"{ASKERS} who wait for one answer: {planned.described()}")
    for one in waits:
        print(f"  inbox, {one.described()}")
    yield from _late(planned, waits)
    yield from _wrong_plan(here.database, askers)


def plan(here: Stage) -> Planned:
    """Step as the announcer does, until there is nothing more to be announced."""
    planned, announcing = Planned(), here.announcing
    begun, used = time.perf_counter(), time.process_time()
    while True:
        before = time.perf_counter()
        if not announcing.step():
            return planned
        planned.steps.append(time.perf_counter() - before)
        planned.seconds, planned.processor = time.perf_counter() - begun, time.process_time() - used
        planned.memory.append(memory_of(os.getpid(), "RssAnon"))
        time.sleep(PAUSE_SECONDS)


def _late(planned: Planned, waits: tuple[Waits, Waits]) -> Iterator[str]:
    if planned.seconds > MOST_SECONDS:
        yield f"{planned.seconds:.1f} s until everybody's alert waits"
    if planned.growth > MOST_GROWTH:
        yield f"{planned.growth:.0f} MB more while it is planned"
    for one in waits:
        if one.longest > MOST_WAIT:
            yield f"{one.name}: a write waited for {one.longest:.0f} ms"


def _wrong_plan(database: Database, everybody: list[Subscriber]) -> Iterator[str]:
    """Whether each chat that should have an alert has one, and a message that waits for it."""
    wanted = {one.chat_id for one in everybody if one.sort.is_told}
    with database.reading() as connection:
        found = connection.scalars(select(alerts.c.chat_id)).all()
        waiting = connection.scalars(select(outbox.c.chat_id).where(is_waiting_alert(outbox))).all()
    print(f"  {len(found)} alerts for {len(set(found))} chats, {len(waiting)} messages; wanted {len(wanted)}")
    for name, chats in (("alerts", found), ("messages", waiting)):
        if set(chats) != wanted or len(chats) != len(wanted):
            missing, more = wanted - set(chats), set(chats) - wanted
            yield f"{name}: {len(missing)} missing, {len(more)} too many, {len(chats) - len(set(chats))} doubled"


def _drain(here: Stage, everybody: list[Subscriber], options: argparse.Namespace) -> Iterator[str]:
    """Send all but the daily ones, or as many as are asked for."""
    wanted = {one.chat_id for one in everybody if one.sort.is_told and not one.sort.is_daily}
    senders, drained = Senders(here.database, utc_now(), random.Random(options.seed)), Drained()
    begun = time.monotonic()
    senders.drain(drained, options.drained or None)
    _tell_drained("the crowd", drained, time.monotonic() - begun)
    yield from drained.broken()
    counts = drained.counts()
    if doubled := sum(count > 1 for count in counts.values()):
        yield f"{doubled} chats got more than one message"
    if not options.drained and counts.keys() != wanted:
        yield f"{len(wanted - counts.keys())} chats got nothing, {len(counts.keys() - wanted)} should have got nothing"


def _tell_drained(name: str, drained: Drained, seconds: float) -> None:
    claims, fastest = sorted(drained.claims), drained.fastest()
    rate = len(drained.sent) / (drained.sent[-1][0] - drained.sent[0][0])
    print(f"{name}: {len(drained.sent)} messages in {drained.sent[-1][0]:.0f} s by the simulated clock "
          f"({rate:.1f} a second), {seconds:.0f} s in reality")  # fmt: skip
    print(f"  most in a second {fastest[0]}, of a chat {fastest[1]}; of a group in a minute {fastest[2]}")
    print(f"  {len(claims)} claims: p50 {1000 * statistics.median(claims):.1f} ms, "
          f"p99 {1000 * at(claims, 0.99):.1f} ms, max {1000 * claims[-1]:.1f} ms")  # fmt: skip


def _groups(here: Stage, options: argparse.Namespace) -> Iterator[str]:
    """Groups with several topics, each of which gets several alerts, and then as many once more."""
    topics = [Subscriber(-1000 - group, ALL, topic) for group in range(GROUPS) for topic in range(1, TOPICS + 1)]
    subscribe(here.database, topics, utc_now())
    senders, drained = Senders(here.database, utc_now(), random.Random(options.seed)), Drained()
    begun = time.monotonic()
    for first in (1, 1 + STORIES):
        here.publish(*range(first, first + STORIES))
        plan(here)
        senders.drain(drained)
    _tell_drained(f"{GROUPS} groups of {TOPICS} topics", drained, time.monotonic() - begun)
    yield from drained.broken()
    wanted = {-1000 - group: 2 * TOPICS * STORIES for group in range(GROUPS)}
    counts = dict(drained.counts())
    if counts != wanted:
        print(f"  {len([chat for chat in wanted if counts.get(chat) != wanted[chat]])} groups differ: "
              f"{sorted(set(counts.values()))} messages, wanted {2 * TOPICS * STORIES}")  # fmt: skip
        yield "not every group got a message for each story in each topic"
    with here.database.reading() as connection:
        left = connection.scalar(select(func.count()).select_from(outbox).where(is_waiting_alert(outbox)))
    if left:
        yield f"{left} messages still wait"
