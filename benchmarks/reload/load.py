"""Reloads at random moments while questions arrive."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.reload.asker import Asker
from benchmarks.reload.replies import Outcome, Span, quotes_in
from benchmarks.reload.report import print_log, print_waits, tell
from benchmarks.reload.rounds import Rounds
from benchmarks.reload.scene import reload_somehow, scene
from benchmarks.reload.state import State

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.reload.asker import Asked
    from benchmarks.reload.scene import Scene

MOST_GROWTH = 0.05  # of the memory, from the 20th reload to the last
EARLY = 20  # reloads, until the memory is measured for the first time


def run(folder: Path, options: argparse.Namespace) -> list[str]:
    """Reloads at random moments while questions arrive."""
    chance = random.Random(options.seed)
    rounds = Rounds(folder, options.reloads)
    spans: list[Span] = []
    ends: Counter[str] = Counter()
    states: list[State] = []
    with scene(folder, rounds.link) as here, Asker(here.telegram, options.rate) as asker:
        for number in range(1, options.reloads + 1):
            time.sleep(chance.uniform(0, 0.6))
            rounds.turn(number, afresh=number % 10 == 0)
            begun = time.time()
            ends[reload_somehow(here, number)] += 1
            spans.append(Span(begun, time.time(), number))
            if number in (min(EARLY, options.reloads), options.reloads):
                with asker.silent():
                    states.append(State.of(here))
                tell(f"reload {number}: {dict(ends)}, {len(asker.asked)} asked, {states[-1]}")
        with asker.silent():
            return _judge(here, rounds, spans, asker.asked, ends, states)


def _judge(
    here: Scene,
    rounds: Rounds,
    spans: Sequence[Span],
    asked: Sequence[Asked],
    ends: Counter[str],
    states: Sequence[State],
) -> list[str]:
    print(f"reloads: {dict(ends)}; {statistics.median(one.ended - one.begun for one in spans):.2f} s in the median")
    wrong = _judge_answers(here, rounds, spans, asked)
    for place, state in zip(sorted({min(EARLY, rounds.count), rounds.count}), states, strict=True):
        print(f"after {place}: {state.described()}")
    errors = print_log(here.bot.log)
    published = ("published in the chat", "published in the shell")
    return [
        *(f"{count} × {end}" for end, count in ends.items() if end not in published),
        *wrong,
        *([f"{len(errors)} errors in the log"] if errors else []),
        *_judge_growth(states[0], states[-1]),
    ]


def _judge_answers(here: Scene, rounds: Rounds, spans: Sequence[Span], asked: Sequence[Asked]) -> list[str]:
    """Whether each answer could be given when it was given, from what was ever published."""
    outcome = Outcome.of(here.telegram, asked, spans)
    everything = [rounds.said(number) for number in range(rounds.count + 1)]
    quotes = {quote for reply in outcome.replies for quote in quotes_in(reply.said)}
    invented = {quote for quote in quotes if not any(quote in said for said in everything)}
    outcome.print()
    print(f"quotes: {len(quotes)} different ones, never published {len(invented)}")
    waits: dict[bool, list[float]] = {True: [], False: []}  # during reloads, and between
    for reply in outcome.replies:
        waits[any(span.has(reply.asked.at) for span in spans)].append(reply.seconds)
    print_waits("during reloads", waits[True])
    print_waits("between", waits[False])
    return [
        *outcome.broken(),
        *([f"{outcome.doubled} replied to twice"] if outcome.doubled else []),
        *(f"quoted, but never published: {quote}" for quote in sorted(invented)[:5]),
    ]


def _judge_growth(first: State, last: State) -> list[str]:
    """Whether the process takes up more at the end."""
    growth = last.memory / first.memory - 1
    print(f"memory: {growth:+.1%}")
    is_same = last.descriptors == first.descriptors
    return [
        *([f"memory {growth:+.1%}"] if growth > MOST_GROWTH else []),
        *([] if is_same else [f"descriptors {first.descriptors}, then {last.descriptors}"]),
    ]
