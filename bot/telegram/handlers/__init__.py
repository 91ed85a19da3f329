"""What the bot does with an update, one feature a file; the first handler that wants an update gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.handlers import asking, feedback, help, membership, more, originals, others, smalltalk  # noqa: A004 # a feature

if TYPE_CHECKING:
    from bot.telegram.desk import Desk
    from bot.telegram.handlers.types import Handler


def handlers(desk: Desk) -> list[Handler]:
    """All of them, in the order in which they are tried."""
    features = (help, smalltalk, asking, originals, more, feedback, membership, others)
    return [handler for feature in features for handler in feature.handlers(desk)]
