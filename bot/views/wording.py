"""Facts put into words, the same for every face."""

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

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MOST_MISSING = 3  # words named as missing
_OF_FIRST = "best "  # begins the names of what is measured of the first sentence alone


def refusal(abstention: Abstention, texts: Texts) -> str:
    """Why there is no answer."""
    words = [texts.quoted.format(word=word) for word in abstention.missing[:MOST_MISSING]]
    return texts.no_answer[abstention.reason].format(missing=texts.separator.join(words))


def note_line(note: Note, texts: Texts) -> str:
    """What a reader has to know of an answer besides its words."""
    if note.code is NoteCode.HEARD_AS:
        typed, meant = note.facts
        return texts.notes[note.code].format(typed=typed, meant=meant)
    facts = texts.separator.join(note.facts)
    published = period(note.period, texts) if note.period else ""
    everything = " · ".join(filter(None, (facts, published)))
    return texts.notes[note.code].format(facts=facts, published=published, everything=everything)


def period(days: Period, texts: Texts) -> str:
    """When something was published, from the first day to the last."""
    first, last = (day.isoformat() if day else "" for day in days)
    if first == last:
        return texts.published.format(date=first)
    if first and last:
        return texts.published_between.format(first=first, last=last)
    return texts.published_since.format(first=first) if first else texts.published_until.format(last=last)


def source(passage: Passage, texts: Texts) -> str:
    """Title, date and section of a source, in one line."""
    return f"{title(passage.article, texts)} · {details(passage.article.date, passage.section, texts)}"


def details(
    date: datetime.date | None, section: str, texts: Texts, quoted: Citation | CitationSnapshot | None = None
) -> str:
    """When a source was published, and the section; of a quote also when that was, and how far it has come."""
    published = texts.published.format(date=date.isoformat()) if date else texts.date_unknown
    if quoted is None or quoted.status is None:
        return " · ".join(filter(None, (published, section)))
    status = texts.statuses.get(quoted.status)
    old_news = texts.old_news if quoted.is_old_news else None
    count = len(quoted.passage.article.twins) if isinstance(quoted, Citation) else quoted.twins
    twins = texts.twins.format(count=count) if count else None
    return " · ".join(filter(None, (_event(quoted.event, texts), status, published, old_news, section, twins)))


def alert_details(source: CitationSnapshot, texts: Texts) -> str:
    """When what an alert quotes happened, where its own clause says so; how far it has come; when it was published."""
    published = texts.published.format(date=source.date.isoformat()) if source.date else texts.date_unknown
    event = _event(source.event, texts) if source.event else None
    status = texts.statuses.get(source.status) if source.status else None
    return " · ".join(filter(None, (event, status, published, texts.old_news if source.is_old_news else None)))


def _event(event: Event | None, texts: Texts) -> str:
    if event is None:
        return texts.event_unknown
    first, last = _time(event.first, texts), _time(event.last or event.first, texts)
    form = "{first}" if first == last else texts.times["from"]
    time = (form if event.last else texts.times["since"]).format(first=first, last=last)
    return (texts.event_inferred if event.is_inferred else texts.event).format(time=time)


def _time(date: PartialDate, texts: Texts) -> str:
    year = date.year or 0
    if year < 0:
        return texts.times["BC"].format(year=-year)
    form = "day" if date.day else "month" if date.month else "year"
    return texts.times[form].format(year=year, month=date.month, day=date.day)


def title(article: ArticleCard, texts: Texts) -> str:
    """The title as published, or the first words of the text."""
    return article.title or article.headline or texts.untitled


def fault_line(fault: Fault, texts: Texts) -> str:
    """`path:line: what, and what to do`."""
    place = f"{fault.path}:{fault.line}" if fault.line else fault.path
    what = texts.faults[fault.code].format(found=fault.found, other=fault.other)
    return visible(texts.fault_line.format(place=place, what=what))


def visible(words: str) -> str:
    """Words without what would steer a terminal (escape sequences, direction marks), character by character."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", words)


def evidence_name(name: str, texts: Texts) -> str:
    """What a feature of the confidence is called."""
    of_first = name.removeprefix(_OF_FIRST)
    if of_first != name:
        return texts.explanation.best.format(name=texts.features.get(of_first, of_first))
    return texts.evidence.get(name, name)
