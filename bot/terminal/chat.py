"""The chat in the terminal: questions in, cited answers out, until the input ends."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from rich.text import Text

from bot.terminal.render import answer_lines, print_lines, section_lines
from bot.texts import Language, Texts, language_of, texts
from retrieval.model import Abstention, Answer, Citation, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from bot.service.answers import AnswerService

QUIT = frozenset({"退出", "结束", "結束", "再见", "再見", "quit", "exit", "/quit", "/exit", "q", ":q"})
HELP = frozenset({"帮助", "幫助", "说明", "說明", "help", "/help", "/start", "?", "？"})

_NUMBER = re.compile(r"[\[【(（]?(\d{1,4})[\]】)）.。、]?")  # of a source


class Chat:
    """One conversation; it remembers the last question and its sources, so that one can go on from both."""

    def __init__(self, asking: AnswerService, console: Console, language: Language) -> None:
        self._asking = asking
        self._console = console
        self._language = language
        self._sources: Sequence[Citation] = ()
        self._before: str | None = None  # the last question, as it was understood

    def run(self, lines: Iterable[str]) -> None:
        """Answer line after line."""
        library = self._asking.library
        said = texts(self._language)
        self._say(said.welcome.format(articles=library.articles, paragraphs=library.passages))
        self._say(said.hint)
        for line in lines:
            typed = line.strip()
            if typed.lower() in QUIT:
                break
            if typed:
                print_lines(self._console, (Text(), *self._reply(typed), Text()))
        self._say(texts(self._language).goodbye)

    def _reply(self, typed: str) -> Iterable[Text]:
        number = _NUMBER.fullmatch(typed)
        if not number:
            self._language = language_of(typed, self._language)
        said, is_styled = texts(self._language), self._console.is_terminal
        if typed.lower() in HELP:
            return [Text(said.help["chat"])]
        if number:
            return self._source_lines(int(number[1]), said, is_styled)
        reply = self._asking.reply(typed, self._before)
        result = reply.result
        self._sources = result.citations if isinstance(result, Answer) else result.nearest
        if not (isinstance(result, Abstention) and result.reason is Reason.EMPTY_QUESTION):
            self._before = reply.question
        told = [Text(said.understood.format(question=reply.understood), "dim"), Text()] if reply.understood else []
        return [*told, *answer_lines(result, said, is_styled)]

    def _source_lines(self, number: int, said: Texts, is_styled: bool) -> Iterable[Text]:
        if not 1 <= number <= len(self._sources):
            return [Text(said.no_such_source.format(number=number, sources=len(self._sources)))]
        citation = self._sources[number - 1]
        return section_lines(citation, self._asking.section(citation), said, is_styled)

    def _say(self, words: str) -> None:
        print_lines(self._console, [Text(words)])


def typed_lines(prompt: str) -> Iterator[str]:
    """Lines from standard input; with a prompt and line editing where a person types."""
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
