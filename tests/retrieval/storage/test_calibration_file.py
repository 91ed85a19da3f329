"""A changed rule or weight is followed by a new calibration, and never by a new index."""

from __future__ import annotations

import ast
import json
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus.load import load
from retrieval.confidence.calibration import measure_shift
from retrieval.index.folder import SEEN
from retrieval.library import open_library
from retrieval.storage import calibration_file
from retrieval.storage.build_library import write_library
from retrieval.storage.calibration_file import CALIBRATION, RULES, open_calibrated, without_threshold
from retrieval.storage.library_cache import library_name
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.words.segment import Segmenter
    from tests.conftest import WriteArticles

STALE = 1.25  # what no corpus of this test is calibrated to
WEIGHTS = ROOT / "retrieval" / "ranking" / "weights.json"


@pytest.fixture
def folder(tmp_path: Path, segmenter: Segmenter, write_articles: WriteArticles) -> Path:
    """A library of thirty articles, whose figures give enough questions for a calibration."""
    articles = [(f"第{number}号公告", [f"宜昌第{number}号项目总投资{number}亿元人民币。"]) for number in range(30)]
    folder = tmp_path / "library"
    folder.mkdir()
    write_library(folder, load(write_articles(tmp_path / "articles.jsonl", articles)), segmenter)
    return folder


def test_a_library_is_built_with_its_calibration(folder: Path, segmenter: Segmenter) -> None:
    """The first start should not have to measure it."""
    measured = measure_shift(open_library(folder, segmenter))
    assert measured != 0.0
    assert json.loads((folder / CALIBRATION).read_text("utf-8"))["shift"] == measured
    assert open_calibrated(folder, segmenter).shift == measured


def test_a_calibration_of_the_same_rules_is_believed(folder: Path, segmenter: Segmenter) -> None:
    """Measuring takes a second at every start."""
    calibration_file.write_calibration(folder, STALE)
    assert open_calibrated(folder, segmenter).shift == STALE


def test_a_changed_rule_is_followed_by_a_new_calibration(
    folder: Path, segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A penalty that is doubled changes what the trees say of questions that have no answer."""
    calibration_file.write_calibration(folder, STALE)
    before = times_of_index(folder)
    monkeypatch.setattr(calibration_file, "rules_digest", lambda: "of other rules")
    assert open_calibrated(folder, segmenter).shift == measure_shift(open_library(folder, segmenter)) != STALE
    monkeypatch.setattr(calibration_file, "measure_shift", lambda _: STALE)
    assert open_calibrated(folder, segmenter).shift != STALE, "it is kept for the next start"
    assert times_of_index(folder) == before


def times_of_index(folder: Path) -> dict[str, int]:
    """Return when each file was written, but for the calibration and the note on what was verified."""
    return {file.name: file.stat().st_mtime_ns for file in folder.iterdir() if file.name not in (CALIBRATION, SEEN)}


def test_a_changed_rule_leaves_the_name_of_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index of a million paragraphs takes minutes to build."""
    before = library_name(["facts"])
    monkeypatch.setattr(calibration_file, "rules_digest", lambda: "of other rules")
    assert library_name(["facts"]) == before


def test_a_changed_threshold_changes_nothing() -> None:
    """Nothing that is stored depends on when an answer is given."""
    weights = json.loads(WEIGHTS.read_text("utf-8"))
    changed = json.dumps(weights | {"threshold": weights["threshold"] + 0.1}).encode()
    assert without_threshold(changed) == without_threshold(WEIGHTS.read_bytes())


def test_a_changed_weight_changes_the_digest() -> None:
    """The trees and the ranking are what is calibrated."""
    weights = json.loads(WEIGHTS.read_text("utf-8"))
    changed = json.dumps(weights | {"sentence": {**weights["sentence"], "words": 0.0}}).encode()
    assert without_threshold(changed) != without_threshold(WEIGHTS.read_bytes())


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"shift": "x"}', '{"shift": 1.25, "digest": ""}', '{"shift": NaN, "digest": ""}'],
)
def test_a_damaged_calibration_is_measured_again(folder: Path, segmenter: Segmenter, content: str) -> None:
    """It can be: no reason to refuse an index."""
    (folder / CALIBRATION).write_text(content, "utf-8")
    assert open_calibrated(folder, segmenter).shift == measure_shift(open_library(folder, segmenter))


def test_a_digit_that_fell_over_is_noticed(folder: Path, segmenter: Segmenter) -> None:
    """It would move every confidence."""
    file = folder / CALIBRATION
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(content | {"shift": content["shift"] + 0.1}), "utf-8")
    assert open_calibrated(folder, segmenter).shift == content["shift"]


def test_a_folder_that_cannot_be_written_serves(
    folder: Path, segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache may be on a disk that is read-only."""
    (folder / CALIBRATION).unlink()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(calibration_file, "write_calibration", refuse)
    assert open_calibrated(folder, segmenter).shift == measure_shift(open_library(folder, segmenter))


def imported(module: str) -> Iterator[str]:
    """Yield the product's modules that a module imports, also those imported for types alone."""
    spec = util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    for node in ast.walk(ast.parse(Path(spec.origin).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                if name.startswith(("corpus.", "retrieval.")) and (ROOT / f"{name.replace('.', '/')}.py").is_file():
                    yield name


def test_all_code_that_a_calibration_runs_through_is_digested() -> None:
    """A rule in a package that is not listed could change unnoticed."""
    reached: set[str] = set()
    waiting = ["retrieval.confidence.calibration"]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting.extend(imported(module))
    assert "retrieval.confidence.vetoes" in reached
    assert {module.rpartition(".")[0] for module in reached} <= set(RULES)
