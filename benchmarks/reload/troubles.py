"""Faults for a reload to meet: how each is made, and how it is undone."""

from __future__ import annotations

import os
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.reload.rounds import write_article
from corpus.article_files import QUIET_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.reload.scene import Scene


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault for a reload to meet.

    Attributes:
        break_: makes it, from the scene and the folder that is read.
        mend: undoes it.
        code: what `chuwen reload` ends with.
        disk: which of the folders is a small disk: cache or store.
    """

    name: str
    break_: Callable[[Scene, Path], object]
    mend: Callable[[Scene, Path], object]
    code: int
    disk: str = ""


def troubles() -> tuple[Trouble, ...]:
    """All of them."""
    return (
        Trouble("cache folder on a full disk", _fill_cache, _empty_cache, 3, "cache"),
        Trouble("database on a full disk", _fill_store, _empty_store, 6, "store"),
        Trouble("cache folder read-only", _lock_cache, _unlock_cache, 3),
        Trouble("corpus folder unreadable", lambda _, at: at.chmod(0), lambda _, at: at.chmod(0o755), 3),
        Trouble("one article unreadable", lambda _, at: (at / "round-a.md").chmod(0), _mend_article, 0),
        Trouble("10,000 bad files", _add_bad_files, lambda _, at: shutil.rmtree(at / "bad"), 0),
        Trouble("a link that leads out", _link_out, lambda _, at: (at / "out.md").unlink(), 0),
        Trouble("corpus folder gone", lambda _, at: at.rename(at.with_name("away")),
                lambda _, at: at.with_name("away").rename(at), 3),
    )  # fmt: skip


def _fill(folder: Path, left: int) -> None:
    """Fill a disk up to so many bytes."""
    free = os.statvfs(folder)
    count = free.f_bavail * free.f_frsize - left
    with (folder / "filler").open("wb") as file:
        for start in range(0, count, 1 << 16):
            file.write(bytes(min(1 << 16, count - start)))


def _fill_cache(here: Scene, _corpus: Path) -> None:
    _fill(here.cache, 0)


def _empty_cache(here: Scene, _corpus: Path) -> None:
    (here.cache / "filler").unlink()


def _fill_store(here: Scene, corpus: Path) -> None:
    """Room for answers, and none for what is to be published."""
    chance = random.Random(1)
    letters = "".join(map(chr, range(0x4E00, 0x5A00)))
    for number in range(20):
        paragraphs = ("".join(chance.choices(letters, k=300)) + "。" for _ in range(100))
        write_article(corpus, f"long-{number}", f"【宜昌招商】长文{number}", "\n\n".join(paragraphs))
    time.sleep(2 * QUIET_SECONDS + 0.1)
    _fill(_store_folder(here), 500_000)


def _empty_store(here: Scene, corpus: Path) -> None:
    (_store_folder(here) / "filler").unlink()
    for file in corpus.glob("long-*.md"):
        file.unlink()


def _store_folder(here: Scene) -> Path:
    return Path(here.bot.environment["CHUWEN_DATABASE"]).parent


def _lock_cache(here: Scene, _corpus: Path) -> None:
    here.cache.chmod(0o555)


def _unlock_cache(here: Scene, _corpus: Path) -> None:
    here.cache.chmod(0o755)


def _mend_article(_here: Scene, corpus: Path) -> None:
    (corpus / "round-a.md").chmod(0o644)


def _add_bad_files(_here: Scene, corpus: Path) -> None:
    (corpus / "bad").mkdir()
    for number in range(10_000):
        (corpus / "bad" / f"{number}.md").write_text("---\ntitle: 坏文章\ndate: 7月19日\n---\n没有日期。\n", "utf-8")


def _link_out(_here: Scene, corpus: Path) -> None:
    elsewhere = corpus.with_name("elsewhere.md")
    elsewhere.write_text("---\ntitle: 别处\ndate: 2025-07-19\n---\n鄂州花湖物流园总投资9999亿元。\n", "utf-8")
    (corpus / "out.md").symlink_to(elsewhere)
