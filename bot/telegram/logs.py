"""Logging with secrets removed, so that no library can log the bot token."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import TYPE_CHECKING

from telegram.warnings import PTBDeprecationWarning, PTBUserWarning

if TYPE_CHECKING:
    from collections.abc import Iterable


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return the text with each secret replaced by ***; no secret may be empty."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


class Redacting(logging.Formatter):
    """A formatter that replaces secrets by ***, in tracebacks too."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Format one record, with its traceback, and replace the secrets."""
        return redacted(super().format(record), self._secrets)


def log_to_stderr(secrets: Iterable[str]) -> None:
    """Log to standard error from INFO on, with `secrets` replaced; earlier handlers of the root logger are removed.

    Of httpx, which logs URLs that hold the token, and some other libraries only warnings are logged. Two warnings of
    python-telegram-bot that would be raised in normal use are ignored.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    warnings.filterwarnings("ignore", category=PTBDeprecationWarning)  # raised with each RetryAfter
    warnings.filterwarnings(
        "ignore", "Please use 'Bot.getUpdates'", PTBUserWarning
    )  # getUpdates of the library loses the raw updates
    for name in ("httpx", "httpcore", "telegram", "aiohttp.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It logs a traceback for each response of a proxy or gateway that is not JSON; the caller logs the error itself.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
