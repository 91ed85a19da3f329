"""The command `chuwen`: parses the arguments, runs one command, and prints an error as one line."""

from __future__ import annotations

import argparse
import datetime
import os
import re
import signal
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bot.exit_codes import DONE, INTERRUPTED, TERMINATED, UNREADABLE, USAGE, CannotRun
from bot.settings import BadSetting, Settings, read_settings
from bot.texts import Texts, texts_in
from corpus.errors import CorpusNotFound
from retrieval.errors import BadQuestions, CacheUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str, prefix: str) -> None:
        super().__init__(prog)
        self._prefix = prefix

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, self._prefix if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser with help and most errors in the user's language."""

    def __init__(self, texts: Texts, **options: object) -> None:
        self.texts = texts
        super().__init__(add_help=False, **options)  # type: ignore[arg-type]  # argparse types each option apart
        self._optionals.title = texts.help["options"]
        self._positionals.title = texts.help["arguments"]
        self.add_argument("-h", "--help", action="help", help=texts.help["help"])

    def _get_formatter(self) -> argparse.HelpFormatter:
        return _Formatter(self.prog, self.texts.help["usage"])

    def error(self, message: str) -> NoReturn:
        """Print what is wrong with the arguments and how to get help, and exit with USAGE.

        A message of argparse that `Texts.usage_reasons` does not know stays in English.
        """
        for pattern, words in self.texts.usage_reasons.items():
            message, count = re.subn(pattern, words, message, count=1)
            if count:
                break
        self.exit(USAGE, self.texts.usage.format(reason=message, command=self.prog) + "\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run `chuwen` with arguments, by default those of the process, and exit with its exit code.

    Ctrl-C exits with INTERRUPTED, SIGTERM with TERMINATED. A broken pipe is no error.
    """
    _open_streams()
    settings = read_settings()
    texts = texts_in(settings.language)
    with suppress(ValueError):  # raised outside the main thread, which gets no signals
        signal.signal(signal.SIGTERM, _end)
    try:
        code = run(parser(texts).parse_args(arguments), settings)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _fail("\n" + texts.interrupted, INTERRUPTED)
    except BrokenPipeError:  # the reader of the output ended, as `head` does
        code = DONE
    except OSError as error:  # of standard input or output; everything else raises errors of its own
        code = _fail(texts.no_stream.format(reason=error.strerror), UNREADABLE)
    _leave(code)


def _leave(code: int) -> NoReturn:
    """Exit; drop output that can no longer be written."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _end(*_: object) -> NoReturn:
    """Exit on SIGTERM as on Ctrl-C, so that files of an unfinished index are removed."""
    sys.exit(TERMINATED)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command that was parsed; print errors that a user can mend as one line on standard error.

    Returns:
        The exit code of the command or of the error. Other errors are raised.
    """
    from bot.cli import commands  # imports numpy and jieba, which --help does not need

    texts = texts_in(settings.language)
    try:
        return int(getattr(commands, f"run_{options.command}")(options, settings))
    except CorpusNotFound as error:
        return _fail(texts.no_corpus.format(path=error.path, reason=error.reason), UNREADABLE)
    except BadQuestions as error:
        place = f"{error.path}:{error.line}" if error.line else error.path
        return _fail(texts.bad_questions.format(place=place, reason=error.reason), UNREADABLE)
    except CacheUnusable as error:
        return _fail(texts.no_cache.format(path=error.folder, reason=error.reason), UNREADABLE)
    except BadSetting as error:
        return _fail(texts.bad_settings[error.name].format(found=error.found), USAGE)
    except CannotRun as error:
        return _fail(error.message, error.code)


def parser(texts: Texts) -> Parser:
    """Make the parser of all commands and their arguments."""
    top = Parser(texts, prog="chuwen", description=texts.help[""], epilog=texts.help["epilog"])
    top.add_argument(
        "--version", action="version", version=f"chuwen {metadata.version('chuwen')}", help=texts.help["version"]
    )
    commands = top.add_subparsers(dest="command", required=True, title=texts.help["commands"], metavar="COMMAND")

    def add(name: str) -> Parser:
        command: Parser = commands.add_parser(
            name, texts=texts, help=texts.help[name], description=texts.help[name], epilog=texts.help["epilog"]
        )
        return command

    ask, search, explain, evaluate, check, chat = map(add, ("ask", "search", "explain", "eval", "check", "run"))
    reload, backup, restore = map(add, ("reload", "backup", "restore"))
    for command in (backup, restore):
        command.add_argument("file", type=Path, metavar="FILE", help=texts.help["file"])
    for command in (ask, search, explain, evaluate, chat, reload):
        command.add_argument("--corpus", type=Path, metavar="PATH", help=texts.help["corpus"])
        command.add_argument("--today", type=_dated(texts), metavar="YYYY-MM-DD", help=texts.help["today"])
    for command in (ask, search, explain, evaluate, check, reload):
        command.add_argument("--json", action="store_true", help=texts.help["json"])
    for command in (ask, search, explain):
        command.add_argument("question", nargs="?", metavar="QUESTION", help=texts.help["question"])
    ask.add_argument("--force", action="store_true", help=texts.help["force"])
    search.add_argument("-k", type=_counted(texts), default=20, metavar="N", help=texts.help["k"])
    evaluate.add_argument("gold", type=Path, metavar="GOLD.jsonl", help=texts.help["gold"])
    evaluate.add_argument("--plot", type=_drawn(texts), metavar="FILE.svg", help=texts.help["plot"])
    reload.add_argument("--yes", action="store_true", help=texts.help["yes"])
    check.add_argument("path", type=Path, nargs="?", metavar="PATH", help=texts.help["path"])
    return top


def _counted(texts: Texts) -> Callable[[str], int]:
    """Return a function that parses a whole number from 1 to 999999.

    It raises an ArgumentTypeError with a message in the language of `texts`, as `_drawn` and `_dated` do.
    """

    def count(text: str) -> int:
        if not re.fullmatch(r"\d{1,6}", text) or int(text) < 1:
            raise argparse.ArgumentTypeError(texts.no_count.format(found=text[:20]))
        return int(text)

    return count


def _drawn(texts: Texts) -> Callable[[str], Path]:
    """Return a function that parses the path of an SVG file; another ending than .svg is an error."""

    def path(text: str) -> Path:
        if Path(text).suffix.lower() != ".svg":
            raise argparse.ArgumentTypeError(texts.no_ending.format(found=text))
        return Path(text)

    return path


def _dated(texts: Texts) -> Callable[[str], datetime.date]:
    """Return a function that parses a date as YYYY-MM-DD; any other form is an error."""

    def date(text: str) -> datetime.date:
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):  # no week dates, which Python parses too
                return datetime.date.fromisoformat(text)
        except ValueError:
            pass
        raise argparse.ArgumentTypeError(texts.no_date.format(found=text[:20]))

    return date


def _fail(message: str, code: int) -> int:
    """Print a message on standard error, if it can be written, and return `code`."""
    with suppress(OSError):
        print(message, file=sys.stderr)
    return code


def _open_streams() -> None:
    """Make the standard streams UTF-8, whatever the locale; replace invalid bytes by �.

    A stream that was closed before the start is replaced by the null device.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 # for the process's life
        elif reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="replace")
