"""Finds the time of the event that a quote tells, from its paragraph alone; the date of publication is not used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text import normalize, sentence_around
from corpus.times import PartialDate, TimeKind, time_mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.times import TimeMention


@dataclass(frozen=True, slots=True)
class Event:
    """The time of an event, as precisely as the article tells it.

    Attributes:
        first: its beginning; the year is always known, month and day may be None.
        last: its end; equal to `first` for a single time, None if only the beginning is told (2018年以来).
        is_inferred: the year is taken from an earlier sentence of the paragraph.

    Raises:
        ValueError: a year is missing.
    """

    first: PartialDate
    last: PartialDate | None
    is_inferred: bool = False

    def __post_init__(self) -> None:
        if self.first.year is None or (self.last is not None and self.last.year is None):
            raise ValueError(f"an event needs its years, got {self.first} to {self.last}")

    @property
    def key(self) -> tuple[int, int, int]:
        """Year, month and day of its end (of its beginning if that is open), as a sort key; 0 for an unknown part."""
        date = self.last or self.first
        return date.year or 0, date.month or 0, date.day or 0

    @property
    def text(self) -> str:
        """The time in ISO 8601: 2018, 2018-10, 2016/2018, and 2018/.. if the end is open."""
        if self.last is None:
            return f"{iso(self.first)}/.."
        return iso(self.first) if self.first == self.last else f"{iso(self.first)}/{iso(self.last)}"


# Relative to the day of writing
_NOW = re.compile("目前|当前|如今|现在|近些?年|近[日期]|最近|今(?!后)|[去前明后]年|上年|本[年月周]")
_BACK = re.compile("次|同[年月日期]|当[年月日天晚]|翌|此后")  # relative to a time named before
# No times of the calendar, but relative to the day of writing as well
_WRITER = re.compile("眼下|迄今|未来|接下来|下一?步|将来|下一?阶段")
_BARE = frozenset({TimeKind.BARE_MONTH, TimeKind.BARE_DAY, TimeKind.RANGE, TimeKind.SINCE, TimeKind.PART_OF_YEAR})

# Words around years that serve a comparison, date the report, or belong to a title.
_LEADS_TO_COMPARED = re.compile("(?:[比较]|相较于?|对比|超过|[不没]到|不[及如]|[高低]于|(?:恢复|回)[到至])$")
_FOLLOWS_COMPARED = re.compile("的?(?:同期)?(?:水平)?(?:相比|比较|持平)|(?:的|以来)?(?:最[高低大小快多好]|新[高低])")
_STARTS_FROM = re.compile("[由从]$")
_LEADS_TO_REPORT = re.compile(r"(?:发布(?:时间|日期)?|日期|时间|来源):? ?\(?$")
_FOLLOWS_REPORT = re.compile(r"\)?(?:讯|电(?![力网子站商视动池器])|消息|报道)")
_LONGEST_LEAD = 8  # characters
_PAUSE = re.compile("[，,；;：:]")


def iso(date: PartialDate) -> str:
    """Write a date in ISO 8601, as far as it is known; year 0 is 1 BC, so 公元前221年 is -0220."""
    year = date.year or 0
    written = f"{year:04}" if year > 0 else f"{year + 1:0{5 if year < -1 else 4}}"
    return "-".join([written, *(f"{part:02}" for part in (date.month, date.day) if part)])


def event_of(text: str, start: int, end: int, spans: Sequence[tuple[int, int]] = ()) -> Event | None:
    """Return the time of the event that some words of a paragraph tell.

    Of the years in the sentence, the last one before or within the answering words is taken; the first one after them
    if none stands before them, or if it shares their clause and the one before does not. If a bare month or 次年 stands
    between, only the year is known. If the sentence has no year, the nearest one before it in the paragraph is taken
    and marked as inferred. Plan periods, and words relative to the day of writing (目前, 去年, 未来五年), have no known
    year, and none is inferred for them.

    Args:
        text: the paragraph as published; all offsets count its characters.
        start: start of the quote.
        end: end of the quote.
        spans: start and end of the answering words; if empty, the first time in the sentence is taken.

    Returns:
        The time; None if the paragraph names no year for it.
    """
    left, right = sentence_around(text, start, end)
    times = [time for time in time_mentions(text[:right]) if not _is_aside(text, time, spans)]
    inside = [time for time in times if time.start >= left]
    first, stop = spans[0] if spans else next(((time.start, time.end) for time in inside), (right, right))
    named, nearer = _governing(text, inside, first, stop)
    if any(_NOW.match(normalize(text[time.start : time.end]).text) for time in nearer):
        return None
    if named:
        return _event(named, is_whole=not nearer)
    if _WRITER.search(normalize(text[left:stop]).text) or not all(_leans(text, time) for time in nearer):
        return None
    earlier = next((time for time in reversed(times) if time.start < left and _is_dated(time)), None)
    return _event(earlier, is_whole=False, is_inferred=True) if earlier else None


def _governing(
    text: str, times: Sequence[TimeMention], start: int, end: int
) -> tuple[TimeMention | None, Sequence[TimeMention]]:
    """Return the dated time that governs text[start:end], and the undated ones that stand nearer to it.

    The dated time is None if the sentence has none; the others are then all undated times that begin before the end.

    Args:
        text: the paragraph.
        times: the times in the sentence, in order.
        start: start of the answering words.
        end: end of the answering words.
    """
    before = [time for time in times if time.start < end]
    place = next((i for i in reversed(range(len(before))) if _is_dated(before[i])), -1)
    named, nearer = before[place] if place >= 0 else None, before[place + 1 :]
    after = next((time for time in times[len(before) :] if _is_dated(time)), None)
    if after and not nearer and (named is None or _is_of_clause(text, start, end, named, after)):
        return after, ()
    return named, nearer


def _is_of_clause(text: str, start: int, end: int, before: TimeMention, after: TimeMention) -> bool:
    """Return True if text[start:end] shares its clause with the time after it, and not with the time before it.

    A comma right behind a time, as in 2022年，园区引进12家企业, does not end its clause.
    """
    return bool(_PAUSE.search(text, before.end + 1, start)) and not _PAUSE.search(text, end, after.start)


def _event(time: TimeMention, is_whole: bool = True, is_inferred: bool = False) -> Event:
    """Build the event of a dated time; of its years alone if the rest is not certain (`is_whole` is False)."""
    first, last = time.first or PartialDate(), time.last
    if not is_whole:
        first, last = PartialDate(first.year), PartialDate(last.year) if last else None
    return Event(first, last, is_inferred)


def _is_dated(time: TimeMention) -> bool:
    """Return True if the years of a time are known and it is no plan period."""
    return time.years is not None and time.kind is not TimeKind.PLAN_PERIOD


def _leans(text: str, time: TimeMention) -> bool:
    """Return True if a time without a year belongs to the year named before: 10月, 同年."""
    return time.kind in _BARE or bool(_BACK.match(normalize(text[time.start : time.end]).text))


def _is_aside(text: str, time: TimeMention, spans: Sequence[tuple[int, int]]) -> bool:
    """Return True if a time does not date an event: a duration, a comparison, a title, the date of the report.

    A time that overlaps one of the spans is an aside only if it is a duration or in a title.

    Args:
        text: the paragraph.
        time: a time in it.
        spans: start and end of the answering words, in the paragraph.
    """
    if time.kind is TimeKind.DURATION or text.rfind("《", 0, time.start) > text.rfind("》", 0, time.start):
        return True
    if any(time.start < end and start < time.end for start, end in spans):
        return False
    lead = normalize(text[max(0, time.start - _LONGEST_LEAD) : time.start]).text
    following = normalize(text[time.end : time.end + _LONGEST_LEAD]).text
    # The year is that of the answering words: 由2016年的35%升到60%, where 35% is asked for
    is_its_own = any(text[time.end : start] == "的" for start, _ in spans)
    return bool(
        _LEADS_TO_COMPARED.search(lead)
        or _FOLLOWS_COMPARED.match(following)
        or (_STARTS_FROM.search(lead) and following.startswith("的") and not is_its_own)
        or _LEADS_TO_REPORT.search(lead)
        or _FOLLOWS_REPORT.match(following)
    )
