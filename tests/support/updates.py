"""What people do, on its way to the bot: long polling and the webhook, with nothing lost."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from lo_bot_api_emulator.updates import (  # type: ignore[import-untyped]  # the package carries no types
    UpdateError,
    UpdateQueues,
    allowed_updates,
    integer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_UPDATE = 810_000_001
RETRY_SECONDS = (0.1, 0.3)  # Telegram waits longer; a test need not
ON_DEMAND = {"chat_member", "message_reaction", "message_reaction_count"}  # delivered only where they are named
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True)
class Delivery:
    """One attempt to hand an update to the webhook."""

    update_id: int
    status: int  # 0: nobody answered


@dataclass
class _Inbox:
    """The updates that the bot hasn't confirmed, and how it wants them; the base reads the first six."""

    updates: dict[int, dict[str, Any]] = field(default_factory=dict)
    condition: asyncio.Condition = field(default_factory=asyncio.Condition)
    delivery: asyncio.Lock = field(default_factory=asyncio.Lock)
    url: str = ""
    secret: str | None = None
    allowed: list[str] = field(default_factory=list)
    connections: int = 40
    active: int = 0
    queued: set[int] = field(default_factory=set)  # of the webhook
    lines: dict[Any, deque[int]] = field(default_factory=dict)  # chat → its updates: Telegram keeps their order
    ready: deque[Any] = field(default_factory=deque)  # chats whose first update can be delivered now


class Updates(UpdateQueues):  # type: ignore[misc]  # the package carries no types
    """The queue of one bot.

    Unlike the base: all sorts of updates, thousands of them, handed in from any thread; a second poll ends the
    first one, as with Telegram; the webhook is called in parallel, in order within a chat, again until it answers 2xx.
    """

    def __init__(self) -> None:
        super().__init__(record=lambda _: None, insecure_webhooks=True)
        self.inbox = _Inbox()
        self.deliveries: list[Delivery] = []
        self._arrived: deque[dict[str, Any]] = deque()
        self._numbers = itertools.count(FIRST_UPDATE)
        self._waiter: asyncio.Future[None] | None = None
        self._gone: Callable[[], bool] = lambda: False  # whether the client of the poll has left
        self._session: ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, update: dict[str, Any]) -> int:
        """Number an update and append it; from any thread, `wake` must follow in the loop's."""
        update = {"update_id": next(self._numbers)} | update
        self._arrived.append(update)
        return int(update["update_id"])

    @property
    def pending(self) -> int:
        """How many the bot hasn't confirmed."""
        return len(self._arrived) + len(self.inbox.updates)

    @property
    def polling(self) -> bool:
        """Whether a getUpdates of a living client waits."""
        return self._waiter is not None and not self._gone()

    def wake(self) -> None:
        """Let those who wait see what has arrived."""
        allowed = self.inbox.allowed
        while self._arrived:
            update = self._arrived.popleft()
            kinds = update.keys() - {"update_id"}
            if kinds & set(allowed) if allowed else not kinds & ON_DEMAND:
                self.inbox.updates[update["update_id"]] = update
                if self.inbox.url:
                    self._line_up(update)
        if self._waiter is not None and not self._waiter.done() and self.inbox.updates:
            self._waiter.set_result(None)
        self._deliver_ready()

    async def close(self) -> None:
        """Break off the deliveries under way; what they carried stays in the queue."""
        for task in (tasks := list(self._tasks)):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        self._session = None
        self.inbox.ready.clear()
        self.inbox.lines.clear()
        self.inbox.queued.clear()

    def _state(self, token: str) -> _Inbox:  # noqa: ARG002 - one bot; the base asks by token
        return self.inbox

    async def poll(
        self, token: str, fields: dict[str, Any], *, disconnected: Callable[[], bool] = lambda: False
    ) -> list[dict[str, Any]]:
        """Answer getUpdates."""
        inbox = self._state(token)
        limit, timeout = integer(fields.get("limit", 100), 1, 100), integer(fields.get("timeout", 0), 0, 50)
        if inbox.url:
            raise UpdateError(WEBHOOK_ACTIVE, 409)
        if "allowed_updates" in fields:
            inbox.allowed = allowed_updates(fields["allowed_updates"])
        self.wake()
        self._confirm(integer(fields.get("offset", 0), -(2**63) + 1, 2**63 - 1))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(UpdateError(OTHER_POLL, 409))
        if timeout and not inbox.updates:
            await self._wait(timeout, disconnected)
        return [] if disconnected() else list(itertools.islice(inbox.updates.values(), limit))

    async def _wait(self, timeout: float, disconnected: Callable[[], bool]) -> None:
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        self._gone = disconnected
        try:
            await asyncio.wait_for(waiter, timeout)
        except TimeoutError:
            return
        except UpdateError:
            if not disconnected():  # the dead can't be told
                raise
        finally:
            if self._waiter is waiter:
                self._waiter = None

    def _confirm(self, offset: int) -> None:
        updates = self.inbox.updates
        if offset < 0:
            offset = list(updates)[offset:][0] if updates else 0
        for number in list(itertools.takewhile(lambda number: number < offset, updates)):
            del updates[number]

    async def set_webhook(self, token: str, fields: dict[str, Any]) -> bool:
        """Set or remove the webhook; the base checks the parameters."""
        self.wake()
        if fields.get("url") and self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(UpdateError("Conflict: terminated by setWebhook request", 409))
        self.inbox.connections = int(fields.get("max_connections", 40))
        await super().set_webhook(token, fields)
        return True

    async def deliver(self, token: str) -> int:
        """Start handing over all that waits."""
        for update in self._state(token).updates.values() if self.inbox.url else ():
            if update["update_id"] not in self.inbox.queued:
                self._line_up(update)
        self._deliver_ready()
        return 0

    def _line_up(self, update: dict[str, Any]) -> None:
        chat = _chat_of(update)
        if chat not in self.inbox.lines:
            self.inbox.lines[chat] = deque()
            self.inbox.ready.append(chat)
        self.inbox.lines[chat].append(update["update_id"])
        self.inbox.queued.add(update["update_id"])

    def _deliver_ready(self) -> None:
        inbox = self.inbox
        while inbox.url and inbox.ready and inbox.active < inbox.connections:
            inbox.active += 1
            task = asyncio.get_running_loop().create_task(self._hand_over(inbox.ready.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._handed_over)

    def _handed_over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.inbox.active -= 1
        if not task.cancelled():
            self._deliver_ready()

    async def _hand_over(self, chat: object) -> None:
        """Deliver the first update of a chat; a failed one stays the first, and is tried again soon."""
        line = self.inbox.lines[chat]
        update = self.inbox.updates.get(line[0])
        if update is not None and not 200 <= await self._post(update) < 300:
            asyncio.get_running_loop().call_later(random.uniform(*RETRY_SECONDS), self._retry, chat)
            return
        number = line.popleft()
        self.inbox.updates.pop(number, None)
        self.inbox.queued.discard(number)
        if line:
            self.inbox.ready.append(chat)
        else:
            del self.inbox.lines[chat]

    def _retry(self, chat: object) -> None:
        if chat in self.inbox.lines:
            self.inbox.ready.append(chat)
            self._deliver_ready()

    async def _post(self, update: dict[str, Any]) -> int:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=60), connector=TCPConnector(limit=0))
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.inbox.secret} if self.inbox.secret else {}
        headers["Content-Type"] = "application/json"
        body = json.dumps(update, ensure_ascii=False).encode()
        try:
            async with self._session.post(self.inbox.url, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (ClientError, TimeoutError, ConnectionError):
            status = 0
        self.deliveries.append(Delivery(update["update_id"], status))
        return status


def _chat_of(update: dict[str, Any]) -> object:
    """What Telegram keeps in order: the chat, or the person of an update without one."""
    event: dict[str, Any] = next((value for key, value in update.items() if key != "update_id"), {})
    place: dict[str, Any] = event.get("chat") or event.get("message", {}).get("chat") or event.get("from") or {}
    return place.get("id")
