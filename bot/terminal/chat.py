"""The chat in the terminal: reads a question a line and prints a cited answer, until the input ends."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from rich.text import Text

from bot.terminal.render import answer_lines, print_lines, section_lines
from bot.texts import Language, Texts, language_of, texts_in
from retrieval.model import Abstention, Answer, Citation, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from bot.service.answers import AnswerService

QUIT = frozenset({"退出", "结束", "結束", "再见", "再見", "quit", "exit", "/quit", "/exit", "q", ":q"})
HELP = frozenset({"帮助", "幫助", "说明", "說明", "help", "/help", "/start", "?", "？"})

_NUMBER = re.compile(r"[\[【(（]?(\d{1,4})[\]】)）.。、]?")  # of a source


class Chat:
    """One conversation; it keeps the last question for follow-ups, and its sources to be shown by number.

    Args:
        answers: answers all questions.
        console: everything is printed to it.
        language: of the greeting, and until a question is in another one.
    """

    def __init__(self, answers: AnswerService, console: Console, language: Language) -> None:
        self._answers = answers
        self._console = console
        self._language = language
        self._sources: Sequence[Citation] = ()
        self._before: str | None = None  # the last question, as it can be asked alone

    def run(self, lines: Iterable[str]) -> None:
        """Answer each line until one of QUIT or the end, between a greeting and a goodbye; empty lines are skipped.

        The language follows that of the last question.
        """
        library = self._answers.library
        words = texts_in(self._language)
        self._print(words.welcome.format(articles=library.articles, paragraphs=library.passages))
        self._print(words.hint)
        for line in lines:
            typed = line.strip()
            if typed.lower() in QUIT:
                break
            if typed:
                print_lines(self._console, (Text(), *self._reply(typed), Text()))
        self._print(texts_in(self._language).goodbye)

    def _reply(self, typed: str) -> Iterable[Text]:
        """Return the lines that reply to a typed line: help, a source by its number, or the answer.

        The kept sources are replaced by those of the new result, and the kept question unless the new one is empty.
        """
        number = _NUMBER.fullmatch(typed)
        if not number:
            self._language = language_of(typed, self._language)
        words, is_styled = texts_in(self._language), self._console.is_terminal
        if typed.lower() in HELP:
            return [Text(words.help["chat"])]
        if number:
            return self._source_lines(int(number[1]), words, is_styled)
        reply = self._answers.reply(typed, self._before)
        result = reply.result
        self._sources = result.citations if isinstance(result, Answer) else result.nearest
        if not (isinstance(result, Abstention) and result.reason is Reason.EMPTY_QUESTION):
            self._before = reply.question
        understood = (
            [Text(words.understood.format(question=reply.understood), "dim"), Text()] if reply.understood else []
        )
        return [*understood, *answer_lines(result, words, is_styled)]

    def _source_lines(self, number: int, words: Texts, is_styled: bool) -> Iterable[Text]:
        """Return the section of a source of the last result by its number from 1, or a line that there is none."""
        if not 1 <= number <= len(self._sources):
            return [Text(words.no_such_source.format(number=number, sources=len(self._sources)))]
        citation = self._sources[number - 1]
        return section_lines(citation, self._answers.section(citation), words, is_styled)

    def _print(self, words: str) -> None:
        print_lines(self._console, [Text(words)])


def typed_lines(prompt: str) -> Iterator[str]:
    """Yield lines of standard input until it ends; a terminal gets a prompt and line editing.

    Only lines that come from no terminal keep their line ends.
    """
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    import readline  # noqa: F401  # gives input() editing and history, where the system has it

    while True:
        try:
            yield input(prompt)
        except EOFError:
            print()
            return
