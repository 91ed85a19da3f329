"""The table of formats decides alone which files are read, and by which reader."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from corpus.errors import FaultCode
from corpus.formats import page
from corpus.formats.readers import FORMATS, reader_of
from corpus.load import load

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

    from corpus.formats.readers import Reader

BODY = "港区二期工程今年开工建设。"
MARKDOWN = f"# 港区\n\n{BODY}\n".encode()
LISTING = f"-\n港区\n{BODY}\n2025-07-19\n".encode()
LINE = f'{{"text": "{BODY}"}}\n'.encode()
CONTENTS = {
    ".jsonl.gz": gzip.compress(LINE),
    ".jsonl": LINE,
    ".json": LINE,
    ".markdown": MARKDOWN,
    ".md": MARKDOWN,
    ".txt": LISTING,
}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("change_case", [str.lower, str.upper])
def test_each_ending_is_read(tmp_path: Path, ending: str, change_case: type[str]) -> None:
    """What the table promises is read, also from systems that write names in capitals."""
    (tmp_path / f"a{change_case(ending)}").write_bytes(CONTENTS[ending])
    candidates = load(tmp_path)
    assert candidates.faults == ()
    assert [article.body.strip().removeprefix("# 港区").strip() for article in candidates.articles] == [BODY]


@pytest.mark.parametrize("name", ["a.rst", "a.md5", "a.mdx", "a.md.gz", "a.txt.gz", "a.json.bz2", "amd", "a"])
@pytest.mark.parametrize("content", [MARKDOWN, LISTING, LINE])
def test_other_endings_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """A file that no format claims would be published as something that it is not."""
    file = tmp_path / name
    file.write_bytes(content)
    assert reader_of(name) is None
    for candidates in (load(tmp_path), load(file)):
        assert (candidates.articles, candidates.files) == ((), ())
        assert [(fault.code, fault.path) for fault in candidates.faults] == [(FaultCode.UNKNOWN_FORMAT, name)]


def test_a_line_in_the_table_adds_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listing, loading and making ids all go by the table; no other place knows the endings."""
    formats: MutableMapping[str, Reader] = FORMATS  # type: ignore[assignment] # a dict, which nobody else may change
    monkeypatch.setitem(formats, ".page.gz", page.read)
    (tmp_path / "news.page.gz").write_bytes(LISTING)
    candidates = load(tmp_path)
    assert candidates.faults == ()
    assert [article.id for article in candidates.articles] == ["news#1"]
