"""Frozen values that the store, the services and the faces share; no SQL and no Telegram."""
