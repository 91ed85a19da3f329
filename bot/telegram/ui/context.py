"""What every handler may use: the live library, the database, the settings, and threads for slow work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from telegram.constants import ChatAction

from bot.store import moderation

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    from telegram import Bot

    from bot.service.answers import AnswerService
    from bot.service.publishing.live_library import LiveLibrary
    from bot.service.publishing.publish import Place
    from bot.store.db.database import Connection, Database
    from bot.telegram.wire.updates import IncomingMessage
    from bot.texts import Language

SIGNAL_SECONDS = 3  # timeout of requests that are worth nothing later: "typing…", the answer to a button's press
MOST_SIGNALS = 16  # "typing…" requests under way at once
MOST_THINKING = 4  # threads that compute at once: more would only slow one another down
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, eq=False)
class Context:
    """Dependencies shared by all handlers."""

    live_library: LiveLibrary
    database: Database
    #: of replies to people whose language is not known
    language: Language
    place: Place
    #: of the times that operators read
    zone: datetime.tzinfo
    #: ids of the operators named in the settings
    operators: Sequence[int]
    #: between two scheduled reloads; None for no schedule
    minutes: int | None
    #: returns how many errors were logged since the start
    errors: Callable[[], int]
    started_at: datetime.datetime
    _signals: set[asyncio.Task[bool]] = field(init=False, default_factory=set)
    _thinking: asyncio.Semaphore = field(init=False, default_factory=lambda: asyncio.Semaphore(MOST_THINKING))

    @property
    def answer_service(self) -> AnswerService:
        """The current answer service. Take it once for each update: the next access may return a newer generation."""
        return self.live_library.answer_service

    async def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs) -> T:
        """Run a query of the store in a thread, in a transaction of its own; the connection is its first argument.

        Raises:
            SQLAlchemyError: the store cannot be read; there is no retry.
        """

        def work() -> T:
            with self.database.reading() as connection:
                return query(connection, *args, **options)

        return await asyncio.to_thread(work)

    async def think(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """Run CPU-bound work in a thread and return its result; waits while MOST_THINKING others run."""
        async with self._thinking:
            return await asyncio.to_thread(work, *args, **options)

    async def may_operate(self, person_id: int) -> bool:
        """Return whether a person is an operator now, by the settings or appointed by another operator."""
        return person_id in self.operators or await self.read(moderation.is_operator, person_id)

    def typing(self, bot: Bot, incoming: IncomingMessage) -> None:
        """Show "typing…" in a chat and topic, in the background; errors are ignored.

        Nothing is sent while MOST_SIGNALS such requests are under way.
        """
        if len(self._signals) >= MOST_SIGNALS:
            return
        action = bot.send_chat_action(
            incoming.chat_id,
            ChatAction.TYPING,
            message_thread_id=incoming.thread_id,
            connect_timeout=SIGNAL_SECONDS,
            read_timeout=SIGNAL_SECONDS,
        )
        signal = asyncio.get_running_loop().create_task(action)
        self._signals.add(signal)
        signal.add_done_callback(self._forget)

    def _forget(self, signal: asyncio.Task[bool]) -> None:
        """Forget a finished request and its error."""
        self._signals.discard(signal)
        if not signal.cancelled():
            signal.exception()  # mark it as retrieved, or asyncio would log it
