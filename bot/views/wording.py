"""Sentences about answers, sources and faults, the same in every interface."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.model import Citation, NoteCode

if TYPE_CHECKING:
    import datetime

    from bot.domain.stored_answers import CitationSnapshot
    from bot.texts import Texts
    from corpus.errors import Fault
    from corpus.times import PartialDate
    from retrieval.facts.event import Event
    from retrieval.model import Abstention, ArticleCard, Note, Passage
    from retrieval.periods import Period

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MOST_MISSING = 3  # words named as missing at most
_OF_FIRST = "best "  # prefix of the confidence features that are ranking features of the first sentence


def refusal(abstention: Abstention, texts: Texts) -> str:
    """Return why there is no answer; it names up to MOST_MISSING of the words that are missing."""
    words = [texts.quoted.format(word=word) for word in abstention.missing[:MOST_MISSING]]
    return texts.no_answer[abstention.reason].format(missing=texts.separator.join(words))


def note_line(note: Note, texts: Texts) -> str:
    """Return a note as one line to show above a result."""
    if note.code is NoteCode.HEARD_AS:
        typed, meant = note.facts
        return texts.notes[note.code].format(typed=typed, meant=meant)
    facts = texts.separator.join(note.facts)
    published = period(note.period, texts) if note.period else ""
    everything = " · ".join(filter(None, (facts, published)))
    return texts.notes[note.code].format(facts=facts, published=published, everything=everything)


def period(days: Period, texts: Texts) -> str:
    """Return when something was published: one day, from a day to another, since a day, or until one; both included.

    At most one of the days may be None.
    """
    first, last = (day.isoformat() if day else "" for day in days)
    if first == last:
        return texts.published.format(date=first)
    if first and last:
        return texts.published_between.format(first=first, last=last)
    return texts.published_since.format(first=first) if first else texts.published_until.format(last=last)


def source(passage: Passage, texts: Texts) -> str:
    """Return title, date (or that it is unknown) and section of a source in one line."""
    return f"{title(passage.article, texts)} · {details(passage.article.date, passage.section, texts)}"


def details(
    date: datetime.date | None, section: str, texts: Texts, quoted: Citation | CitationSnapshot | None = None
) -> str:
    """Return the facts below a source, joined by ` · `.

    Args:
        date: of publication; None if unknown.
        section: title of the section; empty for none.
        texts: the language.
        quoted: the quote shown: adds the time of its event, its status, whether it is old news, and the number of
            near-duplicates. None, or a quote stored before these were kept, adds nothing.
    """
    published = texts.published.format(date=date.isoformat()) if date else texts.date_unknown
    if quoted is None or quoted.status is None:
        return " · ".join(filter(None, (published, section)))
    status = texts.statuses.get(quoted.status)
    old_news = texts.old_news if quoted.is_old_news else None
    count = len(quoted.passage.article.twins) if isinstance(quoted, Citation) else quoted.twins
    twins = texts.twins.format(count=count) if count else None
    return " · ".join(filter(None, (_event(quoted.event, texts), status, published, old_news, section, twins)))


def alert_details(source: CitationSnapshot, texts: Texts) -> str:
    """Return the facts below a quote of an alert, joined by ` · `: event time, status, date, whether it is old news.

    Unknown ones are left out, but an unknown date is named as such.
    """
    published = texts.published.format(date=source.date.isoformat()) if source.date else texts.date_unknown
    event = _event(source.event, texts) if source.event else None
    status = texts.statuses.get(source.status) if source.status else None
    return " · ".join(filter(None, (event, status, published, texts.old_news if source.is_old_news else None)))


def _event(event: Event | None, texts: Texts) -> str:
    """Return when an event happened: a time, from one to another, or since one; a text of its own for None."""
    if event is None:
        return texts.event_unknown
    first, last = _time(event.first, texts), _time(event.last or event.first, texts)
    form = "{first}" if first == last else texts.times["from"]
    time = (form if event.last else texts.times["since"]).format(first=first, last=last)
    return (texts.event_inferred if event.is_inferred else texts.event).format(time=time)


def _time(date: PartialDate, texts: Texts) -> str:
    """Return a date as precisely as it is known: day, month or year; a year before Christ without month and day."""
    year = date.year or 0
    if year < 0:
        return texts.times["BC"].format(year=-year)
    form = "day" if date.day else "month" if date.month else "year"
    return texts.times[form].format(year=year, month=date.month, day=date.day)


def title(article: ArticleCard, texts: Texts) -> str:
    """Return the title as published, else the first words of the text; a text of its own if there are none."""
    return article.title or article.headline or texts.untitled


def fault_line(fault: Fault, texts: Texts) -> str:
    """Return a fault as `path:line: what is wrong, and what to do`, without control characters.

    The line number is left out if the fault concerns the whole file.
    """
    place = f"{fault.path}:{fault.line}" if fault.line else fault.path
    what = texts.faults[fault.code].format(found=fault.found, other=fault.other)
    return visible(texts.fault_line.format(place=place, what=what))


def visible(words: str) -> str:
    """Replace each control character (escape sequences, direction marks) by U+FFFD, so that none acts on a terminal.

    Tabs and line feeds are kept, and so is the length.
    """
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", words)


def feature_name(feature: str, texts: Texts) -> str:
    """Return the label of a ranking feature; the feature's own name if it has none."""
    return texts.features.get(feature, feature)


def evidence_name(evidence: str, texts: Texts) -> str:
    """Return the label of a confidence feature, or of a penalty; its own name if it has none."""
    feature = evidence.removeprefix(_OF_FIRST)
    if feature != evidence:
        return texts.explanation.best.format(name=feature_name(feature, texts))
    return texts.evidence.get(evidence, evidence)
