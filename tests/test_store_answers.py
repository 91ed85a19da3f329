"""Answers and verdicts: kept exactly, and replaced by later ones."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.store import answers
from bot.store.model import Source, Verdict
from bot.store.schema import feedback
from tests.store_fixtures import CHAT, GROUP, NOW, SECOND, answer, database_fixture  # noqa: F401

if TYPE_CHECKING:
    from bot.store.database import Database

ANY_TEXT = st.text(st.characters())  # half characters and NUL, too: articles may hold anything
SOURCES = st.builds(
    Source,
    article=ANY_TEXT,
    paragraph=st.integers(1, 2**40),
    title=ANY_TEXT,
    date=st.none() | st.dates(datetime.date(1, 1, 1)),
    section=ANY_TEXT,
    start=st.integers(0, 2**40),
    quote=ANY_TEXT,
    spans=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sources=st.lists(SOURCES, max_size=3).map(tuple), confidence=st.floats(0, 1))
def test_an_answer_comes_back_exactly(database: Database, sources: tuple[Source, ...], confidence: float) -> None:
    """A button must show the very sentence that was shown before."""
    row = answer(sources=sources, confidence=confidence)
    with database.writing() as connection:
        answers.put(connection, row)
        assert answers.get(connection, row.id) == row


def test_an_answer_is_found_by_its_question(database: Database) -> None:
    """An edited question has an answer already."""
    with database.writing() as connection:
        answers.put(connection, answer())
        assert answers.of_message(connection, CHAT, 3) == answer()
        assert answers.of_message(connection, CHAT, 4) is None
        assert answers.of_message(connection, GROUP, 3) is None
        assert answers.get(connection, "a2") is None


def test_an_answer_takes_the_place_of_an_earlier_one(database: Database) -> None:
    """Its buttons carry the same id."""
    later = answer(question="何地？", sources=(), reason="nothing", asked_at=NOW + SECOND)
    with database.writing() as connection:
        answers.put(connection, answer())
        answers.put(connection, later)
        assert answers.get(connection, "a1") == later


def test_the_latest_answer_to_a_message_is_found(database: Database) -> None:
    """Whatever came before it under another id."""
    later = answer("a0", asked_at=NOW + SECOND)
    with database.writing() as connection:
        answers.put(connection, later)
        answers.put(connection, answer("a1"))
        assert answers.of_message(connection, CHAT, 3) == later


def test_a_verdict_takes_the_place_of_an_earlier_one(database: Database) -> None:
    """People change their minds; each has one."""
    verdict = Verdict("a1", 5, is_good=True)
    with database.writing() as connection:
        answers.judge(connection, verdict, NOW)
        answers.judge(connection, replace(verdict, person_id=6), NOW)
        answers.judge(connection, replace(verdict, is_good=False, reason="wrong"), NOW + SECOND)
        found = connection.execute(select(feedback).order_by(feedback.c.person_id)).all()
    assert found == [("a1", 5, False, "wrong", NOW + SECOND), ("a1", 6, True, None, NOW)]
