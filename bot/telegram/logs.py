"""Logging without secrets: whatever a library says, the token does not get out."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import TYPE_CHECKING

from telegram.warnings import PTBDeprecationWarning, PTBUserWarning

if TYPE_CHECKING:
    from collections.abc import Iterable


def redacted(said: str, secrets: Iterable[str]) -> str:
    """Without the secrets."""
    for secret in secrets:
        said = said.replace(secret, "***")
    return said


class Redacting(logging.Formatter):
    """Puts *** for secrets, in tracebacks too."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        return redacted(super().format(record), self._secrets)


def log_to_stderr(secrets: Iterable[str]) -> None:
    """Log from INFO on; of the HTTP library only warnings, for it logs addresses, and those hold the token."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    warnings.filterwarnings("ignore", category=PTBDeprecationWarning)  # each RetryAfter tells of one
    warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)  # it keeps no raw updates
    for name in ("httpx", "httpcore", "telegram", "aiohttp.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # A traceback for each page of a proxy or a gateway that is no JSON; what came of the request is told elsewhere.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
