"""Who subscribes to what: a crowd of mixed wishes, and what a story leads to for each of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.effects import Subscribe
from bot.domain.subscriptions import Filter, Subscription
from bot.store.alerts import subscription_table
from bot.store.db.dialect import batched
from bot.texts import Language

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

    from bot.store.db.database import Database

MOST_ROWS = 2_000  # in a transaction
ANSWERED, UNANSWERED = "宜昌氢能船厂什么时候开工？", "明天武汉天气怎么样？"


@dataclass(frozen=True, slots=True)
class Sort:
    """Subscribers who want the same.

    Attributes:
        wishes: each a subscription of its own.
        is_met: whether a story that `stories` writes fulfils any of them.
    """

    share: float  # of all subscribers
    wishes: tuple[Filter, ...]
    is_met: bool = True
    is_daily: bool = False
    is_silent: bool = False
    is_paused: bool = False

    @property
    def is_told(self) -> bool:
        """Whether a story becomes an alert."""
        return self.is_met and not self.is_paused


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A chat or a topic, and what it wants."""

    chat_id: int
    sort: Sort
    thread_id: int = 0

    def subscriptions(self) -> Iterator[Subscription]:
        """As the store has them."""
        for place, wish in enumerate(self.sort.wishes):
            yield Subscription(
                id=_name(abs(self.chat_id) * 40 + self.thread_id * 4 + place),
                chat_id=self.chat_id,
                thread_id=self.thread_id,
                criteria=wish,
                language=Language.SIMPLIFIED.value,
                is_daily=self.sort.is_daily,
                is_silent=self.sort.is_silent,
                is_paused=self.sort.is_paused,
            )


ALL = Sort(0.2, (Filter(),))
MATCHING = (
    ALL,
    Sort(0.2, (Filter(("宜昌",)),)),
    Sort(0.1, (Filter(("湖北",)),)),
    Sort(0.2, (Filter(keywords=("磷石膏",)),)),
    Sort(0.1, (Filter(("黄石", "宜昌"), ("船厂",)),)),
    Sort(0.1, (Filter(), Filter(("宜昌",)), Filter(keywords=("磷石膏", "船厂")))),  # one alert that names all three
    Sort(0.1, (Filter(("宜昌",)),), is_silent=True),
)
MIXED = (
    *MATCHING,
    Sort(0.05, (Filter(("襄阳",)),), is_met=False),
    Sort(0.05, (Filter(keywords=("芯片",)),), is_met=False),
    Sort(0.05, (Filter(),), is_paused=True),
    Sort(0.02, (Filter(),), is_daily=True),
    Sort(0.01, (Filter(question=ANSWERED),)),
    Sort(0.01, (Filter(question=UNANSWERED),), is_met=False),
)


def crowd(count: int, sorts: Sequence[Sort], seed: int, group_share: float) -> list[Subscriber]:
    """Private chats and groups, whose numbers are negative, in a mixed order."""
    chance = random.Random(seed)
    weights = [sort.share for sort in sorts]
    chosen = chance.choices(sorts, weights, k=count)
    return [
        Subscriber(-number if chance.random() < group_share else number, sort) for number, sort in enumerate(chosen, 1)
    ]


def subscribe(database: Database, all_of_them: Sequence[Subscriber], now: datetime.datetime) -> None:
    """Put them into the store."""
    for some in batched(all_of_them, MOST_ROWS):
        with database.writing() as connection:
            for one in some:
                for subscription in one.subscriptions():
                    subscription_table.subscribe(connection, Subscribe(subscription), now)


def _name(number: int) -> str:
    return f"{number:08x}"
