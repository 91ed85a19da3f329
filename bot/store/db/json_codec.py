"""JSON of columns: dates in ISO 8601, and citations."""

from __future__ import annotations

import datetime
import json
from typing import Any

from bot.domain.stored_answers import CitationSnapshot
from corpus.times import PartialDate
from retrieval.facts.event import Event
from retrieval.facts.status import Status


def to_json(value: Any) -> str:
    """Encode a value as JSON, dates and times in ISO 8601; other characters than ASCII are escaped.

    Raises:
        TypeError: it contains anything else that JSON cannot encode.
    """
    return json.dumps(value, default=_date)


def _date(value: Any) -> str:
    """Return a date in ISO 8601; raise TypeError for anything else that JSON cannot encode."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be stored as JSON")


def read_source(values: dict[str, Any]) -> CitationSnapshot:
    """Build a citation from the values that `to_json` stored; fields that older rows lack get their defaults."""
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
