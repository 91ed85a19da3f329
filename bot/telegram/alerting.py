"""Takes on messages to be sent; what an alert says is decided in that moment: what its place is to be told by then."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.alerts import together
from bot.store import alerts, answers, operating, outbox, pacing, subscriptions
from bot.telegram.bulletins import (
    Item,
    alert_keyboard,
    alert_pieces,
    digest_heading,
    digest_keyboard,
    digest_pieces,
)
from bot.telegram.desk import ROOM
from bot.telegram.markup import messages
from bot.telegram.payload import Payload
from bot.texts import Language, texts

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from bot.store.database import Connection
    from bot.store.model import Parcel
    from bot.store.subscribing import Pending, Subscription

_log = logging.getLogger(__name__)


def claim(connection: Connection, process_id: str, limit: int, now: datetime.datetime) -> list[Parcel]:
    """Take on messages: replies first, then as many alerts as the pace allows."""
    parcels = outbox.claim(connection, process_id, limit, now)
    due = pacing.claim(connection, process_id, limit - len(parcels), now)
    if due:
        operating.hold_hidden(connection)  # none is hidden until this is stored
    return parcels + [filled for one in due if (filled := _tried(connection, one, process_id, now))]


def _tried(connection: Connection, parcel: Parcel, process_id: str, now: datetime.datetime) -> Parcel | None:
    """A message with its words; None where it has none: one that cannot be made must not hold up all others."""
    try:
        return _filled(connection, parcel, process_id, now)
    except (ValueError, TypeError, LookupError) as error:
        _log.exception("chat %s: an alert cannot be made", parcel.chat_id)
        outbox.bury(connection, parcel, process_id, f"{type(error).__name__}: {error}", now)
        return None


def _filled(connection: Connection, parcel: Parcel, process_id: str, now: datetime.datetime) -> Parcel | None:
    """A message with its words; None where nothing is to be told any more."""
    place = alerts.place_of(parcel.key)
    if place is None:  # they were decided when it was taken on before
        return parcel
    thread_id, is_daily = place
    here = {one.id: one for one in subscriptions.of_chat(connection, parcel.chat_id, thread_id)}
    wanted, is_more = _wanted(connection, parcel.chat_id, place, here)
    chosen = together(wanted, now, is_daily=is_daily)
    items = items_of(connection, chosen, here.values())
    if not items:
        outbox.spare(connection, parcel, process_id, now)
        if is_more:
            alerts.go_on(connection, parcel.chat_id, thread_id, is_daily, now)
        return None
    payload = _payload(parcel.id, items, thread_id, now, is_daily=is_daily).dump()
    cites = [*(item.pending.key for item in items), *_answer_cites(items)]
    alerts.bind(connection, parcel.chat_id, thread_id, chosen, parcel.id)
    filled = outbox.fill(connection, parcel, payload, cites)
    if is_more or len(chosen) < len(wanted):
        alerts.go_on(connection, parcel.chat_id, thread_id, is_daily, now)
    return filled


def _wanted(
    connection: Connection, chat_id: int, place: tuple[int, bool], here: dict[str, Subscription]
) -> tuple[list[Pending], bool]:
    """What is to be told, but for what nobody there subscribes to any more, which is dropped; and whether more waits.

    What is not published at this moment is kept, for when it is again.
    """
    thread_id, is_daily = place
    pending = alerts.pending(connection, chat_id, thread_id, is_daily=is_daily)
    active = {one.id for one in here.values() if not one.is_paused}
    unwanted = [one for one in pending if not one.answers and active.isdisjoint(one.subscriptions)]
    alerts.drop(connection, chat_id, thread_id, unwanted)
    wanted = [one for one in pending if one not in unwanted and one.is_there]
    return wanted, len(pending) == alerts.MOST_PENDING and bool(unwanted or wanted)


def items_of(connection: Connection, pending: Iterable[Pending], here: Iterable[Subscription]) -> list[Item]:
    """Alerts with all that is told of them, in the order in which a list tells them.

    Args:
        connection: reads.
        pending: the alerts.
        here: the subscriptions of their place.
    """
    by_id = {one.id: one for one in here}
    items = []
    for one in pending:
        bulletin = alerts.bulletin(connection, one.key, one.edition)
        if bulletin is None:
            continue
        named = tuple(by_id[name] for name in one.subscriptions if name in by_id)
        told = (answers.get(connection, name) for name in one.answers)
        items.append(Item(one, bulletin, named, tuple(row for row in told if row)))
    return sorted(items, key=_rank)


def _rank(item: Item) -> tuple[bool, int, str]:
    """Answers first, then what was published last."""
    date = item.bulletin.date
    return not item.answers, -date.toordinal() if date else 0, item.bulletin.title


def _payload(row: int, items: Sequence[Item], thread_id: int, now: datetime.datetime, *, is_daily: bool) -> Payload:
    named = [one for item in items for one in item.subscriptions]
    said = texts(_language(items))
    pending = [item.pending for item in items]
    if len(items) == 1 and not is_daily and not pending[0].more:
        html, keyboard = messages(alert_pieces(items[0], said), ROOM)[0], alert_keyboard(items[0], said)
    else:
        heading = digest_heading(pending, now, said, is_daily=is_daily)
        html = messages(digest_pieces(heading, items, 1, sum(one.more for one in pending), said), ROOM)[0]
        keyboard = digest_keyboard(row, items, 1, said)
    return Payload(
        html=html,
        keyboard=keyboard,
        thread_id=thread_id or None,
        withdrawn=said.subscribing["withdrawn"],
        is_silent=all(one.is_silent for one in named or pending),
    )


def _language(items: Sequence[Item]) -> Language:
    item = items[0]
    first = item.subscriptions[0].language if item.subscriptions else item.answers[0].language if item.answers else ""
    return Language(first) if first else Language.SIMPLIFIED


def _answer_cites(items: Iterable[Item]) -> list[str]:
    return [source.article for item in items for row in item.answers for source in row.sources]
