"""The commands `backup` and `restore`, and opening the store for any command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.exit_codes import DONE, NO_STORE, UNREADABLE, CannotRun
from bot.texts import Texts, texts_in

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bot.settings import Settings
    from bot.store.db.database import Database


def run_backup(options: argparse.Namespace, settings: Settings) -> int:
    """Write the contents of the store to `options.file`, which is replaced if it exists; print how many rows it has.

    Raises:
        CannotRun: there is no store, it cannot be used, or the file cannot be written.
    """
    from bot.store.db.address import ensure_exists
    from bot.store.db.backup import backup

    texts = texts_in(settings.language)
    with _store_errors(texts):
        ensure_exists(settings.database)
    with open_database(settings) as database:
        try:
            rows = backup(database, options.file)
        except OSError as error:
            raise CannotRun(texts.no_backup.format(path=options.file, reason=error.strerror), UNREADABLE) from error
    print(texts.backed_up.format(path=options.file, rows=rows))
    return DONE


def run_restore(options: argparse.Namespace, settings: Settings) -> int:
    """Fill an empty store from the backup `options.file`, all of it or nothing; print how many rows it has.

    Raises:
        CannotRun: the file is no complete backup, or the store contains rows or cannot be used.
    """
    from bot.store.db.backup import restore
    from bot.store.db.errors import NotRestorable, StoreNotEmpty

    texts = texts_in(settings.language)
    with _store_errors(texts):
        try:
            place, rows = restore(settings.database, options.file)
        except NotRestorable as error:
            raise CannotRun(texts.bad_backup.format(path=options.file, reason=error.reason), UNREADABLE) from error
        except StoreNotEmpty as error:
            raise CannotRun(texts.full_store.format(place=error.place), NO_STORE) from error
    print(texts.restored.format(place=place, rows=rows))
    return DONE


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the store, creating and migrating it if needed, and close it at the end.

    Raises:
        CannotRun: it cannot be opened, or a newer version wrote it. Errors inside the `with` block are not converted.
    """
    from bot.store.db.database import Database

    with _store_errors(texts_in(settings.language)):
        database = Database.open(settings.database)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _store_errors(texts: Texts) -> Iterator[None]:
    """Raise `CannotRun` (exit code NO_STORE) with a message in place of StoreTooNew and StoreUnusable."""
    from bot.store.db.errors import StoreTooNew, StoreUnusable

    try:
        yield
    except StoreTooNew as error:
        raise CannotRun(texts.newer_store.format(place=error.place), NO_STORE) from error
    except StoreUnusable as error:
        raise CannotRun(texts.no_store.format(place=error.place, reason=error.reason), NO_STORE) from error
