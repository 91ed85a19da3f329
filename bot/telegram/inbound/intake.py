"""Stores updates in the inbox before they are acknowledged to Telegram."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.domain.messages import OutgoingMessage, QueueLimits
from bot.service.heartbeat import utc_now
from bot.store.queue import inbox, outbox
from bot.telegram.wire.payload import Payload
from bot.telegram.wire.updates import incoming_from_raw, is_for_bot, received_update
from bot.texts import texts_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.domain.messages import ReceivedUpdate
    from bot.store.db.database import Database
    from bot.texts import Language

UPDATE_KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]  # requested from Telegram


class Intake:
    """Stores incoming updates, and asks people who have too many waiting to slow down.

    Args:
        database: the store.
        language: for people whose language is not known.
        on_new: called in the thread of the event loop after updates were stored.
    """

    def __init__(self, database: Database, language: Language, on_new: Callable[[], None]) -> None:
        self._database = database
        self._language = language
        self._on_new = on_new

    async def take(self, raws: Iterable[dict[str, Any]]) -> None:
        """Store updates durably; idempotent, since the inbox keeps one row per update_id.

        Args:
            raws: updates as parsed JSON, each with a valid update_id (`is_update`). Group chatter is not kept.

        Raises:
            SQLAlchemyError: they could not be stored; Telegram must send them again.
            RecursionError: one is nested too deep to be encoded again; none is stored.
        """
        by_id = {raw["update_id"]: raw for raw in raws if is_for_bot(raw)}
        if by_id:
            await asyncio.to_thread(self._put, by_id)
            self._on_new()

    def _put(self, by_id: dict[int, dict[str, Any]]) -> None:
        """Store updates by id, and replies to those who have too many waiting, in one transaction."""
        now = utc_now()
        with self._database.writing() as connection:
            refused = inbox.put(connection, [received_update(raw) for raw in by_id.values()], QueueLimits(), now)
            replies = [self._slow_down(update, by_id[update.update_id], f"{now:%Y%m%d%H%M}") for update in refused]
            outbox.add(connection, list(filter(None, replies)), now)

    def _slow_down(self, refused: ReceivedUpdate, raw: dict[str, Any], minute: str) -> OutgoingMessage | None:
        """Return the request to wait for the sender of a refused update; None where nobody can be replied to.

        By its key it is sent once a minute to a person in a chat; `minute` is the current one.
        """
        incoming = incoming_from_raw(raw, self._language)
        if incoming is None:
            return None
        payload = Payload(html=texts_in(incoming.language).wait, reply_to=incoming.message_id)
        key = f"wait:{refused.chat_id}:{refused.person_id}:{minute}"
        return OutgoingMessage(chat_id=refused.chat_id, payload=payload.dump(), key=key)
