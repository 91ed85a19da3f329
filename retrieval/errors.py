"""The errors of this package.

RetrievalError
├── CacheUnusable     the cache folder cannot be read or written
├── IndexUnusable     an index folder is damaged, incomplete, of another version or name: it has to be built again
└── BadQuestions      a gold file that `evaluate` cannot read: path, line, reason
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class RetrievalError(Exception):
    """Base of all errors of this package."""


class CacheUnusable(RetrievalError):
    """The cache folder cannot be read or written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder
        self.reason = reason


class IndexUnusable(RetrievalError):
    """An index folder is damaged, incomplete, of another version or built under another name."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder
        self.reason = reason


class BadQuestions(RetrievalError):
    """A gold file, or a line of it, cannot be read."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line  # from 1; 0 for the whole file
        self.reason = reason
