"""What each command does; each returns an exit code."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.cli.backup_restore import open_database
from bot.cli.backup_restore import run_backup as run_backup  # commands as well
from bot.cli.backup_restore import run_restore as run_restore
from bot.cli.open_library import open_asking
from bot.exit_codes import DONE, UNREADABLE, CannotRun
from bot.settings import read_telegram_settings
from bot.texts import Texts, language_of, texts
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
    """Answer one question, or one a line."""
    asking = open_asking(options, settings, Policy(is_forced=options.force))
    for question in _questions(options, settings):
        result = asking.ask(question)
        said = texts(language_of(question, settings.language))
        if options.json:
            _print_json(answer_record(question, result, said))
        else:
            from bot.terminal.render import answer_lines

            console = _console()
            _print_found(console, answer_lines(result, said, console.is_terminal), said, options, question)
    return DONE


def run_search(options: argparse.Namespace, settings: Settings) -> int:
    """List the best paragraphs for one question, or for one a line."""
    asking = open_asking(options, settings)
    for question in _questions(options, settings):
        found = asking.search(question, options.k)
        said = texts(language_of(question, settings.language))
        if options.json:
            _print_json(search_record(question, found, said))
        else:
            from bot.terminal.render import hit_lines

            _print_found(_console(), hit_lines(found, said), said, options, question)
    return DONE


def run_explain(options: argparse.Namespace, settings: Settings) -> int:
    """Tell why one question is answered as it is, or one a line."""
    asking = open_asking(options, settings)
    for question in _questions(options, settings):
        explanation = asking.explain(question)
        said = texts(language_of(question, settings.language))
        if options.json:
            from bot.views.json_records import explanation_record

            _print_json(explanation_record(explanation, said))
        else:
            from bot.terminal.render_explanation import print_explanation

            print_explanation(_console(), explanation, said)
            if options.question is None:  # more may follow
                print()
    return DONE


def run_eval(options: argparse.Namespace, settings: Settings) -> int:
    """Measure the answers, and draw what the confidence in them is worth."""
    from retrieval.evaluation.evaluate import ask_all, report, trials
    from retrieval.evaluation.gold import read_questions

    said = texts(settings.language)
    golds = read_questions(options.gold)
    if options.plot:
        from bot.views.confidence_chart import draw_confidence, ensure_writable

        with _picture_errors(options.plot, said):
            ensure_writable(options.plot)  # asking takes minutes
    asking = open_asking(options, settings)
    asked = list(ask_all(asking.library, golds, today=asking.today))
    figures = asdict(report(asked))
    if options.json:
        _print_json(figures)
    else:
        from bot.terminal.render import figure_lines, print_lines

        print_lines(_console(), figure_lines(figures, said))
    if options.plot:
        with _picture_errors(options.plot, said):
            options.plot.write_text(draw_confidence(trials(asked), weights().threshold, said), "utf-8")
    return DONE


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Tell what a reload would do, and what is wrong."""
    from bot.cli import check_reload  # the store is not for `ask`

    return check_reload.run_check(options, settings)


def run_reload(options: argparse.Namespace, settings: Settings) -> int:
    """Publish what is in the folder."""
    from bot.cli import check_reload

    return check_reload.run_reload(options, settings)


def run_run(options: argparse.Namespace, settings: Settings) -> int:
    """Be the bot on Telegram where there is a token, else chat in the terminal."""
    telegram = read_telegram_settings()
    if telegram is None:
        from bot.terminal.chat import Chat, typed_lines

        asking = open_asking(options, settings)
        Chat(asking, _console(), settings.language).run(typed_lines(texts(settings.language).prompt))
        return DONE
    return _serve(options, settings, telegram)


def _serve(options: argparse.Namespace, settings: Settings, telegram: TelegramSettings) -> int:
    from bot.cli.startup import asking_from, ensure_published, place_of, present
    from bot.service.publishing.live_library import LiveLibrary
    from bot.settings import read_publishing_settings
    from bot.telegram.app import Parts, serve

    place, publishing = place_of(options, settings, options.corpus), read_publishing_settings()
    with open_database(settings) as database, present(database, settings) as presence:
        ensure_published(database, presence, place, settings)
        shelf = LiveLibrary(database, place, partial(asking_from, options))
        _open(shelf, settings)
        return serve(
            Parts(
                settings=telegram,
                publishing=publishing,
                database=database,
                heartbeat=presence,
                place=place,
                live_library=shelf,
                language=settings.language,
            )
        )


def _open(shelf: LiveLibrary, settings: Settings) -> None:
    """Open what is published; where its index is gone, it is built anew."""
    from bot.cli.open_library import waiting_shown
    from bot.domain.job_codes import Failure
    from bot.service.publishing.worker_process import WorkerCrashed

    said = texts(settings.language)
    try:
        with waiting_shown(said) as show:
            shelf.refresh(show)
    except WorkerCrashed as error:
        message = said.failures[Failure.BROKE_OFF].format(place="", reason=error)
        raise CannotRun(message, UNREADABLE) from error


@contextmanager
def _picture_errors(file: Path, said: Texts) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotRun(said.no_picture.format(path=file, reason=error.strerror), UNREADABLE) from error


def _questions(options: argparse.Namespace, settings: Settings) -> Iterator[str]:
    """The question given, or the lines of standard input."""
    if options.question is not None:
        yield options.question.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    else:
        if sys.stdin.isatty():
            print(texts(settings.language).waiting, file=sys.stderr)
        yield from (line.rstrip("\r\n") for line in sys.stdin)


def _print_found(console: Console, lines: Lines, said: Texts, options: argparse.Namespace, question: str) -> None:
    """Print what was found; with its question above, where questions come from standard input."""
    from bot.terminal.render import framed_lines, print_lines

    if options.question is None:
        lines = framed_lines(said.asked.format(question=question), lines)
    print_lines(console, lines)


def _print_json(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def _console() -> Console:
    from bot.terminal.render import PipedConsole

    return PipedConsole()
