"""How the bot starts where it cannot: one line that says what to do, an exit code, and no secret."""

from __future__ import annotations

import socket
import sqlite3
from typing import TYPE_CHECKING

import pytest

from bot.exit_codes import NO_STORE, REFUSED, UNREACHABLE, UNREADABLE, USAGE
from bot.store.db.database import Database
from tests.support.emulator import TOKEN, Telegram
from tests.support.faults import Refused
from tests.support.process import SECRET, clean_environment, free_port, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.library import Library

    Refusing = Callable[..., str]

UNKNOWN = "987654321:AAF_nobody-knows-this-one"
PASSWORD = "a-pass-word"  # noqa: S105 # it opens nothing
WEBHOOK = {"CHUWEN_WEBHOOK_URL": "http://127.0.0.1/telegram", "CHUWEN_WEBHOOK_SECRET": SECRET}


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    """A server that knows one token."""
    with Telegram() as server:
        yield server


@pytest.fixture
def refusing(telegram: Telegram, sample: Library, cache: Path, tmp_path: Path) -> Refusing:
    """Start the bot with these settings, and return the one line that it ends with."""
    assert sample.articles  # in the cache: to build it would take time, and more lines

    def start(code: int, **settings: str) -> str:
        usual = {
            "CHUWEN_TELEGRAM_TOKEN": TOKEN,
            "CHUWEN_TELEGRAM_API": telegram.url,
            "CHUWEN_DATABASE": str(tmp_path / "chuwen.db"),
        }
        ended = run(clean_environment(cache, **usual | settings), "run")
        assert ended.returncode == code, ended.stderr
        assert ended.stdout == ""
        assert len(ended.stderr.splitlines()) == 1, ended.stderr
        assert not [secret for secret in (TOKEN, UNKNOWN, SECRET, PASSWORD) if secret in ended.stderr]
        return ended.stderr

    return start


def test_what_is_no_token_is_not_shown(refusing: Refusing) -> None:
    """It may be one, with a slip."""
    assert refusing(USAGE, CHUWEN_TELEGRAM_TOKEN=f"{TOKEN} {PASSWORD}").startswith("CHUWEN_TELEGRAM_TOKEN")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHUWEN_TELEGRAM_API", "localhost:8081"),
        ("CHUWEN_OPERATORS", "12,小明"),
        ("CHUWEN_PROXY", f"ftp://user:{PASSWORD}@127.0.0.1"),
        ("CHUWEN_WEBHOOK_SECRET", ""),
        ("CHUWEN_LISTEN", "127.0.0.1:99999"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(refusing: Refusing, name: str, value: str) -> None:
    """Which one it is would be hard to guess."""
    assert refusing(USAGE, **WEBHOOK | {name: value}).startswith(name)


def test_a_token_that_nobody_knows_is_said_to_be(refusing: Refusing) -> None:
    """Telegram answers 401."""
    assert "不认识这个令牌" in refusing(REFUSED, CHUWEN_TELEGRAM_TOKEN=UNKNOWN)


def test_where_nobody_listens_is_said(refusing: Refusing) -> None:
    """A wrong address, or no network."""
    api = f"http://127.0.0.1:{free_port()}"
    line = refusing(UNREACHABLE, CHUWEN_TELEGRAM_API=api)
    assert line.startswith(api)
    assert "连不上" in line


def test_a_proxy_that_is_down_is_like_no_network(refusing: Refusing) -> None:
    """Its password stays hidden."""
    proxy = f"socks5://user:{PASSWORD}@127.0.0.1:{free_port()}"
    assert "连不上" in refusing(UNREACHABLE, CHUWEN_PROXY=proxy)


def test_a_webhook_that_telegram_does_not_take_is_said(refusing: Refusing, telegram: Telegram) -> None:
    """Nothing would ever arrive."""
    telegram.inject([Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided")], ["setWebhook"])
    listen = f"127.0.0.1:{free_port()}"
    assert "an https url must be provided" in refusing(UNREACHABLE, **WEBHOOK, CHUWEN_LISTEN=listen).lower()


def test_a_port_that_is_taken_is_named(refusing: Refusing) -> None:
    """By another program, or by the bot itself."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        assert refusing(UNREADABLE, **WEBHOOK, CHUWEN_LISTEN=listen).startswith(listen)


def test_a_folder_is_no_database(refusing: Refusing, tmp_path: Path) -> None:
    """One is easily taken for the other."""
    assert refusing(NO_STORE, CHUWEN_DATABASE=str(tmp_path)).startswith(str(tmp_path))


def test_another_file_is_no_database(refusing: Refusing, tmp_path: Path) -> None:
    """It is left as it is."""
    file = tmp_path / "letter.txt"
    file.write_text("您好！" * 1000, "utf-8")
    assert refusing(NO_STORE, CHUWEN_DATABASE=str(file)).startswith(str(file))
    assert file.read_text("utf-8") == "您好！" * 1000


def test_a_server_that_is_down_is_named_without_its_password(refusing: Refusing) -> None:
    """PostgreSQL says it in several lines."""
    port = free_port()
    line = refusing(NO_STORE, CHUWEN_DATABASE=f"postgresql://user:{PASSWORD}@127.0.0.1:{port}/chuwen")
    assert line.startswith(f"postgresql://user@127.0.0.1:{port}/chuwen")


def test_the_database_of_a_newer_program_stays_as_it_is(refusing: Refusing, tmp_path: Path) -> None:
    """What this one would make of it nobody knows."""
    file = tmp_path / "newer.db"
    Database.open(str(file)).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = file.read_bytes()
    assert "更新版本" in refusing(NO_STORE, CHUWEN_DATABASE=str(file))
    assert file.read_bytes() == before
