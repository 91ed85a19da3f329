"""The benchmark of speed measures what it says it does: tried on sixty paragraphs, with all engines that are here."""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.errors import NotReady
from benchmarks.speed import library
from benchmarks.speed.__main__ import count, main
from benchmarks.speed.cutting import parts
from benchmarks.speed.engines import BASELINE, BY_KEY, Engine, require_packages, version
from benchmarks.speed.figures import Outcome, Queried, Size
from benchmarks.speed.measure import measure
from benchmarks.speed.plot import apart, draw
from benchmarks.speed.preparing import prepare
from benchmarks.speed.questions import Asked, beginnings, choose
from benchmarks.speed.tables import number, of_size
from benchmarks.speed.texts import Facts, Texts
from benchmarks.speed.writing import made_up, read_articles
from corpus.text import sentences
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.conftest import WriteArticles

REAL, ALL = 48, 60  # paragraphs in the file, and those that are measured
CITIES = ("武汉", "黄石", "宜昌", "襄阳", "荆州", "十堰", "孝感", "荆门", "鄂州", "黄冈", "咸宁", "随州")
HERE = [key for key in BY_KEY if all(map(version, BY_KEY[key].packages))]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory, write_articles: WriteArticles) -> Path:
    """Articles of four paragraphs, no sentence of which is there twice."""
    return write_articles(
        tmp_path_factory.mktemp("news") / "articles.jsonl",
        [
            (f"{city}新闻", [_paragraph(city, place, month) for month in range(1, 5)])
            for place, city in enumerate(CITIES)
        ],
    )


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for cut words, which all tests share."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def texts(news: Path, work: Path) -> Texts:
    """More paragraphs than the file has."""
    return prepare(news, ALL, 1, work)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory, news: Path, work: Path, texts: Texts) -> Path:
    """What the command writes for all engines that are here."""
    assert texts.folder.parent == work
    folder = tmp_path_factory.mktemp("output")
    options = ("--questions", "8", "--rounds", "1", "--sets", str(folder / "none"), "--work", str(work))
    asked = ("--news", str(news), "--sizes", str(ALL), "--engines", *HERE, "--output", str(folder))
    assert main((*options, *asked)) == 0
    return folder


def cells(output: Path, name: str = "SPEED.md") -> dict[str, list[str]]:
    """The rows of the table by their first cell."""
    lines = (output / name).read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {row[0]: row[1:] for row in rows}


def test_every_engine_is_measured(output: Path) -> None:
    """Each has a row, and none of it is empty but what rank-bm25 lacks."""
    table = cells(output)
    assert list(table) == ["engine", *(BY_KEY[key].name for key in HERE)]
    assert {name for name, row in table.items() if "–" in row} <= {"rank-bm25"}
    assert {row[-1] for name, row in table.items() if name != "engine"} == {"8"}


def test_every_engine_finds_what_is_there(output: Path) -> None:
    """An engine is fast that finds nothing: of 60 paragraphs it has to return the right one among 20, 20 times."""
    assert {row[-2] for name, row in cells(output).items() if name != "engine"} == {"20 of 20"}


def test_the_drawing_can_be_read(output: Path) -> None:
    """It names each engine once, and draws two lines for it."""
    drawing = ElementTree.parse(output / "speed.svg").getroot()  # noqa: S314 # our own
    said = [element.text or "" for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    for key in HERE:
        assert sum(words.startswith(f"{BY_KEY[key].name}: ") for words in said) == 1
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}polyline"))) == 3 * len(HERE)


def test_a_whole_library_is_measured(tmp_path: Path, news: Path, work: Path, texts: Texts) -> None:
    """Every search is exact, and what is corrected is what is built; both are told, and end the command with 1."""
    assert texts.folder.parent == work
    options = ("--sizes", str(ALL), "--questions", "4", "--seconds", "0.1", "--sets", str(tmp_path / "none"))
    folders = ("--news", str(news), "--work", str(work), "--output", str(tmp_path))
    assert library.main((*options, *folders)) == 0
    table = cells(tmp_path, "LIBRARY.md")
    assert table["searches that are exact"] in (["16 of 16"], ["32 of 32"])  # without numba, with it
    assert table["byte for byte that of a full build"] == ["yes"]
    assert set(library.STAGES) <= set(table)


def test_paragraphs_beyond_the_file_are_made_of_its_sentences(news: Path, texts: Texts) -> None:
    """Their words are as frequent and their sentences as long as those of real ones."""
    articles = [json.loads(line) for line in texts.articles.read_text("utf-8").splitlines()]
    real = [json.loads(line) for line in news.read_text("utf-8").splitlines()]
    told = {text[start:end] for one in real for text in one["paragraphs"] for start, end in sentences(text)}
    kept, made = articles[: len(real)], articles[len(real) :]
    assert [one["paragraphs"] for one in kept] == [one["paragraphs"] for one in real]
    assert sum(len(one["paragraphs"]) for one in made) == ALL - REAL
    assert all(text[start:end] in told for one in made for text in one["paragraphs"] for start, end in sentences(text))
    titles = {one["title"] for one in real}
    assert all(one["title"].rpartition(" ")[0] in titles for one in made)
    assert len({one["title"] for one in made}) == len(made)


def test_rows_are_the_same_in_all_forms(texts: Texts) -> None:
    """What an engine returns is a row of any of them."""
    assert texts.facts == Facts(ALL, REAL, texts.facts.words, texts.facts.seconds, texts.facts.processes)
    pairs = list(zip(texts.texts(), texts.words(), strict=True))
    assert len(pairs) == ALL
    assert all("".join(words) == "".join(text.split()) for text, words in pairs)
    assert texts.facts.words == sum(len(words) for _, words in pairs)
    assert pairs[1][0].startswith("武汉新闻\n\n武汉今年第2个月")


def test_what_was_cut_is_used_again(news: Path, work: Path, texts: Texts) -> None:
    """A million paragraphs take a while."""
    before = texts.articles.stat().st_mtime_ns
    assert prepare(news, ALL, 1, work) == texts
    assert texts.articles.stat().st_mtime_ns == before


def test_a_seed_makes_up_the_same_articles(news: Path) -> None:
    """So do two runs, and another seed makes up others."""
    first, again, other = ([*islice(made_up(read_articles(news), seed), 5)] for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("number", [1, 2, 7, 1000])
def test_parts_are_all_lines_of_the_articles(texts: Texts, number: int) -> None:
    """No article is cut in two, however many processes share them."""
    whole = texts.articles.read_bytes()
    cut = [whole[part.start : part.end] for part in parts(texts.folder, number)]
    assert b"".join(cut) == whole
    assert len(cut) <= number
    assert all(piece.endswith(b"\n") for piece in cut)


def test_no_question_is_asked_twice(texts: Texts, tmp_path: Path) -> None:
    """The second time it might be faster; and every run asks the same."""
    asked = choose(texts, tmp_path, 40, 1)
    assert len({question.text for question in asked}) == 40
    assert all(question.words for question in asked)
    assert choose(texts, tmp_path, 40, 1) == asked
    assert choose(texts, tmp_path, 40, 2) != asked


def test_real_questions_come_first(texts: Texts, tmp_path: Path) -> None:
    """They are what people ask."""
    (tmp_path / "set").mkdir()
    file = tmp_path / "set" / "questions.jsonl.gz"
    lines = [{"id": str(place), "question": f"{city}签约了几个？", "answers": []} for place, city in enumerate(CITIES)]
    file.write_bytes(_gzipped("".join(f"{json.dumps(line)}\n" for line in lines)))
    real = {f"{city}签约了几个?" for city in CITIES}
    assert {question.text for question in choose(texts, tmp_path, len(real), 1)} == real
    assert real < {question.text for question in choose(texts, tmp_path, 20, 1)}


def test_too_few_questions_are_refused(texts: Texts, tmp_path: Path) -> None:
    """Fewer would be timed than is said."""
    with pytest.raises(NotReady, match="--questions"):
        choose(texts, tmp_path, 10_000, 1)


def test_an_engine_that_fails_is_told(texts: Texts, tmp_path: Path) -> None:
    """The others are measured all the same, and nobody takes its row for a figure."""
    asked = choose(texts, tmp_path, 4, 1)
    questions = tmp_path / "questions.json"
    Asked(asked[:2], asked[2:], beginnings(texts, 1)).save(questions)
    missing = Texts(tmp_path / "lost")
    missing.folder.mkdir()
    texts.facts.save(missing.folder)
    folder = tmp_path / "indexes"
    folder.mkdir()
    outcomes = measure([BY_KEY["fts5"]], missing, questions, 1, folder)
    assert [outcome.failure for outcome in outcomes] == ["failed to build: exit code 1"]
    assert "- SQLite FTS5: failed to build: exit code 1." in of_size(Size(texts.facts, outcomes))


def test_an_engine_is_left_out_where_it_takes_too_long() -> None:
    """And why is told: a missing row looks like a mistake."""
    engine = BY_KEY["scikit-learn"]
    assert not engine.reason_to_skip(100_000)
    reason = engine.reason_to_skip(100_001)
    told = of_size(Size(Facts(100_001, 100_001, 1, 1.0, 1), (Outcome(engine, None, left_out=reason),)))
    assert f"- scikit-learn: {reason}." in told
    assert "| scikit-learn | – |" in told


def test_missing_packages_are_named() -> None:
    """With how to install them."""
    with pytest.raises(NotReady, match=r"no-such-package missing: .*\[bench\]"):
        require_packages([Engine("one", "One", "nowhere:ONE", ("no-such-package",))])


def test_every_engine_can_be_loaded() -> None:
    """Those that are left out by default as well; in another process, because some warn when they are imported."""
    keys = [key for key in BY_KEY if all(map(version, BY_KEY[key].packages))]
    code = f"from benchmarks.speed.engines import BY_KEY; [BY_KEY[key].load() for key in {keys}]"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_ratios_are_made_in_each_round() -> None:
    """A machine that is slow for a while is slow for both."""
    own, its = _outcome("tantivy", (2.0, 40.0, 6.0)), _outcome(BASELINE, (1.0, 10.0, 2.0))
    size = Size(Facts(1, 1, 1, 1.0, 1), (own, its))
    assert size.ratio(own, BASELINE, "p50") == 3.0
    assert Size(size.facts, (own,)).ratio(own, BASELINE, "p50") is None


def test_sizes_that_differ_are_drawn_apart() -> None:
    """One size is a point, engines at the same cost are two names."""
    size = Size(Facts(10, 10, 1, 1.0, 1), tuple(_outcome(key, (1.0,)) for key in BY_KEY))
    for sizes in ([size], [size, Size(Facts(11, 11, 1, 1.0, 1), size.outcomes)]):
        drawing = ElementTree.fromstring(draw(sizes))  # noqa: S314 # our own
        said = [one for one in drawing.iter("{http://www.w3.org/2000/svg}text") if (one.text or "").endswith(" ms")]
        down = sorted(float(one.attrib["y"]) for one in said)
        assert len(down) == len(BY_KEY)
        assert min(low - high for high, low in pairwise(down)) >= 20


@given(st.lists(st.floats(0, 100), max_size=10))
def test_names_are_apart(wanted: Sequence[float]) -> None:
    """None is written over another, in the order of what they name, within the drawing."""
    placed = apart(wanted, 10, 0, 100)
    inside = sorted(placed)
    assert all(low - high >= 10 - 1e-9 for high, low in pairwise(inside))
    assert all(-1e-9 <= place <= 100 for place in placed)
    by_wish = [placed[one] for one in sorted(range(len(wanted)), key=lambda one: wanted[one])]
    assert by_wish == inside


def test_numbers_are_read_as_they_are_written() -> None:
    """10k is shorter than 10000, and what is none is refused."""
    assert [count(text) for text in ("10000", "10k", "1M", "10_000", "1,000")] == [
        10_000,
        10_000,
        1_000_000,
        10_000,
        1_000,
    ]
    for text in ("", "k", "0", "-1", "1g"):
        with pytest.raises(argparse.ArgumentTypeError):
            count(text)


def test_three_digits_are_shown() -> None:
    """More would be noise, and 1e+03 is for machines."""
    assert [number(value) for value in (0.02345, 1.0, 99.94, 99.95, 999.9, 12345.6)] == [
        "0.0234", "1", "99.9", "100", "1,000", "12,346",
    ]  # fmt: skip


def _paragraph(city: str, place: int, month: int) -> str:
    signed, invested = month * 7 + place, place * 13 + month
    return f"{city}今年第{month}个月签约{signed}个重点项目。总投资{invested}亿元，由市长主持仪式。"


def _outcome(key: str, p50s: Sequence[float]) -> Outcome:
    rounds = (Queried(1.0, 1.0, p50, 2 * p50, 1.0, 1, 1, 1, 1, 1) for p50 in p50s)
    return Outcome(BY_KEY[key], None, tuple(rounds))


def _gzipped(text: str) -> bytes:
    return gzip.compress(text.encode("utf-8"))
