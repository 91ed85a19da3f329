"""Jobs that an operator asks for in a chat: the message that will show their progress, and the request."""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome, RequestJob
from bot.domain.jobs import JobRequest
from bot.telegram.ui.reply import reply
from bot.telegram.wire.markup import line
from bot.views.job_report import busy_line, stamp

if TYPE_CHECKING:
    from bot.domain.effects import Effect, ResolveHeldJob
    from bot.domain.jobs import Job, JobKind
    from bot.domain.messages import OutgoingMessage
    from bot.telegram.ui.request import Request


def enqueue_job(
    request: Request,
    kind: JobKind,
    *,
    approved: tuple[str, ...] = (),
    target: int | None = None,
    resolve: ResolveHeldJob | None = None,
) -> Outcome:
    """Return an outcome that enqueues a job and replies with the message that will show its progress.

    If another job of its lane is open, or the held job is resolved already, nothing is changed, and the reply says so.

    Args:
        request: an operator's command or button.
        kind: of the job.
        approved: names of libraries to publish even if a check would hold them back.
        target: the generation to roll back to; None for other kinds.
        resolve: how a job that was held back is resolved, in the same transaction.
    """
    texts, incoming = request.texts, request.incoming
    key = f"job:{secrets.token_urlsafe(9)}"
    job = JobRequest(
        kind=kind,
        actor=request.actor,
        language=incoming.language,
        approved=approved,
        target=target,
        thread_id=incoming.thread_id,
        message_key=key,
    )
    (progress,) = reply(incoming, [(line(texts.operating.begun.format(kind=texts.job_kinds[kind])),)])
    effects: tuple[Effect, ...] = (resolve, RequestJob(job)) if resolve else (RequestJob(job),)
    otherwise = partial(_refusal, request)
    return Outcome(messages=(replace(progress, key=key, asked_at=None),), effects=effects, otherwise=otherwise)


def _refusal(request: Request, job: Job | None) -> tuple[OutgoingMessage, ...]:
    """Return the reply that nothing was enqueued: `job` is open; None: the held job was resolved before."""
    texts = request.texts
    text = busy_line(job, stamp(job.created_at, request.context.zone), texts) if job else texts.operating.settled
    return request.reply(text).messages
