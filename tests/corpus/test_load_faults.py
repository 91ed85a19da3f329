"""Broken files: each is told by its code and line, and the articles beside it are still served."""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import FaultCode as Code
from corpus.load import load

Content: TypeAlias = bytes | Callable[[Path], object]

LONG = b'{"text": "' + b"x" * 5_000_000 + b'"}\n'
TEXT = "港区二期工程今年开工建设，投资十二亿元，明年建成投产。".encode()
GOOD_LINE = '{"text": "丙。"}\n'.encode()
ROWS: list[tuple[str, str, Content, list[tuple[Code, int]]]] = [
    ("empty page", "x.txt", b"", [(Code.EMPTY_FILE, 0)]),
    ("white space", "x.md", b" \n\r\n\t", [(Code.EMPTY_FILE, 0)]),
    ("empty lines of JSON", "x.jsonl", b"\n\n  \n", [(Code.EMPTY_FILE, 0)]),
    ("empty gzip file", "x.jsonl.gz", b"", [(Code.EMPTY_FILE, 0)]),
    ("byte-order mark alone", "x.json", b"\xef\xbb\xbf", [(Code.EMPTY_FILE, 0)]),
    ("picture named as a page", "x.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", [(Code.BINARY_FILE, 0)]),
    ("control characters", "x.md", b"\x01\x02\x03\x04abc", [(Code.BINARY_FILE, 0)]),
    ("random bytes as JSON lines", "x.jsonl", random.Random(1).randbytes(9999), [(Code.BINARY_FILE, 0)]),
    ("NUL in UTF-16", "x.txt", "-\n甲\0\n乙。".encode("utf-16"), [(Code.BINARY_FILE, 0)]),
    ("one bad byte", "x.txt", b"-\n" + TEXT + b"\n" + TEXT + b"\xff" + TEXT, [(Code.UNKNOWN_ENCODING, 3)]),
    ("a byte missing", "x.md", TEXT + b"\r\n" + TEXT[1:] + b"\r\n" + TEXT, [(Code.UNKNOWN_ENCODING, 2)]),
    ("one bad byte in a line", "x.jsonl", b'\n{"text": "' + TEXT + b'\xff"}\n', [(Code.UNKNOWN_ENCODING, 2)]),
    ("half a character of UTF-16", "x.txt", "-\n甲\n乙。".encode("utf-16")[:-1], [(Code.UNKNOWN_ENCODING, 3)]),
    ("half a line of UTF-16", "x.jsonl", "\n甲".encode("utf-16")[:-1], [(Code.UNKNOWN_ENCODING, 2)]),
    ("text without separator", "x.txt", "甲\n乙。\n2025-07-19\n- 丙\n".encode(), [(Code.NOT_A_PAGE, 0)]),
    ("another format", "x.pdf", b"%PDF-1.7", [(Code.UNKNOWN_FORMAT, 0)]),
    ("a page of the web", "x.html", b"<html>", [(Code.UNKNOWN_FORMAT, 0)]),
    ("no ending", "Makefile", b"all:", [(Code.UNKNOWN_FORMAT, 0)]),
    ("gzip of another format", "x.txt.gz", gzip.compress(b"-"), [(Code.UNKNOWN_FORMAT, 0)]),
    ("impossible date", "x.txt", "-\n甲\n丁。\n2025-13-45\n联系\n".encode(), [(Code.BAD_DATE, 4)]),
    ("a word for a date", "x.txt", "-\n甲\n丁。\nyesterday\n".encode(), [(Code.BAD_DATE, 4)]),
    ("a date without year", "x.txt", "\n-\n甲\n丁。\n1月31日\n".encode(), [(Code.BAD_DATE, 5)]),
    ("a title without body", "x.txt", "-\n甲\n2025-07-19\n".encode(), [(Code.EMPTY_BODY, 2)]),
    ("a bad date in JSON", "x.jsonl", b'{"text": "x", "date": "1/31"}', [(Code.BAD_DATE, 1)]),
    ("not gzip", "x.jsonl.gz", b"plain", [(Code.BROKEN_GZIP, 0)]),
    ("broken JSON", "x.jsonl", b'\n{"text": "x"', [(Code.BAD_JSON, 2)]),
    ("two values on a line", "x.jsonl", b'{"text": "x"} {"text": "y"}', [(Code.BAD_JSON, 1)]),
    ("raw NUL in JSON", "x.jsonl", b" " * 9000 + b'\n{"text": "x\0"}', [(Code.BAD_JSON, 2)]),
    ("too deep", "x.jsonl", b'{"text": ' + b"[" * 200_000, [(Code.BAD_JSON, 1)]),
    ("too large an integer", "x.jsonl", b'{"text": "x", "n": ' + b"9" * 5000 + b"}", [(Code.BAD_JSON, 1)]),
    ("too long a line", "x.jsonl", b"\n" + LONG, [(Code.LINE_TOO_LONG, 2)]),
    ("a list on a line", "x.jsonl", b"[1]", [(Code.NOT_AN_OBJECT, 1)]),
    ("null on a line", "x.jsonl", b"null", [(Code.NOT_AN_OBJECT, 1)]),
    ("lone surrogate", "x.jsonl", b'{"text": "\\ud800"}', [(Code.BAD_FIELD, 1)]),
    ("lone surrogate in an id", "x.jsonl", b'{"id": "\\udfff", "text": "x"}', [(Code.BAD_FIELD, 1)]),
    ("NUL in a text", "x.jsonl", b'{"paragraphs": ["\\u0000"]}', [(Code.BAD_FIELD, 1)]),
    ("NaN for an id", "x.jsonl", b'{"id": NaN, "text": "x"}', [(Code.BAD_FIELD, 1)]),
    ("true for an id", "x.jsonl", b'{"id": true, "text": "x"}', [(Code.BAD_FIELD, 1)]),
    ("a number for a title", "x.jsonl", b'{"title": 5, "text": "x"}', [(Code.BAD_FIELD, 1)]),
    ("a number for a date", "x.jsonl", b'{"date": 20250719, "text": "x"}', [(Code.BAD_FIELD, 1)]),
    ("a string for paragraphs", "x.jsonl", b'{"paragraphs": "x"}', [(Code.BAD_FIELD, 1)]),
    ("null among paragraphs", "x.jsonl", b'{"paragraphs": ["x", null]}', [(Code.BAD_FIELD, 1)]),
    ("neither text nor paragraphs", "x.jsonl", b'{"title": "x"}', [(Code.MISSING_FIELD, 1)]),
    ("empty text", "x.jsonl", b'{"title": "x", "text": " "}', [(Code.EMPTY_BODY, 1)]),
    ("no paragraphs", "x.jsonl", b'{"paragraphs": []}', [(Code.EMPTY_BODY, 1)]),
    ("a list that isn't closed", "x.json", b'[\n{"a": 1},\n{"text": 5}',
      [(Code.MISSING_FIELD, 2), (Code.BAD_FIELD, 3), (Code.BAD_JSON, 3)]),
    ("text behind a list", "x.json", b'[]\nx', [(Code.BAD_JSON, 2)]),
    ("a comma too many", "x.json", b'[5,\n]', [(Code.NOT_AN_OBJECT, 1), (Code.BAD_JSON, 2)]),
    ("front matter that isn't closed", "x.md", "---\ntitle: 甲\n\n乙。\n".encode(), [(Code.UNCLOSED_FRONT_MATTER, 1)]),
    ("broken front matter", "x.md", "---\nid: a\ntitle: [甲\n---\n乙。\n".encode(), [(Code.BAD_FRONT_MATTER, 4)]),
    ("a bad date in front matter", "x.md", "---\nid: x\ndate: 1月31日\n---\n乙。".encode(), [(Code.BAD_DATE, 3)]),
    ("a list for a title", "x.md", "---\nid: x\ntitle: [甲]\n---\n乙。".encode(), [(Code.BAD_FIELD, 3)]),
    ("a lone surrogate in front matter", "x.md", b'---\ntitle: "\\ud800"\n---\nx', [(Code.BAD_FIELD, 2)]),
    ("an impossible escape", "x.md", b'---\ntitle: "\\UFFFFFFFF"\n---\nx', [(Code.BAD_FRONT_MATTER, 1)]),
    ("a bell in front matter", "x.md", b"---\nid: x\ntitle: \x07\n---\n" + TEXT, [(Code.BAD_FRONT_MATTER, 3)]),
    ("front matter that is a list", "x.md", b"---\n- x\n---\nx", [(Code.NOT_AN_OBJECT, 2)]),
    ("too deep front matter", "x.md", b"---\nx: " + b"[" * 5000 + b"\n---\nx", [(Code.BAD_FRONT_MATTER, 1)]),
    ("front matter alone", "x.md", b"---\ntitle: x\n---\n", [(Code.EMPTY_BODY, 1)]),
    ("headings alone", "x.md", "# 甲\n\n## 乙\n".encode(), [(Code.EMPTY_BODY, 1)]),
    ("a link to nothing", "x.md", lambda path: path.symlink_to("nowhere.md"), [(Code.UNREADABLE, 0)]),
    ("a link to itself", "x.md", lambda path: path.symlink_to(path), [(Code.UNREADABLE, 0)]),
    ("a link out", "x.md", lambda path: path.symlink_to("/etc/hosts"), [(Code.OUTSIDE, 0)]),
    ("a link to the folder above", "x", lambda path: path.symlink_to("../.."), [(Code.OUTSIDE, 0)]),
    ("a pipe", "x.md", os.mkfifo, [(Code.UNREADABLE, 0)]),
    ("a pipe of JSON lines", "x.jsonl.gz", os.mkfifo, [(Code.UNREADABLE, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_broken_file_costs_only_itself(
    tmp_path: Path, name: str, content: Content, expected: list[tuple[Code, int]]
) -> None:
    """The operator is told where to look, and readers keep what is good."""
    (tmp_path / "a.md").write_text("# 甲\n\n好文。\n", "utf-8")
    (tmp_path / "z.txt").write_text("-\n乙\n又一篇好文。\n2025-07-19\n", "utf-8")
    if callable(content):
        content(tmp_path / name)
    else:
        (tmp_path / name).write_bytes(content)
    found = load(tmp_path)
    assert [(fault.code, fault.line) for fault in found.faults] == expected
    assert {fault.path for fault in found.faults} == {name}
    assert [article.id for article in found.articles] == ["a", "z#1"]


@pytest.mark.parametrize("bad", [b"{", b"[]", b'{"text": 5}', b'{"text": "\xff"}', LONG.strip()])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_broken_line_costs_only_itself(tmp_path: Path, bad: bytes, pack: Callable[[bytes], bytes]) -> None:
    """A file of a million lines may not be lost by one."""
    name = "x.jsonl" if pack is bytes else "x.jsonl.gz"
    (tmp_path / name).write_bytes(pack('{"text": "甲。"}\n'.encode() + bad + b"\n" + GOOD_LINE))
    found = load(tmp_path)
    assert [article.id for article in found.articles] == ["x#1", "x#3"]
    assert [fault.line for fault in found.faults] == [2]


@pytest.mark.parametrize("damage", ["cut", "tail", "checksum"])
def test_what_could_be_unpacked_is_served(tmp_path: Path, damage: str) -> None:
    """A download that broke off holds good articles up to there."""
    lines = [f'{{"text": "{random.Random(n).randbytes(500).hex()}"}}\n' for n in range(100)]
    packed = gzip.compress("".join(lines).encode())
    broken = {"cut": packed[: len(packed) // 2], "tail": packed + b"x" * 9, "checksum": packed[:-8] + bytes(8)}
    (tmp_path / "x.jsonl.gz").write_bytes(broken[damage])
    found = load(tmp_path)
    assert [fault.code for fault in found.faults] == [Code.BROKEN_GZIP]
    assert len(found.articles) > 40 if damage == "cut" else len(found.articles) == 100


def test_a_broken_list_serves_what_stands_before(tmp_path: Path) -> None:
    """What follows a syntax error can't be told apart; what precedes it can."""
    (tmp_path / "x.json").write_text('[{"text": "甲。"},\n{"text": 5},\n{"text": "乙。"},\n{]', "utf-8")
    found = load(tmp_path)
    assert [article.id for article in found.articles] == ["x#1", "x#3"]
    assert [(fault.code, fault.line) for fault in found.faults] == [(Code.BAD_FIELD, 2), (Code.BAD_JSON, 4)]


def test_a_file_that_vanishes_midway(tmp_path: Path) -> None:
    """Editors replace files while they are read."""
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text(f"{name}。", "utf-8")
    found = load(tmp_path, lambda done, total: (tmp_path / "b.md").unlink() if (done, total) == (1, 3) else None)
    assert [article.id for article in found.articles] == ["a", "c"]
    assert [(fault.code, fault.path) for fault in found.faults] == [(Code.UNREADABLE, "b.md")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    """A wrong mode is the operator's to mend, not a reason to stop."""
    (tmp_path / "a.md").write_text("甲。", "utf-8")
    (tmp_path / "a.md").chmod(0)
    (tmp_path / "b").mkdir(mode=0)
    assert [(fault.code, fault.path) for fault in load(tmp_path).faults] == [
        (Code.UNREADABLE, "a.md"),
        (Code.UNREADABLE, "b"),
    ]


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    """Only what it holds matters."""
    (tmp_path / "x.md").mkdir()
    (tmp_path / "x.md" / "a.md").write_text("甲。", "utf-8")
    found = load(tmp_path)
    assert ([article.id for article in found.articles], found.faults) == (["x.md/a"], ())


def test_a_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    """Ids and places are written as UTF-8, so no byte of a name may break that."""
    try:
        (tmp_path / os.fsdecode(b"\xff.md")).write_text("甲。", "utf-8")
    except OSError:
        pytest.skip("this file system refuses such names")
    article = load(tmp_path).articles[0]
    assert f"{article.id} {article.origin}".encode() == b"\\udcff \\udcff.md:1"


@given(
    st.sampled_from(["x.txt", "x.md", "x.jsonl", "x.json", "x.jsonl.gz"]),
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-16", "replace")),
    st.sampled_from([b"", b"---\ntitle: ", b"-\n", b'{"text": "x", ', b"[", b"\xff\xfe", b"\x1f\x8b\x08\0"]),
)
def test_no_bytes_stop_the_loader(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes, head: bytes
) -> None:
    """Whatever a file holds, the others must be served, and what is served can be written as UTF-8."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "a.md").write_text("好文。", "utf-8")
    (folder / name).write_bytes(head + content)
    found = load(folder)
    assert found.articles[0].id == "a"
    for article in found.articles:
        assert f"{article.id}{article.title}{article.body}".encode()
    for fault in found.faults:
        assert f"{fault.path}{fault.found}{fault.other}".encode()
