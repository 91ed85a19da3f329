"""Messages: sent in their chat's order, held while it is blocked, moved with it, and never lost from sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.domain.messages import MessageState, Priority
from bot.store import answer_table, migrate_chat
from bot.store.db.schema import chats as chat_rows
from bot.store.db.schema import outbox as rows
from bot.store.queue import chats, dead_letters, inbox, outbox
from tests.support.store_fixtures import (
    CHAT,
    DAY,
    GROUP,
    HOUR,
    NO_LIMITS,
    NOW,
    OTHER_CHAT,
    SECOND,
    answer,
    message,
    update,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.domain.messages import ClaimedMessage, OutgoingMessage
    from bot.store.db.database import Database


@pytest.fixture(name="connection")
def connection_fixture(database: Database) -> Iterator[Connection]:
    """A transaction that writes."""
    with database.writing() as connection:
        yield connection


def claim(connection: Connection, *messages: OutgoingMessage, limit: int = 100) -> list[ClaimedMessage]:
    """Add messages, and claim what can be sent."""
    outbox.add(connection, messages, NOW)
    return outbox.claim(connection, "me", limit, NOW)


def words(parcels: list[ClaimedMessage]) -> list[str]:
    """What they say."""
    return [parcel.payload for parcel in parcels]


def test_a_message_is_claimed_as_it_was_added(connection: Connection) -> None:
    """The sender makes a request of it."""
    (parcel,) = claim(connection, message("您好 𠮷", asked_at=NOW - DAY, priority=Priority.ALARM))
    assert (parcel.chat_id, parcel.payload, parcel.priority) == (CHAT, "您好 𠮷", Priority.ALARM)
    assert (parcel.asked_at, parcel.tries, parcel.is_edit, parcel.target) == (NOW - DAY, 0, False, None)
    assert not parcel.is_plain
    assert not parcel.is_uncertain


def test_a_chat_is_sent_to_in_order_and_one_at_a_time(connection: Connection) -> None:
    """The second half of an answer comes second."""
    for number in range(5):
        (parcel,) = claim(connection, *([message(str(one)) for one in range(5)] if number == 0 else []))
        assert parcel.payload == str(number)
        assert outbox.claim(connection, "other", 10, NOW) == []
        assert outbox.mark_sent(connection, parcel, "me", number, NOW)


def test_replies_go_before_alarms_and_old_before_new(connection: Connection) -> None:
    """Somebody waits for a reply."""
    alarm = message("alarm", 1, priority=Priority.ALARM)
    assert words(claim(connection, alarm, message("a", 2), message("b", 3), limit=2)) == ["a", "b"]
    assert words(claim(connection)) == ["alarm"]


def test_there_is_one_row_of_a_key(connection: Connection) -> None:
    """An alarm an hour, a word of patience a minute."""
    same = [message("a", key="k"), message("b", key="k"), message("c"), message("d")]
    outbox.add(connection, same, NOW)
    outbox.add(connection, same[:1], NOW)
    assert outbox.count_waiting(connection) == 3


def test_many_rows_keep_their_order(connection: Connection) -> None:
    """However the database is given them."""
    outbox.add(connection, [message(str(one)) for one in range(2500)], NOW)
    found = connection.scalars(select(rows.c.payload).order_by(rows.c.id)).all()
    assert list(found) == [str(one) for one in range(2500)]


def test_one_that_is_postponed_holds_back_its_chat(connection: Connection) -> None:
    """Telegram said to wait with this chat, and the order holds."""
    (first, other) = claim(connection, message("a"), message("b"), message("c", OTHER_CHAT))
    assert outbox.postpone(connection, first, "me", NOW + SECOND, is_miss=False)
    assert outbox.postpone(connection, other, "me", NOW + DAY, is_miss=True)
    assert claim(connection) == []
    (again,) = outbox.claim(connection, "me", 10, NOW + SECOND)
    assert (again.id, again.tries) == (first.id, 0)
    assert [parcel.tries for parcel in outbox.claim(connection, "me", 10, NOW + DAY)] == [1]


def test_nothing_is_taken_where_all_is_in_hand_or_blocked(connection: Connection) -> None:
    """The sender may rest."""
    assert claim(connection) == []
    claim(connection, message("a"), message("b"))
    chats.block(connection, OTHER_CHAT, NOW)
    assert claim(connection, message("c", OTHER_CHAT)) == []
    assert words(claim(connection, message("d", GROUP))) == ["d"]


def test_an_edit_goes_to_the_message_that_its_row_became(connection: Connection) -> None:
    """It was not known when the edit was added."""
    (first,) = claim(connection, message("a"))
    outbox.add(connection, [message("a, better", edits=first.id)], NOW)
    outbox.mark_sent(connection, first, "me", 77, NOW)
    (edit,) = claim(connection)
    assert (edit.is_edit, edit.target) == (True, 77)


def test_an_edit_of_what_never_arrived_has_no_target(connection: Connection) -> None:
    """It is sent as a new message."""
    (first,) = claim(connection, message("a"))
    outbox.add(connection, [message("a, better", edits=first.id)], NOW)
    outbox.dead_letter(connection, first, "me", "no", NOW)
    (edit,) = claim(connection)
    assert (edit.is_edit, edit.target) == (True, None)


def test_markup_that_was_refused_is_left_out(connection: Connection) -> None:
    """Plain words are better than none."""
    (parcel,) = claim(connection, message())
    assert outbox.send_plain(connection, parcel, "me", NOW)
    assert [one.is_plain for one in claim(connection)] == [True]


def test_what_may_have_arrived_is_known_to(connection: Connection) -> None:
    """It is tried once more only."""
    (parcel,) = claim(connection, message())
    assert outbox.mark_uncertain(connection, parcel, "me", NOW + SECOND)
    assert claim(connection) == []
    assert [one.is_uncertain for one in outbox.claim(connection, "me", 10, NOW + SECOND)] == [True]


def test_dead_letters_are_kept_for_operators(connection: Connection) -> None:
    """Nothing is lost in silence."""
    parcels = claim(connection, message(), message("b", OTHER_CHAT), message("c", GROUP))
    assert outbox.dead_letter(connection, parcels[0], "me", "no", NOW)
    assert outbox.dead_letter(connection, parcels[1], "me", "never \0", NOW + SECOND)
    assert outbox.cancel(connection, parcels[2], "me", "gone", NOW)
    letters = dead_letters.list_dead_letters(connection, 10)
    assert [(one.id, one.error) for one in letters] == [(parcels[1].id, "never "), (parcels[0].id, "no")]
    assert outbox.count_waiting(connection) == 0


def test_who_lost_a_message_changes_nothing(connection: Connection) -> None:
    """It was thought dead; another process sends."""
    (parcel,) = claim(connection, message())
    assert not outbox.mark_sent(connection, parcel, "other", 1, NOW)
    assert not outbox.postpone(connection, parcel, "other", NOW, is_miss=True)
    assert not outbox.send_plain(connection, parcel, "other", NOW)
    assert not outbox.mark_uncertain(connection, parcel, "other", NOW)
    assert not outbox.dead_letter(connection, parcel, "other", "no", NOW)
    assert not outbox.cancel(connection, parcel, "other", "no", NOW)
    assert outbox.mark_sent(connection, parcel, "me", 1, NOW)
    assert not outbox.mark_sent(connection, parcel, "me", 2, NOW)


def test_a_blocked_chat_is_left_in_peace_until_it_comes_back(connection: Connection) -> None:
    """Its messages wait; others go on."""
    chats.block(connection, CHAT, NOW)
    assert words(claim(connection, message("a"), message("b", OTHER_CHAT))) == ["b"]
    chats.unblock(connection, CHAT, NOW + HOUR)
    assert words(claim(connection)) == ["a"]


def test_what_waited_too_long_is_dropped_when_a_chat_comes_back(connection: Connection) -> None:
    """An answer of last week would only surprise."""
    chats.block(connection, CHAT, NOW)
    outbox.add(connection, [message("old")], NOW)
    outbox.add(connection, [message("new")], NOW + 2 * HOUR)
    chats.block(connection, CHAT, NOW + DAY)  # again: it is blocked since then
    chats.unblock(connection, CHAT, NOW + DAY + HOUR)
    states = connection.execute(select(rows.c.payload, rows.c.state).order_by(rows.c.id)).all()
    assert states == [("old", MessageState.CANCELLED), ("new", MessageState.WAITING)]


def test_what_waits_long_in_a_chat_that_is_not_blocked_is_kept(connection: Connection) -> None:
    """Telegram may be away for a day; that is nobody's wish."""
    outbox.add(connection, [message()], NOW)
    chats.unblock(connection, CHAT, NOW + 9 * DAY)
    assert outbox.count_waiting(connection) == 1


def test_a_group_moves_with_all_that_is_kept_of_it(connection: Connection) -> None:
    """Updates, messages, answers, and whether it is blocked."""
    chats.block(connection, CHAT, NOW)
    inbox.put(connection, [update(1, is_from_person=False)], NO_LIMITS, NOW)
    outbox.add(connection, [message(answer_id="a1")], NOW)
    answer_table.put(connection, answer())
    migrate_chat.migrate(connection, CHAT, GROUP, NOW)
    assert [task.chat_id for task in inbox.claim(connection, "me", 10, NOW)] == [GROUP]
    assert connection.execute(select(chat_rows.c.id, chat_rows.c.blocked_at)).all() == [(GROUP, NOW)]
    chats.unblock(connection, GROUP, NOW)
    assert [parcel.chat_id for parcel in claim(connection)] == [GROUP]
    assert answer_table.get(connection, "a1") == answer(chat_id=GROUP, message_id=0)


def test_a_group_moves_to_one_that_is_known_already(connection: Connection) -> None:
    """Both ids are told in messages of their own, in any order."""
    inbox.put(connection, [update(1, CHAT), update(2, GROUP)], NO_LIMITS, NOW)
    chats.block(connection, CHAT, NOW)
    answer_table.put(connection, answer("a1"))
    answer_table.put(connection, answer("a2", chat_id=GROUP))
    migrate_chat.migrate(connection, CHAT, GROUP, NOW)
    migrate_chat.migrate(connection, CHAT, GROUP, NOW)
    migrate_chat.migrate(connection, GROUP, GROUP, NOW)
    assert connection.execute(select(chat_rows.c.id, chat_rows.c.blocked_at)).all() == [(GROUP, None)]
    assert answer_table.of_message(connection, GROUP, 3) == answer("a2", chat_id=GROUP)


def test_an_edit_does_not_hit_a_message_of_the_new_group(connection: Connection) -> None:
    """It numbers its messages anew."""
    (first,) = claim(connection, message("a"))
    outbox.mark_sent(connection, first, "me", 77, NOW)
    outbox.add(connection, [message("a, better", edits=first.id)], NOW)
    migrate_chat.migrate(connection, CHAT, GROUP, NOW)
    assert [parcel.target for parcel in claim(connection)] == [None]


def test_the_parts_of_an_answer_are_its_own_messages(connection: Connection) -> None:
    """An edited question edits them, not their edits, and not what never arrived."""
    first, *others = claim(
        connection, *(message(str(one), one, answer_id="a1") for one in (1, 2, 3, 4)), message("x", 5, answer_id="a2")
    )
    outbox.add(connection, [message("b", answer_id="a1", edits=first.id)], NOW)
    outbox.mark_sent(connection, first, "me", 1, NOW)
    outbox.dead_letter(connection, others[0], "me", "no", NOW)
    outbox.cancel(connection, others[1], "me", "no", NOW)
    assert outbox.rows_of_answer(connection, "a1") == (first.id, others[2].id)
    assert outbox.rows_of_answer(connection, "a3") == ()


def test_what_is_tried_again_and_again_goes_last(connection: Connection) -> None:
    """Many chats in flood control would take every place, and nobody else be answered."""
    (again,) = claim(connection, message("再试", CHAT))
    outbox.postpone(connection, again, "me", NOW + SECOND, is_miss=False)
    outbox.add(connection, [message("新的", OTHER_CHAT)], NOW + SECOND / 2)
    assert words(outbox.claim(connection, "me", 1, NOW + SECOND)) == ["新的"]


@pytest.mark.parametrize("store", [inbox, outbox])
def test_what_is_held_without_knowing_is_let_go(connection: Connection, store: Any) -> None:
    """The claim was committed, and the connection broke before it was told of."""
    inbox.put(connection, [update(1, CHAT), update(2, OTHER_CHAT)], NO_LIMITS, NOW)
    outbox.add(connection, [message("一", CHAT), message("二", OTHER_CHAT)], NOW)
    held = store.claim(connection, "me", 9, NOW)
    known = getattr(held[0], "update_id", None) or held[0].id
    store.release(connection, "other", [])
    assert store.claim(connection, "me", 9, NOW) == []
    store.release(connection, "me", [known])
    assert [one.chat_id for one in store.claim(connection, "me", 9, NOW)] == [OTHER_CHAT]
