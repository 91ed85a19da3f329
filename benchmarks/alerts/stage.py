"""A store with something published, and what publishes and announces in this process, without Telegram."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.alerts.stories import write_story
from bot.cli.startup import begin
from bot.domain.jobs import Actor, JobEnd, JobKind, JobRequest
from bot.service.alerts.announce import AnnouncementService
from bot.service.answers import AnswerService
from bot.service.heartbeat import Heartbeat, utc_now
from bot.service.publishing.live_library import LiveLibrary
from bot.service.publishing.prepare import prepare
from bot.service.publishing.prepare_order import ANYTHING
from bot.service.publishing.publish import Place, PublishService
from bot.settings import sample_corpus
from bot.store.db.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stage:
    """A store, and who is at work on it."""

    database: Database
    heartbeat: Heartbeat
    place: Place
    live_library: LiveLibrary

    @property
    def announcing(self) -> AnnouncementService:
        """What plans alerts here."""
        return AnnouncementService(self.database, self.heartbeat, lambda: self.live_library.answer_service)

    def publish(self, *numbers: int) -> None:
        """Publish the articles of some rounds."""
        for number in numbers:
            write_story(self.place.corpus, number)
        self.run(JobKind.RELOAD)

    def run(self, kind: JobKind) -> None:
        """Do a job, and serve what it published."""
        job = begin(
            self.database,
            self.heartbeat,
            JobRequest(kind=kind, actor=Actor("benchmark"), language="zh-Hans", approved=(ANYTHING,)),
        )
        if job is None:
            raise RuntimeError("another job is open")
        ended = PublishService(self.database, self.heartbeat, self.place, lambda *_: ()).run(
            job, prepare, lambda *_: None
        )
        if ended.end is not JobEnd.DONE:
            raise RuntimeError(f"nothing was published: {ended}")
        self.live_library.refresh()


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """The sample articles as the first load, announced to nobody, in a SQLite file."""
    corpus, address = folder / "corpus", str(folder / "chuwen.db")
    shutil.copytree(sample_corpus(), corpus)
    with ExitStack() as stack:
        database = Database.open(address)
        stack.callback(database.close)
        heartbeat = Heartbeat(database)
        heartbeat.start()
        stack.callback(heartbeat.stop)
        today = utc_now().date()
        place = Place(address=address, corpus=corpus, cache=folder / "cache", kept=5, today=lambda: today, quiet=0.1)
        live_library = LiveLibrary(
            database, place, lambda library, generation: AnswerService(library=library, generation=generation)
        )
        here = Stage(database, heartbeat, place, live_library)
        here.run(JobKind.LOAD)
        announcing = here.announcing
        while announcing.step():
            pass
        yield here
