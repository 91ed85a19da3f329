"""The fields of an article, checked: what no format may let into an `Article`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.errors import Fault, FaultCode, FaultError
from corpus.formats.dates import parse_date
from corpus.model import Article, Paragraph, Section

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from corpus.model import Origin

# Lone surrogates can't be written as UTF-8, and PostgreSQL stores no NUL.
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
_SHOWN_LENGTH = 80  # characters of a wrong value that a fault carries


def fault(code: FaultCode, origin: Origin, found: str = "", other: str = "") -> FaultError:
    """Make the error that carries a fault at this place; what it shows is short and can be printed."""
    shown = found[:_SHOWN_LENGTH].encode("utf-8", "backslashreplace").decode("utf-8")
    return FaultError(Fault(code=code, path=origin.path, line=origin.line, found=shown, other=other))


def storable(text: str, name: str, origin: Origin) -> str:
    """Return the text unchanged.

    Raises:
        FaultError: BAD_FIELD, because it holds a lone surrogate or a NUL.
    """
    if _UNSTORABLE.search(text):
        raise fault(FaultCode.BAD_FIELD, origin, name, "storable text")
    return text


def published(text: str, origin: Origin) -> datetime.date | None:
    """Read a date field; white space alone means that the article is undated.

    Raises:
        FaultError: BAD_DATE.
    """
    if not text.strip():
        return None
    try:
        return parse_date(text)
    except ValueError as error:
        raise fault(FaultCode.BAD_DATE, origin, text.strip()) from error


def untitled_section(texts: Iterable[str]) -> Section:
    """Number the texts as the paragraphs of a section without heading, each exactly as it is."""
    return Section("", tuple(Paragraph(number, text) for number, text in enumerate(texts, 1)))


def with_body(article: Article) -> Article:
    """Return the article unchanged.

    Raises:
        FaultError: EMPTY_BODY, because no paragraph holds more than white space.
    """
    if any(paragraph.text.strip() for paragraph in article.paragraphs):
        return article
    raise fault(FaultCode.EMPTY_BODY, article.origin, article.title)
