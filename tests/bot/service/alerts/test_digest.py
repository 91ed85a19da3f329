"""Which alerts share a message, and when daily messages go."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.subscriptions import PendingAlert
from bot.service.alerts.digest import DAILY_HOUR, LATE_SECONDS, MOST_AT_ONCE, next_daily_time, select_for_message
from tests.support.store_fixtures import NOW, SECOND

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def pending(count: int, seconds: float = 0, more: int = 0) -> list[PendingAlert]:
    """Alerts that wait for so long; the later ones came just now."""
    first = PendingAlert(
        key="k0", edition=0, subscriptions=("a",), answers=(), more=more, made_at=NOW - seconds * SECOND
    )
    return [
        first,
        *(
            PendingAlert(key=f"k{number}", edition=0, subscriptions=("a",), answers=(), more=0, made_at=NOW)
            for number in range(1, count)
        ),
    ][:count]


@pytest.mark.parametrize(
    ("waiting", "is_daily", "count"),
    [
        (pending(0), False, 0),
        (pending(0), True, 0),
        (pending(1), False, 1),
        (pending(MOST_AT_ONCE), False, 1),
        (pending(MOST_AT_ONCE + 1), False, MOST_AT_ONCE + 1),
        (pending(1), True, 1),
        (pending(3), True, 3),
        (pending(3, LATE_SECONDS), False, 1),
        (pending(3, LATE_SECONDS + 1), False, 3),
        (pending(2, more=4), False, 2),
    ],
)
def test_alerts_come_one_by_one_unless_they_are_many_late_or_daily(
    waiting: list[PendingAlert], is_daily: bool, count: int
) -> None:
    """A few are messages of their own, each with its buttons; a flood is one list."""
    assert list(select_for_message(waiting, NOW, is_daily=is_daily)) == waiting[:count]


@given(st.integers(1, 12), st.floats(0, 9000), st.booleans())
def test_what_is_told_together_is_the_first_or_all(count: int, seconds: float, is_daily: bool) -> None:
    """So each is told, in order, after a few messages."""
    waiting = pending(count, seconds)
    told = []
    while waiting:
        chosen = list(select_for_message(waiting, NOW, is_daily=is_daily))
        assert chosen in ([waiting[0]], waiting)
        told += chosen
        waiting = waiting[len(chosen) :]
    assert told == pending(count, seconds)


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        (datetime.datetime(2026, 3, 14, 8, 59, 59, tzinfo=SHANGHAI), SHANGHAI, (2026, 3, 14)),
        (datetime.datetime(2026, 3, 14, 9, 0, tzinfo=SHANGHAI), SHANGHAI, (2026, 3, 15)),
        (datetime.datetime(2026, 3, 14, 23, 0, tzinfo=datetime.UTC), SHANGHAI, (2026, 3, 15)),
        (datetime.datetime(2025, 12, 31, 23, 0, tzinfo=SHANGHAI), SHANGHAI, (2026, 1, 1)),
        (datetime.datetime(2026, 3, 7, 20, 0, tzinfo=NEW_YORK), NEW_YORK, (2026, 3, 8)),  # the clocks go forward
    ],
)
def test_daily_messages_go_at_nine_by_the_clock_there(
    now: datetime.datetime, zone: ZoneInfo, expected: tuple[int, int, int]
) -> None:
    """The next time it is nine, whatever the clocks do in the night."""
    at = next_daily_time(now, zone)
    assert at == datetime.datetime(*expected, DAILY_HOUR, tzinfo=zone)
    assert at > now - SECOND
