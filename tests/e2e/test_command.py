"""The command itself, as a process: what scripts read, what people see, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.library import Library
    from tests.conftest import WriteArticles

GOLD = ROOT / "tests" / "gold" / "sample.jsonl"
QUESTION = "宝钢黄石新港首期工程哪年建成投产？"
ANSWER_KEYS = [
    *("question", "answered", "answer", "span", "confidence", "reason", "code", "missing"),
    *("unanswered", "citations", "nearest", "notes"),
]
CITATION_KEYS = [
    *("article", "title", "date", "section", "paragraph", "quote", "start", "end", "spans", "place"),
    *("event", "status", "old_news", "twins"),
]
Finished: TypeAlias = subprocess.CompletedProcess[str]


class Command:
    """`chuwen` with a cache of the tests' own, in Chinese whatever the machine speaks."""

    def __init__(self, cache: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHUWEN", "LC_", "LANG"))}
        self.environment = kept | {"CHUWEN_CACHE": str(cache), "CHUWEN_LANGUAGE": "zh", "LANG": "C.UTF-8"}

    def __call__(self, *arguments: str | bytes | Path, typed: str | bytes = "", **environment: str) -> Finished:
        """Run to the end; no run may ever show a traceback, or wait for what is not there."""
        finished = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=typed.encode() if isinstance(typed, str) else typed,
            capture_output=True,
            cwd=ROOT,
            env=self.environment | environment,
            timeout=60,
        )
        out, err = finished.stdout.decode(), finished.stderr.decode()
        assert "Traceback" not in err + out, err
        return Finished(finished.args, finished.returncode, out, err)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start, with pipes that stay open."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=self.environment,
            encoding="utf-8",
        )


@pytest.fixture(scope="session")
def chuwen(cache: Path, sample: Library) -> Command:
    """The command, with the sample's library built already."""
    assert sample.articles
    return Command(cache)


def records(finished: Finished) -> list[dict[str, Any]]:
    """The JSON lines that were printed."""
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in finished.stdout.rstrip("\n").split("\n")]


def stop(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Press Ctrl-C; the exit code and what was said."""
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    return process.returncode, err


# ask


def test_ask_shows_the_sentence_and_its_source(chuwen: Command) -> None:
    """This is what the program is for."""
    finished = chuwen("ask", QUESTION, "--force")
    assert finished.returncode == 0
    quote, empty, source, place = finished.stdout.rstrip("\n").split("\n")
    assert "2018" in quote
    assert empty == ""
    assert source.startswith("[1] ")
    assert "huangshi-baogang-2024.md:1" in place


def test_ask_says_nothing_on_standard_error(chuwen: Command) -> None:
    """Whoever pipes one wants only answers; a library that is ready needs no progress."""
    assert chuwen("ask", QUESTION).stderr == ""


def test_ask_json_has_exactly_the_promised_fields(chuwen: Command) -> None:
    """Scripts rely on them, and on their order in logs."""
    (record,) = records(chuwen("ask", QUESTION, "--json", "--force"))
    assert list(record) == ANSWER_KEYS
    assert [list(citation) for citation in record["citations"]] == [CITATION_KEYS] * len(record["citations"])
    assert (record["question"], record["answered"], record["reason"], record["code"]) == (QUESTION, True, None, None)
    assert (record["missing"], record["nearest"], record["notes"]) == ([], [], [])
    assert 0 <= record["confidence"] <= 1


def test_ask_json_tells_when_that_was_and_how_far_it_has_come(chuwen: Command) -> None:
    """A fact of 2018 in an article of 2025 is no fact of 2025; what is only near has a time, too."""
    (record,) = records(chuwen("ask", QUESTION, "--json", "--force"))
    (citation,) = record["citations"]
    assert citation["event"] == {"from": "2018", "to": "2018", "inferred": False}
    assert (citation["status"], citation["old_news"]) == ("done", True)
    (refused,) = records(chuwen("ask", "宝钢黄石新港二期投产后年产量是多少万吨？", "--json"))
    assert [list(citation) for citation in refused["nearest"]] == [CITATION_KEYS] * len(refused["nearest"])


def test_ask_json_of_a_refusal_has_the_same_fields(chuwen: Command) -> None:
    """A script should not need two readers."""
    (record,) = records(chuwen("ask", "武汉今天会下雨吗？", "--json"))
    assert list(record) == ANSWER_KEYS
    assert (record["answered"], record["answer"], record["span"], record["citations"]) == (False, None, None, [])
    assert record["code"] == "not-in-articles"
    assert record["reason"]


def test_ask_json_quotes_can_be_found_by_their_offsets(chuwen: Command) -> None:
    """Offsets count characters of the paragraph that `search` shows."""
    (record,) = records(chuwen("ask", QUESTION, "--json", "--force"))
    (found,) = records(chuwen("search", QUESTION, "--json"))
    texts = {(hit["article"], hit["paragraph"]): hit["text"] for hit in found["hits"]}
    for citation in record["citations"]:
        text = texts[citation["article"], citation["paragraph"]]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert all(citation["start"] <= left < right <= citation["end"] for left, right in citation["spans"])
    assert record["answer"] == "\n".join(citation["quote"] for citation in record["citations"])


def test_force_answers_what_would_be_refused(chuwen: Command) -> None:
    """Measuring needs an answer to everything."""
    assert records(chuwen("ask", "宝钢 武汉 今天天气怎么样", "--json"))[0]["answered"] is False
    assert records(chuwen("ask", "宝钢 武汉 今天天气怎么样", "--json", "--force"))[0]["answered"] is True


def test_lines_are_answered_in_order(chuwen: Command) -> None:
    """Line n of the output belongs to line n of the input, empty and odd ones too."""
    lines = [QUESTION, "", "   ", "武汉今天会下雨吗？", "???", "宜\t昌\u2028磷石膏", "襄城區有多少人？", QUESTION]
    found = records(chuwen("ask", "--json", typed="\n".join(lines)))
    assert [record["question"] for record in found] == lines
    assert [record["code"] for record in found[1:3]] == ["empty-question"] * 2
    assert found[0] == found[-1]


def test_windows_line_ends_are_no_part_of_a_question(chuwen: Command) -> None:
    """Files come from everywhere."""
    assert [r["question"] for r in records(chuwen("ask", "--json", typed="甲\r\n乙\r\n"))] == ["甲", "乙"]


def test_no_input_is_no_question(chuwen: Command) -> None:
    """An empty file has no answers."""
    finished = chuwen("ask", "--json", typed="")
    assert (finished.returncode, finished.stdout) == (0, "")


def test_each_answer_is_there_before_the_next_question(chuwen: Command) -> None:
    """A program that asks in turn would wait for ever."""
    with chuwen.start("ask", "--json") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in (QUESTION, "你好", "宜昌消耗了多少磷石膏？"):
            process.stdin.write(f"{question}\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"] == question
        process.stdin.close()
        assert process.wait(30) == 0


def test_each_text_answer_is_there_before_the_next_question(chuwen: Command) -> None:
    """The same for whoever reads text."""
    with chuwen.start("ask", "--force") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(f"{QUESTION}\n")
            process.stdin.flush()
            lines = [process.stdout.readline() for _ in range(6)]  # question, quote, blank, source, place, blank
            assert (lines[0], lines[3][:4]) == (f"问：{QUESTION}\n", "[1] ")
        process.stdin.close()
        assert process.wait(30) == 0


def test_bytes_that_are_no_text_are_answered(chuwen: Command) -> None:
    """A line cut in the middle of a character costs only itself."""
    found = records(chuwen("ask", "--json", typed=b"\xe5\xae\n\xff\xfe\n" + QUESTION.encode()))
    assert [record["question"] for record in found][1:] == ["��", QUESTION]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_argument_that_is_no_text_is_answered(chuwen: Command, options: tuple[str]) -> None:
    """Terminals in another encoding send such."""
    assert chuwen("ask", "宜昌".encode() + b"\xff", *options).returncode == 0


def test_a_question_of_100000_characters_is_answered(chuwen: Command) -> None:
    """Somebody pastes a book."""
    started = time.monotonic()
    (record,) = records(chuwen("ask", "--json", typed=QUESTION + "宜昌磷石膏" * 20_000))
    assert len(record["question"]) > 100_000
    assert time.monotonic() - started < 60


def test_marks_that_mean_something_elsewhere_mean_nothing(chuwen: Command) -> None:
    """Markup, formats and options are questions like any other when they come on standard input."""
    lines = ["--", "-", "[bold]宜昌[/bold]", "[/]", ":smile: 宜昌", "%s {x} 宜昌", "'\";--", "\x1b[31m宜昌"]
    assert chuwen("ask", typed="\n".join(lines)).returncode == 0


def test_an_english_question_gets_an_english_refusal(chuwen: Command) -> None:
    """People are answered in their language, whatever the setting."""
    (record,) = records(chuwen("ask", "xylophone zzgljk", "--json"))
    assert record["reason"].isascii() or "Sorry" in record["reason"]


def test_a_traditional_question_gets_a_traditional_refusal(chuwen: Command) -> None:
    """In the script they write."""
    (record,) = records(chuwen("ask", "武漢今天會下雨嗎？", "--json"))
    assert "這" in record["reason"]


def test_ask_json_notes_what_a_question_limits_itself_to(chuwen: Command) -> None:
    """A month counts from the day that is given."""
    (record,) = records(
        chuwen("ask", "最近发布的，宜昌消耗了多少磷石膏？", "--today", "2025-07-20", "--json", "--force")
    )
    assert record["notes"] == [{"code": "limited", "text": "已限定：2025-06-20 以后发布"}]
    assert record["citations"]


@pytest.mark.parametrize("command", ["ask", "search"])
def test_the_clock_is_asked_where_no_day_is_given(chuwen: Command, command: str) -> None:
    """Nobody else knows what 今天 is; the articles are older."""
    (record,) = records(chuwen(command, "今天发布的，磷石膏用量", "--json"))
    assert [note["code"] for note in record["notes"]] == ["other-dates"]


def test_a_bad_time_zone_ends_with_2(chuwen: Command) -> None:
    """One line that names it, before anything is built."""
    finished = chuwen("ask", "甲", CHUWEN_TIMEZONE="Asia/Wuhan", CHUWEN_CORPUS="/nowhere")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith("CHUWEN_TIMEZONE: ")
    assert len(finished.stderr.splitlines()) == 1


# search, eval, check


def test_search_lists_the_best_paragraphs(chuwen: Command) -> None:
    """Best first, k of them, each with what names it."""
    (record,) = records(chuwen("search", "宜昌 磷石膏", "-k", "3", "--json"))
    assert list(record) == ["question", "hits", "notes"]
    assert [list(hit) for hit in record["hits"]] == [["article", "paragraph", "score", "text"]] * 3
    assert record["hits"] == sorted(record["hits"], key=lambda hit: -hit["score"])


def test_search_shows_text_and_place(chuwen: Command) -> None:
    """A person opens the file there."""
    finished = chuwen("search", "宜昌 磷石膏", "-k", "2")
    assert finished.returncode == 0
    assert len(finished.stdout.rstrip("\n").split("\n")) == 4
    assert "yichang-linshigao-2019.md:1 §" in finished.stdout


def test_search_lists_twenty_by_default(chuwen: Command) -> None:
    """As many as recall is measured at."""
    assert len(records(chuwen("search", "湖北 企业 项目 发展", "--json"))[0]["hits"]) == 20


def test_search_without_words_finds_nothing(chuwen: Command) -> None:
    """No words is no error."""
    assert records(chuwen("search", "？", "--json")) == [{"question": "？", "hits": [], "notes": []}]


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Two questions with an answer, and two without."""
    file = tmp_path / "gold.jsonl"
    file.write_text("".join(GOLD.read_text("utf-8").splitlines(keepends=True)[28:32]), "utf-8")
    return file


def test_eval_prints_every_figure(chuwen: Command, few: Path) -> None:
    """A script compares them between versions."""
    from dataclasses import fields

    from retrieval.evaluation.evaluate import EvaluationReport

    (figures,) = records(chuwen("eval", few, "--json"))
    assert list(figures) == [field.name for field in fields(EvaluationReport)]
    assert (figures["questions"], figures["answerable"], figures["unanswerable"]) == (4, 2, 2)
    assert len(chuwen("eval", few).stdout.rstrip("\n").split("\n")) == len(figures)


def test_explain_tells_what_led_to_the_answer(chuwen: Command) -> None:
    """Whoever wonders why finds where it went wrong."""
    finished = chuwen("explain", "宝钢黄石新港二期的总投资是多少？")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "缺少：总投资" in finished.stdout


def test_explain_json_is_an_object_a_question(chuwen: Command) -> None:
    """Line n of the output belongs to line n of the input, and ends with what `ask` says."""
    lines = [QUESTION, "", "武汉今天会下雨吗？"]
    found = records(chuwen("explain", "--json", typed="\n".join(lines)))
    answers = records(chuwen("ask", "--json", typed="\n".join(lines)))
    assert [{"question": record["question"]} | record["result"] for record in found] == answers


def test_eval_draws_a_picture_beside_its_figures(chuwen: Command, few: Path, tmp_path: Path) -> None:
    """The figures are the same."""
    picture = tmp_path / "图 1.svg"
    assert records(chuwen("eval", few, "--json", "--plot", picture)) == records(chuwen("eval", few, "--json"))
    assert "4 个问题，其中 2 个有答案" in picture.read_text("utf-8")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["gold.jsonl", "图 1.svg"]


def test_a_picture_that_cannot_be_written_ends_with_3(chuwen: Command, few: Path) -> None:
    """One line that names it, before anything is asked."""
    finished = chuwen("eval", few, "--plot", "/nowhere/picture.svg")
    assert (finished.returncode, finished.stdout) == (3, "")
    assert finished.stderr.startswith("/nowhere/picture.svg: ")
    assert len(finished.stderr.splitlines()) == 1


def test_check_of_a_clean_corpus_ends_well(chuwen: Command) -> None:
    """0 lets a pipeline go on."""
    finished = chuwen("check")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "10" in finished.stdout


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """One good line, and one broken."""
    folder = tmp_path / "有 问题"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"title": "甲", "text": "银岭路全长300米。"}\n{"text": 5}\n', "utf-8")
    return folder


def test_check_names_path_and_line(chuwen: Command, faulty: Path) -> None:
    """Editors jump to it; 1 stops a pipeline."""
    finished = chuwen("check", faulty)
    assert finished.returncode == 1
    assert finished.stdout.startswith("a.jsonl:2: ")


def test_check_json_tells_the_same(chuwen: Command, faulty: Path) -> None:
    """Codes for programs, messages for people."""
    finished = chuwen("check", faulty, "--json")
    assert finished.returncode == 1
    told = json.loads(finished.stdout)
    assert list(told)[:3] == ["articles", "paragraphs", "faults"]
    assert (told["generation"], len(told["new"]), told["removed"]) == (0, told["articles"], [])
    assert (told["articles"], told["paragraphs"]) == (1, 1)
    (fault,) = told["faults"]
    assert {name: fault[name] for name in ("code", "path", "line")} == {
        "code": "bad-field",
        "path": "a.jsonl",
        "line": 2,
    }
    assert fault["message"].startswith("a.jsonl:2: ")


def test_a_faulty_corpus_still_answers(chuwen: Command, faulty: Path) -> None:
    """One bad line costs only itself; that it is left out is told beside the answer."""
    for _ in range(2):  # built, then from the cache
        finished = chuwen("ask", "银岭路有多长？", "--json", "--force", "--corpus", faulty)
        assert records(finished)[0]["span"] == "300米"
        assert "chuwen check" in finished.stderr


# run


def test_run_answers_what_is_piped(chuwen: Command) -> None:
    """The chat works without a terminal: answer, original, help, farewell."""
    finished = chuwen("run", typed="宜昌今天天气怎么样\n宝钢黄石公司有多少亿元的投资？\n1\n999\n帮助\n退出\n不再回答\n")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "[1] " in finished.stdout
    assert "999" in finished.stdout
    assert "看该来源所在的一节原文" in finished.stdout
    assert finished.stdout.rstrip().endswith("再见。")
    assert "不再回答" not in finished.stdout


def test_a_source_number_shows_the_original(chuwen: Command) -> None:
    """The whole section around the quote, so that it can be judged."""
    finished = chuwen("run", typed=f"{QUESTION}\n1\n")
    answer, original = finished.stdout.split("huangshi-baogang-2024.md:1", 1)
    assert "2018" in answer
    assert "宝钢" in original
    assert len(original) > 100


@pytest.mark.parametrize("typed", ["", "\n\n  \n1\n" + QUESTION, "\xff\n", "/start\nexit"])
def test_run_ends_with_its_input(chuwen: Command, typed: str) -> None:
    """A pipe that ends is a person who left."""
    finished = chuwen("run", typed=typed.encode("latin-1") if typed == "\xff\n" else typed)
    assert finished.returncode == 0
    assert finished.stdout.startswith("楚问已就绪：10 篇文章")


def test_run_speaks_the_askers_language(chuwen: Command) -> None:
    """From the first question on."""
    assert "Goodbye." in chuwen("run", typed="help\nquit\n").stdout


# how it ends


@pytest.mark.parametrize(
    "arguments",
    [(), ("fly",), ("ask", "--unknown"), ("ask", "甲", "乙"), ("eval",), ("search", "-k", "0"), ("search", "-k", "x")]
    + [("eval", "x.jsonl", "--plot", name) for name in ("picture.png", "picture", ".svg", "")]
    + [("ask", "甲", "--today", day) for day in ("7月19日", "2025-02-30", "2025-7-1", "20250719", "2025-W29-6")],
)
def test_wrong_arguments_end_with_2(chuwen: Command, arguments: tuple[str, ...]) -> None:
    """One line that leads to the help, and no names from the source."""
    finished = chuwen(*arguments)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert len(finished.stderr.splitlines()) == 1
    assert "--help" in finished.stderr
    assert "_positive" not in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "language"),
    [(("--help",), "zh"), (("--help",), "en"), (("--version",), "zh"), (("ask", "--help"), "en")],
)
def test_help_ends_well(chuwen: Command, arguments: tuple[str, ...], language: str) -> None:
    """It needs no corpus, and goes where it can be piped."""
    finished = chuwen(*arguments, CHUWEN_LANGUAGE=language, CHUWEN_CORPUS="/nowhere")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "甲", "--corpus", "/nowhere/here"),
        ("run", "--corpus", "/nowhere/here"),
        ("check", "/nowhere/here"),
        ("eval", "/nowhere/here"),
    ],
)
def test_what_is_not_there_ends_with_3(chuwen: Command, arguments: tuple[str, ...]) -> None:
    """One line that names it, nothing on standard output."""
    finished = chuwen(*arguments)
    assert (finished.returncode, finished.stdout) == (3, "")
    assert len(finished.stderr.splitlines()) == 1
    assert "/nowhere/here" in finished.stderr


def test_a_broken_gold_file_ends_with_3(chuwen: Command, tmp_path: Path) -> None:
    """By path and line."""
    (tmp_path / "gold.jsonl").write_text('{"question": "x", "answers": []}\n{', "utf-8")
    finished = chuwen("eval", tmp_path / "gold.jsonl")
    assert finished.returncode == 3
    assert f"{tmp_path}/gold.jsonl:2: " in finished.stderr


def test_a_cache_that_cannot_be_written_ends_with_3(chuwen: Command, tmp_path: Path) -> None:
    """Another folder can be named, and the message says where."""
    (tmp_path / "file").write_text("no folder", "utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "sub"):
        finished = chuwen("ask", "甲", CHUWEN_CACHE=str(place))
        assert (finished.returncode, finished.stdout) == (3, "")
        assert "CHUWEN_CACHE" in finished.stderr


def test_an_empty_corpus_says_so(chuwen: Command, tmp_path: Path) -> None:
    """No articles yet is an answer, too."""
    (record,) = records(chuwen("ask", QUESTION, "--json", "--corpus", tmp_path))
    assert record["code"] == "empty-corpus"


def test_a_path_may_hold_spaces_and_chinese(chuwen: Command, tmp_path: Path, write_articles: WriteArticles) -> None:
    """Folders are named as people name them."""
    folder = tmp_path / "我的 文章（新）"
    folder.mkdir()
    write_articles(folder / "文 章.jsonl", [("银岭路", ["银岭路全长300米。"])])
    (record,) = records(chuwen("ask", "银岭路有多长？", "--json", "--force", "--corpus", folder))
    assert record["citations"][0]["place"] == "文 章.jsonl:1"
    assert records(chuwen("ask", "银岭路有多长？", "--json", "--force", CHUWEN_CORPUS=str(folder))) == [record]


@pytest.mark.parametrize("locale", ["C", "", "zh_CN.GB18030"])
def test_any_locale_will_do(chuwen: Command, locale: str) -> None:
    """Services start with LANG=C; Chinese goes in and out as UTF-8 all the same."""
    (record,) = records(chuwen("ask", "--json", "--force", typed=QUESTION, LANG=locale, LC_ALL=locale))
    assert record["question"] == QUESTION
    assert "2018" in record["answer"]


def test_output_is_not_broken_into_lines(chuwen: Command) -> None:
    """A pipe has no width."""
    assert chuwen("ask", QUESTION, "--force", COLUMNS="20").stdout == chuwen("ask", QUESTION, "--force").stdout


def test_ctrl_c_ends_the_chat(chuwen: Command) -> None:
    """130 is what shells expect; a traceback is what nobody wants."""
    with chuwen.start("run") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("楚问已就绪")
        code, err = stop(process)
    assert code == 130
    assert "Traceback" not in err


@pytest.mark.parametrize("options", [("--json",), ()])
def test_ctrl_c_ends_a_long_run(chuwen: Command, options: tuple[str, ...]) -> None:
    """At any moment between the first answer and the last."""
    with chuwen.start("ask", "--force", *options) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{QUESTION}\n" * 1000)
        process.stdin.flush()
        assert process.stdout.readline()
        code, err = stop(process)
    assert code == 130
    assert "Traceback" not in err


def test_ctrl_c_ends_a_build(tmp_path: Path, write_articles: WriteArticles) -> None:
    """Building takes longest of all; what was begun is removed."""
    corpus = write_articles(tmp_path / "many.jsonl", [(f"第{n}篇", ["宜昌磷石膏" * 50]) for n in range(3000)])
    told = ""
    with Command(tmp_path / "cache").start("ask", "甲", "--corpus", corpus) as process:
        assert process.stderr is not None
        while "建立索引" not in told:
            told = process.stderr.readline()
            assert told
        code, err = stop(process)
    assert code == 130
    assert "Traceback" not in err
    assert list((tmp_path / "cache").glob("building-*")) == []


@pytest.mark.parametrize("arguments", [("ask", "--json"), ("ask",), ("search",), ("explain",), ("run",)])
def test_a_reader_that_goes_away_is_no_error(chuwen: Command, arguments: tuple[str, ...]) -> None:
    """`| head -1` is how people look at long output."""
    with chuwen.start(*arguments) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(f"{QUESTION}\n" * 30)
        process.stdin.close()
        assert process.stdout.readline()
        process.stdout.close()
        code, err = process.wait(30), process.stderr.read()
    assert (code, err) == (0, "")


# what the surroundings do


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full"])
@pytest.mark.parametrize("arguments", ["ask 磷石膏", "ask", "run", "check", "search 磷石膏", "explain 磷石膏"])
def test_streams_may_be_closed_or_full(chuwen: Command, arguments: str, closed: str) -> None:
    """Schedulers start programs with closed streams, and disks fill up."""
    command = f"'{sys.executable}' -m bot {arguments} {closed}"
    finished = subprocess.run(
        ["bash", "-c", command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=ROOT,
        env=chuwen.environment,
        timeout=60,
    )
    assert b"Traceback" not in finished.stderr + finished.stdout
    assert finished.returncode in (0, 3)


def test_an_english_question_may_hold_a_chinese_name(chuwen: Command) -> None:
    """Who asks in English and follows the advice to use the names must not be answered in Chinese."""
    assert "in Chinese" in chuwen("ask", "How long is 银岭路?").stdout


def test_each_piped_question_stands_above_its_answer(chuwen: Command) -> None:
    """Of ten answers in a row nobody could tell which is whose."""
    shown = chuwen("ask", typed="宜昌消耗了多少磷石膏？\n你好\n").stdout
    assert shown.index("问：宜昌消耗了多少磷石膏？") < shown.index("40万吨") < shown.index("问：你好")
