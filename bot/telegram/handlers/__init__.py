"""What the bot does with an update, one feature a file; the first handler that wants an update gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.handlers import (
    alerts,
    asking,
    feedback,
    generations,
    help,  # noqa: A004 # a feature
    hiding,
    membership,
    more,
    operators,
    originals,
    others,
    privacy,
    reloading,
    reports,
    smalltalk,
    subscribing,
    subscriptions,
    undelivered,
    why,
)
from bot.telegram.subscriber import Counter

if TYPE_CHECKING:
    from bot.telegram.desk import Desk
    from bot.telegram.handlers.types import Handler
    from bot.telegram.operator import Room

FOR_OPERATORS = (reloading, generations, hiding, operators, reports, undelivered, why)
FOR_SUBSCRIBERS = (subscribing, subscriptions, alerts)  # before questions: a reply may change a subscription


def handlers(desk: Desk, room: Room) -> list[Handler]:
    """All of them, in the order in which they are tried."""
    operating = [handler for feature in FOR_OPERATORS for handler in feature.handlers(room)]
    first, last = (help, smalltalk, asking, originals, more, feedback, membership, privacy), (others,)
    counter = Counter(desk)
    return [
        *(handler for feature in FOR_SUBSCRIBERS for handler in feature.handlers(counter)),
        *(handler for feature in first for handler in feature.handlers(desk)),
        *operating,
        *(handler for feature in last for handler in feature.handlers(desk)),
    ]
