"""Takes on messages to be sent; what an alert says is decided in that moment: what its place is to be told by then."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.messages import OutgoingMessage, Priority
from bot.service.alerts.plan import together
from bot.store import answer_table, moderation
from bot.store.alerts import alert_table, bulletins, subscription_table
from bot.store.queue import outbox, rate_limit
from bot.telegram.ui.alert_view import (
    AlertEntry,
    alert_keyboard,
    alert_pieces,
    digest_heading,
    digest_keyboard,
    digest_pieces,
)
from bot.telegram.ui.context import ROOM
from bot.telegram.wire.markup import messages
from bot.telegram.wire.payload import Payload, load
from bot.texts import Language, texts

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from bot.domain.messages import ClaimedMessage
    from bot.domain.subscriptions import PendingAlert, Subscription
    from bot.store.db.database import Connection

_log = logging.getLogger(__name__)


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[ClaimedMessage]:
    """Take on messages: replies first, then as many alerts as the pace allows."""
    parcels = outbox.claim(connection, process_id, limit, now)
    due = rate_limit.claim(connection, process_id, limit - len(parcels), now)
    if due:
        moderation.hold_hidden(connection)  # none is hidden until this is stored
    return parcels + [filled for one in due if (filled := _tried(connection, one, process_id, now))]


def _tried(
    connection: Connection, parcel: ClaimedMessage, process_id: str, now: datetime.datetime
) -> ClaimedMessage | None:
    """A message with its words; None where it has none: one that cannot be made must not hold up all others."""
    try:
        return _filled(connection, parcel, process_id, now)
    except (ValueError, TypeError, LookupError) as error:
        _log.exception("chat %s: an alert cannot be made", parcel.chat_id)
        outbox.bury(connection, parcel, process_id, f"{type(error).__name__}: {error}", now)
        return None


def _filled(
    connection: Connection, parcel: ClaimedMessage, process_id: str, now: datetime.datetime
) -> ClaimedMessage | None:
    """A message with its words; None where nothing is to be told any more."""
    place, told = alert_table.place_of(parcel.key), None
    if place is None:
        place, told = _decided(connection, parcel)
    if place is None:
        return _as_it_is(connection, parcel, process_id, now)
    thread_id, is_daily = place
    here = {one.id: one for one in subscription_table.of_chat(connection, parcel.chat_id, thread_id)}
    wanted, is_more = _wanted(connection, parcel.chat_id, place, here)
    chosen = together(wanted, now, is_daily=is_daily)
    if told is not None:  # the same as before, as far as it is still wanted: it may have arrived
        chosen = [one for one in wanted if (one.key, one.edition) in told]
    items = items_of(connection, chosen, here.values())
    if not items:
        outbox.spare(connection, parcel, process_id, now)
        if is_more or wanted:
            alert_table.go_on(connection, parcel.chat_id, thread_id, is_daily, now)
        return None
    first, *others = _payloads(parcel.id, items, thread_id, now, is_daily=is_daily)
    cites = [*(item.pending.key for item in items), *_answer_cites(items)]
    alert_table.bind(connection, parcel.chat_id, thread_id, chosen, parcel.id)
    filled = outbox.fill(connection, parcel, first.dump(), cites)
    outbox.add(connection, [_further(parcel, number, one, cites) for number, one in enumerate(others, 2)], now)
    if is_more or len(chosen) < len(wanted):
        alert_table.go_on(connection, parcel.chat_id, thread_id, is_daily, now)
    return filled


def _decided(
    connection: Connection, parcel: ClaimedMessage
) -> tuple[tuple[int, bool] | None, set[tuple[str, int]] | None]:
    """The place of a message that was decided before, and the alerts in it: they are put into words anew.

    None where it may well have arrived, or tells nothing that could be decided anew.
    """
    told, is_daily = alert_table.told_in(connection, parcel.id, parcel.chat_id)
    if parcel.is_uncertain or not told:
        return None, None
    alert_table.unbind(connection, parcel.chat_id, parcel.id)
    return (load(parcel.payload).thread_id or 0, is_daily), {(one.key, one.edition) for one in told}


def _as_it_is(
    connection: Connection, parcel: ClaimedMessage, process_id: str, now: datetime.datetime
) -> ClaimedMessage | None:
    """The message as it was decided; None where an article that it quotes was hidden meanwhile."""
    if not moderation.are_hidden(connection, outbox.cites(connection, parcel.id)):
        return parcel
    outbox.spare(connection, parcel, process_id, now)
    return None


def _further(parcel: ClaimedMessage, number: int, payload: Payload, cites: Sequence[str]) -> OutgoingMessage:
    """What a message has no room for."""
    key = f"part:{parcel.id}:{number}"
    return OutgoingMessage(
        chat_id=parcel.chat_id, payload=payload.dump(), priority=Priority.ALERT, key=key, cites=tuple(cites)
    )


def _wanted(
    connection: Connection, chat_id: int, place: tuple[int, bool], here: dict[str, Subscription]
) -> tuple[list[PendingAlert], bool]:
    """What is to be told, but for what nobody there subscribes to any more, which is dropped; and whether more waits.

    What is not published at this moment is kept, for when it is again.
    """
    thread_id, is_daily = place
    pending = alert_table.pending(connection, chat_id, thread_id, is_daily=is_daily)
    active = {one.id for one in here.values() if not one.is_paused}
    unwanted = [one for one in pending if active.isdisjoint(one.subscriptions)]
    alert_table.drop(connection, chat_id, thread_id, unwanted)
    wanted = [one for one in pending if one not in unwanted and one.is_there]
    is_full = len(pending) == alert_table.MOST_PENDING and (bool(unwanted) or pending[-1].is_there)
    return wanted, is_full


def items_of(connection: Connection, pending: Sequence[PendingAlert], here: Iterable[Subscription]) -> list[AlertEntry]:
    """Alerts with all that is told of them, in the order in which a list tells them.

    Args:
        connection: reads.
        pending: the alerts.
        here: the subscriptions of their place.
    """
    by_id = {one.id: one for one in here}
    said = bulletins.of(connection, ((one.key, one.edition) for one in pending))
    items = []
    for one in pending:
        bulletin = said.get((one.key, one.edition))
        if bulletin is None:
            continue
        named = [by_id[name] for name in one.subscriptions if name in by_id]
        told = [row for name in one.answers if (row := answer_table.get(connection, name))]
        kept = tuple(one for one in named if not told or one.wish.question is None)  # the answers name their questions
        items.append(AlertEntry(one, bulletin, kept, tuple(told)))
    return sorted(items, key=_rank)


def _rank(item: AlertEntry) -> tuple[bool, int, str]:
    """Answers first, then what was published last."""
    date = item.bulletin.date
    return not item.answers, -date.toordinal() if date else 0, item.bulletin.title


def _payloads(
    row: int, items: Sequence[AlertEntry], thread_id: int, now: datetime.datetime, *, is_daily: bool
) -> list[Payload]:
    """What is told in one message, or in as many as that needs, the buttons below the last."""
    said, pending = texts(_language(items)), [item.pending for item in items]
    is_single = len(items) == 1 and not pending[0].more
    if is_single:
        shown, keyboard = messages(alert_pieces(items[0], said), ROOM), alert_keyboard(items[0], said)
    else:
        heading = digest_heading(pending, now, said, is_daily=is_daily)
        more = sum(one.more for one in pending)
        shown = messages(digest_pieces(heading, items, 1, more, said), ROOM)
        keyboard = digest_keyboard(row, items, 1, said)
    named = [one for item in items for one in item.subscriptions]
    common = Payload(
        thread_id=thread_id or None,
        withdrawn=(said.subscribing.withdrawn if is_single else said.subscribing.withdrawn_list),
        is_list=not is_single,
        is_silent=all(one.is_silent for one in named or pending),
    )
    last = len(shown) - 1
    return [
        replace(common, html=html, keyboard=keyboard if number == last else ()) for number, html in enumerate(shown)
    ]


def _language(items: Sequence[AlertEntry]) -> Language:
    item = items[0]
    first = item.subscriptions[0].language if item.subscriptions else item.answers[0].language if item.answers else ""
    return Language(first) if first else Language.SIMPLIFIED


def _answer_cites(items: Iterable[AlertEntry]) -> list[str]:
    return [source.article for item in items for row in item.answers for source in row.sources]
