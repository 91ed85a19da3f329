"""What is removed, when, and how much at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.messages import MessageState, UpdateEnd
from bot.store import housekeeping
from bot.store.db.schema import inbox as updates
from bot.store.db.schema import outbox as messages
from bot.store.queue import chats, inbox, outbox
from tests.support.store_fixtures import CHAT, DAY, NO_LIMITS, NOW, SECOND, message, update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.store.db.database import Database


@pytest.fixture(name="connection")
def connection_fixture(database: Database) -> Iterator[Connection]:
    """A transaction that writes."""
    with database.writing() as connection:
        yield connection


@pytest.mark.parametrize(("end", "days"), [(UpdateEnd.DONE, 2), (UpdateEnd.REFUSED, 2), (UpdateEnd.SET_ASIDE, 30)])
def test_updates_are_kept_for_some_days(connection: Connection, end: UpdateEnd, days: int) -> None:
    """Longer than Telegram repeats them, and until operators have looked into them."""
    inbox.put(connection, [update(1), update(2)], NO_LIMITS, NOW)
    connection.execute(updates.update().where(updates.c.update_id == 1).values(ended_at=NOW, end=end))
    assert housekeeping.prune(connection, NOW + days * DAY) == 0
    assert housekeeping.prune(connection, NOW + days * DAY + SECOND) == 1
    assert connection.scalars(select(updates.c.update_id)).all() == [2]


@pytest.mark.parametrize(
    ("state", "days"), [(MessageState.SENT, 3), (MessageState.CANCELLED, 3), (MessageState.DEAD, 30)]
)
def test_messages_are_kept_for_some_days(connection: Connection, state: MessageState, days: int) -> None:
    """Longer than a question can be edited, and until operators have looked into them."""
    outbox.add(connection, [message(), message("waits")], NOW)
    connection.execute(messages.update().where(messages.c.payload != "waits").values(ended_at=NOW, state=state))
    assert housekeeping.prune(connection, NOW + days * DAY) == 0
    assert housekeeping.prune(connection, NOW + days * DAY + SECOND) == 1
    assert connection.scalars(select(messages.c.payload)).all() == ["waits"]


def test_what_waits_for_who_does_not_come_back_is_cancelled(connection: Connection) -> None:
    """It would be cancelled when they came back, and weighs on every claim until then."""
    chats.block(connection, CHAT, NOW)
    outbox.add(connection, [message()], NOW)
    assert housekeeping.prune(connection, NOW + 3 * DAY) == 0
    assert housekeeping.prune(connection, NOW + 3 * DAY + SECOND) == 1
    assert outbox.count_waiting(connection) == 0


def test_a_step_is_small_and_the_steps_come_to_an_end(connection: Connection) -> None:
    """Others write in between."""
    inbox.put(connection, [update(one) for one in range(2500)], NO_LIMITS, NOW)
    connection.execute(updates.update().values(ended_at=NOW, end=UpdateEnd.DONE))
    assert [housekeeping.prune(connection, NOW + 9 * DAY) for _ in range(3)] == [2000, 500, 0]
