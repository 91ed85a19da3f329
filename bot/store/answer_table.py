"""Answers that were given, so that buttons and edited questions find them again."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.stored_answers import CitationSnapshot, StoredAnswer
from bot.store.db.dialect import insert
from bot.store.db.json_codec import read_source, to_json
from bot.store.db.schema import answers, feedback
from retrieval.model import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.stored_answers import Feedback

KEPT_IN_MIND = datetime.timedelta(minutes=10)  # who comes back later has another thing in mind
NOBODY = {"chat_id": 0, "person_id": None, "message_id": 0, "thread_id": None}  # who asked, when that is forgotten
MOST_BETWEEN = 200  # answers of a chat that are looked through; one every three seconds is no conversation any more


def get(connection: Connection, answer_id: str) -> StoredAnswer | None:
    """An answer by its id."""
    return _one(connection, answers.c.id == answer_id)


def of_message(connection: Connection, chat_id: int, message_id: int) -> StoredAnswer | None:
    """The answer to a message, the latest where there are several."""
    return _one(connection, answers.c.chat_id == chat_id, answers.c.message_id == message_id)


def question_before(
    connection: Connection,
    message_id: int,
    *,
    chat_id: int,
    thread_id: int | None,
    person_id: int | None,
    asked_at: datetime.datetime,
) -> str | None:
    """What the person was last answered there, before a message: the question as it was understood.

    Before by the message's number: one that is edited comes after the same question as when it was new.
    """
    said = answers.c
    columns = (said.message_id, said.person_id, said.thread_id, said.asked_at, said.reason, said.question)
    of_chat = select(*columns).where(said.chat_id == chat_id, said.message_id < message_id)
    latest = of_chat.order_by(said.message_id.desc()).limit(MOST_BETWEEN).subquery().c
    statement = select(latest.question).where(
        latest.person_id == person_id,
        latest.thread_id.is_not_distinct_from(thread_id),
        latest.asked_at >= asked_at - KEPT_IN_MIND,
        latest.reason.is_distinct_from(Reason.EMPTY_QUESTION.value),
    )
    return connection.scalar(statement.order_by(latest.message_id.desc()).limit(1))


def put(connection: Connection, answer: StoredAnswer) -> None:
    """Keep an answer; it takes the place of an earlier one of the same id."""
    values = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    values["sources"] = to_json([dataclasses.asdict(source) for source in answer.sources])
    statement = insert(connection, answers).values(values)
    others = {name: statement.excluded[name] for name in values if name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=others))


def put_all(connection: Connection, rows: Sequence[StoredAnswer]) -> None:
    """Keep new answers; what several have in common is made into JSON once."""
    said: dict[tuple[CitationSnapshot, ...], str] = {}
    values = []
    for row in rows:
        if row.sources not in said:
            said[row.sources] = to_json([dataclasses.asdict(source) for source in row.sources])
        facts = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
        values.append({**facts, "sources": said[row.sources]})
    if values:
        connection.execute(answers.insert(), values)


def judge(connection: Connection, verdict: Feedback, now: datetime.datetime) -> None:
    """Keep what a person thinks of an answer; it takes the place of what they thought before."""
    values = {**dataclasses.asdict(verdict), "given_at": now}
    statement = insert(connection, feedback).values(values)
    others = {name: statement.excluded[name] for name in ("is_good", "reason", "given_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["answer_id", "person_id"], set_=others))


def _one(connection: Connection, *where: ColumnElement[bool]) -> StoredAnswer | None:
    found = select(answers).where(*where).order_by(answers.c.asked_at.desc()).limit(1)
    row = connection.execute(found).mappings().one_or_none()
    return StoredAnswer(**{**row, "sources": tuple(map(read_source, json.loads(row["sources"])))}) if row else None
