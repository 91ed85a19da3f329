"""Plans the alerts of one batch of subscriptions from the store: for announcing them, and for estimating how many."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.stored_answers import StoredAnswer
from bot.service.alerts.plan import plan
from bot.service.answers import sources
from bot.service.heartbeat import utc_now
from bot.store.alerts import alert_table, announcements
from retrieval.model import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from bot.domain.subscriptions import Alert, Subscription
    from bot.service.alerts.plan import AnnouncedChanges
    from bot.store.db.database import Connection, Database
    from retrieval.model import Result

    Ask = Callable[[str], Result | None]
    ReadDigests = Callable[[Connection, Collection[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """The alerts of a batch, sorted by chat and topic; and all answers found, by question, also those in no alert."""

    alerts: list[Alert]
    answers: Mapping[str, Answer]


class BatchPlanner:
    """Plans batch after batch of one announcement; remembers answers, so that each question is asked once.

    Args:
        database: read in short transactions; no question is asked within one.
        changes: what is announced.
        read_digests: returns by key the `Article.digest` of those of the articles that the generation holds.
    """

    def __init__(self, database: Database, changes: AnnouncedChanges, read_digests: ReadDigests) -> None:
        self._database = database
        self._changes = changes
        self._read_digests = read_digests
        self._results: dict[str, Answer | None] = {}

    def plan(self, subscriptions: Sequence[Subscription], ask: Ask) -> PlannedBatch:
        """Plan the alerts of a batch; nothing is written.

        Alerts of new articles that their chat or topic has already, sent or pending, are left out.

        Args:
            subscriptions: sorted by chat and topic, none of them paused; of each chat all of them. None gives no
                alerts.
            ask: answers a question from the articles that are announced; anything but an `Answer` (an abstention, or
                None) counts as no answer, and is not asked again by this planner.
        """
        if not subscriptions:
            return PlannedBatch([], {})
        first, last = subscriptions[0].chat_id, subscriptions[-1].chat_id
        with self._database.reading() as connection:
            sent = announcements.sent_alerts(connection, self._changes.corrected, first, last)
            waiting = self._waiting(connection, subscriptions)
        answers = self._answers({subscription.criteria.question for subscription in waiting} - {None}, ask)
        answered = {question: answer.citations[0].passage.ref.article for question, answer in answers.items()}
        alerts = plan(self._changes, waiting, sent, answered)
        # Left out: new articles that a place was told of with an answer, before they were removed and came back.
        keys = {alert.key for alert in alerts if not alert.edition}
        with self._database.reading() as connection:
            held = alert_table.existing_keys(connection, keys, first, last)
        alerts = [alert for alert in alerts if alert.edition or (alert.chat_id, alert.thread_id, alert.key) not in held]
        return PlannedBatch(alerts, answers)

    def _waiting(self, connection: Connection, subscriptions: Sequence[Subscription]) -> list[Subscription]:
        """Return the subscriptions to plan for: all but those whose question has an answer that waits to be sent.

        The question is asked again if the article of its pending answer was removed, corrected or hidden.
        """
        if all(subscription.criteria.question is None for subscription in subscriptions):
            return list(subscriptions)
        pending = alert_table.pending_answers(connection, subscriptions[0].chat_id, subscriptions[-1].chat_id)
        digests = self._read_digests(connection, {key for key, _, _ in pending}) if pending else {}
        answered = {
            subscription_id for key, digest, ids in pending if digests.get(key) == digest for subscription_id in ids
        }
        return [
            subscription
            for subscription in subscriptions
            if subscription.criteria.question is None or subscription.id not in answered
        ]

    def _answers(self, questions: Collection[str | None], ask: Ask) -> dict[str, Answer]:
        """Return by question the answers that exist by now; unanswered questions and None are left out."""
        answers = {}
        for question in questions:
            if question is None:
                continue
            if question not in self._results:
                result = ask(question)
                self._results[question] = result if isinstance(result, Answer) else None
            if answer := self._results[question]:
                answers[question] = answer
        return answers


def to_stored_answers(
    alerts: Iterable[Alert],
    subscriptions: Iterable[Subscription],
    answers: Mapping[str, Answer],
    generation: int,
) -> dict[str, StoredAnswer]:
    """Return by subscription id the answers that alerts tell, to be stored as if the questions had been asked now.

    Each gets a new random id. Nothing is written.

    Args:
        alerts: of one batch.
        subscriptions: of the batch; all that `Alert.questions` name.
        answers: by question; all that the alerts tell.
        generation: that the answers were taken from.
    """
    now, by_id = utc_now(), {subscription.id: subscription for subscription in subscriptions}
    citations = {question: sources(answer) for question, answer in answers.items()}  # shared by all who asked the same
    rows = {}
    for subscription in (by_id[subscription_id] for alert in alerts for subscription_id in alert.questions):
        question = subscription.criteria.question or ""
        rows[subscription.id] = StoredAnswer(
            id=secrets.token_urlsafe(9),
            chat_id=subscription.chat_id,
            person_id=subscription.chat_id if subscription.chat_id > 0 else None,
            message_id=0,
            thread_id=subscription.thread_id or None,
            question=question,
            language=subscription.language,
            confidence=answers[question].confidence,
            reason=None,
            sources=citations[question],
            asked_at=now,
            generation=generation,
        )
    return rows
