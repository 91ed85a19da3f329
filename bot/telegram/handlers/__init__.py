"""What the bot does with an update, one feature a file; the first handler that wants an update gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.handlers import (
    alert_buttons,
    ask,
    feedback,
    generations,
    help,  # noqa: A004 # a feature
    hide,
    membership,
    more,
    operators,
    originals,
    others,
    privacy,
    reload,
    reports,
    smalltalk,
    subscribe,
    subscription_list,
    undelivered,
    why,
)
from bot.telegram.ui.subscriber_context import Counter

if TYPE_CHECKING:
    from bot.telegram.ui.context import Desk
    from bot.telegram.ui.operator_context import Room
    from bot.telegram.wire.handler_types import Handler

FOR_OPERATORS = (reload, generations, hide, operators, reports, undelivered, why)
FOR_SUBSCRIBERS = (subscribe, subscription_list, alert_buttons)  # before questions: a reply may change a subscription


def handlers(desk: Desk, room: Room) -> list[Handler]:
    """All of them, in the order in which they are tried."""
    operating = [handler for feature in FOR_OPERATORS for handler in feature.handlers(room)]
    first, last = (help, smalltalk, ask, originals, more, feedback, membership, privacy), (others,)
    counter = Counter(desk)
    return [
        *(handler for feature in FOR_SUBSCRIBERS for handler in feature.handlers(counter)),
        *(handler for feature in first for handler in feature.handlers(desk)),
        *operating,
        *(handler for feature in last for handler in feature.handlers(desk)),
    ]
