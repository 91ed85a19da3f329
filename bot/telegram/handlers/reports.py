"""/status, /stats and /unanswered: how the bot is, what is asked, and what finds no answer."""

from __future__ import annotations

import base64
import datetime
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome
from bot.domain.jobs import JobKind
from bot.domain.messages import OutgoingMessage
from bot.service.heartbeat import utc_now
from bot.service.metrics import memory_megabytes
from bot.store import statistics
from bot.store.publishing import generation_table
from bot.store.queue import job_queue
from bot.telegram.ui.callback_data import Feature, operator_button
from bot.telegram.ui.guards import Guard, on_button, on_command
from bot.telegram.wire.markup import Block, Run, line, messages
from bot.telegram.wire.payload import Act, Payload
from bot.views.job_report import shortened, stamp

if TYPE_CHECKING:
    from bot.store.db.database import Connection
    from bot.store.statistics import DayCount, QuestionCount
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Piece
    from bot.texts import Texts

DAYS = 14
MOST_ASKED = 5
MOST_UNANSWERED = 15
MOST_QUESTION = 60  # characters
MOST_CAPTION = 1024  # units (Bot API, sendPhoto)


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of the commands and of their buttons."""
    return [
        on_command(context, "status", on_status, Guard.OPERATOR),
        on_command(context, "stats", on_stats, Guard.OPERATOR),
        on_command(context, "unanswered", on_unanswered, Guard.OPERATOR),
        on_button(context, Feature.OPERATE, "status", on_status, Guard.OPERATOR),
        on_button(context, Feature.OPERATE, "unanswered", on_unanswered, Guard.OPERATOR),
    ]


async def on_status(request: Request) -> Outcome:
    """Show generation, schedule, queues, errors and memory; the button below shows them anew in the same message."""
    await request.acknowledge()
    texts = request.texts.operating
    lines = await request.context.read(_status_lines, request.context, request.texts)
    refresh = operator_button(texts.button_refresh, "status")
    keyboard = ((refresh, operator_button(texts.button_generations, "generations")),)
    return request.say([(line(Run(texts.status, is_bold=True)), *map(line, lines))], keyboard)


def _status_lines(connection: Connection, context: Context, texts: Texts) -> list[str]:
    """Return the lines of /status; the update that asks for it is not counted as waiting."""
    operating, library = texts.operating, context.answer_service.library
    serving = generation_table.current(connection)
    hidden = len(generation_table.hidden_keys(connection))
    waiting = statistics.queues(connection)
    return [
        operating.status_generation.format(
            number=serving.number if serving else 0, articles=library.articles, paragraphs=library.shown_passages
        ),
        operating.status_hidden.format(count=hidden),
        _last_reload(connection, context, texts),
        operating.status_schedule.format(minutes=context.minutes) if context.minutes else operating.status_no_schedule,
        *([operating.status_behind] if serving and serving.kind is JobKind.ROLLBACK else []),
        operating.status_queues.format(inbox=max(0, waiting.inbox - 1), outbox=waiting.outbox),  # without this update
        operating.status_alerts.format(
            subscriptions=waiting.subscriptions, chats=waiting.subscribers, alerts=waiting.alerts
        ),
        operating.status_dead.format(dead=waiting.dead_letters, aside=waiting.set_aside),
        operating.status_errors.format(errors=context.errors()),
        operating.status_memory.format(megabytes=memory_megabytes()),
        operating.status_uptime.format(uptime=_uptime(context, texts), processes=waiting.processes),
    ]


def _last_reload(connection: Connection, context: Context, texts: Texts) -> str:
    """Return a line about the newest job that publishes: when and how it ended, or that it is under way."""
    job = job_queue.latest(connection, (JobKind.LOAD, JobKind.RELOAD, JobKind.SCHEDULED, JobKind.ROLLBACK))
    operating = texts.operating
    if job is None:
        return operating.status_no_reload
    time = stamp(job.ended_at or job.created_at, context.zone)
    end = texts.job_ends[job.end] if job.end else operating.under_way
    return operating.status_reload.format(time=time, end=end, actor=job.request.actor.name)


def _uptime(context: Context, texts: Texts) -> str:
    """Return how long this process has run, in the two largest units."""
    seconds = int((utc_now() - context.started_at).total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return texts.operating.uptime_days.format(days=days, hours=hours)
    if hours:
        return texts.operating.uptime_hours.format(hours=hours, minutes=minutes)
    return texts.operating.uptime_minutes.format(minutes=minutes, seconds=seconds % 60)


async def on_stats(request: Request) -> Outcome:
    """Send what was asked in the last DAYS days, today included, as a chart with a caption.

    If nothing was asked, a text says so.
    """
    context, incoming, texts = request.context, request.incoming, request.texts.operating
    days, asked = await context.read(_counts, context.zone)
    if not any(day.questions for day in days):
        return request.reply(texts.stats_none.format(days=DAYS))
    chart = await context.think(_chart, days)
    payload = Payload(
        act=Act.PHOTO,
        html=messages([tuple(_caption(days, asked, request.texts))], MOST_CAPTION)[0],
        keyboard=((operator_button(texts.button_unanswered, "unanswered"),),),
        reply_to=incoming.message_id,
        thread_id=incoming.thread_id,
        photo=base64.b64encode(chart).decode(),
    )
    return Outcome(messages=(OutgoingMessage(chat_id=incoming.chat_id, payload=payload.dump()),))


def _counts(connection: Connection, zone: datetime.tzinfo) -> tuple[list[DayCount], list[QuestionCount]]:
    """Return the counts of each of the last DAYS days, today included, and the MOST_ASKED questions asked most.

    Days are those of `zone`, in ascending order; days without questions are included.
    """
    first = utc_now().astimezone(zone).date() - datetime.timedelta(days=DAYS - 1)
    since = datetime.datetime.combine(first, datetime.time(), zone)
    by_date = statistics.days(connection, since, lambda moment: moment.astimezone(zone).date())
    dates = [first + datetime.timedelta(days=number) for number in range(DAYS)]
    days = [
        by_date.get(date) or statistics.DayCount(day=date, questions=0, answered=0, good=0, bad=0) for date in dates
    ]
    return days, statistics.most_asked(connection, since, MOST_ASKED)


def _chart(days: list[DayCount]) -> bytes:
    """Draw the counts of the days; return a PNG."""
    from bot.views.stats_chart import Day, draw_days  # importing Pillow is slow

    return draw_days(
        [Day(day=day.day, questions=day.questions, answered=day.answered, good=day.good, bad=day.bad) for day in days]
    )


def _caption(days: list[DayCount], asked: list[QuestionCount], texts: Texts) -> list[Block]:
    """Return heading, legend and the questions asked most; there must have been a question."""
    operating = texts.operating
    questions = sum(day.questions for day in days)
    heading = operating.stats.format(
        days=DAYS,
        questions=questions,
        answered=f"{sum(day.answered for day in days) / questions:.0%}",
        good=sum(day.good for day in days),
        bad=sum(day.bad for day in days),
    )
    lines = [
        operating.wish.format(number=number, question=shortened(count.question, MOST_QUESTION), times=count.times)
        for number, count in enumerate(asked, 1)
    ]
    return [line(Run(heading, is_bold=True)), *map(line, (operating.stats_legend, operating.stats_asked, *lines))]


async def on_unanswered(request: Request) -> Outcome:
    """Send the questions asked most in 2 * DAYS days that got no answer: an article on them is missing.

    They are at most MOST_UNANSWERED, always in a new message.
    """
    await request.acknowledge()
    texts, since = request.texts.operating, utc_now() - datetime.timedelta(days=2 * DAYS)
    counts = await request.context.read(statistics.most_asked_unanswered, since, MOST_UNANSWERED)
    if not counts:
        return request.reply(texts.unanswered_none.format(days=2 * DAYS))
    lines = [
        texts.unanswered_wish.format(
            number=number,
            question=shortened(count.question, MOST_QUESTION),
            people=count.people,
            times=count.times,
        )
        for number, count in enumerate(counts, 1)
    ]
    heading = line(Run(texts.unanswered.format(days=2 * DAYS), is_bold=True))
    pieces: list[Piece] = [(heading, *map(line, lines)), (line(texts.unanswered_next),)]
    check = operator_button(texts.button_check_again, "check")
    return request.reply(pieces, ((check, operator_button(texts.button_reload, "reload")),))
