"""What people asked and thought of the answers, counted."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.domain.messages import MessageState, UpdateEnd
from bot.store.db.schema import answers, feedback, inbox, is_waiting_alert, outbox, processes, subscriptions
from bot.store.queue import inbox as updates
from bot.store.queue import outbox as messages
from corpus.text import normalize
from retrieval.model import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

IN_VAIN = (Reason.NOTHING_FOUND, Reason.MISSING, Reason.UNSURE, Reason.ONLY_PLANNED)  # an article could answer
MOST_ROWS = 100_000  # answers that are looked through


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCount:
    """What was asked on a day, and how it went."""

    day: datetime.date
    questions: int
    answered: int
    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """A question and how often it was asked, by how many people."""

    question: str
    times: int
    people: int
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Queues:
    """What waits, and what was given up."""

    inbox: int
    outbox: int
    dead_letters: int
    set_aside: int
    processes: int
    alerts: int  # that wait to be sent
    subscriptions: int
    subscribers: int  # chats


def days(
    connection: Connection, since: datetime.datetime, day_of: Callable[[datetime.datetime], datetime.date]
) -> dict[datetime.date, DayCount]:
    """The days on which anything was asked, by the calendar of whoever looks."""
    asked, answered, good, bad = (Counter[datetime.date]() for _ in range(4))
    said = select(answers.c.asked_at, answers.c.reason).where(answers.c.asked_at >= since, _is_question())
    for row in connection.execute(said.limit(MOST_ROWS)):
        day = day_of(row.asked_at)
        asked[day] += 1
        answered[day] += row.reason is None
    for row in connection.execute(select(feedback.c.given_at, feedback.c.is_good).where(feedback.c.given_at >= since)):
        (good if row.is_good else bad)[day_of(row.given_at)] += 1
    return {
        day: DayCount(day=day, questions=asked[day], answered=answered[day], good=good[day], bad=bad[day])
        for day in sorted({*asked, *good, *bad})
    }


def _is_question() -> Any:
    return answers.c.reason.is_distinct_from(Reason.EMPTY_QUESTION.value)


def most_asked(connection: Connection, since: datetime.datetime, limit: int) -> list[QuestionCount]:
    """What was asked most, questions of the same words together."""
    return _wishes(connection, since, limit, lambda _: True)


def most_asked_unanswered(connection: Connection, since: datetime.datetime, limit: int) -> list[QuestionCount]:
    """What was asked most and had no answer the last time it was asked."""
    return _wishes(connection, since, limit, lambda reason: reason in IN_VAIN)


def _wishes(
    connection: Connection, since: datetime.datetime, limit: int, counts: Callable[[str | None], bool]
) -> list[QuestionCount]:
    columns = (answers.c.question, answers.c.reason, answers.c.person_id)
    rows = select(*columns).where(answers.c.asked_at >= since, _is_question()).order_by(answers.c.asked_at.desc())
    found: dict[str, list[tuple[str, str | None, int | None]]] = {}
    for question, reason, person in connection.execute(rows.limit(MOST_ROWS)):
        found.setdefault(_words(question), []).append((question, reason, person))
    wishes = (
        QuestionCount(group[0][0], len(group), len({person for _, _, person in group}), group[0][1])
        for group in found.values()
        if counts(group[0][1])
    )
    return sorted(wishes, key=lambda wish: (-wish.people, -wish.times, wish.question))[:limit]


def _words(question: str) -> str:
    """What makes two questions the same: letters and digits, whatever the script."""
    return "".join(character for character in normalize(question).text if character.isalnum())


def liked(
    connection: Connection, since: datetime.datetime, limit: int
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Questions whose answers people liked, the latest first: the question, keys of its articles, words in bold."""
    columns = (answers.c.question, answers.c.sources)
    joined = select(*columns).join(feedback, feedback.c.answer_id == answers.c.id)
    rows = joined.where(feedback.c.is_good, feedback.c.given_at >= since, answers.c.reason.is_(None))
    seen: set[str] = set()
    for question, sources in connection.execute(rows.order_by(feedback.c.given_at.desc()).limit(MOST_ROWS)):
        if question in seen or len(seen) == limit:
            continue
        seen.add(question)
        said = json.loads(sources)
        words = tuple(one["quote"][start:end] for one in said for start, end in one["spans"])
        yield question, tuple(one["article"] for one in said), words


def queues(connection: Connection) -> Queues:
    """What waits, and what was given up."""

    def count(*where: Any, of: Any) -> int:
        return connection.scalar(select(func.count()).select_from(of).where(*where)) or 0

    return Queues(
        inbox=updates.count_waiting(connection),
        outbox=messages.count_waiting(connection),
        dead_letters=count(outbox.c.state == MessageState.DEAD.value, of=outbox),
        set_aside=count(inbox.c.end == UpdateEnd.SET_ASIDE.value, of=inbox),
        processes=count(of=processes),
        alerts=count(is_waiting_alert(outbox), of=outbox),
        subscriptions=count(of=subscriptions),
        subscribers=connection.scalar(select(func.count(subscriptions.c.chat_id.distinct()))) or 0,
    )
