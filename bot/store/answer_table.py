"""Stored answers, which buttons and edited questions refer to, and the feedback on them."""

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

KEPT_IN_MIND = datetime.timedelta(minutes=10)  # a question asked later does not follow the one before
NOBODY = {"chat_id": 0, "person_id": None, "message_id": 0, "thread_id": None}  # values that anonymise an answer
MOST_BETWEEN = 200  # answers of a chat that are searched: within 10 minutes, one every three seconds


def get(connection: Connection, answer_id: str) -> StoredAnswer | None:
    """Return an answer by its id; None if there is none."""
    return _one(connection, answers.c.id == answer_id)


def of_message(connection: Connection, chat_id: int, message_id: int) -> StoredAnswer | None:
    """Return the answer to the question in a message, the latest if there are several; None if there is none."""
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
    """Return the last question that the person asked in the chat and topic before a message, as it was understood.

    None if there is none, if it was asked more than `KEPT_IN_MIND` before `asked_at`, or if `MOST_BETWEEN` answers of
    the chat or more followed it. Empty questions are skipped. "Before" compares message ids, so that an edited question
    follows the same one as when it was new.
    """
    column = answers.c
    columns = (column.message_id, column.person_id, column.thread_id, column.asked_at, column.reason, column.question)
    of_chat = select(*columns).where(column.chat_id == chat_id, column.message_id < message_id)
    latest = of_chat.order_by(column.message_id.desc()).limit(MOST_BETWEEN).subquery().c
    statement = select(latest.question).where(
        latest.person_id == person_id,
        latest.thread_id.is_not_distinct_from(thread_id),
        latest.asked_at >= asked_at - KEPT_IN_MIND,
        latest.reason.is_distinct_from(Reason.EMPTY_QUESTION.value),
    )
    return connection.scalar(statement.order_by(latest.message_id.desc()).limit(1))


def put(connection: Connection, answer: StoredAnswer) -> None:
    """Store an answer; it replaces an earlier one with the same id."""
    values = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    values["sources"] = to_json([dataclasses.asdict(source) for source in answer.sources])
    statement = insert(connection, answers).values(values)
    others = {name: statement.excluded[name] for name in values if name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=others))


def put_all(connection: Connection, rows: Sequence[StoredAnswer]) -> None:
    """Store new answers; citations that several share are encoded once.

    Raises:
        IntegrityError: an answer with one of the ids is stored already; roll back.
    """
    encoded: dict[tuple[CitationSnapshot, ...], str] = {}
    values = []
    for row in rows:
        if row.sources not in encoded:
            encoded[row.sources] = to_json([dataclasses.asdict(source) for source in row.sources])
        facts = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
        values.append({**facts, "sources": encoded[row.sources]})
    if values:
        connection.execute(answers.insert(), values)


def set_feedback(connection: Connection, given: Feedback, now: datetime.datetime) -> None:
    """Store a person's feedback on an answer, given at `now`; it replaces the person's earlier feedback on that answer.

    Whether the answer exists is not checked.
    """
    values = {**dataclasses.asdict(given), "given_at": now}
    statement = insert(connection, feedback).values(values)
    others = {name: statement.excluded[name] for name in ("is_good", "reason", "given_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["answer_id", "person_id"], set_=others))


def _one(connection: Connection, *where: ColumnElement[bool]) -> StoredAnswer | None:
    """Return the latest answer that satisfies the conditions."""
    newest = select(answers).where(*where).order_by(answers.c.asked_at.desc()).limit(1)
    row = connection.execute(newest).mappings().one_or_none()
    return StoredAnswer(**{**row, "sources": tuple(map(read_source, json.loads(row["sources"])))}) if row else None
