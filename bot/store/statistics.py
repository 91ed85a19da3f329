"""Statistics of questions, answers and feedback, and the lengths of the queues."""

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

UNANSWERED = (
    Reason.NOTHING_FOUND,
    Reason.MISSING,
    Reason.UNSURE,
    Reason.ONLY_PLANNED,
)  # reasons that another article could remove
MOST_ROWS = 100_000  # answers that are read
_IS_QUESTION = answers.c.reason.is_distinct_from(Reason.EMPTY_QUESTION.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCount:
    """Questions and feedback of a day."""

    day: datetime.date
    questions: int
    answered: int
    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """How often a question was asked."""

    question: str
    times: int
    people: int
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Queues:
    """Lengths of the queues."""

    inbox: int
    outbox: int
    dead_letters: int
    set_aside: int
    processes: int
    alerts: int  #: messages with alerts that wait to be sent
    subscriptions: int
    subscribers: int  #: chats with subscriptions


def days(
    connection: Connection, since: datetime.datetime, day_of: Callable[[datetime.datetime], datetime.date]
) -> dict[datetime.date, DayCount]:
    """Return the counts of each day with questions or feedback, by day in ascending order; other days are left out.

    Feedback counts for the day on which it was given. Empty questions are not counted. If there are more than
    `MOST_ROWS` questions, only that many are counted.

    Args:
        connection: reads.
        since: earlier questions and feedback are not counted.
        day_of: returns the date of a time, in the operator's time zone.
    """
    asked, answered, good, bad = (Counter[datetime.date]() for _ in range(4))
    questions = select(answers.c.asked_at, answers.c.reason).where(answers.c.asked_at >= since, _IS_QUESTION)
    for row in connection.execute(questions.limit(MOST_ROWS)):
        day = day_of(row.asked_at)
        asked[day] += 1
        answered[day] += row.reason is None
    for row in connection.execute(select(feedback.c.given_at, feedback.c.is_good).where(feedback.c.given_at >= since)):
        (good if row.is_good else bad)[day_of(row.given_at)] += 1
    return {
        day: DayCount(day=day, questions=asked[day], answered=answered[day], good=good[day], bad=bad[day])
        for day in sorted({*asked, *good, *bad})
    }


def most_asked(connection: Connection, since: datetime.datetime, limit: int) -> list[QuestionCount]:
    """Return the most frequent questions asked from `since` on, at most `limit`.

    Those that differ only in punctuation, letter case or script are counted together, and shown as asked the last time.
    They are ordered by how many people asked them, then how often.
    """
    return _count_questions(connection, since, limit, lambda _: True)


def most_asked_unanswered(connection: Connection, since: datetime.datetime, limit: int) -> list[QuestionCount]:
    """Return the most frequent questions that had no answer the last time, where an article could answer them.

    Counted and ordered as in `most_asked`: the times when they were answered count as well.
    """
    return _count_questions(connection, since, limit, lambda reason: reason in UNANSWERED)


def _count_questions(
    connection: Connection, since: datetime.datetime, limit: int, is_counted: Callable[[str | None], bool]
) -> list[QuestionCount]:
    """Count questions by group, as `most_asked` describes, where `is_counted` is True.

    It is called with the reason why there was no answer the last time; None: there was one. Only the latest `MOST_ROWS`
    are read. All anonymised ones together count as one person.
    """
    columns = (answers.c.question, answers.c.reason, answers.c.person_id)
    rows = select(*columns).where(answers.c.asked_at >= since, _IS_QUESTION).order_by(answers.c.asked_at.desc())
    groups: dict[str, list[tuple[str, str | None, int | None]]] = {}  # the latest of a group comes first
    for question, reason, person_id in connection.execute(rows.limit(MOST_ROWS)):
        same = "".join(character for character in normalize(question).text if character.isalnum())
        groups.setdefault(same, []).append((question, reason, person_id))
    counts = (
        QuestionCount(group[0][0], len(group), len({person_id for _, _, person_id in group}), group[0][1])
        for group in groups.values()
        if is_counted(group[0][1])
    )
    return sorted(counts, key=lambda count: (-count.people, -count.times, count.question))[:limit]


def liked(
    connection: Connection, since: datetime.datetime, limit: int
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield at most `limit` questions whose answers got good feedback from `since` on, the latest feedback first.

    Each question is yielded once, with the answer of its latest such feedback: as the question, the keys of the cited
    articles, and the answering words. Questions without an answer are left out.
    """
    columns = (answers.c.question, answers.c.sources)
    joined = select(*columns).join(feedback, feedback.c.answer_id == answers.c.id)
    rows = joined.where(feedback.c.is_good, feedback.c.given_at >= since, answers.c.reason.is_(None))
    seen: set[str] = set()
    for question, encoded in connection.execute(rows.order_by(feedback.c.given_at.desc()).limit(MOST_ROWS)):
        if question in seen or len(seen) == limit:
            continue
        seen.add(question)
        sources = json.loads(encoded)
        words = tuple(source["quote"][start:end] for source in sources for start, end in source["spans"])
        yield question, tuple(source["article"] for source in sources), words


def queues(connection: Connection) -> Queues:
    """Return the lengths of the queues, including what is claimed at this moment."""

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
