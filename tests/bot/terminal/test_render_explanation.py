"""An explanation is told in JSON that scripts can read, and in tables that fit 80 columns."""

from __future__ import annotations

import datetime
import io
import json
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.terminal.render_explanation import print_explanation
from bot.texts import Language, texts_in
from bot.views.json_records import answer_record, explanation_record
from retrieval.explanation.explain import explain
from retrieval.question.query import parse_question

if TYPE_CHECKING:
    from bot.texts import Texts
    from retrieval.explanation.explain import Explanation
    from retrieval.library import Library

CHINESE = texts_in(Language.SIMPLIFIED)
DAY = datetime.date(2025, 7, 20)
QUESTION = "宝钢黄石新港二期的总投资是多少？"
LIMITED = "只看宜昌，最近发布的，消耗了多少磷石膏？"
QUESTIONS = (QUESTION, LIMITED, "首期什么时候投产？二期什么时候动工？", "最新的项目是什么？", "武汉今天会下雨吗？", "")


def explained(library: Library, question: str) -> Explanation:
    """An explanation on a day of its own."""
    return explain(library, parse_question(question, library.segmenter, DAY))


def printed(explanation: Explanation, said: Texts, *, width: int = 80, is_terminal: bool = False) -> str:
    """What somebody reads."""
    console = Console(file=io.StringIO(), width=width, force_terminal=is_terminal, color_system=None)
    print_explanation(console, explanation, said)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_record_is_json_with_the_answer_in_it(sample: Library, question: str) -> None:
    """The answer as `ask --json` gives it, so that a script needs one reader for both."""
    found = explained(sample, question)
    record = json.loads(json.dumps(explanation_record(found, CHINESE), ensure_ascii=False))
    assert list(record) == ["question", "parts", "left_out", "asked_limits", "limits", "passages", "result"]
    assert {"question": question} | record["result"] == answer_record(question, found.decision.result, CHINESE)


def test_a_record_names_limits_in_iso_8601(sample: Library) -> None:
    """As far as they are set."""
    record = explanation_record(explained(sample, LIMITED), CHINESE)
    assert record["asked_limits"] == {"places": ["宜昌"], "from": "2025-06-20", "to": None}
    assert explanation_record(explained(sample, QUESTION), CHINESE)["limits"] == {
        "places": [],
        "from": None,
        "to": None,
    }


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_line_fits_80_columns(sample: Library, question: str, language: Language) -> None:
    """What is wider breaks, and nobody can tell the columns apart."""
    shown = printed(explained(sample, question), texts_in(language))
    assert [line for line in shown.split("\n") if cell_len(line) > 80] == []


def test_a_pipe_has_no_width(sample: Library) -> None:
    """A file must not depend on the window of who made it."""
    found = explained(sample, QUESTION)
    assert printed(found, CHINESE, width=20) == printed(found, CHINESE)


def test_all_steps_are_told(sample: Library) -> None:
    """From the words to what follows."""
    shown = printed(explained(sample, QUESTION), CHINESE)
    said = CHINESE.explanation
    headings = ["读作", said.passages, said.sentences, said.lead, said.odds, said.outcome]
    places = [shown.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "不够，不作为回答\n缺少：总投资\n" in shown
    assert "没有写“总投资”" in shown


def test_limits_are_told(sample: Library) -> None:
    """What was left out of the search explains what is not found."""
    assert "已限定：宜昌 · 2025-06-20 以后发布\n" in printed(explained(sample, LIMITED), CHINESE)


def test_each_of_several_questions_is_told(sample: Library) -> None:
    """Which table belongs to which."""
    shown = printed(explained(sample, "首期什么时候投产？二期什么时候动工？"), CHINESE)
    assert shown.count("读作：首期什么时候投产\n") == shown.count("读作：二期什么时候动工\n") == 2
    assert shown.count(CHINESE.explanation.odds) == 2


@pytest.mark.parametrize("is_terminal", [False, True])
def test_what_means_something_elsewhere_is_shown_as_it_is(sample: Library, is_terminal: bool) -> None:
    """Markup and escape sequences of a question neither break a table nor steer a terminal."""
    shown = printed(explained(sample, "[/] [bold]宜昌 :smile: \x1b[31m"), CHINESE, is_terminal=is_terminal)
    assert "[/] [bold]宜昌 :smile: �[31m" in shown
