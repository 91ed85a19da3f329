"""/status, /stats and /unanswered: how the bot is, what is asked, and what is asked in vain."""

from __future__ import annotations

import asyncio
import base64
import datetime
from typing import TYPE_CHECKING

from bot.domain.effects import Outcome
from bot.domain.jobs import JobKind
from bot.service.heartbeat import utc_now
from bot.service.metrics import memory_megabytes
from bot.store import statistics
from bot.store.publishing import generation_table
from bot.store.queue import job_queue
from bot.telegram.ui.callbacks import acknowledge
from bot.telegram.ui.context import reply
from bot.telegram.ui.operator_context import button, on_command, on_press, outgoing
from bot.telegram.wire.markup import Block, Run, line, messages
from bot.telegram.wire.payload import Act, Payload
from bot.views.job_report import shortened, stamp

if TYPE_CHECKING:
    from bot.store.statistics import DayCount, QuestionCount
    from bot.telegram.ui.operator_context import Command, Operation, Room
    from bot.telegram.wire.handler_types import Handler
    from bot.telegram.wire.markup import Piece
    from bot.telegram.wire.payload import Keyboard
    from bot.texts import Texts

DAYS = 14
MOST_ASKED = 5
MOST_IN_VAIN = 15
MOST_QUESTION = 60  # characters
MOST_CAPTION = 1024  # units (Bot API, sendPhoto)


def handlers(room: Room) -> list[Handler]:
    """For the commands and their buttons."""
    return [
        on_command(room, "status", on_status),
        on_command(room, "stats", on_stats),
        on_command(room, "unanswered", on_unanswered),
        on_press(room, "status", on_refresh),
        on_press(room, "unanswered", on_unanswered_too),
    ]


async def on_status(command: Command) -> Outcome:
    """How the bot is."""
    piece, keyboard = await asyncio.to_thread(_status, command.room, command.texts)
    return command.say([piece], keyboard)


async def on_refresh(operation: Operation) -> Outcome:
    """How it is now."""
    await acknowledge(operation.query)
    piece, keyboard = await asyncio.to_thread(_status, operation.room, operation.texts)
    return Outcome(messages=(operation.turn(messages([piece])[0], keyboard),))


def _status(room: Room, texts: Texts) -> tuple[Piece, Keyboard]:
    said, library = texts.operating, room.desk.answer_service.library
    with room.database.reading() as connection:
        serving = generation_table.current(connection)
        hidden = len(generation_table.hidden_keys(connection))
        last = job_queue.last(connection, (JobKind.LOAD, JobKind.RELOAD, JobKind.SCHEDULED, JobKind.ROLLBACK))
        waiting = statistics.queues(connection)
    reload = said.status_no_reload
    if last:
        end = texts.job_ends[last.end] if last.end else said.under_way
        time = stamp(last.ended_at or last.created_at, room.zone)
        reload = said.status_reload.format(time=time, end=end, actor=last.request.actor.name)
    lines = [
        said.status_generation.format(
            number=serving.number if serving else 0, articles=library.articles, paragraphs=library.shown_passages
        ),
        said.status_hidden.format(count=hidden),
        reload,
        said.status_schedule.format(minutes=room.minutes) if room.minutes else said.status_no_schedule,
        *([said.status_behind] if serving and serving.kind is JobKind.ROLLBACK else []),
        said.status_queues.format(inbox=max(0, waiting.inbox - 1), outbox=waiting.outbox),  # but for this one
        said.status_alerts.format(
            subscriptions=waiting.subscriptions, chats=waiting.subscribers, alerts=waiting.alerts
        ),
        said.status_dead.format(dead=waiting.dead_letters, aside=waiting.set_aside),
        said.status_errors.format(errors=room.errors()),
        said.status_memory.format(megabytes=memory_megabytes()),
        said.status_uptime.format(uptime=_uptime(room, texts), processes=waiting.processes),
    ]
    keyboard = ((button(said.button_refresh, "status"), button(said.button_generations, "generations")),)
    return (line(Run(said.status, is_bold=True)), *map(line, lines)), keyboard


def _uptime(room: Room, texts: Texts) -> str:
    seconds = int((utc_now() - room.started_at).total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return texts.operating.uptime_days.format(days=days, hours=hours)
    if hours:
        return texts.operating.uptime_hours.format(hours=hours, minutes=minutes)
    return texts.operating.uptime_minutes.format(minutes=minutes, seconds=seconds % 60)


async def on_stats(command: Command) -> Outcome:
    """What is asked, as a picture with a caption."""
    room, said = command.room, command.texts.operating
    counts, asked = await asyncio.to_thread(_counted, room)
    if not any(one.questions for one in counts):
        return command.say_line(said.stats_none.format(days=DAYS))
    picture = await room.desk.think(_drawn, counts)
    caption = messages([tuple(_caption(counts, asked, command.texts))], MOST_CAPTION)[0]
    payload = Payload(
        act=Act.PHOTO,
        html=caption,
        keyboard=((button(said.button_unanswered, "unanswered"),),),
        reply_to=command.words.message_id,
        thread_id=command.words.thread_id,
        photo=base64.b64encode(picture).decode(),
    )
    return Outcome(messages=(outgoing(command.words.chat_id, payload),))


def _counted(room: Room) -> tuple[list[DayCount], list[QuestionCount]]:
    today = utc_now().astimezone(room.zone).date()
    first = today - datetime.timedelta(days=DAYS - 1)
    since = datetime.datetime.combine(first, datetime.time(), room.zone)
    with room.database.reading() as connection:
        found = statistics.days(connection, since, lambda moment: moment.astimezone(room.zone).date())
        asked = statistics.most_asked(connection, since, MOST_ASKED)
    every = (first + datetime.timedelta(days=number) for number in range(DAYS))
    return [
        found.get(day) or statistics.DayCount(day=day, questions=0, answered=0, good=0, bad=0) for day in every
    ], asked


def _drawn(counts: list[DayCount]) -> bytes:
    from bot.views.stats_chart import Day, draw_days  # Pillow takes a while

    return draw_days(
        [Day(day=one.day, questions=one.questions, answered=one.answered, good=one.good, bad=one.bad) for one in counts]
    )


def _caption(counts: list[DayCount], asked: list[QuestionCount], texts: Texts) -> list[Block]:
    said = texts.operating
    questions, answered = sum(one.questions for one in counts), sum(one.answered for one in counts)
    told = said.stats.format(
        days=DAYS,
        questions=questions,
        answered=f"{answered / questions:.0%}",
        good=sum(one.good for one in counts),
        bad=sum(one.bad for one in counts),
    )
    wishes = [
        line(said.wish.format(number=number, question=shortened(one.question, MOST_QUESTION), times=one.times))
        for number, one in enumerate(asked, 1)
    ]
    return [line(Run(told, is_bold=True)), line(said.stats_legend), line(said.stats_asked), *wishes]


async def on_unanswered(command: Command) -> Outcome:
    """What people asked in vain: what to publish next."""
    pieces, keyboard = await asyncio.to_thread(_in_vain, command.room, command.texts)
    return command.say(pieces, keyboard)


async def on_unanswered_too(operation: Operation) -> Outcome:
    """The same, by a button."""
    await acknowledge(operation.query)
    pieces, keyboard = await asyncio.to_thread(_in_vain, operation.room, operation.texts)
    return Outcome(messages=reply(operation.words, pieces, keyboard))


def _in_vain(room: Room, texts: Texts) -> tuple[list[Piece], Keyboard]:
    said, since = texts.operating, utc_now() - datetime.timedelta(days=2 * DAYS)
    with room.database.reading() as connection:
        wishes = statistics.in_vain(connection, since, MOST_IN_VAIN)
    if not wishes:
        return [(line(said.unanswered_none.format(days=2 * DAYS)),)], ()
    lines = [
        said.unanswered_wish.format(
            number=number, question=shortened(one.question, MOST_QUESTION), people=one.people, times=one.times
        )
        for number, one in enumerate(wishes, 1)
    ]
    heading = line(Run(said.unanswered.format(days=2 * DAYS), is_bold=True))
    pieces: list[Piece] = [(heading, *map(line, lines)), (line(said.unanswered_next),)]
    return pieces, ((button(said.button_check_again, "check"), button(said.button_reload, "reload")),)
