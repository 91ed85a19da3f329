"""Checks that all formats apply to the fields of an article before they build it."""

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

# Lone surrogates can't be encoded as UTF-8, and PostgreSQL stores no NUL.
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
_SHOWN_LENGTH = 80  # characters of a wrong value that a fault carries


def fault_error(code: FaultCode, origin: Origin, found: str = "", other: str = "") -> FaultError:
    """Return, without raising it, the error that carries a fault at this place.

    `found` is cut to 80 characters and made printable; `other` is not.
    """
    shown = found[:_SHOWN_LENGTH].encode("utf-8", "backslashreplace").decode("utf-8")
    return FaultError(Fault(code=code, path=origin.path, line=origin.line, found=shown, other=other))


def check_storable(text: str, name: str, origin: Origin) -> str:
    """Return the text of the field `name` unchanged.

    Raises:
        FaultError: BAD_FIELD, if it holds a lone surrogate or a NUL.
    """
    if _UNSTORABLE.search(text):
        raise fault_error(FaultCode.BAD_FIELD, origin, name, "storable text")
    return text


def parse_published(text: str, origin: Origin) -> datetime.date | None:
    """Parse a date field; return None, for an undated article, if it holds only white space.

    Raises:
        FaultError: BAD_DATE.
    """
    if not text.strip():
        return None
    try:
        return parse_date(text)
    except ValueError as error:
        raise fault_error(FaultCode.BAD_DATE, origin, text.strip()) from error


def untitled_section(texts: Iterable[str]) -> Section:
    """Return a section without heading whose paragraphs are the texts, unchanged and numbered from 1."""
    return Section("", tuple(Paragraph(number, text) for number, text in enumerate(texts, 1)))


def check_body(article: Article) -> Article:
    """Return the article unchanged.

    Raises:
        FaultError: EMPTY_BODY, if there is no paragraph, or all are empty or white space.
    """
    if any(paragraph.text.strip() for paragraph in article.paragraphs):
        return article
    raise fault_error(FaultCode.EMPTY_BODY, article.origin, article.title)
