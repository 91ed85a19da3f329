"""Loading: what each format means, in every encoding, and which files count."""

from __future__ import annotations

import datetime
import gzip
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article_files import manifest
from corpus.errors import CorpusNotFound, FaultCode
from corpus.formats.dates import parse_date
from corpus.formats.encoding import detect_legacy_encoding
from corpus.load import Candidates, load

if TYPE_CHECKING:
    from pathlib import Path

DAY = datetime.date(2025, 7, 19)
BODY = "港区二期工程今年开工建设，投资十二亿元，明年建成。"
PAGE = f"-\n【港区】二期开工\n{BODY}\n2025-07-19\n-\n湖边步道开放\n步道全长八公里。\n2025-07-18\n联系我们\n- 投稿\n"


def load_text(folder: Path, name: str, content: str | bytes) -> Candidates:
    """Write one file to the folder and load the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(folder)


def codes(candidates: Candidates) -> list[tuple[FaultCode, str, int]]:
    """Return what is wrong, and where."""
    return [(fault.code, fault.path, fault.line) for fault in candidates.faults]


def test_a_page_gives_its_articles(tmp_path: Path) -> None:
    """The format that is published: id, title, date, body and line, without the site's footer."""
    found = load_text(tmp_path, "sub/page.txt", PAGE)
    assert [(a.id, a.title, a.date, a.body, str(a.origin)) for a in found.articles] == [
        ("sub/page#1", "【港区】二期开工", DAY, BODY, "sub/page.txt:2"),
        ("sub/page#2", "湖边步道开放", datetime.date(2025, 7, 18), "步道全长八公里。", "sub/page.txt:6"),
    ]
    assert found.faults == ()


@pytest.mark.parametrize(
    ("block", "title", "date", "body"),
    [
        ("\n正文。\n2025-07-19", "", DAY, "正文。"),
        ("标题\n正文。\n", "标题", None, "正文。"),
        ("标题\n正文。", "标题", None, "正文。"),
        ("正文没有标题。\n2025-07-19", "", DAY, "正文没有标题。"),
        ("标题\n一段。\n\n二段。\n2025年7月19日", "标题", DAY, "一段。\n\n二段。"),
        ("标题\n一段。\n2025-07-01\n二段。\n2025/7/19", "标题", DAY, "一段。\n2025-07-01\n二段。"),
        ("标题\n正文。\n\n2025.07.19\n转载自本报。", "标题", DAY, "正文。"),
        ("标题\n一段。\n二段\n记者报道", "标题", None, "一段。\n二段\n记者报道"),
        ("标题\n  -正文 - 不是分隔。\n2025-07-19", "标题", DAY, "  -正文 - 不是分隔。"),
    ],
)
def test_a_block_of_a_page(tmp_path: Path, block: str, title: str, date: datetime.date | None, body: str) -> None:
    """What stands in a line's place decides, so that a missing title or date loses no text."""
    found = load_text(tmp_path, "page.txt", f"-\n{block}\n-\n别的\n别的。\n2025-07-19\n")
    assert [(a.title, a.date, a.body) for a in found.articles[:1]] == [(title, date, body)]
    assert found.faults == ()


def test_a_footer_is_no_part_of_an_undated_article(tmp_path: Path) -> None:
    """Nobody may be told 'contact us' as the news."""
    assert load_text(tmp_path, "page.txt", "-\n标题\n正文。\n\n想投稿?点我\n- 联系\n").articles[0].body == "正文。"


def test_a_faulty_article_keeps_its_number(tmp_path: Path) -> None:
    """The ids of the others must stay when one breaks."""
    found = load_text(tmp_path, "page.txt", PAGE.replace("2025-07-19", "昨天", 1))
    assert [article.id for article in found.articles] == ["page#2"]
    assert codes(found) == [(FaultCode.BAD_DATE, "page.txt", 4)]


@pytest.mark.parametrize(
    "text",
    [
        "2025-07-19",
        "2025/7/19",
        "2025.07.19",
        "2025年7月19日",
        "２０２５-7-19",
        "2025-07-19 08:30",
        "2025-07-19T08:30:00+08:00",
    ],
)
def test_dates_that_are_read(text: str) -> None:
    """Sources write the day in these ways."""
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text", ["2025-13-45", "1月31日", "yesterday", "2025", "2025-07/19", "2025年7月", "", "25-07-19"]
)
def test_dates_that_are_refused(text: str) -> None:
    """A guessed date is worse than none: answers are ordered by it."""
    with pytest.raises(ValueError):  # noqa: PT011 # datetime's own messages differ between versions
        parse_date(text)


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    """What the author wrote counts, not what YAML makes of it."""
    found = load_text(
        tmp_path, "a.md", "---\nid: 007\ntitle: 2025\ndate: 2025-07-19\ntags: [a]\n---\n\n# 别的\n\n正文。\n"
    )
    article = found.articles[0]
    assert (article.id, article.title, article.date, article.body) == ("007", "2025", DAY, "# 别的\n\n正文。\n")


def test_markdown_without_front_matter(tmp_path: Path) -> None:
    """A plain note is an article too: its heading is the title, its path the id."""
    article = load_text(tmp_path, "sub/a.markdown", "\n前言。\n\n# 标题\n\n正文。").articles[0]
    assert (article.id, article.title, article.date) == ("sub/a", "标题", None)


def test_markdown_sections(tmp_path: Path) -> None:
    """Headings are never quoted, code is never cut, and nothing is lost."""
    source = "# 标题\n\n一段\n续行。\n\n\n二段。\n\n小节\n----\n```\n# 注释\n\n代码\n```\n- 甲\n- 乙\n\n- 丙\n> # 引\n"
    article = load_text(tmp_path, "a.md", source).articles[0]
    assert [(s.heading, [p.text for p in s.paragraphs]) for s in article.sections] == [
        ("# 标题\n\n", ["一段\n续行。\n\n\n", "二段。\n\n"]),
        ("小节\n----\n", ["```\n# 注释\n\n代码\n```\n", "- 甲\n- 乙\n\n", "- 丙\n", "> # 引\n"]),
    ]


@given(st.text("#-=>*` \n\t甲1.|[]:\\<", max_size=80))
def test_markdown_loses_no_character(tmp_path_factory: pytest.TempPathFactory, source: str) -> None:
    """A quote's place is counted in the body, so the sections must be the body."""
    found = load_text(tmp_path_factory.mktemp("corpus"), "a.md", f"---\ntitle: 甲\n---\n甲\n\n{source}")
    assert found.articles[0].body == f"甲\n\n{source}"


def test_jsonl_fields(tmp_path: Path) -> None:
    """Numbers serve as ids; missing, null and empty are the same; the place is an id too."""
    lines = [
        {"id": 7, "title": None, "date": "", "text": "甲。"},
        {"text": "乙。", "extra": [1]},
        {"id": "", "text": "丙。"},
    ]
    source = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    found = load_text(tmp_path, "a.jsonl", source)
    assert [(a.id, a.title, a.date, a.body) for a in found.articles] == [
        ("7", "", None, "甲。"),
        ("a#3", "", None, "乙。"),
        ("a#5", "", None, "丙。"),
    ]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_given_paragraphs_are_left_alone(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Other systems point to the n-th paragraph of the list; splitting or stripping would move it."""
    texts = [*texts, "甲"]
    found = load_text(tmp_path_factory.mktemp("corpus"), "a.jsonl", json.dumps({"paragraphs": texts}))
    assert [(p.number, p.text) for p in found.articles[0].paragraphs] == list(enumerate(texts, 1))


@pytest.mark.parametrize("source", ['{"text": "甲。"}', ' [{"text": "甲。"}] \n', '\ufeff[\n{"text": "甲。"}\n]'])
def test_a_json_file_holds_one_object_or_a_list(tmp_path: Path, source: str) -> None:
    """Exports come either way."""
    found = load_text(tmp_path, "a.json", source)
    assert [(article.id, article.body) for article in found.articles] == [("a#1", "甲。")]
    assert found.faults == ()


def test_of_duplicate_keys_the_last_counts(tmp_path: Path) -> None:
    """Every common JSON parser does it so, and an operator may compare."""
    assert load_text(tmp_path, "a.jsonl", '{"title": "甲", "title": "乙", "text": "丙。"}').articles[0].title == "乙"


def test_keys_that_are_not_read_may_hold_anything(tmp_path: Path) -> None:
    """An odd score is no reason to lose an article."""
    assert len(load_text(tmp_path, "a.jsonl", '{"text": "甲。", "score": NaN, "x": "\\ud800"}').articles) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "big5"])
@pytest.mark.parametrize("times", [1, 60])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings(tmp_path: Path, encoding: str, times: int, end: str) -> None:
    """Chinese files come in all of these, short and long, with any line end."""
    body = "湖北省港口二期工程今年正式建成，社會各界高度重視。" if encoding == "big5" else BODY
    body = (body.translate(str.maketrans("区开设资亿为业", "區開設資億為業")) if encoding == "big5" else body) * times
    if encoding == "big5":
        body = body.encode("big5", "ignore").decode("big5")
    page = f"-{end}港口{end}{body}{end}2025-07-19{end}".encode(encoding)
    line = json.dumps({"id": "x", "title": "其他", "text": body}, ensure_ascii=False)
    (tmp_path / "b.jsonl").write_bytes((line + end).encode(encoding))
    found = load_text(tmp_path, "a.txt", page)
    assert [article.body for article in found.articles] == [body, body]
    assert found.faults == ()


def test_forty_characters_of_gb18030(tmp_path: Path) -> None:
    """So short a text fits Big5 as well, and must not become nonsense."""
    text = ("-\n港区\n" + BODY + BODY)[:40]
    assert detect_legacy_encoding(text.encode("gb18030")) == "gb18030"
    assert load_text(tmp_path, "a.txt", text.encode("gb18030")).articles[0].title == "港区"


def test_a_gzip_file_is_read_by_lines(tmp_path: Path) -> None:
    """Large corpora are packed; the line is where an operator finds the article."""
    found = load_text(tmp_path, "a.JSONL.gz", gzip.compress('{"text": "甲。"}\n{"text": "乙。"}'.encode()))
    assert [(article.id, str(article.origin)) for article in found.articles] == [
        ("a#1", "a.JSONL.gz:1"),
        ("a#2", "a.JSONL.gz:2"),
    ]


def test_a_single_file(tmp_path: Path) -> None:
    """A path on the command line may be a file; it is named by itself."""
    load_text(tmp_path, "sub/page.txt", PAGE)
    assert load(tmp_path / "sub" / "page.txt").articles[0].origin.path == "page.txt"
    assert load(tmp_path / "sub" / "page.txt").files == (tmp_path / "sub" / "page.txt",)
    assert [line.split()[0] for line in manifest(tmp_path / "sub" / "page.txt")] == ["page.txt"]


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    """An empty corpus and a mistyped path are not the same."""
    with pytest.raises(CorpusNotFound):
        load(tmp_path / "nowhere")
    with pytest.raises(CorpusNotFound):
        list(manifest(tmp_path / "nowhere"))


def test_an_empty_folder_has_no_articles(tmp_path: Path) -> None:
    """A new corpus is no fault."""
    assert load(tmp_path) == Candidates((), (), ())


@pytest.mark.parametrize(
    "name",
    [".a.md", ".git/a.md", "a.md~", "a.md.swp", "a.md.bak", "a.md.tmp", "a.md.orig", "#a.md#", "~$a.md", "a.md.part",
     "a.md.crdownload", "README.md", "readme", "LICENSE", "License.txt", "canary.jsonl", "sources.toml", "Thumbs.db",
     "sub/desktop.ini"],
)  # fmt: skip
def test_what_is_no_article_is_passed_over(tmp_path: Path, name: str) -> None:
    """Editors and people leave such files; a fault for each would hide the real ones."""
    assert load_text(tmp_path, name, "-\n甲\n乙。\n2025-07-19\n") == Candidates((), (), ())


def test_files_come_in_path_order(tmp_path: Path) -> None:
    """Who is first decides who is the double, so the file system's order must not matter."""
    for name in ("b.md", "a/z.md", "a.md", "c/a.md"):
        load_text(tmp_path, name, f"{name}。")
    found = load(tmp_path)
    assert [article.origin.path for article in found.articles] == ["a.md", "a/z.md", "b.md", "c/a.md"]
    assert found.files == tuple(tmp_path / a.origin.path for a in found.articles)
    assert [line.split()[0] for line in manifest(tmp_path)] == [a.origin.path for a in found.articles]


def test_files_that_differ_in_their_ending_keep_their_articles(tmp_path: Path) -> None:
    """Ids made from `news.md` and `news.txt` must not collide."""
    load_text(tmp_path, "news.json", '{"text": "甲。"}')
    found = load_text(tmp_path, "news.jsonl", '{"text": "乙。"}')
    assert [article.id for article in found.articles] == ["news#1", "news.jsonl#1"]


def test_progress_is_told(tmp_path: Path) -> None:
    """A large corpus takes seconds, and someone waits."""
    told: list[tuple[int, int]] = []
    load_text(tmp_path, "a.md", "甲。")
    load_text(tmp_path, "b.md", "乙。")
    load(tmp_path, lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_the_same_article_twice_is_a_notice(tmp_path: Path) -> None:
    """A listing page is often saved again; nothing is lost by leaving the second out."""
    load_text(tmp_path, "a.txt", PAGE)
    found = load_text(tmp_path, "b.txt", PAGE)
    assert [article.origin.path for article in found.articles] == ["a.txt", "a.txt"]
    assert [(f.code, f.found, f.other) for f in found.faults] == [
        (FaultCode.DUPLICATE_ARTICLE, "【港区】二期开工", "a.txt:2"),
        (FaultCode.DUPLICATE_ARTICLE, "湖边步道开放", "a.txt:6"),
    ]
    assert all(fault.is_notice for fault in found.faults)


def test_the_same_id_for_another_article_is_a_fault(tmp_path: Path) -> None:
    """Buttons and citations go by the id; the first keeps it."""
    found = load_text(
        tmp_path, "a.jsonl", '{"id": 1, "text": "甲。"}\n{"id": "1", "text": "乙。"}\n{"id": 1, "text": "甲。"}'
    )
    assert [article.body for article in found.articles] == ["甲。"]
    assert [(f.code, f.line, f.found, f.other) for f in found.faults] == [
        (FaultCode.DUPLICATE_ID, 2, "1", "a.jsonl:1"),
        (FaultCode.DUPLICATE_ARTICLE, 3, "", "a.jsonl:1"),
    ]


def test_the_same_text_on_another_day_is_another_article(tmp_path: Path) -> None:
    """A notice that is published every year is published every year."""
    source = '{"text": "甲。", "date": "2024-01-01"}\n{"text": "甲。", "date": "2025-01-01"}'
    assert len(load_text(tmp_path, "a.jsonl", source).articles) == 2


def test_links_inside_are_followed_once(tmp_path: Path) -> None:
    """Mounted folders are links into a hidden one; links in a circle must end."""
    load_text(tmp_path, ".data/a.md", "甲。")
    load_text(tmp_path, "sub/b.md", "乙。")
    (tmp_path / "a.md").symlink_to(tmp_path / ".data" / "a.md")
    (tmp_path / "all").symlink_to(tmp_path / ".data")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "sub")
    (tmp_path / "aa.md").symlink_to(tmp_path / "sub" / "b.md")
    found = load(tmp_path)
    assert [article.origin.path for article in found.articles] == ["a.md", "sub/b.md"]
    assert found.faults == ()


def test_a_long_line_costs_only_itself(tmp_path: Path) -> None:
    """One broken export must not fill the memory nor hide the lines behind it."""
    source = b'{"text": "\xe7\x94\xb2"}\n{"text": "' + b"x" * 50_000_000 + b'"}\n{"text": "\xe4\xb9\x99"}\n'
    found = load_text(tmp_path, "a.jsonl.gz", gzip.compress(source, 1))
    assert [article.id for article in found.articles] == ["a#1", "a#3"]
    assert codes(found) == [(FaultCode.LINE_TOO_LONG, "a.jsonl.gz", 2)]
