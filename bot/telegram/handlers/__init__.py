"""What the bot does with an update, one feature a file; the first handler that accepts an update gets it."""

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

if TYPE_CHECKING:
    from bot.telegram.ui.context import Context
    from bot.telegram.wire.handler_types import Handler

SUBSCRIBING = (subscribe, subscription_list, alert_buttons)  # before questions: a reply may change a subscription
ASKING = (help, smalltalk, ask, originals, more, feedback, membership, privacy)
OPERATING = (reload, generations, hide, operators, reports, undelivered, why)
FEATURES = (*SUBSCRIBING, *ASKING, *OPERATING, others)


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of all features, in the order in which they are tried."""
    return [handler for feature in FEATURES for handler in feature.handlers(context)]
