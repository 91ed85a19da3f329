"""Answers and verdicts: kept exactly, and replaced by later ones."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.stored_answers import CitationSnapshot, Feedback
from bot.store import answer_table
from bot.store.db.schema import answers as answers_table
from bot.store.db.schema import feedback
from corpus.times import PartialDate
from retrieval.facts.event import Event
from retrieval.facts.status import Status
from tests.support.store_fixtures import CHAT, GROUP, NOW, SECOND, answer

if TYPE_CHECKING:
    from bot.store.db.database import Database

ANY_TEXT = st.text(st.characters())  # half characters and NUL, too: articles may hold anything
DATES = st.builds(PartialDate, st.integers(-500, 2100), st.none() | st.integers(1, 12), st.none() | st.integers(1, 28))
SOURCES = st.builds(
    CitationSnapshot,
    article=ANY_TEXT,
    paragraph=st.integers(1, 2**40),
    title=ANY_TEXT,
    date=st.none() | st.dates(datetime.date(1, 1, 1)),
    section=ANY_TEXT,
    start=st.integers(0, 2**40),
    quote=ANY_TEXT,
    spans=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple),
    event=st.none() | st.builds(Event, DATES, st.none() | DATES, st.booleans()),
    status=st.none() | st.sampled_from(Status),
    is_old_news=st.booleans(),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sources=st.lists(SOURCES, max_size=3).map(tuple), confidence=st.floats(0, 1))
def test_an_answer_comes_back_exactly(
    database: Database, sources: tuple[CitationSnapshot, ...], confidence: float
) -> None:
    """A button must show the very sentence that was shown before."""
    row = answer(sources=sources, confidence=confidence)
    with database.writing() as connection:
        answer_table.put(connection, row)
        assert answer_table.get(connection, row.id) == row


def test_an_answer_from_before_events_were_told_still_opens(database: Database) -> None:
    """The buttons below it were sent long ago, and must not stop working with a new version."""
    (source,) = answer().sources
    older = {name: value for name, value in asdict(source).items() if name not in ("event", "status", "is_old_news")}
    with database.writing() as connection:
        answer_table.put(connection, answer())
        row = json.dumps([{**older, "date": "2024-01-31"}])
        connection.execute(answers_table.update().values(sources=row))
        found = answer_table.get(connection, answer().id)
    assert found == answer()
    assert (source.event, source.status, source.is_old_news) == (None, None, False)


def test_an_answer_is_found_by_its_question(database: Database) -> None:
    """An edited question has an answer already."""
    with database.writing() as connection:
        answer_table.put(connection, answer())
        assert answer_table.of_message(connection, CHAT, 3) == answer()
        assert answer_table.of_message(connection, CHAT, 4) is None
        assert answer_table.of_message(connection, GROUP, 3) is None
        assert answer_table.get(connection, "a2") is None


def test_an_answer_takes_the_place_of_an_earlier_one(database: Database) -> None:
    """Its buttons carry the same id."""
    later = answer(question="何地？", sources=(), reason="nothing", asked_at=NOW + SECOND)
    with database.writing() as connection:
        answer_table.put(connection, answer())
        answer_table.put(connection, later)
        assert answer_table.get(connection, "a1") == later


def test_the_latest_answer_to_a_message_is_found(database: Database) -> None:
    """Whatever came before it under another id."""
    later = answer("a0", asked_at=NOW + SECOND)
    with database.writing() as connection:
        answer_table.put(connection, later)
        answer_table.put(connection, answer("a1"))
        assert answer_table.of_message(connection, CHAT, 3) == later


def before(database: Database, message_id: int = 9, **others: Any) -> str | None:
    """The question that was answered before a message of now; the fixture's answer is to message 3."""
    asked = {"chat_id": CHAT, "thread_id": None, "person_id": 5, "asked_at": NOW} | others
    with database.reading() as connection:
        return answer_table.question_before(connection, message_id, **asked)


def test_the_question_before_is_the_latest_one(database: Database) -> None:
    """By its message's number, however late it was answered; a message is never before itself."""
    with database.writing() as connection:
        answer_table.put(connection, answer("a1", 3, question="何时？", asked_at=NOW + SECOND))
        answer_table.put(connection, answer("a2", 5, question="何地？"))
    assert before(database) == "何地？"
    assert before(database, 5) == "何时？"
    assert before(database, 3) is None


def test_the_question_before_is_the_persons_own(database: Database) -> None:
    """In a group people ask beside one another, and in a forum about different things."""
    with database.writing() as connection:
        answer_table.put(connection, answer(thread_id=77))
    assert before(database, thread_id=77) == "何时？"
    assert before(database) is None
    assert before(database, thread_id=78) is None
    assert before(database, thread_id=77, person_id=6) is None
    assert before(database, thread_id=77, person_id=None) is None
    assert before(database, thread_id=77, chat_id=GROUP) is None


def test_the_question_before_is_of_the_last_minutes(database: Database) -> None:
    """Who comes back after lunch means something else."""
    with database.writing() as connection:
        answer_table.put(connection, answer())
    assert before(database, asked_at=NOW + answer_table.KEPT_IN_MIND) == "何时？"
    assert before(database, asked_at=NOW + answer_table.KEPT_IN_MIND + SECOND) is None


def test_what_asked_nothing_is_no_question_before(database: Database) -> None:
    """Else a mere “？” between two questions would part them."""
    with database.writing() as connection:
        answer_table.put(connection, answer())
        answer_table.put(connection, answer("a2", 5, question="？", reason="empty-question"))
        answer_table.put(connection, answer("a3", 4, question="何地？", reason="unsure"))
    assert before(database) == "何地？"


def test_a_verdict_takes_the_place_of_an_earlier_one(database: Database) -> None:
    """People change their minds; each has one."""
    verdict = Feedback("a1", 5, is_good=True)
    with database.writing() as connection:
        answer_table.set_feedback(connection, verdict, NOW)
        answer_table.set_feedback(connection, replace(verdict, person_id=6), NOW)
        answer_table.set_feedback(connection, replace(verdict, is_good=False, reason="wrong"), NOW + SECOND)
        found = connection.execute(select(feedback).order_by(feedback.c.person_id)).all()
    assert found == [("a1", 5, False, "wrong", NOW + SECOND), ("a1", 6, True, None, NOW)]
