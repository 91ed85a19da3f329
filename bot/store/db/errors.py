"""What can be wrong with the store, as facts; `bot.texts` finds the words. No message holds a password.

StoreError
├── StoreUnusable    it cannot be opened, created or reached
├── StoreTooNew      a newer program has written it
├── StoreNotEmpty    a backup goes into an empty store only
├── NotRestorable    a file is no whole backup
├── Withdrawn        a reply quotes an article that was hidden while it was made
└── JobLost          another process has a job in hand that this one works on
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class StoreError(Exception):
    """Anything that is wrong with the store."""


class StoreUnusable(StoreError):
    """The store cannot be opened, created or reached.

    Attributes:
        place: which database or file, without its password.
        reason: why, in the words of the system or the database.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: the store cannot be used ({reason}); check the address, the rights and the server")
        self.place = place
        self.reason = reason


class StoreTooNew(StoreError):
    """A newer program has written the store; it was left as it is.

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
    """A backup goes into an empty store only.

    Attributes:
        place: which database, without its password.
    """

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}: there is something in this store already; restore into a new one")
        self.place = place


class NotRestorable(StoreError):
    """A file is no whole backup, so nothing was taken from it.

    Attributes:
        file: the backup.
        reason: what is wrong with it.
    """

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: cannot be restored ({reason}); take another backup")
        self.file = file
        self.reason = reason


class Withdrawn(StoreError):
    """A reply quotes an article that was hidden while it was made: make it anew."""

    def __init__(self, update_id: int) -> None:
        super().__init__(f"update {update_id}: an article that is quoted was hidden in the meantime; handle it anew")


class JobLost(StoreError):
    """Another process has the job in hand: this one was thought dead."""

    def __init__(self, job_id: int) -> None:
        super().__init__(f"job {job_id}: another process has it in hand; leave it alone")
