"""Updates: taken in once, done in their chat's order, tried again, set aside; and what one turn leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.effects import Outcome
from bot.domain.messages import QueueLimits, UpdateEnd
from bot.domain.stored_answers import Feedback
from bot.store import answer_table, commit_outcome
from bot.store.db.schema import chats as chat_rows
from bot.store.db.schema import feedback
from bot.store.db.schema import inbox as rows
from bot.store.queue import chats, inbox, outbox
from tests.support.store_fixtures import (
    CHAT,
    DAY,
    GROUP,
    NO_LIMITS,
    NOW,
    OTHER_CHAT,
    SECOND,
    answer,
    ids,
    message,
    update,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.domain.messages import ClaimedUpdate
    from bot.store.db.database import Database


@pytest.fixture(name="connection")
def connection_fixture(database: Database) -> Iterator[Connection]:
    """A transaction that writes."""
    with database.writing() as connection:
        yield connection


def take(connection: Connection, *update_ids: int, chat_id: int = CHAT) -> list[ClaimedUpdate]:
    """Put updates in, and claim what can be."""
    inbox.put(connection, [update(one, chat_id) for one in update_ids], NO_LIMITS, NOW)
    return inbox.claim(connection, "me", 100, NOW)


def ends(connection: Connection) -> dict[int, str | None]:
    """How each update ended."""
    return {row.update_id: row.end for row in connection.execute(select(rows.c.update_id, rows.c.end))}


def test_an_update_is_claimed_as_it_came(connection: Connection) -> None:
    """Nothing of it is lost on the way."""
    raw = '{"text": "\\ud83d\\u0000 您好 𠮷"}'
    inbox.put(connection, [replace(update(2**63 - 1, -(2**62)), raw=raw)], NO_LIMITS, NOW)
    (task,) = inbox.claim(connection, "me", 10, NOW)
    assert (task.update_id, task.chat_id, task.raw, task.received_at, task.tries) == (2**63 - 1, -(2**62), raw, NOW, 0)


def test_an_update_that_comes_again_is_not_done_again(connection: Connection) -> None:
    """Telegram repeats what it does not know to have arrived."""
    (task,) = take(connection, 1)
    inbox.put(connection, [update(1)], NO_LIMITS, NOW)
    assert inbox.mark_done(connection, task, "me", NOW)
    inbox.put(connection, [update(1), update(1)], NO_LIMITS, NOW)
    assert inbox.claim(connection, "me", 10, NOW) == []


def test_a_chat_is_done_in_order_and_one_at_a_time(connection: Connection) -> None:
    """An edit must not overtake its question."""
    (first,) = take(connection, 2, 1, 3)
    assert first.update_id == 1
    assert inbox.claim(connection, "other", 10, NOW) == []
    inbox.mark_done(connection, first, "me", NOW)
    assert ids(inbox.claim(connection, "other", 10, NOW)) == [2]


def test_one_that_arrives_out_of_order_waits_for_the_one_in_hand(connection: Connection) -> None:
    """Webhooks come over several connections."""
    take(connection, 5)
    assert take(connection, 4) == []


def test_many_chats_are_done_at_once_the_oldest_first(connection: Connection) -> None:
    """One chat does not wait for another."""
    inbox.put(connection, [update(10 - one, one) for one in range(1, 6)], NO_LIMITS, NOW)
    assert ids(inbox.claim(connection, "me", 3, NOW)) == [5, 6, 7]
    assert ids(inbox.claim(connection, "me", 3, NOW)) == [8, 9]


def test_updates_without_a_chat_are_in_one_lane(connection: Connection) -> None:
    """They need no order, and are rare."""
    assert ids(take(connection, 1, 2, chat_id=0)) == [1]
    assert connection.execute(select(chat_rows)).all() == []


def test_what_failed_is_tried_again_later_and_holds_back_its_chat(connection: Connection) -> None:
    """The order holds for it too."""
    (task,) = take(connection, 1, 2)
    assert not inbox.mark_failed(connection, task, "me", "boom", NOW)
    assert inbox.claim(connection, "me", 10, NOW + 0.9 * SECOND) == []
    (task,) = inbox.claim(connection, "me", 10, NOW + SECOND)
    assert (task.update_id, task.tries) == (1, 1)
    assert not inbox.mark_failed(connection, task, "me", "boom", NOW)
    assert inbox.claim(connection, "me", 10, NOW + 4.9 * SECOND) == []
    assert ids(inbox.claim(connection, "me", 10, NOW + 5 * SECOND)) == [1]


def test_the_third_failure_sets_it_aside(connection: Connection) -> None:
    """One bad update must not stop its chat for ever, and operators see it."""
    (task,) = take(connection, 1, 2)
    for day in (1, 2):
        assert not inbox.mark_failed(connection, task, "me", "boom", NOW)
        (task,) = inbox.claim(connection, "me", 10, NOW + day * DAY)
    assert inbox.mark_failed(connection, task, "me", "boom \0\ud83d", NOW)
    assert ids(inbox.claim(connection, "me", 10, NOW)) == [2]
    (aside,) = connection.execute(select(rows).where(rows.c.end == UpdateEnd.SET_ASIDE))
    assert (aside.update_id, aside.chat_id, aside.error, aside.received_at) == (1, CHAT, "boom ?", NOW)


def test_who_lost_an_update_cannot_fail_it(connection: Connection) -> None:
    """It was thought dead; another process has the update."""
    (task,) = take(connection, 1)
    assert not inbox.mark_failed(connection, task, "other", "boom", NOW)
    assert inbox.mark_done(connection, task, "me", NOW)


def test_a_person_with_too_much_waiting_is_refused(connection: Connection) -> None:
    """A script must not fill the disk; what it sent is kept, and never handled."""
    limits = QueueLimits(waiting=3, waiting_in_group=1)
    assert inbox.put(connection, [update(1), update(2)], limits, NOW) == ()
    refused = inbox.put(connection, [update(one) for one in range(3, 6)], limits, NOW)
    assert [one.update_id for one in refused] == [4, 5]
    assert ends(connection) == {1: None, 2: None, 3: None, 4: UpdateEnd.REFUSED, 5: UpdateEnd.REFUSED}
    assert inbox.put(connection, [update(5)], limits, NOW) == ()  # nobody is told twice


def test_each_person_of_a_group_has_their_own_share(connection: Connection) -> None:
    """One loud member must not silence the others."""
    batch = [update(1, GROUP, 5), update(2, GROUP, 6), update(3, GROUP, 5), update(4, GROUP, None)]
    refused = inbox.put(connection, [*batch, update(5, GROUP, None)], QueueLimits(waiting=9, waiting_in_group=1), NOW)
    assert [one.update_id for one in refused] == [3, 5]


def test_what_is_done_no_longer_counts(connection: Connection) -> None:
    """The limit is of what waits, not of what was asked."""
    limits = QueueLimits(waiting=1)
    inbox.put(connection, [update(1)], limits, NOW)
    (task,) = inbox.claim(connection, "me", 1, NOW)
    inbox.mark_done(connection, task, "me", NOW)
    assert inbox.put(connection, [update(2)], limits, NOW) == ()


def test_what_happens_to_the_bot_is_never_refused(connection: Connection) -> None:
    """Else it would write on to a chat that blocked it."""
    batch = [update(1), update(2, is_from_person=False)]
    assert inbox.put(connection, batch, QueueLimits(waiting=1), NOW) == ()


def test_a_chat_that_writes_is_no_longer_blocked(connection: Connection) -> None:
    """Who blocked the bot cannot write to it."""
    chats.block(connection, CHAT, NOW)
    outbox.add(connection, [message()], NOW)
    inbox.put(connection, [update(1, is_from_person=False)], NO_LIMITS, NOW)
    assert outbox.claim(connection, "me", 10, NOW) == []
    inbox.put(connection, [update(2)], NO_LIMITS, NOW)
    assert len(outbox.claim(connection, "me", 10, NOW)) == 1


def test_what_waits_is_counted(connection: Connection) -> None:
    """In hand or not."""
    (task,) = take(connection, 1, 2)
    assert inbox.count_waiting(connection) == 2
    inbox.mark_done(connection, task, "me", NOW)
    assert inbox.count_waiting(connection) == 1


def test_a_turn_commits_all_that_it_led_to(connection: Connection) -> None:
    """An answer without its message, or the other way round, would be a lie."""
    (task,) = take(connection, 1)
    verdict = Feedback("a1", 5, is_good=False, reason="wrong")
    outcome = Outcome(
        messages=(message("一", answer_id="a1"), message("二", answer_id="a1")),
        answer=answer(),
        feedback=verdict,
        is_blocked=False,
    )
    assert commit_outcome.commit_outcome(connection, task, "me", outcome, NOW)
    assert ends(connection) == {1: UpdateEnd.DONE}
    assert answer_table.get(connection, "a1") == answer()
    assert len(outbox.rows_of_answer(connection, "a1")) == 2
    assert connection.execute(select(feedback)).all() == [("a1", 5, False, "wrong", NOW)]


def test_a_turn_that_was_lost_changes_nothing(connection: Connection) -> None:
    """Another process answers, so this one must not."""
    (task,) = take(connection, 1)
    outcome = Outcome(
        messages=(message(),),
        answer=answer(),
        feedback=Feedback("a1", 5, is_good=True),
        is_blocked=True,
        moved_to=GROUP,
    )
    assert not commit_outcome.commit_outcome(connection, task, "other", outcome, NOW)
    assert commit_outcome.commit_outcome(connection, task, "me", Outcome(), NOW)
    assert not commit_outcome.commit_outcome(connection, task, "me", outcome, NOW)
    assert outbox.count_waiting(connection) == 0
    assert answer_table.get(connection, "a1") is None
    assert connection.execute(select(feedback)).all() == []
    assert connection.execute(select(chat_rows.c.id, chat_rows.c.blocked_at)).all() == [(CHAT, None)]


def test_a_turn_blocks_and_unblocks_its_chat(connection: Connection) -> None:
    """As Telegram tells it."""
    outbox.add(connection, [message()], NOW)
    for update_id, is_blocked in ((1, True), (2, False)):
        inbox.put(connection, [update(update_id, is_from_person=False)], NO_LIMITS, NOW)
        (task,) = inbox.claim(connection, "me", 1, NOW)
        commit_outcome.commit_outcome(connection, task, "me", Outcome(is_blocked=is_blocked), NOW)
        assert (outbox.claim(connection, "me", 9, NOW) == []) is is_blocked


def test_a_turn_moves_its_chat(connection: Connection) -> None:
    """The messages that it led to move as well."""
    (task,) = take(connection, 1, 2)
    commit_outcome.commit_outcome(connection, task, "me", Outcome(messages=(message(),), moved_to=OTHER_CHAT), NOW)
    assert [task.chat_id for task in inbox.claim(connection, "me", 10, NOW)] == [OTHER_CHAT]
    assert [parcel.chat_id for parcel in outbox.claim(connection, "me", 10, NOW)] == [OTHER_CHAT]
