"""Alembic migrations of the tables; `bot.store.db.database` runs them."""
