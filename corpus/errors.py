"""Faults of article files, as codes and facts (`bot.texts` has the sentences), and the errors that carry them.

CorpusError
├── CorpusNotFound    the path given as corpus does not exist, or cannot be listed
└── FaultError        carries a Fault out of a reader; the loader collects it and goes on
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class FaultCode(StrEnum):
    """The kind of a fault; the comment says what `Fault.found` and `Fault.other` hold."""

    UNREADABLE = "unreadable"  # found: the system's reason (no permission, no such file …)
    CHANGING = "changing"  # the file was written to while it was read, or still is
    OUTSIDE = "outside"  # a symbolic link out of the corpus folder; found: its target
    EMPTY_FILE = "empty-file"
    BINARY_FILE = "binary-file"
    UNKNOWN_ENCODING = "unknown-encoding"  # found: the first bytes that fit no encoding
    UNKNOWN_FORMAT = "unknown-format"  # found: the ending
    NOT_A_PAGE = "not-a-page"  # a text file in which no line is `-`
    BROKEN_GZIP = "broken-gzip"  # found: the library's reason
    LINE_TOO_LONG = "line-too-long"  # found: the limit in bytes
    BAD_JSON = "bad-json"  # found: the parser's reason, with the column
    NOT_AN_OBJECT = "not-an-object"  # found: the JSON or YAML type instead
    BAD_FIELD = "bad-field"  # found: the field's name; other: the type expected
    MISSING_FIELD = "missing-field"  # found: the field's name
    BAD_DATE = "bad-date"  # found: the text of the date
    BAD_FRONT_MATTER = "bad-front-matter"  # found: the parser's reason
    UNCLOSED_FRONT_MATTER = "unclosed-front-matter"
    EMPTY_BODY = "empty-body"
    DUPLICATE_ID = "duplicate-id"  # found: the id; other: path:line of the article that was kept
    DUPLICATE_ARTICLE = "duplicate-article"  # found: the title; other: path:line of the article that was kept


_NOTICES = frozenset({FaultCode.DUPLICATE_ARTICLE})  # reported to the operator, though nothing is lost


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong with a file of the corpus."""

    code: FaultCode
    #: relative to the corpus folder, with `/`; `.` for the folder itself
    path: str
    #: from 1; 0 for the whole file
    line: int
    found: str = ""
    other: str = ""

    @property
    def is_notice(self) -> bool:
        """True for DUPLICATE_ARTICLE: nothing is lost by it, so `chuwen check` still succeeds."""
        return self.code in _NOTICES


class CorpusError(Exception):
    """Base class of the errors of this package."""


class CorpusNotFound(CorpusError):
    """The path given as corpus does not exist, or cannot be listed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class FaultError(CorpusError):
    """Carries one fault from a reader up to the loader."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.path}:{fault.line}: {fault.code}")
        self.fault = fault
