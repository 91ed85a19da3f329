"""The words' frequencies: the file says what jieba's dictionary says, whatever happens to it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from retrieval.words.lexicon import Dictionary, open_dictionary, read_dictionary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = ("磷石膏", "猇亭区")
USE = "from pathlib import Path; from retrieval.words.segment import Segmenter; s = Segmenter(Path({!r})); {}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that already holds the file."""
    folder = tmp_path_factory.mktemp("cache")
    open_dictionary(folder, WORDS)
    return folder


@pytest.fixture(scope="module")
def mapped(folder: Path) -> Dictionary:
    """The dictionary as the file has it."""
    return open_dictionary(folder, WORDS)


@pytest.fixture(scope="module")
def memory() -> Dictionary:
    """The dictionary as jieba has it."""
    return read_dictionary(WORDS)


def run(program: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own."""
    command = [sys.executable, *options, "-c", program]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_the_second_start_maps_the_file(mapped: Dictionary) -> None:
    """Reading jieba's dictionary was the largest part of the time to answer one question."""
    assert not mapped.is_in_memory


def test_file_knows_every_word_and_beginning(mapped: Dictionary, memory: Dictionary) -> None:
    """One frequency that differs cuts some text in another way than the index was built with."""
    assert isinstance(memory.frequencies, dict)
    different = [word for word, known in memory.frequencies.items() if mapped.frequencies.get(word) != known]
    assert (different, mapped.total) == ([], memory.total)


@pytest.mark.parametrize("word", ["", "猇亭区的", "𠀀", "\udcff", "\0"])
def test_unknown_words_are_absent(mapped: Dictionary, memory: Dictionary, word: str) -> None:
    """A question may hold anything; jieba stops looking for longer words where `in` says no."""
    assert mapped.frequencies.get(word) is None
    assert word not in mapped.frequencies
    assert word not in memory.frequencies
    with pytest.raises(KeyError):
        mapped.frequencies[word]


def test_words_of_our_own_and_their_beginnings_are_known(mapped: Dictionary) -> None:
    """A word is found only by way of its beginnings: jieba stops at the first that it does not know."""
    assert mapped.frequencies["猇亭区"] > 0
    assert mapped.frequencies["磷石膏"] > 0
    assert mapped.frequencies["磷石"] == 0


def test_other_words_make_another_file(folder: Path) -> None:
    """A file written for other words would cut as they do."""
    dictionary = open_dictionary(folder, ("产城融合示范",))
    assert dictionary.frequencies.get("产城融合示范")
    assert len(list(folder.glob("frequencies-*.bin"))) == 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[:0], id="empty"),
        pytest.param(lambda content: content[:7], id="less than a header"),
        pytest.param(lambda content: content[:-4096], id="cut short"),
        pytest.param(lambda content: content + b"\0", id="too long"),
        pytest.param(lambda content: content[:99_999] + bytes([content[99_999] ^ 1]) + content[100_000:], id="a bit"),
        pytest.param(lambda content: bytes(len(content)), id="zeros"),
    ],
)
def test_a_damaged_file_is_written_anew(tmp_path: Path, folder: Path, damage: Callable[[bytes], bytes]) -> None:
    """A crash, a full disk or a failing one must cost half a second, not the answer or its correctness."""
    open_dictionary(folder, WORDS)
    names = {path.name: path.read_bytes() for path in folder.glob("*.bin")}
    for name, content in names.items():
        tmp_path.joinpath(name).write_bytes(damage(content))
    assert open_dictionary(tmp_path, WORDS).frequencies.get("磷石膏")
    assert not open_dictionary(tmp_path, WORDS).is_in_memory


def test_a_folder_in_the_files_place_is_survived(tmp_path: Path, folder: Path) -> None:
    """Whatever stands where the file should, a question can be answered; and nothing is left lying about."""
    for path in folder.glob("*.bin"):
        tmp_path.joinpath(path.name).mkdir()
    assert open_dictionary(tmp_path, WORDS).frequencies.get("磷石膏")
    assert not list(tmp_path.glob("*.tmp"))


def test_an_unwritable_folder_leaves_the_words_in_memory(tmp_path: Path) -> None:
    """A read-only system must still answer. The folder lies within a file, so that root can't write it either."""
    tmp_path.joinpath("file").touch()
    dictionary = open_dictionary(tmp_path / "file" / "cache", WORDS)
    assert dictionary.is_in_memory
    assert dictionary.tokenizer().lcut("磷石膏") == ["磷石膏"]


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    """The bot and a command may both find no file; neither may read what the other has half written."""
    program = USE.format(str(tmp_path), "print([t.word for t in s.tokens('猇亭区的磷石膏')])")
    command = [sys.executable, "-X", "utf8", "-c", program]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") for _ in range(3)]
    said = [process.communicate(timeout=60)[0] for process in running]
    assert said == ["['猇亭区', '的', '磷石膏']\n"] * 3
    assert [path.suffix for path in tmp_path.iterdir()] == [".bin"]


def test_jieba_writes_and_says_nothing(tmp_path: Path) -> None:
    """Its cache in the shared folder could be anybody's marshal, and its warnings would stand among our output.

    The byte code goes to a new folder, so that jieba is compiled as on the first start after an installation.
    """
    shared = tmp_path / "shared"
    shared.mkdir()
    program = USE.format(str(tmp_path / "cache"), "s.for_building().tokens('猇亭区')")
    done = run(program, "-W", "error::SyntaxWarning", "-W", "error::DeprecationWarning", "-X", "utf8",
               TMPDIR=str(shared), PYTHONPYCACHEPREFIX=str(tmp_path / "compiled"))  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(shared.iterdir()) == []


@pytest.mark.parametrize(
    ("first", "afterwards"),
    [
        pytest.param("", "'pkg_resources' not in sys.modules", id="absent"),
        pytest.param("import pkg_resources as p; ", "sys.modules['pkg_resources'] is p", id="imported before"),
        pytest.param("import jieba; ", "s.tokens('猇亭区')[0].word == '猇亭区'", id="jieba imported before"),
    ],
)
def test_importing_jieba_changes_nothing_else(tmp_path: Path, first: str, afterwards: str) -> None:
    """Other code in the process may need pkg_resources, and must find it as it was."""
    if "pkg_resources" in first and not importlib.util.find_spec("pkg_resources"):
        pytest.skip("setuptools is not installed")
    program = f"import sys; {first}" + USE.format(str(tmp_path), f"assert {afterwards}")
    done = run(program, "-W", "ignore", "-X", "utf8")
    assert (done.returncode, done.stderr) == (0, "")
