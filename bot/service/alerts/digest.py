"""Decides which waiting alerts share a message, and when daily messages are sent; pure, no clock and no I/O."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.subscriptions import PendingAlert

DAILY_HOUR = 9  # local time at which daily messages are sent
MOST_AT_ONCE = 5  # alerts that are sent as single messages, one after another; more become one message
LATE_SECONDS = 3600  # an alert that has waited longer is sent in one message with the others


def next_daily_time(now: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """Return when the next daily messages are due: the first time strictly after `now` when it is DAILY_HOUR in a zone.

    Args:
        now: a time with a time zone, which may be another one.
        zone: the time zone, also of the result.
    """
    local = now.astimezone(zone)
    today = local.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
    return today if local < today else today + datetime.timedelta(days=1)


def select_for_message(
    pending: Sequence[PendingAlert], now: datetime.datetime, *, is_daily: bool
) -> Sequence[PendingAlert]:
    """Return the alerts that go into the next message: the first one alone, or all of them as a list.

    All of them go into a daily message, if there are more than `MOST_AT_ONCE`, if articles were left out of the list
    (`more`), or if the first has waited for more than `LATE_SECONDS`. Empty if none is pending.

    Args:
        pending: alerts of one chat or topic, the oldest first.
        now: the current time, with a time zone.
        is_daily: the message is a daily one.
    """
    is_late = bool(pending) and (now - pending[0].made_at).total_seconds() > LATE_SECONDS
    is_many = len(pending) > MOST_AT_ONCE or any(alert.more for alert in pending)
    return pending if is_daily or is_many or is_late else pending[:1]
