"""A reload asks on the terminal before it publishes what is held back."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from bot.cli.parser import main
from bot.exit_codes import DONE, HELD, NO_STORE
from bot.service.publishing.publish import PublishService
from bot.settings import sample_corpus
from bot.store.db.errors import JobLost
from tests.support.paths import ROOT
from tests.support.process import clean_environment

if TYPE_CHECKING:
    from pathlib import Path


def typed(command: list[str], environment: dict[str, str], keys: bytes) -> subprocess.CompletedProcess[str]:
    """Run a command on a terminal on which these keys are typed."""
    terminal, stdin = pty.openpty()
    try:
        os.write(terminal, keys)
        return subprocess.run(command, cwd=ROOT, env=environment, stdin=stdin, capture_output=True, encoding="utf-8")
    finally:
        os.close(stdin)
        os.close(terminal)


def test_what_is_held_back_is_published_only_by_a_yes(tmp_path: Path, cache: Path) -> None:
    """The end of input (Ctrl-D) is a no, and no traceback."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(4):
        (corpus / f"{number}.md").write_text(f"# 第{number}座桥\n\n大桥{number}通车，投资{number + 1}亿元。\n", "utf-8")
    environment = clean_environment(cache, CHUWEN_DATABASE=str(tmp_path / "chuwen.db"), CHUWEN_CORPUS=str(corpus))
    command = [sys.executable, "-m", "bot", "reload"]
    assert typed(command, environment, b"").returncode == DONE
    for number in range(2):
        (corpus / f"{number}.md").unlink()
    ended = typed(command, environment, b"\x04")
    assert (ended.returncode, "Traceback" in ended.stderr) == (HELD, False), ended.stderr
    assert typed(command, environment, b"y\n").returncode == DONE


LOST, FULL = JobLost(1), OperationalError("SELECT", {}, OSError("disk full"))


@pytest.mark.parametrize("error", [LOST, FULL], ids=["lost", "full"])
def test_a_job_that_is_lost_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    """Whoever runs a command reads what is wrong, and no traceback."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(PublishService, "run", fail)
    monkeypatch.setenv("CHUWEN_DATABASE", str(tmp_path / "chuwen.db"))
    monkeypatch.setenv("CHUWEN_LANGUAGE", "zh")
    with pytest.raises(SystemExit) as ended:
        main(["reload", "--corpus", str(sample_corpus())])
    assert ended.value.code == NO_STORE
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path) in line
