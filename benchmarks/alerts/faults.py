"""Every fifth chat's messages meet a fault of one of many kinds; how it ends for each chat, to the letter."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.alerts.bots import OPERATOR, bots
from benchmarks.alerts.draining import most_within
from benchmarks.alerts.fates import LOTS, NORMAL, End, Fates
from benchmarks.alerts.standing import Standing
from benchmarks.alerts.subscribers import MATCHING, Subscriber, crowd, subscribe
from benchmarks.reload.report import print_log, tell
from bot.domain.messages import MessageState
from bot.service.heartbeat import utc_now

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.alerts.bots import Bots
    from benchmarks.alerts.fates import Lot

EVERY = 5  # of the chats, one meets a fault
SETTLING = 300.0  # seconds
FIRST_CHAT = 100_000


def run(folder: Path, options: argparse.Namespace) -> list[str]:
    """Two stories: the first one meets faults; then some unblock the bot, and the second one goes to who still may."""
    subscribers = _subscribers(options)
    fates = Fates(_lots(subscribers))
    broken: list[str] = []
    with bots(folder, options.database, ("a",)) as here:
        subscribe(here.database, list(subscribers), utc_now())
        here.telegram.inject(fates.decide)
        for number, check in ((1, _first), (2, _second)):
            begun = time.monotonic()
            here.publish(number)
            if not here.settle(SETTLING):
                broken.append(f"story {number}: {here.waiting()} messages still wait after {SETTLING:.0f} s")
            tell(f"story {number} is told after {time.monotonic() - begun:.0f} s")
            broken += _checked(subscribers, fates, Standing.of(here, number), number, check)
            if number == 1:
                _unblock(here, fates)
        broken += _alarms(here)
        received = [call.received for call in here.telegram.calls("sendMessage")]
        print(f"most messages in a second, refused ones among them: {most_within(received, 1.0)}")
        broken += [f"error in the log: {line}" for line in print_log(here.bots[0].log) if "dead-letter" not in line]
    return broken


def _subscribers(options: argparse.Namespace) -> tuple[Subscriber, ...]:
    """Private chats and groups; those whose fault befalls groups alone are groups."""
    everybody = crowd(options.subscribers, MATCHING, options.seed, group_share=0.5)
    made = []
    for place, one in enumerate(everybody):
        lot = _lot(place)
        is_group = lot.is_group if lot is not NORMAL else one.chat_id < 0
        number = FIRST_CHAT + place
        made.append(Subscriber(-number if is_group else number, one.sort))
    return tuple(made)


def _lot(place: int) -> Lot:
    return LOTS[place // EVERY % len(LOTS)] if place % EVERY == 0 else NORMAL


def _lots(subscribers: Sequence[Subscriber]) -> dict[int, Lot]:
    return {one.chat_id: _lot(place) for place, one in enumerate(subscribers)}


def _unblock(here: Bots, fates: Fates) -> None:
    """Some think better of it."""
    for chat, lot in fates.lots.items():
        if lot.is_unblocked:
            fates.mended.add(chat)
            here.telegram.member("member", chat)
    here.settle(30)


def _checked(
    subscribers: Sequence[Subscriber],
    fates: Fates,
    standing: Standing,
    number: int,
    check: Callable[[Subscriber, Lot, int, Standing], Iterator[str]],
) -> Iterator[str]:
    """Print what came of each kind, and tell what should not have."""
    print(f"story {number}:")
    print(f"  {'met':28} {'chats':>5} {'faults':>6}  {'right':>5}  came of it")
    kinds: dict[str, list[Subscriber]] = {}
    for one in subscribers:
        kinds.setdefault(fates.lots[one.chat_id].name, []).append(one)
    met, wrongs = fates.met.copy(), []
    fates.met.clear()
    for name, some in kinds.items():
        wrong = {one: list(check(one, fates.lots[one.chat_id], _place(one, fates), standing)) for one in some}
        wrongs += [f"story {number}, {name}, chat {one.chat_id}: {why}" for one, told in wrong.items() for why in told]
        came = Counter(_came(one, fates, standing) for one in some)
        told = "; ".join(f"{count} × {words}" for words, count in came.most_common(3))
        print(f"  {name:28} {len(some):5} {met[name]:6}  {sum(not told for told in wrong.values()):5}  {told}")
    yield from wrongs


def _place(one: Subscriber, fates: Fates) -> int:
    """Where a subscriber's chat is by now."""
    return fates.moved.get(one.chat_id, one.chat_id)


def _came(one: Subscriber, fates: Fates, standing: Standing) -> str:
    chat = _place(one, fates)
    arrived = standing.arrived.get(chat, ())
    count, paused = standing.subscribed.get(chat, (0, 0))
    states = ", ".join(f"{number} {state.value}" for state, number in standing.rows.get(chat, Counter()).items())
    facts = [f"{len(arrived)} arrived", states]
    facts += ["plain"] if "" in arrived else []
    facts += ["moved"] if chat != one.chat_id else []
    facts += ["blocked"] if chat in standing.blocked else []
    facts += ["paused"] if paused else []
    return ", ".join(filter(None, facts)) + (", no subscriptions" if not count else "")


def _first(one: Subscriber, lot: Lot, chat: int, standing: Standing) -> Iterator[str]:
    """What is wrong with a chat after the story that met faults."""
    messages = {End.ONCE: 1, End.PLAIN: 1, End.MOVED: 1, End.TWICE: 2, End.DOUBTED: 2}.get(lot.end, 0)
    state = {
        End.BLOCKED: MessageState.CANCELLED,
        End.PAUSED: MessageState.DEAD,
        End.DEAD: MessageState.DEAD,
        End.DOUBTED: MessageState.DEAD,
    }.get(lot.end, MessageState.SENT)
    yield from _differs(one, chat, standing, messages, {state: 1}, is_paused=lot.end is End.PAUSED)
    if (chat in standing.blocked) != (lot.end is End.BLOCKED):
        yield "blocked" if chat in standing.blocked else "not marked as blocked"
    if lot.end is End.PLAIN and list(standing.arrived.get(chat, ())) != [""]:
        yield "did not arrive as plain text"
    if chat != one.chat_id and one.chat_id in standing.arrived:
        yield "arrived in the old group"
    if chat != one.chat_id and one.chat_id in standing.subscribed:
        yield "subscriptions of the old group are left"


def _second(one: Subscriber, lot: Lot, chat: int, standing: Standing) -> Iterator[str]:
    """What is wrong with a chat after the story that went to whoever still may be written to."""
    is_silent = lot.end in (End.PAUSED, End.DEAD) or (lot.end is End.BLOCKED and not lot.is_unblocked)
    rows = {
        End.BLOCKED: {MessageState.CANCELLED: 1},
        End.PAUSED: {MessageState.DEAD: 1},
        End.DEAD: {MessageState.DEAD: 2},
        End.DOUBTED: {MessageState.DEAD: 1, MessageState.SENT: 1},
    }.get(lot.end, {MessageState.SENT: 2})
    if lot.is_unblocked:
        rows = {MessageState.CANCELLED: 1, MessageState.SENT: 1}
    yield from _differs(one, chat, standing, 0 if is_silent else 1, rows, is_paused=lot.end is End.PAUSED)
    if (chat in standing.blocked) != (lot.end is End.BLOCKED and not lot.is_unblocked):
        yield "blocked" if chat in standing.blocked else "not marked as blocked any more"


def _differs(
    one: Subscriber, chat: int, standing: Standing, messages: int, rows: Mapping[MessageState, int], *, is_paused: bool
) -> Iterator[str]:
    arrived, found = standing.arrived.get(chat, ()), dict(standing.rows.get(chat, {}))
    if len(arrived) != messages:
        yield f"{len(arrived)} messages, wanted {messages}"
    if found != rows:
        yield f"outbox {_shown(found)}, wanted {_shown(rows)}"
    count = len(one.sort.wishes)
    if standing.subscribed.get(chat) != (count, count if is_paused else 0):
        yield f"subscriptions (all, paused) {standing.subscribed.get(chat)}, wanted {count}, paused {is_paused}"


def _shown(rows: Mapping[MessageState, int]) -> str:
    return ", ".join(f"{count} {state.value}" for state, count in rows.items()) or "nothing"


def _alarms(here: Bots) -> list[str]:
    """What operators were told."""
    told = here.telegram.messages(OPERATOR)
    print(f"operators were told {len(told)} times: {[message.text.splitlines()[0][:60] for message in told]}")
    return [] if told else ["operators were told nothing of dead letters"]
