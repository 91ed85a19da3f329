"""The bot at work, and what is done to it."""

from __future__ import annotations

import itertools
import json
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.reload.processes import finished, shell
from benchmarks.reload.rounds import ROUND_QUESTION, rounds_in
from bot.domain.jobs import JobEnd, JobKind
from bot.store.db.database import Database
from bot.store.queue import job_queue
from tests.support.emulator import Telegram
from tests.support.process import Bot

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from bot.domain.jobs import Job

OPERATOR = 7_001
BEGUN = "⏳"
PATIENCE = 60.0  # seconds for anything that should come by itself


class Scene:
    """A bot, its chats, what it reads and its store."""

    def __init__(self, bot: Bot, database: Database) -> None:
        self.bot = bot
        self.telegram = bot.telegram
        self.database = database
        self._newcomers = itertools.count(1_000_000)

    @property
    def cache(self) -> Path:
        """Where it keeps indexes."""
        return Path(self.bot.environment["CHUWEN_CACHE"])

    def job(self) -> Job | None:
        """The reload that was begun last."""
        with self.database.reading() as connection:
            return job_queue.latest(connection, (JobKind.RELOAD,))

    def last_job(self) -> int:
        """The number of that; 0 where there is none."""
        job = self.job()
        return job.id if job else 0

    def wait_ended(self, after: int, seconds: float = PATIENCE) -> Job | None:
        """The reload that was begun after that one, once it has ended; None where that does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job = self.job()
            if job and job.id > after and job.end:
                return job
            time.sleep(0.05)
        return None

    def reload_in_chat(self, seconds: float = PATIENCE) -> str:
        """Reload as an operator does; what the message says at last."""
        before = {message.message_id for message in self.telegram.messages(OPERATOR)}
        self.telegram.say("/reload", OPERATOR)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            fresh = [one.text for one in self.telegram.messages(OPERATOR) if one.message_id not in before]
            if fresh and not any(BEGUN in said for said in fresh):
                return "\n".join(fresh)
            time.sleep(0.05)
        return "no end of it"

    def reload_in_shell(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Reload in a process of its own."""
        return finished(shell(self.bot, "reload", *arguments))

    def newcomer(self) -> int:
        """The chat of somebody who asked nothing so far."""
        return next(self._newcomers)

    def answer(self, question: str, seconds: float = PATIENCE) -> str:
        """What somebody new is answered; nothing where there is no answer."""
        chat = self.newcomer()
        self.telegram.say(question, chat)
        with suppress(TimeoutError):
            return self.telegram.wait_for_messages(1, chat, seconds)[0].html
        return ""

    def served(self) -> set[int]:
        """The round that answers come from; several or none where something is wrong."""
        return rounds_in(self.answer(ROUND_QUESTION))


def reload_somehow(here: Scene, number: int) -> str:
    """By turns in the chat and in the shell; how it ended."""
    if number % 2:
        said = here.reload_in_chat()
        return "published in the chat" if "已发布" in said else f"in the chat: {said[:200]}"
    done = here.reload_in_shell("--json")
    end = json.loads(done.stdout)["end"] if done.returncode == 0 else f"{done.returncode} {done.stderr[-200:]}"
    return "published in the shell" if end == JobEnd.DONE else f"in the shell: {end}"


@contextmanager
def scene(
    folder: Path, corpus: Path, cache: Path | None = None, database: str | None = None, *, starts: bool = True
) -> Iterator[Scene]:
    """A bot at work; it is killed at the end."""
    with ExitStack() as stack:
        telegram = stack.enter_context(Telegram())
        settings = {"CHUWEN_CORPUS": str(corpus), "CHUWEN_OPERATORS": str(OPERATOR)}
        if database:
            settings["CHUWEN_DATABASE"] = database
        bot = Bot(telegram, cache or folder / "cache", folder)
        bot.environment |= settings
        stack.callback(bot.kill)
        if starts:
            bot.start()
            bot.wait_ready()
        store = Database.open(bot.environment["CHUWEN_DATABASE"])
        stack.callback(store.close)
        yield Scene(bot, store)
