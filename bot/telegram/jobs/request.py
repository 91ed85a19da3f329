"""Jobs that an operator asks for: the message that will tell how far they are, and what is said where one is open."""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, RequestJob
from bot.domain.jobs import JobRequest
from bot.telegram.ui.context import reply
from bot.telegram.wire.markup import line
from bot.views.job_report import busy_line, stamp

if TYPE_CHECKING:
    from bot.domain.effects import Effect, ResolveHeldJob
    from bot.domain.jobs import Job, JobKind
    from bot.domain.messages import OutgoingMessage
    from bot.telegram.ui.operator_context import Command, Operation


def ask_for(
    asked: Command | Operation,
    kind: JobKind,
    *,
    approved: tuple[str, ...] = (),
    target: int | None = None,
    settle: ResolveHeldJob | None = None,
) -> Outcome:
    """Ask for a job in a chat.

    Args:
        asked: the message or button that asks.
        kind: of the job.
        approved: names of libraries that are to be published whatever holds them back.
        target: the generation that is gone back to.
        settle: decided with it.
    """
    said, words = asked.texts, asked.words
    key = f"job:{secrets.token_urlsafe(9)}"
    request = JobRequest(
        kind=kind,
        actor=asked.actor,
        language=words.language,
        approved=approved,
        target=target,
        thread_id=words.thread_id,
        message_key=key,
    )
    (begun,) = reply(words, [(line(said.operating.begun.format(kind=said.job_kinds[kind])),)])
    deeds: tuple[Effect, ...] = (settle, RequestJob(request)) if settle else (RequestJob(request),)
    return Outcome(messages=(replace(begun, key=key, asked_at=None),), deeds=deeds, otherwise=partial(_busy, asked))


def _busy(asked: Command | Operation, job: Job | None) -> tuple[OutgoingMessage, ...]:
    """That another job is open, or that somebody has decided before."""
    said = asked.texts
    told = busy_line(job, stamp(job.created_at, asked.room.zone), said) if job else said.operating.settled
    return reply(asked.words, [(line(told),)])
