"""`chuwen run` as a process of its own, with an emulated Telegram to talk to."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Self

from tests.support.emulator import PATIENCE
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.emulator import Telegram

SECRET = "a-secret-of-the-webhook"  # noqa: S105 - it opens nothing
READY = "已就绪"


def clean_environment(cache: Path, **environment: str) -> dict[str, str]:
    """This environment without settings of its own, in Chinese whatever the machine speaks."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHUWEN", "LC_", "LANG"))}
    return kept | {"CHUWEN_CACHE": str(cache), "CHUWEN_LANGUAGE": "zh", "LANG": "C.UTF-8"} | environment


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `chuwen` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        timeout=60,
    )


class Bot:
    """The bot's process: started, killed and ended as often as wanted, always with the same store."""

    def __init__(
        self, telegram: Telegram, cache: Path, folder: Path, *, by_webhook: bool = False, **environment: str
    ) -> None:
        self.telegram = telegram
        self.log_file = folder / "bot.log"
        self.port = free_port()
        self.environment = clean_environment(
            cache,
            CHUWEN_TELEGRAM_TOKEN=telegram.token,
            CHUWEN_TELEGRAM_API=telegram.url,
            CHUWEN_DATABASE=str(folder / "chuwen.db"),
        )
        if by_webhook:
            self.environment |= {
                "CHUWEN_WEBHOOK_URL": f"http://127.0.0.1:{self.port}/telegram",
                "CHUWEN_WEBHOOK_SECRET": SECRET,
                "CHUWEN_LISTEN": f"127.0.0.1:{self.port}",
            }
        self.environment |= environment
        self.process: subprocess.Popen[bytes] | None = None
        self._before = 0  # characters of the log when it was started last

    def __enter__(self) -> Self:
        self.start()
        self.wait_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def log(self) -> str:
        """All that it has said on standard error."""
        return self.log_file.read_text("utf-8") if self.log_file.exists() else ""

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self.process is not None
        return self.process.pid

    @property
    def descriptors(self) -> int:
        """How many files and connections it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208 # those that close meanwhile count, too

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What its SQLite file holds at this moment."""
        with closing(sqlite3.connect(self.environment["CHUWEN_DATABASE"])) as connection:
            return connection.execute(statement).fetchall()

    def change(self, statement: str) -> int:
        """Change its SQLite file, and return how many rows that met."""
        with closing(sqlite3.connect(self.environment["CHUWEN_DATABASE"], timeout=10)) as connection, connection:
            return connection.execute(statement).rowcount

    def tell(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def start(self) -> None:
        """Start, without waiting."""
        self._before = len(self.log)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=self.environment,
            )

    def wait_ready(self, seconds: float = PATIENCE) -> None:
        """Until it says that it is ready."""
        deadline = time.monotonic() + seconds
        while READY not in self.log[self._before :]:
            assert self.process is not None
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill -9; nothing can be done about that one."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def end(self, number: int = signal.SIGTERM, seconds: float = PATIENCE) -> int:
        """Ask it to end, and return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(seconds)
