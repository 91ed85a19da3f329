"""How many alerts a report foretells: as many as are planned when the same changes are published."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.jobs import JobKind
from bot.domain.subscriptions import Filter
from bot.service.alerts import estimate
from bot.service.alerts.plan import MOST_LISTED
from tests.bot.service.alerts.test_announce import (
    ASKED,
    BRIDGE,
    BRIDGE_TEXT,
    EVERYTHING,
    FILLER,
    LONG,
    OTHER_QUESTION,
    House,
)
from tests.support.store_fixtures import CHAT, GROUP, OTHER_CHAT

if TYPE_CHECKING:
    from collections.abc import Iterator

Action: TypeAlias = Callable[[House], Any]
CITY, WORD = Filter(("宜昌",)), Filter((), ("桥",))
COPIED, COPY = "【宜昌招商】金水桥穿过哪里", "【宜昌招商】金水桥穿过哪里（改）"


@contextmanager
def opened(root: Path, cache: Path) -> Iterator[House]:
    """A store with its first generation published and announced."""
    house = House(str(root / "chuwen.db"), root, cache)
    with closing(house.database):
        house.run(JobKind.LOAD)
        house.announce()
        yield house


@pytest.fixture(name="house")
def house_fixture(tmp_path: Path, cache: Path) -> Iterator[House]:
    """One on SQLite; the announcement is tested on both databases."""
    with opened(tmp_path, cache) as house:
        yield house


def foretold_and_planned(house: House) -> tuple[int, int, int]:
    """What a check foretells, what the reload foretells, and how many alerts are planned then."""
    before = len(house.alerts)
    check = house.run(JobKind.CHECK)
    report = house.run()
    house.announce()
    return check.alerts, report.alerts, len(house.alerts) - before


def publish(house: House) -> None:
    """Publish and announce; nothing is sent."""
    house.run()
    house.announce()


def correct(house: House) -> None:
    """Change a figure of the bridge."""
    house.write("bridge", BRIDGE, BRIDGE_TEXT.replace("80米", "85米"))


def tower(house: House) -> None:
    """Write of something else."""
    house.write("tower", "【襄阳招商】望江塔", f"望江塔2024年建成，高60米。{FILLER}")


def remove(house: House) -> None:
    """Take the bridge out of the folder."""
    (house.folder / "bridge.md").unlink(missing_ok=True)


def copy(house: House) -> None:
    """Write a near-duplicate of another article."""
    house.write("copy", COPY, LONG.replace("镇", "集镇"))


def original(house: House) -> None:
    """Write what `copy` is a copy of."""
    house.write("original", COPIED, LONG)


def hide(house: House) -> None:
    """Hide what `copy` is a copy of."""
    house.hide(COPIED)


def half_announce(house: House) -> None:
    """Plan a batch, which does not complete the announcement, and go back."""
    house.run()
    house.announcing().step()
    house.run(JobKind.ROLLBACK, target=1)
    house.announce()


def roads(house: House) -> None:
    """Write more articles than a place is told of."""
    for number in range(MOST_LISTED + 30):
        text = f"青石{number}路有{number}座桥。{FILLER}{LONG[number % 40 :]}"
        house.write(f"n{number}", f"【襄阳招商】新路{number}", text)


CASES: dict[str, tuple[tuple[Action, ...], int]] = {
    "nothing new": ((), 0),
    "several places": ((House.bridge, tower), 5),
    "copies in one reload": ((original, copy), 3),
    "a copy of what was announced": ((original, publish, House.send_all, copy), 0),
    "a copy of what is hidden": ((original, publish, hide, copy), 3),
    "a correction of what was sent": ((House.bridge, publish, House.send_all, correct), 2),
    "a correction of what was not sent": ((House.bridge, publish, correct), 0),
    "a correction of style": (
        (
            House.bridge,
            publish,
            House.send_all,
            lambda house: house.write("bridge", BRIDGE, BRIDGE_TEXT.replace("这里说的", "此处说的")),
        ),
        0,
    ),
    "an answer": ((lambda house: house.subscribe("q", ASKED, GROUP, thread_id=7), House.bridge), 4),
    "an answer with an article": ((lambda house: house.subscribe("q", ASKED), House.bridge), 3),
    "an answer and a correction": (
        (House.bridge, publish, House.send_all, lambda house: house.subscribe("q", ASKED, OTHER_CHAT), correct),
        3,
    ),
    "a question without an answer": ((lambda house: house.subscribe("q", Filter(question=OTHER_QUESTION)), copy), 3),
    "an answer that waits to be sent": (
        (lambda house: house.subscribe("q", ASKED, GROUP, thread_id=7), House.bridge, publish, tower),
        2,
    ),
    "an answer that waits, from a corrected article": (
        (lambda house: house.subscribe("q", ASKED, GROUP, thread_id=7), House.bridge, publish, correct),
        1,
    ),
    "an answer that waits, from an article that goes": (
        (
            lambda house: house.subscribe("q", ASKED, GROUP, thread_id=7),
            House.bridge,
            publish,
            remove,
            lambda house: house.write("other", BRIDGE, f"金水桥2025年建成，全长80米，宽9米。{LONG}"),
        ),
        4,
    ),
    "an answer that waits, from an article that comes back": (
        (lambda house: house.subscribe("q", ASKED), House.bridge, half_announce),
        0,
    ),
    "removals alone": ((lambda house: house.subscribe("q", ASKED), House.bridge, publish, remove), 0),
    "more than a place is told of": (
        (roads,),
        3 * MOST_LISTED,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_foretold_is_what_is_planned(case: str, house: House) -> None:
    """An operator decides by the number whether to publish."""
    house.subscribe("s1")
    house.subscribe("s2", CITY)
    house.subscribe("s3", WORD, OTHER_CHAT, is_daily=True)
    house.subscribe("s4", EVERYTHING, GROUP, thread_id=4)
    house.subscribe("s5", EVERYTHING, GROUP, thread_id=5, is_paused=True)
    actions, expected = CASES[case]
    for action in actions:
        action(house)
    check, reload, planned = foretold_and_planned(house)
    assert (check, reload) == (planned, planned)
    assert planned == expected


def test_questions_beyond_the_limit_count_as_unanswered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing waits for the estimate."""
    for number in range(3):
        house.subscribe(f"q{number}", Filter(question=f"金水桥全长多少米{'？' * (number + 1)}"), 100 + number)
    monkeypatch.setattr(estimate, "MOST_QUESTIONS", 2)
    house.bridge()
    assert foretold_and_planned(house) == (2, 2, 3)


names = map("x{}".format, itertools.count())
anything = st.sampled_from([EVERYTHING, CITY, WORD, ASKED, Filter(question=OTHER_QUESTION)])
subscribing = st.builds(
    lambda criteria, chat_id, thread_id, is_daily: (
        lambda house: house.subscribe(next(names), criteria, chat_id, thread_id=thread_id, is_daily=is_daily)
    ),
    anything,
    st.sampled_from([CHAT, OTHER_CHAT, GROUP]),
    st.integers(0, 1),
    st.booleans(),
)
doing = st.sampled_from(
    [House.bridge, correct, remove, tower, original, copy, publish, publish, House.send_all, half_announce]
)


@settings(max_examples=12)
@given(st.lists(subscribing, max_size=5), st.lists(st.one_of(doing, doing, subscribing), max_size=8))
def test_whatever_happened_before(cache: Path, first: list[Action], then: list[Action]) -> None:
    """Subscriptions, publications and rollbacks in any order."""
    with tempfile.TemporaryDirectory() as root, opened(Path(root), cache) as house:
        for action in (*first, *then):
            action(house)
        house.announce()
        check, reload, planned = foretold_and_planned(house)
        assert (check, reload) == (planned, planned)
