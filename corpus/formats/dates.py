"""Parses the dates of publication that sources write; a date is always a full day."""

from __future__ import annotations

import datetime
import re
import unicodedata

# A time of day may follow, as in database exports; it is dropped, because articles are dated by the day.
_TIME = r"(?:[T\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_DATE = re.compile(rf"([0-9]{{4}})\s*([-/.年])\s*([0-9]{{1,2}})\s*([-/.月])\s*([0-9]{{1,2}})\s*(日?){_TIME}")
_DATE_SHAPED = re.compile(r"(?=.*[0-9])(?=.*[-/.年月日])[0-9年月日号\s./:TZ+-]{3,30}")


def parse_date(text: str) -> datetime.date:
    """Parse `2025-07-19`, `2025/7/19`, `2025.07.19` or `2025年7月19日`, with digits of any width.

    White space around the text and a time of day behind the date are ignored.

    Raises:
        ValueError: the text has none of these forms, or no such day exists.
    """
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(f"not a date: {text!r}")
    year, after_year, month, after_month, day, after_day = match.groups()
    if (after_year + after_month + after_day) not in {"--", "//", "..", "年月日"}:
        raise ValueError(f"mixed separators: {text!r}")
    return datetime.date(int(year), int(month), int(day))


def is_date_shaped(line: str) -> bool:
    """Return True if a line holds only digits and date marks (3 to 30 characters), so that it was meant as a date.

    At least one of each is needed; whether the date exists isn't checked.
    """
    return _DATE_SHAPED.fullmatch(unicodedata.normalize("NFKC", line).strip()) is not None
