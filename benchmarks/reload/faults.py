"""Reloads that meet full disks, folders that cannot be read, and files that vanish."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.reload.processes import finished, shell
from benchmarks.reload.report import errors_in, shown
from benchmarks.reload.rounds import ROUND_QUESTION, rounds_in, write_article, write_round
from benchmarks.reload.scene import PATIENCE, scene
from benchmarks.reload.troubles import troubles
from bot.settings import sample_corpus
from corpus.article_files import QUIET_SECONDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from benchmarks.reload.scene import Scene
    from benchmarks.reload.troubles import Trouble


def run_inside() -> int:
    """Run it where small disks can be mounted, and where rights hold for root as well."""
    command = ["unshare", "--map-root-user", "--mount", "setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command += [sys.executable, "-m", "benchmarks.reload", "faults", "--inside"]
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 # this program
    except FileNotFoundError as error:
        print(f"{error.filename}: needed to mount small disks (util-linux)", file=sys.stderr)
        return 2


def run(folder: Path, _options: argparse.Namespace) -> list[str]:
    """One after the other; the old generation must go on answering, and the report tell what is wrong."""
    broken = []
    for number, trouble in enumerate(troubles()):
        place = folder / str(number)
        place.mkdir()
        print(f"— {trouble.name}", flush=True)
        try:
            broken += [f"{trouble.name}: {one}" for one in _meet(place, trouble)]
        except Exception as error:  # the next ones count as well
            broken.append(f"{trouble.name}: {type(error).__name__}: {error}"[:2000])
    print("— a file that vanishes between listing and reading", flush=True)
    (folder / "vanish").mkdir()
    broken += _meet_vanishing(folder / "vanish")
    return broken


def _meet(place: Path, trouble: Trouble) -> Iterator[str]:
    """Let a reload meet a fault, in the chat and in the shell; then without it."""
    corpus = place / "corpus"
    shutil.copytree(sample_corpus(), corpus)
    write_round(corpus, 1)
    with ExitStack() as stack:
        for name in ("cache", "store"):
            (place / name).mkdir()
            if trouble.disk == name:
                stack.enter_context(_small_disk(place / name))
        here = stack.enter_context(scene(place, corpus, place / "cache", str(place / "store" / "chuwen.db")))
        yield from _wrong_round(here, {1}, "before")
        write_round(corpus, 2)
        time.sleep(2 * QUIET_SECONDS + 0.1)
        trouble.break_(here, corpus)
        try:
            yield from _reload_broken(here, trouble)
        finally:
            trouble.mend(here, corpus)
        yield from _reload_mended(here)


@contextmanager
def _small_disk(folder: Path, megabytes: int = 40) -> Iterator[None]:
    """A disk of its own that is soon full."""
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m"]
    subprocess.run(["mount", *options, "none", str(folder)], check=True)  # noqa: S603, S607 # the system's own
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S603, S607 # likewise


def _reload_broken(here: Scene, trouble: Trouble) -> Iterator[str]:
    is_failing = trouble.code != 0
    for way in ("chat", "shell"):
        if way == "chat":
            said = here.reload_in_chat(30)
            print(f"  chat: {shown(said)}")
        else:
            done = here.reload_in_shell()
            print(f"  shell, exit code {done.returncode}: {shown(done.stdout + done.stderr)}")
            if done.returncode != trouble.code:
                yield f"exit code {done.returncode}, not {trouble.code}"
        time.sleep(0.7)
        answered = here.answer(ROUND_QUESTION, 15)
        print(f"  answers from round {sorted(rounds_in(answered)) or 'none'}")
        if is_failing and rounds_in(answered) != {1} and trouble.disk != "store":  # there, what is asked cannot be kept
            yield f"after a reload in the {way}, the old generation does not answer: {shown(answered)!r}"
    served = here.answer("宜昌消耗了多少磷石膏？", 15)
    if "40" not in served and trouble.disk != "store":
        yield f"other questions are not answered: {shown(served)!r}"


def _reload_mended(here: Scene) -> Iterator[str]:
    begun = time.monotonic()
    served = here.served()
    print(f"  mended: answers from round {sorted(served)} after {time.monotonic() - begun:.1f} s")
    if not served:
        yield "no answer once it is mended"
    said = here.reload_in_chat()
    print(f"  reloaded: {shown(said).partition(' / ')[0]}")
    here.wait_ended(here.last_job() - 1)  # one that nobody could end may have been taken over
    time.sleep(0.7)
    yield from _wrong_round(here, {2}, "once it is mended")
    for line in errors_in(here.bot.log)[:4]:
        print(f"  log: {line[:300]}")
    if "Traceback" in here.bot.log:
        yield "a traceback in the log"


def _wrong_round(here: Scene, wanted: set[int], when: str) -> Iterator[str]:
    served = here.served()
    if served != wanted:
        yield f"{when}, round {served or 'none'} is served"


def _meet_vanishing(place: Path) -> list[str]:
    """A file goes while the one before it is read; its article is kept as it was."""
    corpus = place / "corpus"
    shutil.copytree(sample_corpus(), corpus)
    write_round(corpus, 1)
    (corpus / "a-long.jsonl").write_text("\n" * 3_000_000, "utf-8")  # takes a while, and holds nothing
    with scene(place, corpus) as here:
        write_article(corpus, "zero", "【宜昌招商】零号", "零号园区投资1亿元。")
        time.sleep(2 * QUIET_SECONDS + 0.1)
        process = shell(here.bot, "reload")
        was_met = _unlink_while_open(corpus / "a-long.jsonl", corpus / "round-b.md", process.pid)
        done = finished(process)
        print(f"  met: {was_met}; shell, exit code {done.returncode}: {shown(done.stdout + done.stderr)}")
        time.sleep(0.7)
        served = here.served()
        print(f"  answers from round {sorted(served)}")
        wrong = [] if served == {1} else [f"vanishing file: round {served} is served"]
        return wrong + ([] if was_met and done.returncode == 0 else ["vanishing file: not met, or not published"])


def _unlink_while_open(opened: Path, gone: Path, pid: int) -> bool:
    """Remove a file as soon as a process reads another one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError):
            if any(link.readlink() == opened for link in Path(f"/proc/{pid}/fd").iterdir()):
                gone.unlink()
                return True
    return False
