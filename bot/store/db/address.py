"""Addresses of stores: database URLs, and paths of SQLite files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.store.db.dialect import POSTGRESQL
from bot.store.db.errors import StoreUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator

SUPPORTED = "a file, sqlite:/// and a file, or postgresql://user:password@host/database"
_DRIVERS = {"sqlite": "sqlite", "sqlite+pysqlite": "sqlite"} | dict.fromkeys(
    ("postgres", POSTGRESQL, "postgresql+psycopg"), "postgresql+psycopg"
)


def parse(address: str) -> URL:
    """Parse an address into the URL that SQLAlchemy opens; paths become absolute, and `~` is expanded. Opens nothing.

    Args:
        address: a URL, or the path of a SQLite file, which may contain any characters.

    Raises:
        StoreUnusable: the database is not supported, the address is malformed, or it names a SQLite store in memory.
    """
    before, separator, after = address.partition("://")
    if not separator or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+]*", before):
        return _sqlite(URL.create("sqlite", database=address), address)
    scheme = before.lower()
    if scheme not in _DRIVERS:
        raise StoreUnusable(f"{scheme}://…", f"not supported; what is: {SUPPORTED}")
    try:
        url = make_url(f"{scheme}://{after}").set(drivername=_DRIVERS[scheme])
    except (ArgumentError, ValueError):  # not chained: its message may contain the password
        raise StoreUnusable(f"{scheme}://…", f"not a valid address; write {SUPPORTED}") from None
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, url.database or "")
    if "@" in (url.host or "") or not url.database:
        hint = "write @ : / in the password as %40 %3A %2F, and name a database"
        raise StoreUnusable(f"{scheme}://…", f"not a valid address; {hint}")
    return url


def _sqlite(url: URL, file: str) -> URL:
    """Return a SQLite URL with the absolute path of its file; a URL with `?uri=` is returned unchanged."""
    if file in ("", ":memory:"):
        raise StoreUnusable("sqlite", "a store in memory would be lost, and cannot be shared; name a file")
    if "uri" in url.query:
        return url
    try:
        return url.set(database=str(Path(file).expanduser().absolute()))
    except (RuntimeError, ValueError) as error:  # no such user's home
        raise StoreUnusable(file, str(error)) from error


def place_of(url: URL) -> str:
    """Return the address without the password, to be shown: the path of a SQLite file, or a URL without its query."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    host = url.host or next(_query(url, "host"), "")
    user = f"{url.username}@" if url.username else ""
    return f"{POSTGRESQL}://{user}{host}{f':{url.port}' if url.port else ''}/{url.database}"


def folder_of(url: URL) -> Path | None:
    """Return the folder of a SQLite file, whose free disk space is watched; None for a server."""
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None


def ensure_exists(address: str) -> None:
    """Raise an error if a SQLite file is missing: opening a mistyped path would create an empty store.

    Servers are not contacted.

    Raises:
        StoreUnusable: there is no such file, or the address is malformed.
    """
    if not exists(address):
        raise StoreUnusable(place_of(parse(address)), "no such file")


def exists(address: str) -> bool:
    """Return False if the address is that of a SQLite file that is missing; True for any server.

    Servers are not contacted. A SQLite URL with `?uri=` is not checked either: True.

    Raises:
        StoreUnusable: the address is malformed.
    """
    url = parse(address)
    return not folder_of(url) or "uri" in url.query or Path(url.database or "").exists()


def passwords(url: URL) -> list[str]:
    """Return the passwords in a URL and its query, which must not be shown or logged; empty if there is none."""
    return [secret for secret in (str(url.password or ""), *_query(url, "password")) if secret]


def _query(url: URL, name: str) -> Iterator[str]:
    """Yield the values of a parameter in the query of a URL; none if it is missing."""
    value = url.query.get(name, ())
    yield from (value,) if isinstance(value, str) else value
