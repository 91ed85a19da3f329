"""Bots that send alerts to an emulated Telegram, the store that they share, and what is published for them."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks.alerts.stories import write_story
from benchmarks.chat import database
from benchmarks.reload.processes import finished, shell
from bot.settings import sample_corpus
from bot.store.db.database import Database
from bot.store.db.schema import announcements, generations, is_waiting, leases, outbox, processes
from tests.support.emulator import Telegram
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPERATOR = 7_001
PATIENCE = 120.0  # seconds for anything that should come by itself


@dataclass(frozen=True, slots=True)
class Bots:
    """Some bots on one store, and one Telegram for all of them."""

    telegram: Telegram
    bots: tuple[Bot, ...]
    database: Database
    corpus: Path

    def publish(self, *numbers: int) -> None:
        """Publish the stories of some rounds, in a process of its own."""
        for number in numbers:
            write_story(self.corpus, number)
        done = finished(shell(self.bots[0], "reload", "--json", "--yes"))
        if done.returncode:
            raise RuntimeError(f"reload ended with {done.returncode}: {done.stderr[-2000:]}")

    def is_planned(self) -> bool:
        """Whether all that was published is announced."""
        with self.database.reading() as connection:
            return (
                connection.scalar(select(announcements.c.generation).where(announcements.c.planned_at.is_(None)))
                is None
            )

    def generation(self) -> int:
        """What was published last."""
        with self.database.reading() as connection:
            return connection.scalar(select(func.max(generations.c.number))) or 0

    def waiting(self) -> int:
        """How many messages wait."""
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(outbox).where(is_waiting(outbox))) or 0

    def announcer(self) -> int | None:
        """The process that plans."""
        with self.database.reading() as connection:
            holder = select(processes.c.pid).join(leases, leases.c.process_id == processes.c.id)
            return connection.scalar(holder.where(leases.c.name == "announcing"))

    def settle(self, seconds: float) -> bool:
        """Wait until all is announced and nothing waits; False where that does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.is_planned() and self.waiting() == 0 and self.telegram.pending == 0:
                return True
            time.sleep(0.25)
        return False

    def kill(self, bot: Bot) -> list[tuple[int, str]]:
        """Kill -9; the chat and words of each message that it had in hand, as it stood when it could do no more."""
        os.kill(bot.pid, signal.SIGSTOP)
        with self.database.reading() as connection:
            holder = select(processes.c.id).where(processes.c.pid == bot.pid)
            held = select(outbox.c.chat_id, outbox.c.payload).where(is_waiting(outbox), outbox.c.process_id.in_(holder))
            rows = connection.execute(held).all()
        bot.kill()
        return [(row.chat_id, row.payload) for row in rows]


@contextmanager
def bots(folder: Path, kind: str, names: tuple[str, ...]) -> Iterator[Bots]:
    """Bots that have published the sample articles, and are ready; they are killed at the end."""
    corpus = folder / "corpus"
    shutil.copytree(sample_corpus(), corpus)
    with ExitStack() as stack:
        url = stack.enter_context(database(kind, folder))
        telegram = stack.enter_context(Telegram())
        store = Database.open(url)
        stack.callback(store.close)
        made = []
        for name in names:
            (folder / name).mkdir()
            made.append(Bot(telegram, folder / "cache", folder / name, CHUWEN_DATABASE=url, CHUWEN_CORPUS=str(corpus)))
            made[-1].environment["CHUWEN_OPERATORS"] = str(OPERATOR)
            stack.callback(made[-1].kill)
        for bot in made:
            bot.start()
            bot.wait_ready()
        here = Bots(telegram, tuple(made), store, corpus)
        if not here.settle(PATIENCE):
            raise RuntimeError("the first load does not come to an end")
        yield here
