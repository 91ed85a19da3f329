"""A conversation goes on from the question before: in the service, and in the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from bot.service.answers import AnswerService
from bot.terminal.chat import Chat
from bot.texts import Language
from retrieval.model import Answer

if TYPE_CHECKING:
    from retrieval.library import Library

FIRST = "宝钢黄石新港二期工程主要建设哪些生产线？"
FOLLOW_UP, MEANT = "它什么时候开工？", "宝钢黄石新港二期工程什么时候开工？"
OTHER = "宜昌消耗了多少磷石膏？"


@pytest.fixture(scope="module")
def asking(sample: Library) -> AnswerService:
    """Asks the sample articles."""
    return AnswerService(library=sample)


def chat(asking: AnswerService, *typed: str, language: Language = Language.SIMPLIFIED) -> str:
    """All that a chat says."""
    out = io.StringIO()
    Chat(asking, Console(file=out), language).run(typed)
    return out.getvalue()


def test_a_reply_tells_how_the_question_was_understood(asking: AnswerService) -> None:
    """A wrong guess has to be seen; what is answered is what was understood."""
    reply = asking.reply(FOLLOW_UP, FIRST)
    assert (reply.asked, reply.understood, reply.question) == (FOLLOW_UP, MEANT, MEANT)
    assert reply.result == asking.ask(MEANT)
    assert isinstance(reply.result, Answer)
    assert "2024年" in reply.result.text


@pytest.mark.parametrize("before", [None, FIRST])
def test_a_question_of_its_own_is_asked_as_it_is(asking: AnswerService, before: str | None) -> None:
    """Whatever was asked before."""
    reply = asking.reply(OTHER, before)
    assert (reply.understood, reply.question) == (None, OTHER)
    assert reply.result == asking.ask(OTHER)


def test_a_follow_up_without_a_question_before_is_asked_as_it_is(asking: AnswerService) -> None:
    """Nothing tells what is meant."""
    assert asking.reply(FOLLOW_UP, None).understood is None


def test_the_chat_goes_on_from_the_question_before(asking: AnswerService) -> None:
    """Each from what the one before was understood as; an empty question parts nothing."""
    shown = chat(asking, FIRST, FOLLOW_UP, "？？", "在哪里？", OTHER)
    understood = [line for line in shown.splitlines() if line.startswith("理解为")]
    assert understood == [f"理解为：{MEANT}", "理解为：宝钢黄石新港二期工程在哪里开工？"]


def test_a_number_and_help_are_no_question(asking: AnswerService) -> None:
    """One looks at the original, and goes on."""
    assert f"理解为：{MEANT}" in chat(asking, FIRST, "1", "帮助", FOLLOW_UP)


def test_it_is_told_in_the_script_of_who_asks(asking: AnswerService) -> None:
    """And what each has typed stays as it was typed."""
    shown = chat(asking, FIRST, "它什麼時候開工？", language=Language.TRADITIONAL)
    assert "理解為：宝钢黄石新港二期工程什麼時候開工？" in shown


def test_each_chat_has_its_own_question_before(asking: AnswerService) -> None:
    """It belongs to the one that asked."""
    chat(asking, FIRST)
    assert "理解为" not in chat(asking, FOLLOW_UP)
