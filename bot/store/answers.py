"""Answers that were given, so that buttons and edited questions find them again."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.store.dialect import insert
from bot.store.model import AnswerRow, Source
from bot.store.schema import answers, feedback

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from bot.store.model import Verdict


def get(connection: Connection, answer_id: str) -> AnswerRow | None:
    """An answer by its id."""
    return _one(connection, answers.c.id == answer_id)


def of_message(connection: Connection, chat_id: int, message_id: int) -> AnswerRow | None:
    """The answer to a message, the latest where there are several."""
    return _one(connection, answers.c.chat_id == chat_id, answers.c.message_id == message_id)


def put(connection: Connection, answer: AnswerRow) -> None:
    """Keep an answer; it takes the place of an earlier one of the same id."""
    values = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    values["sources"] = json.dumps([dataclasses.asdict(source) for source in answer.sources], default=_date)
    statement = insert(connection, answers).values(values)
    others = {name: statement.excluded[name] for name in values if name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=others))


def judge(connection: Connection, verdict: Verdict, now: datetime.datetime) -> None:
    """Keep what a person thinks of an answer; it takes the place of what they thought before."""
    values = {**dataclasses.asdict(verdict), "given_at": now}
    statement = insert(connection, feedback).values(values)
    others = {name: statement.excluded[name] for name in ("is_good", "reason", "given_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["answer_id", "person_id"], set_=others))


def _one(connection: Connection, *where: ColumnElement[bool]) -> AnswerRow | None:
    found = select(answers).where(*where).order_by(answers.c.asked_at.desc()).limit(1)
    row = connection.execute(found).mappings().one_or_none()
    return AnswerRow(**{**row, "sources": tuple(map(_source, json.loads(row["sources"])))}) if row else None


def _date(value: Any) -> str:
    """A date as JSON holds it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a source holds no {type(value).__name__}")


def _source(values: dict[str, Any]) -> Source:
    date = values["date"]
    spans = tuple((start, end) for start, end in values["spans"])
    return Source(**{**values, "date": date and datetime.date.fromisoformat(date), "spans": spans})
