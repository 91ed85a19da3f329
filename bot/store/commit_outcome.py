"""The end of an update: whatever it led to is committed with it, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.effects import (
    ChangeSubscription,
    ForgetPerson,
    RequestJob,
    Resend,
    ResolveHeldJob,
    SetHidden,
    SetOperator,
    Subscribe,
    Unsubscribe,
)
from bot.domain.jobs import AuditEntry
from bot.store import answer_table, housekeeping, migrate_chat, moderation
from bot.store.alerts import subscription_table
from bot.store.db.errors import Withdrawn
from bot.store.queue import chats, inbox, job_queue, outbox

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from bot.domain.effects import Effect, Outcome
    from bot.domain.messages import ClaimedUpdate, OutgoingMessage


def commit_outcome(
    connection: Connection, task: ClaimedUpdate, process_id: str, outcome: Outcome, now: datetime.datetime
) -> bool:
    """End an update with all that it led to.

    Returns:
        False, and nothing is changed, where the process holds the update no longer: it was thought dead, and another
        one answers. So nobody is answered twice.

    Raises:
        Withdrawn: an article that is quoted was hidden in the meantime; nothing is changed.
    """
    if not inbox.mark_done(connection, task, process_id, now):
        return False
    if moderation.are_hidden(connection, {key for message in outcome.messages for key in message.cites}):
        raise Withdrawn(task.update_id)
    if outcome.answer:
        answer_table.put(connection, outcome.answer)
    if outcome.feedback:
        answer_table.judge(connection, outcome.feedback, now)
    outbox.add(connection, _apply_effects(connection, outcome, now), now)
    if outcome.is_blocked:
        chats.block(connection, task.chat_id, now)
    elif chats.is_blocked(connection, task.chat_id):  # somebody wrote after blocking the bot: he has thought better
        chats.unblock(connection, task.chat_id, now)
    if outcome.moved_to is not None and task.chat_id:
        migrate_chat.migrate(connection, task.chat_id, outcome.moved_to, now)
    return True


def _apply_effects(connection: Connection, outcome: Outcome, now: datetime.datetime) -> Sequence[OutgoingMessage]:
    """Do what was asked for, all of it or nothing, and return what is said of it."""
    if not outcome.effects:
        return outcome.messages
    with connection.begin_nested() as attempt:
        refused = next((deed for deed in outcome.effects if not _apply_effect(connection, deed, now)), None)
        if refused is None:
            return outcome.messages
        attempt.rollback()
    if outcome.otherwise is None:
        return ()
    busy = job_queue.get_open(connection, refused.request.kind.lane) if isinstance(refused, RequestJob) else None
    return outcome.otherwise(busy)


def _apply_effect(connection: Connection, deed: Effect, now: datetime.datetime) -> bool:
    """False where it cannot be done: another job is open, or somebody has decided before."""
    match deed:
        case RequestJob():
            return job_queue.request_job(connection, deed.request, now) is not None
        case ResolveHeldJob():
            return job_queue.resolve_held(connection, deed.job_id, deed.end)
        case SetHidden():
            moderation.set_hidden(connection, deed, now)
        case SetOperator():
            moderation.set_operator(connection, deed, now)
        case AuditEntry():
            moderation.record(connection, deed, now)
        case Resend():
            return moderation.resend(connection, deed, now)
        case Subscribe() | ChangeSubscription() | Unsubscribe() | ForgetPerson():
            _changed(connection, deed, now)
    return True


def _changed(
    connection: Connection, deed: Subscribe | ChangeSubscription | Unsubscribe | ForgetPerson, now: datetime.datetime
) -> None:
    match deed:
        case Subscribe():
            subscription_table.subscribe(connection, deed, now)
        case ChangeSubscription():
            subscription_table.change(connection, deed)
        case Unsubscribe():
            subscription_table.unsubscribe(connection, deed)
        case ForgetPerson():
            housekeeping.forget_person(connection, deed.person_id)
