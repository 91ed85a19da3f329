"""JSON columns: dates as text, and citations as they were shown."""

from __future__ import annotations

import datetime
import json
from typing import Any

from bot.domain.stored_answers import CitationSnapshot
from corpus.times import PartialDate
from retrieval.facts.event import Event
from retrieval.facts.status import Status


def to_json(said: Any) -> str:
    """As JSON, with dates as ISO 8601 writes them."""
    return json.dumps(said, default=_date)


def _date(value: Any) -> str:
    """A date as JSON holds it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a source holds no {type(value).__name__}")


def read_source(values: dict[str, Any]) -> CitationSnapshot:
    """A source from its JSON, whose newer fields older rows lack."""
    date, event, status = values["date"], values.get("event"), values.get("status")
    made = {
        "date": date and datetime.date.fromisoformat(date),
        "spans": tuple((start, end) for start, end in values["spans"]),
        "event": event and _event(**event),
        "status": status and Status(status),
    }
    return CitationSnapshot(**{**values, **made})


def _event(first: dict[str, Any], last: dict[str, Any] | None, is_inferred: bool) -> Event:
    return Event(PartialDate(**first), PartialDate(**last) if last else None, is_inferred)
