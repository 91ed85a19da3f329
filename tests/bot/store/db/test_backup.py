"""A copy of the store: whole or refused, the same on both databases, taken while the bot runs."""

from __future__ import annotations

import gzip
import json
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from bot.domain.effects import Outcome
from bot.domain.stored_answers import Feedback
from bot.store import answer_table, commit_outcome
from bot.store.db import backup
from bot.store.db.database import Database
from bot.store.db.errors import NotRestorable, StoreNotEmpty, StoreTooNew, StoreUnusable
from bot.store.db.schema import REVISION, metadata
from bot.store.queue import chats, inbox, outbox, processes
from tests.support.store_fixtures import CHAT, GROUP, NO_LIMITS, NOW, answer, message, update

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.support.store_fixtures import NewAddress


def fill(database: Database) -> None:
    """A little of everything, some of it in hand."""
    with database.writing() as connection:
        me = processes.register(connection, "here", 1, NOW)
        processes.take_lease(connection, "polling", me)
        inbox.put(connection, [update(1), update(2), update(3, GROUP, None), update(4, GROUP)], NO_LIMITS, NOW)
        (first, other) = inbox.claim(connection, me, 9, NOW)
        inbox.mark_failed(connection, other, me, "boom", NOW)
        verdict = Feedback("a1", 5, is_good=True)
        messages = (message("您好 𠮷\n", answer_id="a1", asked_at=NOW), message("b", edits=1, key="k"))
        commit_outcome.commit_outcome(
            connection, first, me, Outcome(messages=messages, answer=answer(), feedback=verdict), NOW
        )
        inbox.claim(connection, me, 9, NOW)
        outbox.claim(connection, me, 9, NOW)
        chats.block(connection, GROUP, NOW)


def content(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All that a copy keeps, with nobody having it in hand."""
    found = {}
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(table.select().order_by(*table.primary_key)).mappings()
            found[table.name] = [{**row, "process_id": None} for row in rows]
    return {name: rows for name, rows in found.items() if name not in ("processes", "leases")}


def test_a_copy_comes_back_as_it_was(database: Database, new_address: NewAddress, tmp_path: Path) -> None:
    """From either database to either."""
    fill(database)
    rows = backup.backup(database, tmp_path / "copy.gz")
    address = new_address()
    place, restored = backup.restore(address, tmp_path / "copy.gz")
    other = Database.open(address)
    assert place == other.place
    assert rows == restored == sum(map(len, content(other).values())) == 11
    assert content(other) == content(database)
    other.close()


def test_work_goes_on_after_restoring(new_address: NewAddress, tmp_path: Path) -> None:
    """What was in hand is free, and new rows get new numbers."""
    lines_of(tmp_path)
    address = new_address()
    backup.restore(address, tmp_path / "copy.gz")
    database = Database.open(address)
    with database.writing() as connection:
        assert [task.update_id for task in inbox.claim(connection, "me", 9, NOW)] == [2]
        assert answer_table.get(connection, "a1") == answer()
        outbox.add(connection, [message("c")], NOW)
        assert [parcel.payload for parcel in outbox.claim(connection, "me", 9, NOW)] == ["您好 𠮷\n"]
        assert outbox.count_waiting(connection) == 3
    database.close()


def test_a_copy_is_of_one_moment(database: Database, tmp_path: Path) -> None:
    """Updates end and messages are added together; a copy with one of both would lose or double an answer."""
    stop = threading.Event()

    def work() -> None:
        for number in range(10_000):
            if stop.is_set():
                return
            with database.writing() as connection:
                inbox.put(connection, [update(number)], NO_LIMITS, NOW)
                outbox.add(connection, [message()], NOW)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for _ in range(5):
            backup.backup(database, tmp_path / "copy.gz")
            lines = gzip.decompress((tmp_path / "copy.gz").read_bytes()).splitlines()
            tables = [json.loads(line).get("table") for line in lines]
            assert tables.count("inbox") == tables.count("outbox")
    finally:
        stop.set()
        writer.join()


def test_only_the_owner_can_read_a_copy(database: Database, tmp_path: Path) -> None:
    """It holds what people asked; nothing else is left beside it."""
    backup.backup(database, tmp_path / "copy.gz")
    assert stat.S_IMODE((tmp_path / "copy.gz").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".db", ".db-wal", ".db-shm")] == ["copy.gz"]


def test_a_copy_that_cannot_be_written_leaves_the_one_before(database: Database, tmp_path: Path) -> None:
    """The folder is gone, or the name is that of a folder."""
    (tmp_path / "copy.gz" / "inside").mkdir(parents=True)
    for file in (tmp_path / "missing" / "copy.gz", tmp_path / "copy.gz"):
        with pytest.raises(OSError, match=r"copy\.gz|missing"):
            backup.backup(database, file)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_store_with_something_in_it_is_left_alone(new_address: NewAddress, tmp_path: Path) -> None:
    """A mistyped address must not mix two bots."""
    lines_of(tmp_path)
    address = new_address()
    database = Database.open(address)
    with database.writing() as connection:
        chats.block(connection, CHAT, NOW)
    before = content(database)
    with pytest.raises(StoreNotEmpty) as caught:
        backup.restore(address, tmp_path / "copy.gz")
    assert caught.value.place == database.place
    assert content(database) == before
    database.close()


def lines_of(tmp_path: Path) -> list[str]:
    """The lines of a copy, which is the same from both databases."""
    database = Database.open(str(tmp_path / "first.db"))
    fill(database)
    backup.backup(database, tmp_path / "copy.gz")
    database.close()
    return gzip.decompress((tmp_path / "copy.gz").read_bytes()).decode().splitlines(keepends=True)


def refused(file: Path) -> str:
    """Why a file is refused, before the store is even made."""
    store = file.parent / "second.db"
    with pytest.raises(NotRestorable) as caught:
        backup.restore(str(store), file)
    assert caught.value.file == file
    assert not store.exists()
    return caught.value.reason


@pytest.mark.parametrize("where", [0.0, 0.2, 0.9, 0.999])
def test_a_truncated_file_is_refused(tmp_path: Path, where: float) -> None:
    """The disk was full, or the transfer ended early."""
    lines_of(tmp_path)
    whole = (tmp_path / "copy.gz").read_bytes()
    (tmp_path / "copy.gz").write_bytes(whole[: int(len(whole) * where)])
    refused(tmp_path / "copy.gz")


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_a_damaged_file_is_refused(tmp_path: Path, where: float) -> None:
    """A bit has turned."""
    lines_of(tmp_path)
    whole = bytearray((tmp_path / "copy.gz").read_bytes())
    whole[int(len(whole) * where)] ^= 4
    (tmp_path / "copy.gz").write_bytes(whole)
    refused(tmp_path / "copy.gz")


def test_a_line_that_is_missing_is_noticed(tmp_path: Path) -> None:
    """Somebody packed it anew."""
    lines = lines_of(tmp_path)
    for wrong in (lines[:-1], lines[:3] + lines[4:], lines[1:], [], ["{}"], ["[]\n"], ["no\n"], [*lines, lines[2]]):
        (tmp_path / "wrong.gz").write_bytes(gzip.compress("".join(wrong).encode()))
        refused(tmp_path / "wrong.gz")


def test_something_else_is_refused(tmp_path: Path) -> None:
    """No such file, a folder, a text."""
    (tmp_path / "letter.txt").write_text("dear reader")
    (tmp_path / "folder").mkdir()
    assert refused(tmp_path / "missing") == "No such file or directory"
    assert refused(tmp_path / "folder") == "Is a directory"
    assert "gzip" in refused(tmp_path / "letter.txt")
    for revision in ("0000", "ae1027a6acf"):
        text = "".join(lines_of(tmp_path)).replace(f'"revision": "{REVISION}"', f'"revision": "{revision}"')
        (tmp_path / "strange.gz").write_bytes(gzip.compress(text.encode()))
        assert revision in refused(tmp_path / "strange.gz")
        (tmp_path / "first.db").unlink()


def test_a_newer_copy_is_refused(tmp_path: Path) -> None:
    """This program does not know what is in it."""
    text = "".join(lines_of(tmp_path)).replace(f'"revision": "{REVISION}"', '"revision": "0999"')
    (tmp_path / "newer.gz").write_bytes(gzip.compress(text.encode()))
    with pytest.raises(StoreTooNew) as caught:
        backup.restore(str(tmp_path / "second.db"), tmp_path / "newer.gz")
    assert caught.value.place == str(tmp_path / "newer.gz")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"table": "outbox"', '"table": "elsewhere"'),
        ('"chat_id"', '"other_id"'),
        ('"update_id": 2', '"update_id": 1'),
        ("2026-03-14", "soon"),
        ('"chat_id": 7', '"chat_id": null'),
    ],
)
def test_rows_that_do_not_fit_put_nothing_in(new_address: NewAddress, tmp_path: Path, old: str, new: str) -> None:
    """All or nothing, however late it shows."""
    text, address = "".join(lines_of(tmp_path)), new_address()
    assert old in text
    (tmp_path / "wrong.gz").write_bytes(gzip.compress(text.replace(old, new).encode()))
    with pytest.raises(NotRestorable):
        backup.restore(address, tmp_path / "wrong.gz")
    database = Database.open(address)
    assert not any(content(database).values())
    database.close()


def test_a_store_that_cannot_be_opened_is_told_from_a_bad_copy(tmp_path: Path) -> None:
    """The file is fine."""
    lines_of(tmp_path)
    with pytest.raises(StoreUnusable):
        backup.restore(str(tmp_path), tmp_path / "copy.gz")
