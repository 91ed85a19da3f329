"""The end of an update: whatever it led to is committed with it, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.effects import Appoint, Ask, Change, Forget, Hide, Resend, Settle, Subscribe, Unsubscribe
from bot.domain.jobs import Entry
from bot.store import answer_table, housekeeping, migrate_chat, moderation
from bot.store.alerts import subscription_table
from bot.store.db.errors import Withdrawn
from bot.store.queue import chats, inbox, job_queue, outbox

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from bot.domain.effects import Deed, Outcome
    from bot.domain.messages import Outgoing, Task


def finish(connection: Connection, task: Task, process_id: str, outcome: Outcome, now: datetime.datetime) -> bool:
    """End an update with all that it led to.

    Returns:
        False, and nothing is changed, where the process holds the update no longer: it was thought dead, and another
        one answers. So nobody is answered twice.

    Raises:
        Withdrawn: an article that is quoted was hidden in the meantime; nothing is changed.
    """
    if not inbox.done(connection, task, process_id, now):
        return False
    if moderation.are_hidden(connection, {key for message in outcome.messages for key in message.cites}):
        raise Withdrawn(task.update_id)
    if outcome.answer:
        answer_table.put(connection, outcome.answer)
    if outcome.verdict:
        answer_table.judge(connection, outcome.verdict, now)
    outbox.add(connection, _do(connection, outcome, now), now)
    if outcome.is_blocked:
        chats.block(connection, task.chat_id, now)
    elif chats.is_blocked(connection, task.chat_id):  # somebody wrote after blocking the bot: he has thought better
        chats.unblock(connection, task.chat_id, now)
    if outcome.moved_to is not None and task.chat_id:
        migrate_chat.migrate(connection, task.chat_id, outcome.moved_to, now)
    return True


def _do(connection: Connection, outcome: Outcome, now: datetime.datetime) -> Sequence[Outgoing]:
    """Do what was asked for, all of it or nothing, and return what is said of it."""
    if not outcome.deeds:
        return outcome.messages
    with connection.begin_nested() as attempt:
        refused = next((deed for deed in outcome.deeds if not _did(connection, deed, now)), None)
        if refused is None:
            return outcome.messages
        attempt.rollback()
    if outcome.otherwise is None:
        return ()
    busy = job_queue.open_one(connection, refused.request.kind.lane) if isinstance(refused, Ask) else None
    return outcome.otherwise(busy)


def _did(connection: Connection, deed: Deed, now: datetime.datetime) -> bool:
    """False where it cannot be done: another job is open, or somebody has decided before."""
    match deed:
        case Ask():
            return job_queue.ask(connection, deed.request, now) is not None
        case Settle():
            return job_queue.settle(connection, deed.job_id, deed.end)
        case Hide():
            moderation.hide(connection, deed, now)
        case Appoint():
            moderation.appoint(connection, deed, now)
        case Entry():
            moderation.record(connection, deed, now)
        case Resend():
            return moderation.resend(connection, deed, now)
        case Subscribe() | Change() | Unsubscribe() | Forget():
            _changed(connection, deed, now)
    return True


def _changed(connection: Connection, deed: Subscribe | Change | Unsubscribe | Forget, now: datetime.datetime) -> None:
    match deed:
        case Subscribe():
            subscription_table.subscribe(connection, deed, now)
        case Change():
            subscription_table.change(connection, deed)
        case Unsubscribe():
            subscription_table.unsubscribe(connection, deed)
        case Forget():
            housekeeping.forget(connection, deed.person_id)
