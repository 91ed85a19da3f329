"""The ways to Telegram and back: the webhook's door, and proxies."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import socket
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest
import telegram as telegram_library

from bot.exit_codes import UNREACHABLE
from bot.settings import Webhook
from bot.store.db.database import Database
from bot.store.queue import outbox
from bot.telegram.inbound.webhook import watch_webhook
from bot.telegram.outbound.alarms import Alarms
from bot.texts import Language
from tests.support.asking import ANSWER, QUESTION, SOON, newcomer, seconds_to_answer
from tests.support.emulator import Person, Telegram
from tests.support.process import SECRET, Bot, free_port
from tests.support.proxies import PASSWORD, Http, Proxy, Socks5

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_updates = itertools.count(900_000_001)


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    """The server for all that follows."""
    with Telegram() as server:
        yield server


@pytest.fixture(scope="module")
def bot(telegram: Telegram, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot behind a webhook."""
    with Bot(telegram, cache, tmp_path_factory.mktemp("bot"), by_webhook=True) as running:
        yield running
        assert "Traceback" not in running.log
        assert not [secret for secret in (telegram.token, SECRET) if secret in running.log]


def question(chat: int) -> dict[str, Any]:
    """An update with a question."""
    person = Person(chat).json()
    place = {"id": chat, "type": "private", "first_name": person["first_name"]}
    message = {"message_id": 1, "date": int(time.time()), "chat": place, "from": person, "text": QUESTION}
    return {"update_id": next(_updates), "message": message}


def knock(
    bot: Bot, body: object = None, method: str = "POST", path: str = "/telegram", secret: str | None = SECRET
) -> int:
    """Send a request, and return the status of the answer."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
    given = body if isinstance(body, bytes) else json.dumps(body).encode()
    with closing(http.client.HTTPConnection("127.0.0.1", bot.port, timeout=10)) as connection:
        connection.request(method, path, given, headers)
        return connection.getresponse().status


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (405, {"method": "GET"}),
        (405, {"method": "PUT"}),
        (404, {"path": "/"}),
        (404, {"path": "/telegram/x"}),
        (403, {"secret": None}),
        (403, {"secret": ""}),
        (403, {"secret": f"{SECRET}x"}),
        (403, {"secret": "密".encode().decode("latin-1")}),
        (400, {"body": b"no JSON"}),
        (400, {"body": b"\xff\xfe"}),
        (400, {"body": b""}),
        (400, {"body": b"[" * 100_000}),
        (400, {"body": []}),
        (400, {"body": 5}),
        (400, {"body": {"message": {}}}),
        (400, {"body": {"update_id": "1"}}),
        (400, {"body": {"update_id": True}}),
        (400, {"body": {"update_id": 2**63}}),
        (400, {"body": {"update_id": -1}}),
        (413, {"body": b" " * 5_000_000}),
    ],
)
def test_what_is_no_update_is_refused(bot: Bot, status: int, request_: dict[str, Any]) -> None:
    """Anybody on the net can knock."""
    assert knock(bot, **{"body": question(newcomer())} | request_) == status


def test_the_same_update_is_answered_once(bot: Bot, telegram: Telegram) -> None:
    """Telegram repeats what it thinks has not arrived."""
    chat = newcomer()
    update = question(chat)
    assert [knock(bot, update) for _ in range(3)] == [200] * 3
    telegram.wait_for_messages(1, chat)
    assert knock(bot, update) == 200
    seconds_to_answer(telegram, chat)
    assert len(telegram.messages(chat)) == 2


def test_an_update_of_no_known_kind_is_taken(bot: Bot) -> None:
    """Else Telegram would repeat it for a day."""
    assert knock(bot, {"update_id": next(_updates), "something_new": [1, 2]}) == 200
    assert knock(bot, {"update_id": next(_updates)}) == 200


def test_slow_clients_hold_up_nobody(bot: Bot, telegram: Telegram) -> None:
    """They may never tell the rest."""
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    slow = [socket.create_connection(("127.0.0.1", bot.port)) for _ in range(50)]
    for connection in slow:
        connection.sendall(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
    assert seconds_to_answer(telegram, newcomer()) < SOON
    for connection in slow:
        connection.close()


def test_what_is_no_http_is_refused(bot: Bot) -> None:
    """Somebody speaks TLS, or looks for other servers."""
    for rubbish in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", b"SSH-2.0-x\r\n", b"\0" * 100_000):
        with socket.create_connection(("127.0.0.1", bot.port), timeout=5) as connection:
            connection.sendall(rubbish)
            assert b" 400 " in connection.recv(100)


def test_what_was_acknowledged_survives(bot: Bot, telegram: Telegram) -> None:
    """An update is in the store before Telegram hears that it arrived."""
    chats = [newcomer() for _ in range(20)]
    assert [knock(bot, question(chat)) for chat in chats] == [200] * 20
    bot.kill()
    assert {(chat,) for chat in chats} <= set(bot.rows("SELECT chat_id FROM inbox"))
    bot.start()
    telegram.wait_for(lambda: all(telegram.messages(chat) for chat in chats))


@pytest.mark.parametrize(("kind", "host"), [(Http, "127.0.0.1"), (Socks5, "localhost")])
def test_everything_goes_through_a_proxy(
    telegram: Telegram, cache: Path, tmp_path: Path, kind: type[Proxy], host: str
) -> None:
    """Telegram is blocked where many users are; the proxy's password stays hidden."""
    chat, api = newcomer(), telegram.url.replace("127.0.0.1", host)
    with kind() as proxy, Bot(telegram, cache, tmp_path, CHUWEN_PROXY=proxy.url, CHUWEN_TELEGRAM_API=api) as bot:
        telegram.say(QUESTION, chat)
        (answer,) = telegram.wait_for_messages(1, chat)
        assert ANSWER in answer.text
        assert set(proxy.connected) == {(host, telegram.port)}
        assert bot.end() == 0
        assert PASSWORD not in bot.log
        assert "Traceback" not in bot.log


def test_a_proxy_that_refuses_is_said_to(telegram: Telegram, cache: Path, tmp_path: Path) -> None:
    """The password was mistyped."""
    for kind in (Http, Socks5):
        with kind() as proxy:
            bot = Bot(telegram, cache, tmp_path, CHUWEN_PROXY=proxy.url.replace(PASSWORD, "wrong-pass-word"))
            bot.start()
            assert bot.process is not None
            assert bot.process.wait(20) == UNREACHABLE
    assert bot.log.count("连不上 Telegram") == len(bot.log.splitlines()) == 2
    assert "wrong-pass-word" not in bot.log


def test_a_webhook_that_somebody_removed_is_set_again(tmp_path: Path) -> None:
    """Who polls with the token removes it, and the bot would be deaf without knowing."""
    database = Database.open(str(tmp_path / "chuwen.db"))
    alarms = Alarms(database, [newcomer()], Language.SIMPLIFIED, [])
    with Telegram() as telegram:
        ours = Webhook(f"http://127.0.0.1:{free_port()}/ours", SECRET, "127.0.0.1", 1)

        async def watch() -> None:
            async with telegram_library.Bot(telegram.token, f"{telegram.url}/bot") as bot:
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await watch_webhook(bot, ours, alarms, 0.05)
                assert (await bot.get_webhook_info()).url == ours.url

        asyncio.run(watch())
    with database.reading() as connection:
        assert outbox.count_waiting(connection) == 1
    database.close()
