"""Claims messages to send, and makes the text of alerts in the same transaction, from what is pending by then."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.messages import OutgoingMessage, Priority
from bot.service.alerts.digest import select_for_message
from bot.store import answer_table, moderation
from bot.store.alerts import alert_queue, alert_table, bulletins, subscription_table
from bot.store.queue import outbox, rate_limit
from bot.telegram.ui.alert_view import (
    AlertEntry,
    alert_keyboard,
    alert_pieces,
    digest_heading,
    digest_keyboard,
    digest_pieces,
)
from bot.telegram.ui.reply import ROOM
from bot.telegram.wire.markup import messages
from bot.telegram.wire.payload import Payload
from bot.texts import Language, texts_in

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from bot.domain.messages import ClaimedMessage
    from bot.domain.subscriptions import PendingAlert, Subscription
    from bot.store.db.database import Connection

_log = logging.getLogger(__name__)


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[ClaimedMessage]:
    """Claim messages to send, at most `limit`: other kinds first, then as many alerts as the rate limits allow.

    The text of each alert is made now. One whose text cannot be made becomes a dead letter, which is logged; one with
    nothing to tell is discarded. Both are left out of the result.

    Args:
        connection: in a transaction that writes.
        process_id: of the process that claims.
        limit: how many.
        now: the time.
    """
    replies = outbox.claim(connection, process_id, limit, now)
    alerts = rate_limit.claim(connection, process_id, limit - len(replies), now)
    if alerts:
        moderation.lock_hidden(connection)  # no article is hidden until the texts are stored
    filled = []
    for alert in alerts:
        try:
            message = _fill(connection, alert, process_id, now)
        except (ValueError, TypeError, LookupError) as error:  # it must not hold up all other messages
            _log.exception("chat %s: an alert cannot be made", alert.chat_id)
            outbox.dead_letter(connection, alert, process_id, f"{type(error).__name__}: {error}", now)
            continue
        if message:
            filled.append(message)
    return replies + filled


def _fill(
    connection: Connection, message: ClaimedMessage, process_id: str, now: datetime.datetime
) -> ClaimedMessage | None:
    """Make the text of a claimed alert from what is pending for its chat, topic and frequency.

    An alert that has a payload was claimed before, and its sending was postponed. It is made anew from the alerts that
    it contained, as far as they are still wanted. It is sent as it is if it may have arrived, or contains no alerts.
    Another message is added for alerts that stay pending. None, and the message is discarded, if there is nothing to
    tell.
    """
    contained = None
    if message.has_payload:
        alerts, _ = alert_table.of_message(connection, message.id, message.chat_id)
        if message.is_uncertain or not alerts:
            return _unless_hidden(connection, message, process_id, now)
        alert_table.unbind(connection, message.chat_id, message.id)
        contained = {(alert.key, alert.edition) for alert in alerts}
    subscriptions = subscription_table.of_chat(connection, message.chat_id, message.thread_id)
    wanted, has_more = _wanted(connection, message, subscriptions)
    if contained is None:
        chosen = select_for_message(wanted, now, is_daily=message.is_daily)
    else:
        chosen = [alert for alert in wanted if (alert.key, alert.edition) in contained]
    entries = alert_entries(connection, chosen, subscriptions)
    if entries:
        filled = _store_texts(connection, message, entries, now)
        alert_table.bind(connection, message.chat_id, message.thread_id, chosen, message.id)
        has_more = has_more or len(chosen) < len(wanted)
    else:
        filled = None
        outbox.discard(connection, message, process_id, now)
        has_more = has_more or bool(wanted)
    if has_more:
        alert_queue.enqueue_rest(connection, message.chat_id, message.thread_id, message.is_daily, now)
    return filled


def _unless_hidden(
    connection: Connection, message: ClaimedMessage, process_id: str, now: datetime.datetime
) -> ClaimedMessage | None:
    """Return the message as it is; discard it and return None if an article that it quotes was hidden meanwhile."""
    if not moderation.are_hidden(connection, message.cites):
        return message
    outbox.discard(connection, message, process_id, now)
    return None


def _wanted(
    connection: Connection, message: ClaimedMessage, subscriptions: Iterable[Subscription]
) -> tuple[list[PendingAlert], bool]:
    """Return the alerts that can be sent now, oldest first, and whether others may be pending that were not read.

    Alerts to which no active subscription matches any more are deleted. Alerts whose article is hidden or not published
    at this moment stay pending for when it is again.

    Args:
        connection: in a transaction that writes.
        message: the claimed alert: its chat, topic and frequency.
        subscriptions: those of its chat and topic, paused ones included.
    """
    pending = alert_table.pending(connection, message.chat_id, message.thread_id, is_daily=message.is_daily)
    active = {subscription.id for subscription in subscriptions if not subscription.is_paused}
    unwanted = [alert for alert in pending if active.isdisjoint(alert.subscriptions)]
    alert_table.remove(connection, message.chat_id, message.thread_id, unwanted)
    wanted = [alert for alert in pending if alert not in unwanted and alert.is_there]
    has_more = len(pending) == alert_table.MOST_PENDING and (bool(unwanted) or pending[-1].is_there)
    return wanted, has_more


def alert_entries(
    connection: Connection, pending: Sequence[PendingAlert], subscriptions: Iterable[Subscription]
) -> list[AlertEntry]:
    """Return alerts with what their message says, in the order of a list: answers first, then the latest articles.

    Those without a bulletin are left out; stored answers and subscriptions that no longer exist are not shown.

    Args:
        connection: reads.
        pending: the alerts.
        subscriptions: those of their chat and topic.
    """
    by_id = {subscription.id: subscription for subscription in subscriptions}
    summaries = bulletins.of(connection, ((alert.key, alert.edition) for alert in pending))
    entries = []
    for alert in pending:
        summary = summaries.get((alert.key, alert.edition))
        if summary is None:
            continue
        answers = tuple(row for answer_id in alert.answers if (row := answer_table.get(connection, answer_id)))
        matching = (by_id[name] for name in alert.subscriptions if name in by_id)
        # An answer shows its question, so the subscription to it is not named as well.
        named = tuple(match for match in matching if not answers or match.criteria.question is None)
        entries.append(AlertEntry(alert, summary, named, answers))
    return sorted(entries, key=_rank)


def _rank(entry: AlertEntry) -> tuple[bool, int, str]:
    """Return a sort key: entries with answers first, then the latest date (none comes last), then the title."""
    date = entry.bulletin.date
    return not entry.answers, -date.toordinal() if date else 0, entry.bulletin.title


def _store_texts(
    connection: Connection, message: ClaimedMessage, entries: Sequence[AlertEntry], now: datetime.datetime
) -> ClaimedMessage:
    """Store the payload of an alert, and return the message with it.

    What one message cannot hold is added to the outbox as further messages, once each by their keys.
    """
    first, *others = _payloads(message, entries, now)
    cites = [entry.pending.key for entry in entries]
    cites += [source.article for entry in entries for answer in entry.answers for source in answer.sources]
    filled = outbox.set_payload(connection, message, first.dump(), cites)
    parts = [
        OutgoingMessage(
            chat_id=message.chat_id,
            payload=payload.dump(),
            priority=Priority.ALERT,
            key=f"part:{message.id}:{number}",
            cites=tuple(cites),
        )
        for number, payload in enumerate(others, 2)
    ]
    outbox.add(connection, parts, now)
    return filled


def _payloads(message: ClaimedMessage, entries: Sequence[AlertEntry], now: datetime.datetime) -> list[Payload]:
    """Lay out alerts in one message, or in as many as they need; the last one has the buttons.

    One alert is shown as an article; several, or one that counts articles that are not listed, as page 1 of a list. It
    is silent if all subscriptions named in it are.

    Args:
        message: the claimed alert.
        entries: at least one, in the order of the list.
        now: the time.
    """
    texts, pending = texts_in(_language(entries[0])), [entry.pending for entry in entries]
    is_single = len(entries) == 1 and not pending[0].more
    if is_single:
        shown, keyboard = messages(alert_pieces(entries[0], texts), ROOM), alert_keyboard(entries[0], texts)
    else:
        heading = digest_heading(pending, now, texts, is_daily=message.is_daily)
        more = sum(alert.more for alert in pending)
        shown = messages(digest_pieces(heading, entries, 1, more, texts), ROOM)
        keyboard = digest_keyboard(message.id, entries, 1, texts)
    named = [subscription for entry in entries for subscription in entry.subscriptions]
    common = Payload(
        thread_id=message.thread_id or None,
        withdrawn=texts.subscribing.withdrawn if is_single else texts.subscribing.withdrawn_list,
        is_list=not is_single,
        is_silent=all(row.is_silent for row in named or pending),
    )
    last = len(shown) - 1
    return [
        replace(common, html=html, keyboard=keyboard if number == last else ()) for number, html in enumerate(shown)
    ]


def _language(entry: AlertEntry) -> Language:
    """Return the language of the first subscription, else of the first answer, else Simplified Chinese."""
    languages = [
        *(subscription.language for subscription in entry.subscriptions),
        *(answer.language for answer in entry.answers),
    ]
    return Language(languages[0]) if languages and languages[0] else Language.SIMPLIFIED
