"""`chuwen backup` beside a bot at work, and `chuwen restore` for the one that goes on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.exit_codes import DONE, NO_STORE, UNREADABLE
from tests.support.asking import ANSWER, newcomer, seconds_to_answer
from tests.support.emulator import Message, Telegram
from tests.support.process import Bot, run
from tests.support.store_fixtures import new_postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the store and its backup are."""
    return tmp_path_factory.mktemp("backup")


@pytest.fixture(scope="module")
def bot(cache: Path, folder: Path) -> Iterator[Bot]:
    """A bot at work."""
    with Telegram() as telegram, Bot(telegram, cache, folder) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture(scope="module")
def answer(bot: Bot) -> Message:
    """An answer that was given before the backup."""
    chat = newcomer()
    seconds_to_answer(bot.telegram, chat)
    return bot.telegram.messages(chat)[0]


@pytest.fixture(scope="module")
def backup(bot: Bot, answer: Message, folder: Path) -> Path:
    """The backup, taken while the bot is at work."""
    assert ANSWER in answer.text
    bot.telegram.wait_for(lambda: bot.rows("SELECT count(*) FROM outbox WHERE state = 'sent'") == [(1,)])
    file = folder / "chuwen.backup"
    taken = run(bot.environment, "backup", str(file))
    assert (taken.returncode, taken.stderr) == (DONE, "")
    assert str(file) in taken.stdout
    return file


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_buttons_still_work_on_a_restored_store(
    bot: Bot, answer: Message, backup: Path, cache: Path, tmp_path: Path, store: str
) -> None:
    """A move to another machine, or to PostgreSQL, is not noticed in the chats."""
    address = str(tmp_path / "restored.db") if store == "sqlite" else new_postgresql()
    restored = run(bot.environment | {"CHUWEN_DATABASE": address}, "restore", str(backup))
    assert (restored.returncode, restored.stderr) == (DONE, "")
    bot.kill()
    telegram, before = bot.telegram, len(bot.telegram.messages(answer.chat))
    with Bot(telegram, cache, tmp_path, CHUWEN_DATABASE=address) as other:
        telegram.press(next(data for label, data in answer.buttons.items() if "原文" in label), answer)
        assert ANSWER in telegram.wait_for_messages(before + 1, answer.chat)[-1].text
        seconds_to_answer(telegram, answer.chat)
        assert len(telegram.messages(answer.chat)) == before + 2  # nothing of old was sent again
        assert other.end() == 0
        assert "Traceback" not in other.log


def test_a_store_with_something_in_it_is_left_alone(bot: Bot, backup: Path) -> None:
    """Two stores can't be put together."""
    refused = run(bot.environment, "restore", str(backup))
    assert refused.returncode == NO_STORE
    assert len(refused.stderr.splitlines()) == 1


def test_a_damaged_backup_is_refused(bot: Bot, backup: Path, tmp_path: Path) -> None:
    """Half a store is none."""
    damaged, store = tmp_path / "damaged.backup", tmp_path / "new.db"
    damaged.write_bytes(backup.read_bytes()[:-20])
    for file in (damaged, tmp_path / "missing.backup", tmp_path):
        refused = run(bot.environment | {"CHUWEN_DATABASE": str(store)}, "restore", str(file))
        assert refused.returncode == UNREADABLE
        assert len(refused.stderr.splitlines()) == 1
        assert refused.stderr.startswith(str(file))


def test_a_backup_that_cannot_be_written_is_said(bot: Bot, tmp_path: Path) -> None:
    """There is no such folder."""
    file = tmp_path / "none" / "chuwen.backup"
    refused = run(bot.environment, "backup", str(file))
    assert refused.returncode == UNREADABLE
    assert len(refused.stderr.splitlines()) == 1


def test_no_backup_is_made_of_nothing(bot: Bot, backup: Path, tmp_path: Path) -> None:
    """A slip in the name of the database must not put an empty backup in the place of a good one."""
    before = backup.read_bytes()
    missing = tmp_path / "nothing.db"
    refused = run(bot.environment | {"CHUWEN_DATABASE": str(missing)}, "backup", str(backup))
    assert (refused.returncode, refused.stdout) == (NO_STORE, "")
    assert str(missing) in refused.stderr
    assert not missing.exists()
    assert backup.read_bytes() == before
