"""Puts updates into the inbox before Telegram is told that they arrived."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.domain.messages import OutgoingMessage, QueueLimits
from bot.service.heartbeat import utc_now
from bot.store.queue import inbox, outbox
from bot.telegram.wire.payload import Payload
from bot.telegram.wire.updates import is_for_bot, received, words_of_raw
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.domain.messages import ReceivedUpdate
    from bot.store.db.database import Database
    from bot.texts import Language

KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]  # of updates that are asked for


class Intake:
    """Puts updates into the inbox, and asks whoever sends too many to wait."""

    def __init__(self, database: Database, language: Language, on_new: Callable[[], None]) -> None:
        self._database = database
        self._language = language
        self._on_new = on_new

    async def take(self, raws: Iterable[dict[str, Any]]) -> None:
        """Store updates; returns when they are safe.

        Raises:
            SQLAlchemyError: they are not.
        """
        by_id = {raw["update_id"]: raw for raw in raws if is_for_bot(raw)}
        if by_id:
            await asyncio.to_thread(self._put, by_id)
            self._on_new()

    def _put(self, by_id: dict[int, dict[str, Any]]) -> None:
        now = utc_now()
        with self._database.writing() as connection:
            refused = inbox.put(connection, [received(raw) for raw in by_id.values()], QueueLimits(), now)
            waits = [self._wait(one, by_id[one.update_id], f"{now:%Y%m%d%H%M}") for one in refused]
            outbox.add(connection, list(filter(None, waits)), now)

    def _wait(self, refused: ReceivedUpdate, raw: dict[str, Any], minute: str) -> OutgoingMessage | None:
        """A word to somebody who has too much waiting, in reply to the first message refused, once a minute."""
        words = words_of_raw(raw, self._language)
        if words is None:
            return None
        payload = Payload(html=texts(words.language).wait, reply_to=words.message_id)
        key = f"wait:{refused.chat_id}:{refused.person_id}:{minute}"
        return OutgoingMessage(chat_id=refused.chat_id, payload=payload.dump(), key=key)
