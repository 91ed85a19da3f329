"""What people want to be told of."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, func, select, update

from bot.domain.subscriptions import Filter, Subscription
from bot.store.alerts import alert_table
from bot.store.db.dialect import insert
from bot.store.db.schema import chats, subscriptions
from bot.store.publishing import generation_table

if TYPE_CHECKING:
    import datetime

    from sqlalchemy import Connection, Row

    from bot.domain.effects import ChangeSubscription, Subscribe, Unsubscribe

# Made once: making a statement takes longer than running it.
_OF_CHAT = (
    select(subscriptions)
    .where(subscriptions.c.chat_id == bindparam("chat"))
    .order_by(subscriptions.c.thread_id, subscriptions.c.created_at, subscriptions.c.id)
)
_OF_TOPIC = _OF_CHAT.where(subscriptions.c.thread_id == bindparam("thread"))
_IS_BLOCKED = exists().where(chats.c.id == subscriptions.c.chat_id, chats.c.blocked_at.is_not(None))
_CHATS = (
    select(subscriptions.c.chat_id)
    .where(subscriptions.c.chat_id > bindparam("after"))
    .order_by(subscriptions.c.chat_id)
    .limit(bindparam("most"))
)
_FOLLOWING = (
    select(subscriptions)
    .where(
        subscriptions.c.chat_id.between(bindparam("first"), bindparam("last")),
        ~subscriptions.c.is_paused,
        ~_IS_BLOCKED,
    )
    .order_by(subscriptions.c.chat_id, subscriptions.c.thread_id, subscriptions.c.created_at, subscriptions.c.id)
)
_BEFORE_ALL = -(2**62)  # no chat's id


def of_chat(connection: Connection, chat_id: int, thread_id: int | None = None) -> list[Subscription]:
    """Those of a chat, or of one of its topics, the first first."""
    if thread_id is None:
        rows = connection.execute(_OF_CHAT, {"chat": chat_id})
    else:
        rows = connection.execute(_OF_TOPIC, {"chat": chat_id, "thread": thread_id})
    return [_subscription(row) for row in rows]


def get(connection: Connection, subscription_id: str) -> Subscription | None:
    """One of them."""
    row = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).one_or_none()
    return _subscription(row) if row else None


def count(connection: Connection, chat_id: int) -> int:
    """How many a chat has, its topics included."""
    of = select(func.count()).select_from(subscriptions).where(subscriptions.c.chat_id == chat_id)
    return connection.scalar(of) or 0


def following(connection: Connection, chat_id: int | None, most: int) -> tuple[list[Subscription], int | None]:
    """The subscriptions of the chats that come next, but for those that are paused or blocked the bot.

    Args:
        connection: reads.
        chat_id: the chat that they come after; None to begin.
        most: about how many; those of one chat stay together.

    Returns:
        Them, by chat, and the last chat that was looked at; None where there are no more chats.
    """
    found = connection.scalars(_CHATS, {"after": _BEFORE_ALL if chat_id is None else chat_id, "most": most}).all()
    if not found:
        return [], None
    return between(connection, found[0], found[-1]), found[-1]


def between(connection: Connection, first: int, last: int) -> list[Subscription]:
    """Those of the chats of a range, by chat, but for those that are paused or blocked the bot."""
    rows = connection.execute(_FOLLOWING, {"first": first, "last": last})
    return [_subscription(row) for row in rows]


def subscribe(connection: Connection, deed: Subscribe, now: datetime.datetime) -> None:
    """Keep a subscription, unless it is there."""
    values = {**_values(deed.subscription), "created_at": now}
    connection.execute(insert(connection, subscriptions).values(values).on_conflict_do_nothing(index_elements=["id"]))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def change(connection: Connection, deed: ChangeSubscription) -> None:
    """Let a subscription be another one; nothing, where it was removed."""
    values = _values(deed.subscription)
    connection.execute(update(subscriptions).where(subscriptions.c.id == values.pop("id")).values(values))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def unsubscribe(connection: Connection, deed: Unsubscribe) -> None:
    """Remove subscriptions."""
    of_chat = subscriptions.c.chat_id == deed.chat_id  # never another one's, whatever a button carried
    connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(deed.ids), of_chat))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def pause_topic(connection: Connection, chat_id: int, thread_id: int) -> None:
    """Pause what goes to a place that takes no messages any more."""
    here = (subscriptions.c.chat_id == chat_id, subscriptions.c.thread_id == thread_id)
    connection.execute(update(subscriptions).where(*here).values(is_paused=True))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def migrate(connection: Connection, old: int, new: int) -> None:
    """Move what a group subscribed to to its new id."""
    connection.execute(update(subscriptions).where(subscriptions.c.chat_id == old).values(chat_id=new))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)
    alert_table.migrate(connection, old, new)


def remove_all(connection: Connection, chat_id: int) -> None:
    """Remove all of a chat, and what it was or is to be told."""
    connection.execute(delete(subscriptions).where(subscriptions.c.chat_id == chat_id))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)
    alert_table.remove_all(connection, chat_id)


def _values(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.id,
        "chat_id": one.chat_id,
        "thread_id": one.thread_id,
        "regions": " ".join(one.criteria.regions),
        "keywords": " ".join(one.criteria.keywords),
        "question": one.criteria.question,
        "language": one.language,
        "is_daily": one.is_daily,
        "is_silent": one.is_silent,
        "is_paused": one.is_paused,
    }


def _subscription(row: Row[Any]) -> Subscription:
    wish = _wish(row.regions, row.keywords, row.question)
    return Subscription(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        criteria=wish,
        language=row.language,
        is_daily=row.is_daily,
        is_silent=row.is_silent,
        is_paused=row.is_paused,
    )


@lru_cache(maxsize=4096)  # many want the same
def _wish(regions: str, keywords: str, question: str | None) -> Filter:
    return Filter(tuple(regions.split()), tuple(keywords.split()), question)
