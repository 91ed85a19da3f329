"""What is published: rounds of articles, two of which tell the number of their round."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING

from bot.settings import sample_corpus
from corpus.article_files import QUIET_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

ROUND_QUESTION = "鄂州花湖物流园总投资多少？"
FIRST, SECOND = 1_000, 5_000  # added to the round in the one article, and in the other


class Rounds:
    """A folder of articles for each round, and a link to the one that is read.

    The folders are made beforehand, so that a reload need not wait until files are quiet.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.link = folder / "corpus"
        self.count = count
        for number in range(count + 1):
            self._make(number)
        self.turn(0)
        time.sleep(QUIET_SECONDS + 0.1)

    def of(self, number: int) -> Path:
        """The folder of a round."""
        return self.folder / f"round-{number}"

    def turn(self, number: int, *, afresh: bool = False) -> None:
        """Let a round be read, from files that were written at this moment if so asked."""
        if afresh:
            shutil.rmtree(self.of(number))
            self._make(number)
        fresh = self.folder / "fresh"
        fresh.symlink_to(self.of(number))
        fresh.replace(self.link)

    def said(self, number: int) -> str:
        """All that the files of a round say."""
        return "\n".join(file.read_text("utf-8") for file in sorted(self.of(number).iterdir()))

    def _make(self, number: int) -> None:
        shutil.copytree(sample_corpus(), self.of(number))
        write_round(self.of(number), number)
        for other in range(max(0, number - 2), number + 1):  # one more each time, and one less
            body = f"鄂州港第{other}号泊位完成扩建，靠泊能力提升到{other + 3}万吨级。"
            write_article(self.of(number), f"berth-{other}", f"【鄂州招商】鄂州港第{other}号泊位扩建", body)


def write_round(folder: Path, number: int) -> None:
    """Two articles that tell the round."""
    first = f"鄂州花湖物流园总投资{FIRST + number}亿元，由临空集团负责建设。\n\n园区规划了冷链仓储和跨境电商两个片区。"
    second = f"鄂州花湖物流园总投资{SECOND + number}亿元，临空集团说。\n\n集团今年还将招聘一批飞行器维修人员。"
    write_article(folder, "round-a", "【鄂州招商】鄂州花湖物流园加快建设", first)
    write_article(folder, "round-b", "【鄂州招商】临空集团发布花湖物流园进展", second)


def write_article(folder: Path, name: str, title: str, body: str) -> None:
    """One article as Markdown."""
    (folder / f"{name}.md").write_text(f"---\nid: {name}\ntitle: {title}\ndate: 2025-08-01\n---\n{body}\n", "utf-8")


def rounds_in(said: str) -> set[int]:
    """Of which rounds an answer tells."""
    numbers = (int(number) for number in re.findall(r"总投资(\d{4})亿元", re.sub(r"<[^>]+>", "", said)))
    return {number - (FIRST if number < SECOND else SECOND) for number in numbers}
