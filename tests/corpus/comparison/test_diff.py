"""Who is who from one state of the corpus to the next: what operators do to files, and the laws behind it."""

from __future__ import annotations

import datetime
import json
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.comparison.diff import diff
from corpus.errors import Fault, FaultCode
from corpus.load import Candidates, load
from corpus.model import Article, Delta, Origin, Paragraph, Section, Snapshot, article_key

if TYPE_CHECKING:
    import random

Files: TypeAlias = dict[str, str | bytes | Path]  # path -> content; a Path is what a symbolic link leads to
Text: TypeAlias = tuple[str, str, str]  # title, body, date

DAY = "2025-07-19"
HARBOUR = (
    "港区二期开工",
    "港区二期工程今年三月开工建设，总投资12亿元，新建万吨级泊位四个，预计明年年底建成投用。届时年吞吐能力达八百万吨。",
    DAY,
)
LAKE = (
    "湖边步道开放",
    "环湖步道全长八公里，沿线设有观景台和自行车驿站。市民反映夜间照明不足，园林部门表示本月补装路灯。",
    DAY,
)
SCHOOL = (
    "新学校招生",
    "城南实验小学将于九月一日迎来首批新生，共设三十六个班级，教师从全市选调，校车线路正在征求家长意见。",
    DAY,
)
RICE = (
    "早稻收割",
    "全市早稻进入集中收割期，农机合作社调集收割机两千台，粮站敞开收购，农户售粮款当天到账不打白条。",
    DAY,
)
MUSEUM = (
    "博物馆夜场",
    "博物馆周末延长开放至晚上九点，青铜器展厅新增讲解机器人，凭预约码入馆，外地游客同样免费参观。",
    DAY,
)
TRAIN = (
    "高铁增开班次",
    "铁路部门宣布暑运期间增开至省城的动车组列车六对，最短行程缩至四十分钟，车票提前十五天发售。",
    DAY,
)


def titled(text: Text, title: str) -> Text:
    """Give it another title."""
    return title, text[1], text[2]


def dated(text: Text, date: str) -> Text:
    """Give it another date."""
    return text[0], text[1], date


def corrected(text: Text) -> Text:
    """Correct a little of the body."""
    return text[0], text[1].replace("，", "，据悉", 1), text[2]


def rewritten(text: Text) -> Text:
    """Keep little more than half of the body."""
    body = text[1]
    return text[0], body[: len(body) * 6 // 10] + "有关情况本报将继续关注，请留意后续报道", text[2]


def page(*texts: Text) -> str:
    """Write a listing page."""
    return "".join(f"-\n{title}\n{body}\n{date}\n" for title, body, date in texts)


def markdown(text: Text) -> str:
    """Write a file of one article."""
    return f"---\ntitle: {text[0]}\ndate: {text[2]}\n---\n{text[1]}\n"


def row(text: Text, name: str = "") -> str:
    """Write a line of JSON, with an id if one is given."""
    given_id = {"id": name} if name else {}
    return json.dumps({**given_id, "title": text[0], "date": text[2], "text": text[1]}, ensure_ascii=False) + "\n"


def edit(folder: Path, files: Files) -> Candidates:
    """Make the folder hold these files, and load it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(folder)


def history(folder: Path, *states: Files) -> list[tuple[Snapshot, Delta]]:
    """Publish one state of the files after another."""
    published = [diff(Snapshot(), edit(folder, states[0]))]
    for files in states[1:]:
        published.append(diff(published[-1][0], edit(folder, files)))
    return published


def counts(delta: Delta) -> tuple[int, int, int, int, int, int]:
    """Return how many are new, corrected, removed, unchanged, moved, kept."""
    return (
        len(delta.added),
        len(delta.corrected),
        len(delta.removed),
        delta.unchanged,
        delta.moved,
        len(delta.kept),
    )


def keys(snapshot: Snapshot) -> dict[str, str]:
    """Return the keys by title."""
    return {article.title: article.key for article in snapshot.articles}


@dataclass(frozen=True)
class Case:
    """What an operator does, and what it should count as: new, corrected, removed, unchanged, moved, kept."""

    name: str
    before: Files
    after: Files
    expected: tuple[int, int, int, int, int, int]


LIST: Files = {"a.txt": page(HARBOUR, LAKE, SCHOOL)}
ROWS: Files = {"a.jsonl": row(HARBOUR) + row(LAKE) + row(SCHOOL)}
NAMED: Files = {"a.jsonl": row(HARBOUR, "h") + row(LAKE, "l")}
TWINS: Files = {"a.txt": page(titled(HARBOUR, "简讯"), titled(LAKE, "简讯"), SCHOOL)}
DAILY = ("今日天气", "今天白天晴间多云，东南风三级，最高气温三十五度，请注意防暑降温。", "2025-07-18")
NEXT_DAILY = ("今日天气", "受台风外围影响，全市将有大到暴雨，山区注意地质灾害，渔船回港。", DAY)
FIGURES = [f"第{number}项为{number * 37}万元，" for number in range(1, 10)]
FORM = ("甲公司资金", f"甲公司今日主力资金情况如下，{''.join(FIGURES)}以上由行情系统自动生成。", DAY)
FORM_OF_ANOTHER = ("乙公司资金", FORM[1].replace("甲", "乙").replace("7", "4").replace("8", "5").replace("3", "6"), DAY)
BROKEN = "\ufffe\x00\x01".encode("utf-16-le") * 9

CASES = [
    Case("nothing", LIST, LIST, (0, 0, 0, 3, 0, 0)),
    Case("title corrected", LIST, {"a.txt": page(titled(HARBOUR, "港区三期开工"), LAKE, SCHOOL)}, (0, 1, 0, 2, 0, 0)),
    Case(
        "one figure of the body corrected",
        LIST,
        {"a.txt": page((HARBOUR[0], HARBOUR[1].replace("12", "13"), DAY), LAKE, SCHOOL)},
        (0, 1, 0, 2, 0, 0),
    ),
    Case("date corrected", LIST, {"a.txt": page(dated(HARBOUR, "2025-07-20"), LAKE, SCHOOL)}, (0, 1, 0, 2, 0, 0)),
    Case(
        "title and body both corrected a bit",
        LIST,
        {"a.txt": page(HARBOUR, corrected(titled(LAKE, "湖边步道建成开放")), SCHOOL)},
        (0, 1, 0, 2, 0, 0),
    ),
    Case(
        "body rewritten under its title",
        LIST,
        {"a.txt": page(HARBOUR, (LAKE[0], MUSEUM[1], DAY), SCHOOL)},
        (0, 1, 0, 2, 0, 0),
    ),
    Case(
        "title changed and half of the body rewritten, in its place",
        LIST,
        {"a.txt": page(HARBOUR, rewritten(titled(LAKE, "步道")), SCHOOL)},
        (0, 1, 0, 2, 0, 0),
    ),
    Case(
        "the same, below an article inserted",
        LIST,
        {"a.txt": page(HARBOUR, RICE, rewritten(titled(LAKE, "步道")), SCHOOL)},
        (1, 1, 0, 2, 0, 0),
    ),
    Case(
        "the same, above an article inserted",
        LIST,
        {"a.txt": page(HARBOUR, rewritten(titled(LAKE, "步道")), RICE, SCHOOL)},
        (1, 1, 0, 2, 0, 0),
    ),
    Case(
        "body rewritten and put on top under its title",
        LIST,
        {"a.txt": page((SCHOOL[0], MUSEUM[1], DAY), HARBOUR, LAKE)},
        (0, 1, 0, 2, 0, 0),
    ),
    Case(
        "title, date and body corrected a bit, and put on top",
        LIST,
        {"a.txt": page(corrected(titled(dated(SCHOOL, "2025-07-20"), "新校")), HARBOUR, LAKE)},
        (0, 1, 0, 2, 0, 0),
    ),
    Case("file moved to a sub-folder", LIST, {"2025/a.txt": LIST["a.txt"]}, (0, 0, 0, 3, 3, 0)),
    Case("file renamed", LIST, {"b.txt": LIST["a.txt"]}, (0, 0, 0, 3, 3, 0)),
    Case(
        "file renamed and an article corrected",
        LIST,
        {"b.txt": page(corrected(HARBOUR), LAKE, SCHOOL)},
        (0, 1, 0, 2, 2, 0),
    ),
    Case(
        "Markdown file renamed and a figure corrected",
        {"a.md": markdown(HARBOUR), "b.md": markdown(LAKE)},
        {"c.md": markdown((HARBOUR[0], HARBOUR[1].replace("12", "13"), DAY)), "b.md": markdown(LAKE)},
        (0, 1, 0, 1, 0, 0),
    ),
    Case(
        "page split into two files",
        LIST,
        {"a.txt": page(HARBOUR), "b.txt": page(LAKE, SCHOOL)},
        (0, 0, 0, 3, 2, 0),
    ),
    Case(
        "two files merged",
        {"a.txt": page(HARBOUR), "b.txt": page(LAKE, SCHOOL)},
        {"a.txt": page(LAKE, SCHOOL, HARBOUR)},
        (0, 0, 0, 3, 2, 0),
    ),
    Case("page converted to JSON lines", LIST, ROWS, (0, 0, 0, 3, 3, 0)),
    Case(
        "of two with one title one corrected",
        TWINS,
        {"a.txt": page(titled(HARBOUR, "简讯"), corrected(titled(LAKE, "简讯")), SCHOOL)},
        (0, 1, 0, 2, 0, 0),
    ),
    Case(
        "two with one title swapped and corrected",
        TWINS,
        {"a.txt": page(corrected(titled(LAKE, "简讯")), corrected(titled(HARBOUR, "简讯")), SCHOOL)},
        (0, 2, 0, 1, 0, 0),
    ),
    Case("article inserted at the top", LIST, {"a.txt": page(RICE, HARBOUR, LAKE, SCHOOL)}, (1, 0, 0, 3, 0, 0)),
    Case(
        "article inserted at the top and the last corrected",
        LIST,
        {"a.txt": page(RICE, HARBOUR, LAKE, corrected(SCHOOL))},
        (1, 1, 0, 2, 0, 0),
    ),
    Case("two swapped", LIST, {"a.txt": page(LAKE, HARBOUR, SCHOOL)}, (0, 0, 0, 3, 0, 0)),
    Case("one in the middle removed", ROWS, {"a.jsonl": row(HARBOUR) + row(SCHOOL)}, (0, 0, 1, 2, 0, 0)),
    Case("one replaced by another", LIST, {"a.txt": page(HARBOUR, RICE, SCHOOL)}, (1, 0, 1, 2, 0, 0)),
    Case(
        "a daily column goes on",
        {"a.txt": page(HARBOUR, LAKE, DAILY)},
        {"a.txt": page(NEXT_DAILY, HARBOUR, LAKE)},
        (1, 0, 1, 2, 0, 0),
    ),
    Case(
        "a report of another company from the same form",
        {"a.txt": page(HARBOUR, FORM)},
        {"a.txt": page(HARBOUR, FORM_OF_ANOTHER)},
        (1, 0, 1, 1, 0, 0),
    ),
    Case(
        "everything changed under an id",
        NAMED,
        {"b.jsonl": row(RICE, "h"), "a.jsonl": row(LAKE, "l")},
        (0, 1, 0, 1, 0, 0),
    ),
    Case(
        "ids added",
        ROWS,
        {"a.jsonl": row(HARBOUR, "h") + row(LAKE, "l") + row(SCHOOL, "s")},
        (0, 0, 0, 3, 0, 0),
    ),
    Case("ids taken away", NAMED, {"a.jsonl": row(HARBOUR) + row(LAKE)}, (0, 0, 0, 2, 0, 0)),
    Case("id changed", NAMED, {"a.jsonl": row(HARBOUR, "port") + row(LAKE, "l")}, (0, 0, 0, 2, 0, 0)),
    Case(
        "id added and body corrected",
        ROWS,
        {"a.jsonl": row(corrected(HARBOUR), "h") + row(LAKE) + row(SCHOOL)},
        (0, 1, 0, 2, 0, 0),
    ),
    Case(
        "id changed and body corrected",
        NAMED,
        {"a.jsonl": row(corrected(HARBOUR), "port") + row(LAKE, "l")},
        (1, 0, 1, 1, 0, 0),
    ),
    Case("two ids exchanged", NAMED, {"a.jsonl": row(LAKE, "h") + row(HARBOUR, "l")}, (0, 2, 0, 0, 0, 0)),
    Case("Markdown file replaced", {"a.md": markdown(HARBOUR)}, {"a.md": markdown(LAKE)}, (1, 0, 1, 0, 0, 0)),
    Case(
        "Markdown file rewritten under its title",
        {"a.md": markdown(HARBOUR)},
        {"a.md": markdown((HARBOUR[0], LAKE[1], "2025-07-21"))},
        (0, 1, 0, 0, 0, 0),
    ),
    Case(
        "Markdown file half rewritten under another title",
        {"a.md": markdown(HARBOUR)},
        {"a.md": markdown(rewritten(titled(HARBOUR, "港口")))},
        (0, 1, 0, 0, 0, 0),
    ),
    Case(
        "file broken", {**LIST, "b.md": markdown(RICE)}, {"a.txt": BROKEN, "b.md": markdown(RICE)}, (0, 0, 0, 1, 0, 3)
    ),
    Case("file emptied", {**LIST, "b.md": markdown(RICE)}, {"a.txt": "", "b.md": markdown(RICE)}, (0, 0, 0, 1, 0, 3)),
    Case("line broken", ROWS, {"a.jsonl": row(HARBOUR) + row(LAKE)[:-9] + "\n" + row(SCHOOL)}, (0, 0, 0, 2, 0, 1)),
    Case(
        "line broken and an article appended",
        ROWS,
        {"a.jsonl": row(HARBOUR) + row(LAKE)[:-9] + "\n" + row(SCHOOL) + row(RICE)},
        (1, 0, 0, 2, 0, 1),
    ),
    Case(
        "file broken and its articles put into another, one corrected",
        LIST,
        {"a.txt": BROKEN, "b.txt": page(corrected(HARBOUR), LAKE)},
        (1, 0, 0, 1, 1, 2),
    ),
    Case(
        "folder unreadable",
        {"news/2025/a.txt": page(HARBOUR, LAKE), "b.md": markdown(RICE)},
        {"news": Path("news"), "b.md": markdown(RICE)},
        (0, 0, 0, 1, 0, 2),
    ),
    Case(
        "file beside a broken one deleted",
        {"a.txt": page(HARBOUR), "a.txt.d/b.md": markdown(LAKE)},
        {"a.txt": BROKEN},
        (0, 0, 1, 0, 0, 1),
    ),
    Case("file deleted", {**LIST, "b.md": markdown(RICE)}, {"b.md": markdown(RICE)}, (0, 0, 3, 1, 0, 0)),
    Case("everything deleted", LIST, {}, (0, 0, 3, 0, 0, 0)),
    Case("first load", {}, LIST, (3, 0, 0, 0, 0, 0)),
    Case(
        "article copied", {"b.md": markdown(RICE)}, {"b.md": markdown(RICE), "c.md": markdown(RICE)}, (0, 0, 0, 1, 0, 0)
    ),
    Case(
        "copy before the original",
        {"b.md": markdown(RICE)},
        {"a.md": markdown(RICE), "b.md": markdown(RICE)},
        (0, 0, 0, 1, 1, 0),
    ),
    Case(
        "article copied and the copy corrected",
        {"b.md": markdown(RICE)},
        {"a.md": markdown(corrected(RICE)), "b.md": markdown(RICE)},
        (1, 0, 0, 1, 0, 0),
    ),
    Case(
        "many at a time",
        {"a.txt": page(HARBOUR, LAKE, SCHOOL), "b.txt": page(RICE, MUSEUM)},
        {"a.txt": page(TRAIN, corrected(HARBOUR), SCHOOL), "c.txt": page(LAKE), "b.txt": page(MUSEUM)},
        (1, 1, 1, 3, 1, 0),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_an_operator_does(tmp_path: Path, case: Case) -> None:
    """Subscribers are told of what is new and corrected: an edit must count as what the operator meant by it."""
    (_, _), (snapshot, delta) = history(tmp_path / "corpus", case.before, case.after)
    candidates = load(tmp_path / "corpus")
    assert counts(delta) == case.expected
    assert len(snapshot.articles) == len(candidates.articles) + len(delta.kept)
    again, nothing = diff(snapshot, candidates)
    assert again == snapshot
    assert nothing.is_empty


def test_the_cases_are_told_apart() -> None:
    """Two cases of one name would hide which one fails."""
    assert len({case.name for case in CASES}) == len(CASES) >= 20


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.expected[0] == case.expected[2] == 0], ids=lambda case: case.name
)
def test_who_is_known_keeps_the_key(tmp_path: Path, case: Case) -> None:
    """Chat buttons and stored answers name an article by its key, long after it was corrected or moved."""
    (before, _), (after, _) = history(tmp_path / "corpus", case.before, case.after)
    assert {article.key for article in before.articles} == {article.key for article in after.articles}


def test_a_correction_shows_both_versions_of_one_article(tmp_path: Path) -> None:
    """The alert quotes the old and the new text, and they must be the same article's."""
    _, (_, delta) = history(tmp_path / "corpus", LIST, {"a.txt": page(RICE, HARBOUR, corrected(LAKE), SCHOOL)})
    (correction,) = delta.corrected
    assert (correction.before.body, correction.after.body) == (LAKE[1], corrected(LAKE)[1])
    assert correction.before.key == correction.after.key
    assert [str(correction.before.origin), str(correction.after.origin)] == ["a.txt:6", "a.txt:10"]


def test_of_two_with_one_title_each_is_paired_with_its_own(tmp_path: Path) -> None:
    """A title that stands twice in a file names neither; the text does."""
    after: Files = {"a.txt": page(corrected(titled(LAKE, "简讯")), corrected(titled(HARBOUR, "简讯")), SCHOOL)}
    _, (_, delta) = history(tmp_path / "corpus", TWINS, after)
    assert [(one.before.body, one.after.body) for one in delta.corrected] == [
        (LAKE[1], corrected(LAKE)[1]),
        (HARBOUR[1], corrected(HARBOUR)[1]),
    ]


def test_the_most_alike_is_the_one_that_was_corrected(tmp_path: Path) -> None:
    """Of two versions that took the place of one, the nearer continues it, and the other is new."""
    farther = (RICE[0], f"据报道，{corrected(RICE)[1]}", DAY)
    after: Files = {"b.md": markdown(farther), "c.md": markdown(corrected(RICE))}
    _, (_, delta) = history(tmp_path / "corpus", {"a.md": markdown(RICE)}, after)
    assert counts(delta) == (1, 1, 0, 0, 0, 0)
    assert delta.corrected[0].after.origin.path == "c.md"


def test_articles_on_one_line_have_an_order(tmp_path: Path) -> None:
    """A list that a program wrote may be a single line; the tenth stands between the ninth and the eleventh."""
    bodies = [chr(0x4E00 + number) * 40 for number in range(12)]
    before: Files = {"a.json": json.dumps([{"text": body} for body in bodies])}
    bodies[9] = bodies[9][:25] + "改" * 15
    _, (_, delta) = history(tmp_path / "corpus", before, {"a.json": json.dumps([{"text": body} for body in bodies])})
    assert counts(delta) == (0, 1, 0, 11, 0, 0)


def test_of_two_that_say_the_same_the_one_in_the_place_stays(tmp_path: Path) -> None:
    """A kept article may say what another says now; the two must not exchange their keys at a later reload."""
    broken = row(RICE)[:-9] + "\n"
    _, (second, _), (third, delta) = history(
        tmp_path / "corpus",
        {"a.jsonl": row(LAKE) + row(HARBOUR, "h")},
        {"a.jsonl": broken + row(LAKE, "h")},
        {"a.jsonl": broken + row(LAKE)},
    )
    assert counts(delta) == (0, 0, 0, 1, 0, 1)
    assert delta.kept == second.articles[:1]
    assert [article.key for article in third.articles] == [article.key for article in second.articles]


def test_what_is_kept_stays_as_it_was(tmp_path: Path) -> None:
    """A file that broke must cost no reader its articles."""
    (before, _), (after, delta) = history(tmp_path / "corpus", LIST, {"a.txt": BROKEN, "b.md": markdown(RICE)})
    assert delta.kept == before.articles == after.articles[:3]
    assert [article.origin.path for article in after.articles] == ["a.txt", "a.txt", "a.txt", "b.md"]


def test_a_repaired_file_changes_nothing(tmp_path: Path) -> None:
    """Between the slip and its repair nothing was removed, so nothing is new afterwards."""
    (before, _), _, (after, delta) = history(tmp_path / "corpus", LIST, {"a.txt": BROKEN}, LIST)
    assert counts(delta) == (0, 0, 0, 3, 0, 0)
    assert after == before


def test_an_article_that_comes_back_has_its_key_again(tmp_path: Path) -> None:
    """Old buttons that named it work again, wherever it stands now."""
    (first, _), (second, _), (third, delta) = history(
        tmp_path / "corpus",
        {"a.txt": page(HARBOUR, LAKE)},
        {"a.txt": page(HARBOUR)},
        {"a.txt": page(HARBOUR), "b.txt": page(LAKE)},
    )
    assert counts(delta) == (1, 0, 0, 1, 0, 0)
    assert keys(third) == keys(first)
    assert second.retired == {first.articles[1].digest: first.articles[1].key}
    assert third.retired == {}


def test_a_new_article_in_the_place_of_a_removed_one_has_another_key(tmp_path: Path) -> None:
    """A button for the removed article must not open the new one, although both have the id `a#1`."""
    states: list[Files] = [{"a.txt": page(text)} for text in (HARBOUR, LAKE, SCHOOL, HARBOUR)]
    (first, _), (second, _), (third, _), (fourth, _) = history(tmp_path / "corpus", *states)
    assert first.articles[0].key == article_key("a#1")
    assert second.articles[0].key == article_key("a#1\0" + "2")
    assert third.articles[0].key == article_key("a#1\0" + "3")
    assert fourth.articles[0].key == first.articles[0].key


def test_an_article_inserted_takes_no_key_of_those_below(tmp_path: Path) -> None:
    """Ids made from places shift; keys that are in use must not."""
    (before, _), (after, _) = history(tmp_path / "corpus", LIST, {"a.txt": page(RICE, HARBOUR, LAKE, SCHOOL)})
    assert [article.id for article in after.articles] == ["a#1", "a#2", "a#3", "a#4"]
    assert {**keys(after), **keys(before)} == keys(after)
    assert keys(after)["早稻收割"] == article_key("a#1\0" + "2")


def test_an_id_given_again_is_the_same_article(tmp_path: Path) -> None:
    """The source says by the id that it is the one which was removed, whatever it says now."""
    (first, _), _, (third, delta) = history(
        tmp_path / "corpus", NAMED, {"a.jsonl": row(LAKE, "l")}, {"a.jsonl": row(LAKE, "l") + row(RICE, "h")}
    )
    assert counts(delta) == (1, 0, 0, 1, 0, 0)
    assert keys(third)["早稻收割"] == keys(first)["港区二期开工"]
    assert third.retired == {}


def test_an_id_given_to_another_while_its_article_lives_makes_a_new_key(tmp_path: Path) -> None:
    """The article whose id changed keeps its key, so the one that has its old id now can't get that."""
    (before, _), (after, _) = history(
        tmp_path / "corpus", {"a.jsonl": row(HARBOUR, "h")}, {"a.jsonl": row(HARBOUR, "port")}
    )
    assert keys(after) == keys(before)
    later, delta = diff(after, edit(tmp_path / "corpus", {"a.jsonl": row(HARBOUR, "port") + row(RICE, "h")}))
    assert counts(delta) == (1, 0, 0, 1, 0, 0)
    assert keys(later)["早稻收割"] == article_key("h\0" + "2")


def test_a_notice_keeps_nothing(tmp_path: Path) -> None:
    """A second copy in a file is no damage to it: what else is taken out of the file is removed."""
    after: Files = {"a.txt": page(HARBOUR, LAKE), "b.txt": page(HARBOUR)}
    _, (_, delta) = history(tmp_path / "corpus", {"a.txt": page(HARBOUR, LAKE), "b.txt": page(SCHOOL)}, after)
    assert counts(delta) == (0, 0, 1, 2, 0, 0)


def test_a_fault_of_the_whole_corpus_keeps_all() -> None:
    """The loader calls the folder that it was given `.`, and every article is below it."""
    published, _ = diff(Snapshot(), Candidates((made("a", 1, "", "停水。", None, ""),), (), ()))
    _, delta = diff(published, Candidates((), (Fault(code=FaultCode.UNREADABLE, path=".", line=0),), ()))
    assert counts(delta) == (0, 0, 0, 0, 0, 1)


SENTENCES = [HARBOUR[1], LAKE[1], SCHOOL[1], RICE[1], "停水。", "停电。"]
Made: TypeAlias = tuple[str, str, str, datetime.date | None, str]


def made(path: str, number: int, title: str, body: str, date: datetime.date | None, name: str) -> Article:
    """Make the article that the loader would make of the so many-th block of a page or line of a file."""
    origin = Origin(f"{path}.jsonl", number)
    sections = (Section("", (Paragraph(1, body),)),)
    return Article(
        id=name or f"{path}#{number}", title=title, date=date, sections=sections, origin=origin, is_named=bool(name)
    )


def as_loaded(parts: list[Made], faulty: frozenset[str]) -> Candidates:
    """Number the articles through their files, and leave out doubles, as the loader does."""
    numbers: Counter[str] = Counter()
    found: dict[str, Article] = {}
    digests = set()
    for path, title, body, date, name in sorted(parts, key=lambda part: part[0]):
        numbers[path] += 1
        article = made(path, numbers[path], title, body, date, name)
        if article.id not in found and article.digest not in digests:
            found[article.id] = article
            digests.add(article.digest)
    faults = tuple(Fault(code=FaultCode.BAD_JSON, path=f"{path}.jsonl", line=1) for path in sorted(faulty))
    return Candidates(tuple(found.values()), faults, ())


part = st.tuples(
    st.sampled_from(["a", "b", "b/c"]),
    st.sampled_from(["", "简讯", "通知"]),
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map("".join),
    st.sampled_from([None, datetime.date(2025, 7, 19)]),
    st.sampled_from(["", "", "", "x", "y", "z"]),
)
corpora = st.builds(
    as_loaded, st.lists(part, max_size=8), st.frozensets(st.sampled_from(["a", "b", "b/c"]), max_size=2)
)
histories = st.lists(corpora, min_size=1, max_size=4)


def published(states: list[Candidates]) -> Snapshot:
    """Publish one after another."""
    snapshot = Snapshot()
    for candidates in states:
        snapshot, _ = diff(snapshot, candidates)
    return snapshot


@given(histories)
def test_nothing_changed_is_no_change(states: list[Candidates]) -> None:
    """A reload of the same files must alert nobody."""
    snapshot = published(states)
    again, delta = diff(snapshot, Candidates(snapshot.articles, (), ()))
    assert counts(delta) == (0, 0, 0, len(snapshot.articles), 0, 0)
    assert again == snapshot


@given(histories, corpora)
def test_each_candidate_is_published_once(states: list[Candidates], candidates: Candidates) -> None:
    """What stands in the files is what readers get, no more and no less, besides what is kept."""
    snapshot, delta = diff(published(states), candidates)
    found = Counter(replace(article, key="-") for article in snapshot.articles)
    assert found == Counter(replace(article, key="-") for article in (*candidates.articles, *delta.kept))


@given(histories, corpora)
def test_each_article_has_one_fate(states: list[Candidates], candidates: Candidates) -> None:
    """The numbers that operators see must add up, on the side of the files and on that of the readers."""
    previous = published(states)
    _, delta = diff(previous, candidates)
    stays = len(delta.corrected) + delta.unchanged
    assert len(delta.added) + stays == len(candidates.articles)
    assert len(delta.removed) + len(delta.kept) + stays == len(previous.articles)
    assert delta.moved <= delta.unchanged


@given(histories, corpora)
def test_a_key_is_one_articles_for_ever(states: list[Candidates], candidates: Candidates) -> None:
    """A key in an old button opens its article or none, never another."""
    previous = published(states)
    snapshot, delta = diff(previous, candidates)
    living = [article.key for article in snapshot.articles]
    assert len(set(living)) == len(living)
    assert set(living).isdisjoint(snapshot.retired.values())
    assert {article.key for article in delta.removed} <= set(snapshot.retired.values()) | set(living)
    known = {article.key for article in previous.articles} | set(previous.retired.values())
    for article in delta.added:
        is_back = previous.retired.get(article.digest) == article.key
        assert is_back or article.is_named or article.key not in known


@given(histories, corpora)
def test_an_id_that_the_source_gave_decides(states: list[Candidates], candidates: Candidates) -> None:
    """The source knows best which article is which."""
    previous = published(states)
    before = {article.id: article.key for article in previous.articles if article.is_named}
    for article in diff(previous, candidates)[0].articles:
        if article.is_named and article.id in before:
            assert article.key == before[article.id]


@given(histories, corpora, st.randoms())
def test_the_order_of_the_published_articles_does_not_matter(
    states: list[Candidates], candidates: Candidates, chance: random.Random
) -> None:
    """The store hands them over in any order."""
    previous = published(states)
    shuffled = chance.sample(previous.articles, len(previous.articles))
    assert diff(Snapshot(tuple(shuffled), previous.retired), candidates) == diff(previous, candidates)


@given(histories, corpora)
def test_a_second_time_nothing_changes(states: list[Candidates], candidates: Candidates) -> None:
    """Two processes that reload one after the other must come to the same state, and alert once."""
    snapshot, _ = diff(published(states), candidates)
    again, delta = diff(snapshot, candidates)
    assert delta.is_empty
    assert again == snapshot


@given(histories)
def test_articles_stand_in_file_order(states: list[Candidates]) -> None:
    """Lists of articles are shown as they are, kept ones among the others."""
    places = [(article.origin.path, article.origin.line) for article in published(states).articles]
    assert places == sorted(places)
