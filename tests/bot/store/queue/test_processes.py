"""Who lives and who is dead, what the dead held, and that nothing is done by two at once."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.domain.effects import Outcome
from bot.domain.messages import UpdateEnd
from bot.store import commit_outcome
from bot.store.db.database import Database
from bot.store.db.queue_tables import SUSPECT_DEATHS
from bot.store.db.schema import inbox as rows
from bot.store.db.schema import leases
from bot.store.queue import inbox, outbox, processes
from tests.support.store_fixtures import NO_LIMITS, NOW, SECOND, empty, ids, message, update

if TYPE_CHECKING:
    from bot.domain.messages import ClaimedUpdate
    from tests.support.store_fixtures import NewAddress
HOST, OTHER_HOST = "here", "there"


def running(_pid: int) -> bool:
    """As if all ran."""
    return True


def holding(database: Database, pid: int = 1, host: str = HOST) -> str:
    """A process with an update, a message and a lease in hand."""
    with database.writing() as connection:
        process_id = processes.register(connection, host, pid, NOW)
        inbox.put(connection, [update(1)], NO_LIMITS, NOW)
        outbox.add(connection, [message()], NOW)
        assert len(inbox.claim(connection, process_id, 9, NOW)) == 1
        assert len(outbox.claim(connection, process_id, 9, NOW)) == 1
        assert processes.take_lease(connection, "polling", process_id)
    return process_id


def all_free(database: Database, now: datetime.datetime = NOW) -> list[bool]:
    """Whether another process gets the update, the message and the lease."""
    with database.writing() as connection:
        found = [
            len(inbox.claim(connection, "next", 9, now)) == 1,
            len(outbox.claim(connection, "next", 9, now)) == 1,
            processes.take_lease(connection, "polling", "next"),
        ]
        connection.rollback()
        return found


def bury(database: Database, now: datetime.datetime = NOW, *, but: str | None = None) -> int:
    """Bury as this host would where all processes run."""
    with database.writing() as connection:
        return processes.reap_dead(connection, HOST, running, now, but=but)


def test_what_the_living_hold_is_theirs(database: Database) -> None:
    """However often others look."""
    process_id = holding(database)
    with database.writing() as connection:
        assert processes.touch(connection, process_id, NOW + 4 * SECOND)
    assert bury(database, NOW + 10 * SECOND) == 0
    assert all_free(database) == [False] * 3


def test_who_was_not_seen_for_long_is_dead(database: Database) -> None:
    """Its machine may be gone; what it held goes on elsewhere."""
    process_id = holding(database, host=OTHER_HOST)
    assert bury(database, NOW + 6.001 * SECOND) == 1
    assert all_free(database) == [True] * 3
    with database.writing() as connection:
        assert not processes.touch(connection, process_id, NOW)


def test_who_ended_on_this_machine_is_dead_at_once(database: Database) -> None:
    """A restart need not wait."""
    holding(database, pid=1)
    with database.writing() as connection:
        processes.register(connection, HOST, 2, NOW)
        assert processes.reap_dead(connection, HOST, lambda pid: pid != 1, NOW, but=None) == 1
    assert all_free(database) == [True] * 3


def test_a_process_of_another_machine_is_not_judged_by_its_number(database: Database) -> None:
    """The same number means another process there."""
    holding(database, host=OTHER_HOST)
    with database.writing() as connection:
        assert processes.reap_dead(connection, HOST, lambda _pid: False, NOW, but=None) == 0
    assert all_free(database) == [False] * 3


def test_nobody_buries_itself(database: Database) -> None:
    """It may have been too busy to beat, but it looks."""
    process_id = holding(database)
    assert bury(database, NOW + 60 * SECOND, but=process_id) == 0
    assert all_free(database) == [False] * 3


def test_who_comes_back_from_the_dead_holds_nothing_for_long(database: Database) -> None:
    """It took something on before it knew that it was buried."""
    ghost = holding(database)
    bury(database, NOW + 60 * SECOND)
    with database.writing() as connection:
        assert ids(inbox.claim(connection, ghost, 9, NOW)) == [1]
        assert processes.take_lease(connection, "polling", ghost)
    bury(database, NOW + 60 * SECOND)
    assert all_free(database) == [True] * 3


def die_with(database: Database, *updates: int) -> list[ClaimedUpdate]:
    """A process takes on what it gets, and dies."""
    with database.writing() as connection:
        inbox.put(connection, [update(number, number) for number in updates], NO_LIMITS, NOW)
        process_id = processes.register(connection, HOST, 1, NOW)
        tasks = inbox.claim(connection, process_id, 9, NOW)
        processes.reap_dead(connection, HOST, lambda _pid: False, NOW, but=None)
    return tasks


def test_what_several_processes_died_with_is_taken_on_alone(database: Database) -> None:
    """One of them may be the cause; the others must not be suspected any longer than needed."""
    for _ in range(SUSPECT_DEATHS):
        assert ids(die_with(database, 1, 2)) == [1, 2]
    assert ids(die_with(database, 3)) == [1]
    with database.writing() as connection:
        (alone,) = inbox.claim(connection, "me", 9, NOW)
        assert (alone.update_id, alone.deaths) == (1, SUSPECT_DEATHS + 1)
        assert inbox.claim(connection, "me", 9, NOW) == []
        assert inbox.mark_done(connection, alone, "me", NOW)
        assert ids(inbox.claim(connection, "me", 9, NOW)) == [2]


def test_what_kills_its_processes_is_set_aside(database: Database) -> None:
    """Else the bot would never come up again."""
    for death in range(inbox.MOST_DEATHS):
        assert ids(die_with(database, 1)) == [1], death
    with database.writing() as connection:
        (task,) = inbox.claim(connection, "me", 9, NOW)
        assert task.deaths == inbox.MOST_DEATHS
        assert inbox.mark_failed(connection, task, "me", "boom", NOW)
        assert connection.scalar(select(rows.c.end)) == UpdateEnd.SET_ASIDE


def test_who_leaves_frees_what_it_holds(database: Database) -> None:
    """And no death is counted: deploying ten times sets nothing aside."""
    process_id = holding(database)
    with database.writing() as connection:
        processes.deregister(connection, process_id)
        assert connection.scalar(select(rows.c.deaths)) == 0
        assert not processes.touch(connection, process_id, NOW)
    assert all_free(database) == [True] * 3


def test_a_lease_has_one_holder(database: Database) -> None:
    """Two that poll would get conflicts from Telegram."""
    with database.writing() as connection:
        assert processes.take_lease(connection, "polling", "a")
        assert not processes.take_lease(connection, "polling", "b")
        assert processes.take_lease(connection, "polling", "a")
        assert processes.take_lease(connection, "another", "b")


def test_of_many_that_want_a_lease_one_gets_it(database: Database) -> None:
    """However close they are."""
    together = threading.Barrier(8)

    def take(number: int) -> bool:
        together.wait()
        with database.writing() as connection:
            return processes.take_lease(connection, "polling", str(number))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 1
    with database.reading() as connection:
        assert len(connection.execute(select(leases)).all()) == 1


def test_workers_share_the_inbox_and_keep_each_chat_in_order(database: Database) -> None:
    """No update is done twice, none at the same time as another one of its chat, none before an earlier one."""
    with database.writing() as connection:
        inbox.put(connection, [update(one, one % 7 + 1) for one in range(140)], NO_LIMITS, NOW)
    begun: dict[int, list[int]] = defaultdict(list)
    in_hand: set[int] = set()
    faults: list[int] = []
    lock = threading.Lock()

    def work(name: str) -> None:
        while True:
            with database.writing() as connection:
                tasks = inbox.claim(connection, name, 3, NOW)
            for task in tasks:
                with lock:
                    faults.extend({task.chat_id} & in_hand)
                    in_hand.add(task.chat_id)
                    begun[task.chat_id].append(task.update_id)
            for task in tasks:
                with lock:
                    in_hand.remove(task.chat_id)
                with database.writing() as connection:
                    assert commit_outcome.commit_outcome(
                        connection, task, name, Outcome(messages=(message(str(task.update_id)),)), NOW
                    )
            if not tasks and done(database):
                return

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, "abcdef"))
    assert faults == []
    assert sorted(update_id for chat in begun.values() for update_id in chat) == list(range(140))
    assert all(chat == sorted(chat) for chat in begun.values())


def done(database: Database) -> bool:
    """Whether nothing waits."""
    with database.reading() as connection:
        return inbox.count_waiting(connection) == 0


def test_senders_share_the_outbox_and_keep_each_chat_in_order(database: Database) -> None:
    """While more is added; nothing is sent twice."""
    sent: dict[int, list[int]] = defaultdict(list)
    total, lock = 120, threading.Lock()

    def add(_name: str) -> None:
        for number in range(total):
            with database.writing() as connection:
                outbox.add(connection, [message(chat_id=number % 5 + 1)], NOW)

    def send(name: str) -> None:
        while sum(map(len, sent.values())) < total:
            with database.writing() as connection:
                parcels = outbox.claim(connection, name, 2, NOW)
            for parcel in parcels:
                with lock:
                    sent[parcel.chat_id].append(parcel.id)
                with database.writing() as connection:
                    assert outbox.mark_sent(connection, parcel, name, 1, NOW)

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(lambda work: work[0](work[1]), [(add, "-"), *((send, name) for name in "abcd")]))
    assert sum(map(len, sent.values())) == total
    assert all(chat == sorted(set(chat)) for chat in sent.values())


HOLDER = """
import datetime, os, sys, time
from bot.store.queue import inbox, outbox, processes
from bot.store.db.database import Database
database = Database.open(sys.argv[1])
with database.writing() as connection:
    now = datetime.datetime.now(datetime.UTC)
    me = processes.register(connection, "here", os.getpid(), now)
    inbox.claim(connection, me, 9, now)
    outbox.claim(connection, me, 9, now)
    processes.take_lease(connection, "polling", me)
print("holding", flush=True)
with database.writing() as connection:  # killed in the middle of this
    outbox.add(connection, [], now)
    connection.exec_driver_sql("UPDATE inbox SET error = 'half done'")
    print("writing", flush=True)
    time.sleep(60)
"""


def is_running(pid: int) -> bool:
    """Whether a process runs, as the bot asks."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_a_killed_process_held_is_free_at_once(new_address: NewAddress) -> None:
    """With kill -9 in the middle of a transaction: all that was committed is there, and nothing of the other."""
    address = new_address()
    database = Database.open(address)
    now = datetime.datetime.now(datetime.UTC)
    with database.writing() as connection:
        inbox.put(connection, [update(1)], NO_LIMITS, now)
        outbox.add(connection, [message()], now)
    with subprocess.Popen([sys.executable, "-c", HOLDER, address], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert [holder.stdout.readline() for _ in range(2)] == ["holding\n", "writing\n"]
        holder.kill()
    with database.writing() as connection:
        assert processes.reap_dead(connection, HOST, is_running, now, but=None) == 1
        assert connection.execute(select(rows.c.deaths, rows.c.error)).all() == [(1, None)]
    assert all_free(database, now + SECOND) == [True] * 3
    database.close()


class Order(RuleBasedStateMachine):
    """Updates come, are begun, end, fail and lose their process, in any order."""

    database: Database

    @initialize()
    def start(self) -> None:
        """From nothing."""
        empty(self.database)
        self.now = NOW
        self.next_id = 0
        self.deaths = 0
        self.held: list[ClaimedUpdate] = []
        self.ended: set[int] = set()
        self.waiting: dict[int, list[int]] = defaultdict(list)

    @rule(chats=st.lists(st.integers(1, 3), max_size=5))
    def put(self, chats: list[int]) -> None:
        """Some come in."""
        batch = [update(self.next_id + number, chat) for number, chat in enumerate(chats)]
        self.next_id += len(batch)
        for one in batch:
            self.waiting[one.chat_id].append(one.update_id)
        with self.database.writing() as connection:
            inbox.put(connection, batch, NO_LIMITS, self.now)

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        """Each that is begun is the first of its chat, and none of that chat is in hand."""
        with self.database.writing() as connection:
            tasks = inbox.claim(connection, "me", limit, self.now)
        for task in tasks:
            assert task.update_id == self.waiting[task.chat_id][0]
            assert task.chat_id not in {held.chat_id for held in self.held}
            self.held.append(task)

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0), is_done=st.booleans())
    def end(self, which: int, *, is_done: bool) -> None:
        """One is done, or a try failed."""
        task = self.held.pop(which % len(self.held))
        with self.database.writing() as connection:
            if is_done:
                assert commit_outcome.commit_outcome(connection, task, "me", Outcome(), self.now)
            is_last = is_done or inbox.mark_failed(connection, task, "me", "boom", self.now)
        assert is_last or task.tries < inbox.MOST_TRIES - 1
        if is_last:
            self.waiting[task.chat_id].pop(0)

    @precondition(lambda self: self.deaths < SUSPECT_DEATHS - 1)
    @rule()
    def die(self) -> None:
        """All in hand is free again."""
        self.deaths += 1
        self.held.clear()
        with self.database.writing() as connection:
            processes.reap_dead(connection, HOST, running, self.now, but=None)

    @rule(seconds=st.sampled_from([0.5, 1, 5]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.now += seconds * SECOND


def test_updates_are_begun_in_order_whatever_happens(database: Database) -> None:
    """The promise of the inbox, against a list for each chat."""
    machine = type("OrderHere", (Order,), {"database": database})
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
