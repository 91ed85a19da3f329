"""Fixtures of the store's tests: every test runs on SQLite and on PostgreSQL."""

from tests.support.store_fixtures import database_fixture, new_address_fixture

__all__ = ["database_fixture", "new_address_fixture"]
