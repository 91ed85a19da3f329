"""Files that are being copied: they are waited for, or left as they are published."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from corpus.article_files import manifest, wait_until_stable
from corpus.errors import CorpusNotFound, FaultCode
from corpus.load import load

if TYPE_CHECKING:
    from pathlib import Path

QUIET = 0.6  # seconds


def test_old_files_are_not_waited_for(tmp_path: Path) -> None:
    """A reload that nobody copies for begins at once."""
    (tmp_path / "a.md").write_text("甲。")
    time.sleep(3 * QUIET)
    begun = time.monotonic()
    assert wait_until_stable(tmp_path, 3 * QUIET) == frozenset()
    assert time.monotonic() - begun < 3 * QUIET


def test_a_file_that_grows_is_waited_for(tmp_path: Path) -> None:
    """Half an article would be published, and corrected by the next reload."""
    file = tmp_path / "a.md"
    file.write_text("开头。")

    def grow() -> None:
        for number in range(6):
            time.sleep(QUIET / 3)
            with file.open("a") as stream:
                stream.write(f"第{number}句。")

    copying = threading.Thread(target=grow)
    copying.start()
    assert wait_until_stable(tmp_path, QUIET) == frozenset()
    assert not copying.is_alive()
    (article,) = load(tmp_path).articles
    assert article.body.endswith("第5句。")


def test_patience_ends(tmp_path: Path) -> None:
    """What still changes is not read, and keeps its last good version."""
    grows, stays = tmp_path / "a.md", tmp_path / "b.md"
    stays.write_text("乙。")
    stop = threading.Event()

    def grow() -> None:
        while not stop.wait(QUIET / 10):
            with grows.open("a") as stream:
                stream.write("又一句。")

    copying = threading.Thread(target=grow)
    copying.start()
    try:
        changing = wait_until_stable(tmp_path, QUIET, timeout=2 * QUIET)
    finally:
        stop.set()
        copying.join()
    assert changing == {"a.md"}
    found = load(tmp_path, changing=changing)
    assert [article.id for article in found.articles] == ["b"]
    assert [(fault.code, fault.path) for fault in found.faults] == [(FaultCode.CHANGING, "a.md")]


def test_a_clock_that_is_ahead_is_waited_for_once(tmp_path: Path) -> None:
    """The file lies on another machine's disk."""
    file = tmp_path / "a.md"
    file.write_text("甲。")
    os.utime(file, (time.time() + QUIET / 2,) * 2)
    begun = time.monotonic()
    assert wait_until_stable(tmp_path, QUIET) == frozenset()
    assert time.monotonic() - begun >= QUIET


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    """It is no empty one."""
    with pytest.raises(CorpusNotFound):
        wait_until_stable(tmp_path / "gone")


def test_the_manifest_changes_with_the_files(tmp_path: Path) -> None:
    """By it one knows whether there is anything to read."""
    file = tmp_path / "a.md"
    file.write_text("甲。")
    os.utime(file, (1, 1))
    first = list(manifest(tmp_path))
    assert list(manifest(tmp_path)) == first
    file.write_text("乙。")
    os.utime(file, (2, 2))
    assert list(manifest(tmp_path)) != first
