"""Facts put into words, the same for every face."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from bot.texts import Texts
    from corpus.errors import Fault
    from retrieval.model import Abstention, ArticleCard, Passage

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MOST_MISSING = 3  # words named as missing


def refusal(abstention: Abstention, texts: Texts) -> str:
    """Why there is no answer."""
    words = [texts.quoted.format(word=word) for word in abstention.missing[:MOST_MISSING]]
    return texts.no_answer[abstention.reason].format(missing=texts.separator.join(words))


def source(passage: Passage, texts: Texts) -> str:
    """Title, date and section of a source, in one line."""
    return f"{title(passage.article, texts)} · {details(passage.article.date, passage.section, texts)}"


def details(date: datetime.date | None, section: str, texts: Texts) -> str:
    """When a source was published, and the section."""
    said = texts.published.format(date=date.isoformat()) if date else texts.date_unknown
    return " · ".join(filter(None, (said, section)))


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
