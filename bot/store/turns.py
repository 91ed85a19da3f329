"""The end of an update: whatever it led to is committed with it, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import answers, chats, inbox, outbox

if TYPE_CHECKING:
    import datetime

    from sqlalchemy import Connection

    from bot.store.model import Outcome, Task


def finish(connection: Connection, task: Task, process_id: str, outcome: Outcome, now: datetime.datetime) -> bool:
    """End an update with all that it led to.

    Returns:
        False, and nothing is changed, where the process holds the update no longer: it was thought dead, and another
        one answers. So nobody is answered twice.
    """
    if not inbox.done(connection, task, process_id, now):
        return False
    if outcome.answer:
        answers.put(connection, outcome.answer)
    if outcome.verdict:
        answers.judge(connection, outcome.verdict, now)
    outbox.add(connection, outcome.messages, now)
    if outcome.is_blocked:
        chats.block(connection, task.chat_id, now)
    elif chats.is_blocked(connection, task.chat_id):  # somebody wrote after blocking the bot: he has thought better
        chats.unblock(connection, task.chat_id, now)
    if outcome.moved_to is not None and task.chat_id:
        chats.migrate(connection, task.chat_id, outcome.moved_to, now)
    return True
