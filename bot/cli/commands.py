"""The commands: `run_<command>(options, settings)` runs one and returns the exit code."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.cli.backup_restore import open_database
from bot.cli.backup_restore import run_backup as run_backup  # `bot.cli.parser` looks commands up here
from bot.cli.backup_restore import run_restore as run_restore
from bot.cli.open_library import open_service
from bot.exit_codes import DONE, UNREADABLE, CannotRun
from bot.settings import read_telegram_settings
from bot.texts import Texts, language_of, texts_in
from bot.views.json_records import answer_record, search_record
from retrieval.answer import Policy
from retrieval.ranking.weights import weights

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import Console

    from bot.service.publishing.live_library import LiveLibrary
    from bot.settings import Settings, TelegramSettings
    from bot.terminal.render import Lines


def run_ask(options: argparse.Namespace, settings: Settings) -> int:
    """Print the answer to one question, or to each line of standard input; return DONE, even if there is none.

    `--force` answers also if the confidence is low. Each answer is in the language of its question.
    """
    service = open_service(options, settings, Policy(is_forced=options.force))
    for question in _questions(options, settings):
        result = service.ask(question)
        texts = texts_in(language_of(question, settings.language))
        if options.json:
            _print_json(answer_record(question, result, texts))
        else:
            from bot.terminal.render import answer_lines

            console = _console()
            _print_found(console, answer_lines(result, texts, console.is_terminal), texts, options, question)
    return DONE


def run_search(options: argparse.Namespace, settings: Settings) -> int:
    """Print the best paragraphs (at most `-k`) for one question, or for each line of standard input; return DONE."""
    service = open_service(options, settings)
    for question in _questions(options, settings):
        listing = service.search(question, options.k)
        texts = texts_in(language_of(question, settings.language))
        if options.json:
            _print_json(search_record(question, listing, texts))
        else:
            from bot.terminal.render import hit_lines

            _print_found(_console(), hit_lines(listing, texts), texts, options, question)
    return DONE


def run_explain(options: argparse.Namespace, settings: Settings) -> int:
    """Print why one question, or each line of standard input, gets its answer or none; return DONE."""
    service = open_service(options, settings)
    for question in _questions(options, settings):
        explanation = service.explain(question)
        texts = texts_in(language_of(question, settings.language))
        if options.json:
            from bot.views.json_records import explanation_record

            _print_json(explanation_record(explanation, texts))
        else:
            from bot.terminal.render_explanation import print_explanation

            print_explanation(_console(), explanation, texts)
            if options.question is None:  # more may follow
                print()
    return DONE


def run_eval(options: argparse.Namespace, settings: Settings) -> int:
    """Print how good the answers to questions with known answers are; draw a chart with `--plot`; return DONE.

    Whether the file of the chart can be written is checked before the questions are asked.

    Raises:
        BadQuestions: the questions cannot be read.
        CannotRun: the file of the chart cannot be written.
    """
    from retrieval.evaluation.evaluate import ask_all, report, trials
    from retrieval.evaluation.gold import read_questions

    texts = texts_in(settings.language)
    golds = read_questions(options.gold)
    if options.plot:
        from bot.views.confidence_chart import draw_confidence, ensure_writable

        with _picture_errors(options.plot, texts):
            ensure_writable(options.plot)  # before the questions, which take minutes
    service = open_service(options, settings)
    asked = list(ask_all(service.library, golds, today=service.today))
    figures = asdict(report(asked))
    if options.json:
        _print_json(figures)
    else:
        from bot.terminal.render import figure_lines, print_lines

        print_lines(_console(), figure_lines(figures, texts))
    if options.plot:
        with _picture_errors(options.plot, texts):
            options.plot.write_text(draw_confidence(trials(asked), weights().threshold, texts), "utf-8")
    return DONE


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Run `check_reload.run_check`: print what a reload would do, and the faults; return FAULTY or DONE."""
    from bot.cli import check_reload  # imports the store, which `ask` does not need

    return check_reload.run_check(options, settings)


def run_reload(options: argparse.Namespace, settings: Settings) -> int:
    """Run `check_reload.run_reload`: publish the corpus folder; return HELD or DONE."""
    from bot.cli import check_reload

    return check_reload.run_reload(options, settings)


def run_run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the bot on Telegram if a token is set, else a chat in the terminal, until it is ended; return DONE.

    The chat in the terminal needs no store.

    Raises:
        CannotRun: the bot cannot start.
    """
    telegram = read_telegram_settings()
    if telegram is None:
        from bot.terminal.chat import Chat, typed_lines

        service = open_service(options, settings)
        Chat(service, _console(), settings.language).run(typed_lines(texts_in(settings.language).prompt))
        return DONE
    return _serve(options, settings, telegram)


def _serve(options: argparse.Namespace, settings: Settings, telegram: TelegramSettings) -> int:
    """Run the bot on Telegram; before that, publish the articles if nothing was ever published."""
    from bot.cli.startup import ensure_published, make_service, place_of, present
    from bot.service.publishing.live_library import LiveLibrary
    from bot.settings import read_publishing_settings
    from bot.telegram.app import Parts, serve

    place, publishing = place_of(options, settings, options.corpus), read_publishing_settings()
    with open_database(settings) as database, present(database, settings) as heartbeat:
        ensure_published(database, heartbeat, place, settings)
        live_library = LiveLibrary(database, place, partial(make_service, options))
        _open(live_library, settings)
        return serve(
            Parts(
                settings=telegram,
                publishing=publishing,
                database=database,
                heartbeat=heartbeat,
                place=place,
                live_library=live_library,
                language=settings.language,
            )
        )


def _open(live_library: LiveLibrary, settings: Settings) -> None:
    """Open the published library; build its index if it is not in the cache, showing the progress.

    Raises:
        CannotRun: the process that builds it crashed.
        CacheUnusable: the cache cannot be used.
    """
    from bot.cli.open_library import waiting_shown
    from bot.domain.job_codes import Failure
    from bot.service.publishing.worker_process import WorkerCrashed

    texts = texts_in(settings.language)
    try:
        with waiting_shown(texts) as show:
            live_library.refresh(show)
    except WorkerCrashed as error:
        message = texts.failures[Failure.BROKE_OFF].format(place="", reason=error)
        raise CannotRun(message, UNREADABLE) from error


@contextmanager
def _picture_errors(file: Path, texts: Texts) -> Iterator[None]:
    """Raise CannotRun in place of an OSError while the file of a chart is written."""
    try:
        yield
    except OSError as error:
        raise CannotRun(texts.no_picture.format(path=file, reason=error.strerror), UNREADABLE) from error


def _questions(options: argparse.Namespace, settings: Settings) -> Iterator[str]:
    """Yield the question given as an argument, or the lines of standard input without their ends, empty ones too.

    On a terminal, a hint that lines are read is printed on standard error. Invalid UTF-8 is replaced.
    """
    if options.question is not None:
        yield options.question.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    else:
        if sys.stdin.isatty():
            print(texts_in(settings.language).waiting, file=sys.stderr)
        yield from (line.rstrip("\r\n") for line in sys.stdin)


def _print_found(console: Console, lines: Lines, texts: Texts, options: argparse.Namespace, question: str) -> None:
    """Print a result; with its question above it if questions come from standard input."""
    from bot.terminal.render import framed_lines, print_lines

    if options.question is None:
        lines = framed_lines(texts.asked.format(question=question), lines)
    print_lines(console, lines)


def _print_json(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def _console() -> Console:
    from bot.terminal.render import PipedConsole

    return PipedConsole()
