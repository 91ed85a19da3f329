"""The picture shows the figures, and is a picture wherever it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Language, texts_in
from bot.views.confidence_chart import HEIGHT, WIDTH, draw_confidence, ensure_writable

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.evaluation.selective import Trial

SVG = "{http://www.w3.org/2000/svg}"
CHINESE = texts_in(Language.SIMPLIFIED)
TRIALS: list[Trial] = [(0.95, True, True), (0.91, True, True), (0.6, False, True), (0.3, False, False)]


def words(picture: str) -> list[str]:
    """All that is written in a picture."""
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 # our own


@pytest.mark.parametrize("language", list(Language))
def test_the_threshold_is_marked_with_what_it_gives(language: Language) -> None:
    """That point is what users get."""
    said = texts_in(language)
    marked = said.picture["threshold"].format(threshold="0.50", answered="75%", precision="67%")
    assert marked in words(draw_confidence(TRIALS, 0.5, said))


def test_questions_are_counted() -> None:
    """A bar of two questions means less than one of two hundred."""
    found = words(draw_confidence(TRIALS, 0.5, CHINESE))
    assert found.count("2") == 1
    assert found.count("1") == 2
    assert "4 个问题，其中 3 个有答案" in found
    assert "有答案的占 75%" in found


def test_a_threshold_that_nothing_reaches_is_not_marked() -> None:
    """There is no precision of no answers."""
    assert not any("阈值 0.99" in one for one in words(draw_confidence(TRIALS, 0.99, CHINESE)))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), max_size=8), st.floats(0, 1))
def test_everything_lies_within_the_picture(trials: list[Trial], threshold: float) -> None:
    """Also of no questions at all."""
    root = ElementTree.fromstring(draw_confidence(trials, threshold, CHINESE))  # noqa: S314 # our own
    places = [
        (float(element.get(x) or 0), float(element.get(y) or 0))
        for element in root.iter()
        for x, y in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy"))
    ]
    line = next(root.iter(f"{SVG}polyline"), None)
    points = (line.get("points") or "").split() if line is not None else []
    places += [(float(x), float(y)) for x, _, y in (point.partition(",") for point in points)]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)


def test_it_fetches_nothing() -> None:
    """Looking at a picture calls no server for a font or a script."""
    picture = draw_confidence(TRIALS, 0.5, CHINESE)
    assert "http" not in picture.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "script" not in picture


def test_what_can_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    """The old picture is there until the new one is drawn."""
    file = tmp_path / "picture.svg"
    ensure_writable(file)
    assert list(tmp_path.iterdir()) == []
    file.write_text("old", "utf-8")
    ensure_writable(file)
    assert file.read_text("utf-8") == "old"


@pytest.mark.parametrize("name", ["missing/picture.svg", "folder.svg", "file.svg/picture.svg"])
def test_what_cannot_be_written_fails(tmp_path: Path, name: str) -> None:
    """Before minutes of work, not after."""
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "file.svg").write_text("", "utf-8")
    with pytest.raises(OSError, match=r"directory"):
        ensure_writable(tmp_path / name)
