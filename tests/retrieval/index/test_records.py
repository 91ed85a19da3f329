"""Records come back as they were written, by number, from any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.index.folder import Files
from retrieval.index.records import Records, encode_records, open_records, write_records

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LEAVES = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=5)


def written(folder: Path, records: Iterable[Any]) -> Records:
    """Write records and open them."""
    write_records(Files(folder), "texts", encode_records(records))
    return open_records(folder, "texts")


@settings(max_examples=50)
@given(records=st.lists(JSON, max_size=6))
def test_records_come_back(tmp_path_factory: pytest.TempPathFactory, records: list[Any]) -> None:
    """A text that changed on its way would be quoted wrongly."""
    opened = written(tmp_path_factory.mktemp("records"), records)
    assert [opened[number] for number in range(len(opened))] == records


def test_line_breaks_do_not_part_records(tmp_path: Path) -> None:
    """Paragraphs hold every kind of line break there is."""
    assert written(tmp_path, ["甲\n乙", "丙\r\n丁\u2028戊\x85"])[1] == "丙\r\n丁\u2028戊\x85"


def test_no_records_are_records_too(tmp_path: Path) -> None:
    """A memory map can't be empty, a corpus can."""
    assert len(written(tmp_path, [])) == 0


def test_threads_read_at_once(tmp_path: Path) -> None:
    """Questions are answered in parallel."""
    records = written(tmp_path, ([number, "宜" * number] for number in range(500)))
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda n: records[n][0], list(range(500)) * 4)) == list(range(500)) * 4


@pytest.mark.parametrize("name", ["texts.jsonl", "texts.i8"])
def test_a_missing_file_is_told(tmp_path: Path, name: str) -> None:
    """The library is then built again."""
    written(tmp_path, ["甲"])
    (tmp_path / name).unlink()
    with pytest.raises(OSError, match=name):
        open_records(tmp_path, "texts")


@pytest.mark.parametrize("change", [lambda old: old[:-1], lambda old: old + b"x", lambda _: b""])
def test_a_file_of_another_size_is_refused(tmp_path: Path, change: Any) -> None:
    """Offsets into another file would quote something else."""
    written(tmp_path, ["甲", "乙"])
    file = tmp_path / "texts.jsonl"
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(ValueError, match="size"):
        open_records(tmp_path, "texts")
