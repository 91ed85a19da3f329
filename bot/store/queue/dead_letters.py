"""Dead letters: messages that were given up, until operators requeue or drop them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from bot.domain.messages import DeadLetter, MessageState
from bot.store.db.schema import outbox

if TYPE_CHECKING:
    import datetime

    from sqlalchemy import Connection, Row

_IS_DEAD = outbox.c.state == MessageState.DEAD


def list_dead_letters(connection: Connection, limit: int) -> list[DeadLetter]:
    """Return at most `limit` dead letters, those given up last first."""
    letters = select(outbox).where(_IS_DEAD, outbox.c.ended_at.is_not(None)).order_by(outbox.c.ended_at.desc())
    return [_letter(row) for row in connection.execute(letters.limit(limit))]


def get_dead_letter(connection: Connection, row: int) -> DeadLetter | None:
    """Return the dead letter in an outbox row; None if that row is missing or in another state."""
    dead = connection.execute(select(outbox).where(_IS_DEAD, outbox.c.id == row)).one_or_none()
    return _letter(dead) if dead else None


def _letter(row: Row[Any]) -> DeadLetter:
    return DeadLetter(
        id=row.id,
        chat_id=row.chat_id,
        error=row.error,
        created_at=row.created_at,
        ended_at=row.ended_at,
        cites=tuple((row.cites or "").split()),
        has_payload=row.has_payload,
    )


def count_dead(connection: Connection) -> int:
    """Count the dead letters."""
    return connection.scalar(select(func.count()).select_from(outbox).where(_IS_DEAD)) or 0


def requeue(connection: Connection, row: int, now: datetime.datetime) -> bool:
    """Make a dead letter due at once, as if it had never been tried: with markup, and with no attempts counted.

    Returns False, and changes nothing, if the row is missing or no dead letter any more.
    """
    fresh = {
        "state": MessageState.WAITING,
        "next_at": now,
        "ended_at": None,
        "tries": 0,
        "is_plain": False,
        "is_uncertain": False,
        "error": None,
    }
    return connection.execute(update(outbox).where(_IS_DEAD, outbox.c.id == row).values(fresh)).rowcount == 1


def drop_dead_letter(connection: Connection, row: int, now: datetime.datetime) -> bool:
    """Cancel a dead letter for good; False if the row is missing or no dead letter any more.

    The alerts that it contains are not touched (`alert_table.remove_of_message`).
    """
    cancelled = {"state": MessageState.CANCELLED, "ended_at": now}
    return connection.execute(update(outbox).where(_IS_DEAD, outbox.c.id == row).values(cancelled)).rowcount == 1
