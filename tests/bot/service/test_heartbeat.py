"""Who is at work: a process that was paused does not take the others for dead."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from bot.service.heartbeat import Heartbeat, utc_now
from bot.store.db.database import Database
from bot.store.queue import processes

if TYPE_CHECKING:
    from pathlib import Path


def test_after_a_pause_the_others_get_a_beat_to_show_themselves(tmp_path: Path) -> None:
    """A database that was locked, or a machine that slept, made all look dead; their sends would be doubled."""
    database = Database.open(str(tmp_path / "chuwen.db"))
    heartbeat = Heartbeat(database)
    heartbeat.start()
    long_ago = utc_now() - datetime.timedelta(seconds=60)
    with database.writing() as connection:
        other = processes.register(connection, "another machine", 1, long_ago)
    heartbeat._sent_at = 0.0  # as after a pause
    heartbeat._send()
    with database.writing() as connection:
        assert processes.touch(connection, other, long_ago)
    heartbeat._send()
    with database.writing() as connection:
        assert not processes.touch(connection, other, long_ago)
    heartbeat.stop()
    database.close()
