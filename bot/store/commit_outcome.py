"""Commits the end of an update together with everything that it led to, in one transaction."""

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
    """End an update, apply its effects and put its messages into the outbox.

    A chat that had blocked the bot is unblocked, unless the outcome says that it is blocked.

    Args:
        connection: in a transaction that writes; the caller commits it.
        task: the update.
        process_id: of the process that claimed it.
        outcome: what handling it led to; if an effect is not applicable, none is applied, and the messages that
            `outcome.otherwise` makes are sent instead (none if it is None). All the rest is stored in any case.
        now: the time.

    Returns:
        False, and nothing is changed, if the process no longer holds the update: it was taken for dead, and another
        one handles the update. So an update is handled at least once, but answered only once.

    Raises:
        Withdrawn: an article that one of `outcome.messages` quotes was hidden meanwhile; roll back, and handle the
            update anew.
    """
    if not inbox.mark_done(connection, task, process_id, now):
        return False
    if moderation.are_hidden(connection, {key for message in outcome.messages for key in message.cites}):
        raise Withdrawn(task.update_id)
    if outcome.answer:
        answer_table.put(connection, outcome.answer)
    if outcome.feedback:
        answer_table.set_feedback(connection, outcome.feedback, now)
    outbox.add(connection, _apply_effects(connection, outcome, now), now)
    if outcome.is_blocked:
        chats.block(connection, task.chat_id, now)
    elif chats.is_blocked(connection, task.chat_id):  # somebody wrote there, so the chat accepts messages again
        chats.unblock(connection, task.chat_id, now)
    if outcome.moved_to is not None and task.chat_id:
        migrate_chat.migrate(connection, task.chat_id, outcome.moved_to, now)
    return True


def _apply_effects(connection: Connection, outcome: Outcome, now: datetime.datetime) -> Sequence[OutgoingMessage]:
    """Apply all effects in order, or none if one is not applicable; returns the messages to send in either case."""
    if not outcome.effects:
        return outcome.messages
    with connection.begin_nested() as attempt:
        refused = next((effect for effect in outcome.effects if not _apply_effect(connection, effect, now)), None)
        if refused is None:
            return outcome.messages
        attempt.rollback()
    if outcome.otherwise is None:
        return ()
    busy = job_queue.get_open(connection, refused.request.kind.lane) if isinstance(refused, RequestJob) else None
    return outcome.otherwise(busy)


def _apply_effect(connection: Connection, effect: Effect, now: datetime.datetime) -> bool:
    """Apply an effect; False if it is not applicable: another job of the lane is open, or somebody decided before."""
    match effect:
        case RequestJob():
            return job_queue.request_job(connection, effect.request, now) is not None
        case ResolveHeldJob():
            return job_queue.resolve_held(connection, effect.job_id, effect.end)
        case Resend():
            return moderation.resend(connection, effect, now)
        case SetHidden():
            moderation.set_hidden(connection, effect, now)
        case SetOperator():
            moderation.set_operator(connection, effect, now)
        case AuditEntry():
            moderation.record(connection, effect, now)
        case Subscribe() | ChangeSubscription() | Unsubscribe() | ForgetPerson():
            _apply_to_subscriptions(connection, effect, now)
    return True


def _apply_to_subscriptions(
    connection: Connection, effect: Subscribe | ChangeSubscription | Unsubscribe | ForgetPerson, now: datetime.datetime
) -> None:
    match effect:
        case Subscribe():
            subscription_table.subscribe(connection, effect, now)
        case ChangeSubscription():
            subscription_table.change(connection, effect)
        case Unsubscribe():
            subscription_table.unsubscribe(connection, effect)
        case ForgetPerson():
            housekeeping.forget_person(connection, effect.person_id)
