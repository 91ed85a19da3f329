"""Processes: begun beside the bot, found, and looked at from outside."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.process import Bot


def shell(bot: Bot, *arguments: str) -> subprocess.Popen[str]:
    """Begin a command beside the bot."""
    return subprocess.Popen(  # noqa: S603 # this program
        [sys.executable, "-m", "bot", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env=bot.environment,
    )


def finished(process: subprocess.Popen[str], seconds: float = 600) -> subprocess.CompletedProcess[str]:
    """Wait for its end, or kill it."""
    try:
        said, told = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        said, told = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, said, told)


def memory_of(pid: int, name: str) -> float:
    """VmRSS or VmHWM of a process, in MB; 0 where it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def opened_by(pid: int) -> list[str]:
    """What the descriptors of a process stand for; those that close meanwhile are left out."""
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.append(str(link.readlink()))
    return found


def descendants(pid: int) -> dict[int, str]:
    """All processes that a process began, itself or by others, with when each began."""
    parents: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = _stat(folder)
            parents[int(folder.name)] = int(fields[1]), fields[19]
    found: dict[int, str] = {}
    level = {pid}
    while level:
        level = {child for child, (parent, _) in parents.items() if parent in level and child not in found}
        found |= {child: parents[child][1] for child in level}
    return found


def _stat(folder: Path) -> list[str]:
    """What the system says of a process: 0 its state, 1 its parent, 19 when it began."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def left_behind(pid: int, family: dict[int, str]) -> list[str]:
    """Which of them still run two seconds later, or any other worker of that parent."""
    deadline = time.monotonic() + 2
    while (left := [*_living(family), *_workers_of(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _living(family: dict[int, str]) -> Iterator[str]:
    for pid, begun in family.items():
        with suppress(OSError):
            fields = _stat(Path(f"/proc/{pid}"))
            if fields[19] == begun and fields[0] != "Z":
                yield Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _workers_of(pid: int) -> Iterator[str]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_text("utf-8", "replace").replace("\0", " ")
            if "multiprocessing.spawn" in words and f"parent_pid={pid}," in words:
                yield words
