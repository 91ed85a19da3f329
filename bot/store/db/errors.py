"""Errors of the store; `bot.texts` has the messages for people. No message contains a password.

StoreError
├── StoreUnusable    it cannot be opened, created or reached
├── StoreTooNew      written by a newer version of this program
├── StoreNotEmpty    a backup can be restored into an empty store only
├── NotRestorable    a file is not a complete backup
├── Withdrawn        a reply quotes an article that was hidden meanwhile
└── JobLost          another process claimed the job that this one works on
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class StoreError(Exception):
    """Base class of the errors of the store."""


class StoreUnusable(StoreError):
    """The store cannot be opened, created or reached.

    Attributes:
        place: which database or file, without its password.
        reason: the message of the operating system or the database.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: the store cannot be used ({reason}); check the address, the rights and the server")
        self.place = place
        self.reason = reason


class StoreTooNew(StoreError):
    """The store was written by a newer version of this program; nothing was changed.

    Attributes:
        place: which database, without its password.
        found: the revision of its tables.
        known: the newest revision that this program knows.
    """

    def __init__(self, place: str, found: str, known: str) -> None:
        super().__init__(f"{place}: written by a newer version (tables {found}, known {known}); update this program")
        self.place = place
        self.found = found
        self.known = known


class StoreNotEmpty(StoreError):
    """The store to restore into is not empty.

    Attributes:
        place: which database, without its password.
    """

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}: there is something in this store already; restore into a new one")
        self.place = place


class NotRestorable(StoreError):
    """A file is not a complete backup; nothing was restored from it.

    Attributes:
        file: the backup.
        reason: what is wrong with it.
    """

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: cannot be restored ({reason}); take another backup")
        self.file = file
        self.reason = reason


class Withdrawn(StoreError):
    """A reply quotes an article that was hidden while it was made; roll back and handle the update anew."""

    def __init__(self, update_id: int) -> None:
        super().__init__(f"update {update_id}: an article that is quoted was hidden in the meantime; handle it anew")


class JobLost(StoreError):
    """Another process claimed the job, because this one was taken for dead."""

    def __init__(self, job_id: int) -> None:
        super().__init__(f"job {job_id}: another process claimed it, because this one was taken for dead")
