"""A reload asks on the terminal before it publishes what is held back."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.exit_codes import DONE, HELD
from tests.support.paths import ROOT
from tests.support.process import clean_environment

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("typed", "code"), [(b"\x04", HELD), (b"n\n", HELD), (b"y\n", DONE)], ids=["Ctrl-D", "no", "yes"]
)
def test_what_is_held_back_is_published_only_by_a_yes(tmp_path: Path, cache: Path, typed: bytes, code: int) -> None:
    """The end of input is a no, and no traceback."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(4):
        (corpus / f"{number}.md").write_text(f"# 第{number}座桥\n\n大桥{number}通车，投资{number + 1}亿元。\n", "utf-8")
    environment = clean_environment(cache, CHUWEN_DATABASE=str(tmp_path / "chuwen.db"), CHUWEN_CORPUS=str(corpus))
    command = [sys.executable, "-m", "bot", "reload"]
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    for number in range(2):
        (corpus / f"{number}.md").unlink()
    terminal, stdin = pty.openpty()
    try:
        os.write(terminal, typed)
        ended = subprocess.run(command, cwd=ROOT, env=environment, stdin=stdin, capture_output=True, encoding="utf-8")
    finally:
        os.close(stdin)
        os.close(terminal)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
