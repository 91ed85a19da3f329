"""The webhook acknowledges what is stored, and refuses the rest."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.store.db.database import Database
from bot.store.db.schema import inbox
from bot.telegram.inbound.intake import Intake
from bot.telegram.inbound.webhook import SECRET_HEADER, webhook_app
from bot.texts import Language

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "secret"  # noqa: S105 # it opens nothing
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "from": {"id": 5}, "text": "问"},
}


def post(database: Database, bodies: list[str], secret: str = SECRET) -> list[int]:
    """Post each body to the webhook, and return the statuses."""

    async def requests() -> list[int]:
        intake = Intake(database, Language.SIMPLIFIED, on_new=lambda: None)
        async with TestClient(TestServer(webhook_app(intake, "/telegram", SECRET))) as client:
            statuses = []
            for body in bodies:
                response = await client.post("/telegram", data=body, headers={SECRET_HEADER: secret})
                statuses.append(response.status)
            return statuses

    return asyncio.run(requests())


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """An empty store."""
    return Database.open(str(tmp_path / "store.db"))


def stored(database: Database) -> list[int]:
    """The ids of the updates in the inbox."""
    with database.reading() as connection:
        return list(connection.scalars(select(inbox.c.update_id)))


def test_what_is_acknowledged_is_stored(database: Database) -> None:
    """Telegram forgets an update once it has seen 200."""
    assert post(database, [json.dumps(UPDATE)]) == [200]
    assert stored(database) == [7]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "[1]", "null", "{}", '{"update_id": "7"}', '{"update_id": true}', '{"update_id": -1}', "[" * 100_000],
)
def test_what_is_no_update_is_refused(database: Database, body: str) -> None:
    """A body that cannot be stored is never acknowledged."""
    assert post(database, [body]) == [400]
    assert stored(database) == []


def test_nobody_else_may_send_updates(database: Database) -> None:
    """Whoever finds the address could speak for anybody."""
    assert post(database, [json.dumps(UPDATE)], secret="wrong") == [403]  # noqa: S106 # likewise
    assert stored(database) == []


def test_each_update_is_read_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update of 4 MB that is turned into a row twice costs the event loop twice the time."""
    dumped: list[Any] = []
    dumps = json.dumps

    def counting(value: Any, **options: Any) -> str:
        dumped.append(value)
        return dumps(value, **options)

    bodies = [json.dumps({**UPDATE, "update_id": number}) for number in (1, 2, 3)]
    monkeypatch.setattr(json, "dumps", counting)
    assert post(database, bodies) == [200] * 3
    assert [value["update_id"] for value in dumped if isinstance(value, dict) and "update_id" in value] == [1, 2, 3]
