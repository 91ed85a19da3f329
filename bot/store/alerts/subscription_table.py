"""Subscriptions of chats and forum topics."""

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

# Statements are built once: building one takes longer than running it.
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
_BEFORE_ALL = -(2**62)  # lower than every chat id


def of_chat(connection: Connection, chat_id: int, thread_id: int | None = None) -> list[Subscription]:
    """Return the subscriptions of a topic, or those of the chat and all its topics if `thread_id` is None.

    Topic 0 is the chat without its topics. Paused ones are included. They are ordered by topic and time of creation.
    """
    if thread_id is None:
        rows = connection.execute(_OF_CHAT, {"chat": chat_id})
    else:
        rows = connection.execute(_OF_TOPIC, {"chat": chat_id, "thread": thread_id})
    return [_subscription(row) for row in rows]


def get(connection: Connection, subscription_id: str) -> Subscription | None:
    """Return a subscription by its id, paused or not; None if there is none."""
    row = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).one_or_none()
    return _subscription(row) if row else None


def count(connection: Connection, chat_id: int) -> int:
    """Count the subscriptions of a chat, including those of its topics and paused ones."""
    of = select(func.count()).select_from(subscriptions).where(subscriptions.c.chat_id == chat_id)
    return connection.scalar(of) or 0


def following(connection: Connection, chat_id: int | None, most: int) -> tuple[list[Subscription], int | None]:
    """Return a batch of active subscriptions by chat, topic and time of creation; those of one chat stay together.

    Args:
        connection: reads.
        chat_id: the last chat of the batch before, excluded; None for the first batch.
        most: how many subscriptions to read, active or not; more, if one chat has the last of them and others.

    Returns:
        The subscriptions, without paused ones and those of blocked chats, and the last chat that was read, which may
        have none of them; None if there are no more chats.
    """
    chat_ids = connection.scalars(_CHATS, {"after": _BEFORE_ALL if chat_id is None else chat_id, "most": most}).all()
    if not chat_ids:
        return [], None
    return between(connection, chat_ids[0], chat_ids[-1]), chat_ids[-1]


def between(connection: Connection, first: int, last: int) -> list[Subscription]:
    """Return the active subscriptions of the chats `first` to `last`, both included.

    Paused ones and those of blocked chats are left out. They are ordered by chat, topic and time of creation.
    """
    rows = connection.execute(_FOLLOWING, {"first": first, "last": last})
    return [_subscription(row) for row in rows]


def subscribe(connection: Connection, effect: Subscribe, now: datetime.datetime) -> None:
    """Add a subscription; nothing changes if its id exists.

    Does not check `MOST_SUBSCRIPTIONS`. Bumps the counter SUBSCRIBED, as all functions here do that write.
    """
    values = {**_values(effect.subscription), "created_at": now}
    connection.execute(insert(connection, subscriptions).values(values).on_conflict_do_nothing(index_elements=["id"]))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def change(connection: Connection, effect: ChangeSubscription) -> None:
    """Replace a subscription by another one with its id; nothing changes if it was removed.

    The time of creation stays. Bumps the counter SUBSCRIBED.
    """
    values = _values(effect.subscription)
    connection.execute(update(subscriptions).where(subscriptions.c.id == values.pop("id")).values(values))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def unsubscribe(connection: Connection, effect: Unsubscribe) -> None:
    """Delete the subscriptions of a chat with these ids; ids that are unknown or of other chats are ignored.

    Their alerts stay. Bumps the counter SUBSCRIBED.
    """
    of_chat = subscriptions.c.chat_id == effect.chat_id  # never another chat's, whatever a button carried
    connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(effect.ids), of_chat))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def pause_topic(connection: Connection, chat_id: int, thread_id: int) -> None:
    """Pause the subscriptions of a topic that accepts no messages any more; topic 0 is the chat without its topics.

    Bumps the counter SUBSCRIBED.
    """
    place = (subscriptions.c.chat_id == chat_id, subscriptions.c.thread_id == thread_id)
    connection.execute(update(subscriptions).where(*place).values(is_paused=True))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)


def migrate(connection: Connection, old: int, new: int) -> None:
    """Move a group's subscriptions, in all topics, and its alerts to its new id; bumps the counter SUBSCRIBED."""
    connection.execute(update(subscriptions).where(subscriptions.c.chat_id == old).values(chat_id=new))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)
    alert_table.migrate(connection, old, new)


def remove_all(connection: Connection, chat_id: int) -> None:
    """Delete the subscriptions and alerts of a chat and its topics; bumps the counter SUBSCRIBED."""
    connection.execute(delete(subscriptions).where(subscriptions.c.chat_id == chat_id))
    generation_table.bump_counter(connection, generation_table.SUBSCRIBED)
    alert_table.remove_all(connection, chat_id)


def _values(subscription: Subscription) -> dict[str, Any]:
    return {
        "id": subscription.id,
        "chat_id": subscription.chat_id,
        "thread_id": subscription.thread_id,
        "regions": " ".join(subscription.criteria.regions),
        "keywords": " ".join(subscription.criteria.keywords),
        "question": subscription.criteria.question,
        "language": subscription.language,
        "is_daily": subscription.is_daily,
        "is_silent": subscription.is_silent,
        "is_paused": subscription.is_paused,
    }


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        criteria=_criteria(row.regions, row.keywords, row.question),
        language=row.language,
        is_daily=row.is_daily,
        is_silent=row.is_silent,
        is_paused=row.is_paused,
    )


@lru_cache(maxsize=4096)  # many subscriptions are equal, and checking one takes time
def _criteria(regions: str, keywords: str, question: str | None) -> Filter:
    return Filter(tuple(regions.split()), tuple(keywords.split()), question)
